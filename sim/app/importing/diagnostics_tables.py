"""The tables in which diagnostics (DM01) are published: a row a provider and test, or three columns or more a test.

The CSV file has a row a provider, commissioner and test, with its month. The workbook has sheets, with title rows above
the header: "Provider by Test" has a row a provider and test; a sheet with columns by test names them in the row above
its header, each over its first column. "Provider" has all tests together, of which MRI cannot be told.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sim.app.importing import cells
from sim.app.importing.source import Source, refuse
from sim.app.importing.tables import ABOVE, SheetTable, sheets, whole
from sim.app.importing.workbook_rows import Sheet

FORM = "monthly diagnostics (DM01) of NHS England"
TESTS = ("mri", "magnetic_resonance_imaging")
TEST = ("diagnostic_tests", "diagnostic_test_name", "diagnostic_test", "test_name")
PROVIDER, TOTAL = ("provider_org_code", "provider_code"), ("total_wl", "total_waiting_list")
_RIGHT = "the sheet 'Provider by Test', or the CSV file of the month"


@dataclass(frozen=True)
class MriTable:
    """`test`: the column of the test's name, None where every row is of MRI; `month`: of the sheet, None where each row
    has its own."""

    table: SheetTable
    test: int | None
    month: str | None


def is_header(names: set[str]) -> bool:
    """Whether these are columns of the form; a sheet of all tests together has them too."""
    return bool(names & set(PROVIDER)) and bool(names & set(TOTAL))


def mri_table(source: Source) -> MriTable:
    """ScenarioError where no table of the file tells MRI apart, or a sheet has no month."""
    together = False
    for sheet in sheets(source):
        above: list[list[str]] = []
        for number, row in sheet.rows:
            if is_header(set(map(cells.heading, row))):
                if found := _told_apart(source, sheet, row, above):
                    return found
                together = True
                break
            if number > ABOVE:
                break
            above.append([cells.text(one) for one in row])
    if together:
        refuse(source.name, "all tests are together in it: MRI cannot be told from the others", f"give {_RIGHT}")
    refuse(source.name, "no header of the form was found", f"give the {FORM}: {_RIGHT}")
    raise AssertionError


def _told_apart(
    source: Source, sheet: Sheet, header: Sequence[object], above: Sequence[Sequence[str]]
) -> MriTable | None:
    """The table below a header; None where it has no column of tests, and no columns of MRI either."""
    headings = [cells.heading(one) for one in header]
    test = next((headings.index(name) for name in TEST if name in headings), None)
    if test is None:
        named = (line for line in reversed(above) if any(cells.heading(one) in TESTS for one in line))
        mine = _columns_of_mri(next(named, []), headings)
        headings = [name if at in mine else "" for at, name in enumerate(headings)]
        if not set(headings) & set(TOTAL):
            return None
    titles, rows = tuple(map(cells.text, header)), whole(sheet.rows, len(headings))
    table = SheetTable(sheet.where, tuple(headings), titles, rows, bool(sheet.name))
    return MriTable(table, test, _month(source, sheet, table, above))


def _columns_of_mri(above: Sequence[str], headings: Sequence[str]) -> set[int]:
    """Columns under MRI, and those left of the first test."""
    first = next((at for at, name in enumerate(headings) if name in TOTAL), 0)
    found, name = set(range(first)), ""
    for at in range(first, len(headings)):
        name = cells.heading(above[at]) if at < len(above) and above[at] else name
        if name in TESTS:
            found.add(at)
    return found


def _month(source: Source, sheet: Sheet, table: SheetTable, above: Sequence[Sequence[str]]) -> str | None:
    """Of the column Period, of the line "Period" above the header, of the sheet's name or of the file's."""
    if table.column("period") is not None:
        return None
    lines = [" ".join(row) for row in above if re.search(r"(?i)\bperiod\b", " ".join(row))]
    named = re.sub(r"\.\w+$", "", source.name).replace("_", "-")
    month = next(filter(None, map(cells.month, (*lines, sheet.name, named))), None)
    if month is None:
        refuse(sheet.where, "no month and year can be read above its header or in the file's name", "Period: June 2026")
    return month
