"""NHS England's community health services waiting lists (the SitRep): people still waiting, by weeks waited.

As a workbook it has a sheet a band, each with a row an organisation and a column a service; as a table it has a row a
month and service and a column a band. Which band a sheet has is read from its own title. Until November 2024 the last
band is over 52 weeks, from December on it is split at 104. A dash is a service that sent nothing; a star is a small
count that is not told. Who joined and who left is not published.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sim.app.importing import cells
from sim.app.importing.community_bands import Bands, band, months_of
from sim.app.importing.found import Found
from sim.app.importing.source import Source, refuse
from sim.app.importing.tables import sheets
from sim.app.importing.workbook_rows import Sheet, column, sheets_of
from sim.domain.faults import ScenarioError
from sim.domain.people.published import ENGLAND, PublishedList, PublishedMonth

FORM = "community health services waiting lists of NHS England"
SERVICE = "musculoskeletal service"
NAME = "community"
_ABOVE = 15


def is_header(row: list[str]) -> bool:
    """Whether a row is the header of the form as a table."""
    return sum(band(cells.text(one)) is not None for one in row) >= 4 and "service" in map(cells.heading, row)


def read(source: Source, what: Sequence[str] = ()) -> Found:
    """The community MSK list of `what`, the first code of it that is there, and England's beside it.

    ScenarioError where it is not of the form, or has neither.
    """
    reader = _Table(source) if _has_table(source) else _Workbook(source)
    counts = reader.counts()
    notes: list[str] = []
    lists = _lists(counts, what, source, reader.where, notes)
    if not lists:
        refuse(
            source.name, "it has no list of the code asked for", "a code or a name as in its second and third column"
        )
    own = next((one.whose for one in lists if one.whose != ENGLAND), None)
    if what and own is None:
        notes.append(f"{', '.join(what)} is not in it, or sent nothing: there is England's list only")
    return Found(FORM, tuple(lists), None, f"the community list of {own or 'England'}", tuple(notes))


def _lists(
    counts: "Counts", what: Sequence[str], source: Source, where: dict[tuple[str, str], list[str]], notes: list[str]
) -> list[PublishedList]:
    """The place's own and England's, with the months that were sent; ScenarioError with every fault of them."""
    there, lists, faults = {whose for whose, _ in counts}, [], []
    own = next((one for one in what if one.upper() in there), None)
    for whose in filter(None, (own, ENGLAND)):
        here = {month: bands for (one, month), bands in counts.items() if one == whose.upper()}
        if months := months_of(here, source.name, notes, faults):
            lists.append(_list(whose, months, source, where))
    if faults:
        raise ScenarioError(faults)
    return lists


def _list(
    whose: str, months: tuple[PublishedMonth, ...], source: Source, where: dict[tuple[str, str], list[str]]
) -> PublishedList:
    words = {one.month: ", ".join(where[whose.upper(), one.month][:3]) for one in months}
    return PublishedList(NAME, whose, months, {month: (source.origin(line),) for month, line in words.items()})


Counts = dict[tuple[str, str], Bands]
"""(whose, month) -> its bands."""


class _Table:
    """The form as a table: a row a month and service; with a column of codes, of each organisation too."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.where: dict[tuple[str, str], list[str]] = defaultdict(list)

    def counts(self) -> Counts:
        found: Counts = defaultdict(dict)
        for sheet in sheets(self.source):
            header: list[str] = []
            for number, row in sheet.rows:
                words = [cells.text(one) for one in row]
                if header:
                    self._take(found, _Row(header, words, sheet, number))
                elif is_header(words):
                    header = words
                elif number > _ABOVE:
                    break
        if not found:
            refuse(self.source.name, f"no row of '(A) {SERVICE}' was found", f"give the {FORM}")
        return found

    def _take(self, found: Counts, row: "_Row") -> None:
        if SERVICE not in row.of("service").lower():
            return
        month = cells.month(row.of("period"))
        if month is None:
            refuse(row.cell(row.at("period")), "no month and year can be read", "as in 2024-25-August")
        codes = (row.words[at] for at, one in enumerate(row.header) if "code" in cells.heading(one))
        whose = (next(codes, "") or ENGLAND).upper()
        if (whose, month) in found:
            refuse(row.cell(row.at("period")), f"{month} is there twice", "each month of an organisation once")
        for at, title in enumerate(row.header):
            if (one := band(title)) is not None and at < len(row.words):
                found[whose, month][one] = _count(row.words[at], row.cell(at))
        self.where[whose, month].append(
            f"{'' if not row.sheet.name else f'sheet {row.sheet.name}, '}row {row.number:,}"
        )


