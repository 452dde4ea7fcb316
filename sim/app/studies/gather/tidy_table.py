"""The tables of an experiment: the tidy one, and a row a point; from results folders and from the Python API alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sim.analysis.statistics.paired import level_at
from sim.analysis.statistics.swept import Factor, Series, Swept, against_table, levels_table
from sim.analysis.words.groups import group_words

TIDY = ("point", "scenario", "role", "replication", "kpi", "group", "value", "unit")
"""Columns of the tidy table, before those of the factors."""


def tidy(kpis: pd.DataFrame, point: int, factors: Sequence[Factor]) -> pd.DataFrame:
    """A point's rows of the tidy table. `kpis`: columns scenario, role, replication, kpi, group, value, unit;
    `point`: from 1."""
    table = kpis.assign(point=point)[list(TIDY)]
    values = {
        factor.path: _column(factor, [factor.values[point - 1]]).repeat(len(table)).to_numpy() for factor in factors
    }
    return pd.concat(
        [
            table.reset_index(drop=True),
            pd.DataFrame(values, columns=[factor.path for factor in factors], index=range(len(table))),
        ],
        axis=1,
    )


@dataclass(frozen=True)
class PointIndicator:
    """The indicator that points are told by; `target` as the table has values."""

    kpi: str
    group: str
    unit: str
    target: float | None = None


def points_table(
    names: Sequence[str],
    folders: Sequence[str] | None,
    factors: Sequence[Factor],
    told: PointIndicator,
    series: Sequence[Series],
) -> pd.DataFrame:
    """A row a point: where it lies, its factors, the indicator's level and how the point differs from its baseline."""
    left = {"point": range(1, len(names) + 1), "scenario": list(names)} | (
        {"folder": list(folders)} if folders is not None else {}
    )
    columns = {factor.path: _column(factor, factor.values) for factor in factors}
    return pd.concat(
        [
            pd.DataFrame(left),
            pd.DataFrame(columns, columns=list(columns), index=range(len(names))),
            levels_table(told.kpi, told.group, told.unit, series, told.target),
            against_table(series, told.kpi, told.group),
        ],
        axis=1,
    )


def swept_of(
    factors: Sequence[Factor], told: PointIndicator, series: Sequence[Series], labels: dict | None = None
) -> Swept:
    """What the pictures are drawn from; `labels`: service -> its label."""
    return Swept(
        told.kpi,
        told.group,
        group_words(told.group, labels),
        tuple(factors),
        tuple(level_at(told.kpi, told.group, one.values.values(), one.least) for one in series),
        told.target,
    )


def kind_of(factor: Factor) -> str:
    """`int64`, `float64` or `str`: what holds all values of the factor."""
    known = [value for value in factor.values if value is not None]
    if all(isinstance(value, int) and not isinstance(value, bool) for value in known) and len(known) == len(
        factor.values
    ):
        return "int64"
    return (
        "float64"
        if known and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in known)
        else "str"
    )


def _column(factor: Factor, values) -> pd.Series:
    kind = kind_of(factor)
    if kind == "str":
        return pd.Series([None if value is None else _text(value) for value in values], dtype=object)
    return pd.Series([float("nan") if value is None else value for value in values], dtype=kind)


def _text(value) -> str:
    return ("false", "true")[value] if isinstance(value, bool) else str(value)
