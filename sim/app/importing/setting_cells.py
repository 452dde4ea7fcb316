"""The settings of a configuration that a workbook has a row of, and what a cell means for a setting."""

from collections.abc import Iterator
from typing import Any

from sim.app.configuration.leaves import leaves
from sim.app.configuration.schema import choices_of, kind_of, read, schema_at, shown
from sim.app.importing.scenario_workbook import SECTIONS

_WORDS = {"yes": True, "true": True, "no": False, "false": False}
NAME = "label"
"""The one setting of free words: what a service or a staff group is called here."""


def settings_in(config: dict[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """(key, value, kind) of each setting that has a row. A list of numbers has a row an element."""
    sections = [section for these in SECTIONS.values() for section in these]
    for path, value in leaves({one: config[one] for one in sections if config.get(one)}).items():
        schema = schema_at(config, path)
        kind = kind_of(schema)
        if kind == "list" and _are_numbers(value):
            yield from ((f"{path}.{at}", one, "number") for at, one in enumerate(value))
        elif _has_a_row(path, value, kind, schema):
            yield path, value, kind


def _has_a_row(path: str, value, kind: str, schema: dict | None) -> bool:
    if kind == "list":
        return bool(isinstance(value, list) and value and choices_of(schema or {}))
    scalar = value is None or isinstance(value, (bool, int, float, str))
    return scalar and (
        kind in ("number", "integer", "boolean", "choice") or (kind == "text" and path.endswith(f".{NAME}"))
    )


def _are_numbers(value) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_number, value))


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def in_cell(value) -> float | str | None:
    """A setting's value as a cell has it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return shown(value) if isinstance(value, list) else value


def meant(cell, before, schema: dict | None) -> Any:
    """The value that a cell means for a setting that has the value `before`; what is none is handed on as words, for
    the check to refuse. `schema`: of the setting, None of a number in a list."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, (int, float)):
        if cell == before and _is_number(before):
            return before
        return int(cell) if float(cell).is_integer() and abs(cell) < 1e15 else cell
    word = " ".join(str(cell).split())
    if schema is None:
        schema = {"any": [{"type": "number"}]}
    if kind_of(schema) == "boolean":
        return _WORDS.get(word.lower(), word)
    return read(word, schema)
