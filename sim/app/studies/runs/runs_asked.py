"""The words after `mskflow runs`, sorted; every fault of them at once."""

import re
from dataclasses import dataclass
from pathlib import Path

from sim.app.configuration.files.folders import folder_named
from sim.app.configuration.files.shipped import cut
from sim.domain.faults import Fault, ScenarioError, nearest

VERBS = {"list": 0, "show": 1, "compare": 2, "prune": 0, "verify": 0}
"""Verb -> how many runs it names."""
_YES_NO = ("true", "false")
_SETTINGS = {"compare": ("csv",), "prune": ("older_than_days", "versions", "unfinished", "unused", "dry")}
_FLAGS = ("--debug",)


@dataclass(frozen=True)
class RunsWords:
    """`names`: runs as they were typed. `older_than_days`: None for any age. `versions`: "old" or "" for all."""

    verb: str = "list"
    names: tuple[str, ...] = ()
    out: Path = Path("results")
    csv: Path | None = None
    older_than_days: float | None = None
    versions: str = ""
    unfinished: bool = False
    unused: bool = False
    dry: bool = False


def words_of(words) -> RunsWords:
    """`list` where there is no verb; ScenarioError."""
    faults: list[Fault] = []
    names = [word for word in words if not _setting(word) and word not in _FLAGS]
    verb = names.pop(0) if names else "list"
    if verb not in VERBS:
        raise ScenarioError([Fault(cut(verb), "runs does not do that", nearest(cut(verb), VERBS))])
    if len(names) != VERBS[verb]:
        right = {
            0: f"write: mskflow runs {verb}",
            1: "name one: an ID of `mskflow runs list`, a folder or a key",
            2: "name two: IDs of `mskflow runs list`, folders or keys",
        }[VERBS[verb]]
        faults.append(Fault(f"runs {verb}", f"names {len(names)}", right))
    found: dict = {}
    for word in words:
        if _setting(word):
            key, _, value = word.partition("=")
            _take(verb, key, value.strip("'\""), found, faults)
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return RunsWords(verb, tuple(names), **found)


def _setting(word: str) -> bool:
    return re.match(r"\w+=", word) is not None


def _take(verb: str, key: str, value: str, found: dict, faults: list[Fault]) -> None:
    known = ("out", *_SETTINGS.get(verb, ()))
    if key not in known:
        faults.append(Fault(cut(key), f"runs {verb} does not use it", nearest(cut(key), known)))
    elif key in found:
        faults.append(Fault(key, "is given twice", f"once: {key}=..."))
    elif key in ("out", "csv"):
        found[key] = Path(folder_named(value, key, faults))
        if not value:
            faults.append(Fault(key, "it has no value", f"name a {'folder' if key == 'out' else 'file'}: {key}=..."))
    elif key == "older_than_days":
        if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", value):
            found[key] = float(value)
        else:
            faults.append(Fault(key, f"'{cut(value, 20)}' is no number of days", "0 or more: older_than_days=30"))
    elif key == "versions":
        found[key] = value
        if value != "old":
            faults.append(
                Fault(key, f"'{cut(value, 20)}' is not known", "versions=old: those of other versions of the model")
            )
    else:
        found[key] = value == "true"
        if value not in _YES_NO:
            faults.append(Fault(key, f"'{cut(value, 20)}' is neither true nor false", f"write {key}=true"))
