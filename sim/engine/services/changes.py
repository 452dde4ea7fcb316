"""Settings of a service that change on a date: it is told in the morning of the day, before anybody comes."""

from datetime import date
from typing import TYPE_CHECKING

from sim.engine.shapes import Process

if TYPE_CHECKING:
    from sim.domain.calendar import Calendar
    from sim.domain.pathway.kinds.kind import ServiceSettings
    from sim.engine.services.service import Service


def changes_of(settings: "ServiceSettings", calendar: "Calendar") -> "list[tuple[int, ServiceSettings]]":
    """(day, the settings from then on) of each change after day 0."""
    days = sorted((date.fromisoformat(one.date) - calendar.start).days for one in settings.changes().values())
    return [(day, settings.as_of(calendar.date_of(day))) for day in days if 0 < day < calendar.horizon]


def change_on(service: "Service", day: int, settings: "ServiceSettings") -> Process:
    """The process of one change."""
    yield service.world.env.timeout(day)
    service.change(settings)
