"""The headline of a results folder, and its table of main indicators."""

import math
from typing import TYPE_CHECKING

from sim.analysis.statistics.long_waits import AT_LEAST
from sim.analysis.words.amounts import between, gap, more_than, number, one_sided
from sim.analysis.words.groups import group_of
from sim.analysis.words.indicator import HEADLINES, SETTLED, TABLE
from sim.app.studies.runs.folders import Folder

if TYPE_CHECKING:  # pandas is only needed where a level is worked out
    from sim.analysis.statistics.paired import Level

NOT_KNOWN = "–"


def value_of(text: str | None) -> float:
    """A cell of a table; NaN where it is empty, or no number."""
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan


def headline_of(folder: Folder) -> str:
    """Days until a need is met or people settle for less, scenario less comparator with the interval; the level where
    one ran alone; of a plan its cost."""
    manifest = folder.manifest
    if manifest.get("kind") == "plan":
        cost = manifest.get("cost")
        return f"£{cost:,.0f} a year" if manifest.get("met") and isinstance(cost, (int, float)) else "no plan meets it"
    found = {(row["kpi"], row["group"]): row for row in folder.rows("comparison.csv") if row.get("kpi") == SETTLED}
    key = headline_key({group for _, group in found})
    if key in found:
        difference, *ends = (value_of(found[key].get(name)) for name in ("difference", "ci_low", "ci_high"))
        known = math.isfinite(difference) or one_sided(difference, *ends)
        return gap(SETTLED, difference, *ends) if known else NOT_KNOWN
    groups = {row.get("group", "") for row in folder.rows("kpis.csv") if row.get("kpi") == SETTLED}
    return level_words(folder, *headline_key(groups)) if groups else NOT_KNOWN


def headline_key(groups) -> tuple[str, str]:
    return SETTLED, group_of(SETTLED, groups)


def level_words(folder: Folder, kpi: str, group: str) -> str:
    """`38 (36 to 40)`."""
    from sim.analysis.statistics.paired import level_at

    rows = [row for row in folder.rows("kpis.csv") if (row.get("group"), row.get("scenario")) == (group, folder.name)]
    values, least = (
        {row.get("replication"): value_of(row.get("value")) for row in rows if row.get("kpi") == name}
        for name in (kpi, kpi + AT_LEAST)
    )
    return said(kpi, level_at(kpi, group, values.values(), [least.get(r, math.nan) for r in values]))


def said(kpi: str, level: "Level") -> str:
    """A level with its interval; of a time that is not known what it is more than."""
    if math.isfinite(level.more_than):
        return more_than(kpi, level.more_than, bare=True)
    known = math.isfinite(level.low)
    return f"{number(kpi, level.mean)} ({between(kpi, level.low, level.high)})" if known else number(kpi, level.mean)


def main_keys(known) -> list[tuple[str, str]]:
    """(kpi, group) of the main indicators among `known`, the headline first."""
    settled = headline_key({group for kpi, group in known if kpi == SETTLED})
    order = [*((kpi, "all") for kpi in HEADLINES), settled, *((kpi, "all") for kpi in TABLE)]
    return [key for key in dict.fromkeys(order) if key in known]


def name_of(kpi: str, group: str) -> str:
    """As the tables have it: words that would have to be cut here would look alike."""
    return kpi if group == "all" else f"{kpi}, {group}"
