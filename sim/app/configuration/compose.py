"""One scenario and some overrides -> one plain dict, by Hydra's Compose API; what Hydra says, in plain words.

Files that did not come with the program are read by `plain_files`, through which nothing but plain values passes.
Whatever comes out has been looked through once more: no reference, no name of code, no value left open.
"""

import os
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hydra import compose as hydra_compose
from hydra import version
from hydra._internal.hydra import Hydra
from hydra._internal.utils import create_config_search_path
from hydra.core.global_hydra import GlobalHydra
from hydra.core.plugins import Plugins
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import OmegaConf

from sim.app.configuration.complaints import CONFIG, explained
from sim.app.configuration.files import mechanisms, shipped
from sim.app.configuration.files.conf_files import ConfFiles
from sim.app.configuration.files.plain_files import PlainFiles
from sim.app.configuration.files.shipped import MECHANISMS, SCENARIOS, cut
from sim.app.configuration.overrides import parse, quoted
from sim.domain.faults import Fault, ScenarioError, nearest

DEFAULT_SCENARIO = "integrated"
_LOCK = threading.RLock()  # Hydra is one for the whole process


@dataclass(frozen=True)
class Plan:
    """What Hydra is to be told. `faults`: what it need not be told, since it is wrong already."""

    base: Path
    reach: tuple[str, ...]  # where files may come from
    chosen: tuple[str, ...]  # the scenario
    overrides: tuple[str, ...]
    stem: str
    file: Path | None
    config_dirs: tuple[Path, ...]
    faults: tuple[Fault, ...]

    def refuse(self) -> None:
        if self.faults:
            raise ScenarioError(dict.fromkeys(self.faults))


def compose(scenario: str | None = None, overrides=(), config_dirs=(), root: Path | None = None, build=None) -> dict:
    """The scenario's configuration with the overrides: plain dicts, lists and values, `name` filled in.

    `scenario`: a name, the path of a file, or None for `integrated`. `config_dirs`: folders of the user's own that
    hold scenarios/ (and alternatives for other groups). `root`: holds conf/ and scenarios/, if not the shipped ones.
    ScenarioError with every fault; `build` (the check of the values) adds its own, also when an override is wrong.
    """
    plan = arrange(scenario, overrides, config_dirs, root)
    if plan.file is None:
        plan.refuse()  # what the keys of an unknown scenario are nobody knows
    with hydra_at(plan.base):
        try:
            config, faults = _composed([*plan.reach, *plan.chosen, *plan.overrides]), []
        except Exception as error:
            if isinstance(error, OSError) and not isinstance(error, HydraException):
                raise  # a file cannot be read: no fault of what it says
            config, faults = _each_alone(plan, error)
        over = laid_over(plan) if not faults else ()
    faults = [*plan.faults, *faults, *_faults_of_mechanisms(over, plan)]
    try:
        if config is not None:
            values = plain(config, config.hydra, plan.overrides, plan.stem, plan.file, over)
            if build:
                build(values)
    except ScenarioError as error:
        faults += error.faults
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return values


@contextmanager
def hydra_at(base: Path):
    """Hydra, made ready with `base`/conf; whoever used it before (a sweep's job may compose) gets it back."""
    with _LOCK:
        before = GlobalHydra.instance().hydra
        GlobalHydra.instance().clear()
        try:
            for source in (ConfFiles, PlainFiles):
                Plugins.instance().register(source)
            version.setbase("1.3")
            yield Hydra.create_main_hydra2(
                "mskflow", create_config_search_path(f"{ConfFiles.scheme()}://{base / 'conf'}")
            )
        finally:
            GlobalHydra.instance().clear()
            if before is not None:
                GlobalHydra.instance().initialize(before)


