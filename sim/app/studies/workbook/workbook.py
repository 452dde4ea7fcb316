"""`mskflow workbook SCENARIO`: the scenario as a workbook, which every command takes in the place of a scenario."""

import os
import secrets
import shlex
from pathlib import Path

from sim.app.configuration.arrange import DEFAULT_SCENARIO, is_path
from sim.app.configuration.compose import compose
from sim.app.configuration.request import Request
from sim.app.importing.opened_workbook import ENDING
from sim.app.importing.source import refuse
from sim.app.pages.terminal import say
from sim.app.store.disk import synced, writing
from sim.app.studies.workbook.write_book import book_of

USUAL = "my_place.xlsx"


def run(request: Request) -> int:
    """Writes the workbook, whole or not at all; 0. `ScenarioError` with every fault."""
    path = Path(os.path.expanduser(dict(request.own).get("out", USUAL)))
    if path.suffix.lower() != ENDING:
        refuse(str(path), "a workbook's name ends in .xlsx", f"out={path.stem}.xlsx")
    if os.path.lexists(path):
        refuse(str(path), "there is a file of this name already", "out=ANOTHER.xlsx, or move it away")
    named = request.scenario or DEFAULT_SCENARIO
    scenario = compose(named, request.overrides, request.config_dirs)
    if is_path(named):
        if Path(named).absolute().parent != path.absolute().parent:
            refuse(
                named, "the workbook names this file, and looks for it beside itself", f"out={Path(named).parent}/..."
            )
        named = Path(named).name
    _write(path, book_of(path.name, named, request.overrides, scenario.config))
    again = [word for folder in request.config_dirs for word in ("--config-dir", folder)]
    say(f"Written: {path}. Change its yellow cells, then: {shlex.join(['mskflow', 'run', str(path), *again])}")
    return 0


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with writing(path):
        try:
            with open(beside, "xb") as file:
                file.write(data)
                synced(file)
            os.rename(beside, path)
        finally:
            beside.unlink(missing_ok=True)
