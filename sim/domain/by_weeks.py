"""Numbers that go with the weeks waited: each holds from so many weeks on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sim.domain.faults import Fault
from sim.domain.quantities import Share

SharesByWeeks = dict[str, Share]
"""Weeks waited from which it holds -> a share; the least is "0"."""

DAYS = 7


@dataclass(frozen=True)
class Steps:
    """A number that goes with the days waited: `values` (k,) from each of `days` (k,) on, the first of which is 0."""

    days: np.ndarray
    values: np.ndarray

    @classmethod
    def of(cls, by_weeks: Mapping[str, float]) -> "Steps":
        in_order = sorted((float(weeks), value) for weeks, value in by_weeks.items())
        return cls(np.array([weeks * DAYS for weeks, _ in in_order]), np.array([value for _, value in in_order]))

    def at(self, days: np.ndarray) -> np.ndarray:
        """(n,) for people who have waited so many days (n,)."""
        found: np.ndarray = self.values[np.maximum(self.days.searchsorted(days, "right") - 1, 0)]
        return found


def faults_of_steps(where: str, by_weeks: Mapping[str, float]) -> Iterator[Fault]:
    """What is wrong with numbers by weeks waited."""
    weeks = {word: _weeks(word) for word in by_weeks}
    for word, one in weeks.items():
        if one is None:
            yield Fault(f"{where}.{word}", "is no number of weeks", 'weeks waited from which it holds, as "0" or "18"')
    numbers = [one for one in weeks.values() if one is not None]
    if by_weeks and None not in weeks.values():
        if min(numbers) != 0:
            yield Fault(where, "does not begin at 0 weeks", 'a number for "0" too')
        if len(set(numbers)) < len(numbers):
            yield Fault(where, "names a number of weeks twice", "each once")


def _weeks(word: str) -> float | None:
    try:
        found = float(word)
    except ValueError:
        return None
    return found if 0 <= found <= 5_200 else None
