"""Job plans: from staff in post, or slots given directly, to time on each clinic day."""

import numpy as np

from sim.domain.calendar import Calendar
from sim.domain.hours import opening_minutes
from sim.domain.pathway import Capacity
from sim.domain.workforce import Workforce


def days_a_week(open_days) -> int:
    """Open days in a week without holidays."""
    return {"every_day": 7, "working_days": 5}.get(open_days) if isinstance(open_days, str) else len(open_days)


class JobPlan:
    """What the workforce gives to services. `scale` multiplies staff and directly given slots alike."""

    def __init__(self, workforce: Workforce, scale: float = 1.0):
        self._workforce, self._scale = workforce, scale

    def counted_in_slots(self, settings) -> bool:
        """Whether capacity was given in slots, so that each visit is one slot whatever its minutes."""
        return not settings.capacity.staff

    def a_week(self, capacity: Capacity, open_days) -> float:
        """Minutes (or slots) a week without holidays, summed over the groups that give sessions."""
        if capacity.slots_per_day is not None:
            return capacity.slots_per_day * days_a_week(open_days) * self._scale
        if capacity.slots_per_week is not None:
            return capacity.slots_per_week * self._scale
        return sum(self._workforce[g].minutes_a_week() * share for g, share in capacity.staff.items()) * self._scale

    def scarcest_a_week(self, capacity: Capacity, present: dict[str, float] | None = None) -> float:
        """Minutes a week where every group must be in the room: those of the scarcest.

        `present`: group -> the part of the time that it must be there for (1 if absent); a supervisor's is less.
        """
        if not capacity.staff:
            return self.a_week(capacity, "every_day")
        present = present or {}
        return min(self._workforce[g].minutes_a_week() * share / present.get(g, 1.0) for g, share in capacity.staff.items()) * self._scale

    def places(self, settings) -> float:
        """Places of a caseload. Who is away for a week or two keeps their people, so leave and sickness take none."""
        given = settings.capacity
        if given.places is not None:
            return given.places * self._scale
        return sum(self._workforce[g].wte * share for g, share in given.staff.items()) * settings.places_per_wte * self._scale

    def clinicians(self, settings, calendar: Calendar) -> np.ndarray:
        """(days,) clinicians of a drop-in on each day: given directly, or as many as the staff's time keeps in the room."""
        if settings.capacity.clinicians is not None:
            return calendar.open_days(settings.open_days) * (settings.capacity.clinicians * self._scale)
        opens, closes = opening_minutes(settings.hours)
        return self.minutes(settings, settings.open_days, calendar) / (closes - opens)

    def minutes(self, settings, open_days, calendar: Calendar) -> np.ndarray:
        """(days,) minutes (or slots) on each day; a clinic that falls on a holiday is lost."""
        return calendar.open_days(open_days) * (self.a_week(settings.capacity, open_days) / days_a_week(open_days))
