"""Optimal computing budget allocation: Chen, Lin, Yücesan and Chick (2000), "Simulation budget allocation for further
enhancing the efficiency of ordinal optimization", Discrete Event Dynamic Systems 10, 251-270."""

import math

import numpy as np
from scipy import stats

from sim.analysis.selection.values_by_system import ValuesBySystem


def allocation(means, variances, total: int, largest: bool = True) -> np.ndarray:
    """(k,) replications of each of k systems that make it likeliest, out of `total`,
    to see the best one as best (OCBA).

    `means`, `variances` (k,) as known so far. Of those that are not best, N_i is in proportion to variance over
    squared distance from the best; the best gets its standard deviation times the root of the sum of N_i² / variance
    of the others. Systems whose means tie with the best share all, with it: nothing else can be mistaken. Whole
    numbers that sum to `total`.
    """
    means, variances = (1.0 if largest else -1.0) * np.asarray(means, float), np.asarray(variances, float)
    best = int(np.argmax(means))
    gap = means[best] - means
    others = np.arange(len(means)) != best
    tied = others & (gap == 0)
    share = np.zeros(len(means))
    if tied.any():
        share[tied] = variances[tied]
        share[best] = math.sqrt(variances[best] * variances[tied].sum())
    else:
        near = gap[others] / gap[others].min(initial=np.inf)  # only ratios count: no power of a small gap overflows
        share[others] = variances[others] / near**2
        share[best] = math.sqrt(variances[best] * (variances[others] / near**4).sum())
    if share.sum() == 0:
        share[:] = 1.0
    exact = total * share / share.sum()
    whole = np.floor(exact).astype(np.int64)
    for place in np.argsort(-(exact - whole), kind="stable")[: total - int(whole.sum())]:
        whole[place] += 1
    return whole


class Ocba(ValuesBySystem):
    """OCBA's sequential loop: `first` replications of each of `k` systems, then `step` at a time where they tell most,
    up to `budget` in all.

    It takes systems to be independent: with common random numbers it is still a good use of the budget,
    but not the best one.
    """

    def __init__(self, k: int, budget: int, first: int = 5, step: int = 10, largest: bool = True):
        if k < 1 or first < 2 or step < 1 or budget < k * first:
            raise ValueError("k at least 1, first at least 2, step at least 1, budget at least k times first")
        super().__init__(k, largest)
        self._budget, self._step = budget, step
        self._plan = np.full(k, first)
        self.best: int | None = None

    @property
    def counted(self) -> tuple[int, ...]:
        """How many replications of each system are asked for so far."""
        return tuple(self._plan.tolist())

    def wanted(self) -> list[tuple[int, int]]:
        """(system, replication) of this step that are not there yet; none when the budget is spent."""
        return (
            []
            if self.best is not None
            else [pair for system, n in enumerate(self._plan.tolist()) for pair in self._missing(system, n)]
        )

    def tell(self, system: int, replication: int, value: float) -> None:
        super().tell(system, replication, value)
        while self.best is None and all(len(self._missing(one, n)) == 0 for one, n in enumerate(self._plan.tolist())):
            self._next_step()

    def _next_step(self) -> None:
        values = [self._first(one, n) for one, n in enumerate(self._plan.tolist())]
        means, variances = np.array([v.mean() for v in values]), np.array([v.var(ddof=1) for v in values])
        more = min(self._step, self._budget - int(self._plan.sum()))
        if more == 0:
            self.best = int(np.argmax(means))
            return
        aim = allocation(means, variances, int(self._plan.sum()) + more)
        for _ in range(more):  # to whoever is furthest from what it should have
            self._plan[int(np.argmax(aim - self._plan))] += 1

    def sure(self) -> float:
        """About how probable it is that the one that looks best is best, from the values so far (APCS-B of the paper).

        By Bonferroni's inequality, for normal means of systems that were equally likely to be anything, and with the
        variances as if they were known: too sure after few replications, and where all are nearly equal. NaN while a
        system has fewer than two values.
        """
        values = [np.array([known[r] for r in sorted(known)]) for known in self._values]
        if min(map(len, values)) < 2:
            return math.nan
        means, error = np.array([v.mean() for v in values]), np.array([v.var(ddof=1) / len(v) for v in values])
        best = int(np.argmax(means))
        others = np.arange(len(means)) != best
        spread = np.sqrt(error[best] + error[others])
        far = np.divide(
            means[best] - means[others],
            spread,
            out=np.where(means[best] > means[others], np.inf, 0.0),
            where=spread > 0,
        )
        return max(0.0, 1.0 - float(stats.norm.sf(far).sum()))
