"""What was typed, sorted once: the command, the scenario, Hydra's overrides, flags.
It is carried as it is to the manifest."""

import os
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sim.app.configuration.files.folders import folder_named
from sim.app.configuration.files.shipped import SCENARIOS, cut, scenario_files
from sim.app.configuration.overrides import quoted
from sim.domain.faults import Fault, ScenarioError, nearest

INFO = ("all", "config", "defaults", "defaults-tree", "plugins", "searchpath")
CFG = ("job", "hydra", "all")
_SWITCHES = {
    "-m": "multirun",
    "--multirun": "multirun",
    "-r": "",
    "--run": "",
    "--resolve": "resolve",
    "--debug": "debug",
    "-h": "help",
    "--help": "help",
}
_TAKES_A_WORD = {
    "-c": "cfg",
    "--cfg": "cfg",
    "-p": "package",
    "--package": "package",
    "-cd": "config_dirs",
    "--config-dir": "config_dirs",
    "-i": "info",
    "--info": "info",
    "--patient": "patient",
    "--report": "report",
}
ONE_PAGE, PNG, WHOLE_TABLE = "one-page", "png", "table"
_ONE_OF = {"cfg": CFG, "info": INFO, "report": (ONE_PAGE, PNG, WHOLE_TABLE)}
_REFUSED = {
    "-cp": "--config-dir DIR adds a folder",
    "--config-path": "--config-dir DIR adds a folder",
    "-cn": "name a scenario",
    "--config-name": "name a scenario",
    "--experimental-rerun": "run the command of its manifest.json again (a pickle can run code)",
}


@dataclass(frozen=True)
class Request:
    """What is asked. `scenario` is a name or the path of a file; `own`:
    (word, value) of words that are the command's own and none of Hydra's, `plan=FILE`;
    `words`: all that stands after the command's word, as it was typed."""

    command: str = "run"
    scenario: str | None = None
    overrides: tuple[str, ...] = ()
    config_dirs: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()
    multirun: bool = False
    cfg: str | None = None
    info: str | None = None
    package: str | None = None
    patient: str | None = None
    report: str | None = None
    resolve: bool = False
    debug: bool = False
    help: bool = False
    words: tuple[str, ...] = field(default=(), repr=False)

    def wants(self, kind: str) -> bool:
        """Whether the report is asked for in this form too: ONE_PAGE, PNG or WHOLE_TABLE, on the terminal."""
        return kind in (self.report or "").split(",")

    @property
    def line(self) -> str:
        """The command as it may be typed again: for people, and never taken apart."""
        return shlex.join(["mskflow", self.command, *self.words])

    def sets(self, key: str) -> bool:
        """Whether the command itself sets a key."""
        return any(word.lstrip("+").startswith(f"{key}=") for word in self.overrides)

    def said(self) -> dict:
        """What a manifest keeps of it."""
        return {
            "command": self.line,
            "overrides": list(self.overrides),
            "asked": {
                "command": self.command,
                "words": list(self.words),
                "scenario": self.scenario,
                "config_dirs": list(self.config_dirs),
            },
        }


def request_in(manifest: dict) -> Request:
    """What a manifest says was asked; of an older one, which does not, the scenario's name and the overrides."""
    said, overrides = manifest.get("asked"), tuple(map(str, manifest.get("overrides") or ()))
    if not isinstance(said, dict):
        return request_of("run", str(manifest.get("scenario") or "") or None, overrides, ())
    words, folders = (tuple(map(str, said.get(name) or ())) for name in ("words", "config_dirs"))
    return Request(str(said.get("command")), said.get("scenario"), overrides, folders, words=words)


def request_of(command: str, scenario: str | None, overrides: Sequence[str], config_dirs: Sequence[str]) -> Request:
    """A request that nobody typed, with the words that somebody would have."""
    folders = [word for folder in config_dirs for word in ("--config-dir", folder)]
    words = (*([scenario] if scenario else ()), *map(_typed, overrides), *folders)
    return Request(command, scenario, tuple(overrides), tuple(config_dirs), words=words)


def _typed(word: str) -> str:
    """`out=results` for `out='results'`, as it was quoted for Hydra, where a shell needs no quotes either."""
    return re.sub(r"^out='([\w./-]+)'$", r"out=\1", word)


def split(words: Iterable[str], command: str = "run", own: Sequence[str] = ()) -> Request:
    """The words after a command's word, sorted; `own`: the words of the form word=value that are its own.

    ScenarioError with every word that cannot be understood.
    """
    words = tuple(words)
    sorter = _Sorter(list(words), own)
    while sorter.rest:
        sorter.take(sorter.rest.pop(0))
    faults = sorter.faults + _faults_of_scenarios(sorter.scenarios, sorter.overrides)
    if faults:
        raise ScenarioError(faults)
    return replace(
        Request(command, words=words, **sorter.flags),
        scenario=sorter.scenarios[0] if sorter.scenarios else None,
        overrides=tuple(sorter.overrides),
        config_dirs=(*sorter.folders, *_own_folder(sorter.scenarios[:1])),
        own=tuple(sorter.own),
    )


