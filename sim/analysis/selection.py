"""Which of several scenarios is best, and which replications are wanted next to know it.

`KimNelson`: as many replications as it takes to be right with a given probability (Kim and Nelson 2001, "A fully
sequential procedure for indifference-zone selection in simulation", ACM TOMACS 11, 251-273). `Ocba`: the best use of a
given number of replications (Chen, Lin, Yücesan and Chick 2000, "Simulation budget allocation for further enhancing the
efficiency of ordinal optimization", Discrete Event Dynamic Systems 10, 251-270).

Both say in `wanted` which (system, replication) they need, are told the values in any order, and go by the order of
replications alone. Systems and replications are numbered from 0.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Dropped:
    """A system that is out: after how many replications, and which other was ahead of it."""

    system: int
    replications: int
    behind: int


class _Told:
    """Values by system, in the order of replications, however they come."""

    def __init__(self, systems: int, largest: bool):
        self._sign = 1.0 if largest else -1.0
        self._values: list[dict[int, float]] = [{} for _ in range(systems)]

    def tell(self, system: int, replication: int, value: float) -> None:
        """One result. `ValueError` for one that is no number: what is unknown cannot be ranked."""
        if not math.isfinite(value):
            raise ValueError(f"system {system}, replication {replication}: the value is unknown and cannot be ranked")
        self._values[system].setdefault(replication, self._sign * value)

    def _missing(self, system: int, upto: int) -> list[tuple[int, int]]:
        return [(system, r) for r in range(upto) if r not in self._values[system]]

    def _first(self, system: int, n: int) -> np.ndarray:
        """(n,) values; the larger the better."""
        known = self._values[system]
        return np.array([known[r] for r in range(n)])


class KimNelson(_Told):
    """Kim and Nelson's procedure KN, with c = 1: the best of `k` systems with probability 1 - `alpha`, if it leads by `delta` or more.

    `delta`: a difference too small to matter, in the unit of the values; `first`: replications of each before any is
    dropped (n0); `largest`: whether more is better. `independent`: systems share no random numbers, which allows a slightly
    smaller constant; scenarios of one seed do share them, so the default suits any.

    A system is dropped as soon as its mean falls behind that of another by more than what chance explains. What chance explains
    comes from the variance of the difference of just those two, so common random numbers make it quicker.
    """

    def __init__(self, k: int, delta: float, alpha: float = 0.05, first: int = 10, largest: bool = True, independent: bool = False):
        if k < 1 or not delta > 0 or first < 2 or not 0 < alpha < 1 - 1 / max(k, 2):
            raise ValueError("k at least 1, delta above 0, first at least 2, alpha above 0 and below 1 - 1/k")
        super().__init__(k, largest)
        self._delta, self._first_stage = delta, first
        tail = 0.0 if k == 1 else 2 * (1 - (1 - alpha) ** (1 / (k - 1))) if independent else 2 * alpha / (k - 1)
        self.eta = 0.5 * (tail ** (-2 / (first - 1)) - 1) if k > 1 else 0.0
        self.h2 = 2 * self.eta * (first - 1)
        self.left: tuple[int, ...] = tuple(range(k))
        self.dropped: list[Dropped] = []
        self.replications = 0
        """Replications of those left that have been compared."""
        self._sums = np.zeros(k)
        self._variances: np.ndarray | None = None
        self.best: int | None = 0 if k == 1 else None

    @property
    def variances(self) -> np.ndarray | None:
        """(k, k) of the differences of each two systems over the first stage (S²_il); None before it is complete."""
        return None if self._variances is None else self._variances.copy()

    @property
    def at_most(self) -> int | None:
        """Replications after which it ends in any case; None before the first stage is complete."""
        if self._variances is None:
            return None
        return int(np.floor(self.h2 * self._variances.max() / self._delta**2)) + 1

    def wanted(self, ahead: int = 0) -> list[tuple[int, int]]:
        """(system, replication) that are not there yet, of the next round and of `ahead` rounds after it; none when it is decided."""
        if self.best is not None:
            return []
        upto = max(self.replications + 1, self._first_stage) + ahead
        return [pair for system in self.left for pair in self._missing(system, upto)]

    def tell(self, system: int, replication: int, value: float) -> None:
        super().tell(system, replication, value)
        while self.best is None and all(self.replications in self._values[one] for one in self.left):
            self._round()

    def _round(self) -> None:
        for one in self.left:
            self._sums[one] += self._values[one][self.replications]
        self.replications += 1
        if self.replications < self._first_stage:
            return
        if self._variances is None:
            first = np.array([self._first(one, self._first_stage) for one in self.left])
            self._variances = (first[:, None] - first[None]).var(axis=-1, ddof=1)
        if self.replications < self.at_most:
            self._screen()
        if len(self.left) == 1 or self.replications >= self.at_most:
            self.best = max(self.left, key=lambda one: (self._sums[one], -one))

    def tolerance(self, i: int, l: int) -> float:  # noqa: E741  (the paper's names)
        """W_il(r): how far the mean of `i` may be behind that of `l` after as many replications as have been compared."""
        r = self.replications
        return max(0.0, self._delta / (2 * r) * (self.h2 * float(self._variances[i, l]) / self._delta**2 - r))

    def _screen(self) -> None:
        left = np.array(self.left)
        means = self._sums[left] / self.replications
        slack = np.maximum(0.0, self._delta / (2 * self.replications) * (self.h2 * self._variances[np.ix_(left, left)] / self._delta**2 - self.replications))
        behind = means[None, :] - slack - means[:, None]  # above 0: the row is out, by the column
        for row in np.flatnonzero((behind > 0).any(axis=1)).tolist():
            self.dropped.append(Dropped(int(left[row]), self.replications, int(left[behind[row].argmax()])))
        self.left = tuple(left[(behind <= 0).all(axis=1)].tolist())


def allocation(means, variances, total: int, largest: bool = True) -> np.ndarray:
    """(k,) replications of each of k systems that make it likeliest, out of `total`, to see the best one as best (OCBA).

    `means`, `variances` (k,) as known so far. Of those that are not best, N_i is in proportion to variance over squared
    distance from the best; the best gets its standard deviation times the root of the sum of N_i² / variance of the others.
    Systems whose means tie with the best share all, with it: nothing else can be mistaken. Whole numbers that sum to `total`.
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


