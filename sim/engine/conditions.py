"""Conditions on the state of the system that a rule may name: pure functions of a service, registered here."""

from sim.domain.pathway.rules import While


def list_over(service, threshold: float) -> bool:
    """As of last evening: more than `threshold` people wait for a first visit."""
    return service.last_evening[0] > threshold


def wait_over_weeks(service, threshold: float) -> bool:
    """As of last evening: those seen first on the last clinic day had waited longer than `threshold` weeks on average."""
    return service.last_evening[1] > 7 * threshold


CONDITIONS = {"list_over": list_over, "wait_over_weeks": wait_over_weeks}


def holds(condition: While, world) -> bool:
    """Whether a rule's condition is met now."""
    return CONDITIONS[condition.condition](world.services[condition.service], condition.threshold)
