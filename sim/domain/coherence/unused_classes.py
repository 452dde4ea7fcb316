"""Settings of priority classes that change nothing beside the others."""

from collections.abc import Iterator, Mapping

from sim.domain.coherence.common import Told
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.kinds.priority import PriorityClass


def of_points(classes: Mapping[str, PriorityClass]) -> Iterator[Told]:
    by_points = any(one.points_per_week for one in classes.values())
    for label, one in classes.items():
        why = "classes are seen in the order written, as none has points_per_week"
        yield bool(one.points) and not by_points, f"priority.{label}.points", why, "points_per_week, or leave it out"


def of_class_minutes(service: ServiceSettings) -> Iterator[Told]:
    slots = service.books and service.provided is not None and not service.provided.staff
    why = "slots are given, and one visit is one slot" if slots else f"visits to a {service.kind} are all as long"
    for label, one in service.classes().items():
        given = one.minutes is not None and (slots or not service.length_by_class)
        yield given, f"priority.{label}.minutes", why, "leave it out"
