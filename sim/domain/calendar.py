"""Days: which are open, what date they are, where months end. Day 0 is `start_date`."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from sim.domain.open_days import ByDate, OpenDays, Pattern, SomeWeeks, days_a_week
from sim.domain.settings import Settings
from sim.domain.words import WEEKDAYS

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class CalendarSettings(Settings):
    """`start_date`: ISO date of day 0. `bank_holidays`: country whose public holidays close clinics, or none."""

    start_date: str = "2025-04-01"
    bank_holidays: str | None = None


@dataclass(frozen=True)
class RunSettings(Settings):
    """How long, how often and with which luck. Days are whole; `years` of 365.25 days.

    `same_budget`: refuse to run if the scenario does not cost what its comparator costs.
    """

    years: Annotated[float, Ge(0.0027), Le(100)] = 3
    warm_up_days: Annotated[int, Ge(0), Le(36_525)] = 0
    replications: Annotated[int, Ge(1), Le(100_000)] = 20
    seed: Annotated[int, Ge(0), Le(2**63 - 1)] = 20250401
    most_replications: Annotated[int, Ge(1), Le(100_000)] = 200
    workers: Annotated[int, Ge(0), Le(1024)] = 0
    precision: Annotated[float, Ge(0), Le(1)] = 0
    limit_minutes: Annotated[float, Ge(0), Le(100_000)] = 0
    same_budget: bool = False
    keep_events: bool = False
    progress: str = "auto"

    @property
    def horizon(self) -> int:
        """Number of simulated days, warm-up included."""
        return max(1, round(self.years * DAYS_A_YEAR)) + self.warm_up_days


@dataclass(frozen=True)
class Calendar:
    """The simulated days. `weekday` (days,) 0 = Monday; `holiday` (days,) bool."""

    start: date
    horizon: int
    weekday: np.ndarray = field(repr=False)
    holiday: np.ndarray = field(repr=False)

    @classmethod
    def of(cls, start: date, horizon: int, holidays: Iterable[date] = ()) -> "Calendar":
        """`holidays`: dates on which working-day services are closed."""
        weekday = (np.arange(horizon) + start.weekday()) % 7
        closed = np.zeros(horizon, bool)
        for day in holidays:
            offset = (day - start).days
            if 0 <= offset < horizon:
                closed[offset] = True
        return cls(start, horizon, weekday, closed)

    def date_of(self, day: int) -> date:
        """The date of a day number (negative before the start)."""
        return self.start + timedelta(days=int(day))

    def days_of(self, text: str) -> list[int]:
        """Simulated days of an ISO date, or of a month and day (`10-18`) in every year.
        `ValueError` if it is neither."""
        if len(text) > 5:
            dates = [date.fromisoformat(text)]
        else:
            one = date.fromisoformat(f"2024-{text}")  # a leap year; in others 02-29 is 02-28
            years = range(self.start.year, self.start.year + self.horizon // 365 + 2)
            dates = [date(year, one.month, min(one.day, monthrange(year, one.month)[1])) for year in years]
        days = [(one - self.start).days for one in dates]
        return [day for day in days if 0 <= day < self.horizon]

    def period(self, first: str, last: str) -> np.ndarray:
        """(days,) bool: from `first` to `last`, both included: ISO dates,
        or a month and day (`01-31`) of every year, which
        may run over New Year. `ValueError` if they are neither, or one of each."""
        if (len(first) > 5) != (len(last) > 5):
            raise ValueError("one has a year and the other has none")
        if len(first) > 5:
            days = np.arange(self.horizon)
            return (days >= (date.fromisoformat(first) - self.start).days) & (
                days <= (date.fromisoformat(last) - self.start).days
            )
        begins, ends = (
            one.month * 100 + one.day for one in (date.fromisoformat(f"2024-{text}") for text in (first, last))
        )
        today = np.array([one.month * 100 + one.day for one in map(self.date_of, range(self.horizon))], int)
        return (today >= begins) & (today <= ends) if begins <= ends else (today >= begins) | (today <= ends)

    def month_of(self) -> np.ndarray:
        """Month 1-12 of every day (days,)."""
        return np.array([self.date_of(day).month for day in range(self.horizon)])

    def month_ends(self) -> list[int]:
        """Days that end a calendar month, the last simulated day included."""
        ends = [day for day in range(self.horizon) if self.date_of(day + 1).day == 1]
        last = self.horizon - 1
        return ends if ends and ends[-1] == last else [*ends, last]

    def open_days(self, pattern: Pattern) -> np.ndarray:
        """(days,) bool for `every_day`, `working_days`, weekdays or some of their weeks;
        holidays close all but `every_day`."""
        if isinstance(pattern, ByDate):
            return self._by_date(pattern, self.open_days)
        return self.on_pattern(pattern) if pattern == "every_day" else self.on_pattern(pattern) & ~self.holiday

    def on_pattern(self, pattern: Pattern) -> np.ndarray:
        """(days,) bool: the same, holidays included."""
        if isinstance(pattern, ByDate):
            return self._by_date(pattern, self.on_pattern)
        if isinstance(pattern, SomeWeeks):
            return pattern.held(self.start, self.horizon)
        if pattern == "every_day":
            return np.ones(self.horizon, bool)
        names = WEEKDAYS[:5] if pattern == "working_days" else pattern
        wanted = np.zeros(7, bool)
        wanted[[WEEKDAYS.index(name) for name in names]] = True
        days: np.ndarray = wanted[self.weekday]
        return days

    def days_a_week(self, pattern: Pattern) -> float | np.ndarray:
        """Open days in a week without holidays: one number, or (days,) where they change on a date."""
        if isinstance(pattern, ByDate):
            return self._by_date(pattern, lambda one: np.full(self.horizon, float(days_a_week(one))))
        return days_a_week(pattern)

    def _by_date(self, pattern: ByDate, of: Callable[[OpenDays], np.ndarray]) -> np.ndarray:
        """(days,) of what each day's own pattern has."""
        days = of(pattern.first)
        for text, one in sorted(pattern.later, key=lambda change: change[0]):
            day = max((date.fromisoformat(text) - self.start).days, 0)
            days[day:] = of(one)[day:]
        return days
