"""The settings of a configuration that a workbook has, a row each, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.app.configuration.described import about_of, block_label, label_of, told_of
from sim.app.configuration.schema import choices_of, limits_of, schema_at
from sim.app.importing.scenario_workbook import SECTIONS
from sim.app.importing.setting_cells import NAME, in_cell, settings_in

_NAMING = ("to", "staff", "moved_from", "paid_by", "per_visit_gbp")
"""Blocks whose keys are services or staff groups."""


@dataclass(frozen=True)
class SettingRow:
    """`value`: as a cell has it: a number, a word, or None; `kind`: see `schema.kind_of`; `choices`, `limits`: what it
    takes; `sure`: how well it is known."""

    key: str
    what: str
    value: float | str | None
    kind: str
    choices: tuple[str, ...] = ()
    limits: tuple[float | None, float | None] = (None, None)
    unit: str = ""
    sure: str = ""
    source: str = ""
    note: str = ""


def rows_of(config: dict[str, Any]) -> dict[str, list[SettingRow]]:
    """Sheet -> its rows, in the configuration's order."""
    known = told_of(config)
    every = {key: _row(key, value, kind, config, known) for key, value, kind in settings_in(config)}
    return {
        sheet: [row for key, row in every.items() if key.partition(".")[0] in sections]
        for sheet, sections in SECTIONS.items()
    }


def _row(key: str, value, kind: str, config: dict, known: Mapping[str, tuple[str, ...]]) -> SettingRow:
    path, _, last = key.rpartition(".")
    schema = schema_at(config, key)
    if schema is None:  # an element of a list
        what, schema = f"{label_of(path, config)}, {int(last) + 1}", {"any": []}
    else:
        what = _named(key, config) + label_of(key, config)[len(label_of(last, {})) :]
    unit, sure, source, span, note = known.get(key, ("", "", "", "", ""))
    words = ("yes", "no") if kind == "boolean" else tuple(choices_of(schema)) if kind == "choice" else ()
    about = about_of(key, config) if last != NAME else ""
    said = "; ".join(filter(None, [about, note]))
    limits = limits_of(schema)
    return SettingRow(
        key, what, in_cell(value), kind, words, limits, unit, " ".join([sure, span]).strip(), source, said
    )


def _named(way: str, config: dict) -> str:
    """The last of a key in words: where it names a service or a staff group, by its name here."""
    above, _, key = way.rpartition(".")
    if above.rpartition(".")[2] in _NAMING:
        for at in (["pathway", "services", key], ["workforce", key]):
            if key in (_block(config, at[:-1]) or ()):
                return block_label(config, at)
    return label_of(key, {})


def _block(config, way: list[str]):
    for key in way:
        config = (config or {}).get(key)
    return config
