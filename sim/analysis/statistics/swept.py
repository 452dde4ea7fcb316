"""One indicator over the points of an experiment: its level at each, how it stands to a target,
and each point against its baseline."""

import math
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.analysis.statistics.long_waits import unknown
from sim.analysis.statistics.multiplicity import several_against_one
from sim.analysis.statistics.paired import Level, interval, level_at
from sim.analysis.words.labels import HIGHER, LOWER, about, plain

CERTAIN, PERHAPS, MISSED, UNKNOWN = "certain", "perhaps", "no", ""
"""How a level stands to a target: its whole interval is on the right side, part of it, none of it;
no interval or no better side."""
AGAINST = (
    "baseline",
    "baseline_level",
    "difference",
    "ci_low",
    "ci_high",
    "p",
    "p_holm",
    "compared",
    "simultaneous_low",
    "simultaneous_high",
)
LEVEL = ("kpi", "group", "unit", "replications", "level", "level_low", "level_high", "target", "meets")


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
    bounds: tuple[float, ...] | None = None
    """Of a time: what it cannot be shorter than, in the order of `values`."""


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
    if level.low == level.high:  # the same in every replication: no luck has been seen, which is not to be sure of none
        return PERHAPS if (level.mean <= target if better == LOWER else level.mean >= target) else MISSED
    sign = 1 if better == LOWER else -1
    worst, best = sorted((sign * level.low, sign * level.high), reverse=True)
    return CERTAIN if worst <= sign * target else PERHAPS if best <= sign * target else MISSED


def levels_table(
    kpi: str, group: str, unit: str, series: Sequence[Series], target: float | None = None
) -> pd.DataFrame:
    """A row a point (columns LEVEL), in the order given."""
    rows = []
    for one in series:
        level = level_at(kpi, group, one.values.values(), one.bounds)
        rows.append(
            (
                kpi,
                group,
                unit,
                len(one.values),
                level.mean,
                level.low,
                level.high,
                math.nan if target is None else target,
                standing(kpi, level, target),
            )
        )
    return pd.DataFrame(rows, columns=list(LEVEL))


def against_table(series: Sequence[Series], kpi: str = "", group: str = "") -> pd.DataFrame:
    """Each point less its baseline, paired by replication: a row a point (columns AGAINST), in the order given.

    `ci_low`, `ci_high`: 95%, of this point alone. Where `compared` points share a baseline, `p_holm` is Holm's
    for that many tests, and `simultaneous_low`, `simultaneous_high` hold for all of them at once. Empty where
    a point has no baseline, or `kpi` is a time that is long in some replication of either.
    """
    families: dict[tuple[str, Hashable], list[int]] = {}
    for place, one in enumerate(series):
        if one.baseline and one.baseline_values and not _long(one, kpi, group):
            families.setdefault((one.baseline, one.family), []).append(place)
    found: dict[int, tuple] = {}
    for (baseline, _), places in families.items():
        rows = _family(baseline, {str(place): series[place] for place in places})
        found |= dict(zip(places, rows, strict=True))
    nothing = ("", *[math.nan] * 6, 0, math.nan, math.nan)
    return pd.DataFrame([found.get(place, nothing) for place in range(len(series))], columns=list(AGAINST))


def _long(one: Series, kpi: str, group: str) -> bool:
    """Whether the difference from the baseline is of a time that is long in some replication that both have."""
    both = [(value, one.baseline_values[r]) for r, value in one.values.items() if r in one.baseline_values]
    return unknown(kpi, group, both)


def _family(baseline: str, points: dict[str, Series]) -> list[tuple]:
    """Rows (AGAINST) of points that share a baseline, each against the longest run of it."""
    longest = max((one.baseline_values for one in points.values()), key=len)
    values = {"baseline": longest} | {name: one.values for name, one in points.items()}
    rows = [(name, r, "kpi", "all", value) for name, own in values.items() for r, value in own.items()]
    kpis = pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "group", "value"])
    together = several_against_one(kpis, "baseline", list(points), "kpi")
    return [
        (baseline, *_gap(one.values, longest), row.p, row.p_holm, len(points), row.ci_low, row.ci_high)
        for one, row in zip(points.values(), together.itertuples(), strict=True)
    ]


def _gap(own: Mapping[int, float], baseline: Mapping[int, float]) -> tuple[float, float, float, float]:
    """The baseline's level, and the difference from it with its 95% interval,
    over replications in which both are known."""
    both = [r for r in sorted(own) if r in baseline and math.isfinite(own[r]) and math.isfinite(baseline[r])]
    gap = np.array([own[r] - baseline[r] for r in both])
    if not both:
        return math.nan, math.nan, *interval(gap)
    return float(np.mean([baseline[r] for r in both])), float(gap.mean()), *interval(gap)
