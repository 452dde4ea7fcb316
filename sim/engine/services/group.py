"""Kind `group`: cohorts that start together (or fill as seats fall free), with sessions for some weeks."""

from typing import TYPE_CHECKING

import numpy as np

from sim.domain.pathway.kinds.group import GroupSettings
from sim.domain.people.demand import StartPlace
from sim.domain.words import ATTENDED, DETAIL, MISSED, STARTED
from sim.engine.router import Router
from sim.engine.services.new_list import NewList
from sim.engine.services.with_list import WithList
from sim.engine.shapes import Process

if TYPE_CHECKING:
    from sim.domain.staff.job_plan import JobPlan
    from sim.engine.world import World


class Group(WithList):
    """Members are flat columns over all running cohorts, so a session day is one batch."""

    settings: GroupSettings

    def __init__(self, world: "World", name: str, settings: GroupSettings, capacity: "JobPlan") -> None:
        super().__init__(world, name, settings, capacity)
        at_once = settings.cohorts_at_once(capacity)
        weeks = settings.by_day(lambda one: one.sessions / len(one.session_days), world.calendar)
        rooms = settings.by_day(lambda one: one.rooms, world.calendar)
        self._at_once = at_once.tolist()  # by day: staff may come and go, and cohorts that run are seen through
        self._starts_a_week = (at_once / weeks).tolist()
        # A part of a cohort is a cohort for a part of the time.
        self._most = np.minimum(rooms, np.ceil(at_once - 1e-9)).astype(int).tolist()
        self._credit = min(self._at_once[0], 1.0)
        self._open = capacity.open(settings.capacity, settings.pattern)
        settings = self.settings  # as they are on day 0
        self.new = NewList(world, name, settings)
        self._members = np.zeros(0, np.intp)
        self._cohort = np.zeros(0, np.int32)
        self._done = np.zeros(0, np.int16)
        self._came = np.zeros(0, np.int16)
        self._sessions = np.zeros(0, np.int16)  # of each member's programme
        self._cohort_sessions: dict[int, int] = {}  # held so far
        self._paid: dict[int, int] = {}  # cohort -> sessions that staff time has been set aside for
        self._begun: dict[int, GroupSettings] = {}  # cohort -> the settings by which it began: its seats and sessions
        self._next_cohort = 0
        self._attends = world.chance.key(f"{name}.attends")
        self._leaves = world.chance.key(f"{name}.drops_out")
        self._met = np.zeros(world.n, np.uint16)
        self._dropped = (
            Router(world, settings.after_dropping_out, f"{name}.after_dropping_out", self.primary)
            if settings.after_dropping_out
            else None
        )

    def room_in_course(self) -> int:
        """Seats of the cohorts that may run, less those whose people have left by then."""
        most = self._most[0] - len(self._cohort_sessions)
        if most <= 0 or self.settings.sessions == 1:
            return 0
        _, left = self._met_at_start(most)
        return int(self.settings.max_size * left.sum() / left.max() + 1e-9)

    def continue_course(self, rows: np.ndarray, place: StartPlace) -> None:
        """People in the middle of a group: cohorts that are met anywhere between their first session and their last.

        As many cohorts as hold them, evenly spaced from a random beginning; the further on, the more have dropped out.
        """
        if not len(rows):
            return
        cohorts = -(-len(rows) // self.settings.max_size)
        done, left = self._met_at_start(cohorts)
        while len(rows) * left.max() > self.settings.max_size * left.sum() + 1e-9:
            cohorts += 1
            done, left = self._met_at_start(cohorts)
        whose = np.searchsorted(np.cumsum(left) / left.sum(), (np.arange(len(rows)) + 0.5) / len(rows))
        met = done[whose].astype(np.int16)
        came = np.zeros(len(rows), np.int16)
        for session in range(int(met.max())):
            came += (self.world.uniforms(self._attends, rows, session) < self.settings.attendance_share) & (
                session < met
            )
        self._met[rows] = met
        self._begun |= dict.fromkeys(range(self._next_cohort, self._next_cohort + cohorts), self.settings)
        self._seat(rows, self._next_cohort + whose.astype(np.int32), met, came)
        self._cohort_sessions |= {self._next_cohort + one: int(sessions) for one, sessions in enumerate(done)}
        self._paid |= dict.fromkeys(range(self._next_cohort, self._next_cohort + cohorts), self.settings.sessions)
        self._next_cohort += cohorts

    def _met_at_start(self, cohorts: int) -> tuple[np.ndarray, np.ndarray]:
        """(cohorts,) sessions that each has held, 1 to all but one, and the part of its people who are still there."""
        begins = float(self.world.chance.uniforms(f"{self.name}.under_way", np.zeros(1, int))[0])
        done = 1 + np.floor((np.arange(cohorts) + begins) / cohorts * (self.settings.sessions - 1)).astype(int)
        return done, (1 - self.settings.drop_out_share_per_session) ** done

    def run(self) -> Process:
        """Wake on session days; on the first of the week, start what can start."""
        env, calendar = self.world.env, self.world.calendar
        days = np.flatnonzero(self._open).tolist()
        yield env.timeout(0.5)
        last_week = -1
        for day in days:
            if (wait := day + 0.5 - env.now) > 0:
                yield env.timeout(wait)
            week = (day + calendar.start.weekday()) // 7
            self.new.admit(day)
            # The first session of the week, even if the usual weekday is a holiday.
            if week != last_week:
                self._start_cohorts(day)
                last_week = week
            if self.settings.entry == "rolling":
                self._fill_seats(day)
            self._session(day)

    def _start_cohorts(self, day: int) -> None:
        s = self.settings
        fresh = self._starts_a_week[day]
        # Idle weeks are not saved up; the part of a week by which a whole cohort is exceeded is carried.
        self._credit = min(self._credit + fresh, max(1.0 + fresh, self._at_once[day]))
        running = len(self._cohort_sessions)
        while self._credit >= 1 - 1e-9 and running < self._most[day]:
            choice = self.new.choose(s.max_size)
            waiting = choice.rows
            longest = day - self.world.since[waiting].min() if len(waiting) else 0
            enough = len(waiting) >= s.min_size or (len(waiting) >= s.least_size and longest >= 7 * s.start_after_weeks)
            if not enough:
                break
            self._begun[self._next_cohort] = s
            self._enrol(self.new.take(choice), self._next_cohort, day)
            self._cohort_sessions[self._next_cohort] = 0
            self._paid[self._next_cohort] = s.sessions
            self._next_cohort += 1
            self._credit -= 1
            running += 1

    def _fill_seats(self, day: int) -> None:
        """Whoever takes a free seat has all their sessions: a cohort that goes on for them takes as much of what could
        start as it lasts longer."""
        for cohort, held in self._cohort_sessions.items():
            begun = self._begun[cohort]
            free = begun.max_size - int((self._cohort == cohort).sum())
            longer = (held + begun.sessions - self._paid[cohort]) / begun.sessions
            if free <= 0 or longer > self._credit + 1e-9:
                continue
            rows = self.new.call(free)
            if len(rows):
                self._enrol(rows, cohort, day)
                self._credit -= longer
                self._paid[cohort] = held + begun.sessions

    def _enrol(self, rows: np.ndarray, cohort: int, day: int) -> None:
        if not len(rows):
            return
        nothing = np.zeros(len(rows), np.int16)
        self._seat(rows, np.full(len(rows), cohort, np.int32), nothing, nothing)
        # A seat is what people waited for; whether they come to the first session is another matter.
        self.world.write(day, self.code, STARTED, DETAIL["new"], rows, self.world.since[rows])
        self.leave_list(rows, day)

    def _seat(self, rows: np.ndarray, cohorts: np.ndarray, done: np.ndarray, came: np.ndarray) -> None:
        """People take seats: columns (n,)."""
        self._members = np.concatenate([self._members, rows])
        self._cohort = np.concatenate([self._cohort, cohorts])
        self._done = np.concatenate([self._done, done])
        self._came = np.concatenate([self._came, came])
        sessions = [self._begun[cohort].sessions for cohort in cohorts.tolist()]
        self._sessions = np.concatenate([self._sessions, np.array(sessions, np.int16)])

    def _session(self, day: int) -> None:
        s, world = self.settings, self.world
        offered = sum(self._begun[cohort].max_size for cohort in self._cohort_sessions)
        rows = self._members
        if not offered:
            self.record_day(day, 0, 0, 0)
            return
        met = self._met[rows]
        comes = world.uniforms(self._attends, rows, met) < s.attendance_share
        self._met[rows] = met + np.uint16(1)
        first = self._came == 0
        came_first = comes & first
        if came_first.any():
            world.write(day, self.code, ATTENDED, DETAIL["new"], rows[came_first])
        came_again = comes & ~first
        if came_again.any():
            world.write(day, self.code, ATTENDED, DETAIL["session"], rows[came_again])
        if not comes.all():
            world.write(day, self.code, MISSED, DETAIL["session"], rows[~comes])
        used = int(comes.sum())
        self.record_day(day, offered, used, len(rows) - used)
        self._done += np.int16(1)
        self._came += comes.astype(np.int16)
        finished = self._done >= self._sessions
        drops = ~finished & (world.uniforms(self._leaves, rows, met) < s.drop_out_share_per_session)
        # At the end: completed if enough sessions were attended.
        completed = finished & (self._came >= np.ceil(s.completed_at_share * self._sessions - 1e-9))
        self._go(rows[completed], rows[(finished & ~completed) | drops], day)
        stay = ~(finished | drops)
        self._members, self._cohort = self._members[stay], self._cohort[stay]
        self._done, self._came, self._sessions = self._done[stay], self._came[stay], self._sessions[stay]
        for cohort in list(self._cohort_sessions):
            self._cohort_sessions[cohort] += 1
            still_there = (
                (self._cohort == cohort).any()
                if s.entry == "rolling"
                else self._cohort_sessions[cohort] < self._begun[cohort].sessions
            )
            if not still_there:
                left = self._paid[cohort] - self._cohort_sessions[cohort]
                self._credit += left / self._begun[cohort].sessions  # nobody is left, and the staff are free
                del self._cohort_sessions[cohort], self._begun[cohort], self._paid[cohort]

    def _go(self, completed: np.ndarray, others: np.ndarray, day: int) -> None:
        world = self.world
        if len(completed):
            world.send(self, self.router.route(completed), day, day + 1)
        if len(others):
            if self._dropped is not None:
                world.send(self, self._dropped.route(others), day, day + 1)
            else:
                world.drop(self.code, others, DETAIL["dropped_out"], day)
