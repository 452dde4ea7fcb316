"""Sobol's indices: which share of the variance of an outcome each parameter makes,
with the noise of replications taken out."""

import math
from dataclasses import dataclass

import numpy as np

from sim.analysis.statistics.sensitivity import BOOTSTRAPS, SensitivityProblem, luck_alone, seed_of
from sim.analysis.statistics.uncertainty import ENDS


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


def sobol_points(problem: SensitivityProblem, base: int, seed: int) -> np.ndarray:
    """(base * (parameters + 2), axes); `base` a power of 2. The first are the same however many there are."""
    from SALib.sample import sobol

    points = sobol.sample(problem.salib(), base, calc_second_order=False, scramble=True, seed=seed_of(seed, 0))
    axes = len(problem.names)
    if len(problem.parameters) == 1 < axes:  # which SALib takes apart; to move all of its axes is to be at B
        points = points.reshape(base, axes + 2, axes)[:, [0, -1, -1]].reshape(-1, axes)
    return points


def apportioned(problem: SensitivityProblem, y: np.ndarray, seed: int = 0) -> list[Apportioned]:
    """The parameters in the order of the problem; NaN where the outcome does not vary beyond its noise."""
    names = problem.parameters
    parts = y.reshape(-1, len(names) + 2, y.shape[1])
    first, total = indices(parts)
    plain = _plain_sobol(problem, y.mean(axis=1))
    rng = np.random.default_rng(seed_of(seed, 1))
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
    names = list(problem.parameters)
    whole = {"num_vars": len(names), "names": names, "bounds": [[problem.low, problem.high]] * len(names)}
    said = sobol.analyze(whole, y, calc_second_order=False, num_resamples=2, seed=0)
    return np.asarray(said["S1"]), np.asarray(said["ST"])
