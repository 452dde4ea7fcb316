"""From one month end to the next: who would still wait if nobody left, and how long each was at risk of leaving."""

from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.flows.month import LONGEST, ListMonth


@dataclass(frozen=True)
class Passage:
    """The cohorts of a month, by days waited at its end.

    `before`: (days waited,) people who waited when it began. `joining`: (days waited,) the part of its starts that has
    waited so long, adding to 1. `exposure`: (days waited, steps) working days of the month on which a cohort stood in
    each step of weeks waited.
    """

    before: np.ndarray
    joining: np.ndarray
    exposure: np.ndarray

    @classmethod
    def of(cls, before: np.ndarray, month: ListMonth, steps: np.ndarray) -> "Passage":
        """`before`: (days waited,) people at the end of the month before; `steps`: (steps,) days waited from which each
        step holds, the first 0."""
        days = month.days
        joining = np.zeros(LONGEST)
        joining[days - 1 - np.flatnonzero(month.working)] = 1 / max(month.working.sum(), 1)
        return cls(aged(before, days), joining, exposure(month.working, steps))

    def after(self, before: np.ndarray, days: int) -> "Passage":
        """The same month of so many days from another list of the month before."""
        return replace(self, before=aged(before, days))

    def stayed(self, starts: float, rates: np.ndarray) -> np.ndarray:
        """(days waited,) people at the end of the month, where they leave at `rates` (steps,) a working day."""
        return (self.before + starts * self.joining) * np.exp(-self.exposure @ rates)

    def left(self, starts: float, rates: np.ndarray) -> np.ndarray:
        """(steps,) people who left in the month, by the step of weeks waited in which they did."""
        people, gone = self.before + starts * self.joining, np.empty(len(rates))
        for step, rate in enumerate(rates):
            leaving = people * -np.expm1(-self.exposure[:, step] * rate)
            gone[step], people = leaving.sum(), people - leaving
        return gone


def aged(people: np.ndarray, days: int) -> np.ndarray:
    """(days waited, ...) the same people so many days later."""
    later = np.zeros((LONGEST, *people.shape[1:]))
    later[days:] = people[:-days]
    later[-1] += people[-days:].sum(axis=0)
    return later


def exposure(working: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """(days waited at the end of the month, steps) working days spent in each step in a month of `working` (days,)."""
    days = len(working)
    waited = np.arange(LONGEST)[:, None] - days + 1 + np.flatnonzero(working)[None, :]
    step = np.where(waited >= 0, steps.searchsorted(waited, "right") - 1, -1)
    return np.stack([(step == one).sum(axis=1) for one in range(len(steps))], axis=1).astype(float)