@dataclass(frozen=True)
class _Row:
    """A row of the table: its `words` under the words of the `header`."""

    header: list[str]
    words: list[str]
    sheet: Sheet
    number: int

    def at(self, heading: str) -> int | None:
        return next((at for at, one in enumerate(self.header) if cells.heading(one) == heading), None)

    def of(self, heading: str) -> str:
        at = self.at(heading)
        return self.words[at] if at is not None and at < len(self.words) else ""

    def cell(self, at: int | None) -> str:
        """Where a cell is, in words."""
        if at is None or at >= len(self.header):
            return f"{self.sheet.where}, row {self.number:,}"
        if self.sheet.name:
            return f"{self.sheet.where}, cell {column(at)}{self.number}"
        return f"{self.sheet.where}, row {self.number:,}, column {self.header[at]}"


def _has_table(source: Source) -> bool:
    """Whether the file has the form as a table; all text files have, or are refused as such."""
    for sheet in sheets(source) if source.is_workbook else ():
        for number, row in sheet.rows:
            if is_header([cells.text(one) for one in row]):
                return True
            if number > _ABOVE:
                break
    return not source.is_workbook


class _Workbook:
    """The form as it is published: a sheet a band, a row an organisation, a column a service."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.where: dict[tuple[str, str], list[str]] = defaultdict(list)

    def counts(self) -> Counts:
        found: Counts = defaultdict(dict)
        month = cells.month(re.sub(r"\.\w+$", "", self.source.name).replace("_", "-"))
        sheets = []
        for sheet in sheets_of(self.source):
            title, at, organisations = self._sheet(sheet)
            month = cells.month(title) or month
            if at is not None and (one := band(title)) is not None:
                sheets.append((sheet.name, one, organisations))
        if not sheets:
            refuse(self.source.name, f"no sheet with a column '(A) {SERVICE}' was found", f"give the {FORM}")
        if month is None:
            refuse(self.source.name, "no month and year can be read in a title or the file's name")
        for name, one, organisations in sheets:
            for whose, (cell, value) in organisations.items():
                if one in found[whose, month]:
                    refuse(f"{self.source.name}, sheet {name}", "another sheet has the same band", "each band once")
                found[whose, month][one] = _count(value, f"{self.source.name}, sheet {name}, cell {cell}")
                self.where[whose, month].append(f"sheet {name}, cell {cell}")
        return found

    def _sheet(self, sheet: Sheet) -> tuple[str, int | None, dict[str, tuple[str, object]]]:
        """The title (all that stands above the header), the column of the service, code or name -> (cell, value)."""
        title, at = _title(sheet)
        found: dict[str, tuple[str, object]] = {}
        for number, row in sheet.rows if at is not None else ():
            if len(row) > max(at, 2):
                for whose in {cells.text(one).upper() for one in row[1:3]} - {"", "-"}:
                    found.setdefault(whose, (f"{column(at)}{number}", row[at]))
        return title, at, found


def _title(sheet: Sheet) -> tuple[str, int | None]:
    """All that stands above the header, which is read too, and the column of the service in that."""
    title = [sheet.name]
    for number, row in sheet.rows:
        words = [cells.text(one) for one in row]
        here = [at for at, word in enumerate(words) if SERVICE in word.lower()]
        if here:
            return " ".join(title), here[0]
        if number > _ABOVE:
            break
        title += filter(None, words)
    return " ".join(title), None


def _count(value: object, where: str) -> float | None:
    try:
        return cells.count(value)
    except ValueError:
        refuse(where, "this is no count of people", "a whole number, - or *")
    return None
