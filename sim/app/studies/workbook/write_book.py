"""A scenario as a workbook: what it says, as bytes."""

from collections.abc import Sequence
from typing import Any

from sim.app.importing.scenario_workbook import HEAD, OVERRIDE, READ_ME, SCENARIO, SECTIONS, YOURS
from sim.app.pages.spreadsheet import Spreadsheet, SpreadsheetPage, between, limits_words, one_of
from sim.app.studies.workbook.setting_rows import SettingRow, rows_of

_WIDTHS = (4, 46, 16, 22, 14, 26, 22, 40, 70)
_GREY = dict.fromkeys(range(YOURS + 2, len(HEAD)), "grey")
_READ_ME = (
    "Change what stands in the yellow cells of the other sheets, save the file as .xlsx, and run it:",
    "What you leave as it is stays the scenario's own; a cell that you empty is the scenario's too.",
    "The run is compared with the scenario as it was, so that it shows what your changes do.",
    "Shares that share out the same people add to 1. WTE are of the whole place.",
    "The first column of each sheet is hidden: it has the setting's name, by which a row is known. Rows may be sorted.",
    "There is no formula and no macro in this file, and a formula that you write is refused: paste its value.",
    "The lists may be of your own people: keep this file where such lists are kept.",
)


def book_of(name: str, scenario: str, overrides: Sequence[str], config: dict[str, Any]) -> bytes:
    """The workbook of a composed configuration; `name`: of its file; `overrides`: what the command has changed in the
    scenario."""
    book = Spreadsheet(name)
    _read_me(book.sheet(READ_ME, (4, 30, 90), hidden=(0,)), name, scenario, overrides, config)
    for sheet, rows in rows_of(config).items():
        _settings(book.sheet(sheet, _WIDTHS, hidden=(0,)), sheet, rows)
    return book.made()


def _read_me(page: SpreadsheetPage, name: str, scenario: str, overrides: Sequence[str], config: dict) -> None:
    title, question = (str(config.get(one) or "") for one in ("title", "question"))
    rows: list[tuple[tuple, str]] = [
        (("", "My place", title), "title"),
        (("", "", question), ""),
        ((), ""),
        ((SCENARIO, "the scenario", scenario), ""),
        *(((OVERRIDE, "changed by the command", word), "") for word in overrides),
        ((), ""),
        *((("", "", line), "words") for line in _READ_ME[:1]),
        (("", "", f"mskflow run {name}"), ""),
        *((("", "", line), "words") for line in _READ_ME[1:]),
        ((), ""),
        *((("", sheet, f"the sections {' and '.join(of)} of the settings"), "") for sheet, of in SECTIONS.items()),
    ]
    for at, (values, look) in enumerate(rows):
        page.row(at, values, look=look)


def _settings(page: SpreadsheetPage, sheet: str, rows: Sequence[SettingRow]) -> None:
    page.row(0, HEAD, look="head")
    page.frozen(1, YOURS + 1)
    alike: dict[tuple, list[tuple[int, int]]] = {}
    for at, row in enumerate(rows, 1):
        takes = limits_words(*row.limits, row.kind == "integer") if row.kind in ("number", "integer") else ""
        said = (row.unit, row.value, takes or ", ".join(row.choices), row.sure, row.source, row.note)
        page.row(at, (row.key, row.what, row.value, *said), {YOURS: "yours", **_GREY})
        if row.kind in ("number", "integer") or row.choices:
            alike.setdefault((row.kind, row.choices, row.limits), []).append((at, YOURS))
    for (kind, choices, limits), cells in alike.items():
        page.limit(cells, one_of(choices) if choices else between(*limits, kind == "integer"))
