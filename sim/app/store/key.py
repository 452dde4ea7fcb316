"""What a stored replication goes by: a hash of all that its numbers depend on."""

import ast
import hashlib
import json
import weakref
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from sim.domain.calendar import RunSettings
from sim.domain.scenario import Scenario

LABELS = ("label", "title")
"""Keys of settings that only say what something is called."""
_LEAVES = (str, float, int, bool, type(None))
BEGIN = ("sim.engine.simulate", "sim.analysis.indicators.measures")
"""The modules that make numbers, with all that they import of ours;
what draws or tells them is no part of the model."""
HOW_MUCH = (
    "replications",
    "workers",
    "precision",
    "most_replications",
    "limit_minutes",
    "same_budget",
    "keep_events",
    "progress",
)
"""Settings of a run that say how many replications there are and how they are told, and move no number of any."""

_KNOWN: dict[int, tuple[weakref.ref, str, str]] = {}
"""By its place in memory: a scenario while there is one, the version and its key, which is asked for again and again
(nobody changes a scenario: it is frozen)."""


@lru_cache(maxsize=1)
def model_version() -> str:
    """The version with a fingerprint of the code that makes numbers:
    what one model worked out is never taken for another's."""
    from sim import __version__

    digest = hashlib.sha256()
    for name, file in sorted(modules().items()):
        digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{__version__}+{digest.hexdigest()[:8]}"


def modules() -> dict[str, Path]:
    """name -> file of the modules that make numbers: BEGIN, and whatever it imports at its top, and so on."""
    home, found, due = Path(__file__).resolve().parents[3], {}, [*BEGIN]
    while due:
        name = due.pop()
        place = home.joinpath(*name.split("."))
        file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if name in found or not file.is_file():  # a name in a module is no module
            continue
        found[name] = file
        due.append(name.rpartition(".")[0])
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom):
                above = name if place.is_dir() else name.rpartition(".")[0]
                base = (
                    ".".join(
                        [*above.split(".")[: len(above.split(".")) + 1 - node.level], *filter(None, [node.module])]
                    )
                    if node.level
                    else node.module
                )
                due += [base, *(f"{base}.{one.name}" for one in node.names)]
            elif isinstance(node, ast.Import):
                due += [one.name for one in node.names]
        due = [one for one in due if one == "sim" or one.startswith("sim.")]
    return found


def key_of(scenario: Scenario, version: str | None = None) -> str:
    """32 hex digits: of the resolved scenario less its labels, with the seed, and of the model's version.

    A configuration holds all its input (lists stand in it as numbers), so no file has to be hashed beside it.
    """
    version = version or model_version()
    known = _KNOWN.get(id(scenario))
    if known is not None and known[0]() is scenario and known[1] == version:
        return known[2]
    key = _hashed([version, bare(scenario)])
    number = id(scenario)
    _KNOWN[number] = (weakref.ref(scenario, lambda _: _KNOWN.pop(number, None)), version, key)
    return key


def configuration_key(scenario: Scenario) -> str:
    """32 hex digits of the resolved scenario less its labels, with the seed, whichever version of the model runs it."""
    return _hashed(bare(scenario))


def _hashed(plain: list | dict) -> str:
    text = json.dumps(plain, default=_plain)  # unsorted: the order of rules matters
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def bare(scenario: Scenario) -> dict:
    """The scenario as plain data, without what it is called and how often it is run."""
    usual = RunSettings()
    run = replace(scenario.run, **{name: getattr(usual, name) for name in HOW_MUCH})
    return _unlabelled(replace(scenario, name="", title="", question="", compare_with=None, config={}, run=run))


def _unlabelled(value):
    """As `asdict`, whose copies of every number were most of what a key cost."""
    if type(value) in _LEAVES:
        return value
    if isinstance(value, (list, tuple)):
        return [_unlabelled(inner) for inner in value]
    if isinstance(value, dict):
        inside = value.items()
    elif is_dataclass(value):
        inside = [(name, getattr(value, name)) for name in _names(type(value))]
    else:
        return value
    return {key: _unlabelled(inner) for key, inner in inside if not (key in LABELS and isinstance(inner, str))}


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


def _plain(value):
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a scenario holds a {type(value).__name__}, of which no key can be made")
