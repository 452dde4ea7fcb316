"""Conditions on the state of the system that rules and settings name: pure functions of a service, registered here.

Those on the day, `after` and `before` a date, look at nothing; what they do to rules is known beforehand
(`sim.domain.pathway.stretches`).
"""

from typing import TYPE_CHECKING

from sim.domain.pathway.rules import While

if TYPE_CHECKING:
    from sim.engine.services.service import Service
    from sim.engine.world import World


def list_over(service: "Service", threshold: float) -> bool:
    """More than `threshold` people wait for a first visit: those of last evening, and those who have joined since."""
    return service.last_evening[0] + service.joined_today > threshold


def wait_over_weeks(service: "Service", threshold: float) -> bool:
    """As of last evening: those seen first on the last clinic day had waited over `threshold` weeks on average."""
    return service.last_evening[1] > 7 * threshold


def expected_wait_over_weeks(service: "Service", threshold: float) -> bool:
    """At the pace at which the list has moved, those on it (as `list_over` counts them) take over `threshold` weeks.
    Nobody expects anything before the pace is known."""
    pace = service.pace.a_week if service.pace is not None else None
    return pace is not None and list_over(service, threshold * pace)


CONDITIONS = {
    "list_over": list_over,
    "wait_over_weeks": wait_over_weeks,
    "expected_wait_over_weeks": expected_wait_over_weeks,
}


def holds(condition: While, world: "World") -> bool:
    """Whether a condition is met now."""
    if condition.dated:
        return condition.may_hold(world.calendar.date_of(int(world.env.now)))
    return CONDITIONS[condition.condition](world.services[condition.service or ""], condition.threshold or 0.0)


def room_before(condition: While, world: "World") -> int | None:
    """How many more people may join before a condition that is not met now is met; None if that does not depend on
    them."""
    service = world.services[condition.service or ""]
    most = condition.threshold or 0.0
    if condition.condition == "expected_wait_over_weeks" and service.pace.a_week is not None:
        most *= service.pace.a_week
    elif condition.condition != "list_over":
        return None
    room: int = int(most) + 1 - service.last_evening[0] - service.joined_today
    return room
