"""Kind `drop_in`: people walk in, or ring, within opening hours and wait some minutes for the next clinician.

The one kind where minutes matter: each visit goes from moment to moment of the calendar of `today`. Everything that is
drawn for a visit is keyed by the person and by how often they have come here, before the visit begins.
"""

from functools import partial
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

from sim.domain.hours import MINUTES_A_DAY, opening_minutes
from sim.domain.pathway.kinds.drop_in import DropInSettings
from sim.domain.pathway.kinds.priority import PriorityClass
from sim.domain.words import ATTENDED, DETAIL, STARTED
from sim.engine.diary import Diary
from sim.engine.lengths import drawn
from sim.engine.moments import CLINICS, EPS, EVENING, MORNING, NO_TIME, day_of, minute_of, rush
from sim.engine.router import Router
from sim.engine.services.service import Service
from sim.engine.services.visits import Gathering, Visit, at_once
from sim.engine.shapes import Process

if TYPE_CHECKING:
    from sim.domain.staff.job_plan import JobPlan
    from sim.engine.world import World

NOT_SAID = PriorityClass()
NEW, GAVE_UP = DETAIL["new"], DETAIL["gave_up"]
JUST_BEFORE = 2.0**-31  # days: nothing else of a day happens so shortly before the others act
_ONE = np.array(1, np.uint16)


def _opens(settings: DropInSettings) -> float:
    return opening_minutes(settings.hours)[0] / MINUTES_A_DAY


def _closes(settings: DropInSettings) -> float:
    return opening_minutes(settings.hours)[1] / MINUTES_A_DAY


