"""NHS England's monthly diagnostics (DM01): who waits for a test, by weeks, and the tests done in the month.

Every specialty is in it, not MSK alone. A provider has a row for each commissioner, and one for `TOTAL`, the sum of
all tests, which is not used. `diagnostics_tables` finds the table, in the CSV file or the workbook.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from sim.app.importing import cells
from sim.app.importing.diagnostics_tables import FORM, PROVIDER, TESTS, TOTAL, MriTable, mri_table
from sim.app.importing.found import Found
from sim.app.importing.source import Source, refuse
from sim.app.importing.tables import SheetTable
from sim.domain.people.published import ENGLAND, PublishedList, PublishedMonth

NAME = "imaging"
NOT_ENGLAND = "NONC"
_NOBODY = ("", "-", "TOTAL", "ENGLAND", "ENG")
"""What stands for a code in a row that is the sum of others."""
_BAND = re.compile(r"(\d+)_(\d+)_weeks?|(\d+)_weeks")
_OVER = re.compile(r"number_waiting_(\d+)_weeks")
_DONE = re.compile(r"(planned|unscheduled|waiting_list)_tests_procedures.*")


def read(source: Source, what: Sequence[str] = ()) -> Found:
    """The MRI list of `what` (codes of providers, or of commissioners for their people), and England's beside it."""
    found = mri_table(source)
    reader = _Reader(found, source, {one.upper() for one in what})
    for number, row in found.table.rows:
        reader.take(number, row)
    return reader.found(source)


class _Reader:
    """Adds up the rows of MRI: (whose, month) -> (bands,) people, tests done, and where they stand."""

    def __init__(self, found: MriTable, source: Source, what: set[str]) -> None:
        self.table, self.test, self.month, self.what = found.table, found.test, found.month, what
        table = found.table
        self.bands, self.over = _bands(table, source)
        self.people: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros(len(self.bands)))
        self.codes: dict[str, set[str]] = defaultdict(set)
        self.done: dict[tuple[str, str], float] = defaultdict(float)
        self.rows: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.provider, self.total, self.period = table.column(*PROVIDER), table.column(*TOTAL), table.column("period")
        activity = table.column("total_activity")
        parts = [at for at, name in enumerate(table.headings) if _DONE.fullmatch(name)]
        self.activity = parts if activity is None else [activity]
        commissioners = (table.column(f"commissioner_{one}org_code") for one in ("", "parent_"))
        self.commissioners = [at for at in commissioners if at is not None]

    def take(self, number: int, row: Sequence[object]) -> None:
        provider = cells.text(row[self.provider]).upper()
        if provider in _NOBODY or (self.test is not None and cells.heading(row[self.test]) not in TESTS):
            return
        theirs = {cells.text(row[at]).upper() for at in self.commissioners}
        if NOT_ENGLAND in theirs:
            return
        month = self.month or cells.month(row[self.period])
        if month is None:
            refuse(self.table.cell(number, self.period), "no month and year can be read", "as in DM01-June-2026")
        counts = self._counts(number, row)
        done = sum(self._count(number, at, row) for at in self.activity)
        ours = "provider" if provider in self.what else "people" if self.what & theirs else ""
        self.codes[ours] |= self.what & ({provider} if ours == "provider" else theirs)
        for whose in filter(None, (ENGLAND, ours)):
            self.people[whose, month] += counts
            self.done[whose, month] += done
            self.rows[whose, month].append(number)

    def _counts(self, number: int, row: Sequence[object]) -> np.ndarray:
        """(bands,) people; as many as the row says wait in all, and for so many weeks."""
        told = np.array([self._count(number, at, row) for _, at in self.bands])
        total = self._count(number, self.total, row)
        if self.over:  # three counts, each of which has the next
            told = np.concatenate([[total], told[1:]])
            counts = told - np.append(told[1:], 0.0)
            if (counts < 0).any():
                at = self.bands[int(np.flatnonzero(counts < 0)[0]) + 1][1]
                refuse(self.table.cell(number, at), "more people have waited so long than wait", "no more than in all")
            return counts
        if told.sum() != total:
            refuse(self.table.cell(number, self.total), "this is not the sum of its bands", f"{told.sum():,.0f}")
        return told

    def _count(self, number: int, at: int, row: Sequence[object]) -> float:
        people = cells.told(row[at])
        if people is None:
            refuse(self.table.cell(number, at), "this is no count of people", "a whole number, or nothing for nobody")
        return people or 0.0

    def found(self, source: Source) -> Found:
        role = "provider" if any(whose == "provider" for whose, _ in self.people) else "people"
        both = ((role, ", ".join(sorted(self.codes[role]))), (ENGLAND, ENGLAND))
        lists = [one for one in (self._list(source, *whose) for whose in both) if one.months]
        if not lists:
            refuse(source.name, "it has no row of MRI", f"give the {FORM}")
        notes = ["all specialties are in it: what part of it is MSK is not published"]
        latest = lists[0].months[-1].month
        people = lists[0].months[-1].waiting
        late = ", ".join(
            f"{people[lists[0].months[-1].edges >= 7 * weeks].sum():,.0f} {weeks} weeks" for weeks in (6, 13)
        )
        notes.append(f"{latest}: of {people.sum():,.0f} who wait for MRI have waited at least {late}")
        if done := self.done.get((role, latest)):
            notes.append(f"{latest}: {done:,.0f} scans done in the month")
        words = f"the MRI list of {both[0][1] or 'England'}"
        return Found(FORM, tuple(lists), None, words, tuple(notes), of_people=role == "people")

    def _list(self, source: Source, whose: str, name: str) -> PublishedList:
        edges = np.array([low * 7.0 for low, _ in self.bands])
        months = sorted(month for one, month in self.people if one == whose)
        origins = {month: (source.origin(cells.in_rows(self.rows[whose, month])),) for month in months}
        made = tuple(PublishedMonth(month, edges, self.people[whose, month]) for month in months)
        return PublishedList(NAME, name, made, origins)


def _bands(table: SheetTable, source: Source) -> tuple[list[tuple[int, int]], bool]:
    """(weeks from, column) of each band, which follow each other and the last of which is open; and whether each count
    is of all who have waited longer, as where only the total, 6+ and 13+ weeks are told."""
    found = sorted((int(m[1] or m[3]), int(m[2] or 0), at) for at, m in _named(table, _BAND))
    lows, highs, columns = (list(one) for one in zip(*found)) if found else ([], [], [])
    if not any(highs):
        over = [(int(m[1]), at) for at, m in _named(table, _OVER)] or list(zip(lows, columns))
        if over:
            return [(0, table.column(*TOTAL) or 0), *sorted(over)], True
    if [0, *highs] != [*lows, 0] or not found:
        refuse(table.where, "the bands of weeks waited do not follow each other", "'00 < 01 Week' to '13+ Weeks'")
    return list(zip(lows, columns)), False


def _named(table: SheetTable, pattern: re.Pattern[str]) -> list[tuple[int, re.Match[str]]]:
    """(column, match) of the columns whose names match."""
    return [(at, match) for at, name in enumerate(table.headings) if (match := pattern.fullmatch(name))]