class Ocba(_Told):
    """OCBA's sequential loop: `first` replications of each of `k` systems, then `step` at a time where they tell most, up to `budget` in all.

    It takes systems to be independent: with common random numbers it is still a good use of the budget, but not the best one.
    """

    def __init__(self, k: int, budget: int, first: int = 5, step: int = 10, largest: bool = True):
        if k < 1 or first < 2 or step < 1 or budget < k * first:
            raise ValueError("k at least 1, first at least 2, step at least 1, budget at least k times first")
        super().__init__(k, largest)
        self._budget, self._step = budget, step
        self._plan = np.full(k, first)
        self.best: int | None = None

    @property
    def replications(self) -> tuple[int, ...]:
        """How many of each system are asked for so far."""
        return tuple(self._plan.tolist())

    def wanted(self) -> list[tuple[int, int]]:
        """(system, replication) of this step that are not there yet; none when the budget is spent."""
        return [] if self.best is not None else [pair for system, n in enumerate(self._plan.tolist()) for pair in self._missing(system, n)]

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
        """The probability at least that the one that looks best is best, from the values so far (APCS, by Bonferroni's inequality).

        NaN while a system has fewer than two values.
        """
        values = [np.array([known[r] for r in sorted(known)]) for known in self._values]
        if min(map(len, values)) < 2:
            return math.nan
        means, error = np.array([v.mean() for v in values]), np.array([v.var(ddof=1) / len(v) for v in values])
        best = int(np.argmax(means))
        others = np.arange(len(means)) != best
        spread = np.sqrt(error[best] + error[others])
        far = np.divide(means[best] - means[others], spread, out=np.where(means[best] > means[others], np.inf, 0.0), where=spread > 0)
        return max(0.0, 1.0 - float(stats.norm.sf(far).sum()))
