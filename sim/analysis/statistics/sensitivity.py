"""Which parameters move an outcome: Morris and Sobol indices of a simulation,
with the noise of its replications taken out.

SALib samples the points and does its analysis. Ours is the correction: each point is simulated in the same
replications, and their disagreement says how much of an effect is chance. `y` is always (points, replications), in
SALib's order of points.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import ndtr

from sim.analysis.statistics.uncertainty import ENDS

LEVELS = 4
BOOTSTRAPS = 400


@dataclass(frozen=True)
class SensitivityProblem:
    """`names`: of the axes (columns of the points); `groups`: the parameter that each belongs to.
    Points lie in 0..1."""

    names: tuple[str, ...]
    groups: tuple[str, ...]
    low: float = 0.0
    high: float = 1.0

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.groups))

    def salib(self) -> dict:
        """As SALib has it."""
        return {
            "num_vars": len(self.names),
            "names": list(self.names),
            "groups": list(self.groups),
            "bounds": [[self.low, self.high]] * len(self.names),
        }


@dataclass(frozen=True)
class Screened:
    """Elementary effects of one parameter, in the outcome's unit for a move over its whole range.

    `mu_star`: mean size, `mu`: mean, `sigma`: spread (interaction or a bend), noise taken out; `low`, `high`: 95%
    bootstrap interval of mu_star over trajectories; `plain_*`: as SALib has them of the means over replications;
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


@dataclass(frozen=True)
class Apportioned:
    """Sobol indices of one parameter, 0 to 1 but for sampling: shares of the variance that ignorance makes.

    `first`: alone, `total`: with all its interactions, noise taken out, each with its 95% bootstrap interval over base
    points; `plain_*`: as SALib has them of the means over replications; `p`: of `luck_alone`.
    """

    name: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float
    plain_first: float
    plain_total: float
    p: float


# --- Morris ---------------------------------------------------------------------------------------------------


def morris_points(problem: SensitivityProblem, trajectories: int, seed: int) -> np.ndarray:
    """(trajectories * (parameters + 1), axes). The first trajectories are the same however many there are."""
    from SALib.sample import morris

    each = [
        morris.sample(problem.salib(), 1, num_levels=LEVELS, seed=_seed(seed, number)) for number in range(trajectories)
    ]
    return np.vstack(each)


def _seed(seed: int, number: int) -> int:
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


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


def screened(problem: SensitivityProblem, points: np.ndarray, y: np.ndarray, seed: int = 0) -> list[Screened]:
    """The parameters in the order of the problem."""
    found, plain = effects(problem, points, y), _plain_morris(problem, points, y.mean(axis=1))
    again = np.random.default_rng(_seed(seed, 0)).integers(0, len(found), (BOOTSTRAPS, len(found)))
    rows = []
    for place, name in enumerate(problem.parameters):
        mu, sigma, star, noise = map(float, denoised(found[:, place]))
        stars = denoised(found[again, place])[2]
        ends = np.quantile(stars, ENDS) if len(found) > 1 and np.isfinite(stars).all() else (math.nan, math.nan)
        single = problem.groups.count(name) == 1
        rows.append(
            Screened(
                name,
                star,
                *map(float, ends),
                mu if single else math.nan,
                sigma if single else math.nan,
                plain[0][place],
                plain[1][place] if single else math.nan,
                noise,
                luck_alone(found[:, place]),
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


def luck_alone(changes: np.ndarray) -> float:
    """p of changes (rows, replications) as large as these if the parameter did nothing, and all of them were noise.

    F test of the mean squared change, over what the replications' disagreement makes it: of `rows` and rows *
    (replications - 1) degrees of freedom, for normal noise. An interval from resampling four rows is above 0 for one
    such parameter in five. NaN with one replication.
    """
    rows, replications = changes.shape
    if replications < 2:
        return math.nan
    seen, noise = float((changes.mean(axis=1) ** 2).mean()), float(changes.var(axis=1, ddof=1).mean()) / replications
    if noise == 0:
        return float(seen == 0)
    return float(stats.f.sf(seen / noise, rows, rows * (replications - 1)))


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


# --- Sobol ----------------------------------------------------------------------------------------------------


def sobol_points(problem: SensitivityProblem, base: int, seed: int) -> np.ndarray:
    """(base * (parameters + 2), axes); `base` a power of 2. The first are the same however many there are."""
    from SALib.sample import sobol

    return sobol.sample(problem.salib(), base, calc_second_order=False, scramble=True, seed=_seed(seed, 0))


def apportioned(problem: SensitivityProblem, y: np.ndarray, seed: int = 0) -> list[Apportioned]:
    """The parameters in the order of the problem; NaN where the outcome does not vary beyond its noise."""
    names = problem.parameters
    parts = y.reshape(-1, len(names) + 2, y.shape[1])
    first, total = indices(parts)
    plain = _plain_sobol(problem, y.mean(axis=1))
    rng = np.random.default_rng(_seed(seed, 1))
    again = [indices(parts[rng.integers(0, len(parts), len(parts))]) for _ in range(BOOTSTRAPS)]
    ends = [np.quantile([one[which] for one in again], ENDS, axis=0) for which in (0, 1)]
    luck = [luck_alone(parts[:, place] - parts[:, 0]) for place in range(1, len(names) + 1)]
    return [
        Apportioned(
            name,
            *map(
                float,
                (
                    first[i],
                    ends[0][0, i],
                    ends[0][1, i],
                    total[i],
                    ends[1][0, i],
                    ends[1][1, i],
                    plain[0][i],
                    plain[1][i],
                    luck[i],
                ),
            ),
        )
        for i, name in enumerate(names)
    ]


def indices(parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(parameters,) first-order and total indices of parts (base, A and each AB and B, replications).

    Estimators of Saltelli et al. 2010 (first) and Jansen 1999 (total). A square or product of outcomes takes its
    two factors from different replications, all pairs of them, so that noise enters it with mean 0: also where
    the luck of two points is alike because they share their replications. With one replication nothing can be
    taken out, and it is NaN.
    """
    parts = parts - parts.mean(axis=(0, 1))
    a, b = parts[:, 0], parts[:, -1]
    base = np.concatenate([a, b]) - np.concatenate([a, b]).mean(axis=0)
    variance = float(across(base, base).mean())
    step = parts[:, 1:-1] - a[:, None]
    first, total = across(b[:, None], step).mean(axis=0), across(step, step).mean(axis=0) / 2
    if not variance > 0:
        return np.full(len(first), math.nan), np.full(len(total), math.nan)
    return first / variance, total / variance


def across(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Mean of the products of two different replications, which are the last axis."""
    n = one.shape[-1]
    if n < 2:
        return np.full(np.broadcast_shapes(one.shape, other.shape)[:-1], math.nan)
    return (one.sum(-1) * other.sum(-1) - (one * other).sum(-1)) / (n * (n - 1))


def _plain_sobol(problem: SensitivityProblem, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from SALib.analyze import sobol

    if np.ptp(y) == 0:
        return (np.zeros(len(problem.parameters)),) * 2
    said = sobol.analyze(problem.salib(), y, calc_second_order=False, num_resamples=2, seed=0)
    return np.asarray(said["S1"]), np.asarray(said["ST"])
