"""What stands after `mskflow place`: a name, files, and whose numbers of them are meant."""

import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.app.configuration.files import shipped
from sim.app.configuration.files.shipped import cut
from sim.app.importing import cells
from sim.app.importing.rtt import LISTS
from sim.domain.faults import Fault, ScenarioError, nearest

USAGE = "mskflow place NAME --from FILES... [--what CODES] [--specialties CODES] [--population N] [--share PART]"
_FLAGS = ("--from", "--what", "--specialties", "--population", "--share", "--debug")
_NAME = re.compile(r"[A-Za-z]\w{0,40}")
_CODE = re.compile(r"[A-Za-z0-9]{2,12}")
TODAY = "_today"
"""After the name of a place: the old model there."""


@dataclass(frozen=True)
class PlaceAsked:
    """`what`: codes of providers, ICBs or sub-ICBs; `functions`: treatment functions, all that are known if none;
    `population`: residents; `share`: the part of a provider's lists that belongs to the place."""

    name: str
    files: tuple[Path, ...]
    what: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    population: int | None = None
    share: float | None = None


def asked(words: Sequence[str]) -> PlaceAsked:
    """ScenarioError with every word that cannot be used."""
    faults: list[Fault] = []
    given = _sorted(words, faults)
    names, files = given.pop("", []), given.get("--from", [])
    if len(names) != 1:
        faults.append(Fault("place", "one name is needed", USAGE))
    faults += [fault for name in names[:1] for fault in _faults_of_name(name)]
    if not files:
        faults.append(Fault("--from", "no file is named", USAGE))
    functions = tuple(one.upper().removeprefix("C_") for one in _codes(given, "--specialties", faults))
    known = [one.removeprefix("C_") for one in LISTS]
    for one in functions:
        if one not in known:
            faults.append(Fault("--specialties", f"'{cut(one)}' has no list in the model", nearest(one, known)))
    population = _number(given, "--population", (1_000, 70_000_000), faults)
    share = _number(given, "--share", (0.0001, 1), faults)
    what = _codes(given, "--what", faults)
    if faults:
        raise ScenarioError(faults)
    paths = tuple(Path(os.path.expanduser(one)) for one in files)
    return PlaceAsked(names[0], paths, what, functions, None if population is None else round(population), share)


def asked_new(words: Sequence[str]) -> str:
    """The name of a place whose workbook is to be written; ScenarioError where it cannot be."""
    names = [word for word in words if word != "--debug"]
    if len(names) != 1 or not _NAME.fullmatch(names[0]):
        raise ScenarioError([Fault("place new", "one name is needed, letters, digits and _", "mskflow place new NAME")])
    if os.path.lexists(f"{names[0]}.xlsx"):
        raise ScenarioError([Fault(f"{names[0]}.xlsx", "there is a file of this name here", "take another name")])
    return names[0]


def _sorted(words: Sequence[str], faults: list[Fault]) -> dict[str, list[str]]:
    """flag -> the words after it; "" for those before any."""
    found: dict[str, list[str]] = {"": []}
    flag = ""
    for word in words:
        if word.startswith("--"):
            flag, equals, value = word.partition("=")
            if flag not in _FLAGS:
                faults.append(Fault(cut(flag), "there is no such flag", nearest(flag, _FLAGS)))
            found.setdefault(flag, [])
            if equals:
                found[flag].append(value)
        else:
            found[flag].append(word)
    return found


def _codes(given: dict[str, list[str]], flag: str, faults: list[Fault]) -> tuple[str, ...]:
    codes = [one for word in given.get(flag, []) for one in word.split(",") if one]
    wrong = [one for one in codes if not _CODE.fullmatch(one.replace("C_", "", 1))]
    if flag in given and (wrong or not codes):
        faults.append(Fault(flag, "it needs codes", f"{flag} RKB or {flag} RKB,QWU, as in the files"))
    return tuple(codes)


def _number(given: dict[str, list[str]], flag: str, limits: tuple[float, float], faults: list[Fault]) -> float | None:
    if flag not in given:
        return None
    low, high = limits
    try:
        value = cells.number("".join(given[flag]))
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        faults.append(Fault(flag, "it needs a number", f"from {low:,} to {high:,}"))
        return None
    return value


def _faults_of_name(name: str) -> list[Fault]:
    """A place's name becomes a folder, and files in groups where others are."""
    if not _NAME.fullmatch(name):
        return [Fault("place", f"'{cut(name)}' cannot be the name of a place", "letters, digits and _, 40 at most")]
    groups = (shipped.SCENARIOS, "place", "demand", "start", "workforce")
    if name == "new" or any({name, name + TODAY} & set(shipped.options(group)) for group in groups):
        return [Fault("place", f"'{name}' is the name of something that is shipped", "take another")]
    if os.path.lexists(name):
        return [Fault(name, "there is a file or folder of this name here", "take another name, or move it away")]
    return []
