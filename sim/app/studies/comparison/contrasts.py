"""What the scenarios beside the main comparison say: the ladder and the variants."""

import numpy as np
import pandas as pd

from sim.analysis.reading.tables import LADDER, VARIANTS
from sim.analysis.statistics.paired import interval
from sim.analysis.words.groups import group_of
from sim.analysis.words.indicator import MAIN as MAIN_KPIS
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


def _asked(ran: Ran, kpis) -> list[tuple[str, str]]:
    """Each indicator with the group that is looked at."""
    groups = {(one.kpi, one.group) for one in ran.results.main.measures[ran.scenario.name][0].kpis}
    return [(kpi, group_of(kpi, {group for name, group in groups if name == kpi})) for kpi in kpis]


def _interval(gap: np.ndarray) -> tuple[float, float]:
    return interval(gap) if np.isfinite(gap).all() else (np.nan, np.nan)


def _known(gap: np.ndarray) -> int:
    """Replications in which it is."""
    return int(np.isfinite(gap).sum())
