"""An .xlsx workbook: plain values with no formula and no macro; the same content is the same bytes."""

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from importlib.util import find_spec

from sim.domain.faults import Fault, ScenarioError

MADE = datetime(2000, 1, 1)
"""When every workbook says that it was made: a day of its own would change its bytes."""
_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_SERIES = (("#E09F1F", "dash"), ("#0B4F8A", "solid"))
"""Colour and dash of the series of a chart: today, then what is proposed."""
_LOOKS = {
    "head": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
    "title": {"bold": True, "font_size": 14},
    "yours": {"bg_color": "#FFF8DC", "border": 1, "border_color": "#BFBFBF"},
    "grey": {"font_color": "#666666"},
    "words": {"text_wrap": True, "valign": "top"},
}


def can_write() -> bool:
    """Whether what writes workbooks is installed."""
    return find_spec("xlsxwriter") is not None


class Spreadsheet:
    """Sheets are added one after the other; `made` is the file. ScenarioError without what writes it; `name`: whose
    it would be."""

    def __init__(self, name: str) -> None:
        if not can_write():
            raise ScenarioError(
                [
                    Fault(
                        name,
                        "to write .xlsx files XlsxWriter is needed",
                        "pip install '.[excel]' in a clone of mskflow",
                    )
                ]
            )
        from xlsxwriter import Workbook

        self._bytes = io.BytesIO()
        self._book = Workbook(self._bytes, _PLAIN)
        self._book.set_properties({"created": MADE})
        self._looks = {"": None} | {look: self._book.add_format(how) for look, how in _LOOKS.items()}

    def sheet(self, name: str, widths: Sequence[float], hidden: Iterable[int] = ()) -> "SpreadsheetPage":
        """`widths`: of its columns, in letters; `hidden`: columns that are there and not seen."""
        page = self._book.add_worksheet(name)
        for at, wide in enumerate(widths):
            page.set_column(at, at, wide, None, {"hidden": at in set(hidden)})
        return SpreadsheetPage(page, self._book, self._looks)

    def made(self) -> bytes:
        self._book.close()
        return self._bytes.getvalue()


class SpreadsheetPage:
    """A sheet that is being written; rows and columns are counted from 0."""

    def __init__(self, page, book, looks: Mapping) -> None:
        self._page, self._book, self._looks = page, book, looks

    def row(self, at: int, values: Sequence, looks: Mapping[int, str] | None = None, look: str = "") -> None:
        """A row of texts and numbers; what is None or no finite number stays empty. `looks`: of single columns."""
        for column, value in enumerate(values):
            how = self._looks[(looks or {}).get(column, look)]
            if isinstance(value, str):
                self._page.write_string(at, column, value, how)
            elif value is None or not math.isfinite(value):
                self._page.write_blank(at, column, None, how)
            else:
                self._page.write_number(at, column, value, how)

    def frozen(self, rows: int, columns: int) -> None:
        """What stays in sight."""
        self._page.freeze_panes(rows, columns)

    def limit(self, cells: Sequence[tuple[int, int]], rule: Mapping) -> None:
        """What these cells take; `rule` as `one_of` and `between` make it."""
        (row, column), *_ = cells
        several = {"multi_range": " ".join(_ranges(cells))} if len(cells) > 1 else {}
        self._page.data_validation(row, column, row, column, {**rule, **several})

    def chart(self, kind: str, words: str, columns: Iterable[int], rows: tuple[int, int], at: tuple[int, int]) -> None:
        """A line or bar for each column, named by its heading in the first row, over the words of the first column;
        `rows`: the first and the last of them; `at`: its upper left corner."""
        chart, (first, last), name = self._book.add_chart({"type": kind}), rows, self._page.get_name()
        for place, column in enumerate(columns):
            colour, dash = _SERIES[place % len(_SERIES)]
            look = {"line": {"color": colour, "width": 2, "dash_type": dash}} if kind == "line" else {}
            fill = {"fill": {"color": colour}} if kind != "line" else {}
            over = {"categories": [name, first, 0, last, 0], "values": [name, first, column, last, column]}
            chart.add_series({"name": [name, 0, column], **over, **look, **fill})
        chart.set_title({"name": words.lstrip("="), "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 620, "height": 320 if kind == "line" else max(320, 60 + 30 * (last - first + 1))})
        if kind == "bar":
            chart.set_y_axis({"reverse": True})
        self._page.insert_chart(*at, chart)


def one_of(words: Iterable[str]) -> dict:
    """A rule for cells that take one of these words."""
    words = list(words)
    return {"validate": "list", "source": words, "error_message": _said(f"one of {', '.join(words)}")}


def between(low: float | None, high: float | None, whole: bool = False) -> dict:
    """A rule for cells that take a number, from `low` to `high` as far as these are told."""
    rule: dict = {"validate": "integer" if whole else "decimal", "error_message": _said(limits_words(low, high, whole))}
    if low is not None and high is not None:
        return rule | {"criteria": "between", "minimum": low, "maximum": high}
    if low is None and high is None:
        return rule | {"criteria": "between", "minimum": -1e15, "maximum": 1e15}
    return rule | ({"criteria": ">=", "value": low} if low is not None else {"criteria": "<=", "value": high})


def limits_words(low: float | None, high: float | None, whole: bool = False) -> str:
    """ "a number from 0 to 1" """
    noun = "a whole number" if whole else "a number"
    if low is not None and high is not None:
        return f"{noun} from {low:,.15g} to {high:,.15g}"
    if low is None and high is None:
        return noun
    return f"{noun}, {low:,.15g} or more" if low is not None else f"{noun}, {high:,.15g} or less"


def _said(words: str) -> str:
    """A message as long as a spreadsheet takes it."""
    return words if len(words) <= 250 else f"{words[:247]}..."


def _ranges(cells: Sequence[tuple[int, int]]) -> list[str]:
    """`C2:C5` of cells that follow each other in a column."""
    from xlsxwriter.utility import xl_range

    found: list[list[int]] = []
    for row, column in cells:
        if found and found[-1][1:] == [row - 1, column]:
            found[-1][1] = row
        else:
            found.append([row, row, column])
    return [xl_range(first, column, last, column) for first, last, column in found]
