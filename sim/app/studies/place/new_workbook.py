"""`mskflow place new NAME`: an empty workbook "my place", with Coventry's values in grey beside each empty cell."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sim.app.importing import own_workbook
from sim.app.importing.own_workbook import (
    HEAD,
    LIMITS,
    LIST_HEAD,
    LIST_NAMES,
    LISTS,
    OPTION_HEAD,
    OPTIONS,
    WEEKS,
    OwnRow,
)
from sim.app.pages.spreadsheet import Spreadsheet, SpreadsheetPage, between
from sim.app.store.disk import writing

_WIDTHS, _LIST_WIDTHS = (4, 52, 14, 14, 40, 14, 40), (26, *[14] * len(LIST_NAMES))
_LISTS = ("month", "", "e.g. June 2026: people who wait at its end, by weeks waited; what stays empty is nobody")


def write_new(path: Path, new: Mapping, old: Mapping) -> None:
    """Writes the workbook; ScenarioError without what writes it."""
    book = Spreadsheet(path.name)
    rows = own_workbook.rows_of(new, old)
    for name in own_workbook.SHEETS:
        if name == LISTS:
            _lists(book.sheet(name, _LIST_WIDTHS), old["start"]["lists"])
        else:
            page = book.sheet(name, _WIDTHS, hidden=(0,))
            _rows(page, OPTION_HEAD if name == OPTIONS else HEAD, rows[name])
    with writing(path):
        path.write_bytes(book.made())


def _rows(page: SpreadsheetPage, head: Sequence[str], rows: Sequence[OwnRow]) -> None:
    many = len(head) - len(HEAD) + 1
    yours = range(2, 2 + many)
    page.row(0, head, look="head")
    page.frozen(1, 2)
    alike: dict[tuple[float, float], list[tuple[int, int]]] = {}
    for at, row in enumerate(rows, 1):
        looks = {**dict.fromkeys(yours, "yours"), 2 + many: "grey"}
        page.row(at, [row.key, row.what, *[None] * many, row.coventry, row.note], looks)
        if row.kind in LIMITS:
            alike.setdefault(LIMITS[row.kind], []).append((at, 2))
    for (low, high), cells in alike.items():
        for column in yours:
            page.limit([(at, column) for at, _ in cells], between(low, high))


def _lists(page: SpreadsheetPage, lists: Mapping) -> None:
    """A row a band, and below, in grey, the size of Coventry's lists."""
    page.row(0, _LISTS)
    page.row(1, LIST_HEAD, look="head")
    yours = dict.fromkeys(range(1, 1 + len(LIST_NAMES)), "yours")
    for at, weeks in enumerate(WEEKS, 2):
        page.row(at, [weeks, *[None] * len(LIST_NAMES)], yours)
    sizes = [round(sum(lists[name]["waiting"].values()) * lists[name].get("part_of_list", 1)) for name in LIST_NAMES]
    page.row(2 + len(WEEKS), ["Coventry's list, people", *sizes], look="grey")
