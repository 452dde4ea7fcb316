"""One scenario and some overrides -> one plain dict, by Hydra's Compose API; what Hydra says, in plain words.

Files that did not come with the program are read by `PlainFiles`, through which nothing but plain values passes.
Whatever comes out has been looked through once more: no reference, no name of code, no value left open.
"""

import os
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.object_type import ObjectType
from hydra.core.plugins import Plugins
from hydra.errors import HydraException, MissingConfigException
from hydra.plugins.config_source import ConfigLoadError, ConfigResult, ConfigSource
from omegaconf import OmegaConf

from sim.app import shipped
from sim.app.overrides import parse, quoted
from sim.app.shipped import SCENARIOS, cut
from sim.domain.faults import Fault, ScenarioError, nearest

DEFAULT_SCENARIO = "integrated"
CONFIG = "config"
_LOCK = threading.RLock()    # Hydra is one for the whole process


class PlainFiles(ConfigSource):
    """Files that Hydra may read from a folder outside `conf/`: `mskflow://group,group:/folder`, or one scenario file.

    Only the groups named, so that a folder that happens to be called `out` is not taken for a group.
    """

    def __init__(self, provider: str, path: str) -> None:
        super().__init__(provider=provider, path=path)
        names, _, place = self.path.partition(":")
        self.groups, self.place = names.split(","), Path(place)

    @staticmethod
    def scheme() -> str:
        return "mskflow"

    def available(self) -> bool:
        return True

    def is_group(self, config_path: str) -> bool:
        parts = config_path.split("/")
        if self.place.is_file() or parts[0] not in self.groups or ".." in parts:
            return config_path in ("", SCENARIOS) and self.place.is_file()
        return self.place.joinpath(*parts).is_dir()

    def is_config(self, config_path: str) -> bool:
        return self._file(config_path) is not None

    def _file(self, config_path: str) -> Path | None:
        parts = config_path.removesuffix(".yaml").split("/")
        if len(parts) < 2 or parts[0] not in self.groups or ".." in parts:
            return None
        if self.place.is_file():
            return self.place if parts == [SCENARIOS, self.place.stem] else None
        file = self.place.joinpath(*parts[:-1], f"{parts[-1]}.yaml")
        return file if file.exists() else None

    def load_config(self, config_path: str) -> ConfigResult:
        file, is_scenario = self._file(config_path), config_path.startswith(f"{SCENARIOS}/")
        if file is None:
            raise ConfigLoadError(f"Config not found : {config_path}")
        text = shipped.read(file, is_scenario, by_path=self.place.is_file())
        return ConfigResult(config=OmegaConf.create(text), path=self.full_path(), provider=self.provider,
                            header={"package": "_global_" if is_scenario else None})

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        if self.place.is_file():
            return [self.place.stem] if config_path == SCENARIOS and results_filter != ObjectType.GROUP else []
        names: list[str] = []
        for file in sorted(self.place.joinpath(config_path).iterdir()):
            if file.is_dir() or file.suffix == ".yaml":
                self._list_add_result(names, f"{config_path}/{file.name}", file.name, results_filter)
        return names


@dataclass(frozen=True)
class Plan:
    """What Hydra is to be told. `faults`: what it need not be told, since it is wrong already."""

    base: Path
    reach: tuple[str, ...]          # where files may come from
    chosen: tuple[str, ...]         # the scenario
    overrides: tuple[str, ...]
    stem: str
    file: Path | None
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
        plan.refuse()       # what the keys of an unknown scenario are nobody knows
    with hydra_at(plan.base):
        try:
            config, faults = _composed([*plan.reach, *plan.chosen, *plan.overrides]), []
        except Exception as error:
            if isinstance(error, OSError) and not isinstance(error, HydraException):
                raise       # a file cannot be read: no fault of what it says
            config, faults = _each_alone(plan, error)
    faults = [*plan.faults, *faults]
    try:
        if config is not None:
            values = plain(config, config.hydra, plan.overrides, plan.stem, plan.file)
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
            Plugins.instance().register(PlainFiles)
            with initialize_config_dir(str(base / "conf"), job_name="mskflow", version_base="1.3"):
                yield GlobalHydra.instance().hydra
        finally:
            GlobalHydra.instance().clear()
            if before is not None:
                GlobalHydra.instance().initialize(before)


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
    faults += [Fault(cut(d, 300), "there is no such folder", "name a folder that holds scenarios/")
               for d in config_dirs if not os.path.isdir(d)]
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
    return Plan(base, (reach,), chosen, tuple(usable), stem, files.get(stem), tuple(faults))


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
        return [] if sweep else [Fault(where, "these are several values", f"sweep with run -m, or write a list: {cut(key)}=[a,b]")]
    value = override.value()
    if key not in groups or override.is_delete() or isinstance(value, dict):
        return []
    names = shipped.options(key, config_dirs, base)
    if override.is_add() or override.is_force_add():
        return [Fault(where, f"'{key}' is chosen already", f"leave out the '+': {cut(override.input_line.lstrip('+'))}")]
    if isinstance(value, str) and value in names:
        return []
    shown = value if isinstance(value, str) else override.input_line.partition("=")[2]
    return [Fault(where, f"there is no {'scenario' if key == SCENARIOS else key} '{cut(shown)}'", nearest(cut(shown), names))]


