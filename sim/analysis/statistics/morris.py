"""Morris's screening: which parameters move an outcome at all, by elementary effects,
with the noise of replications taken out."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from sim.analysis.statistics.paired import CONFIDENCE, t_quantile
from sim.analysis.statistics.sensitivity import SensitivityProblem, luck_alone, seed_of

LEVELS = 4


@dataclass(frozen=True)
class Screened:
    """Elementary effects of one parameter, in the outcome's unit for a move over its whole range.

    `mu_star`: mean size, `mu`: mean, `sigma`: spread (interaction or a bend), noise taken out; `low`, `high`:
    `size_interval` of mu_star; `plain_*`: as SALib has them of the means over replications;
    `noise`: standard deviation of what chance leaves in one effect; `p`: of `luck_alone`. `mu` and `sigma` are NaN of a
    parameter with several axes, which has no one way to move.
    """

    name: str
    mu_star: float
    low: float
    high: float
    mu: float
    sigma: float
    plain_mu_star: float
    plain_sigma: float
    noise: float
    p: float


def morris_points(problem: SensitivityProblem, trajectories: int, seed: int) -> np.ndarray:
    """(trajectories * (parameters + 1), axes). The first trajectories are the same however many there are."""
    from SALib.sample import morris

    each = [
        morris.sample(problem.salib(), 1, num_levels=LEVELS, seed=seed_of(seed, number))
        for number in range(trajectories)
    ]
    return np.vstack(each)


def effects(problem: SensitivityProblem, points: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(trajectories, parameters, replications) elementary effects: change of `y` over the step, per whole range.

    A parameter of one axis has its effect for a move upwards; of several, for the move that was made.
    """
    names, size = problem.parameters, len(problem.parameters) + 1
    owner = np.array([names.index(group) for group in problem.groups])
    alone = np.bincount(owner, minlength=len(names)) == 1
    steps = np.diff(points.reshape(-1, size, len(problem.names)), axis=1)
    changes = np.diff(y.reshape(-1, size, y.shape[1]), axis=1)
    found = np.zeros((len(steps), len(names), y.shape[1]))
    for t, moved in enumerate(steps):
        for step, change in zip(moved, changes[t], strict=True):
            axis = int(np.flatnonzero(step)[0])
            which = owner[axis]
            found[t, which] = change * (np.sign(step[axis]) if alone[which] else 1.0) / (LEVELS / (2 * (LEVELS - 1)))
    return found


def screened(problem: SensitivityProblem, points: np.ndarray, y: np.ndarray) -> list[Screened]:
    """The parameters in the order of the problem."""
    found, plain = effects(problem, points, y), _plain_morris(problem, points, y.mean(axis=1))
    rows = []
    for place, name in enumerate(problem.parameters):
        mu, sigma, star, noise = map(float, denoised(found[:, place]))
        p = luck_alone(found[:, place])
        single = problem.groups.count(name) == 1
        rows.append(
            Screened(
                name,
                star,
                *size_interval(found[:, place], star, p),
                mu if single else math.nan,
                sigma if single else math.nan,
                plain[0][place],
                plain[1][place] if single else math.nan,
                noise,
                p,
            )
        )
    return rows


def denoised(one: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(mu, sigma, mu*, standard deviation of the noise in one effect), each (...),
    of effects (..., trajectories, replications).

    The noise of an effect, a mean over replications, has the variance s^2 that their disagreement shows; so mu
    needs no correction, sigma^2 loses s^2, and mu* the part by which noise stretches the mean size of a normal
    effect (its folded mean, Leone, Nelson and Nottingham 1961). With one replication the noise is not known:
    sigma, mu* and it are NaN.
    """
    means, (rows, replications) = one.mean(axis=-1), one.shape[-2:]
    mu = means.mean(axis=-1)
    if replications < 2:
        unknown = np.full(mu.shape, math.nan)
        return mu, unknown, unknown, unknown
    s2 = one.var(axis=-1, ddof=1).mean(axis=-1) / replications
    spread = means.var(axis=-1, ddof=1) if rows > 1 else np.zeros(mu.shape)
    sigma = np.sqrt(np.maximum(spread - s2, 0.0))
    seen = folded(mu, np.sqrt(spread))
    cleared = folded(np.sqrt(np.maximum(mu * mu - s2 / rows, 0.0)), sigma)
    kept = np.divide(cleared, seen, out=np.zeros(mu.shape), where=seen > 0)
    return mu, sigma, np.abs(means).mean(axis=-1) * np.minimum(kept, 1.0), np.sqrt(s2)


def size_interval(one: np.ndarray, star: float, p: float) -> tuple[float, float]:
    """The 95% interval of the mean size of effects (trajectories, replications): a t interval over trajectories, of
    which `star` with noise taken out is the centre of the lower end, the mean with noise left in that of the upper.

    Above 0 only where the F test says that the effects are no luck (`p` of `luck_alone`): resampling four trajectories
    says so of one in five that are. NaN with one trajectory or one replication.
    """
    sizes = np.abs(one.mean(axis=1))
    if len(sizes) < 2 or math.isnan(p):
        return math.nan, math.nan
    half = t_quantile(len(sizes) - 1) * float(sizes.std(ddof=1)) / math.sqrt(len(sizes))
    return (max(star - half, 0.0) if p <= 1 - CONFIDENCE else 0.0), float(sizes.mean()) + half


def folded(mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """The mean size of normal quantities."""
    mean, deviation = np.asarray(mean, float), np.asarray(deviation, float)
    ratio = np.divide(
        mean, deviation, out=np.zeros(np.broadcast_shapes(mean.shape, deviation.shape)), where=deviation > 0
    )
    normal = deviation * math.sqrt(2 / math.pi) * np.exp(-ratio * ratio / 2) + mean * (1 - 2 * ndtr(-ratio))
    return np.where(deviation > 0, normal, np.abs(mean))


def _plain_morris(problem: SensitivityProblem, points: np.ndarray, y: np.ndarray) -> tuple[list[float], list[float]]:
    from SALib.analyze import morris

    said = morris.analyze(problem.salib(), points, y, num_levels=LEVELS, num_resamples=2, seed=0)
    order = [list(said["names"]).index(name) for name in problem.parameters]
    return [float(np.asarray(said["mu_star"])[i]) for i in order], [
        float(np.ma.filled(np.ma.asarray(said["sigma"], float), np.nan)[i]) for i in order
    ]