class DropIn(Service):
    """The people of a day are drawn together, as they join; then each visit goes its own way. Times are in days."""

    settings: DropInSettings

    def __init__(self, world: "World", name: str, settings: DropInSettings, capacity: "JobPlan") -> None:
        super().__init__(world, name, settings, capacity)
        # By day: hours may change on a date, and a visit may last into the next day.
        self._opens, self._closes = (settings.by_day(hour, world.calendar).tolist() for hour in (_opens, _closes))
        # A part of a clinician is kept for later days: 2.4 are two on some days and three on others.
        there = np.diff(np.floor(np.cumsum(capacity.clinicians(settings)) + 1e-9), prepend=0.0)
        self._clinicians = there.astype(int).tolist()
        self._there, self._busy_now = 1, 0  # clinicians, and how many of them see somebody
        self._line: list[tuple[int, float, int]] = []  # priority, since when, number
        self._in_line: dict[int, Visit] = {}  # number -> who waits for a clinician
        self._tickets = world.ticket
        self._later = Diary(self.horizon)
        self.change(self.settings)
        after_giving_up, when_full = (
            Router(world, rules, f"{name}.{part}", self.primary) if rules else None
            for part, rules in (("after_giving_up", settings.after_giving_up), ("when_full", settings.when_full))
        )
        self._begun = Gathering(self, self._seen_from)
        self._ended = Gathering(self, self._send_on, at_once(world, settings.routes), self._begun)
        self._gave_up = Gathering(
            self, partial(self._leave_unseen, after_giving_up), at_once(world, settings.after_giving_up)
        )
        self._full = (
            Gathering(self, partial(self._leave_unseen, when_full), at_once(world, settings.when_full))
            if when_full is not None
            else None
        )
        world.today.tells(self._carry_out)
        self._keys = {
            what: world.chance.key(f"{name}.{what}")
            for what in ("comes", "length", "length_too", "length_kind", "patience")
        }
        self._met = np.zeros(world.n, np.uint16)
        self._seen, self._lost, self._busy = [0] * self.horizon, [0] * self.horizon, [0.0] * self.horizon
        self._last_seen = (0, 0, 0)  # day, people, days waited by all of them together

    @property
    def last_wait_days(self) -> float:
        """Mean wait of those seen on the last day on which anybody was, in days from joining."""
        _, people, days = self._last_seen
        return days / people if people else self.mean_days_waited_at_start

    def change(self, settings: DropInSettings) -> None:  # type: ignore[override]
        """Who has come stays in the class, and as long, as when they came."""
        super().change(settings)
        self._classes = list(settings.classes().values())
        self._mean_minutes = np.array([one.minutes or settings.visit_minutes for one in self._classes or (NOT_SAID,)])
        self._rush = rush(settings.arrivals_index, _closes(settings)) if settings.arrivals_index else None

    # --- joining -----------------------------------------------------------------------------------------

    def queue(self, rows: np.ndarray, ready: int) -> None:
        """`ready` does not matter: a door that is open is open to those who were sent today, too."""
        minutes = self._expect(rows)
        if minutes is not None:
            self.world.log.at_minute(minutes)

    def queue_at_start(self, rows: np.ndarray, days: np.ndarray) -> None:
        """They come on the first day that it opens."""
        self._expect(rows)

    def _expect(self, rows: np.ndarray) -> np.ndarray | None:
        """The minutes (n,) at which people come today, or None if they come another day."""
        now = self.world.today.now
        day = day_of(now)
        if day < self.horizon and self._clinicians[day] and now + NO_TIME < day + self._closes[day]:
            return self._come(rows, self.world.ticket[rows], day, max(now, day + self._opens[day]))
        later = next((d for d in range(day + 1, self.horizon) if self._clinicians[d]), self.horizon)
        self._later.put(later, rows, self.world.ticket[rows])
        return None

    def _come(self, rows: np.ndarray, tickets: np.ndarray, day: int, earliest: float) -> np.ndarray:
        """People come today, at some time from `earliest` to closing, or at once from another drop-in; returns their
        minutes (n,)."""
        world, met = self.world, self._met[rows]
        self._met[rows] = met + _ONE
        u = world.uniforms(self._keys["comes"], rows, met)
        if world.on_foot:
            at = np.full(len(rows), earliest)
        elif self._rush is None:
            at = earliest + u * (day + self._closes[day] - earliest)
        else:
            times, come = self._rush
            before = np.interp(earliest - day, times, come)
            at = np.maximum(day + np.interp(before + u * (come[-1] - before), come, times), earliest)
        priorities = self._priorities(rows)
        lengths = self._mean_minutes[priorities] * self._lengths(rows, met) / MINUTES_A_DAY
        mean = self.settings.gives_up_after_minutes / MINUTES_A_DAY
        patience = -mean * np.log1p(-world.uniforms(self._keys["patience"], rows, met)) if mean else np.zeros(len(rows))
        now, arrive = world.today.now, world.today.at
        visits = zip(*(one.tolist() for one in (rows, tickets, priorities, lengths, patience)), strict=True)
        for when, visit in zip((now + (at - now)).tolist(), map(Visit._make, visits), strict=True):
            arrive(when, self._arrives, visit)
        found: np.ndarray = minute_of(at - day)
        return found

    def _priorities(self, rows: np.ndarray) -> np.ndarray:
        """The class of each (n,): the first whose facts fit, or the last."""
        codes = np.full(len(rows), max(len(self._classes) - 1, 0))
        for code in range(len(self._classes) - 1, -1, -1):
            when = self._classes[code].when
            codes[self.world.fits(when, rows) if when else slice(None)] = code
        return codes

    def _lengths(self, rows: np.ndarray, met: np.ndarray) -> np.ndarray:
        """How long each visit (n,) is beside the mean of its class."""
        return drawn(self.settings.lengths, len(rows), lambda what: self.world.uniforms(self._keys[what], rows, met))

    # --- a visit -----------------------------------------------------------------------------------------

    def _arrives(self, visit: Visit) -> None:
        if self._tickets[visit.row] != visit.ticket:
            return  # left the list before the day came
        if self._busy_now < self._there:
            self._start(visit)
        elif self._full is not None and self._is_full():
            self._full.add(visit, self.world.today)
        else:
            today = self.world.today
            number = today.next_number()
            self._in_line[number] = visit
            heappush(self._line, (visit.priority, today.now, number))
            if visit.patience:
                today.at(today.now + visit.patience, self._gives_up, number)

    def _is_full(self) -> bool:
        """As many wait as there is room for."""
        most, tickets = self.settings.room_for_waiting, self._tickets
        if most is None or len(self._in_line) < most:
            return False
        return sum(bool(tickets[one.row] == one.ticket) for one in self._in_line.values()) >= most

    def _call_next(self) -> None:
        """Whoever is free sees who is next; who has left the list in the night is passed over."""
        line, tickets = self._line, self._tickets
        while line and self._busy_now < self._there:
            visit = self._in_line.pop(heappop(line)[2], None)
            if visit is not None and tickets[visit.row] == visit.ticket:
                self._start(visit)

    def _start(self, visit: Visit) -> None:
        self._busy_now += 1
        today = self.world.today
        self._begun.add(visit, today)
        now = today.now
        day, ends = day_of(now), now + visit.length
        today.at(ends, self._ends, visit)
        while day < ends and day < self.horizon:
            self._busy[day] += max(min(ends, day + self._closes[day]) - max(now, day + self._opens[day]), 0.0)
            day += 1

    def _ends(self, visit: Visit) -> None:
        self._busy_now -= 1
        self._ended.add(visit, self.world.today)
        self._call_next()

    def _gives_up(self, number: int) -> None:
        """The end of somebody's patience, unless their turn has come."""
        visit = self._in_line.pop(number, None)
        if visit is not None and self._tickets[visit.row] == visit.ticket:
            self._gave_up.add(visit, self.world.today)

    # --- what it leads to --------------------------------------------------------------------------------

    def _carry_out(self) -> None:
        """What has happened, for all to whom it has."""
        for one in (self._begun, self._ended, self._gave_up, self._full):
            if one is not None:
                one.carry_out()

    def _seen_from(self, rows: np.ndarray, day: int) -> None:
        """People's visits have begun."""
        since = self.world.since[rows]
        self.world.write(day, self.code, STARTED, NEW, rows, since)
        self.leave_list(rows, day)
        self._seen[day] += len(rows)
        last, people, days = self._last_seen
        waited = int((day - since).sum())
        self._last_seen = (day, people + len(rows), days + waited) if day == last else (day, len(rows), waited)

    def _send_on(self, rows: np.ndarray, day: int) -> None:
        """People's visits have ended."""
        world = self.world
        world.write(day, self.code, ATTENDED, NEW, rows)
        world.on_foot = True
        world.send(self, self.router.route(rows), day, day + 1)
        world.on_foot = False

    def _leave_unseen(self, router: Router | None, rows: np.ndarray, day: int) -> None:
        world = self.world
        self._lost[day] += len(rows)
        self.leave_list(rows, day)
        if router is not None:
            world.send(self, router.route(rows), day, day + 1, from_list=True)
        else:
            world.drop(self.code, rows, GAVE_UP, day, world.since[rows])

    # --- a day -------------------------------------------------------------------------------------------

    def run(self) -> Process:
        """Open the doors on days that have clinicians; in the evening say what the day was."""
        env, today = self.world.env, self.world.today
        for day, clinicians in enumerate(self._clinicians):
            if clinicians:
                today.at(day + self._opens[day], self._open_doors, day)
            for part in (MORNING, CLINICS):
                yield env.timeout(day + part - JUST_BEFORE - env.now)
                today.go_on(day + part)
            yield env.timeout(day + EVENING - JUST_BEFORE - env.now)
            for part in (1 - NO_TIME, EVENING):
                today.go_on(day + part)
            self._record(day, clinicians)
            yield env.timeout(day + 1 - JUST_BEFORE - env.now)
            today.go_on(day + 1)

    def _open_doors(self, day: int) -> None:
        self._there = self._clinicians[day]
        page = self._later.take(day)
        if page is not None:
            self._come(page[0], page[1], day, day + self._opens[day])
        self._call_next()

    def _record(self, day: int, clinicians: int) -> None:
        """Visits, and how many more the clinicians' idle time would have held;
        also of a night that outlasts its day."""
        seen, lost = self._seen[day], self._lost[day]
        if clinicians or seen or lost:
            there = clinicians * (self._closes[day] - self._opens[day]) * MINUTES_A_DAY
            busy = min(self._busy[day] * MINUTES_A_DAY, there)  # what is done after closing is nobody's idle time
            self.minutes.append((there, there, busy))
            spare = int((there - busy) / self.settings.visit_minutes + EPS)
            self.days.append((day, seen + spare, seen, lost))
            self.evenings.append(self.waiting)
