"""Job plans: from staff in post, rooms, or slots given directly, to time on each clinic day."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.domain.calendar import Calendar
from sim.domain.chance import Chance
from sim.domain.hours import SESSION_MINUTES
from sim.domain.open_days import Pattern
from sim.domain.pathway.capacity import Capacity, CapacityFrom
from sim.domain.pathway.kinds.caseload import CaseloadSettings
from sim.domain.pathway.kinds.clinic import ClinicSettings
from sim.domain.pathway.kinds.drop_in import DropInSettings
from sim.domain.pathway.kinds.with_capacity import WithCapacity
from sim.domain.scenario import Scenario
from sim.domain.staff.roster import StaffDays, roster_of

DIRECTLY = ("slots_per_day", "slots_per_week", "clinicians", "places")


@dataclass(frozen=True)
class PooledTime:
    """What the generalists of one staff group bring on each day: (days,) minutes of theirs.

    By clinic: `shares` (days,) of the group's sessions; `speed`; `most` (days,), the minutes that its rooms hold for
    them.
    """

    group: str
    minutes: np.ndarray
    shares: dict[str, np.ndarray]
    speed: dict[str, float]
    most: dict[str, np.ndarray]


class JobPlan:
    """What staff and rooms give to services. `place.scale` multiplies staff, rooms and directly given slots alike.

    All answers are arrays over the simulated days (days,). Without `chance`, sickness is its mean.
    """

    def __init__(self, scenario: Scenario, calendar: Calendar, chance: Chance | None = None):
        self.scale, self.calendar, self._rooms = scenario.place.scale, calendar, scenario.rooms
        self.roster: dict[str, StaffDays] = roster_of(scenario.workforce, calendar, chance, self.scale)
        self._minutes = {name: days.minutes_a_week() for name, days in self.roster.items()}
        self._services = scenario.pathway.services
        self._pooled = {
            name: group.generalist_share for name, group in scenario.workforce.items() if group.generalist_share
        }

    def counted_in_slots(self, settings: WithCapacity) -> bool:
        """Whether capacity was given in slots, so that each visit is one slot whatever its minutes."""
        return not settings.capacity.staff

    # --- what is given, by date ---------------------------------------------------------------------------

    def given(self, capacity: Capacity, way: str) -> np.ndarray:
        """(days,) of `slots_per_day`, `slots_per_week`, `clinicians` or `places`, changes by date included."""
        values = np.full(self.calendar.horizon, float(getattr(capacity, way) or 0.0))
        for day, change in self._changes(capacity):
            values[day:] = float(getattr(change, way) or 0.0)
        return values

    def shares(self, capacity: Capacity) -> dict[str, np.ndarray]:
        """group -> (days,) the share of its sessions that comes here."""
        changes = self._changes(capacity)
        groups = dict.fromkeys([*capacity.staff, *(group for _, change in changes for group in change.staff)])
        shares = {group: np.full(self.calendar.horizon, capacity.staff.get(group, 0.0)) for group in groups}
        for day, change in changes:
            for group, values in shares.items():
                values[day:] = change.staff.get(group, 0.0)
        return shares

    def _named(self, capacity: Capacity, group: str) -> np.ndarray:
        """(days,) bool: whether the job plan of the day names the group; one that comes or goes is not asked for on
        other days."""
        named = np.full(self.calendar.horizon, group in capacity.staff)
        for day, change in self._changes(capacity):
            named[day:] = group in change.staff
        return named

    def _changes(self, capacity: Capacity) -> list[tuple[int, CapacityFrom]]:
        dated = [((date.fromisoformat(one.date) - self.calendar.start).days, one) for one in capacity.later.values()]
        return [(max(day, 0), one) for day, one in sorted(dated, key=lambda pair: pair[0])]

    def open(self, capacity: Capacity, open_days: Pattern) -> np.ndarray:
        """(days,) bool: the service's own days, less holidays and the days on which it is closed."""
        days = self.calendar.open_days(open_days)
        for one in capacity.closed.values():
            days &= ~self.calendar.period(one.first_day, one.last_day)
        return days

    # --- time ---------------------------------------------------------------------------------------------

    def a_week(self, capacity: Capacity, open_days: Pattern) -> np.ndarray:
        """(days,) minutes (or slots) a week without holidays, summed over the groups that give sessions."""
        if capacity.slots_per_day is not None:
            return self.given(capacity, "slots_per_day") * self.calendar.days_a_week(open_days) * self.scale
        if capacity.slots_per_week is not None:
            return self.given(capacity, "slots_per_week") * self.scale
        times = [self._minutes[g] * share * capacity.speed.get(g, 1.0) for g, share in self.shares(capacity).items()]
        return sum(times, np.zeros(self.calendar.horizon)) * self.scale * self.room_for(capacity, open_days)

    def scarcest_a_week(
        self, capacity: Capacity, open_days: Pattern, present: dict[str, float] | None = None
    ) -> np.ndarray:
        """(days,) minutes a week where every group must be in the room: those of the scarcest.

        `present`: group -> the part of the time that it must be there for (1 if absent); a supervisor's is less.
        """
        present = present or {}
        times = [
            np.where(self._named(capacity, g), self._minutes[g] * share / present.get(g, 1.0), np.inf)
            for g, share in self.shares(capacity).items()
        ]
        time = np.minimum.reduce(times) * self.scale
        found: np.ndarray = (
            np.minimum(time, self._room_sessions(capacity) * SESSION_MINUTES * self.calendar.days_a_week(open_days))
            if capacity.rooms
            else time
        )
        return found

    def minutes(self, settings: WithCapacity, open_days: Pattern) -> np.ndarray:
        """(days,) minutes (or slots) on each day; a clinic that falls on a holiday is lost."""
        return self.open(settings.capacity, open_days) * (
            self.a_week(settings.capacity, open_days) / self.calendar.days_a_week(open_days)
        )

    def own_minutes(self, settings: ClinicSettings) -> np.ndarray:
        """(days,) minutes of a clinic's own, less those of the generalists among its staff."""
        time = self.minutes(settings, settings.pattern)
        for group in self._pooled:
            time = np.maximum(
                time - self._pooled_minutes(settings, group) * settings.capacity.speed.get(group, 1.0), 0.0
            )
        return time

    def places(self, settings: CaseloadSettings) -> np.ndarray:
        """(days,) places of a caseload. Who is away for a week or two keeps their people, so leave and sickness take
        none; training does."""
        given = settings.capacity
        if given.places is not None:
            return self.given(given, "places") * self.scale
        wte = [(self.roster[g].in_post - self.roster[g].training) * share for g, share in self.shares(given).items()]
        each = settings.by_day(lambda one: one.places_per_wte or 0.0, self.calendar)
        found: np.ndarray = sum(wte, np.zeros(self.calendar.horizon)) * each * self.scale
        return found

    def clinicians(self, settings: DropInSettings) -> np.ndarray:
        """(days,) clinicians of a drop-in: given directly, or as many as the staff's time keeps in the room."""
        capacity, minutes = settings.capacity, settings.minutes_open(self.calendar)
        if capacity.clinicians is not None:
            there = self.given(capacity, "clinicians") * self.scale * self.open(capacity, settings.pattern)
            found: np.ndarray = (
                np.minimum(there, self._room_sessions(capacity) * SESSION_MINUTES / minutes)
                if capacity.rooms
                else there
            )
            return found
        found = self.minutes(settings, settings.pattern) / minutes
        return found

    # --- rooms --------------------------------------------------------------------------------------------

    def _room_sessions(self, capacity: Capacity) -> float:
        """Sessions a day that the service may hold in its rooms."""
        return (
            sum(
                self._rooms[name].rooms * self._rooms[name].sessions_a_day * share
                for name, share in capacity.rooms.items()
            )
            * self.scale
        )

    def room_for(self, capacity: Capacity, open_days: Pattern) -> float | np.ndarray:
        """(days,) part of its staff's sessions that there are rooms for; 1 where rooms are not said."""
        if not capacity.rooms:
            return 1.0
        a_day = self.staff_sessions(capacity, open_days)
        found: float | np.ndarray = np.minimum(
            np.divide(self._room_sessions(capacity), a_day, out=np.ones(len(a_day)), where=a_day > 0), 1.0
        )
        return found

    def staff_sessions(self, capacity: Capacity, open_days: Pattern) -> np.ndarray:
        """(days,) sessions of staff on an open day, rooms or none."""
        sessions = sum(
            (self.roster[g].sessions_a_week() * share for g, share in self.shares(capacity).items()),
            np.zeros(self.calendar.horizon),
        )
        return sessions * self.scale / self.calendar.days_a_week(open_days)

    # --- generalists --------------------------------------------------------------------------------------

    def _pooled_minutes(self, settings: WithCapacity, group: str) -> np.ndarray:
        """(days,) minutes of the group's generalists that are planned for a clinic: theirs, not yet at their speed
        there."""
        capacity = settings.capacity
        share = self.shares(capacity).get(group)
        if share is None:
            return np.zeros(self.calendar.horizon)
        a_day = (
            self._minutes[group]
            * share
            * self.scale
            * self.room_for(capacity, settings.pattern)
            / self.calendar.days_a_week(settings.pattern)
        )
        found: np.ndarray = self._pooled[group] * a_day * self.open(capacity, settings.pattern)
        return found

    def pools(self) -> list[PooledTime]:
        """The time of generalists, by staff group: what their clinics would have had of it, on the days on which
        those are open."""
        pools = []
        for group in self._pooled:
            clinics = {
                name: one
                for name, one in self._services.items()
                if one.shares_generalists and isinstance(one, WithCapacity) and group in self.shares(one.capacity)
            }
            pools.append(
                PooledTime(
                    group,
                    sum(
                        (self._pooled_minutes(one, group) for one in clinics.values()), np.zeros(self.calendar.horizon)
                    ),
                    {name: self.shares(one.capacity)[group] for name, one in clinics.items()},
                    {name: one.capacity.speed.get(group, 1.0) for name, one in clinics.items()},
                    {name: self._most(one, group) for name, one in clinics.items()},
                )
            )
        return pools

    def _most(self, settings: WithCapacity, group: str) -> np.ndarray:
        """(days,) minutes of the group's generalists that a clinic's rooms hold: what is planned there, and of what
        is free
        the part that they are of all its generalists."""
        capacity = settings.capacity
        if not capacity.rooms:
            return np.full(self.calendar.horizon, np.inf)
        planned = {name: self._pooled_minutes(settings, name) for name in self._pooled}
        session = {name: SESSION_MINUTES * self.roster[name].group.patient_facing_share for name in self._pooled}
        sessions = {name: minutes / session[name] if session[name] else minutes for name, minutes in planned.items()}
        free = np.maximum(self._room_sessions(capacity) - settings.room_sessions(self), 0.0)
        everybody = sum(sessions.values())
        part = np.divide(sessions[group], everybody, out=np.zeros(len(free)), where=everybody > 0)
        return planned[group] + free * part * session[group]
