"""The workbook of a scenario: a row a setting, known by the dotted key in its first column, which is hidden.

Its layout is here alone, for whoever writes or reads one. Every sheet but the first has the columns of `HEAD`; what
stands under "yours" is the setting's, and what it was when the workbook was written stands beside it, so that what
nobody has changed is told from what somebody has. The first sheet names the scenario, and the overrides with which it
was written.
"""

from collections.abc import Sequence

from sim.app.configuration.files.shipped import cut
from sim.app.importing import cells
from sim.app.importing.found import Found, ScenarioBook, SettingCell
from sim.app.importing.source import Source, refuse
from sim.app.importing.workbook_rows import column, sheets_of

FORM = "a workbook of a scenario"
READ_ME, STAFF, LISTS, DEMAND, SERVICES, PRICES = "Read me", "Staff", "Lists", "Demand", "Services", "Prices"
SECTIONS = {
    STAFF: ("workforce",),
    LISTS: ("start",),
    DEMAND: ("demand", "place"),
    SERVICES: ("pathway", "rooms"),
    PRICES: ("prices",),
}
"""Sheet -> the sections of a configuration whose settings it has."""
HEAD = ("key", "what", "yours", "unit", "as written", "takes", "how sure", "source", "note")
KEY, YOURS, WRITTEN = (HEAD.index(name) for name in ("key", "yours", "as written"))
SCENARIO, OVERRIDE = "scenario", "override"
"""Keys of the first sheet."""
MOST = 20_000
"""Settings; the largest that is shipped has under two thousand."""


def is_header(row: Sequence[str]) -> bool:
    """Whether a row is the head of one of its sheets."""
    return tuple(row[: len(HEAD)]) == HEAD


def read(source: Source) -> Found:
    """Every setting of the workbook as it stands there; ScenarioError where it names no scenario."""
    named: dict[str, list[str]] = {SCENARIO: [], OVERRIDE: []}
    settings: list[SettingCell] = []
    for sheet in sheets_of(source):
        for number, row in sheet.rows:
            key = cells.text(row[KEY])
            if sheet.name == READ_ME and key in named:
                named[key].append(str(_at(row, YOURS) or "").strip())
            elif sheet.name in SECTIONS and key and key != HEAD[KEY]:
                where = f"{sheet.where}, cell {column(YOURS)}{number}"
                settings.append(SettingCell(key, _at(row, YOURS), _at(row, WRITTEN), where))
        if len(settings) > MOST:
            refuse(source.name, f"it has more than {MOST:,} settings", "write it anew: mskflow workbook SCENARIO")
    if len(named[SCENARIO]) != 1 or not named[SCENARIO][0]:
        where = f"{source.name}, {READ_ME}"
        refuse(where, "it does not name one scenario", f"a row of that sheet with '{SCENARIO}' in its first column")
    book = ScenarioBook(cut(named[SCENARIO][0], 80), tuple(filter(None, named[OVERRIDE])), tuple(settings))
    return Found(FORM, (), None, FORM, (), book=book)


def _at(row: Sequence, at: int):
    return row[at] if at < len(row) else None
