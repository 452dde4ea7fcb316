"""`run.same_budget`: a scenario has to cost what it is compared with costs, before anything runs.

Prices are the comparator's wherever both have them, so that nobody gets cheaper by being called so;
and what has no price is refused, since money cannot be held equal that is not counted.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

from sim.domain.faults import Fault, ScenarioError
from sim.domain.money.budget import budget
from sim.domain.scenario import Scenario, calendar_of
from sim.domain.staff.job_plan import DIRECTLY, JobPlan

WHERE = "run.same_budget"
TOLERANCE = 0.002
"""Parts of the whole that do not count: WTE are written with a few digits."""
PRICE = ("cost_per_hour_gbp", "paid_weeks_a_year", "weekend_pay_ratio")


def yearly(scenario: Scenario, whole: bool = False) -> dict[str, float]:
    """Pounds a year by staff group, of rooms and of one-off clinics: mean over the days that count,
    or over the `whole` run."""
    calendar = calendar_of(scenario)
    first, last = (
        (0, calendar.horizon) if whole else scenario.analysis.window or (scenario.run.warm_up_days, calendar.horizon)
    )
    return budget(scenario, JobPlan(scenario, calendar), first, last)


def hold_same_budget(scenario: Scenario, baseline: Scenario | None) -> None:
    """`ScenarioError` with the difference, and whose it is, where staff,
    rooms and one-off clinics do not cost the same."""
    if baseline is None:
        raise ScenarioError(
            [Fault(WHERE, "there is nothing to compare with", "compare_with=NAME, or run.same_budget=false")]
        )
    faults = list(_unpriced(scenario, baseline))
    # Over the days that count, and over all: what is spent before the count begins is spent too.
    gaps = (_gap(scenario, baseline, whole) for whole in (False, True))
    faults += [gap for gap in gaps if gap is not None][:1]
    if faults:
        raise ScenarioError(faults)


def _gap(scenario: Scenario, baseline: Scenario, whole: bool) -> Fault | None:
    mine, theirs = yearly(_at_prices_of(scenario, baseline), whole), yearly(baseline, whole)
    cost, before = math.fsum(mine.values()), math.fsum(theirs.values())
    if abs(cost - before) <= TOLERANCE * max(before, 1.0):
        return None
    gaps = {name: mine.get(name, 0.0) - theirs.get(name, 0.0) for name in {**theirs, **mine}}
    largest = sorted(gaps, key=lambda name: -abs(gaps[name]))[:4]
    parts = ", ".join(f"{name} {_pounds(gaps[name])}" for name in largest if round(gaps[name]))
    gap, over = cost - before, " over the whole run" if whole else ""
    return Fault(
        WHERE,
        f"{scenario.name} costs £{cost:,.0f} a year{over} and {baseline.name} £{before:,.0f}: "
        f"{_pounds(gap)} ({gap / max(before, 1.0):+.1%}); {parts}",
        "the same staff cost (workforce.<group>.paid_by says who pays), or run.same_budget=false",
    )


def _at_prices_of(scenario: Scenario, baseline: Scenario) -> Scenario:
    """The scenario with the comparator's price of every staff group that both have."""
    prices = {name: {key: getattr(group, key) for key in PRICE} for name, group in baseline.workforce.items()}
    workforce = {name: replace(group, **prices.get(name, {})) for name, group in scenario.workforce.items()}
    return replace(scenario, workforce=workforce)


def _unpriced(scenario: Scenario, baseline: Scenario) -> Iterator[Fault]:
    """What the scenario has more of than its comparator, at no price."""
    for name, service in scenario.pathway.services.items():
        where, other = f"pathway.services.{name}", baseline.pathway.services.get(name)
        yield from _unpriced_clinics(where, service, other, baseline.name)
        yield from _unpriced_capacity(where, service, other, baseline.name)
    for name, group in scenario.workforce.items():
        before = baseline.workforce.get(name)
        more = before is None or (group.wte, group.joins) != (before.wte, before.joins)
        if group.wte and more and not (before or group).cost_per_hour_gbp:
            yield Fault(
                f"workforce.{name}.cost_per_hour_gbp",
                "is 0, and there are more of them",
                f"what an hour costs, as {WHERE} asks for the same money",
            )


def _unpriced_clinics(where: str, service, other, baseline: str) -> Iterator[Fault]:
    """Of a service and the comparator's (None: it has none)."""
    theirs = other.held_besides() if other is not None else {}
    for label, extra in service.held_besides().items():
        if extra.slots and not extra.cost_per_slot_gbp and extra != theirs.get(label):
            yield Fault(
                f"{where}.extra_clinics.{label}.cost_per_slot_gbp",
                f"is 0, and {baseline} has no such clinic",
                f"what a slot costs, as {WHERE} asks for the same money",
            )


def _unpriced_capacity(where: str, service, other, baseline: str) -> Iterator[Fault]:
    """Slots, places or clinicians that are given as a number, and not from staff."""
    capacity, before = service.provided, other.provided if other is not None else None
    for way in DIRECTLY if capacity is not None else ():
        given = getattr(capacity, way)
        if given and (before is None or given != getattr(before, way)):
            yield Fault(
                f"{where}.capacity.{way}",
                f"has no price, and {baseline} has another number here",
                f"capacity.staff, as {WHERE} asks for the same money",
            )


def _pounds(value: float) -> str:
    return f"{'+' if value >= 0 else '−'}£{abs(value):,.0f}"
