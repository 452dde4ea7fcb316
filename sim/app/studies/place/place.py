"""`mskflow place NAME --from FILES...`: a folder of one's own, which `mskflow run NAME` takes."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sim.app.configuration.compose import compose
from sim.app.configuration.request import Request
from sim.app.importing import apart, own_workbook
from sim.app.pages.markdown import markdown_of
from sim.app.pages.terminal import say, to_terminal
from sim.app.studies.place.asked import TODAY, PlaceAsked, asked, asked_new
from sim.app.studies.place.files import coventry, files_of
from sim.app.studies.place.gathered import PlaceFound, gathered
from sim.app.studies.place.new_workbook import write_new
from sim.app.studies.place.report import FILE, in_short, report
from sim.domain.faults import Fault, ScenarioError


def run(request: Request) -> int:
    """Reads the files, writes the folder, tells what was found; 0. `ScenarioError` with every fault."""
    if request.words[:1] == ("new",):
        return new(request.words[1:])
    ask = asked(request.words)
    to_terminal(in_short(ask, write(ask)))
    return 0


def new(words: Sequence[str]) -> int:
    """`mskflow place new NAME`: an empty workbook, NAME.xlsx; 0."""
    path = Path(f"{asked_new(words)}.xlsx")
    write_new(path, *coventry())
    say(f"Written: {path}. What stays empty is Coventry's. Then: mskflow place {path.stem} --from {path}")
    return 0


def write(ask: PlaceAsked, parent: Path = Path()) -> PlaceFound:
    """Writes the folder in `parent`, whole or not at all; what was found."""
    shipped = coventry()
    files, faults = [], []
    for number, path in enumerate(ask.files, 1):
        try:
            files.append(apart.read(path, number, ask.what, ask.functions))
        except ScenarioError as error:
            faults += error.faults
    faults += [fault for one in files if one.own for fault in own_workbook.unknown(one.own, *shipped)]
    if faults:
        raise ScenarioError(faults)
    found = gathered(ask, files, shipped[1])
    ratio = found.population / shipped[1]["demand"]["population"]
    texts = files_of(ask.name, found, shipped)
    texts[FILE] = markdown_of(report(ask, found, ratio))
    _write(parent / ask.name, texts)
    return found


def _write(folder: Path, texts: dict[str, str]) -> None:
    """Beside its place first; what has been written is read back and checked as `mskflow check` would."""
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.absolute().parent))
    try:
        for name, text in texts.items():
            file = beside / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        for scenario in (folder.name, folder.name + TODAY):
            compose(scenario, config_dirs=(str(beside),))
        if os.path.lexists(folder):
            raise ScenarioError([Fault(folder.name, "there is a folder of this name by now", "take another name")])
        os.chmod(beside, 0o755)
        os.rename(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
