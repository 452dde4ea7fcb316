"""An option: a scenario and what somebody has changed in it, as an address carries it."""

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

import yaml

from sim.app.configuration.beside.report_section import SHARED
from sim.app.configuration.files.shipped import HEADER, cut
from sim.app.configuration.schema import read, schema_at
from sim.domain.faults import Fault, ScenarioError

MOST_FIELDS, LONGEST_PATH, LONGEST_VALUE, LONGEST_NAME = 900, 200, 400, 60
_PATH = re.compile(r"[a-z_]+(\.[\w ()-]+)+")
KEPT_OUT = ("start", "report", "out", "hydra", "analysis")
"""Sections that no address carries: lists of a place, what is told and where it goes."""


@dataclass(frozen=True)
class Option:
    """`values`: (dotted key, text as it was typed), of what is changed in `scenario`."""

    scenario: str
    name: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> str:
        """The option as the part of an address behind the question mark."""
        named = [("scenario", self.scenario), *([("name", self.name)] if self.name else [])]
        return urlencode([*named, *self.values])

    @property
    def shared(self) -> tuple[tuple[str, str], ...]:
        """Those of its values that hold for everything that it is compared with: the place, the people, the prices."""
        return tuple(pair for pair in self.values if pair[0].partition(".")[0] in SHARED)


def option_in(pairs: Iterable[tuple[str, str]]) -> Option:
    """The option of an address; `ScenarioError` with what cannot be part of one."""
    pairs = list(pairs)
    named = dict(pairs)
    values = {path: text.strip() for path, text in pairs if "." in path}
    faults = [fault for path, text in values.items() for fault in _faults_of(path, text)]
    if len(values) > MOST_FIELDS:
        faults = [Fault("address", f"it has more than {MOST_FIELDS} values", "upload a scenario file")]
    if faults:
        raise ScenarioError(faults[:20])
    name = cut(named.get("name", "").strip(), LONGEST_NAME)
    return Option(cut(named.get("scenario", ""), 80), name, tuple(values.items()))


def pairs_of(query: str) -> list[tuple[str, str]]:
    """(name, text) behind a question mark, in their order; `ScenarioError` where it cannot be read."""
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_FIELDS + 20, errors="strict")
    except ValueError:
        raise ScenarioError([Fault("address", "it cannot be read", "copy the whole link")]) from None


def compare_address(today: Option, options: Sequence[Option]) -> str:
    """The link that shows these options against today: all their values stand in it."""
    return "/compare?" + urlencode([("today", today.query), *(("option", one.query) for one in options)])


def option_of(query: str) -> Option:
    """The same of the text behind a question mark."""
    return option_in(pairs_of(query))


def _faults_of(path: str, text: str) -> list[Fault]:
    if len(path) > LONGEST_PATH or not _PATH.fullmatch(path):
        return [Fault(cut(path), "is not the key of a setting", "choose a field of the form")]
    if path.partition(".")[0] in KEPT_OUT:
        return [Fault(cut(path), "is not set in an address", "put it in a scenario file and upload it")]
    if len(text) > LONGEST_VALUE or not text.isprintable():
        return [Fault(path, f"holds more than {LONGEST_VALUE} letters, or some that cannot be shown", "write it short")]
    return []


def config_of(option: Option, base: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration `base` with the option's values in it; what they are is for the check to say.

    `ScenarioError` where there is no such setting.
    """
    config = copy.deepcopy(dict(base))
    faults = []
    for path, text in option.values:
        schema = schema_at(config, path)
        if schema is None:
            faults.append(Fault(path, "is not a setting of this scenario", "choose a field of the form"))
        elif text or _at(config, path) is not None:
            _put(config, path.split("."), read(text, schema))
    if faults:
        raise ScenarioError(faults)
    return config | {"title": option.name or config.get("title", "")}


def _at(config, path: str):
    for key in path.split("."):
        config = config.get(key) if isinstance(config, dict) else None
    return config


def _put(config: dict, way: list[str], value) -> None:
    *blocks, last = way
    for key in blocks:
        inner = config.get(key)
        if not isinstance(inner, dict):
            inner = config[key] = {}
        config = inner
    config[last] = value


def changed(option: Option, base: Mapping[str, Any]) -> Option:
    """The same option without the values that are as they were."""
    before = dict(base)
    kept = []
    for path, text in option.values:
        schema, now = schema_at(before, path), _at(before, path)
        if schema is None or (read(text, schema) != now and (text or now is not None)):
            kept.append((path, text))
    return Option(option.scenario, option.name, tuple(kept))


def file_of_option(option: Option, base: Mapping[str, Any], today: str | None) -> str:
    """The option as a scenario file that `mskflow run` reads."""
    values: dict[str, Any] = {"title": option.name or f"{option.scenario}, changed"}
    if today:
        values["compare_with"] = today
    for path, text in option.values:
        _put(values, path.split("."), read(text, schema_at(dict(base), path) or {}))
    defaults = {"defaults": [option.scenario, "_self_"]}
    return f"{HEADER}\n{yaml.safe_dump(defaults | values, sort_keys=False, allow_unicode=True, width=120)}"
