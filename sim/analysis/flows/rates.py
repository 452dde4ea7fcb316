"""The rates at which people leave a list by weeks waited, fitted to published months."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from sim.analysis.flows.month import ListMonth, band_of, banded, spread
from sim.analysis.flows.passage import Passage
from sim.analysis.flows.stops import StopsOf, shares_stopped

DAYS_A_WEEK = 7
NOISE = 0.03
"""What a published count of any size is out by, as a share of it, beside chance."""
REACH = 120
"""Days that the open band of the first month reaches beyond its edge; nobody's rate but the last step's feels it."""
ROUNDS = 2


@dataclass(frozen=True)
class Rates:
    """What was fitted: `weeks` (steps,) waited from which each rate holds.

    `leaving`: (steps,) of those waiting, a working day. `stopped`: (steps,) the share of those who leave who do so with
    a stop, the others are removed; None where no stops are published. `starts`: (months,) who joined in each month but
    the first.
    """

    weeks: np.ndarray
    leaving: np.ndarray
    stopped: np.ndarray | None
    starts: np.ndarray

    @property
    def stops(self) -> np.ndarray:
        """(steps,) stops a working day, of those waiting; all that leave where no stops are published."""
        return self.leaving if self.stopped is None else self.leaving * self.stopped

    @property
    def removals(self) -> np.ndarray:
        """(steps,) removals a working day, of those waiting; none where no stops are published."""
        return self.leaving - self.stops


class Fit:
    """The months of a list, made ready to be fitted at steps of `weeks` waited.

    Each month is foretold from the one before, as cohorts that leave at the rates. How people lie within a band is not
    published: in the first month it is smooth, in each other what was foretold for it, scaled to the band's people.
    `lists`: (days waited,) people of each month so, the first too.
    """

    def __init__(self, months: Sequence[ListMonth], weeks: Sequence[float], noise: float = NOISE) -> None:
        self.months, self.weeks = months[1:], np.asarray(weeks, float)
        self.steps = self.weeks * DAYS_A_WEEK
        self._sharp = [sharpness(month.waiting, noise) for month in self.months]
        self._bands = [band_of(month.edges) for month in self.months]
        self._told = all(month.starts is not None for month in self.months)
        self._at = np.full(len(self.weeks), 0.01)
        if not self._told:
            self._at = np.concatenate([self._at, [month.waiting.sum() / 4 for month in self.months]])
        smooth = [spread(one.edges, one.waiting, REACH) for one in months]
        self._passages = [Passage.of(one, month, self.steps) for one, month in zip(smooth, self.months)]
        for _ in range(ROUNDS):
            self._at = self._solved(np.ones(len(self)))
            self.lists = self._lie(smooth[0])
        with_stops = all(month.stops is not None for month in self.months)
        self._stops = [self._stops_of(m, noise) for m in range(len(self))] if with_stops else None

    def __len__(self) -> int:
        return len(self.months)

    def rates(self, weights: np.ndarray | None = None) -> Rates:
        """The rates that fit the lists best by least squares; `weights` (months,) of each month but the first. Where
        starts are not published they are fitted too, one number a month."""
        weights = np.ones(len(self)) if weights is None else np.asarray(weights, float)
        found = self._solved(weights)
        leaving = found[: len(self.weeks)]
        starts = np.array([self._starts(found, m) for m in range(len(self))])
        stopped = None if self._stops is None else shares_stopped(self._stops, leaving, starts, weights)
        return Rates(self.weeks, leaving, stopped, starts)

    def _solved(self, weights: np.ndarray) -> np.ndarray:
        used = [(m, np.sqrt(weight)) for m, weight in enumerate(weights) if weight > 0]
        return optimize.least_squares(
            lambda x: np.concatenate([root * self._off(m, x) for m, root in used]),
            self._at,
            lambda x: np.vstack([root * self._slopes(m, x) for m, root in used]),
            bounds=(0, np.inf),
            x_scale="jac",
        ).x

    def _starts(self, x: np.ndarray, month: int) -> float:
        return float(self.months[month].starts if self._told else x[len(self.weeks) + month])

    def _stayed(self, month: int, x: np.ndarray) -> np.ndarray:
        return self._passages[month].stayed(self._starts(x, month), x[: len(self.weeks)])

    def _off(self, month: int, x: np.ndarray) -> np.ndarray:
        """(bands,) what is foretold less what is published, in standard deviations."""
        waiting = self.months[month].waiting
        there = np.bincount(self._bands[month], weights=self._stayed(month, x), minlength=len(waiting))
        return (there - waiting) * self._sharp[month]

    def _slopes(self, month: int, x: np.ndarray) -> np.ndarray:
        """(bands, numbers fitted) how `_off` changes with each."""
        passage, edges, stayed = self._passages[month], self.months[month].edges, self._stayed(month, x)
        slopes = np.zeros((len(edges), len(x)))
        for step in range(len(self.weeks)):
            slopes[:, step] = -banded(stayed * passage.exposure[:, step], edges)
        if not self._told:
            of_one = passage.joining * np.exp(-passage.exposure @ x[: len(self.weeks)])
            slopes[:, len(self.weeks) + month] = banded(of_one, edges)
        return slopes * self._sharp[month][:, None]

    def _lie(self, first: np.ndarray) -> list[np.ndarray]:
        """(days waited,) people of each month; the passages are made anew from how people lie in their bands."""
        by_day, passages, found = first, [], [first]
        for m, month in enumerate(self.months):
            passages.append(self._passages[m].after(by_day, month.days))
            by_day = passages[m].stayed(self._starts(self._at, m), self._at[: len(self.weeks)])
            there = banded(by_day, month.edges)
            scale = np.divide(month.waiting, there, out=np.zeros(len(there)), where=there > 0)
            by_day = by_day * scale[self._bands[m]]
            found.append(by_day)
        self._passages = passages
        return found

    def _stops_of(self, month: int, noise: float) -> StopsOf:
        one = self.months[month]
        return StopsOf.of(one, self._passages[month], self.steps, sharpness(one.stops, noise))


def sharpness(people: np.ndarray, noise: float) -> np.ndarray:
    """(bands,) one over the standard deviation of published counts: of chance, and of what a return is out by."""
    return 1 / np.sqrt(np.maximum(people, 1) + (noise * people) ** 2)
