"""What stands after a sub-command: a scenario, Hydra's overrides, flags. And which overrides Hydra may see.

A configuration is data: no override may name code, read the environment, or reach Hydra's own machinery beyond the
choice of a launcher and a sweeper. The same holds for overrides that come from Python.
"""

import os
import re
import shlex
from dataclasses import dataclass, field

from sim.app.configuration.files.shipped import SCENARIOS, cut
from sim.domain.faults import Fault, ScenarioError, nearest

INFO = ("all", "config", "defaults", "defaults-tree", "plugins", "searchpath")
CFG = ("job", "hydra", "all")
_LONGEST = 5_000
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
}
_REFUSED = {
    "-cp": "--config-dir DIR adds a folder",
    "--config-path": "--config-dir DIR adds a folder",
    "-cn": "name a scenario",
    "--config-name": "name a scenario",
    "--experimental-rerun": "run the command of its manifest.json again (a pickle can run code)",
}


@dataclass(frozen=True)
class Asked:
    """The words after a sub-command, sorted. `scenario` is a name or the path of a file."""

    scenario: str | None = None
    overrides: tuple[str, ...] = ()
    config_dirs: tuple[str, ...] = ()
    multirun: bool = False
    cfg: str | None = None
    info: str | None = None
    package: str | None = None
    patient: str | None = None
    resolve: bool = False
    debug: bool = False
    help: bool = False
    words: tuple[str, ...] = field(default=(), repr=False)


def split(words) -> Asked:
    """The words, sorted; ScenarioError with every word that cannot be understood."""
    asked, rest, faults = {"words": tuple(words)}, list(words), []
    scenarios, overrides, folders = [], [], []
    while rest:
        word = rest.pop(0)
        flag, equals, value = word.partition("=")
        if flag in _TAKES_A_WORD and word.startswith("-"):
            name = _TAKES_A_WORD[flag]
            if not equals:
                optional = name == "info" and (not rest or rest[0] not in INFO)
                value = "all" if optional else rest.pop(0) if rest else ""
            if name == "config_dirs":
                folders.append(value)
                if not os.path.isdir(os.path.expanduser(value)):
                    faults.append(
                        Fault(flag, f"there is no folder '{cut(value)}'", "name a folder that holds scenarios/")
                    )
                continue
            known = {"cfg": CFG, "info": INFO}.get(name)
            if not value or (known and value not in known):
                usual = "the number of a patient" if name == "patient" else "a group"
                faults.append(Fault(flag, f"it needs a word, not '{cut(value)}'", nearest(value, known or [usual])))
            asked[name] = value
        elif word in _SWITCHES:
            asked[_SWITCHES[word]] = True
        elif flag in _REFUSED:
            faults.append(Fault(flag, "this flag of Hydra is not used here", _REFUSED[flag]))
        elif word.startswith("-"):
            faults.append(Fault(cut(word), "there is no such flag", nearest(flag, [*_SWITCHES, *_TAKES_A_WORD])))
        elif not word.strip():
            faults.append(
                Fault("mskflow", "one of the words is empty", "look at the quotes and variables of the command")
            )
        elif _is_override(word):
            overrides.append(_with_path_quoted(word))
        elif re.fullmatch(r"[A-Za-z_]\w*(\.\w+)+", word) and not word.endswith((".yaml", ".yml")):
            faults.append(Fault(word, "it has no value", f"write {cut(word)}=VALUE"))
        else:
            scenarios.append(word)
    asked.pop("", None)
    if any(re.match(rf"{SCENARIOS}\s*=", o) for o in overrides) and scenarios:
        faults.append(Fault(scenarios[0], "the scenario is named twice", f"leave out '{SCENARIOS}=...'"))
    if len(scenarios) > 1:
        faults.append(
            Fault(
                cut(" ".join(scenarios)),
                f"these are {len(scenarios)} scenarios",
                f"name one, or sweep: run -m {SCENARIOS}={','.join(map(cut, scenarios[:3]))}",
            )
        )
    if faults:
        raise ScenarioError(faults)
    return Asked(scenarios[0] if scenarios else None, tuple(overrides), tuple(folders), **asked)


def overrides_of(command: str) -> list[str]:
    """The overrides in a command as it was typed, `mskflow run NAME key=value`."""
    return list(split(shlex.split(command)[2:]).overrides)


def _is_override(word: str) -> bool:
    if word.startswith(("/", "./", "../", "~/")):
        return False
    return "=" in word or word.startswith("~")


def _with_path_quoted(word: str) -> str:
    """`out=` takes a folder as it is: Hydra's grammar would stumble over its spaces, accents and brackets."""
    match = re.fullmatch(r"(\+{0,2}out=)(.*)", word, re.DOTALL)
    return match[1] + quoted(match[2]) if match and match[2][:1] not in ("'", '"') else word


