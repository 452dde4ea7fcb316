"""Patients registered at GP practices, by sex and age: who lives in a place.

Rows with the sex or the age `ALL` are the sum of the others, which they would double; rows of a network, a sub-ICB or
an ICB are the sum of their practices.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from sim.app.importing import cells
from sim.app.importing.found import Found, Residents
from sim.app.importing.source import Source, refuse
from sim.app.importing.tables import SheetTable, table_of

FORM = "patients registered at a GP practice"
AGES = ((0, 18, "0-17"), (18, 45, "18-44"), (45, 65, "45-64"), (65, 75, "65-74"), (75, 130, "75+"))
COUNT = "number_of_patients"
OLDEST = AGES[-1][1]
MOST = 70_000_000
_AGE = ("age_group_5", "age")
_CODES = ("org_code", "code", "practice_code")
_OF = ("sub_icb_location_code", "ccg_code", "icb_code", "comm_region_code")
_PRACTICE = ("", "gp", "practice", "gp_practice")


def is_header(names: set[str]) -> bool:
    """Whether these are the columns of the form."""
    return COUNT in names and "sex" in names and bool(names & set(_AGE)) and bool(names & set(_CODES))


def read(source: Source, what: Sequence[str] = ()) -> Found:
    """The residents of the organisation of `what`, or of all practices of the file where it has those of one area only.

    ScenarioError where a row is not of the form, or the file does not say whose people are meant.
    """
    table = table_of(source, is_header)
    if table is None:
        refuse(source.name, "no header of the form was found", f"give {FORM}, by sex and age")
    reader = _Reader(table, {one.upper() for one in what})
    for number, row in table.rows:
        reader.take(number, row)
    return reader.found(source)


class _Reader:
    """Adds up the rows that are meant: (whether of `what`, whether a sum) -> sex -> age -> people."""

    def __init__(self, table: SheetTable, what: set[str]) -> None:
        self.table, self.what = table, what
        self.sums: dict[tuple[bool, bool], float] = defaultdict(float)
        self.by_age: dict[bool, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.women: dict[bool, float] = defaultdict(float)
        self.rows: dict[bool, list[int]] = defaultdict(list)
        self.areas: set[str] = set()
        self.codes: set[str] = set()
        self.month = ""
        at = table.column
        self.sex, self.age, self.count = at("sex"), at(*_AGE), at(COUNT)
        self.sort, self.code, self.date = at("org_type", "type"), at(*_CODES), at("extract_date")
        self.of = [one for one in map(at, _OF) if one is not None]

    def take(self, number: int, row: Sequence[object]) -> None:
        if not any(cells.text(row[at]) for at in (self.code, self.sex, self.age, self.count)):
            return  # a note below the table
        sort = cells.heading(row[self.sort]) if self.sort is not None else ""
        code, areas = cells.text(row[self.code]).upper(), {cells.text(row[one]).upper() for one in self.of}
        ours = bool({code, *areas} & self.what)
        self.codes |= {code, *areas} & self.what
        if not ours and sort not in _PRACTICE:
            return
        people = self._people(number, row)
        self._of_one_month(number, row)
        self.areas |= areas
        sex, age = cells.text(row[self.sex]).upper(), cells.text(row[self.age]).upper()
        if "ALL" in (sex, age):
            self.sums[ours, sex == age == "ALL"] += people
            return
        years = self._years(number, age)
        self.rows[ours].append(number)
        for band, part in years:
            self.by_age[ours][band] += people * part
        self.women[ours] += people if sex.startswith("F") else 0.0

    def _of_one_month(self, number: int, row: Sequence[object]) -> None:
        month = (cells.month(row[self.date]) or "") if self.date is not None else ""
        if self.month and month and month != self.month:
            refuse(self.table.cell(number, self.date), "this is another month than above it", "one month a file")
        self.month = self.month or month

    def _people(self, number: int, row: Sequence[object]) -> float:
        try:
            value = cells.count(row[self.count])
        except ValueError:
            value = None
        if value is None or value == cells.HIDDEN:
            refuse(self.table.cell(number, self.count), "this is no count of people", "a whole number")
        return value

    def _years(self, number: int, age: str) -> list[tuple[str, float]]:
        """The model's age bands of an age or a group of five years, each with the part of it."""
        match = re.fullmatch(r"(\d{1,3})(?:\s*[_-]\s*(\d{1,3})|(\+))?", age)
        if match is None:
            refuse(self.table.cell(number, self.age), "this is no age", "as in 45, 45_49, 95+ or ALL")
        low = int(match[1])
        high = int(match[2]) + 1 if match[2] else max(low + 1, 120 if match[3] else 0)
        if not low < high <= OLDEST:
            refuse(self.table.cell(number, self.age), "this is no age", f"from 0 to {OLDEST - 1}, the lower one first")
        parts = [(word, min(high, last) - max(low, first)) for first, last, word in AGES]
        return [(word, many / (high - low)) for word, many in parts if many > 0]

    def found(self, source: Source) -> Found:
        ours = bool(self.rows[True]) or any(self.sums[True, one] for one in (True, False))
        notes = []
        if not ours and len(self.areas) > 1:
            right = "say whose: --what with the code of an ICB or sub-ICB; or --population N"
            refuse(source.name, "it has the practices of several areas, and none of the code asked for", right)
        if not ours:
            notes.append("none of its codes was asked for: the practices in it are taken to be the place")
        by_age = dict(self.by_age[ours])
        people = sum(by_age.values()) if by_age else self.sums[ours, True]
        if not people:
            refuse(source.name, "it has no people of the code asked for", f"give {FORM}, by sex and age")
        told = self.sums[ours, True]
        if by_age and told and abs(told - people) > 0.5:
            refuse(source.name, "its rows by age do not add to its rows of ALL", "the file as it is published")
        if people > MOST:
            refuse(source.name, f"it has more than {MOST:,} people", "the file as it is published")
        where = cells.in_rows(self.rows[ours]) if by_age else "rows of ALL"
        women = self.women[ours] if by_age else None
        whose = ", ".join(sorted(self.codes))
        residents = Residents(people, by_age, women, self.month, source.origin(where), whose)
        return Found(FORM, (), residents, "its residents", tuple(notes))
