"""What the scenarios beside the main comparison say: the ladder, the variants, the assumptions at either end."""

import numpy as np
import pandas as pd

from sim.analysis.reading.tables import LADDER, VARIANTS
from sim.analysis.statistics.paired import interval
from sim.analysis.words.labels import HEADLINE_GROUPS
from sim.analysis.words.labels import MAIN as MAIN_KPIS
from sim.app.configuration.beside.comparator import AS_IT_IS
from sim.app.studies.comparison.ran import Ran

LADDER_KPIS = tuple(k for k in MAIN_KPIS if k != "cost_per_episode")


def ladder_table(ran: Ran) -> pd.DataFrame:
    """Each step's value and what it adds to the step before, over the replications that all steps have.

    The last row has the scenario's own values, so that the steps add up to the whole whatever the last one is called.
    """
    scenario, others, results = ran.scenario, ran.others, ran.results
    if others.end is None:
        return pd.DataFrame(columns=list(LADDER))
    ways = [(results.main, others.baseline.name), *((results.steps[one.name], one.name) for one in others.ladder)]
    names = [(step.name, step.title) for step in (others.baseline, *others.ladder)] + [others.end]
    rows = []
    for kpi, group in _asked(ran, LADDER_KPIS):
        before = None
        for (together, own), name in zip([*ways, (results.main, scenario.name)], names, strict=True):
            values, unit = together.series(own, kpi, group, results.few)
            gain = values - before if before is not None else np.full(len(values), np.nan)
            rows.append((*name, kpi, unit, float(values.mean()), float(gain.mean()), *_interval(gain), _known(gain)))
            before = values
    return pd.DataFrame(rows, columns=list(LADDER))


def variants_table(ran: Ran) -> pd.DataFrame:
    """The main indicators again when somebody else pays, or more people come."""
    rows, results, few = [], ran.results, ran.results.few
    for name, (title, variant, base) in ran.others.variants.items():
        mine = results.variants[name]
        first = results.main if base is ran.others.baseline else mine
        for kpi, group in _asked(ran, MAIN_KPIS):
            (a, unit), (b, own) = first.series(base.name, kpi, group, few), mine.series(variant.name, kpi, group, few)
            gap = b - a
            means = (float(a.mean()), float(b.mean()), float(gap.mean()))
            rows.append((name, title, kpi, own or unit, *means, *_interval(gap), _known(gap)))
    return pd.DataFrame(rows, columns=list(VARIANTS))


def overturns(ran: Ran) -> list[str]:
    """What the headline difference becomes at either end of each assumption's range, the widest swing first."""
    if not ran.others.assumptions:
        return []
    ((kpi, group),) = _asked(ran, MAIN_KPIS[:1])

    def gap(name: str, end: float, pair) -> float:
        at = ran.results.assumptions[name, end]
        b, a = (at.series(one.name, kpi, group)[0][0] for one in pair)
        return b - a

    gaps = {
        name: {end: gap(name, end, pair) for end, pair in ends.items()}
        for name, (_, ends) in ran.others.assumptions.items()
    }
    asked = gaps.pop(AS_IT_IS)[0]
    if not np.isfinite(asked):
        return ["As it is, the difference is not known: too few get there in so short a run of so small a place."]
    swings = [
        (max(ends.values()) - min(ends.values()), _swing(ran.others.assumptions[name][0], ends, asked))
        for name, ends in gaps.items()
        if np.isfinite(list(ends.values())).all()
    ]
    return [f"As it is: {_days(asked)}."] + [text for _, text in sorted(swings, key=lambda s: -s[0])]


def _swing(title: str, ends: dict[float, float], asked: float) -> str:
    told = " and ".join(f"{value:g} gives {_days(gap)}" for value, gap in ends.items())
    turned = any(np.sign(gap) != np.sign(asked) for gap in ends.values())
    return f"{title}: {told}" + (". This would overturn it." if turned else ".")


def _asked(ran: Ran, kpis) -> list[tuple[str, str]]:
    """Each indicator with the group that is looked at: of the headline, whom it is about."""
    first = ran.results.main.measures[ran.scenario.name][0]
    groups = {one.group for one in first.kpis if one.kpi == MAIN_KPIS[0]}
    headline = next((group for group in HEADLINE_GROUPS if group in groups), "all")
    return [(kpi, headline if kpi == MAIN_KPIS[0] else "all") for kpi in kpis]


def _interval(gap: np.ndarray) -> tuple[float, float]:
    return interval(gap) if np.isfinite(gap).all() else (np.nan, np.nan)


def _known(gap: np.ndarray) -> int:
    """Replications in which it is."""
    return int(np.isfinite(gap).sum())


def _days(gap: float) -> str:
    return "no difference" if round(gap) == 0 else f"{abs(gap):.0f} days {'longer' if gap > 0 else 'sooner'}"
