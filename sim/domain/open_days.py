"""On which days a service is held: every week alike, or in some weeks only. Holidays are the calendar's."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from sim.domain.settings import Settings
from sim.domain.words import WEEKDAYS

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_CYCLE = date(2001, 1, 1), 28 * 365 + 7
"""Days after which weekdays and months are in step again: 1,461 whole weeks."""


@dataclass(frozen=True)
class SomeWeeks(Settings):
    """`weekdays`, but not of all weeks: `every_weeks`, from an ISO `first_day` on, which is one of them; or those of
    `weeks_of_month`: 1 the first of a month (the first Monday, whatever week it is in), -1 the last.
    """

    weekdays: tuple[Weekday, ...]
    every_weeks: Annotated[int, Ge(1), Le(52)] = 1
    first_day: str | None = None
    weeks_of_month: tuple[Annotated[int, Ge(-5), Le(5)], ...] = ()

    def held(self, start: date, days: int) -> np.ndarray:
        """(days,) bool: on which of the days from `start` on. `ValueError` if `first_day` cannot be read."""
        day = np.arange(days) + start.weekday()  # of the week in which `start` is, from its Monday
        held: np.ndarray = np.isin(day % 7, [WEEKDAYS.index(name) for name in self.weekdays])
        if self.weeks_of_month:
            held &= np.isin(_weeks_of_month(start, days), self.weeks_of_month).any(axis=0)
        if self.first_day is not None:
            first = (date.fromisoformat(self.first_day) - start).days + start.weekday()
            held &= (day >= first) & ((day // 7 - first // 7) % self.every_weeks == 0)
        return held


OpenDays = Literal["every_day", "working_days"] | tuple[Weekday, ...] | SomeWeeks


@dataclass(frozen=True)
class ByDate:
    """Days that change: `first`, until the ISO date of the first of `later`, and so on."""

    first: OpenDays
    later: tuple[tuple[str, OpenDays], ...]


Pattern = OpenDays | ByDate


def days_a_week(pattern: OpenDays) -> float:
    """Open days in a week without holidays; in some weeks only: the mean, of months over many years."""
    if isinstance(pattern, str):
        return {"every_day": 7, "working_days": 5}[pattern]
    if isinstance(pattern, tuple):
        return len(pattern)
    return _of_months(pattern) if pattern.weeks_of_month else len(pattern.weekdays) / pattern.every_weeks


@lru_cache(maxsize=256)
def _of_months(pattern: SomeWeeks) -> float:
    start, days = _CYCLE
    return float(pattern.held(start, days).sum() / (days / 7))


def _weeks_of_month(start: date, days: int) -> np.ndarray:
    """(2, days): the how-manieth of its weekday each day is in its month, from the first (1) and from the last (-1)."""
    dates = np.datetime64(start, "D") + np.arange(days)
    months = dates.astype("datetime64[M]")
    before = (dates - months.astype("datetime64[D]")).astype(int)
    after = ((months + 1).astype("datetime64[D]") - dates).astype(int) - 1
    return np.stack([before // 7 + 1, -(after // 7) - 1])