def _own_folder(scenarios: Sequence[str]) -> Iterable[str]:
    """The folder here that `mskflow place` has made for a scenario of this name, or for one beside it."""
    for name in filter(re.compile(r"\w+").fullmatch, scenarios):
        for folder in filter(None, (name, name.rpartition("_")[0])):
            there = os.path.isfile(os.path.join(folder, SCENARIOS, f"{name}.yaml"))
            if there and name not in scenario_files():  # a shipped one is never hidden without being told
                return [folder]
    return []


class _Sorter:
    """Takes one word after the other; some take the next as well."""

    def __init__(self, rest: list[str], names: Sequence[str]):
        self.rest, self.names = rest, names
        self.flags: dict = {}
        self.scenarios: list[str] = []
        self.overrides: list[str] = []
        self.folders: list[str] = []
        self.own: list[tuple[str, str]] = []
        self.faults: list[Fault] = []

    def take(self, word: str) -> None:
        flag, equals, value = word.partition("=")
        if equals and flag in self.names:
            self.own.append((flag, value.strip("'\"")))
        elif word.startswith("-"):
            self._flag(word, flag, value if equals else None)
        elif not word.strip():
            right = "look at the quotes and variables of the command"
            self.faults.append(Fault("mskflow", "one of the words is empty", right))
        elif _is_override(word):
            self.overrides.append(_with_path_quoted(word, self.faults))
        elif re.search(r"\.(xls|ods|csv|html?|pdf|json|txt|docx?|parquet)$", word):
            right = "a scenario is a name from `mskflow list`, a .yaml file, or a workbook of one (.xlsx)"
            self.faults.append(Fault(cut(word), "this is a file of another kind, and no scenario", right))
        elif re.fullmatch(r"[A-Za-z_]\w*(\.\w+)+", word) and not word.endswith((".yaml", ".yml", ".xlsx")):
            self.faults.append(Fault(word, "it has no value", f"write {cut(word)}=VALUE"))
        else:
            self.scenarios.append(word)

    def _flag(self, word: str, flag: str, value: str | None) -> None:
        if flag in _TAKES_A_WORD:
            self._flag_with_a_word(flag, value)
        elif word in _SWITCHES:
            self.flags |= {_SWITCHES[word]: True} if _SWITCHES[word] else {}
        elif flag in _REFUSED:
            self.faults.append(Fault(flag, "this flag of Hydra is not used here", _REFUSED[flag]))
        else:
            self.faults.append(Fault(cut(word), "there is no such flag", nearest(flag, [*_SWITCHES, *_TAKES_A_WORD])))

    def _flag_with_a_word(self, flag: str, value: str | None) -> None:
        name = _TAKES_A_WORD[flag]
        if value is None:
            alone = name == "info" and (not self.rest or self.rest[0] not in INFO)
            value = "all" if alone else self.rest.pop(0) if self.rest else ""
        if name == "config_dirs":
            self.folders.append(value)
            if not os.path.isdir(os.path.expanduser(value)):
                self.faults.append(
                    Fault(flag, f"there is no folder '{cut(value)}'", "name a folder that holds scenarios/")
                )
            return
        known = _ONE_OF.get(name)
        each = value.split(",") if name == "report" else [value]  # a report may be wanted in several forms
        if not value or (known and not set(each) <= set(known)):
            usual = "the number of a patient" if name == "patient" else "a group"
            self.faults.append(Fault(flag, f"it needs a word, not '{cut(value)}'", nearest(value, known or [usual])))
        self.flags[name] = value


def refuse_unused(request: Request, used: Sequence[str] = ()) -> None:
    """`ScenarioError` with the words that a command has no use for, of those parts that are not `used`."""
    given = {
        "scenario": filter(None, [request.scenario]),
        "overrides": request.overrides,
        "config_dirs": request.config_dirs,
    }
    unused = [word for part, words in given.items() if part not in used for word in words]
    if unused:
        right = f"write: mskflow {request.command}"
        raise ScenarioError([Fault(word[:60], f"{request.command} does not use it", right) for word in unused])


def _faults_of_scenarios(scenarios: list[str], overrides: list[str]) -> list[Fault]:
    faults = []
    if scenarios and any(re.match(rf"{SCENARIOS}\s*=", word) for word in overrides):
        faults.append(Fault(scenarios[0], "the scenario is named twice", f"leave out '{SCENARIOS}=...'"))
    if len(scenarios) > 1:
        right = f"name one, or sweep: run -m {SCENARIOS}={','.join(map(cut, scenarios[:3]))}"
        faults.append(Fault(cut(" ".join(scenarios)), f"these are {len(scenarios)} scenarios", right))
    return faults


def _is_override(word: str) -> bool:
    if word.startswith(("/", "./", "../", "~/")):
        return False
    return "=" in word or word.startswith("~")


def _with_path_quoted(word: str, faults: list[Fault]) -> str:
    """`out=` takes a folder as it is: Hydra's grammar would stumble over its spaces, accents and brackets."""
    match = re.fullmatch(r"(\+{0,2}out=)(.*)", word, re.DOTALL)
    if not match or match[2][:1] in ("'", '"'):
        return word
    return match[1] + quoted(folder_named(match[2], "out", faults))
