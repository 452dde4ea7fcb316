"""NHS England's RTT "full CSV": a row a provider, commissioner, part and treatment function; columns are weeks waited.

What must be known to read it: C_999 is the sum of the other treatment functions; Part 2A is inside Part 2; a provider
has a row for each commissioner; the first band is 0 to 7 days, the last is open; `Total` is filled in Parts 1A and 1B
only, which also have people of whom no clock start is known and who stand in no band; Part 3 has no bands, its people
are in `Total All`; commissioner NONC is not England; names change, codes do not. An empty cell is nobody.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.app.importing import cells
from sim.app.importing.found import Found
from sim.app.importing.source import Source, refuse
from sim.app.importing.tables import sheets
from sim.app.importing.workbook_rows import column
from sim.domain.faults import Fault, ScenarioError
from sim.domain.people.published import ENGLAND, PublishedList, PublishedMonth

FORM = 'RTT "full CSV" of NHS England'
LISTS = {"C_110": "trauma_orthopaedics", "C_410": "rheumatology", "C_150": "spinal"}
"""Treatment function -> the model's list; neurosurgery stands in for spinal."""
ALL_FUNCTIONS = "C_999"
NOT_ENGLAND = "NONC"
PARTS = {
    "part_1a": "admitted",
    "part_1b": "not_admitted",
    "part_2": "waiting",
    "part_2a": "decided",
    "part_3": "starts",
}
NEEDED = (
    "period",
    "provider_org_code",
    "commissioner_org_code",
    "rtt_part_type",
    "treatment_function_code",
    "total_all",
)
_BAND = re.compile(r"gt_(\d+)(?:_to_(\d+))?_weeks(?:_sum_1)?")
_ABOVE = 20
"""Lines that may stand above the header in older months."""


def is_header(row: list[str]) -> bool:
    """Whether a row is the header of this form."""
    words = set(map(cells.heading, row))
    return {"rtt_part_type", "treatment_function_code"} <= words


@dataclass
class _Sums:
    """People of one list and month so far: part -> (bands,), `total`: of no band; `rows` where they stand."""

    bands: dict[str, np.ndarray]
    total: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    rows: list[int] = field(default_factory=list)


class _Columns:
    """Where the columns of the form stand, found by their names."""

    def __init__(self, header: list[str], source: Source) -> None:
        names = [cells.heading(one) for one in header]
        missing = [one for one in NEEDED if one not in names]
        bands = [(int(m[1]), m[2], at) for at, name in enumerate(names) if (m := _BAND.fullmatch(name))]
        if missing:
            refuse(source.name, f"the column '{missing[0]}' is missing", f"give the whole {FORM}")
        for name in NEEDED:
            if names.count(name) > 1:
                refuse(source.name, f"the column '{name}' stands twice", f"give {FORM} as it is published")
        whole = bands and all(
            low == n and (high is None) == (n == len(bands) - 1) for n, (low, high, _) in enumerate(bands)
        )
        if not whole:
            right = "columns 'Gt 00 To 01 Weeks SUM 1' to an open last one"
            refuse(source.name, "the week bands do not follow each other", right)
        self.at = {name: names.index(name) for name in names}
        self.first, self.last = bands[0][2], bands[-1][2] + 1
        if self.last - self.first != len(bands):
            refuse(source.name, "other columns stand among the week bands", f"give {FORM} as it is published")
        self.names, self.edges = header, np.arange(len(bands)) * 7.0
        self.wide = len(header)

    def of(self, row: Sequence[str], name: str) -> str:
        at = self.at.get(name)
        return "" if at is None else row[at].strip()


def read(source: Source, what: Sequence[str] = (), lists: Mapping[str, str] = LISTS) -> Found:
    """The lists of `what` (codes of providers, or of ICBs or sub-ICBs for their people), and England's beside them.

    Without `what`: the one provider of the file. `lists`: treatment function -> name of the list. ScenarioError where a
    row is not of the form, or nothing of `what` is there.
    """
    reader = _Reader(source, what, lists)
    for number, row in reader.rows():
        reader.take(number, row)
    return reader.found()


