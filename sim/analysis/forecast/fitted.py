"""Rates of leaving by weeks waited that may move with time, fitted to the months of a published list."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from sim.analysis.flows.month import ListMonth, spread
from sim.analysis.flows.passage import Passage, aged
from sim.analysis.flows.rates import DAYS_A_WEEK, NOISE, REACH, sharpness
from sim.analysis.forecast.noise import Noise, Residual, level_of, odd
from sim.analysis.forecast.seen import seen

HALF_LIFE = 3.0
"""Months after which a month counts half as much."""
MOVES = 0.03
"""How far a rate is thought to move a month, and by how much more than that of the step beside it, as a share."""
TREND_KEPT = 0.5
"""Of how rates and starts move, each month ahead."""
APART = 0.016
"""How far the rates of two steps that follow each other are thought to lie apart, a working day."""
LEAST = -0.02
"""A working day: more people of a wait are published at times than were of a month less, since clocks come late."""
USUAL = 0.008
ROUNDS, CLOSE = 3, 1e-6
GRID = (0, 1, 2, 4, 8, 13, 17, 22, 26, 30, 35, 39, 43, 48, 52, 65, 78, 104)
"""Weeks waited at which a step may begin, if a band does near it."""


@dataclass(frozen=True)
class Fitted:
    """What was fitted to `months`, the first of which only begins the others.

    `weeks`: (steps,) waited from which each rate holds; `leaving`: (steps,) of those waiting, a working day, at the
    last month; `moving`: (steps,) how each moves a month, as a share; `covariance`: (2 x steps, 2 x steps) of both;
    `starts`: (months - 1,) who joined in each month but the first; `weights`: (months - 1,) how much each counts;
    `lists`: (months, days waited) people of each month; `noise`: what published counts are out by; `left_out`: names
    of months whose list jumped as no rate makes it.
    """

    months: tuple[ListMonth, ...]
    weeks: np.ndarray
    leaving: np.ndarray
    moving: np.ndarray
    covariance: np.ndarray
    starts: np.ndarray
    weights: np.ndarray
    lists: np.ndarray
    noise: Noise
    left_out: tuple[str, ...] = ()

    @property
    def sd(self) -> np.ndarray:
        """(steps,) standard errors of `leaving`."""
        return np.sqrt(np.diag(self.covariance)[: len(self.weeks)])

    @property
    def steps(self) -> np.ndarray:
        """(steps,) days waited from which each rate holds."""
        return self.weeks * DAYS_A_WEEK

    @property
    def counted(self) -> float:
        """Months that count in full, as many as all of them with their weights say as much as."""
        return float(self.weights.sum() ** 2 / (self.weights**2).sum())

    @property
    def starts_a_day(self) -> np.ndarray:
        """(months - 1,) who joined, a working day."""
        return self.starts / [month.working.sum() for month in self.months[1:]]


def steps_of(months: Sequence[ListMonth]) -> np.ndarray:
    """(steps,) weeks waited at which rates begin: where bands do, no closer than can be told apart."""
    weeks = months[0].edges / DAYS_A_WEEK
    near = {float(weeks[abs(weeks - one).argmin()]) for one in GRID}
    return np.array(sorted({0.0, 1.0, *near}))


def fitted(months: Sequence[ListMonth], without: Sequence[str] = ()) -> Fitted:
    """The rates of `months` (two at least); what joined or left outside of them in the months `without` is not looked
    at, nor in those whose list jumped."""
    names = {month.name for month in months[1:]} & set(without)
    solver = _Solver(months, names)
    solver.run()
    jumped = odd([level_of(solver.foretold(m), solver.off(m)) for m in range(solver.n)], solver.kept)
    if jumped:
        names |= {months[m + 1].name for m in jumped}
        solver = _Solver(months, names)
        solver.run()
    return solver.found(tuple(sorted(names - set(without))))


class _Solver:
    """Least squares of all months together; how people lie within a band follows from the month before."""

    def __init__(self, months: Sequence[ListMonth], without: set[str]) -> None:
        self.months, self.n, self.weeks = tuple(months), len(months) - 1, steps_of(months)
        self.k = len(self.weeks)
        self.seen = [seen(month.edges) for month in months]
        self.lists = [spread(month.edges, month.waiting, REACH) for month in months]
        self.told = all(month.starts is not None for month in months[1:])
        self.age = np.arange(self.n) - (self.n - 1.0)
        self.kept = np.array([month.name not in without for month in months[1:]])
        self.weights = np.where(self.kept, 0.5 ** (-self.age / HALF_LIFE), 0.0)
        passages = [Passage.of(self.lists[0], month, self.weeks * DAYS_A_WEEK) for month in months[1:]]
        self.joining = [one.joining for one in passages]
        self.exposure = [one.exposure for one in passages]
        self.counts = [month.waiting for month in months]
        self.sharp = [sharpness(w, NOISE) for w in self.counts[1:]]
        self.scale = 1.0
        self.x = np.concatenate([np.full(self.k, USUAL), np.zeros(self.k)])
        if not self.told:
            self.x = np.concatenate([self.x, [w.sum() / 4000 for w in self.counts[1:]]])  # thousands

    def run(self) -> None:
        """Solves, lays the people anew and judges the noise, in turns."""
        for _ in range(ROUNDS):
            self._solve()
            self.lists = self._lie()
            # By what is foretold, not by what was counted: bands of few people would be trusted most when they are low.
            self.sharp = [sharpness(self.foretold(m), NOISE) for m in range(self.n)]
            off = np.array([np.sqrt(w) * self.off(m) * self.sharp[m] for m, w in enumerate(self.weights)])
            self.scale = float(np.clip(np.sqrt((off**2).sum() / (self.weights.sum() * off.shape[1])), 0.2, 5.0))
        self._solve()

    def starts(self, x: np.ndarray, m: int) -> float:
        return float(self.months[m + 1].starts if self.told else 1000 * x[2 * self.k + m])

    def rates(self, x: np.ndarray, m: int) -> np.ndarray:
        """(steps,) rates of leaving of a month."""
        return x[: self.k] * np.exp(x[self.k : 2 * self.k] * self.age[m])

    def stayed(self, x: np.ndarray, m: int) -> np.ndarray:
        """(days waited,) people foretold at the end of a month."""
        before = aged(self.lists[m], self.months[m + 1].days) + self.starts(x, m) * self.joining[m]
        return before * np.exp(-self.exposure[m] @ self.rates(x, m))

    def foretold(self, m: int) -> np.ndarray:
        """(bands,) the same as published."""
        return self.seen[m + 1] @ self.stayed(self.x, m)

    def off(self, m: int) -> np.ndarray:
        """(bands,) what is published less what was foretold."""
        return self.counts[m + 1] - self.foretold(m)

    def slopes(self, x: np.ndarray, m: int) -> np.ndarray:
        """(bands, numbers fitted) how what is foretold changes with each."""
        rates, stayed = self.rates(x, m), self.stayed(x, m)
        by_rate = -self.seen[m + 1] @ (stayed[:, None] * self.exposure[m])
        slopes = np.zeros((len(by_rate), len(x)))
        slopes[:, : self.k] = by_rate * np.exp(x[self.k : 2 * self.k] * self.age[m])
        slopes[:, self.k : 2 * self.k] = by_rate * rates * self.age[m]
        if not self.told:
            slopes[:, 2 * self.k + m] = 1000 * self.seen[m + 1] @ (self.joining[m] * np.exp(-self.exposure[m] @ rates))
        return slopes

    def prior(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What is thought before: neighbours are alike, rates move little; (rows,) and (rows, numbers fitted)."""
        beside, one = np.diff(np.eye(self.k), axis=0), np.eye(self.k)
        rows = np.zeros((3 * self.k - 2, len(x)))
        rows[: self.k - 1, : self.k] = beside / APART
        rows[self.k - 1 : 2 * self.k - 1, self.k : 2 * self.k] = one / MOVES
        rows[2 * self.k - 1 :, self.k : 2 * self.k] = beside / MOVES
        return rows @ x, rows

    def _solve(self) -> None:
        used = [m for m in range(self.n) if self.weights[m] > 0]
        by = {m: np.sqrt(self.weights[m]) * self.sharp[m] / self.scale for m in used}

        def off(x: np.ndarray) -> np.ndarray:
            return np.concatenate(
                [
                    *(by[m] * (self.seen[m + 1] @ self.stayed(x, m) - self.counts[m + 1]) for m in used),
                    self.prior(x)[0],
                ]
            )

        def slopes(x: np.ndarray) -> np.ndarray:
            return np.vstack([*(by[m][:, None] * self.slopes(x, m) for m in used), self.prior(x)[1]])

        low = np.full(len(self.x), -np.inf)
        low[: self.k], low[2 * self.k :] = LEAST, 0
        begin = np.maximum(self.x, low + 1e-6)
        self.x = optimize.least_squares(off, begin, slopes, (low, np.inf), x_scale="jac", ftol=CLOSE, xtol=CLOSE).x

    def _lie(self) -> list[np.ndarray]:
        """(days waited,) people of each month: as foretold from the month before, scaled to the bands published."""
        found = [self.lists[0]]
        for m, month in enumerate(self.months[1:]):
            people = aged(found[-1], month.days) + self.starts(self.x, m) * self.joining[m]
            people = people * np.exp(-self.exposure[m] @ self.rates(self.x, m))
            found.append(scaled(people, month))
        return found

    def found(self, left_out: tuple[str, ...]) -> Fitted:
        used = [m for m in range(self.n) if self.weights[m] > 0]
        months = [self._residual(m) for m in used]
        noise = Noise.of(months, len(self.x))
        covariance = noise.covariance(months, self.scale, self.prior(self.x)[1])[: 2 * self.k, : 2 * self.k]
        starts = np.array([self.starts(self.x, m) for m in range(self.n)])
        x = self.x
        return Fitted(
            self.months,
            self.weeks,
            x[: self.k],
            x[self.k : 2 * self.k],
            covariance,
            starts,
            self.weights,
            np.array(self.lists),
            noise,
            left_out,
        )

    def _residual(self, m: int) -> Residual:
        slopes = self.slopes(self.x, m)
        of_all = slopes[:, : self.k] @ self.x[: self.k]
        carried = self._carried(m) if m and self.weights[m - 1] > 0 else None
        return Residual(self.off(m), self.sharp[m], float(self.weights[m]), slopes, of_all, carried)

    def _carried(self, m: int) -> np.ndarray:
        """(bands, bands) people in each band at the end of a month of one person more in each of the month before."""
        month, before = self.months[m + 1], self.lists[m]
        stay = np.exp(-self.exposure[m] @ self.rates(self.x, m))
        people = self.seen[m] * before
        later = [aged(one, month.days) * stay for one in people / np.maximum(people.sum(axis=1, keepdims=True), 1e-12)]
        return self.seen[m + 1] @ np.array(later).T


def scaled(people: np.ndarray, month: ListMonth) -> np.ndarray:
    """(days waited,) `people` scaled, band by band, to those that a month publishes."""
    part = seen(month.edges)
    for _ in range(3):
        there = part @ people
        people = people * (np.divide(month.waiting, there, out=np.ones(len(there)), where=there > 0) @ part)
    return people
