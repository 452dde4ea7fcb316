"""Settings of a service that change on a date: its process is told in the morning of the day, before anybody comes."""

from datetime import date
from typing import TYPE_CHECKING

from sim.domain.pathway.kinds.clinic import ClinicSettings
from sim.engine.shapes import Process

if TYPE_CHECKING:
    from sim.domain.calendar import Calendar
    from sim.engine.services.clinic import Clinic


class Changes:
    """`now`: the settings on day 0, with no change to come. What depends on the days alone is made beforehand."""

    def __init__(self, settings: ClinicSettings, calendar: "Calendar") -> None:
        self.now = settings.as_of(calendar.start)
        days = sorted((date.fromisoformat(one.date) - calendar.start).days for one in settings.later.values())
        self._later = [(day, settings.as_of(calendar.date_of(day))) for day in days if 0 < day < calendar.horizon]

    def begin(self, clinic: "Clinic") -> None:
        """One process for each change; none where there is none."""
        for day, settings in self._later:
            clinic.world.env.process(_on(clinic, day, settings))


def _on(clinic: "Clinic", day: int, settings: ClinicSettings) -> Process:
    yield clinic.world.env.timeout(day)
    clinic.change(settings)
