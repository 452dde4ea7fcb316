"""One scenario and some overrides -> the checked `Scenario`, made once.

Files that did not come with the program are read by `shipped.read`, through which nothing but plain values passes.
Whatever comes out has been looked through once more: no reference, no name of code, no value left open.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sim.app.configuration.arrange import Plan, arrange
from sim.app.configuration.check import build
from sim.app.configuration.files import mechanisms, shipped
from sim.app.configuration.files.shipped import MECHANISMS, cut
from sim.app.configuration.layers import Unusual, laid
from sim.domain.faults import Fault, ScenarioError

Made = TypeVar("Made")
USUAL = "results"
"""The folder of results, of conf/config.yaml."""
OUT = ": out"
"""How the place of `out` in a file ends, in a fault."""


def compose(
    scenario: str | None = None,
    overrides=(),
    config_dirs=(),
    root: Path | None = None,
    build: Callable[[dict], Made] = build,
) -> Made:
    """The scenario with the overrides, checked; its `config` is what was composed, `name` filled in.

    `scenario`: a name, the path of a file, or None for `integrated`. `config_dirs`: folders of the user's own that
    hold scenarios/ (and alternatives for other groups). `root`: holds conf/ and scenarios/, if not the shipped ones.
    ScenarioError with every fault; `build` (the check of the values) adds its own, also when an override is wrong.
    """
    plan = arrange(scenario, overrides, config_dirs, root)
    if plan.file is None:
        plan.refuse()  # what the keys of an unknown scenario are nobody knows
    values, over, faults = _values_of(plan)
    faults = [*plan.faults, *faults, *_faults_of_mechanisms(over, plan)]
    try:
        made = None if values is None else build(finished(values, plan.overrides, plan.stem, plan.file, over))
    except ScenarioError as error:
        # A mechanism that says where results go has been told so: the scenario that it is laid over has not said it.
        told = any(one.where.endswith(OUT) for one in faults)
        faults += [one for one in error.faults if not (told and one.where.endswith(OUT))]
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return made


def configuration_of(scenario: str | None = None, overrides=(), config_dirs=(), root: Path | None = None) -> dict:
    """The same as plain dicts, lists and values that nobody has checked."""
    return compose(scenario, overrides, config_dirs, root, dict)


def _values_of(plan: Plan) -> tuple[dict | None, tuple[str, ...], list[Fault]]:
    """The values as the files and the overrides have them, the mechanisms laid over,
    and what is wrong (without values: all)."""
    try:
        if not plan.faults:
            return *laid(plan), []
    except Unusual:
        pass
    from sim.app.configuration.by_hydra import composed  # half a second to import

    return composed(plan)


def _faults_of_mechanisms(names, plan: Plan) -> list[Fault]:
    """Hydra reads the files in conf/ itself, and would let a mechanism there be more than one."""
    files, faults = shipped.mechanism_files(plan.config_dirs, plan.base) if names else {}, []
    for name in names:
        try:
            mechanisms.read(files[name])
        except ScenarioError as error:
            faults += error.faults
    return faults


def finished(values: dict, overrides, stem: str, file: Path | None, over: tuple[str, ...] = ()) -> dict:
    """Values that refer to nothing, with the scenario's name and the mechanisms laid `over`;
    ScenarioError where they do."""
    faults = _faults_inside(values)
    if MECHANISMS in values:
        faults.append(
            Fault(
                MECHANISMS,
                "are chosen, not set",
                f"in a scenario's defaults: - override /{MECHANISMS}: [a, b]; here: {MECHANISMS}=[a,b]",
            )
        )
    if faults:
        raise ScenarioError(faults)
    given = any(re.match(r"\+{0,2}name=", word) for word in overrides)
    own = file is not None and "name" in shipped.top_level(shipped.read(file, by_path=True))
    if not (given or own) or values.get("name") is None:
        values["name"] = stem  # a scenario that builds on another must not go under its name
    faults = shipped.name_faults(values["name"], "name")
    if values.get("out") not in (None, USUAL) and not any(re.match(r"\+{0,2}out=", word) for word in overrides):
        # A file that somebody has sent must not say where on this machine is written.
        faults.append(
            Fault(f"{file or stem}{OUT}", "a file does not say where results go", "out=DIR on the command line")
        )
    if faults:
        raise ScenarioError(faults)
    # For the record: which overlays these values came from. Nothing is laid over again when the values are read back.
    return values | ({MECHANISMS: list(over)} if over else {})


def _faults_inside(value, where: str = "") -> list[Fault]:
    if isinstance(value, dict):
        return [
            fault
            for key, inner in value.items()
            for fault in (
                [Fault(f"{where}{key}", "this would run code", "write values only")] if str(key) == "_target_" else []
            )
            + _faults_inside(inner, f"{where}{key}.")
        ]
    if isinstance(value, list):
        return [fault for i, inner in enumerate(value) for fault in _faults_inside(inner, f"{where}{i}.")]
    if value == "???" and where != "name.":
        return [Fault(where[:-1], "it has no value yet", f"give one: {where[:-1]}=VALUE")]
    if isinstance(value, str) and "${" in value:
        return [Fault(where[:-1], f"'{cut(value)}' refers to something else", "write the value itself")]
    return []
