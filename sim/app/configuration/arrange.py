"""What is to be composed: the scenario's file, where others may come from, the overrides that may be used;
and what is wrong."""

import os
import re
import shlex
from dataclasses import dataclass, fields
from pathlib import Path

from sim.app.configuration.files import mechanisms, shipped
from sim.app.configuration.files.shipped import MECHANISMS, SCENARIOS, cut
from sim.app.configuration.overrides import parse, quoted
from sim.domain.faults import Fault, ScenarioError, nearest
from sim.domain.people.demand import Start

CONFIG = "config"  # conf/config.yaml, on which everything stands
DEFAULT_SCENARIO = "integrated"
_OTHER_GROUPS = ("start", "workforce", "pathway", "demand", "prices", "outcomes", "calendar", "place", "report")
"""Folders whose files are chosen by `GROUP=NAME`, and are no scenarios."""
SCHEME = "mskflow"  # of the source of files that `plain_files` is for Hydra


@dataclass(frozen=True)
class Plan:
    """What Hydra is to be told. `faults`: what it need not be told, since it is wrong already."""

    base: Path
    places: tuple[tuple[Path, tuple[str, ...]], ...]  # where files may come from, each with its groups
    by_name: bool  # whether the scenario is named, and not chosen by an override
    overrides: tuple[str, ...]
    stem: str
    file: Path | None
    config_dirs: tuple[Path, ...]
    faults: tuple[Fault, ...]

    @property
    def reach(self) -> tuple[str, ...]:
        """Where files may come from, as Hydra is told."""
        told = ",".join(quoted(f"{SCHEME}://{','.join(names)}:{place}") for place, names in self.places)
        return (f"hydra.searchpath=[{told}]",)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The scenario, as Hydra is told."""
        return (f"{SCENARIOS}={quoted(self.stem)}",) if self.by_name else ()

    def refuse(self) -> None:
        if self.faults:
            raise ScenarioError(dict.fromkeys(self.faults))


def absolute(path) -> Path:
    """From wherever one stands; a link keeps its name, and a home that is not known stays as it is written."""
    return Path(os.path.abspath(os.path.expanduser(path)))


def is_path(scenario: str) -> bool:
    """Whether a scenario is named by its file."""
    return scenario.endswith((".yaml", ".yml")) or "/" in scenario or os.sep in scenario


def arrange(scenario=None, overrides=(), config_dirs=(), root: Path | None = None, sweep: bool = False) -> Plan:
    """What to tell Hydra. `sweep`: several values and no scenario's name are in order."""
    base, faults = Path(root or shipped.root()).resolve(), []
    if not (base / "conf" / "config.yaml").is_file():
        raise ScenarioError([Fault(str(base / "conf"), "config.yaml is missing", "install mskflow again")])
    groups, config_dirs = shipped.groups(base), [absolute(d) for d in config_dirs]
    faults += _faults_of_folders(config_dirs)
    parsed = parse(overrides, faults)
    named = [o for o in parsed if o.key_or_group == SCENARIOS]
    files = shipped.scenario_files(config_dirs, base)
    places = [*((d, tuple(groups)) for d in config_dirs), (base, (SCENARIOS,))]
    if named and scenario is not None:
        faults.append(Fault(cut(scenario), "the scenario is named twice", f"leave out '{SCENARIOS}=...'"))
    if named:
        stem = "" if sweep else str(named[-1].value())
        file = files.get(stem)
    else:
        scenario = DEFAULT_SCENARIO if scenario is None else scenario
        stem, file = _named(scenario, files, faults)
        if is_path(scenario):
            places.insert(0, (absolute(os.path.expanduser(scenario)), (SCENARIOS,)))
    usable = _usable(parsed, lambda override: _faults_of_choice(override, groups, config_dirs, base, sweep), faults)
    return Plan(base, tuple(places), not named, usable, stem, file, tuple(config_dirs), tuple(faults))


def _usable(parsed, faults_of, faults: list[Fault]) -> tuple[str, ...]:
    """The overrides with which nothing is wrong; the faults of the others join `faults`."""
    choices = [(override.input_line, faults_of(override)) for override in parsed]
    faults += [fault for _, found in choices for fault in found]
    return tuple(line for line, found in choices if not found)


def _named(scenario: str, files: dict[str, Path], faults: list[Fault]) -> tuple[str, Path | None]:
    """The name and the file of a scenario that is given by either; without a file what is wrong joins `faults`."""
    if not is_path(scenario):
        if scenario not in files:
            faults.append(Fault(SCENARIOS, f"there is no scenario '{cut(scenario)}'", nearest(cut(scenario), files)))
        return scenario, files.get(scenario)
    path = Path(os.path.expanduser(scenario))
    unusable = _faults_of_file(path)
    faults += unusable
    return path.stem, None if unusable else path


def _faults_of_folders(config_dirs: list[Path]) -> list[Fault]:
    right = "name a folder that holds scenarios/"
    return [Fault(cut(d, 300), "there is no such folder", right) for d in config_dirs if not os.path.isdir(d)]


def _faults_of_file(path: Path) -> list[Fault]:
    try:
        if (group := _group_of(path)) is not None:
            folder = shlex.quote(str(path.parent.parent))
            right = f"{group}={path.stem} --config-dir {folder}, with the file in a folder {group}/ there"
            return [Fault(str(path), f"this is a file of the group '{group}', and no scenario", right)]
        shipped.read(path, by_path=True)
    except ScenarioError as error:
        return list(error.faults)
    return shipped.name_faults(path.stem, str(path))


def _of_several(override, where: str) -> Fault:
    """Of several values where one is asked for, or of one with commas in it."""
    key, _, written = override.input_line.partition("=")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", written):
        right = f"write {cut(key)}={written.replace(',', '')}, or sweep over several values with run -m"
        return Fault(where, "a comma stands in the number", right)
    right = f"sweep with run -m, or write a list: {cut(override.key_or_group)}=[a,b]"
    return Fault(where, "these are several values", right)


def _group_of(path: Path) -> str | None:
    """Of which other group a file is, by its folder or by its keys; None where it may be a scenario."""
    if path.parent.name in _OTHER_GROUPS and path.is_file():
        return path.parent.name
    keys = set(re.findall(r"(?m)^(\w+):", shipped.read(path, by_path=True))) - {"defaults"}
    starts = {one.name for one in fields(Start)}
    return "start" if keys and keys <= starts and "kind" in keys else None


def _faults_of_choice(override, groups, config_dirs, base, sweep: bool) -> list[Fault]:
    """Of an override as a choice from a group: Hydra would look for the file anywhere that `..` leads to."""
    key, where = override.key_or_group, cut(override.input_line)
    if override.is_sweep_override():
        return [] if sweep else [_of_several(override, where)]
    value, adds = override.value(), override.is_add() or override.is_force_add()
    if key == MECHANISMS and not adds:
        given = None if override.is_delete() else value
        return mechanisms.choice_faults(given, shipped.options(key, config_dirs, base), where)
    if key not in groups or override.is_delete() or isinstance(value, dict):
        return []
    if adds:
        right = f"leave out the '+': {cut(override.input_line.lstrip('+'))}"
        return [Fault(where, f"'{key}' is chosen already", right)]
    names = shipped.options(key, config_dirs, base)
    if isinstance(value, str) and value in names:
        return []
    shown = cut(value if isinstance(value, str) else override.input_line.partition("=")[2])
    noun = "scenario" if key == SCENARIOS else key
    return [Fault(where, f"there is no {noun} '{shown}'", nearest(shown, names))]
