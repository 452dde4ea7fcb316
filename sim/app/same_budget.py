"""`run.same_budget`: a scenario has to cost what it is compared with costs, before anything runs."""

import math

from sim.domain.budget import budget
from sim.domain.faults import Fault, ScenarioError
from sim.domain.job_plan import JobPlan
from sim.domain.scenario import Scenario
from sim.engine.simulate import calendar_of

TOLERANCE = 0.002
"""Parts of the whole that do not count: WTE are written with a few digits."""


def yearly(scenario: Scenario) -> dict[str, float]:
    """Pounds a year by staff group, of rooms and of one-off clinics, mean over the days that count."""
    calendar = calendar_of(scenario)
    first, last = scenario.analysis.window or (scenario.run.warm_up_days, calendar.horizon)
    return budget(scenario, JobPlan(scenario, calendar), first, last)


def hold_same_budget(scenario: Scenario, baseline: Scenario) -> None:
    """`ScenarioError` with the difference, and whose it is, where staff, rooms and one-off clinics do not cost the same."""
    mine, theirs = yearly(scenario), yearly(baseline)
    cost, before = math.fsum(mine.values()), math.fsum(theirs.values())
    if abs(cost - before) <= TOLERANCE * max(before, 1.0):
        return
    gaps = {name: mine.get(name, 0.0) - theirs.get(name, 0.0) for name in {**theirs, **mine}}
    largest = sorted(gaps, key=lambda name: -abs(gaps[name]))[:4]
    parts = ", ".join(f"{name} {_pounds(gaps[name])}" for name in largest if round(gaps[name]))
    gap = cost - before
    raise ScenarioError([Fault(
        "run.same_budget", f"{scenario.name} costs £{cost:,.0f} a year and {baseline.name} £{before:,.0f}: {_pounds(gap)} ({gap / max(before, 1.0):+.1%}); {parts}",
        "the same staff cost (workforce.<group>.paid_by says who pays), or run.same_budget=false")])


def _pounds(value: float) -> str:
    return f"{'+' if value >= 0 else '−'}£{abs(value):,.0f}"