def _composed(words: list[str]):
    return hydra_compose(CONFIG, words, return_hydra_config=True)


def _each_alone(plan: Plan, error: Exception):
    """What can be composed, and every fault: the scenario by itself, then with each override, one more at a time."""
    words = [*plan.reach, *plan.chosen]
    try:
        config = _composed(words)
    except Exception as alone:
        return None, _explained(alone, plan)
    faults = []
    for word in sorted(plan.overrides, key=lambda word: "." in word.partition("=")[0]):    # groups first: keys hang on them
        try:
            config = _composed([*words, word])
            words.append(word)
        except Exception as alone:
            faults += _explained(alone, plan, word, config)
    return config, faults or _explained(error, plan)


def plain(config, hydra, overrides, stem: str, file: Path | None) -> dict:
    """What Hydra composed, as plain values that refer to nothing, with the scenario's name."""
    if hydra.callbacks or hydra.job.env_set or hydra.job.env_copy:
        raise ScenarioError([Fault("hydra", "callbacks and environment variables are not used here", "take them out")])
    values = {key: value for key, value in OmegaConf.to_container(config, resolve=False).items() if key != "hydra"}
    faults = _faults_inside(values)
    if faults:
        raise ScenarioError(faults)
    given = any(re.match(r"\+{0,2}name=", word) for word in overrides)
    own = file is not None and "name" in shipped.top_level(shipped.read(file, by_path=True))
    if not (given or own) or values.get("name") is None:
        values["name"] = stem       # a scenario that builds on another must not go under its name
    faults = shipped.name_faults(values["name"], "name")
    if faults:
        raise ScenarioError(faults)
    return values


def _faults_inside(value, where: str = "") -> list[Fault]:
    if isinstance(value, dict):
        return [fault for key, inner in value.items() for fault in
                ([Fault(f"{where}{key}", "this would run code", "write values only")] if str(key) == "_target_" else [])
                + _faults_inside(inner, f"{where}{key}.")]
    if isinstance(value, list):
        return [fault for i, inner in enumerate(value) for fault in _faults_inside(inner, f"{where}{i}.")]
    if value == "???" and where != "name.":
        return [Fault(where[:-1], "it has no value yet", f"give one: {where[:-1]}=VALUE")]
    if isinstance(value, str) and "${" in value:
        return [Fault(where[:-1], f"'{cut(value)}' refers to something else", "write the value itself")]
    return []


