"""What a way of running care costs before anybody is seen: staff by date, overtime, weekends, rooms, one-off
clinics."""

from collections.abc import Iterator

import numpy as np

from sim.domain.calendar import DAYS_A_YEAR, Calendar
from sim.domain.hours import SESSION_HOURS
from sim.domain.open_days import Pattern
from sim.domain.pathway.capacity import Capacity
from sim.domain.pathway.kinds.with_capacity import WithCapacity
from sim.domain.scenario import Scenario
from sim.domain.staff.job_plan import JobPlan

ONE_OFF = "one_off_clinics"
ROOMS = "rooms"


def staff_wte(scenario: Scenario, plan: JobPlan, first: int, last: int) -> dict[str, float]:
    """group -> WTE in post, mean over the days from `first` up to `last`, which is not included."""
    return {
        name: _mean(staff.in_post, staff.group.wte, first, last) * plan.scale for name, staff in plan.roster.items()
    }


def _mean(values: np.ndarray, at_first: float, first: int, last: int) -> float:
    part = values[first:last]
    return (
        at_first if (part == at_first).all() else float(part.mean())
    )  # the mean of equal numbers need not be that number


def budget(scenario: Scenario, plan: JobPlan, first: int, last: int) -> dict[str, float]:
    """Pounds a year, mean over the days from `first` up to `last`: by staff group, ROOMS and ONE_OFF where there are
    any.

    Who is in post is paid, also on leave, off sick, in training or where the clinic is closed; vacant posts are not.
    """
    wte = staff_wte(scenario, plan, first, last)
    years = (last - first) / DAYS_A_YEAR
    weekends = _weekend_sessions(scenario, plan)
    costs = {}
    for name, staff in plan.roster.items():
        group = staff.group
        pounds = wte[name] * group.hours_a_year() * group.cost_per_hour_gbp
        an_hour = SESSION_HOURS * group.cost_per_hour_gbp * plan.scale / years
        for one in group.overtime.values():
            days = plan.calendar.period(one.first_day, one.last_day)[first:last].sum()
            pounds += one.sessions_a_week * days / 7 * one.pay_ratio * an_hour
        if group.weekend_pay_ratio != 1.0:
            pounds += weekends[name][first:last].sum() * (group.weekend_pay_ratio - 1) * an_hour
        costs[name] = pounds
    if any(rooms.cost_per_session_gbp for rooms in scenario.rooms.values()):
        costs[ROOMS] = (
            sum(room_costs(scenario, plan).values(), np.zeros(plan.calendar.horizon))[first:last].sum() / years
        )
    one_off = one_off_clinics(scenario, plan.calendar, first, last)
    return costs | ({ONE_OFF: one_off / years} if one_off else {})


def one_off_clinics(scenario: Scenario, calendar: Calendar, first: int, last: int) -> float:
    """Pounds of extra clinics on the days from `first` up to `last`, used or not."""
    total = 0.0
    for _, slots, gbp in extra_clinics(scenario, calendar):
        total += sum(count for day, count in slots.items() if first <= day < last) * gbp
    return total


def extra_clinics(scenario: Scenario, calendar: Calendar) -> Iterator[tuple[str, dict[int, int], float]]:
    """(service, day on which it is held -> slots, pounds a slot) of every extra clinic."""
    for name, service in scenario.pathway.services.items():
        for extra in service.held_besides().values():
            yield name, extra.slots_by_day(calendar, scenario.place.scale), extra.cost_per_slot_gbp


def _weekend_sessions(scenario: Scenario, plan: JobPlan) -> dict[str, np.ndarray]:
    """group -> (days,) sessions at weekends and on holidays, of one WTE as written (place.scale apart)."""
    found = {name: np.zeros(plan.calendar.horizon) for name in plan.roster}
    for _, group, sessions in weekend_sessions(scenario, plan):
        found[group] += sessions
    return found


def weekend_sessions(scenario: Scenario, plan: JobPlan) -> Iterator[tuple[str, str, np.ndarray]]:
    """(service, group, (days,) its sessions there at weekends and on holidays, place.scale apart)."""
    calendar = plan.calendar
    paid_more = (calendar.weekday >= 5) | calendar.holiday
    for name, capacity, pattern, share in _sessions(scenario, plan):
        for group, part in share.items():
            staff = plan.roster[group]
            a_day = staff.in_post * staff.group.sessions_a_week * part / calendar.days_a_week(pattern)
            yield name, group, a_day * plan.open(capacity, pattern) * paid_more


def room_costs(scenario: Scenario, plan: JobPlan) -> dict[str, np.ndarray]:
    """service -> (days,) pounds of the rooms in which its sessions are held."""
    costs = {}
    for name, service in scenario.pathway.services.items():
        shares = service.provided.rooms if service.provided is not None else {}
        there = {
            room: scenario.rooms[room].rooms * scenario.rooms[room].sessions_a_day * share
            for room, share in shares.items()
        }
        if sum(there.values()) and isinstance(service, WithCapacity):
            price = sum(scenario.rooms[room].cost_per_session_gbp * part for room, part in there.items()) / sum(
                there.values()
            )
            costs[name] = service.room_sessions(plan) * price
    return costs


def _sessions(scenario: Scenario, plan: JobPlan) -> Iterator[tuple[str, Capacity, Pattern, dict[str, np.ndarray]]]:
    """(service, capacity, its days, group -> (days,) share) of every service with staff."""
    for name, service in scenario.pathway.services.items():
        capacity = service.provided
        if capacity is not None and capacity.staff:
            yield name, capacity, service.pattern, plan.shares(capacity)