class _Reader:
    """Adds up the rows of a file, one after the other."""

    def __init__(self, source: Source, what: Sequence[str], lists: Mapping[str, str]) -> None:
        self.source, self.what, self.lists = source, {one.upper() for one in what}, lists
        self.sums: dict[tuple[str, str, str], _Sums] = {}
        self.abroad = 0.0
        self.unknown = 0.0
        self._given = bool(what)
        self._more: list[str] = []
        self._months: dict[tuple[str, str], str] = {}
        self._codes: dict[str, set[str]] = defaultdict(set)
        self._told: set[tuple[str, str]] = set()

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """The rows below the header, each with as many cells."""
        self.columns = None
        for sheet in sheets(self.source):
            for number, row in sheet.rows:
                if self.columns is not None:
                    yield number, self._words(row)
                elif is_header(words := list(map(cells.text, row))):
                    self.columns, self.where = _Columns(words, self.source), sheet.where
                elif number > _ABOVE:
                    break
            if self.columns is not None:
                return
        refuse(self.source.name, "no header of the form was found", f"give {FORM} as it is published")

    def _words(self, row: Sequence[object]) -> Sequence[str]:
        """Cells of a workbook's row are words, and end where the last that is filled in stands."""
        if not self.source.is_workbook:
            return row
        words = list(map(cells.text, row))
        while len(words) > self.columns.wide and not words[-1]:
            words.pop()
        return words + [""] * (self.columns.wide - len(words))

    def _cell(self, number: int, at: int) -> str:
        """Where a cell is, in words."""
        if self.source.is_workbook:
            return f"{self.where}, cell {column(at)}{number}"
        return f"{self.where}, row {number:,}, column {self.columns.names[at].strip()}"

    def take(self, number: int, row: Sequence[str]) -> None:
        """Adds a row to England and, if it is of `what`, to that."""
        columns = self.columns
        if len(row) != columns.wide:
            refuse(f"{self.where}, row {number:,}", f"it has {len(row)} cells, the header {columns.wide}")
        provider = columns.of(row, "provider_org_code").upper()
        if not self._given:
            if self.what - {provider}:
                refuse(self.source.name, "it has several providers", "say which place is meant: --what CODE")
            self.what = {provider}
        name = self.lists.get(columns.of(row, "treatment_function_code").upper())
        part = PARTS.get(columns.of(row, "rtt_part_type").lower())
        if name is None or part is None:
            return
        month = self._month(number, columns.of(row, "period"), columns.of(row, "year"))
        theirs = {columns.of(row, f"commissioner_{one}").upper() for one in ("org_code", "parent_org_code")}
        bands, total, unknown = self._numbers(number, row, part)
        ours = "provider" if provider in self.what else "people" if self.what & theirs else ""
        self._codes[ours] |= self.what & ({provider} if ours == "provider" else theirs)
        if NOT_ENGLAND in theirs:
            self.abroad += total if ours and part == "waiting" else 0.0
            return
        self._told.add((month, part))
        for whose in filter(None, (ENGLAND, ours)):
            sums = self.sums.setdefault((whose, name, month), _Sums(defaultdict(lambda: np.zeros(len(columns.edges)))))
            sums.bands[part] += bands
            sums.total[part] += total
            if whose == ours:
                sums.rows.append(number)
                self.unknown += unknown

    def _month(self, number: int, period: str, year: str) -> str:
        if (period, year) not in self._months:
            month = cells.month(period, year)
            if month is None:
                refuse(
                    self._cell(number, self.columns.at["period"]),
                    "no month and year can be read",
                    "as in RTT-June-2026",
                )
            self._months[period, year] = month
        return self._months[period, year]

    def _numbers(self, number: int, row: Sequence[str], part: str) -> tuple[np.ndarray, float, float]:
        """(bands,) of a row, its `Total All`, and of how many no clock start is known."""
        columns = self.columns
        counts = [self._count(number, at, row[at]) for at in range(columns.first, columns.last)]
        total = self._count(number, columns.at["total_all"], columns.of(row, "total_all"))
        bands = np.array(counts)
        inside = float(bands.sum())
        if part in ("waiting", "decided") and inside != total:
            refuse(
                self._cell(number, columns.at["total_all"]),
                "it is not the sum of the week bands",
                f"give {FORM} as it is published",
            )
        return bands, total, total - inside if part in ("admitted", "not_admitted") else 0.0

    def _count(self, number: int, at: int, word: str) -> float:
        if word.isdigit() and word.isascii():
            return float(word)
        people = cells.told(word)
        if people is None:
            refuse(self._cell(number, at), "this is no count of people", "a whole number, or nothing for nobody")
        return people or 0.0

    def found(self) -> Found:
        """What the rows were; ScenarioError where none of `what` was there."""
        role = next((one for one in ("provider", "people") if any(whose == one for whose, _, _ in self.sums)), None)
        if role is None:
            right = "a code as in the columns Provider Org Code, Commissioner Parent Org Code or Commissioner Org Code"
            refuse(self.source.name, f"it has no rows of {', '.join(self.lists)} for the code asked for", right)
        faults, lists = [], []
        for whose in (role, ENGLAND):
            for name in dict.fromkeys(name for one, name, _ in self.sums if one == whose):
                lists.append(self._list(whose, name, faults))
        if faults:
            raise ScenarioError(faults)
        words = {"provider": "the lists of provider", "people": "the lists of the people of"}[role]
        whose = f"{words} {self._whose(role)}"
        return Found(FORM, tuple(lists), None, whose, tuple(self._notes()), of_people=role == "people")

    def _whose(self, role: str) -> str:
        return ENGLAND if role == ENGLAND else ", ".join(sorted(self._codes[role]))

    def _list(self, whose: str, name: str, faults: list[Fault]) -> PublishedList:
        months, origins = [], {}
        code = next(code for code, one in self.lists.items() if one == name)
        for month in sorted(month for one, other, month in self.sums if (one, other) == (whose, name)):
            sums = self.sums[whose, name, month]
            if "waiting" not in sums.bands:
                right = "Part_2 (incomplete pathways) of this month"
                faults.append(Fault(self.source.name, f"{month}, {code}: nobody's wait is told", right))
                continue
            told = {part for one, part in self._told if one == month}
            if "decided" in sums.bands:
                self._inside(f"{month}, {code}", sums, faults)
            months.append(_month_of(month, self.columns.edges, sums, told))
            rows = cells.in_rows(sums.rows) if sums.rows else f"all rows of {code}"
            origins[month] = (self.source.origin(rows),)
        return PublishedList(name, self._whose(whose), tuple(months), origins)

    def _inside(self, what: str, sums: _Sums, faults: list[Fault]) -> None:
        """Part 2A is inside Part 2: a return may be out by a few in a band, which are cut off and told."""
        waiting, decided = sums.bands["waiting"], sums.bands["decided"]
        if decided.sum() > waiting.sum():
            words = f"{what}: more are to be admitted (Part_2A) than wait (Part_2)"
            faults.append(Fault(self.source.name, words, "both parts of the same month and revision"))
        elif over := float(np.maximum(decided - waiting, 0).sum()):
            self._more.append(
                f"{what}: {over:,.0f} in Part_2A are more than wait in their bands (Part_2), and left out"
            )
            sums.bands["decided"] = np.minimum(decided, waiting)

    def _notes(self) -> Iterator[str]:
        yield from self._more
        if self.abroad:
            yield f"{self.abroad:,.0f} who wait are of commissioner NONC, which is not England: they are left out"
        if self.unknown:
            yield f"of {self.unknown:,.0f} clock stops no start is known: they stand in no band and are left out"
        functions = [code for code, name in self.lists.items() if any(one == name for _, one, _ in self.sums)]
        yield f"read in detail: {', '.join(functions)}; {ALL_FUNCTIONS}, their sum with all others, is not used"


def _month_of(month: str, edges: np.ndarray, sums: _Sums, told: set[str]) -> PublishedMonth:
    """`told`: the parts that the file has of this month; of which of them there is no row here, there is nobody."""
    parts = {part: sums.bands.get(part, np.zeros(len(edges))) for part in told}
    stops = parts["admitted"] + parts["not_admitted"] if {"admitted", "not_admitted"} <= told else None
    return PublishedMonth(
        month,
        edges,
        parts["waiting"],
        parts.get("decided"),
        sums.total["starts"] if "starts" in told else None,
        stops,
        None if stops is None else parts["admitted"],
    )
