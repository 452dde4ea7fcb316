"""What somebody has changed in a workbook, as overrides of its scenario."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.app.configuration.design.override_words import text_of
from sim.app.configuration.schema import schema_at
from sim.app.importing import cells
from sim.app.importing.found import SettingCell
from sim.app.importing.setting_cells import in_cell, meant, settings_in
from sim.domain.faults import Fault, nearest

_PLAIN_KEY = re.compile(r"\w+")


@dataclass(frozen=True)
class ChangedCell:
    """A setting with its new value: `word`, the override, one for all changed numbers of a list; `where`, the cell."""

    key: str
    word: str
    where: str


def changed_in(settings: Sequence[SettingCell], config: dict[str, Any], faults: list[Fault]) -> list[ChangedCell]:
    """What stands there otherwise than when the workbook was written, and than in `config`, the scenario as it is now;
    what is empty is the scenario's. What is wrong with a row joins `faults`."""
    known = {key: value for key, value, _ in settings_in(config)}
    lists: dict[str, list] = {}
    found: list[tuple[str, str, Any]] = []
    seen = set()
    for one in settings:
        if one.key in seen or one.key not in known:
            faults.append(_strange(one, one.key in seen, known))
            continue
        seen.add(one.key)
        before, path = known[one.key], one.key.rpartition(".")[0]
        if cells.text(one.yours) == "" or not _differs(one, before):
            continue
        value = meant(one.yours, before, schema_at(config, one.key))
        if value == before and isinstance(value, bool) == isinstance(before, bool):
            continue
        if isinstance(here := _at(config, path), list):  # Hydra's grammar changes a list as a whole
            lists.setdefault(path, list(here))[int(one.key.rpartition(".")[2])] = value
        found.append((one.key, one.where, value))
    return [ChangedCell(key, _word(key, value, lists), where) for key, where, value in found]


def _word(key: str, value, lists: Mapping[str, list]) -> str:
    path = key.rpartition(".")[0]
    return override_of(path, lists[path]) if path in lists else override_of(key, value)


def _differs(one: SettingCell, before) -> bool:
    """Whether a cell is not as it was written; where nobody knows how that was, not as the scenario is."""
    written = in_cell(before) if one.written is None else one.written
    return cells.text(one.yours) != cells.text(written) and not _same_number(one.yours, written)


def _same_number(one, other) -> bool:
    """Whether they are the same to the 15 digits that a spreadsheet keeps."""
    numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
    return numbers and f"{one:.15g}" == f"{other:.15g}"


def _strange(one: SettingCell, twice: bool, known: Mapping[str, Any]) -> Fault:
    if twice:
        return Fault(one.where, f"the setting '{one.key[:80]}' stands in two rows", "delete one of them")
    return Fault(one.where, f"the scenario has no setting '{one.key[:80]}'", nearest(one.key[:80], known))


def _at(config, path: str):
    for key in path.split("."):
        config = config.get(key) if isinstance(config, dict) else None
    return config


def override_of(key: str, value) -> str:
    """The override that sets a value. What Hydra's grammar would not read in a key (`75+`) goes into a mapping, which
    is laid over the one that is there."""
    parts = key.split(".")
    plain = next((at for at, part in enumerate(parts) if not _PLAIN_KEY.fullmatch(part)), len(parts))
    text = text_of(value)
    for part in reversed(parts[plain:]):
        text = f"{{{part}:{text}}}"
    return f"{'.'.join(parts[:plain])}={text}"