def _explained(error: Exception, plan: Plan, word: str | None = None, config=None) -> list[Fault]:
    """Hydra's, OmegaConf's or YAML's complaint in plain words. `word`: the override that it is about."""
    if isinstance(error, ScenarioError):
        return list(error.faults)
    text, cause = str(error), error.__cause__ or error.__context__
    key = re.sub(r"^[+~]+", "", (word or "").partition("=")[0])
    inside = re.match(r"In '([^']+)': ", text)
    where = cut(word) if word else str(plan.file or plan.stem)
    if inside and inside[1] not in (CONFIG, "hydra/config", f"{SCENARIOS}/{plan.stem}"):
        where = f"{inside[1]}.yaml"
    if isinstance(error, MissingConfigException):
        group, _, name = str(error.missing_cfg_file).rpartition("/")
        extra = "; others are installed with mskflow[sweep] or mskflow[ray]" if group.startswith("hydra/") else ""
        return [Fault(where, f"there is no {group or 'file'} '{cut(name)}'", nearest(cut(name), error.options or []) + extra)]
    if word and ("To append to your config" in text or "does not exist" in text):
        return [_unknown_key(getattr(cause, "full_key", None) or key, where, config, word)]
    if isinstance(error, RecursionError):
        return [Fault(where, "it leads back to itself, or is nested too deeply", "let its defaults name other files")]
    group = re.search(r"Could not override '([^']+)'", text)
    if group:
        return [Fault(where, f"there is no group '{cut(group[1])}' to choose from", nearest(cut(group[1]), shipped.groups(plan.base)))]
    for sign, what, right in _PLAIN_WORDS:
        match = re.search(sign, text)
        if match:
            found = [cut(part) for part in (*match.groups(), key)]
            return [Fault(where, what.format(*found), right.format(*found))]
    unreadable = _faults_of_conf(plan)
    if unreadable:
        return unreadable
    if "Cannot merge" in f"{text}{cause}":
        return [Fault(where, "a list stands where 'key: value' lines do, or the other way round", "give what it replaces the same shape")]
    return [Fault(where, f"this cannot be composed: {cut(text.strip().partition(chr(10))[0], 120)}", "compare it with a shipped scenario")]


_PLAIN_WORDS = (   # what Hydra says, what is wrong, what would be right
    ("An item is already at", "it is there already", "leave out the '+'"),
    (r"Could not delete", "what it would take away has another value", "write ~{0}"),
    (r"(?:Multiple values for|^)\s*(\S+?)\.? (?:To override|appears more than once)", "'{0}' is chosen twice",
     "in defaults write '- override /{0}: name'"),
    (r"Overrides must be at the end", "a line with 'override' comes too early", "put the lines with 'override' last in defaults"),
    (r"Duplicate _self_", "_self_ is in defaults twice", "keep one"),
    (r"defaults list|default item|in defaults|Missing group name", "its defaults cannot be read",
     "defaults is a list of lines '- override /group: name'"),
    (r"Error merging override", "its value does not fit what is there", "give a value of the kind that it replaces"),
    (r"must be a string or a list", "a group is chosen by a name", "write {0}=NAME"),
)


def _faults_of_conf(plan: Plan) -> list[Fault]:
    """Of the files in conf/ themselves: Hydra does not say which one it could not read."""
    faults = []
    for group in set(shipped.groups(plan.base)) - {SCENARIOS}:
        for file in sorted((plan.base / "conf" / group).glob("*.yaml")):
            try:
                shipped.read(file, is_scenario=False)
            except ScenarioError as error:
                faults += error.faults
    return faults


def _unknown_key(key: str, where: str, config, word: str) -> Fault:
    """Follows a key as far as it goes, and says what is there instead of the rest."""
    node, path = config, []
    for part in str(key).replace("[", ".").replace("]", "").split("."):
        if not OmegaConf.is_dict(node) or part not in node:
            break
        node = node[part]
        path.append(part)
    known = [str(k) for k in node if k != "hydra" and not str(k).startswith("_")] if OmegaConf.is_dict(node) else []
    inside = f" in '{cut('.'.join(path))}'" if path else ""
    if not OmegaConf.is_dict(node):
        return Fault(where, f"'{cut('.'.join(path))}' is one value, with nothing below it", f"write {cut('.'.join(path))}=VALUE")
    right = nearest(part, known)
    if "did you mean" not in right and not word.startswith(("~", "+")):
        right += f"; to add what is new: +{cut(word)}"
    return Fault(where, f"there is no '{cut(part)}'{inside}", right)


def show(plan: Plan, what: str, package: str | None = None, resolve: bool = False, info: bool = False) -> None:
    """Hydra's own view of a configuration that has been composed without a fault: --cfg hydra, --info ..."""
    words = [*plan.reach, *plan.chosen, *plan.overrides]
    with hydra_at(plan.base) as hydra:
        if info:
            hydra.show_info(what, CONFIG, words)
        else:
            hydra.show_cfg(CONFIG, words, what, package, resolve)
