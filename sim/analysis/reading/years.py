"""Whole years of a window of days."""

from sim.domain.calendar import DAYS_A_YEAR

NEARLY_A_YEAR = 0.99


def full_years(first_day: int, last_day: int) -> list[tuple[int, int]]:
    """(first day, day after the last) of each whole year of days `first_day` up to `last_day`, which is not included.

    Days are whole, so two years may be 730 of the 730.5 days that they have: a year that is cut short by a day or three
    is one, and what remains of a longer window is of no year.
    """
    years = int((last_day - first_day) / DAYS_A_YEAR + 1 - NEARLY_A_YEAR)
    edges = [min(first_day + round(number * DAYS_A_YEAR), last_day) for number in range(years + 1)]
    return list(zip(edges, edges[1:], strict=False))
