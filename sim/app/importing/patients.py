"""The waiting list minimum data set as a trust's own system exports it, a row a patient: counts come out, no row does.

Of each row only the columns of `LIST_COLUMNS` are looked at. A list is taken at the last week that ends in a month.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from sim.app.importing import cells, small_counts
from sim.app.importing.found import OWN, Found
from sim.app.importing.patient_words import GROUPS, LIST_COLUMNS, day
from sim.app.importing.source import Source, refuse
from sim.app.importing.tables import SheetTable, table_of
from sim.domain.people.published import PublishedList, PublishedMonth

FORM = "waiting list minimum data set, a row a patient"
FUNCTIONS = {"110": "trauma_orthopaedics", "410": "rheumatology", "150": "spinal", "108": "spinal"}
TYPES = ("IRTT", "ORTT")
"""Lists on which an RTT clock runs, of those who wait for an admission or for a clinic."""
NEEDED = ("clock start", "treatment function", "week ending")
WEEKS, MOST_WEEKS = 105, 600


def is_header(names: set[str]) -> bool:
    """Whether these are columns of the form."""
    return all(names & set(LIST_COLUMNS[one]) for one in NEEDED)


@dataclass
class _Week:
    """The people of a list at the end of a week: (bands,) who wait, of them who is to be admitted; groups."""

    waiting: np.ndarray = field(default_factory=lambda: np.zeros(WEEKS))
    decided: np.ndarray = field(default_factory=lambda: np.zeros(WEEKS))
    groups: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def band(days: int) -> int:
    """The week band of so many days: 0 to 7 is the first, the last is open."""
    return min(max(days - 1, 0) // 7, WEEKS - 1)


def read(source: Source, functions: Mapping[str, str] = FUNCTIONS) -> Found:
    """The lists of the file: no band, group or rest is of 1 to 7 people. ScenarioError names row and column."""
    table = table_of(source, is_header)
    if table is None:
        refuse(source.name, "no header of the form was found", f"columns {', '.join(NEEDED)}")
    reader = _Reader(table, functions)
    for number, row in table.rows:
        reader.take(number, row)
    return reader.found(source)


class _Reader:
    def __init__(self, table: SheetTable, functions: Mapping[str, str]) -> None:
        self.table, self.functions = table, functions
        self.at = {name: table.column(*known) for name, known in LIST_COLUMNS.items()}
        self.weeks: dict[tuple[str, date], _Week] = defaultdict(_Week)
        self.rows = self.other_lists = self.backwards = 0

    def take(self, number: int, row: Sequence[object]) -> None:
        word = cells.text(self._cell(row, "treatment function")).upper().removeprefix("C_")
        name = self.functions.get(word)
        if name is None:
            return
        if self.at["list type"] is not None and cells.text(self._cell(row, "list type")).upper() not in TYPES:
            self.other_lists += 1
            return
        began, ends = self._day(number, row, "clock start"), self._day(number, row, "week ending")
        for column, found in (("clock start", began), ("week ending", ends)):
            if found is None:
                refuse(self._where(number, column), "there is no date", "a date in every row")
        waited = (ends - began).days
        if waited < 0:
            self.backwards += 1
            return
        self._add(self.weeks[name, ends], number, row, (waited, ends))
        if len(self.weeks) > MOST_WEEKS:
            refuse(self.table.where, f"it has more than {MOST_WEEKS} weeks", "give a year at a time")

    def _add(self, week: _Week, number: int, row: Sequence[object], when: tuple[int, date]) -> None:
        waited, ends = when
        self.rows += 1
        week.waiting[band(waited)] += 1
        inside = cells.text(self._cell(row, "list type")).upper() == TYPES[0]
        if inside or self._day(number, row, "decision to admit") is not None:
            week.decided[band(waited)] += 1
        for group, word_of in GROUPS.items():
            if self.at[group] is not None:
                week.groups[group][word_of(self._cell(row, group))] += 1
        dates = [self._day(number, row, one) for one in ("next appointment", "TCI date") if self.at[one] is not None]
        if dates:
            week.groups["a date ahead"]["yes" if any(one and one >= ends for one in dates) else "no"] += 1

    def _cell(self, row: Sequence[object], name: str) -> object:
        at = self.at[name]
        return row[at] if at is not None and at < len(row) else None

    def _where(self, number: int, name: str) -> str:
        return f"{self.table.where}, row {number:,}, column {name}"

    def _day(self, number: int, row: Sequence[object], name: str) -> date | None:
        try:
            return day(self._cell(row, name))
        except ValueError:
            refuse(self._where(number, name), "this is no date", "as 2026-06-28 or 28/06/2026")
        return None

    def found(self, source: Source) -> Found:
        if not self.rows:
            refuse(self.table.where, f"it has no rows of {', '.join(self.functions)} on an RTT list")
        last: dict[tuple[str, str], date] = {}
        for name, ends in self.weeks:
            key = (name, f"{ends:%Y-%m}")
            last[key] = max(last.get(key, ends), ends)
        lists, groups, notes = [], {}, list(self._notes())
        knows = self.at["decision to admit"] is not None or self.at["list type"] is not None
        for name in dict.fromkeys(name for name, _ in self.weeks):
            months, origins = [], {}
            for month in sorted(month for one, month in last if one == name):
                week = self.weeks[name, last[name, month]]
                if made := _month(month, week, knows):
                    months.append(made)
                    origins[month] = (source.origin("the last week of the month"),)
                    groups[name] = {group: small_counts.starred(words) for group, words in week.groups.items()}
            if months:
                lists.append(PublishedList(name, OWN, tuple(months), origins))
            else:
                notes.append(f"{name}: fewer than 8 people, it is left out")
        return Found(FORM, tuple(lists), None, "the lists of the file", tuple(notes), groups, True)

    def _notes(self) -> Iterator[str]:
        if self.other_lists:
            yield f"{small_counts.told(self.other_lists)} rows are not of {' or '.join(TYPES)}, and left out"
        if self.backwards:
            yield f"{small_counts.told(self.backwards)} rows have a clock that starts after the week's end: left out"
        yield "counts are rounded to 5; bands of fewer than 8 people are joined to the next"


def _month(month: str, week: _Week, knows: bool) -> PublishedMonth | None:
    """A month of the list in bands that give nobody away, also not by the rest; None of fewer than 8 people."""
    edges = np.arange(WEEKS) * 7.0
    told = (week.waiting, week.decided, week.waiting - week.decided) if knows else (week.waiting,)
    wide, counts = small_counts.wide_enough(edges, *told)
    if not counts[0].sum():
        return None
    decided = np.minimum(counts[1], counts[0]) if knows else None
    return PublishedMonth(month, wide, counts[0], decided)
