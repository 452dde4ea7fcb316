"""Bands of weeks waited of the community lists: read from titles, put in order, made into months."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np

from sim.app.importing import cells
from sim.domain.faults import Fault
from sim.domain.people.published import PublishedMonth

Band = tuple[float, float]
"""Weeks waited, from and to."""
Bands = dict[Band, float | None]
"""Band -> people; None where nothing was sent, cells.HIDDEN of a star."""
TOTAL = (-1.0, -1.0)
OPEN = np.inf
_BAND = re.compile(r"(\d+)\s*(?:-|–|to)\s*(\d+)\s*weeks", re.IGNORECASE)
_OPEN = re.compile(r"(?:>|over|more than|greater than)\s*(\d+)\s*weeks|(\d+)\s*(?:\+|plus)\s*weeks", re.IGNORECASE)
_MEAN = re.compile(r"mean|average|median|percent|%", re.IGNORECASE)


def band(title: str) -> tuple[float, float] | None:
    """Weeks waited, from and to, of a sheet's or a column's title; TOTAL of the whole list, None of anything else."""
    if _MEAN.search(title):
        return None
    if found := _BAND.search(title):
        return float(found[1]), float(found[2])
    if found := _OPEN.search(title):
        return float(found[1] or found[2]), OPEN
    return TOTAL if re.search(r"total.*waiting|waiting list", title, re.IGNORECASE) else None


def months_of(
    by_month: Mapping[str, Bands], name: str, notes: list[str], faults: list[Fault]
) -> tuple[PublishedMonth, ...]:
    """The months of a list; what to know of it joins `notes`, what is wrong joins `faults`; `name`: of the file."""
    found = []
    for month in sorted(by_month):
        if all(value is None for value in by_month[month].values()):
            notes.append(f"{month}: nothing was sent")
        elif order := _order(by_month[month]):
            found.append(_month(month, by_month[month], order, name, (notes, faults)))
        else:
            what = f"{month}: the bands of weeks waited do not follow each other"
            faults.append(Fault(name, what, "0-1, 1-2, 2-4, 4-12, 12-18, 18-52 weeks and what is above"))
    return tuple(found)


def _order(bands: Bands) -> list[Band]:
    """Its bands from the shortest to the open one; none where they do not follow each other."""
    own = {one: value for one, value in bands.items() if one != TOTAL}
    split = [(52.0, 104.0), (104.0, OPEN)]
    whole = own.get((52.0, OPEN)) is not None and None in map(own.get, split)
    for one in split if whole or not all(one in own for one in split) else [(52.0, OPEN)]:
        own.pop(one, None)
    order = sorted(own)
    follow = all(high == low for (_, high), (low, _) in zip(order, order[1:]))
    return order if order and order[0][0] == 0 and order[-1][1] == OPEN and follow else []


def _month(
    month: str, bands: Bands, order: list[Band], name: str, told: tuple[list[str], list[Fault]]
) -> PublishedMonth:
    total, notes, faults = bands.get(TOTAL), *told
    values = [bands[one] for one in order]
    if cells.HIDDEN in values:
        if total is None or total < sum(value or 0.0 for value in values if value != cells.HIDDEN):
            faults.append(Fault(name, f"{month}: a count is not told (*), and no total says how many", "the total too"))
        notes.append(f"{month}: small counts that are not told (*) share what the total leaves")
    people = np.array(list(_shared(values, total)))
    if total not in (None, cells.HIDDEN) and abs(people.sum() - total) > 0.5:
        notes.append(f"{month}: the bands add to {people.sum():,.0f}, the total says {total:,.0f}; the bands are used")
    if closed := bank_holidays(month):
        few = (
            f"{closed} bank holiday{'s' if closed > 1 else ''} in the last week: fewer than usual have waited 0-1 weeks"
        )
        notes.append(f"{month}: {few}")
    return PublishedMonth(month, np.array([low * 7.0 for low, _ in order]), people)


def bank_holidays(month: str) -> int:
    """Those of England on a working day of the last week of a month, in which fewer people join."""
    import holidays

    year, number = map(int, month.split("-"))
    days = monthrange(year, number)[1]
    closed = holidays.country_holidays("GB", subdiv="ENG", years=year)
    last = (date(year, number, day) for day in range(days - 6, days + 1))
    return sum(day in closed and day.weekday() < 5 for day in last)


def _shared(values: list[float | None], total: float | None) -> Iterator[float]:
    """People of each band; those of stars share what the total leaves."""
    known = sum(value or 0.0 for value in values if value != cells.HIDDEN)
    each = max((total or 0.0) - known, 0.0) / max(values.count(cells.HIDDEN), 1)
    yield from (each if value == cells.HIDDEN else value or 0.0 for value in values)
