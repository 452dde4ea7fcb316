"""What stands after `mskflow gather`: folders, and which indicator to tell of."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.app.shipped import cut
from sim.domain.faults import Fault, ScenarioError, nearest

WORDS = ("kpi", "group", "target", "x", "y", "baseline", "out")
USAGE = "mskflow gather DIR... [kpi=NAME] [group=NAME] [target=NUMBER] [x=PATH] [y=PATH] [baseline=NAME] [out=DIR]"


@dataclass(frozen=True)
class Ask:
    """`kpi`, `group`: the indicator of points.csv and of the pictures ("": the headline); `target`: the value that it should
    reach, as tables have it; `x`, `y`: the settings of the map; `baseline`: a point by its number, or a scenario by its name,
    that every point is compared with ("": each with its own comparator); `out`: where the folder goes."""

    kpi: str = ""
    group: str = ""
    target: float | None = None
    x: str = ""
    y: str = ""
    baseline: str = ""
    out: str = "results"


def taken_out(words: Sequence[str]) -> tuple[Ask, list[str]]:
    """The words of gather's own among `words`, and the others; `ScenarioError` with every one that cannot be."""
    found, rest, faults = {}, [], []
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in WORDS:
            rest.append(word)
            continue
        value = value.strip("'\"")
        if key in found:
            faults.append(Fault(key, "is given twice", f"{key} once"))
        elif not value:
            faults.append(Fault(key, "has no value", USAGE))
        found[key] = value
    target = None
    if found.get("target"):
        target = _number(found["target"])
        if target is None:
            faults.append(Fault("target", f"'{cut(found['target'], 40)}' is no number", "the value as the tables have it, a share between 0 and 1: target=0.92"))
    if faults:
        raise ScenarioError(faults)
    return Ask(**found | {"target": target}), rest


def folders(words: Sequence[str]) -> list[Path]:
    """`words` as folders that exist; `ScenarioError` with every one that is none."""
    faults, found = [], []
    for word in words:
        path = Path(word).expanduser()
        if path.is_dir():
            found.append(path)
        elif word.startswith("-") or ("=" in word and not path.exists()):
            faults.append(Fault(cut(word), "gather does not use it", nearest(cut(word.partition("=")[0], 40), WORDS)))
        else:
            faults.append(Fault(cut(word), "is a file" if path.exists() else "there is no such folder", "a results folder, or one that holds some"))
    if not words:
        faults.append(Fault("gather", "no folder is named", f"write: {USAGE}"))
    if faults:
        raise ScenarioError(faults)
    return found


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