def laid_over(plan: Plan) -> tuple[str, ...]:
    """The names of the mechanisms of a configuration that composes, in their order.

    A list on the command line has won; of several in files only Hydra knows which did, and to ask it costs a quarter of a
    second.
    """
    named = [o.value() for o in parse(plan.overrides, []) if o.key_or_group == MECHANISMS]
    if named:
        return (named[-1],) if isinstance(named[-1], str) else tuple(named[-1])
    if plan.file is not None and not mechanisms.may_be_chosen(
        plan.file, shipped.scenario_files(plan.config_dirs, plan.base)
    ):
        return ()
    with hydra_at(plan.base) as hydra:
        found = hydra.config_loader.compute_defaults_list(
            CONFIG, [*plan.reach, *plan.chosen, *plan.overrides], RunMode.RUN
        ).defaults
    return tuple(
        one.config_path.partition("/")[2] for one in found if str(one.config_path).startswith(f"{MECHANISMS}/")
    )


def _faults_of_mechanisms(names, plan: Plan) -> list[Fault]:
    """Hydra reads the files in conf/ itself, and would let a mechanism there be more than one."""
    files, faults = shipped.mechanism_files(plan.config_dirs, plan.base) if names else {}, []
    for name in names:
        try:
            mechanisms.read(files[name])
        except ScenarioError as error:
            faults += error.faults
    return faults


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
    files, stem, chosen = shipped.scenario_files(config_dirs, base), "", ()
    places = [f"mskflow://{','.join(groups)}:{d}" for d in config_dirs] + [f"mskflow://{SCENARIOS}:{base}"]
    if named and scenario is not None:
        faults.append(Fault(cut(scenario), "the scenario is named twice", f"leave out '{SCENARIOS}=...'"))
    if not named:
        stem = scenario = DEFAULT_SCENARIO if scenario is None else scenario
        if is_path(scenario):
            path = Path(os.path.expanduser(scenario))
            unusable = _faults_of_file(path)
            stem, files = path.stem, {**files, path.stem: None if unusable else path}
            faults += unusable
            places.insert(0, f"mskflow://{SCENARIOS}:{absolute(path)}")
        elif scenario not in files:
            faults.append(Fault(SCENARIOS, f"there is no scenario '{cut(scenario)}'", nearest(cut(scenario), files)))
        chosen = (f"{SCENARIOS}={quoted(stem)}",)
    usable = []
    for override in parsed:
        found = _faults_of_choice(override, groups, config_dirs, base, sweep)
        faults += found
        usable += [] if found else [override.input_line]
    if named and not sweep:
        stem = str(named[-1].value())
    reach = f"hydra.searchpath=[{','.join(map(quoted, places))}]"
    return Plan(base, (reach,), chosen, tuple(usable), stem, files.get(stem), tuple(config_dirs), tuple(faults))


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


def _composed(words: list[str]):
    return hydra_compose(CONFIG, words, return_hydra_config=True)


def _each_alone(plan: Plan, error: Exception):
    """What can be composed, and every fault: the scenario by itself, then with each override, one more at a time."""
    words = [*plan.reach, *plan.chosen]
    try:
        config = _composed(words)
    except Exception as alone:
        return None, explained(alone, plan)
    faults = []
    for word in sorted(
        plan.overrides, key=lambda word: "." in word.partition("=")[0]
    ):  # groups first: keys hang on them
        try:
            config = _composed([*words, word])
            words.append(word)
        except Exception as alone:
            faults += explained(alone, plan, word, config)
    return config, faults or explained(error, plan)


def plain(config, hydra, overrides, stem: str, file: Path | None, over: tuple[str, ...] = ()) -> dict:
    """What Hydra composed, as plain values that refer to nothing, with the scenario's name and the mechanisms laid `over`."""
    if hydra.callbacks or hydra.job.env_set or hydra.job.env_copy:
        raise ScenarioError([Fault("hydra", "callbacks and environment variables are not used here", "take them out")])
    values = {key: value for key, value in OmegaConf.to_container(config, resolve=False).items() if key != "hydra"}
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


def show(plan: Plan, what: str, package: str | None = None, resolve: bool = False, info: bool = False) -> None:
    """Hydra's own view of a configuration that has been composed without a fault: --cfg hydra, --info ..."""
    words = [*plan.reach, *plan.chosen, *plan.overrides]
    with hydra_at(plan.base) as hydra:
        if info:
            hydra.show_info(what, CONFIG, words)
        else:
            hydra.show_cfg(CONFIG, words, what, package, resolve)
