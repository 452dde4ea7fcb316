"""A table in a file of either kind: the header that is looked for, and the rows below it by the header's names."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sim.app.importing import cells
from sim.app.importing.source import Source, refuse
from sim.app.importing.text_rows import rows_of
from sim.app.importing.workbook_rows import Sheet, column, sheets_of

ABOVE = 20
"""Lines that may stand above a header."""


@dataclass(frozen=True)
class SheetTable:
    """`headings`: of each column, as `cells.heading` has them, `titles` as they stand; `rows`: (number, values), a
    value a column at least; `lettered`: of a workbook, whose cells have names."""

    where: str
    headings: tuple[str, ...]
    titles: tuple[str, ...]
    rows: Iterator[tuple[int, Sequence[object]]]
    lettered: bool = False

    def column(self, *names: str) -> int | None:
        """Where the first of these names stands that is there; ScenarioError where it stands twice."""
        name = next((name for name in names if name in self.headings), None)
        if name is None:
            return None
        if self.headings.count(name) > 1:
            refuse(self.where, f"the column {name.replace('_', ' ')} stands twice", "each column once")
        return self.headings.index(name)

    def cell(self, number: int, at: int) -> str:
        """Where a cell is, in words: never what stands in it."""
        if self.lettered:
            return f"{self.where}, cell {column(at)}{number}"
        return f"{self.where}, row {number:,}, column {self.titles[at]}"


def whole(rows: Iterator[tuple[int, Sequence[object]]], wide: int) -> Iterator[tuple[int, Sequence[object]]]:
    """The rows, of which those that end early have nothing in the columns that they lack."""
    return ((number, [*row, *[None] * (wide - len(row))]) for number, row in rows)


def sheets(source: Source) -> Iterator[Sheet]:
    """The sheets of a workbook, or the one of a text file."""
    if source.is_workbook:
        yield from sheets_of(source)
    else:
        yield Sheet("", source.name, ((number, row) for number, row in rows_of(source) if any(row)))


def table_of(source: Source, is_header: Callable[[set[str]], bool]) -> SheetTable | None:
    """The first table whose header's names are those of a form; None where there is none near the top of a sheet."""
    for sheet in sheets(source):
        for number, row in sheet.rows:
            headings = tuple(map(cells.heading, row))
            if is_header(set(headings)):
                titles = tuple(map(cells.text, row))
                return SheetTable(sheet.where, headings, titles, whole(sheet.rows, len(row)), bool(sheet.name))
            if number > ABOVE:
                break
    return None
