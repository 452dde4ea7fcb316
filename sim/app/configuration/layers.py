"""What a scenario's files say, laid over each other as Hydra lays them, with plain overrides on top; without Hydra.

Hydra merges some thirty files node by node, in half a second; a report's ladder and variants compose ten times,
a plan or a sweep hundreds. Here each file is parsed once while it stays as it is,
and laid over the others as plain values. Whatever is not usual (a setting of Hydra's, an override that takes away,
defaults that reach elsewhere, anything that is wrong) is no matter for this module:
it raises `Unusual`, Hydra composes, and what it says of faults is told.
"""

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from sim.app.configuration.arrange import Plan
from sim.app.configuration.files import mechanisms, shipped
from sim.app.configuration.files.shipped import MECHANISMS, SCENARIOS
from sim.app.configuration.files.yaml_text import header_of, values_of
from sim.app.configuration.overrides import parse

GLOBAL = "_global_"
_SELF = "_self_"
_OVERRIDE = re.compile(r"override /(\w+)")
_NAME = re.compile(r"\w+")
_DEEPEST = 50
_KEY = re.compile(r"\w+(\.\w+)*")


class Unusual(Exception):
    """Something that is left to Hydra."""


@dataclass(frozen=True)
class Layer:
    """What one file says: `chosen`: group -> name (or names, of mechanisms) that it overrides;
    `below`: the other lines of its defaults, in their order; `values`: to be laid at `package` ("" for the top)."""

    package: str
    chosen: dict
    below: tuple
    values: dict


def laid(plan: Plan) -> tuple[dict, tuple[str, ...]]:
    """The values of a plan without faults, and the mechanisms in them; `Unusual`."""
    groups = shipped.groups(plan.base)
    choices, changes = {SCENARIOS: plan.stem} if plan.by_name else {}, []
    for override in parse(plan.overrides, []):
        group, value = override.key_or_group, override.value()
        if group not in groups or isinstance(value, dict):
            changes.append((override, value))
        elif group in choices or not _changes(override):
            raise Unusual(override.input_line)
        else:
            choices[group] = _names_of(group, value)
    files = _Files(plan.base, plan.places, choices)
    config: dict = {}
    for layer in files.layers():
        _lay(config, {layer.package: layer.values} if layer.package else layer.values)
    if "hydra" in config:
        raise Unusual("hydra")
    for override, value in changes:
        _change(config, override, value)
    return config, tuple(files.chosen.get(MECHANISMS, ()))


@dataclass
class _Files:
    """The files of a scenario, found one after the other. `chosen`: group -> what it was overridden to,
    by whom came first."""

    base: Path
    places: tuple
    chosen: dict
    seen: set = field(default_factory=set)

    def layers(self) -> list[Layer]:
        """The one that everything stands on first."""
        top = _layer(self.base / "conf" / "config.yaml", "", "")
        found, groups = [], set()
        for line in reversed(top.below):
            if line == _SELF:
                found.insert(0, top)
                continue
            group, usual = next(iter(line.items())) if isinstance(line, dict) and len(line) == 1 else ("", None)
            if not _NAME.fullmatch(group) or group in groups:
                raise Unusual(str(line))
            groups.add(group)
            names = self.chosen.get(group, usual)
            found[:0] = [one for name in self._names(group, names) for one in self._of(group, name)]
        if top.chosen or not set(self.chosen) <= groups or _SELF not in top.below:
            raise Unusual("config.yaml")
        return found

    def _names(self, group: str, names) -> list[str]:
        if group == MECHANISMS:
            if not isinstance(names, list):
                raise Unusual(group)
            return names
        if names is not None and not isinstance(names, str):
            raise Unusual(group)
        return [] if names is None else [names]

    def _of(self, group: str, name: str) -> list[Layer]:
        """A file of a group with those that it stands on."""
        if (group, name) in self.seen:
            raise Unusual(f"{group}/{name}")
        self.seen.add((group, name))
        own = self._read(group, name)
        for other, value in own.chosen.items():
            self.chosen.setdefault(other, value)
        found: list[Layer] = []
        for line in reversed(own.below):
            found[:0] = [own] if line == _SELF else self._of(group, line)
        return found

    def _read(self, group: str, name: str) -> Layer:
        package = "" if group in (SCENARIOS, MECHANISMS) else group
        file = self.base / "conf" / group / f"{name}.yaml"
        if file.is_file():
            return _layer(file, group, package)
        for place, groups in self.places:
            if group not in groups:
                continue
            if place.is_file():
                if (group, name) == (SCENARIOS, place.stem):
                    return _layer(place, group, package, True)
            elif (file := place / group / f"{name}.yaml").exists():
                return _layer(file, group, package, False)
        raise Unusual(f"{group}/{name}")


