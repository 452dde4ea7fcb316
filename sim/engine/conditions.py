"""Conditions on the state of the system that a rule may name: pure functions of a service, registered here."""

from typing import TYPE_CHECKING

from sim.domain.pathway.rules import While

if TYPE_CHECKING:
    from sim.engine.services.service import Service
    from sim.engine.world import World


def list_over(service: "Service", threshold: float) -> bool:
    """As of last evening: more than `threshold` people wait for a first visit."""
    return service.last_evening[0] > threshold


def wait_over_weeks(service: "Service", threshold: float) -> bool:
    """As of last evening: those seen first on the last clinic day had waited over `threshold` weeks on average."""
    return service.last_evening[1] > 7 * threshold


CONDITIONS = {"list_over": list_over, "wait_over_weeks": wait_over_weeks}


def holds(condition: While, world: "World") -> bool:
    """Whether a rule's condition is met now."""
    return CONDITIONS[condition.condition](world.services[condition.service], condition.threshold)
