"""What stands after `mskflow gather`: folders, and which indicator to tell of."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.analysis.indicators import INDICATORS
from sim.app.configuration.files.folders import folder_named
from sim.app.configuration.files.shipped import cut
from sim.domain.faults import Fault, ScenarioError, nearest

WORDS = ("kpi", "group", "target", "x", "y", "baseline", "out")
USAGE = "mskflow gather DIR... [kpi=NAME] [group=NAME] [target=NUMBER] [x=PATH] [y=PATH] [baseline=NAME] [out=DIR]"


@dataclass(frozen=True)
class Ask:
    """`kpi`, `group`: the indicator of points.csv and of the pictures ("": the headline); `target`: the value that it
    should reach, as tables have it; `x`, `y`: the settings of the map; `baseline`: a point by its number, or a scenario
    by its name, that every point is compared with ("": each with its own comparator); `out`: where the folder goes."""

    kpi: str = ""
    group: str = ""
    target: float | None = None
    x: str = ""
    y: str = ""
    baseline: str = ""
    out: str = "results"


def asked(words: Sequence[str]) -> tuple[Ask, list[Path]]:
    """What `words` ask for, and of which folders; `ScenarioError` with every one that cannot be."""
    faults: list[Fault] = []
    ask, rest = taken_out(words, faults)
    dirs = folders(rest, faults)
    if faults:
        raise ScenarioError(faults)
    return ask, dirs


def taken_out(words: Sequence[str], faults: list[Fault], names: Sequence[str] = WORDS) -> tuple[Ask, list[str]]:
    """What those of `words` ask for that are gather's own, by `names`; and the other words.
    What is wrong joins `faults`."""
    found, rest = {}, []
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in names:
            rest.append(word)
            continue
        value = value.strip("'\"")
        if key in found:
            faults.append(Fault(key, "is given twice", f"{key} once"))
        elif not value:
            faults.append(Fault(key, "has no value", USAGE))
        found[key] = folder_named(value, key, faults) if key == "out" else value
    target = _number(found.pop("target", ""), faults)
    return Ask(**found, target=target), rest


def beside_a_sweep(words: Sequence[str]) -> tuple[Ask | None, list[str]]:
    """The same of a sweep's words, whose `out` is its own: None where nothing is to be gathered at its end."""
    faults: list[Fault] = []
    ask, rest = taken_out(words, faults, [name for name in WORDS if name != "out"])
    if ask.kpi and ask.kpi not in INDICATORS:  # else it would be told after hours of work
        faults.append(Fault("kpi", f"'{cut(ask.kpi, 60)}' is not an indicator", nearest(ask.kpi, INDICATORS)))
    if faults:
        raise ScenarioError(faults)
    return (ask if len(rest) < len(words) else None), rest


def folders(words: Sequence[str], faults: list[Fault]) -> list[Path]:
    """Those of `words` that are folders; why the others are not joins `faults`."""
    found = []
    for word in words:
        path = Path(os.path.expanduser(word))
        if path.is_dir():
            found.append(path)
        elif word.startswith("-") or ("=" in word and not path.exists()):
            faults.append(Fault(cut(word), "gather does not use it", nearest(cut(word.partition("=")[0], 40), WORDS)))
        else:
            faults.append(
                Fault(
                    cut(word),
                    "is a file" if path.exists() else "there is no such folder",
                    "a results folder, or one that holds some",
                )
            )
    if not words:
        faults.append(Fault("gather", "no folder is named", f"write: {USAGE}"))
    return found


def _number(text: str, faults: list[Fault]) -> float | None:
    try:
        value = float(text) if text else None
    except ValueError:
        value = math.nan
    if value is not None and not math.isfinite(value):
        faults.append(
            Fault(
                "target",
                f"'{cut(text, 40)}' is no number",
                "the value as the tables have it, a share between 0 and 1: target=0.92",
            )
        )
        return None
    return value
