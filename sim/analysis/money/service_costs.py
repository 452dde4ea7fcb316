"""What each service costs on each day: its part of its staff, rooms, one-off clinics, and the price of its visits.

Nothing is counted twice: a pound of staff goes where the job plan sends that day's sessions (overtime too, and the time
of generalists and supervisors), weekend pay and rooms to the service that is open, a price to the visit that has it.
What no service draws on stays with NOT_IN_JOB_PLANS, so that the whole is what the whole costs.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from sim.domain.calendar import DAYS_A_YEAR
from sim.domain.hours import SESSION_HOURS
from sim.domain.money.budget import ONE_OFF, ROOMS, extra_clinics, room_costs, weekend_sessions
from sim.domain.money.prices import Procedure
from sim.domain.scenario import Scenario
from sim.domain.staff.job_plan import JobPlan

STAFF, IMAGING, THEATRE, VISITS, PROCEDURES = "staff", "imaging", "theatre", "visits", "procedures"
COMPONENTS = (STAFF, ROOMS, ONE_OFF, IMAGING, THEATRE, VISITS, PROCEDURES)
"""What the money is for. The price of visits is that of a test, of an operation, or of any other visit."""
NOT_IN_JOB_PLANS = "not_in_job_plans"


@dataclass(frozen=True)
class Visits:
    """Attended visits to one service: (days,) in all, and first ones."""

    every: np.ndarray
    first: np.ndarray


@dataclass(frozen=True)
class Cost:
    """Pounds of one `component` at one `service` (or NOT_IN_JOB_PLANS) on each simulated day (days,)."""

    service: str
    component: str
    pounds: np.ndarray


def priced_services(scenario: Scenario) -> tuple[str, ...]:
    """Services of which some visit has a price."""
    prices, services = scenario.prices, scenario.pathway.services
    done = (name for one in prices.procedures.values() for name in one.done_at(services))
    return tuple(dict.fromkeys([*prices.per_visit_gbp, *done]))


def costs_of(scenario: Scenario, plan: JobPlan, visits: dict[str, Visits]) -> tuple[Cost, ...]:
    """Every cost of a run by service and component; `visits`: of each of `priced_services`."""
    return (*_staff(scenario, plan), *_rooms(scenario, plan), *_one_off(scenario, plan), *_visits(scenario, visits))


def _staff(scenario: Scenario, plan: JobPlan) -> Iterable[Cost]:
    paid = {name: _paid(staff, plan) for name, staff in plan.roster.items()}
    found, shared = defaultdict(lambda: np.zeros(plan.calendar.horizon)), dict.fromkeys(paid, 0.0)
    for name, service in scenario.pathway.services.items():
        capacity = service.provided
        for group, share in plan.shares(capacity).items() if capacity is not None else ():
            found[name] = found[name] + paid[group] * share
            shared[group] = shared[group] + share
    for group, pounds in paid.items():
        spare = np.maximum(1 - shared[group], 0.0)
        if (spare > 1e-9).any():
            found[NOT_IN_JOB_PLANS] = found[NOT_IN_JOB_PLANS] + pounds * spare
    if any(staff.group.weekend_pay_ratio != 1.0 for staff in plan.roster.values()):
        for name, group, sessions in weekend_sessions(scenario, plan):
            staff = plan.roster[group].group
            found[name] = found[name] + sessions * (
                (staff.weekend_pay_ratio - 1) * SESSION_HOURS * staff.cost_per_hour_gbp * plan.scale
            )
    return (Cost(name, STAFF, pounds) for name, pounds in found.items())


def _paid(staff, plan: JobPlan) -> np.ndarray:
    """(days,) pounds of one staff group without weekend pay: who is in post, every day alike, and overtime."""
    group = staff.group
    pounds = staff.in_post * (group.hours_a_year() * group.cost_per_hour_gbp * plan.scale / DAYS_A_YEAR)
    for one in group.overtime.values():
        a_day = one.sessions_a_week / 7 * one.pay_ratio * SESSION_HOURS * group.cost_per_hour_gbp * plan.scale
        pounds = pounds + plan.calendar.period(one.first_day, one.last_day) * a_day
    return pounds


def _rooms(scenario: Scenario, plan: JobPlan) -> Iterable[Cost]:
    if not any(rooms.cost_per_session_gbp for rooms in scenario.rooms.values()):
        return ()
    return (Cost(name, ROOMS, pounds) for name, pounds in room_costs(scenario, plan).items())


def _one_off(scenario: Scenario, plan: JobPlan) -> Iterable[Cost]:
    for name, slots, gbp in extra_clinics(scenario, plan.calendar):
        if gbp and slots:
            yield Cost(
                name, ONE_OFF, np.bincount(list(slots), list(slots.values()), minlength=plan.calendar.horizon) * gbp
            )


def _visits(scenario: Scenario, visits: dict[str, Visits]) -> Iterable[Cost]:
    for name, gbp in scenario.prices.per_visit_gbp.items():
        service = scenario.pathway.services[name]
        component = IMAGING if service.setting == "diagnostics" else THEATRE if service.care == "surgery" else VISITS
        yield Cost(name, component, visits[name].every * gbp)
    for one in scenario.prices.procedures.values():
        for name in one.done_at(scenario.pathway.services):
            yield Cost(name, PROCEDURES, procedure_gbp(one, visits[name]))


def procedure_gbp(one: Procedure, visits: Visits) -> np.ndarray:
    """(days,) pounds of a procedure at one of the services where it is done."""
    return (visits.first if one.first_visits_only else visits.every) * (one.share * one.gbp)


def summed(costs: Iterable[Cost], by: Callable[[Cost], str], first: int, last: int) -> dict[str, float]:
    """Word of `by` -> pounds on the days from `first` up to `last`, which is not included."""
    parts = defaultdict(list)
    for cost in costs:
        parts[by(cost)].append(float(cost.pounds[first:last].sum()))
    return {word: math.fsum(pounds) for word, pounds in parts.items()}