def _layer(file: Path, group: str, package: str, by_path: bool | None = None) -> Layer:
    """`by_path`: None for a file of conf/, which is ours; else it is read with care."""
    try:
        now = os.stat(file)
        return _read(file, (now.st_mtime_ns, now.st_ctime_ns, now.st_size, now.st_ino), group, package, by_path)
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:  # a `ScenarioError` is a ValueError
        raise Unusual(str(file)) from error


@lru_cache(maxsize=512)
def _read(file: Path, stamp, group: str, package: str, by_path: bool | None) -> Layer:
    if by_path is None:
        text = file.read_text(encoding="utf-8")
        if header_of(text) != ({"package": GLOBAL} if group and not package else {}):
            raise ValueError("another package")
    elif group == MECHANISMS:
        text = mechanisms.read(file)
    else:
        text = shipped.read(file, group == SCENARIOS, by_path=by_path)
    values = values_of(text)
    lines = values.pop("defaults", None) or []
    if not isinstance(lines, list) or "${" in text or "???" in text or not _is_plain(values):
        raise ValueError("not plain")
    return Layer(package, *_defaults(lines, group), values)


def _defaults(lines: list, group: str) -> tuple[dict, tuple]:
    """What a file's defaults override, and the other lines, of which one is the file itself;
    ValueError for unusual ones."""
    chosen: dict = {}
    below = []
    for line in lines:
        match = _OVERRIDE.fullmatch(str(next(iter(line)))) if isinstance(line, dict) and len(line) == 1 else None
        if match:
            if group != SCENARIOS or match[1] in chosen:
                raise ValueError("an override that is not usual")
            chosen[match[1]] = _names_of(match[1], next(iter(line.values())))
        elif _is_usual(line, group) and not (chosen and line != _SELF):
            below.append(line)
        else:
            raise ValueError("a line that is not usual")
    if below.count(_SELF) > 1 or (not group and _SELF not in below):
        raise ValueError("itself twice, or not at all")
    return chosen, tuple(below if _SELF in below else [*below, _SELF])


def _is_usual(line, group: str) -> bool:
    """Whether a line of a group's file names another of the group; those of config.yaml are looked at later."""
    return not group or (isinstance(line, str) and bool(_NAME.fullmatch(line)))


def _names_of(group: str, value):
    """Of mechanisms, one name stands for a list."""
    return [value] if group == MECHANISMS and isinstance(value, str) else value


def _is_plain(value, deep: int = _DEEPEST) -> bool:
    """Whether OmegaConf would take it as it is."""
    if isinstance(value, dict):
        return deep > 0 and all(isinstance(key, str) and _is_plain(inner, deep - 1) for key, inner in value.items())
    if isinstance(value, list):
        return deep > 0 and all(_is_plain(inner, deep - 1) for inner in value)
    return value is None or isinstance(value, (bool, int, float, str))


def _copy(value):
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def _lay(config: dict, over: dict) -> None:
    """Mappings are merged; anything else takes the place of what is there, which keeps its place among the keys."""
    for key, value in over.items():
        here = config.get(key)
        if isinstance(here, dict) and isinstance(value, dict):
            _lay(here, value)
        elif {type(here), type(value)} == {dict, list}:
            raise Unusual(key)
        else:
            config[key] = _copy(value)


def _changes(override) -> bool:
    """Whether it changes what is there: no +, ++ or ~."""
    return not (override.is_add() or override.is_force_add() or override.is_delete())


def _change(config: dict, override, value) -> None:
    """An override of a value: of one that is there, or with a + of one that is not."""
    if override.is_delete() or override.is_sweep_override() or not _is_plain(value) or value == "???":
        raise Unusual(override.input_line)
    adds = not _changes(override)
    here, last = _block(config, override, adds)
    there = here.get(last)
    put_beside = override.is_add() and there is not None and not isinstance(value, (dict, list))
    if put_beside or {type(there), type(value)} == {dict, list}:
        raise Unusual(override.input_line)
    if isinstance(there, dict) and isinstance(value, dict):
        if not adds and not _has(there, value):
            raise Unusual(override.input_line)
        _lay(there, value)
    elif adds or last in here:
        here[last] = _copy(value)
    else:
        raise Unusual(override.input_line)


def _block(config: dict, override, adds: bool) -> tuple[dict, str]:
    """The mapping in which an override changes something, and its key there; one that `adds` makes what is missing."""
    if not _KEY.fullmatch(override.key_or_group):
        raise Unusual(override.input_line)
    *way, last = override.key_or_group.split(".")
    for key in way:
        config = config.setdefault(key, {}) if adds else config.get(key)
        if not isinstance(config, dict):
            raise Unusual(override.input_line)
    return config, last


def _has(there: dict, value: dict) -> bool:
    """Whether all keys of `value` are there: only a + may add one."""
    return all(
        key in there and (not isinstance(inner, dict) or (isinstance(there[key], dict) and _has(there[key], inner)))
        for key, inner in value.items()
    )
