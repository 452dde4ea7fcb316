"""Kim and Nelson (2001), "A fully sequential procedure for indifference-zone selection in simulation",
ACM TOMACS 11, 251-273."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.selection.values_by_system import ValuesBySystem


@dataclass(frozen=True)
class Dropped:
    """A system that is out: after how many replications, and which other was ahead of it."""

    system: int
    replications: int
    behind: int


class KimNelson(ValuesBySystem):
    """Kim and Nelson's procedure KN, with c = 1: the best of `k` systems with probability 1 - `alpha`,
    if it leads by `delta` or more.

    `delta`: a difference too small to matter, in the unit of the values; `first`: replications of each before any is
    dropped (n0); `largest`: whether more is better. `independent`: systems share no random numbers, which allows a
    slightly smaller constant; scenarios of one seed do share them, so the default suits any.

    A system is dropped as soon as its mean falls behind that of another by more than what chance explains. What chance
    explains comes from the variance of the difference of just those two, so common random numbers make it quicker.
    """

    def __init__(
        self,
        k: int,
        delta: float,
        alpha: float = 0.05,
        first: int = 10,
        largest: bool = True,
        independent: bool = False,
    ):
        if k < 1 or not delta > 0 or first < 2 or not 0 < alpha < 1 - 1 / max(k, 2):
            raise ValueError("k at least 1, delta above 0, first at least 2, alpha above 0 and below 1 - 1/k")
        super().__init__(k, largest)
        self._delta, self._first_stage, self._sure = delta, first, 1 - alpha if k > 1 else 1.0
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
    def counted(self) -> tuple[int, ...]:
        """How many replications of each system have been compared, whatever more it has been told."""
        out = {one.system: one.replications for one in self.dropped}
        return tuple(out.get(system, self.replications) for system in range(len(self._values)))

    @property
    def at_most(self) -> int | None:
        """Replications after which it ends in any case; None before the first stage is complete."""
        if self._variances is None:
            return None
        return int(np.floor(self.h2 * self._variances.max() / self._delta**2)) + 1

    def sure(self) -> float:
        """The probability at least that the one chosen is the best, if it leads by `delta` or more."""
        return self._sure

    def wanted(self, ahead: int = 0) -> list[tuple[int, int]]:
        """(system, replication) that are not there yet, of the next round and of `ahead` rounds after it;
        none when it is decided."""
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
        """W_il(r): how far the mean of `i` may be behind that of `l` after as many replications
        as have been compared."""
        r = self.replications
        return max(0.0, self._delta / (2 * r) * (self.h2 * float(self._variances[i, l]) / self._delta**2 - r))

    def _screen(self) -> None:
        left = np.array(self.left)
        means = self._sums[left] / self.replications
        slack = np.maximum(
            0.0,
            self._delta
            / (2 * self.replications)
            * (self.h2 * self._variances[np.ix_(left, left)] / self._delta**2 - self.replications),
        )
        behind = means[None, :] - slack - means[:, None]  # above 0: the row is out, by the column
        for row in np.flatnonzero((behind > 0).any(axis=1)).tolist():
            self.dropped.append(Dropped(int(left[row]), self.replications, int(left[behind[row].argmax()])))
        self.left = tuple(left[(behind <= 0).all(axis=1)].tolist())
