"""What the difference becomes when an assumption is moved to either end of its range, one at a time."""

import math

import numpy as np

from sim.analysis.statistics.long_waits import is_time
from sim.analysis.statistics.paired import interval
from sim.analysis.words.amounts import size
from sim.analysis.words.groups import group_of
from sim.analysis.words.indicator import HEADLINE, about
from sim.app.configuration.beside.comparator import AS_IT_IS
from sim.app.studies.comparison.gap import Gap, Gaps
from sim.app.studies.comparison.ran import Ran, Together


def overturns(ran: Ran) -> list[str]:
    """What the difference in the headline becomes at either end of each range, the widest swing first."""
    gaps = dict(gaps_of(ran, HEADLINE))
    titles = ran.kept.titles if ran.kept else {name: title for name, (title, _) in ran.others.assumptions.items()}
    if not gaps:
        return []
    asked = gaps.pop(AS_IT_IS)[0]
    if not math.isfinite(asked.mean):
        return ["As it is, the difference is not known: nobody is followed for so long in so short a run."]
    swings = []
    for name, at in gaps.items():
        means = [gap.mean for gap in at.values()]
        # What is not known at one end breaks the model there, and is told first.
        wide = max(means) - min(means) if np.isfinite(means).all() else math.inf
        swings.append((wide, _swing(titles[name], at, asked)))
    return [f"As it is: {_said(asked)}."] + [text for _, text in sorted(swings, key=lambda s: -s[0])]


def times_moved(ran: Ran) -> int:
    """Replications at each end."""
    return min((gap.count for at in gaps_of(ran, HEADLINE).values() for gap in at.values()), default=0)


def moved(ran: Ran, kpis) -> dict[str, tuple[float, float]]:
    """kpi -> the least and the most that the difference becomes, of those that are known at every end. A time that too
    few come to at an end of an assumption has an infinite one: there it is longer than the run shows.

    What moving an assumption adds may have been worked out in a part of the place, and is told as added to the
    difference of the whole, so that a part's own difference does not stand in for it.
    """
    found = {}
    told = {(one.kpi, one.group) for one in ran.results.main.measures[ran.scenario.name][0].kpis}
    for kpi in kpis if gaps_of(ran, HEADLINE) else ():
        group = group_of(kpi, {which for name, which in told if name == kpi})
        gaps = dict(gaps_of(ran, kpi, group))
        if not gaps:
            continue
        whole = _gap(ran.results.main, [one.name for one in ran.both[::-1]], kpi, group).mean
        asked = gaps.pop(AS_IT_IS)[0].mean
        adds = [gap.mean - asked for at in gaps.values() for gap in at.values()]
        if adds and math.isfinite(whole) and not np.isnan(adds).any():
            found[kpi] = (whole + min(0.0, *adds), whole + max(0.0, *adds))
    return found


def gaps_of(ran: Ran, kpi: str, group: str = "all") -> Gaps:
    """Of the assumptions that were run, or are kept."""
    if ran.kept is not None:
        return ran.kept.gaps.get(kpi, {})
    return {
        name: {
            end: _gap(ran.results.assumptions[name, end], [one.name for one in pair], kpi, group)
            for end, pair in ends.items()
        }
        for name, (_, ends) in ran.others.assumptions.items()
    }


def _gap(at: Together, names: list[str], kpi: str, group: str) -> Gap:
    """Of all replications; unknown where one of them is, but infinite where only one of the two has too few who come
    to it."""
    b, a = (at.series(name, kpi, group)[0] for name in names)
    gap = b - a
    if is_time(kpi, group) and np.isnan(b).any() != np.isnan(a).any():
        return Gap(math.inf if np.isnan(b).any() else -math.inf, math.nan, math.nan, len(gap))
    ends = interval(gap) if np.isfinite(gap).all() else (math.nan, math.nan)
    return Gap(float(gap.mean()), *ends, len(gap))


def _swing(title: str, ends: dict[float, Gap], asked: Gap) -> str:
    told = " and ".join(f"{value:g} gives {_said(gap)}" for value, gap in ends.items())
    return f"{title}: {told}" + (
        ". This would overturn it." if any(gap.differs_from(asked) for gap in ends.values()) else "."
    )


def _said(gap: Gap) -> str:
    """`6.9 percentage points lower`; `no difference`; `a difference that is not known`."""
    if not math.isfinite(gap.mean):
        return "a difference that is not known, since nobody can be followed for so long there"
    return size(HEADLINE, gap.mean) if round(gap.mean * about(HEADLINE).factor, 1) else "no difference"
