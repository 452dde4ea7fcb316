"""Indices by month, weekday and bank holiday: they move what a year has between its days, and change no year's total.

A year is one that is simulated: 365 or 366 days from day 0, from the day after those, and so on.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np

from sim.domain.calendar import DAYS_A_YEAR, Calendar

DAYS_OF_MONTHS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def years(calendar: Calendar) -> list[tuple[int, int]]:
    """(first day, day after the last) of each simulated year; the last may reach beyond the horizon."""
    found: list[tuple[int, int]] = []
    first = 0
    while first < calendar.horizon:
        after = round((len(found) + 1) * DAYS_A_YEAR)
        found.append((first, after))
        first = after
    return found


def mean_of_year(index: Sequence[float]) -> float:
    """Mean of January to December `index` (12,) over the days of a mean year."""
    return float(np.asarray(index, float) @ DAYS_OF_MONTHS) / DAYS_A_YEAR


def by_month(index: Sequence[float], calendar: Calendar) -> np.ndarray:
    """(days,) what multiplies a day, of January to December `index` (12,): 1 on average over the days of each year."""
    of_month, season = np.asarray(index, float), np.empty(calendar.horizon)
    months = calendar.month_of()
    for first, after in years(calendar):
        here = slice(first, min(after, calendar.horizon))
        season[here] = of_month[months[here] - 1] / (
            of_month @ _days_of_months(calendar, first, after) / (after - first)
        )
    return season


def _days_of_months(calendar: Calendar, first: int, after: int) -> np.ndarray:
    """(12,) days of January to December from day `first` to the day before `after`."""
    starts = [date(calendar.date_of(first).year + n // 12, n % 12 + 1, 1) for n in range(36)]
    edges = np.clip([(day - calendar.start).days for day in starts], first, after)
    days: np.ndarray = np.diff(edges, append=after).reshape(3, 12).sum(0)
    return days


def demand_index(month: Sequence[float], weekday: Sequence[float], holiday: float, calendar: Calendar) -> np.ndarray:
    """(days,) what multiplies the mean day of demand: 1 on average over the days of each whole year.

    `month` (12,), `weekday` (7,) and `holiday`: who does not come on a bank holiday comes on another day of that week,
    Monday to Sunday, and where nobody comes in all of it in the week after (at the end, in the week before).
    """
    of_day = np.asarray(weekday, float)
    usual_day = by_month(month, calendar) * (of_day / of_day.mean())[calendar.weekday]
    index = _moved(usual_day, np.where(calendar.holiday, usual_day * holiday, usual_day), calendar)
    return keep_years(index, np.ones(calendar.horizon), calendar)


def keep_years(days: np.ndarray, usual: np.ndarray, calendar: Calendar) -> np.ndarray:
    """(days,) `days`, so much more or less in each whole year that it has in all what is `usual` (days,)."""
    kept = days.copy()
    for first, after in years(calendar):
        if after <= calendar.horizon and days[first:after].any():
            kept[first:after] *= usual[first:after].sum() / days[first:after].sum()
    return kept


def _moved(usual: np.ndarray, left: np.ndarray, calendar: Calendar) -> np.ndarray:
    """(days,) `left`, raised so that each week has what is `usual`; what finds no day in its week goes to the next
    that has one."""
    week = (np.arange(calendar.horizon) + calendar.start.weekday()) // 7
    due, there = np.bincount(week, usual), np.bincount(week, left)
    taking = np.flatnonzero(there > 0)
    if len(taking):
        closed = np.flatnonzero((there <= 0) & (due > 0))
        to = taking[np.minimum(np.searchsorted(taking, closed), len(taking) - 1)]
        np.add.at(due, to, due[closed])
    return left * np.divide(due, there, out=np.ones_like(due), where=there > 0)[week]
