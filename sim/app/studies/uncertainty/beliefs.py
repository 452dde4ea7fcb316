"""What is believed of a configuration: every number with a range,
as a parameter that is drawn in both scenarios alike."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, NamedTuple, Union, get_args, get_origin

import numpy as np
import pandas as pd

from sim.analysis.money.economics import pert
from sim.app.configuration.check import PATHWAY_PARTS, SECTIONS
from sim.app.configuration.evidence import SET_BY_USER, TABLE, numbers, rows
from sim.app.configuration.strict import kind_at
from sim.app.studies.uncertainty.belief_kinds import is_decision, kind_of
from sim.app.studies.uncertainty.mixtures import member, mixtures, settled
from sim.domain.chance import Chance
from sim.domain.pathway.kinds import KINDS


@dataclass(frozen=True)
class Number:
    """One number of a configuration that is drawn. `axis`: what it moves with; `factor`: its ends are factors on
    `value`; `least`, `most`: what its setting takes, and whether that is `whole` numbers only."""

    path: str
    axis: str
    low: float
    value: float
    high: float
    factor: bool
    whole: bool
    least: float
    most: float

    def at(self, u: np.ndarray) -> np.ndarray:
        """(n,) values at quantiles `u` (n,) of its belief: PERT on its range, the mode at the value in use."""
        drawn = (
            self.value * pert(u, self.low, 1.0, self.high) if self.factor else pert(u, self.low, self.value, self.high)
        )
        drawn = np.clip(drawn, self.least, self.most)
        return np.round(drawn) if self.whole else drawn


@dataclass(frozen=True)
class Parameter:
    """A row of evidence, or an assumption with a range. `axes`: the ways in which it may be off;
    `low`, `value`, `high` of its first number."""

    name: str
    kind: str
    source: str
    path: str
    axes: tuple[str, ...]
    low: float
    value: float
    high: float
    factor: bool


@dataclass(frozen=True)
class DrawnNumbers:
    """The numbers that are drawn in each of the scenarios (in their order),
    and the parameters that these belong to, by name."""

    numbers: tuple[tuple[Number, ...], ...]
    parameters: tuple[Parameter, ...]

    @property
    def axes(self) -> tuple[str, ...]:
        return tuple(axis for one in self.parameters for axis in one.axes)

    def keep(self, names: Iterable[str]) -> "DrawnNumbers":
        """Of these parameters only; the others stay at the values in use."""
        kept = tuple(one for one in self.parameters if one.name in set(names))
        axes = {axis for one in kept for axis in one.axes}
        return DrawnNumbers(tuple(tuple(n for n in each if n.axis in axes) for each in self.numbers), kept)


def believed(assumed: list[pd.DataFrame], configs: list[dict]) -> DrawnNumbers:
    """Of scenarios, given their numbers with their evidence (`evidence.assumptions`) and their configurations.

    A number is drawn that has a range which holds it and is no decision. `report.assumptions` gives a range to a number
    that has none, also to the user's own; a shipped number to which the user gave another value stays at that. Numbers
    on one row of evidence move together; those of a table, and those of one row that share out a whole, each have an
    axis for every word that they are the share of, so that an error goes one way wherever that word stands.
    """
    found = [_numbers_of(*pair, _ranges(configs)) for pair in zip(assumed, configs, strict=True)]
    told: dict[str, list[tuple[Number, str]]] = {}
    for each in found:
        for name, number, source in each:
            told.setdefault(name, []).append((number, source))
    parameters = []
    for name in sorted(told):
        first, source = told[name][0]
        axes = tuple(sorted({number.axis for number, _ in told[name]}))
        parameters.append(
            Parameter(
                name, kind_of(first.path), source, first.path, axes, first.low, first.value, first.high, first.factor
            )
        )
    return DrawnNumbers(tuple(tuple(number for _, number, _ in each) for each in found), tuple(parameters))


def _ranges(configs: list[dict]) -> dict[str, tuple[str, float, float]]:
    """path -> (name, low, high) of `report.assumptions` in any of the configurations."""
    found = {}
    for config in configs:
        for name, one in ((config.get("report") or {}).get("assumptions") or {}).items():
            found.setdefault(
                one["path"], (f"report.assumptions.{name}", float(min(one["range"])), float(max(one["range"])))
            )
    return found


class _Ranged(NamedTuple):
    """A number with a range. `table`: it stands in a table, of which the range is a factor on every number."""

    name: str
    path: str
    value: float
    low: float
    high: float
    table: bool
    source: str

    @property
    def varies(self) -> bool:
        """Whether the range holds the number, and moves it."""
        held = self.low <= (1.0 if self.table else self.value) <= self.high
        return held and self.low < self.high and not (self.table and self.value == 0)


def _numbers_of(assumed: pd.DataFrame, config: dict, ranges: dict) -> list[tuple[str, Number, str]]:
    """(parameter, number, source) of what is drawn in one configuration."""
    taken = _ranged(assumed, ranges)
    mixed = {path: group for group in mixtures(config) for path in group}
    members = Counter((one.name, mixed[one.path]) for one in taken if one.path in mixed)
    first, made = set(), []
    for one in taken:
        group = mixed.get(one.path)
        shared_out = group is not None and members[one.name, group] > (1 if len(group) > 2 else 2)
        if group is not None and not one.table and not shared_out and len(group) == 2:
            if (one.name, group) in first:  # the rest of the whole: it gives way to the other
                continue
            first.add((one.name, group))
        axis = f"{one.name}: {member(one.path)}" if one.table or shared_out else one.name
        limits = _limits(one.path, config)
        made.append((one.name, Number(one.path, axis, one.low, one.value, one.high, one.table, *limits), one.source))
    return made


def _ranged(assumed: pd.DataFrame, ranges: dict) -> list[_Ranged]:
    """The numbers that are beliefs and vary."""
    known = {(_source(row), row["note"]): name for name, row in rows().items()}
    beliefs = [row for row in assumed.itertuples(index=False) if not _held(row, ranges)]
    found = [_range_of(row, known, ranges) for row in beliefs]
    return [one for one in found if one is not None and one.varies]


def _held(row, ranges: dict) -> bool:
    """Whether a number stays as it is: a decision, or the user's own without a range of the user's."""
    overridden = row.status == SET_BY_USER and str(row.note).startswith("shipped: ")
    return is_decision(row.path) or overridden or (row.status == SET_BY_USER and row.path not in ranges)


def _range_of(row, known: dict, ranges: dict) -> _Ranged | None:
    """By its row of evidence, or by `report.assumptions`; None where neither gives one."""
    name, low, high, source = known.get((row.source, row.note)), row.low, row.high, row.source
    if name is None or pd.isna(low) or pd.isna(high):
        if row.path not in ranges:
            return None
        (name, low, high), source = ranges[row.path], "report.assumptions"
    table = name in rows() and rows()[name]["value"] == TABLE
    if table:
        low, high = rows()[name]["low"], rows()[name]["high"]
    return _Ranged(name, row.path, float(row.value), float(low), float(high), table, source)


def _source(row: dict) -> str:
    return f"{row['source']} ({row['year']})" if row["year"] else row["source"]


def _limits(path: str, config: dict) -> tuple[bool, float, float]:
    """Whether the setting at a dotted key takes whole numbers only, and the least and the most that it takes."""
    section, *inside = path.split(".")
    kind = SECTIONS.get(section)
    if section == "pathway":
        if inside[0] == "services":
            kind, inside = KINDS[config["pathway"]["services"][inside[1]]["kind"]], inside[2:]
        else:
            kind, inside = PATHWAY_PARTS.get(inside[0]), inside[1:]
    hint, marks = kind_at(kind, inside), []
    while get_origin(hint) in (Annotated, Union, UnionType):
        marks += get_args(hint)[1:] if get_origin(hint) is Annotated else ()
        hint = get_args(hint)[0]
    low, high = (
        next((getattr(mark, name) for mark in marks if hasattr(mark, name)), end)
        for name, end in (("ge", -math.inf), ("le", math.inf))
    )
    return hint is int, float(low), float(high)


def quantiles(axes: Iterable[str], draws: int, seed: int) -> np.ndarray:
    """(draws, axes) in 0..1: each axis a stream of its own, so that more draws, or another axis,
    move none that was there."""
    chance = Chance(seed, 0)
    return np.column_stack([chance.generator(f"belief: {axis}").random(draws) for axis in axes])


def values_at(own: Iterable[Number], axes: Iterable[str], points: np.ndarray) -> dict[str, np.ndarray]:
    """path -> (points,) values of numbers whose axis is among `axes`, at `points` (points, axes) in 0..1;
    of shares, before they add to 1."""
    place = {axis: column for column, axis in enumerate(axes)}
    return {number.path: number.at(points[:, place[number.axis]]) for number in own if number.axis in place}


def drawn(config: dict, new: dict[str, float], whole: frozenset[str] = frozenset()) -> dict:
    """A copy of a configuration with `new` values (path -> number); shares add to 1 again.
    `whole`: paths of whole numbers."""
    values, new = numbers(config), dict(new)
    for group in mixtures(config):
        moved = {path for path in group if path in new}
        if moved:
            new |= settled({path: new.get(path, values[path]) for path in group}, moved)
    return _laid(config, {path: int(value) if path in whole else value for path, value in new.items()}, "")


def _laid(value, new: dict[str, float], path: str):
    if isinstance(value, dict):
        return {key: _laid(inner, new, f"{path}.{key}" if path else str(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_laid(inner, new, f"{path}.{place}") for place, inner in enumerate(value)]
    return new.get(path, value)


__all__ = ["DrawnNumbers", "Number", "Parameter", "believed", "drawn", "quantiles", "values_at"]
