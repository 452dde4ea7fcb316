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
from sim.app.importing.source import refuse

GREY, YELLOW = "FF808080", "FFFFF8DC"
_WIDE = {"A": 4, "B": 52, "C": 14, "D": 14, "E": 40}
_LISTS = ("month", "", "e.g. June 2026: people who wait at its end, by weeks waited; what stays empty is nobody")


def write_new(path: Path, new: Mapping, old: Mapping) -> None:
    """Writes the workbook; ScenarioError without what writes it."""
    try:
        from openpyxl import Workbook
    except ImportError:
        refuse(path.name, "to write .xlsx files openpyxl is needed", "install mskflow[excel]")
    book = Workbook()
    book.remove(book.active)
    rows = own_workbook.rows_of(new, old)
    for name in own_workbook.SHEETS:
        sheet = book.create_sheet(name)
        if name == LISTS:
            _lists(sheet, old["start"]["lists"])
        else:
            _rows(sheet, OPTION_HEAD if name == OPTIONS else HEAD, rows[name])
    book.save(path)


def _rows(sheet, head: Sequence[str], rows: Sequence[OwnRow]) -> None:
    from openpyxl.styles import Font, PatternFill

    sheet.append(head)
    many = len(head) - len(HEAD) + 1
    for number, row in enumerate(rows, 2):
        sheet.append([row.key, row.what, *[None] * many, row.coventry, row.note or None])
        for at in range(3, 3 + many):
            sheet.cell(number, at).fill = PatternFill("solid", fgColor=YELLOW)
        sheet.cell(number, 3 + many).font = Font(color=GREY)
        if row.kind in LIMITS:
            _limit(sheet, number, many, LIMITS[row.kind])
    _look(sheet)


def _limit(sheet, number: int, many: int, limits: tuple[float, float]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    low, high = limits
    rule = DataValidation("decimal", "between", str(low), str(high), allow_blank=True)
    rule.error = f"a number from {low:,} to {high:,}"
    rule.add(f"C{number}:{chr(ord('C') + many - 1)}{number}")
    sheet.add_data_validation(rule)


def _look(sheet) -> None:
    from openpyxl.styles import Font

    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, wide in _WIDE.items():
        sheet.column_dimensions[letter].width = wide
    sheet.column_dimensions["A"].hidden = True
    sheet.freeze_panes = "C2"


def _lists(sheet, lists: Mapping) -> None:
    """A row a band, and far to the right, in grey, the size of Coventry's lists."""
    from openpyxl.styles import Font, PatternFill

    sheet.append(_LISTS)
    sheet.append(LIST_HEAD)
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    for number, weeks in enumerate(WEEKS, 3):
        sheet.append([weeks])
        for at in range(2, 2 + len(LIST_NAMES)):
            sheet.cell(number, at).fill = PatternFill("solid", fgColor=YELLOW)
    sizes = [round(sum(lists[name]["waiting"].values()) * lists[name].get("part_of_list", 1)) for name in LIST_NAMES]
    sheet.append(["Coventry's list, people", *sizes])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(color=GREY)
    sheet.column_dimensions["A"].width = 26
