"""What one visit of one person costs, in pounds.

Staff time is priced as the unit costs of the evidence file are: an hour with patients costs an hour at work over the
patient-facing share (so a ten-minute GP appointment costs what the unit cost of a GP consultation says). A visit is its
minutes at the mean of the service's staff groups, weighted by the time that each gives; a seat in a group is a session
of everybody in the room over the seats; a day on a caseload is what its staff cost a day over its places. Prices for
each visit (`prices.per_visit_gbp`) come on top, and of procedures their share of the visits times their price. Where
slots are given directly there is only that price.
"""

from datetime import date, timedelta

from sim.domain.hours import SESSION_MINUTES
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.scenario import Scenario

RULE = (
    "Money: minutes of each visit at the hourly cost of the staff who give it, "
    "over the part of their time that is spent with patients, plus the price of the visit besides staff; "
    "of a group session, the staff in the room over its seats; of a place on a caseload, its staff by the day, "
    "told when it ends. Appointments that were missed, and staff time between visits, are not in it."
)


def visit_gbp(scenario: Scenario, name: str, first: bool, day: int = 0, called: str = "") -> float:
    """Pounds of one attended visit to the service `name` by its settings of a `day`:
    a first one, or one of those that follow, by somebody of the class `called` (of all together if empty)."""
    service = settings_on(scenario, name, day)
    price = scenario.prices.per_visit_gbp.get(name, 0.0) + _procedures(scenario, name, first)
    staff = service.provided.staff if service.provided is not None else {}
    hours = {group: _hour(scenario.workforce[group]) for group in staff}
    return price + service.staff_gbp(first, hours, _mean(scenario, staff, _hour), called) if hours else price


def settings_on(scenario: Scenario, name: str, day: int) -> ServiceSettings:
    """The service `name` by its settings of a `day`."""
    service = scenario.pathway.services[name]
    if not service.changes():
        return service
    return service.as_of(date.fromisoformat(scenario.calendar.start_date) + timedelta(days=day))


def held_gbp(scenario: Scenario, name: str, days: int) -> float:
    """Pounds of holding a place at the service `name` for so many days;
    0 where none is held, or it is given directly."""
    return scenario.pathway.services[name].held_gbp(scenario.workforce, days)


def room_gbp(scenario: Scenario, name: str, minutes: float) -> float:
    """Pounds of a room for so many minutes with patients, and what its staff do there besides;
    0 where rooms are not said, or cost nothing."""
    service = scenario.pathway.services[name]
    capacity = service.provided
    rooms = capacity.rooms if capacity is not None else {}
    there = {
        room: scenario.rooms[room].rooms * scenario.rooms[room].sessions_a_day * share for room, share in rooms.items()
    }
    whole = sum(there.values())
    price = (
        sum(scenario.rooms[room].cost_per_session_gbp * part for room, part in there.items()) / whole if whole else 0.0
    )
    if not price:
        return 0.0
    at_work = (
        1.0
        if service.cohorts
        else _mean(
            scenario,
            capacity.staff,
            lambda staff: 1 / staff.patient_facing_share if staff.patient_facing_share else 0.0,
        )
    )
    return price * minutes / SESSION_MINUTES * (at_work if capacity.staff else 1.0)


def _procedures(scenario: Scenario, name: str, first: bool) -> float:
    """Pounds of what is done at a part of the visits, for each of them."""
    here = (
        one
        for one in scenario.prices.procedures.values()
        if (first or not one.first_visits_only) and name in one.done_at(scenario.pathway.services)
    )
    return sum(one.share * one.gbp for one in here)


def _mean(scenario: Scenario, staff: dict[str, float], of) -> float:
    """The mean over a service's staff groups, by the time that each gives; their plain mean where they give none."""
    values = {group: of(scenario.workforce[group]) for group in staff}
    given = {group: scenario.workforce[group].minutes_a_week() * share for group, share in staff.items()}
    total = sum(given.values())
    if not total:
        return sum(values.values()) / len(values) if values else 0.0
    return sum(values[group] * given[group] for group in values) / total


def _hour(staff) -> float:
    return staff.cost_per_hour_gbp / staff.patient_facing_share if staff.patient_facing_share else 0.0
