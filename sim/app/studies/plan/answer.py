"""The answer: the cheapest plan that holds up on fresh replications, or the nearest;
what it buys, and what other sums would."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from sim.analysis.statistics.paired import Level, level_at
from sim.app.configuration.beside.comparator import more_people
from sim.app.studies.plan.problem import Problem
from sim.app.studies.plan.search import Search
from sim.app.studies.plan.targets import NEVER_NEGATIVE, OF_PEOPLE_WAITING
from sim.app.studies.plan.trials import Trials, Tried
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario

MORE_DEMAND = 1.05
MOST_ON_FRONTIER = 8
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Answer:
    """`plan`: the one chosen, in the search's replications; `met`: whether it meets every target with
    the probability asked for.

    `before`, `after`, `if_more`: today's plan, the chosen one, and the chosen one with 5% more people, in the same
    fresh replications. `rejected`: plans that met the targets in the search and not in fresh replications, with both.
    `frontier`: plans in order of cost, each in all replications of the search.
    """

    problem: Problem
    scenario: Scenario
    met: bool
    plan: Tried
    before: Tried
    after: Tried
    if_more: Tried
    frontier: tuple[Tried, ...]
    rejected: tuple[tuple[Tried, Tried], ...]
    tried: int
    stopped: int
    ruled_out: int
    dearer: int
    impossible: int
    every: bool
    bounded: tuple[str, ...]


def answer_of(problem: Problem, scenario: Scenario, trials: Trials, search: Search) -> Answer:
    """Runs the search to its end, and everything that the answer tells.

    Raises `ScenarioError` where a target cannot be known.
    """
    _refuse_what_nobody_can_know(problem, trials)
    rejected, plan = [], None
    while (best := search.run()) is not None:
        fresh = trials.confirm(best.point)
        if fresh.meets:
            plan = best
            break
        search.reject(best)
        rejected.append((best, fresh))
    met, ledger = plan is not None, search.ledger
    tried = list(ledger.tried.values())
    if not met:
        plan = _nearest(trials, ledger.tried, rejected)
    frontier = _frontier(problem, trials, ledger.tried, plan)
    plan = next(one for one in frontier if one.point == plan.point)
    more = more_people(trials.scenario_at(plan.point), MORE_DEMAND)
    return Answer(
        problem,
        scenario,
        met,
        plan,
        before=trials.fresh(problem.today),
        after=trials.fresh(plan.point),
        if_more=trials.fresh(plan.point, more, "more people"),
        frontier=frontier,
        rejected=tuple(rejected),
        tried=len(tried),
        stopped=sum(not one.whole for one in tried),
        ruled_out=sum(one.ruled_out for one in tried),
        dearer=len(ledger.dearer.difference(ledger.tried))
        if not search.everything
        else search.problem.points - len(tried) - len(ledger.impossible),
        impossible=len(ledger.impossible),
        every=search.everything,
        bounded=tuple(trials.bounded),
    )


def _refuse_what_nobody_can_know(problem: Problem, trials: Trials) -> None:
    """A target without a value in every replication of today's plan, and of all levers at their ends,
    would make every plan as good as any other: there is nothing to advise."""
    places = [place for place, target in enumerate(problem.targets) if target.kpi not in OF_PEOPLE_WAITING]
    places = _unknown(trials.race(problem.today), places)
    for point in dict.fromkeys([problem.today, problem.high, (0,) * len(problem.levers)]):
        if places and trials.scenario_at(point) is not None:
            places = _unknown(trials.whole(point), places)
    if places:
        raise ScenarioError(
            [
                Fault(
                    f"targets.{problem.targets[place].name}",
                    (
                        "cannot be known in this run: its indicator has no value in any replication of today's plan, "
                        "nor with all levers at their limits"
                    ),
                    "a longer run (run.years), a later by, a larger place (place.scale), or another indicator",
                )
                for place in places
            ]
        )


def _unknown(tried: Tried, places: list[int]) -> list[int]:
    """Those of `places` whose target has no value in any replication that was simulated."""
    return [place for place in places if all(math.isnan(values[place]) for values in tried.values if values)]


def _nearest(trials: Trials, tried: dict, rejected: list) -> Tried:
    """Of plans that held up in the search, the one that held up best on fresh replications;
    else the one that misses least.

    How far a plan misses that was stopped early is known from below,
    so the nearest is run to the end until none can be nearer.
    """
    if rejected:
        return max(rejected, key=lambda pair: (pair[1].share, -pair[0].cost))[0]
    known = dict(tried)
    while True:
        nearest = min(known.values(), key=lambda one: (one.miss, one.cost, one.point))
        if nearest.whole and all(nearest.values):
            return nearest
        known[nearest.point] = trials.whole(nearest.point)


def _frontier(problem: Problem, trials: Trials, tried: dict, plan: Tried) -> tuple[Tried, ...]:
    """What each sum buys: no plan here costs more than another and misses by as much.
    Today's plan and the chosen one are always here."""
    high = problem.high
    wanted = [problem.today, plan.point, high, *_between(problem.today, plan.point), *_between(plan.point, high)]
    wanted += _thinned([one.point for one in _undominated(tried.values(), lambda one: one.miss)])
    points = [point for point in dict.fromkeys(wanted) if trials.scenario_at(point) is not None]
    whole = [trials.whole(point) for point in points]
    kept = {one.point for one in _undominated(whole, lambda one: math.fsum(one.shorts))} | {problem.today, plan.point}
    return tuple(sorted((one for one in whole if one.point in kept), key=lambda one: (one.cost, one.point)))


def _between(a, b) -> list[tuple[int, ...]]:
    """Plans at a third and two thirds of the way."""
    return [tuple(round(x + (y - x) * part / 3) for x, y in zip(a, b, strict=True)) for part in (1, 2)]


def _undominated(plans, worse) -> list[Tried]:
    """In order of cost, those that are less bad than every cheaper one."""
    found, least = [], math.inf
    for one in sorted(plans, key=lambda one: (one.cost, worse(one), one.point)):
        if worse(one) < least:
            found.append(one)
            least = worse(one)
    return found


def _thinned(points: list) -> list:
    if len(points) <= MOST_ON_FRONTIER:
        return points
    return [points[round(place)] for place in np.linspace(0, len(points) - 1, MOST_ON_FRONTIER)]


def level(tried: Tried, place: int, unit: str = "", kpi: str = "") -> Level:
    """The value of the target at `place`, over the replications in which it is known; of the time `kpi`, which is long
    where it is not known, only if it is known in all. `unit`: its indicator's; the interval of a share ends at 0 and
    1, that of what is never negative at 0."""
    found = level_at(kpi, "", [values[place] for values in tried.values if values])
    if found.high == found.high and (unit == "share" or unit in NEVER_NEGATIVE) and found.mean >= 0:
        return Level(found.mean, max(found.low, 0.0), min(found.high, 1.0) if unit == "share" else found.high)
    return found


def interval_of_share(tried: Tried) -> tuple[float, float]:
    """The exact 95% interval of the share of replications in which all targets hold (Clopper and Pearson 1934)."""
    found = stats.binomtest(tried.held, len(tried.shorts)).proportion_ci(CONFIDENCE, method="exact")
    return float(found.low), float(found.high)
