"""A workbook in the place of a scenario: the scenario that it names, and what is changed in it as overrides."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.app.configuration.compose import compose, configuration_of
from sim.app.configuration.files.shipped import cut
from sim.app.configuration.overrides import section_of
from sim.app.configuration.request import Request
from sim.app.importing import apart, scenario_workbook
from sim.app.importing.changed_cells import ChangedCell, changed_in
from sim.app.importing.found import ScenarioBook
from sim.app.importing.source import Source, refuse
from sim.domain.faults import Fault, ScenarioError

ENDING = ".xlsx"
_NAME = re.compile(r"\w[\w .()-]{0,79}")
_KEPT_OUT = ("out", "hydra", "scenarios")
"""What a file that somebody has sent does not say: where results go, how the program works, another scenario."""


@dataclass(frozen=True)
class Opened:
    """`scenario`: a name, or the path of the file beside the workbook; `overrides`: what the workbook was written
    with, then what is changed in it."""

    scenario: str
    overrides: tuple[str, ...]


def is_workbook(scenario: str | None) -> bool:
    return scenario is not None and scenario.lower().endswith(ENDING)


def as_scenario(request: Request) -> Request:
    """The same request with the workbook's scenario and overrides before its own, if it names a workbook."""
    if not is_workbook(request.scenario):
        return request
    found = opened(request.scenario, request.config_dirs)
    return replace(request, scenario=found.scenario, overrides=(*found.overrides, *request.overrides))


def opened(path: str, config_dirs: Sequence[str] = ()) -> Opened:
    """What a workbook says; ScenarioError with every cell that is wrong."""
    return opened_book(_book_in(Path(os.path.expanduser(path))), Path(path), config_dirs)


def _book_in(path: Path) -> ScenarioBook:
    if not os.path.exists(path):
        refuse(
            cut(path, 120), "there is no such file", "name a file that is there; mskflow workbook SCENARIO writes one"
        )
    source = Source.of(path)
    try:
        found = apart.read(path, 1)
    except ScenarioError as error:  # while it was not known what it is, it had no name
        named = [replace(one, where=one.where.replace("file 1 of those given", source.name)) for one in error.faults]
        raise ScenarioError(named) from None
    if found.book is None:
        right = f"mskflow place NAME --from {source.name} makes a place of it; mskflow workbook SCENARIO writes one"
        refuse(source.name, f"this is {found.form}, and not {scenario_workbook.FORM}", right)
    return found.book


def opened_book(book: ScenarioBook, path: Path, config_dirs: Sequence[str] = ()) -> Opened:
    """The same of what has been read from the file at `path`."""
    scenario, faults = _scenario_of(book, path), []
    recorded = _recorded(book, path.name)
    changed = changed_in(book.settings, configuration_of(scenario, recorded, config_dirs), faults)
    words = (*recorded, *dict.fromkeys(one.word for one in changed))
    try:
        compose(scenario, words, config_dirs)
    except ScenarioError as error:
        faults += [_at_cell(one, changed, path.name) for one in error.faults]
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return Opened(scenario, words)


def _scenario_of(book: ScenarioBook, path: Path) -> str:
    """A name as it is; of a file the one in the workbook's folder."""
    name = book.scenario
    if not _NAME.fullmatch(name):
        right = "a name of `mskflow list`, or of a .yaml file beside the workbook"
        refuse(f"{path.name}, {scenario_workbook.READ_ME}", f"'{cut(name)}' cannot be the name of a scenario", right)
    return str(path.parent.absolute() / name) if name.endswith((".yaml", ".yml")) else name


def _recorded(book: ScenarioBook, name: str) -> tuple[str, ...]:
    faults = [
        Fault(f"{name}, {scenario_workbook.READ_ME}", f"'{cut(word)}' is not set in a workbook", "on the command line")
        for word in book.overrides
        if section_of(word) in _KEPT_OUT
    ]
    if faults:
        raise ScenarioError(faults)
    return book.overrides


def _at_cell(fault: Fault, changed: Sequence[ChangedCell], name: str) -> Fault:
    """A fault of the configuration where it stands in the workbook: at the cell of its setting, or at the first of
    those that are changed beside it."""
    for one in changed:
        if fault.where in (one.key, cut(one.word)):
            return replace(fault, where=one.where)
    for one in changed:
        if f"{one.key}.".startswith(f"{fault.where}.") or fault.where.startswith(f"{one.key}."):
            return replace(fault, where=f"{one.where} ({fault.where})")
    return replace(fault, where=f"{name}: {fault.where}")
