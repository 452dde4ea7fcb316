"""Do the settings of a service that change on a date change something, on a day of the run, one change a date?"""

from collections.abc import Iterator
from datetime import timedelta

from sim.domain.calendar import Calendar
from sim.domain.coherence.common import iso, within
from sim.domain.faults import Fault
from sim.domain.pathway.kinds.kind import ServiceSettings

MINUTES = ("new_minutes", "follow_up_minutes")


def changes_hold(where: str, service: ServiceSettings, calendar: Calendar) -> Iterator[Fault]:
    """Faults of `later` of the service at `where`."""
    faults: list[Fault] = []
    dates: dict[str, str] = {}
    for label, change in service.changes().items():
        here = f"{where}.later.{label}"
        faults += within(f"{here}.date", change.date, calendar)
        if dates.setdefault(change.date, label) != label:
            faults.append(Fault(f"{here}.date", f"is that of '{dates[change.date][:40]}' too", "one change a date"))
    yield from faults
    if not faults:  # else nobody knows what comes after what
        for label in service.changes():
            yield from _one(where, label, service)


def _one(where: str, label: str, service: ServiceSettings) -> Iterator[Fault]:
    """What is new on the day: something, and nothing that does not hold together."""
    change, here = service.changes()[label], f"{where}.later.{label}"
    said = change.said()
    before, after = service.as_of(iso(change.date) - timedelta(1)), service.as_of(iso(change.date))
    if not said:
        yield Fault(here, "changes nothing", "say what is new from that day on")
    for key, value in said.items():
        if getattr(before, key) == value:
            yield Fault(f"{here}.{key}", "changes nothing: so it was before", "another value, or leave it out")
        elif key in MINUTES and service.provided is not None and not service.provided.staff:
            yield Fault(f"{here}.{key}", "says nothing: slots are given directly", "remove it, or give capacity.staff")
    known = {(fault.where, fault.what) for fault in before.faults(where)}
    for fault in after.faults(where):
        if (fault.where, fault.what) not in known:
            yield Fault(f"{here}{fault.where.removeprefix(where)}", fault.what, fault.right)