def section_of(override: str) -> str:
    """The section or group that an override changes: `workforce` of `+workforce.gp.wte=3`."""
    return re.split(r"[.=@/]", override.lstrip("+~"), maxsplit=1)[0]


def quoted(text: str) -> str:
    """A text as Hydra's grammar reads it back unchanged."""
    from hydra.core.override_parser.types import Quote, QuotedString

    return QuotedString(text=str(text), quote=Quote.single).with_quotes()


def parse(overrides, faults: list[Fault]) -> list:
    """Hydra's own reading of each override that may be used; why the others may not joins `faults`."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    parser, usable = OverridesParser.create(), []
    for text in overrides:
        found = _faults_of_text(text)
        if not found:
            try:
                parsed = parser.parse_overrides([text])[0]
                found = _faults_of(parsed)
            except Exception as error:  # Hydra's, ANTLR's or Python's: all say that the words cannot be read
                found = [_unreadable(text, error)]
        if found:
            faults.extend(found)
        else:
            usable.append(parsed)
    return usable


def _faults_of_text(text) -> list[Fault]:
    if not isinstance(text, str):
        return [Fault("overrides", f"'{cut(text)}' is not text", 'write "run.years=3"')]
    where = cut(text)
    if len(text) > _LONGEST or "\0" in text:
        return [
            Fault(
                where, f"it is longer than {_LONGEST:,} characters or holds a NUL", "put the values in a scenario file"
            )
        ]
    if "${" in text or "_target_" in text:
        return [_reaching(where)]
    if not re.match(r"(\+{1,2}|~)?\w", text) or len(text.partition("=")[0]) > 200:
        return [Fault(where, "it has no key that could exist", "write key=value, for example run.years=3")]
    return []


def _reaching(where: str) -> Fault:
    return Fault(where, "it refers to code, to the environment or to another value", "write the value itself")


def _faults_of(parsed) -> list[Fault]:
    """Of an override that Hydra can read. What escapes hid from the text shows here."""
    where, key, value = cut(parsed.input_line), parsed.key_or_group, parsed._value
    if any(
        "${" in word or re.fullmatch(r"_\w+_", word) for word in [*key.replace("/", ".").split("."), *_texts(value)]
    ):
        return [_reaching(where)]
    if parsed.package is not None:
        return [Fault(where, "'@' places values elsewhere, which is not used here", "write group=name or key=value")]
    if re.split(r"[./]", key)[0] == "hydra" and not _hydra_allowed(parsed, key, value):
        return [
            Fault(
                where,
                "this setting of Hydra cannot be changed here",
                "hydra/launcher=NAME, hydra/sweeper=NAME and plain values of theirs can; out=DIR says where results go",
            )
        ]
    return []


def _hydra_allowed(parsed, key: str, value) -> bool:
    if key in ("hydra/launcher", "hydra/sweeper"):
        return (
            not (parsed.is_add() or parsed.is_force_add() or parsed.is_delete())
            and isinstance(value, str)
            and bool(re.fullmatch(r"\w+", value))
        )
    # A sweeper's `params` are overrides of their own, and lists and mappings may hold anything.
    setting = re.fullmatch(r"hydra\.(launcher|sweeper)\.(?!params)[\w.-]+", key)
    scalar = value is None or isinstance(value, (bool, int, float, str)) or type(value).__name__ == "QuotedString"
    return bool(setting) and scalar and not parsed.is_delete()


def _texts(value) -> list[str]:
    """Every text in a parsed value: keys, elements, what a sweep chooses from."""
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    if isinstance(value, (list, tuple, set)):
        return [text for part in value for text in _texts(part)]
    inside = [getattr(value, name) for name in ("text", "list", "include", "exclude") if hasattr(value, name)]
    return _texts(inside) if inside else [value] if isinstance(value, str) else []


def _unreadable(text: str, error: Exception) -> Fault:
    key, equals, _ = text.partition("=")
    if not equals:
        return Fault(cut(text), "it has no value", f"write {cut(key)}=VALUE")
    if not re.fullmatch(r"(\+{1,2}|~)?[\w./@$-]+", key):
        return Fault(cut(text), f"'{cut(key)}' is not a key", "write key=value, for example run.years=3")
    asked = re.match(r"(\w+Error) while evaluating", str(error).partition("\n")[2])
    what = "its function cannot be worked out" if asked else "its value cannot be read"
    return Fault(cut(text), what, f"text with spaces, accents, commas or signs needs quotes: \"{cut(key, 40)}='...'\"")
