"""Where a service's time comes from: staff, slots, places, rooms, by date; and clinics held besides."""

from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from sim.domain.calendar import Calendar
from sim.domain.open_days import Weekday
from sim.domain.pathway.rules import FactWord, Rules
from sim.domain.quantities import Money, Ratio, Share, Slots, Weeks
from sim.domain.settings import Settings
from sim.domain.words import WEEKDAYS


@dataclass(frozen=True)
class Closed(Settings):
    """Days without clinics, from `first_day` to `last_day` (ISO, or month and day of every year; both included).
    Staff are paid all the same."""

    first_day: str
    last_day: str


@dataclass(frozen=True)
class CapacityFrom(Settings):
    """What takes the place of a service's capacity from an ISO `date` on: in the same way as it is given before."""

    date: str
    slots_per_day: Slots | None = None
    slots_per_week: Slots | None = None
    clinicians: Slots | None = None
    places: Slots | None = None
    staff: dict[str, Share] = field(default_factory=dict)


@dataclass(frozen=True)
class Capacity(Settings):
    """Where a service's time comes from: exactly one of these.

    `staff`: staff group -> share of its sessions, for every kind. Given directly: `slots_per_day` or `slots_per_week`
    (spread over the service's own open days) for clinics and groups, `clinicians` in the room for a drop-in,
    `places` for a caseload.

    `speed`: staff group -> visits in the time in which the service's minutes allow one (0.8: slower; 1 if absent).
    `later`: other shares, slots or places from a date on. `closed`: stretches of days without clinics.
    `rooms`: set of rooms (section `rooms`) -> the part of its sessions that this service may use, at most.
    """

    slots_per_day: Slots | None = None
    slots_per_week: Slots | None = None
    clinicians: Slots | None = None
    places: Slots | None = None
    staff: dict[str, Share] = field(default_factory=dict)
    speed: dict[str, Ratio] = field(default_factory=dict)
    later: dict[str, CapacityFrom] = field(default_factory=dict)
    closed: dict[str, Closed] = field(default_factory=dict)
    rooms: dict[str, Share] = field(default_factory=dict)


@dataclass(frozen=True)
class ExtraClinic(Settings):
    """More `slots`, for first visits and then for follow-ups that are due, on one `date` (ISO, or a month and day of
    every year: `10-18`), or on every `weekdays` from `first_day` to `last_day` (both included) that is no bank holiday,
    each week or `every_weeks`; with `waited_over_weeks` only for first visits of those who waited so long, with `when`
    of those whose facts fit.

    `routes`: where those who are first seen there go, in place of the clinic's own (an appointment day where much can
    be settled at once); `missed_share`: of first visits there, in place of the clinic's own.
    `cost_per_slot_gbp`: what it costs, used or not; its staff is not in the job plans.
    """

    slots: Slots
    date: str | None = None
    weekdays: tuple[Weekday, ...] = ()
    first_day: str | None = None
    last_day: str | None = None
    every_weeks: Annotated[int, Ge(1), Le(52)] = 1
    waited_over_weeks: Weeks = 0.0
    when: dict[str, FactWord] = field(default_factory=dict)
    routes: Rules = field(default_factory=dict)
    missed_share: Share | None = None
    cost_per_slot_gbp: Money = 0.0

    @property
    def for_everybody(self) -> bool:
        """Whether follow-ups that are due may have what first visits leave."""
        return not (self.waited_over_weeks or self.when or self.routes)

    @property
    def apart(self) -> bool:
        """Whether it is another matter to be seen there than to be seen on a usual day."""
        return bool(self.routes) or self.missed_share is not None

    def slots_by_day(self, calendar: Calendar, scale: float = 1.0) -> dict[int, int]:
        """Day on which it is held -> whole slots. What a part of a place has less than a slot of adds up from one to
        the next."""
        days = self.days(calendar)
        until_then = [int(count * self.slots * scale + 1e-9) for count in range(len(days) + 1)]
        return {day: until_then[i + 1] - until_then[i] for i, day in enumerate(days)}

    def days(self, calendar: Calendar) -> list[int]:
        """The simulated days on which it is held. `ValueError` if a date cannot be read."""
        if self.date is not None:
            return calendar.days_of(self.date)
        days = np.flatnonzero(calendar.period(self.first_day or "", self.last_day or ""))
        days = days[np.isin(calendar.weekday[days], [WEEKDAYS.index(name) for name in self.weekdays])]
        week = (days + calendar.start.weekday()) // 7
        return [day for day in days[(week - week[:1]) % self.every_weeks == 0].tolist() if not calendar.holiday[day]]
