"""The sheets of an .xlsx workbook, a row at a time, whatever somebody has sent.

A workbook is a folder of XML packed small: it may unpack to any size, name entities that grow, refer to other files and
hold formulas. It is looked through before it is opened; what is not plain values is refused.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from sim.app.configuration.files.shipped import cut
from sim.app.importing.source import Source, refuse

UNPACKED = 150_000_000
"""Bytes to which the parts of a workbook may unpack together."""
PARTS, SHEETS, ROWS, COLUMNS = 1_000, 60, 300_000, 2_000
_RISKY = (
    (r"vbaProject|macrosheets|\.bin$", "it holds macros or other programs", "save it as .xlsx without macros"),
    (r"externalLinks/", "it refers to other files", "copy the sheet and paste its values into a new workbook"),
)


@dataclass(frozen=True)
class Sheet:
    """`rows`: (row number from 1, values) of each row that has any; `where` it is, in words."""

    name: str
    where: str
    rows: Iterator[tuple[int, tuple]]


def column(at: int) -> str:
    """The letters of a column: 0 is A."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheets_of(source: Source) -> Iterator[Sheet]:
    """Each sheet with its rows, read as they are asked for; ScenarioError where it is no plain workbook."""
    try:
        import defusedxml  # noqa: F401  without it openpyxl reads entities
        from openpyxl import load_workbook
    except ImportError:
        right = "pip install '.[excel]' in a clone of mskflow, or save the sheet as .csv (UTF-8)"
        refuse(source.name, "to read .xlsx files openpyxl and defusedxml are needed", right)
    _look_through(source)
    try:
        book = load_workbook(source.path, read_only=True, data_only=False, keep_links=False)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers do
        _no_workbook(source, error)
    try:
        if len(book.sheetnames) > SHEETS:
            refuse(source.name, f"it has more than {SHEETS} sheets", "give the workbook as it is published")
        for number, sheet in enumerate(book.worksheets, 1):
            where = source.sheet(sheet.title, number)
            yield Sheet(cut(sheet.title, 40), where, _rows(source, sheet, where))
    finally:
        book.close()


def _rows(source: Source, sheet, where: str) -> Iterator[tuple[int, tuple]]:
    sheet.reset_dimensions()  # what it says of its own size need not be so
    rows = sheet.iter_rows()
    number = 0
    while True:
        try:
            cells = next(rows, None)
        except MemoryError:
            raise
        except Exception as error:
            _no_workbook(source, error)
        if cells is None:
            return
        number += 1
        if number > ROWS or len(cells) > COLUMNS:
            refuse(where, f"it has more than {ROWS:,} rows or {COLUMNS:,} columns", "give the part that is meant")
        for at, cell in enumerate(cells):
            if cell.data_type == "f":
                right = "copy the sheet and paste its values"
                refuse(f"{where}, cell {column(at)}{number}", "a formula stands where a value belongs", right)
        values = tuple(cell.value for cell in cells)
        if any(value is not None for value in values):
            yield number, values


def _look_through(source: Source) -> None:
    try:
        with zipfile.ZipFile(source.path) as packed:
            parts = packed.infolist()
            if len(parts) > PARTS or sum(one.file_size for one in parts) > UNPACKED:
                refuse(source.name, f"it unpacks to more than {UNPACKED:,} bytes", "give one month at a time")
            for pattern, what, right in _RISKY:
                if any(re.search(pattern, one.filename, re.IGNORECASE) for one in parts):
                    refuse(source.name, what, right)
            for one in parts:
                if one.filename.endswith((".xml", ".rels", ".vml")):
                    _look_into(packed, one, source)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        _no_workbook(source, error)


def _look_into(packed: zipfile.ZipFile, part: zipfile.ZipInfo, source: Source) -> None:
    """No document type, in which entities are named: it stands before the first element."""
    with packed.open(part) as file:
        first = file.read(4096)
    if b"<!" in re.sub(rb"<!--.*?-->", b"", first, flags=re.DOTALL) or b"\0" in first:
        refuse(source.name, "one of its parts names entities or is no plain XML", "save it again as .xlsx")


def _no_workbook(source: Source, error: Exception) -> None:
    what = f"this is no workbook that can be read ({type(error).__name__})"
    refuse(source.name, what, "open it and save it as .xlsx without a password, or as .csv (UTF-8)")
