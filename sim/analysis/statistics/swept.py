"""One indicator over the points of an experiment: its level at each, how it stands to a target,
and each point against its baseline."""

import math
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.analysis.statistics.long_waits import AT_LEAST
from sim.analysis.statistics.multiplicity import several_against_one
from sim.analysis.statistics.paired import Level, difference_of, level_at
from sim.analysis.words.indicator import HIGHER, LOWER, about
from sim.analysis.words.plain import plain
from sim.analysis.words.side import FEW

CERTAIN, PERHAPS, MISSED, UNKNOWN = "certain", "perhaps", "no", ""
"""How a level stands to a target: its whole interval is on the right side, part of it (or all of it, of fewer than
three replications), none of it; no interval or no better side."""
AGAINST = (
    "baseline",
    "baseline_level",
    "difference",
    "ci_low",
    "ci_high",
    "pairs",
    "p",
    "p_holm",
    "compared",
    "simultaneous_low",
    "simultaneous_high",
)
LEVEL = (
    "kpi",
    "group",
    "unit",
    "replications",
    "known",
    "level",
    "level_low",
    "level_high",
    "level_more_than",
    "target",
    "meets",
)


@dataclass(frozen=True)
class Factor:
    """What differs between points: its dotted path in the configuration,
    and its value at each (None: the point has no such setting)."""

    path: str
    values: tuple

    @property
    def words(self) -> str:
        return factor_words(self.path)

    @property
    def numeric(self) -> bool:
        return all(
            isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
            for value in self.values
        )


@dataclass(frozen=True)
class Series:
    """One indicator at one point: replication -> value, here and in what the point is compared with ("": nothing).

    Points of one `family` were compared with the same runs of the same baseline.
    """

    values: Mapping[int, float]
    baseline: str = ""
    baseline_values: Mapping[int, float] | None = None
    family: Hashable = None
    bounds: Mapping[int, float] | None = None
    baseline_bounds: Mapping[int, float] | None = None
    """Of a time: what it cannot be shorter than, here and there."""

    @property
    def least(self) -> list[float] | None:
        """The bounds in the order of the values; None where there are none."""
        return None if self.bounds is None else [self.bounds.get(r, math.nan) for r in self.values]


@dataclass(frozen=True)
class Swept:
    """What a picture of an experiment is drawn from; `factors` and `levels` have a value a point.
    `target` as the table has values."""

    kpi: str
    group: str
    group_label: str
    factors: tuple[Factor, ...]
    levels: tuple[Level, ...]
    target: float | None = None

    @property
    def meets(self) -> tuple[str, ...]:
        return tuple(standing(self.kpi, level, self.target) for level in self.levels)


def factor_words(path: str) -> str:
    """`workforce.fcp_band_7.wte` -> `FCP band 7 WTE`; `pathway.services.gp.dna_share` -> `GP: DNA share`."""
    way = re.sub(r"^(workforce|pathway\.services|pathway|rooms|run)\.(?=.)", "", path).split(".")
    first, rest = plain(way[0]), plain(" ".join(way[1:]))
    if not rest or rest == "WTE":
        return f"{first} {rest}".rstrip()
    return f"{first}: {rest if rest[:2].isupper() else rest[:1].lower() + rest[1:]}"


def standing(kpi: str, level: Level, target: float | None) -> str:
    """CERTAIN, PERHAPS, MISSED or UNKNOWN; the ends of the 95% interval decide."""
    better = about(kpi).better
    if target is None or better not in (LOWER, HIGHER) or not (math.isfinite(level.low) and math.isfinite(level.high)):
        return UNKNOWN
    if level.low == level.high:  # in every replication: no luck has been seen, which is not to be sure of none
        return PERHAPS if (level.mean <= target if better == LOWER else level.mean >= target) else MISSED
    sign = 1 if better == LOWER else -1
    worst, best = sorted((sign * level.low, sign * level.high), reverse=True)
    sure = CERTAIN if level.replications >= FEW else PERHAPS
    return sure if worst <= sign * target else PERHAPS if best <= sign * target else MISSED


def levels_table(
    kpi: str, group: str, unit: str, series: Sequence[Series], target: float | None = None
) -> pd.DataFrame:
    """A row a point (columns LEVEL), in the order given. `known`: replications in which it is; `level_more_than`: of a
    time that is long in some of them."""
    rows = []
    for one in series:
        level = level_at(kpi, group, one.values.values(), one.least)
        rows.append(
            (
                kpi,
                group,
                unit,
                len(one.values),
                level.replications,
                level.mean,
                level.low,
                level.high,
                level.more_than,
                math.nan if target is None else target,
                standing(kpi, level, target),
            )
        )
    return pd.DataFrame(rows, columns=list(LEVEL))


def against_table(series: Sequence[Series], kpi: str = "", group: str = "") -> pd.DataFrame:
    """Each point less its baseline, paired by replication: a row a point (columns AGAINST), in the order given.

    `ci_low`, `ci_high`: 95%, of this point alone, over the `pairs` of replications in which both are known. Where
    `compared` points share a baseline, `p_holm` is Holm's for that many tests, and `simultaneous_low`,
    `simultaneous_high` hold for all of them at once. Of a time that is long in some replication of either the intervals
    have the end that its bounds leave, the other being infinite. Empty where a point has no baseline.
    """
    families: dict[tuple[str, Hashable], list[int]] = {}
    for place, one in enumerate(series):
        if one.baseline and one.baseline_values:
            families.setdefault((one.baseline, one.family), []).append(place)
    found: dict[int, tuple] = {}
    for (baseline, _), places in families.items():
        rows = _family(baseline, {str(place): series[place] for place in places}, kpi, group)
        found |= dict(zip(places, rows, strict=True))
    nothing = ("", *[math.nan] * 4, 0, *[math.nan] * 2, 0, math.nan, math.nan)
    return pd.DataFrame([found.get(place, nothing) for place in range(len(series))], columns=list(AGAINST))


def _family(baseline: str, points: dict[str, Series], kpi: str, group: str) -> list[tuple]:
    """Rows (AGAINST) of points that share a baseline, each against the longest run of it."""
    first = max(points.values(), key=lambda one: len(one.baseline_values or ()))
    rows = _rows("baseline", first.baseline_values or {}, first.baseline_bounds, kpi, group)
    for name, one in points.items():
        rows += _rows(name, one.values, one.bounds, kpi, group)
    kpis = pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "group", "value"])
    together = several_against_one(kpis, "baseline", list(points), kpi, group)
    return [
        (baseline, *_gap(one, first, kpi, group), row.p, row.p_holm, len(points), row.ci_low, row.ci_high)
        for one, row in zip(points.values(), together.itertuples(), strict=True)
    ]


def _rows(scenario: str, values: Mapping[int, float], bounds: Mapping[int, float] | None, kpi: str, group: str) -> list:
    return [
        (scenario, r, name, group, value)
        for name, of in ((kpi, values), (kpi + AT_LEAST, bounds or {}))
        for r, value in of.items()
    ]


def _gap(one: Series, first: Series, kpi: str, group: str) -> tuple[float, float, float, float, int]:
    """The baseline's level, the difference from it with its 95% interval, and the pairs in which both are known."""
    baseline = first.baseline_values or {}
    both = [r for r in sorted(one.values) if r in baseline]
    a, b, a_least, b_least = (
        None if of is None else np.array([of.get(r, math.nan) for r in both], float)
        for of in (baseline, one.values, first.baseline_bounds, one.bounds)
    )
    before, _, difference, low, high, pairs = difference_of(kpi, group, a, b, a_least, b_least)
    return before, difference, low, high, pairs
