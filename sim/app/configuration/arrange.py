"""What is to be composed: the scenario's file, where others may come from, the overrides that may be used; and what is wrong."""

import os
from dataclasses import dataclass
from pathlib import Path

from sim.app.configuration.files import mechanisms, shipped
from sim.app.configuration.files.shipped import MECHANISMS, SCENARIOS, cut
from sim.app.configuration.overrides import parse, quoted
from sim.domain.faults import Fault, ScenarioError, nearest

CONFIG = "config"  # conf/config.yaml, on which everything stands
DEFAULT_SCENARIO = "integrated"
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
    faults += [
        Fault(cut(d, 300), "there is no such folder", "name a folder that holds scenarios/")
        for d in config_dirs
        if not os.path.isdir(d)
    ]
    parsed = parse(overrides, faults)
    named = [o for o in parsed if o.key_or_group == SCENARIOS]
    files, stem = shipped.scenario_files(config_dirs, base), ""
    places = [*((d, tuple(groups)) for d in config_dirs), (base, (SCENARIOS,))]
    if named and scenario is not None:
        faults.append(Fault(cut(scenario), "the scenario is named twice", f"leave out '{SCENARIOS}=...'"))
    if not named:
        stem = scenario = DEFAULT_SCENARIO if scenario is None else scenario
        if is_path(scenario):
            path = Path(os.path.expanduser(scenario))
            unusable = _faults_of_file(path)
            stem, files = path.stem, {**files, path.stem: None if unusable else path}
            faults += unusable
            places.insert(0, (absolute(path), (SCENARIOS,)))
        elif scenario not in files:
            faults.append(Fault(SCENARIOS, f"there is no scenario '{cut(scenario)}'", nearest(cut(scenario), files)))
    usable = []
    for override in parsed:
        found = _faults_of_choice(override, groups, config_dirs, base, sweep)
        faults += found
        usable += [] if found else [override.input_line]
    if named and not sweep:
        stem = str(named[-1].value())
    return Plan(base, tuple(places), not named, tuple(usable), stem, files.get(stem), tuple(config_dirs), tuple(faults))


def _faults_of_file(path: Path) -> list[Fault]:
    try:
        shipped.read(path, by_path=True)
    except ScenarioError as error:
        return list(error.faults)
    return shipped.name_faults(path.stem, str(path))


def _faults_of_choice(override, groups, config_dirs, base, sweep: bool) -> list[Fault]:
    """Of an override as a choice from a group: Hydra would look for the file anywhere that `..` leads to."""
    key, where = override.key_or_group, cut(override.input_line)
    if override.is_sweep_override():
        return (
            []
            if sweep
            else [Fault(where, "these are several values", f"sweep with run -m, or write a list: {cut(key)}=[a,b]")]
        )
    value = override.value()
    if key == MECHANISMS and not (override.is_add() or override.is_force_add()):
        return mechanisms.choice_faults(
            None if override.is_delete() else value, shipped.options(key, config_dirs, base), where
        )
    if key not in groups or override.is_delete() or isinstance(value, dict):
        return []
    names = shipped.options(key, config_dirs, base)
    if override.is_add() or override.is_force_add():
        return [
            Fault(where, f"'{key}' is chosen already", f"leave out the '+': {cut(override.input_line.lstrip('+'))}")
        ]
    if isinstance(value, str) and value in names:
        return []
    shown = value if isinstance(value, str) else override.input_line.partition("=")[2]
    return [
        Fault(
            where, f"there is no {'scenario' if key == SCENARIOS else key} '{cut(shown)}'", nearest(cut(shown), names)
        )
    ]
