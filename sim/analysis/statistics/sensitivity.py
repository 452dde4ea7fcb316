"""What ways to find out which parameters move an outcome have in common (`morris`, `sobol`).

SALib samples the points and does its analysis. Ours is the correction: each point is simulated in the same
replications, and their disagreement says how much of an effect is chance. `y` is always (points, replications), in
SALib's order of points.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

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


def seed_of(seed: int, number: int) -> int:
    """Of number `number` of what is drawn with one seed."""
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


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
