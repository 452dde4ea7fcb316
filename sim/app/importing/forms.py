"""Which form a file has, told by its columns; nothing is guessed from its name."""

import re
from collections.abc import Callable, Sequence

from sim.app.importing import (
    cells,
    community,
    community_periods,
    diagnostics,
    diagnostics_tables,
    own_workbook,
    patients,
    registered,
    rtt,
    scenario_workbook,
)
from sim.app.importing.found import Found
from sim.app.importing.source import Source, refuse
from sim.app.importing.tables import sheets

BY_ROW = (patients.FORM, community_periods.FORM)
"""Forms with a row a patient: nothing of such a file is named but what is counted."""
KNOWN = (
    rtt.FORM,
    community.FORM,
    diagnostics_tables.FORM,
    registered.FORM,
    *BY_ROW,
    own_workbook.FORM,
    scenario_workbook.FORM,
)
_TOP = 20


def form_of(source: Source) -> str:
    """The name of the file's form; ScenarioError where it is none that is known."""
    for sheet in sheets(source):
        for number, row in sheet.rows:
            words = list(map(cells.text, row))
            if sign := next((one for one, parted in _parted(source, row).items() if _form(parted)), ""):
                refuse(source.name, f"its cells are parted by {sign}", "save it as 'CSV UTF-8', parted by commas")
            if form := _form(words):
                return form
            if number > _TOP:
                break
    refuse(source.name, "no known form was found in it", f"one of: {'; '.join(KNOWN)}")
    return ""


def _parted(source: Source, row: Sequence[object]) -> dict[str, list[str]]:
    """What else than a comma may part the cells of a text file, in words -> the row as it parts it."""
    if source.is_workbook:
        return {}
    line = "\n".join(map(str, row))
    signs = {"semicolons": ";", "tabs": "\t", "bars": "|"}
    return {name: re.split(f"[{sign}\n]", line) for name, sign in signs.items() if line.count(sign) > 2}


def _form(row: list[str]) -> str:
    names = set(map(cells.heading, row))
    tests: dict[str, Callable[[], bool]] = {
        own_workbook.FORM: lambda: own_workbook.is_header(row),
        scenario_workbook.FORM: lambda: scenario_workbook.is_header(row),
        rtt.FORM: lambda: rtt.is_header(row),
        registered.FORM: lambda: registered.is_header(names),
        patients.FORM: lambda: patients.is_header(names),
        community_periods.FORM: lambda: community_periods.is_header(names),
        community.FORM: lambda: community.is_header(row) or any(community.SERVICE in word.lower() for word in row),
        diagnostics_tables.FORM: lambda: diagnostics_tables.is_header(names),
    }
    return next((form for form, is_it in tests.items() if is_it()), "")


def read(source: Source, form: str, what: Sequence[str] = (), functions: Sequence[str] = ()) -> Found:
    """What is in a file of a form. `what`: codes of the place; `functions`: treatment functions, all if none."""
    wanted = {one.upper().removeprefix("C_") for one in functions}
    if form == rtt.FORM:
        return rtt.read(source, what, {k: v for k, v in rtt.LISTS.items() if not wanted or k[2:] in wanted})
    if form == patients.FORM:
        return patients.read(source, {k: v for k, v in patients.FUNCTIONS.items() if not wanted or k in wanted})
    alone = {one.FORM: one for one in (community_periods, own_workbook, scenario_workbook)}
    if form in alone:
        return alone[form].read(source)
    return {community.FORM: community, diagnostics_tables.FORM: diagnostics, registered.FORM: registered}[form].read(
        source, what
    )
