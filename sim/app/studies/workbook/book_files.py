"""A workbook as scenario files: itself, and what it is compared with at the same place, as `mskflow run` would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sim.app.configuration.arrange import is_path
from sim.app.configuration.beside.changed import CHANGES
from sim.app.configuration.beside.report_section import SHARED
from sim.app.configuration.compose import configuration_of
from sim.app.configuration.files.shipped import HEADER
from sim.app.importing.changed_cells import override_of
from sim.app.importing.opened_workbook import opened
from sim.domain.faults import Fault, ScenarioError

__all__ = ["TODAY", "BookFiles", "files_of", "override_of"]
SECTIONS = (*SHARED, *CHANGES)
TODAY = "_today"
"""After the name of a workbook's scenario: what that is compared with, where its people, lists or prices are other."""


@dataclass(frozen=True)
class BookFiles:
    """`texts`: name -> scenario file, of what the workbook is compared with first."""

    texts: dict[str, str]


def files_of(path: Path, name: str, config_dirs: Sequence[str] = ()) -> BookFiles:
    """The workbook at `path` under a name of its own; ScenarioError with every cell that is wrong."""
    found = opened(str(path), config_dirs)
    before = configuration_of(found.scenario, (), config_dirs)
    after = configuration_of(found.scenario, found.overrides, config_dirs)
    base = Path(found.scenario).stem if is_path(found.scenario) else found.scenario
    own = {one: _over(before.get(one), after[one]) for one in SECTIONS if after.get(one) != before.get(one)}
    if any(_laid(before.get(one), own[one]) != after[one] for one in own):
        what = "it was written with parts of the scenario taken out, which a scenario file cannot say"
        raise ScenarioError([Fault(path.name, what, f"mskflow run {path.name}")])
    compared = _compared(base, before, after, own)
    shared = {one: own[one] for one in own if one in SHARED}
    texts = {}
    if compared and shared:
        other = configuration_of(compared, (), config_dirs)
        as_it_was = ", as it was" if compared == base else ""
        said = {"title": f"{other.get('title') or compared}{as_it_was} ({name})", "compare_with": None}
        texts[f"{name}{TODAY}"] = _file(compared, said | shared)
        compared = f"{name}{TODAY}"
    said = {"title": _title(base, before, after, name), "compare_with": compared}
    return BookFiles(texts | {name: _file(base, said | own)})


def _compared(base: str, before: Mapping, after: Mapping, own: Mapping) -> str | None:
    """What the command would compare it with: the scenario as it was where care is organised otherwise."""
    said = after.get("compare_with")
    organised = any(one in CHANGES for one in own)
    return base if organised and said == before.get("compare_with") else said


def _title(base: str, before: Mapping, after: Mapping, name: str) -> str:
    said = after.get("title")
    return said if said != before.get("title") else f"{said or base} ({name})"


def _file(base: str, values: Mapping[str, Any]) -> str:
    text = yaml.safe_dump({"defaults": [base, "_self_"], **values}, sort_keys=False, allow_unicode=True, width=120)
    return f"{HEADER}\n{text}"


def _over(before, after):
    """What laid over `before` gives `after`, as far as that can be said by adding."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return after
    return {
        key: _over(before.get(key), value)
        for key, value in after.items()
        if key not in before or before[key] != value or isinstance(before[key], bool) != isinstance(value, bool)
    }


def _laid(before, over):
    if not (isinstance(before, dict) and isinstance(over, dict)):
        return over
    return before | {key: _laid(before.get(key), value) for key, value in over.items()}
