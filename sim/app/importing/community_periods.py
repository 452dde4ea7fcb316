"""The community data set's table of RTT periods, a row a period: who joined, left and waits, as counts.

Only the columns of `COMMUNITY_COLUMNS` are looked at: which service a period is of, and whose, stands in others, so the
file must be of the MSK service alone, and of one submission. The list is that at the end of its latest date's month.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from datetime import date

import numpy as np

from sim.app.importing import cells, small_counts
from sim.app.importing.found import OWN, Found
from sim.app.importing.patient_words import COMMUNITY_COLUMNS, GROUPS, day
from sim.app.importing.patients import WEEKS, band
from sim.app.importing.source import Source, refuse
from sim.app.importing.tables import SheetTable, table_of
from sim.domain.people.published import PublishedList, PublishedMonth

FORM = "community data set, RTT periods, a row a period"
NAME = "community"
MEASURED = ("01", "02")
"""Consultant-led and allied health professional waits; others are responses in hours."""
OVER = ("3", "9")
"""How the status of a period begins whose clock has stopped, or never ran."""
_NEEDED = ("start date", "end date", "measurement type")


def is_header(names: set[str]) -> bool:
    """Whether these are columns of the form."""
    return all(names & set(COMMUNITY_COLUMNS[one]) for one in _NEEDED)


def read(source: Source) -> Found:
    """The community list of the file, no count of which is of 1 to 7 people."""
    table = table_of(source, is_header)
    if table is None:
        refuse(source.name, "no header of the form was found", f"columns {', '.join(_NEEDED)}")
    periods, others, closed = _periods(table)
    if not periods:
        refuse(table.where, "it has no period of measurement type 01 or 02", "the RTT periods of the MSK service")
    latest = date.fromordinal(max(max(began, ended) for began, ended, _ in periods))
    month, groups = _month(latest, periods)
    notes = ["it is taken to be of the MSK service alone: which service a period is of is not read"]
    notes += [f"{small_counts.told(others)} rows are of other measurement types, and left out"] if others else []
    notes += [f"{small_counts.told(closed)} rows have no end but a status of no RTT clock: left out"] if closed else []
    if not month.waiting.sum():
        refuse(table.where, "fewer than 8 people wait at the end of its latest month", "a file of the whole service")
    origins = {month.month: (source.origin("all rows"),)}
    lists = (PublishedList(NAME, OWN, (month,), origins),)
    return Found(FORM, lists, None, "the community list of the file", tuple(notes), {NAME: groups}, True)


def _periods(table: SheetTable) -> tuple[Counter[tuple[int, int, str]], int, int]:
    """(start, end or 0, age) -> how many; rows of other measurement types; rows without an end whose clock is over."""
    at = {name: table.column(*known) for name, known in COMMUNITY_COLUMNS.items()}
    periods: Counter[tuple[int, int, str]] = Counter()
    others = closed = 0
    for number, row in table.rows:
        word = {name: cells.text(row[k]) if k is not None and k < len(row) else "" for name, k in at.items()}
        if word["measurement type"].zfill(2) not in MEASURED:
            others += 1
            continue
        began, ended = (_day(table, number, row, (one, at[one])) for one in ("start date", "end date"))
        if began is None:
            refuse(f"{table.where}, row {number:,}, column start date", "there is no date", "a date in every row")
        if ended is None and word["status"][:1] in OVER:
            closed += 1
            continue
        age = GROUPS["age band"](word["age band"]) if at["age band"] is not None else ""
        periods[began.toordinal(), ended.toordinal() if ended else 0, age] += 1
    return periods, others, closed


def _month(
    latest: date, periods: Counter[tuple[int, int, str]]
) -> tuple[PublishedMonth, dict[str, dict[str, int | None]]]:
    """The month of the latest date, in bands that give nobody away, and who waits by age."""
    first, last = (
        date(latest.year, latest.month, one).toordinal() for one in (1, monthrange(latest.year, latest.month)[1])
    )
    waiting, stops, ages, starts = np.zeros(WEEKS), np.zeros(WEEKS), Counter(), 0
    for (began, ended, age), many in periods.items():
        if began > last or (ended and ended < began):
            continue
        starts += many if began >= first else 0
        if not ended or ended > last:
            waiting[band(last - began)] += many
            ages[age] += many
        elif ended >= first:
            stops[band(ended - began)] += many
    wide, (waits, left) = small_counts.wide_enough(np.arange(WEEKS) * 7.0, waiting, stops)
    joined = float(small_counts.rounded(np.array(float(starts)))) if starts >= small_counts.FEWEST else None
    groups = {"age band": small_counts.starred(ages)} if "" not in ages else {}
    return PublishedMonth(f"{latest:%Y-%m}", wide, waits, None, joined, left), groups


def _day(table: SheetTable, number: int, row: Sequence[object], column: tuple[str, int | None]) -> date | None:
    name, at = column
    try:
        return day(row[at]) if at is not None and at < len(row) else None
    except ValueError:
        refuse(f"{table.where}, row {number:,}, column {name}", "this is no date", "as 2026-06-28 or 28/06/2026")
    return None
