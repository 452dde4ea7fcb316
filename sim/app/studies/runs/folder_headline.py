"""The headline of a results folder, and its table of main indicators."""

import math

from sim.analysis.words.amounts import between, gap, number
from sim.analysis.words.labels import HEADLINE, HEADLINE_GROUPS, TABLE
from sim.app.studies.runs.folders import Folder

NOT_KNOWN = "–"


def value_of(text: str | None) -> float:
    """A cell of a table; NaN where it is empty, or no number."""
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan


def headline_of(folder: Folder) -> str:
    """Days to the right care, scenario less comparator with the interval; the level where one ran alone;
    of a plan its cost."""
    manifest = folder.manifest
    if manifest.get("kind") == "plan":
        cost = manifest.get("cost")
        return f"£{cost:,.0f} a year" if manifest.get("met") and isinstance(cost, (int, float)) else "no plan meets it"
    found = {(row["kpi"], row["group"]): row for row in folder.rows("comparison.csv") if row.get("kpi") == HEADLINE}
    key = headline_key({group for _, group in found})
    if key in found:
        difference, *ends = (value_of(found[key].get(name)) for name in ("difference", "ci_low", "ci_high"))
        return gap(HEADLINE, difference, *ends) if math.isfinite(difference) else NOT_KNOWN
    groups = {row.get("group", "") for row in folder.rows("kpis.csv") if row.get("kpi") == HEADLINE}
    return level_words(folder, *headline_key(groups)) if groups else NOT_KNOWN


def headline_key(groups) -> tuple[str, str]:
    return HEADLINE, next((group for group in HEADLINE_GROUPS if group in groups), "all")


def level_words(folder: Folder, kpi: str, group: str) -> str:
    """`38 (36 to 40)`."""
    from sim.analysis.statistics.paired import level_at

    level = level_at(
        kpi,
        group,
        [
            value_of(row.get("value"))
            for row in folder.rows("kpis.csv")
            if (row.get("kpi"), row.get("group"), row.get("scenario")) == (kpi, group, folder.name)
        ],
    )
    return said(kpi, level.mean, level.low, level.high)


def said(kpi: str, mean: float, low: float, high: float) -> str:
    """A level with its interval."""
    return f"{number(kpi, mean)} ({between(kpi, low, high)})" if math.isfinite(low) else number(kpi, mean)


def main_keys(known) -> list[tuple[str, str]]:
    """(kpi, group) of the main indicators among `known`, the headline first."""
    groups = {group for kpi, group in known if kpi == HEADLINE}
    return [key for key in dict.fromkeys([headline_key(groups), *((kpi, "all") for kpi in TABLE)]) if key in known]


def name_of(kpi: str, group: str) -> str:
    """As the tables have it: words that would have to be cut here would look alike."""
    return kpi if group == "all" else f"{kpi}, {group}"
