"""Is a service's capacity given in one way, on days that exist, in rooms that there are?"""

from collections.abc import Iterator, Mapping

from sim.domain.coherence.common import TOLERANCE
from sim.domain.faults import Fault, nearest
from sim.domain.pathway.capacity import Capacity, CapacityFrom
from sim.domain.pathway.kinds.with_capacity import WithCapacity
from sim.domain.pathway.rooms import Rooms
from sim.domain.scenario import Scenario

DIRECT_WAYS = ("slots_per_day", "slots_per_week", "clinicians", "places")


def capacities_hold(scenario: Scenario) -> Iterator[Fault]:
    given: dict[str, float] = {}
    for name, service in scenario.pathway.services.items():
        if isinstance(service, WithCapacity):
            where = f"pathway.services.{name}.capacity"
            yield from _one_way(where, service)
            yield from _speed(where, service)
            yield from _rooms(where, service, scenario.rooms)
            for room, share in service.capacity.rooms.items():
                given[room] = given.get(room, 0.0) + share
    for room, share in given.items():
        if share > 1 + TOLERANCE:
            yield Fault(
                f"rooms.{room}",
                f"{share:.0%} of its sessions are shared out",
                "the shares of one set of rooms may not pass 100%",
            )


def _one_way(where: str, service: WithCapacity) -> Iterator[Fault]:
    capacity = service.capacity
    ways = service.ways
    given = _ways_of(capacity)
    yield from (
        Fault(f"{where}.{way}", f"is not how a {service.kind} is given", ", ".join((*ways, "staff")))
        for way in given
        if way not in (*ways, "staff")
    )
    if len(given) != 1:
        yield Fault(where, f"needs exactly one of {', '.join((*ways, 'staff'))}", f"{len(given)} are given")
    for label, change in capacity.later.items():
        if _ways_of(change) != given:
            yield Fault(f"{where}.later.{label}", "is given in another way than before", f"in {', '.join(given)} too")
    dates: dict[str, str] = {}
    for label, change in capacity.later.items():
        if dates.setdefault(change.date, label) != label:
            yield Fault(
                f"{where}.later.{label}.date", f"is that of '{dates[change.date][:40]}' too", "one change a date"
            )


def _ways_of(capacity: Capacity | CapacityFrom) -> list[str]:
    return [way for way in DIRECT_WAYS if getattr(capacity, way) is not None] + (["staff"] if capacity.staff else [])


def _speed(where: str, service: WithCapacity) -> Iterator[Fault]:
    capacity = service.capacity
    staff = {*capacity.staff, *(group for change in capacity.later.values() for group in change.staff)}
    for group, ratio in capacity.speed.items():
        if group not in staff:
            yield Fault(f"{where}.speed.{group}", "gives no sessions here", nearest(group, staff))
        elif not service.speed_counts:
            yield Fault(
                f"{where}.speed.{group}",
                f"says nothing in a {service.kind}, whose sessions have a fixed length",
                "remove it",
            )
        elif ratio == 0:
            yield Fault(
                f"{where}.speed.{group}", "is 0: this group would see nobody", "more than 0, or leave the group out"
            )


def _rooms(where: str, service: WithCapacity, rooms: Mapping[str, Rooms]) -> Iterator[Fault]:
    for room in service.capacity.rooms:
        if room not in rooms:
            yield Fault(f"{where}.rooms.{room}", "is not a set of rooms", nearest(room, rooms))
    says_nothing = service.no_rooms(bool(service.capacity.staff))
    if service.capacity.rooms and says_nothing:
        yield Fault(f"{where}.rooms", f"says nothing here: {says_nothing}", "remove it, or give capacity.staff")
