"""A place from files that somebody sends: `mskflow place`, whose importers read each in a process of its own."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from sim.app.pages.document import Document
from sim.app.studies.place.asked import TODAY, asked
from sim.app.studies.place.files import coventry
from sim.app.studies.place.new_workbook import write_new
from sim.app.studies.place.place import write
from sim.app.studies.place.report import in_short
from sim.domain.faults import Fault, ScenarioError

_ENDINGS = (".csv", ".xlsx", ".txt", ".tsv")
_FLAGS = ("what", "specialties", "population", "share")
_MOST_PLACES = 40


@dataclass(frozen=True)
class Sent:
    """A file that came with a form: what it is called there, and its bytes, which lie on the disk."""

    name: str
    file: BinaryIO


@dataclass(frozen=True)
class MadePlace:
    """`name`: of its scenario, and `today` of the old model there; `told`: what was found."""

    name: str
    today: str
    told: Document


def make_place(folder: Path, said: Mapping[str, str], sent: Sequence[Sent]) -> MadePlace:
    """Writes the place below `folder`; `ScenarioError` with every fault. Nothing of the files is kept but counts."""
    if not sent:
        raise ScenarioError([Fault("file", "is missing", "choose one file or several")])
    if sum(1 for _ in folder.iterdir()) >= _MOST_PLACES:
        raise ScenarioError([Fault("place", f"{_MOST_PLACES} places are here already", f"remove some from {folder}")])
    name = said.get("place", "").strip()
    if (folder / name).exists() and name:
        raise ScenarioError([Fault("place", "there is a place of this name", "take another name")])
    with tempfile.TemporaryDirectory() as aside:
        paths = [_laid_down(Path(aside), number, one) for number, one in enumerate(sent, 1)]
        flags = _flags_in(name, said)
        ask = asked([name, "--from", *map(str, paths), *flags])
        try:
            found = write(ask, folder)
        except ScenarioError as error:
            raise ScenarioError(map(_here, error.faults)) from None
    return MadePlace(ask.name, f"{ask.name}{TODAY}", in_short(ask, found))


def _here(fault: Fault) -> Fault:
    """What the command would say of the next step, as the page has it."""
    if "mskflow run" in fault.right:
        return replace(fault, where="file", right="choose it under 'Your workbook' instead")
    return fault


def empty_workbook() -> bytes:
    """A workbook for a place, to be filled in; what stays empty is Coventry's."""
    with tempfile.TemporaryDirectory() as aside:
        path = Path(aside) / "place.xlsx"
        write_new(path, *coventry())
        return path.read_bytes()


def _flags_in(name: str, said: Mapping[str, str]) -> list[str]:
    """What a form says beside the files, as the command would have it; `ScenarioError`."""
    given = {flag: said[flag].replace(";", ",").split() for flag in _FLAGS if said.get(flag, "").strip()}
    faults = [
        Fault(flag, "is not a code or a number", "as in the files") for flag, words in given.items() if _is_flag(words)
    ]
    if _is_flag([name]):
        faults.append(Fault("place", "is not a name", "letters, digits and _, 40 at most"))
    if faults:
        raise ScenarioError(faults)
    return [word for flag, words in given.items() for word in (f"--{flag}", *words)]


def _is_flag(words: Sequence[str]) -> bool:
    """Whether one of them could be taken for a flag, behind which a file of this machine may be named."""
    return any(word.startswith("-") for word in words)


def _laid_down(folder: Path, number: int, one: Sent) -> Path:
    """The file under a name of ours: what somebody calls theirs may say whose it is."""
    ending = Path(one.name).suffix.lower()
    if ending not in _ENDINGS:
        right = f"files that end in {', '.join(_ENDINGS)}"
        raise ScenarioError([Fault(f"file {number} of those given", "is of no form that is known", right)])
    path = folder / f"file_{number}{ending}"
    with path.open("wb") as file:
        shutil.copyfileobj(one.file, file, 1 << 20)
    return path
