"""What the scenarios beside the main comparison say: the ladder, the variants, the assumptions at either end."""

import numpy as np
import pandas as pd

from sim.analysis.figures.values import HEADLINE_GROUPS
from sim.analysis.reading.tables import LADDER, VARIANTS
from sim.analysis.statistics.paired import interval
from sim.analysis.words.labels import MAIN as MAIN_KPIS
from sim.app.configuration.beside.comparator import AS_IT_IS, Beside
from sim.domain.scenario import Scenario

LADDER_KPIS = tuple(k for k in MAIN_KPIS if k != "cost_per_episode")


def ladder_table(scenario: Scenario, others: Beside, results: dict, main: dict) -> pd.DataFrame:
    """Each step's value and what it adds to the step before, over the replications that all steps have.

    The last row has the scenario's own values, so that the steps add up to the whole whatever the last one is called.
    """
    if others.end is None:
        return pd.DataFrame(columns=list(LADDER))
    few = _replications(results, main)
    steps = [others.baseline, *others.ladder, scenario]
    names = [(step.name, step.title) for step in steps[:-1]] + [others.end]
    group = _headline_group(main[0][scenario.name])
    rows = []
    for kpi in LADDER_KPIS:
        which = group if kpi == MAIN_KPIS[0] else "all"
        before = None
        for step, name in zip(steps, names, strict=True):
            of_the_two = step is others.baseline or step is scenario
            own = [main[r][step.name] if of_the_two else results["step", step.name, r][step.name] for r in few]
            found = [_values(result, (kpi,)).get((kpi, which), (np.nan, "")) for result in own]
            values = np.array([value for value, _ in found])
            gain = values - before if before is not None else np.full(len(values), np.nan)
            low, high = interval(gain) if np.isfinite(gain).all() else (np.nan, np.nan)
            rows.append((*name, kpi, found[0][1], float(values.mean()), float(gain.mean()), low, high))
            before = values
    return pd.DataFrame(rows, columns=list(LADDER))


def variants_table(scenario: Scenario, others: Beside, results: dict, main: dict) -> pd.DataFrame:
    """The main indicators again when somebody else pays, or more people come."""
    rows = []
    few = _replications(results, main)
    group = _headline_group(main[0][scenario.name])
    for name, (title, variant, base) in others.variants.items():
        for kpi in MAIN_KPIS:
            which = group if kpi == MAIN_KPIS[0] else "all"
            a, b, unit = [], [], ""
            for r in few:
                mine = results["variant", name, r]
                first = main[r][base.name] if base is others.baseline else mine[base.name]
                for values, result in ((a, first), (b, mine[variant.name])):
                    value, unit = _values(result, (kpi,)).get((kpi, which), (np.nan, unit))
                    values.append(value)
            gap = np.array(b) - np.array(a)
            low, high = interval(gap) if np.isfinite(gap).all() else (np.nan, np.nan)
            rows.append((name, title, kpi, unit, float(np.mean(a)), float(np.mean(b)), float(gap.mean()), low, high))
    return pd.DataFrame(rows, columns=list(VARIANTS))


def overturns(scenario: Scenario, others: Beside, results: dict, main: dict) -> list[str]:
    """What the headline difference becomes at either end of each assumption's range, the widest swing first."""
    if not others.assumptions:
        return []
    kpi, group = MAIN_KPIS[0], _headline_group(main[0][scenario.name])

    def gap(result, one, base) -> float:
        a, b = (_values(result[s.name], (kpi,)).get((kpi, group), (np.nan, ""))[0] for s in (base, one))
        return b - a

    swings, asked = [], None
    for name, (title, ends) in others.assumptions.items():
        gaps = {value: gap(results["assumption", f"{name} {value:g}", 0], *pair) for value, pair in ends.items()}
        if name == AS_IT_IS:
            asked = gaps[0]
            continue
        if not np.isfinite(list(gaps.values())).all():
            continue
        turned = [value for value, g in gaps.items() if np.sign(g) != np.sign(asked)]
        told = " and ".join(f"{value:g} gives {_days(g)}" for value, g in gaps.items())
        swings.append(
            (
                max(gaps.values()) - min(gaps.values()),
                f"{title}: {told}" + (". This would overturn it." if turned else "."),
            )
        )
    if not np.isfinite(asked):
        return ["As it is, the difference is not known: too few get there in so short a run of so small a place."]
    return [f"As it is: {_days(asked)}."] + [text for _, text in sorted(swings, key=lambda s: -s[0])]


def _replications(results: dict, main: dict) -> list[int]:
    """Those of the scenarios beside the main ones; all, if there is none."""
    return sorted({key[2] for key in results if key[0] in ("step", "variant")}) or sorted(main)


def _values(result: dict, kpis) -> dict:
    return {(kpi, group): (value, unit) for kpi, group, value, unit in result["kpis"] if kpi in kpis}


def _headline_group(results) -> str:
    groups = {group for kpi, group, _, _ in results["kpis"] if kpi == MAIN_KPIS[0]}
    return next((g for g in HEADLINE_GROUPS if g in groups), "all")


def _days(gap: float) -> str:
    return "no difference" if round(gap) == 0 else f"{abs(gap):.0f} days {'longer' if gap > 0 else 'sooner'}"
