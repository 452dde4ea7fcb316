"""The best use of a sum: the plan that does best on fresh replications, against today's; what more of each thing would
buy; and what other sums would."""

import math
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from sim.analysis.statistics.paired import Level, interval, level_of
from sim.analysis.words.side import side_of_zero
from sim.app.configuration.beside.comparator import more_people
from sim.app.studies.plan.answer import MORE_DEMAND, MOST_ON_FRONTIER
from sim.app.studies.plan.problem import Spending
from sim.app.studies.plan.search import moved_by
from sim.app.studies.plan.spending import Spender
from sim.app.studies.plan.trials import Trials, Tried
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario

FINALISTS = 3
"""Plans that meet in fresh replications: the first of many was lucky too."""


@dataclass(frozen=True)
class Gain:
    """What a plan has more of something than another in the same replications: mean and 95% interval; `known` of how
    many."""

    mean: float
    low: float
    high: float
    known: int


@dataclass(frozen=True)
class BestUse:
    """`plan`: the one chosen, in the search's replications; `met`: whether it does clearly better than today's plan.

    `before`, `after`, `if_more`: today's plan, the chosen one, and the chosen one with 5% more people, in the same
    fresh replications. `one_more`: for each lever, the chosen plan with a step more of it, as far as there are more.
    `frontier`: plans in order of cost, each in all replications of the search.
    """

    problem: Spending
    scenario: Scenario
    met: bool
    plan: Tried
    before: Tried
    after: Tried
    if_more: Tried
    one_more: tuple[tuple[int, Tried], ...]
    frontier: tuple[Tried, ...]
    finalists: tuple[Tried, ...]
    tried: int
    stopped: int
    impossible: int
    every: bool

    def gain(self, one: Tried, over: Tried, place: int = 0) -> Gain:
        """What `one` has more than `over` of what is measured at `place`, in the replications that both have."""
        pairs = zip(one.values, over.values, strict=False)
        gaps = np.array([gap for a, b in pairs if not math.isnan(gap := a[place] - b[place])])
        return Gain(float(gaps.mean()) if len(gaps) else math.nan, *interval(gaps), len(gaps))

    def level(self, one: Tried, place: int = 0) -> Level:
        """What is measured at `place`, the objective first, in a plan; not known where it is not in one replication."""
        values = [values[place] for values in one.values]
        return level_of(values if not any(map(math.isnan, values)) else [])


def best_use_of(problem: Spending, scenario: Scenario, trials: Trials, search: Spender) -> BestUse:
    """Runs the search to its end, and everything that the answer tells.

    Raises `ScenarioError` where the objective cannot be known.
    """
    ranked = search.run()
    if not ranked or all(math.isnan(values[0]) for values in ranked[0].values):
        raise ScenarioError(
            [
                Fault(
                    "objective",
                    "cannot be known in this run: its indicator has no value with any plan that was tried",
                    "a longer run (run.years), a later by, a larger place (place.scale), or another indicator",
                )
            ]
        )
    points = list(dict.fromkeys([*(one.point for one in ranked[:FINALISTS]), problem.today]))
    fresh = {point: trials.fresh(point) for point in points}
    before = fresh[problem.today]
    affordable = [one for one in fresh.values() if problem.affords(one.point)]
    after = min(affordable, key=lambda one: (one.mean_short, one.cost, one.point))
    found = search.found
    plan = found.tried[after.point]
    gaps = np.array([a - b for a, b in zip(after.shorts, before.shorts, strict=True)])
    more = more_people(trials.scenario_at(plan.point), MORE_DEMAND)
    one_more = _one_more(problem, trials, plan)
    tried = list(found.tried.values())
    return BestUse(
        problem,
        scenario,
        met=side_of_zero(*interval(gaps), len(gaps)) < 0,
        plan=plan,
        before=before,
        after=after,
        if_more=trials.fresh(plan.point, more, "more people"),
        one_more=one_more,
        frontier=_frontier(problem, trials, ranked, plan, [one for _, one in one_more]),
        finalists=tuple(fresh.values()),
        tried=len(tried),
        stopped=sum(not one.whole for one in tried),
        impossible=len(found.impossible),
        every=search.every,
    )


def _one_more(problem: Spending, trials: Trials, plan: Tried) -> tuple[tuple[int, Tried], ...]:
    """(place of the lever, the plan with one step more of it) for each lever that has one, in the search's
    replications."""
    found = []
    for i, last in enumerate(problem.high):
        point = moved_by(plan.point, [(i, 1)])
        if point[i] <= last and trials.scenario_at(point) is not None:
            found.append((i, trials.whole(point)))
    return tuple(found)


def _frontier(problem: Spending, trials: Trials, ranked: list[Tried], plan: Tried, more: list[Tried]):
    """What each sum buys: no plan here costs more than another and does no better. Today's plan and the chosen one are
    always here."""
    whole = {one.point: one for one in [*ranked, *more]}
    whole.setdefault(problem.today, trials.whole(problem.today))
    kept, least = {problem.today, plan.point}, math.inf
    better = []
    for one in sorted(whole.values(), key=lambda one: (one.cost, fmean(one.shorts), one.point)):
        if one.mean_short < least:
            better.append(one.point)
            least = one.mean_short
    if len(better) > MOST_ON_FRONTIER:
        better = [better[round(place)] for place in np.linspace(0, len(better) - 1, MOST_ON_FRONTIER)]
    kept |= set(better)
    return tuple(sorted((one for point, one in whole.items() if point in kept), key=lambda one: (one.cost, one.point)))
