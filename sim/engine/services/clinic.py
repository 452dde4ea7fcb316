"""Kind `clinic`: slots on the clinic's own days, for new people in order and for follow-ups when due."""

from typing import TYPE_CHECKING

import numpy as np

from sim.domain.pathway.kinds.clinic import ClinicSettings
from sim.domain.pathway.visits import TakesFrom
from sim.domain.people.demand import StartPlace
from sim.domain.words import ATTENDED, CANCELLED, DETAIL, MISSED, MOVED
from sim.engine.router import Router
from sim.engine.services.attendance import Attendance, Seen
from sim.engine.services.courses import Courses
from sim.engine.services.day_time import DayTime
from sim.engine.services.extra_clinics import ExtraClinics
from sim.engine.services.new_list import NewList
from sim.engine.services.side_contacts import SideContacts
from sim.engine.services.with_list import WithList
from sim.engine.shapes import Process

if TYPE_CHECKING:
    from sim.domain.staff.job_plan import JobPlan
    from sim.engine.world import World

NEW, FOLLOW_UP = DETAIL["new"], DETAIL["follow_up"]


class Clinic(WithList):
    """A clinic day: fill the slots, see who attends, send on who is finished."""

    settings: ClinicSettings

    def __init__(self, world: "World", name: str, settings: ClinicSettings, capacity: "JobPlan") -> None:
        super().__init__(world, name, settings, capacity)
        self._open = (capacity.minutes(settings, settings.pattern) > 0).tolist()
        minutes = capacity.own_minutes(settings).tolist()
        taken, settings = settings.works_down(), self.settings  # as they are on day 0
        self.new = NewList(world, name, settings)
        self.courses = Courses(world, self)
        self._extra = ExtraClinics(self)
        self.attendance = Attendance(world, name, settings, self._extra)
        self.time = DayTime(
            world,
            name,
            settings,
            minutes,
            capacity.counted_in_slots(settings),
            self.attendance.bookings,
        )
        self.after_missing = (
            Router(world, settings.after_missing, f"{name}.after_missing", self.primary)
            if settings.after_missing
            else None
        )
        self.aside = SideContacts(world)
        self._reviewed = np.zeros(world.n if taken else 0, bool)
        self._last_seen: tuple[int, np.ndarray] | None = None

    def change(self, settings: ClinicSettings) -> None:  # type: ignore[override]
        """Booked follow-ups keep their day."""
        super().change(settings)
        self.time.change(settings)
        self.attendance.change(settings)
        self.courses.change(settings)

    @property
    def last_wait_days(self) -> float:
        """Mean wait of those seen first on the last clinic day."""
        if self._last_seen is None:
            return self.mean_days_waited_at_start
        day, since = self._last_seen
        return float(day - since.mean())

    # --- joining -----------------------------------------------------------------------------------------

    def queue(self, rows: np.ndarray, ready: int) -> None:
        self.attendance.begin(rows)
        super().queue(rows, ready)

    def start_course(self, rows: np.ndarray, day: int) -> None:
        self.courses.start(rows, day)

    def continue_course(self, rows: np.ndarray, place: StartPlace) -> None:
        self.courses.continue_from_start(rows, place)

    def take_back(self, rows: np.ndarray, day: int, ready: int) -> None:
        """A test that was ordered here is reported: a follow-up decides."""
        self.courses.decide_at_follow_up(rows, ready)

    def expect_aside(self, rows: np.ndarray) -> None:
        """People who wait elsewhere ask for a visit here."""
        self.aside.expect(rows)

    def still_due(self) -> np.ndarray:
        return self.courses.still_due()

    # --- a clinic day ------------------------------------------------------------------------------------

    def is_open(self, day: int) -> bool:
        """Whether the clinic is held on a day, extra clinics apart."""
        found: bool = self._open[day]
        return found

    def work_beyond_its_own(self, day: int) -> float:
        """Minutes that people who may be called today would take, beyond the clinic's own minutes.
        Asked before the day begins."""
        self.new.admit(day)
        self.courses.admit(day)
        work = (
            min(self.new.size, self.waiting) * self.time.new_length + self.courses.due.size * self.time.follow_up_length
        )
        return max(work - self.time.minutes[day] - self.time.carry[0], 0.0)

    def run(self) -> Process:
        """Wake on the clinic's own days (and on those of extra clinics)."""
        env = self.world.env
        days = sorted({d for d, is_open in enumerate(self._open) if is_open} | set(self._extra.days))
        yield env.timeout(0.5)
        for day in days:
            if (wait := day + 0.5 - env.now) > 0:
                yield env.timeout(wait)
            self.clinic_day(day)

    def clinic_day(self, day: int) -> None:
        """One day's batch."""
        world, time = self.world, self.time
        self.new.admit(day)
        self.courses.admit(day)
        there = time.there(day) + self.new.minutes_aside
        time.begin(day)
        aside = self._see_aside(day)
        filled = time.fill(day, aside * time.follow_up_length, self.new, self.courses.due)
        new, again, offered, extra_slots = filled.new, filled.follow_ups, filled.offered, 0
        if day in self._extra.days:
            more, extra_slots = self._extra.fill(day, time, self.new, self.courses.due)
            new, again = np.concatenate([new, more.new]), np.concatenate([again, more.follow_ups])
            offered += more.offered
        seen = Seen(new, again)
        if len(new) or len(again):
            seen = self._see(day, new, again)
            if len(seen.new):
                since = world.since[seen.new]
                self._last_seen = (day, since)
                world.write(day, self.code, ATTENDED, NEW, seen.new, since)
                self.leave_list(seen.new, day)
            if len(seen.again):
                world.write(day, self.code, ATTENDED, FOLLOW_UP, seen.again, world.since[seen.again])
            self.courses.carry_on(day, self._extra.send_on(seen.new, day), seen.again)
        self._extra.end_day()
        self.record_day(day, offered + aside + seen.more_slots, aside + len(seen.new) + len(seen.again), seen.missed)
        extra = extra_slots * time.new_length
        minutes = time.taken(seen.new, time.new_length) + time.taken(seen.again, time.follow_up_length)
        self.minutes.append((time.minutes[day] + extra, there + extra, minutes + aside * time.follow_up_length))
        if self.settings.takes_from is not None:
            self._take_from(day, self.settings.takes_from)

    def _see_aside(self, day: int) -> int:
        """Side contacts, before follow-ups and in their share of the day; returns how many."""
        rows = self.aside.call(self.time.for_side_contacts(day))
        if len(rows):
            self.world.write(day, self.code, ATTENDED, DETAIL["side_contact"], rows)
        return len(rows)

    def _take_from(self, day: int, taken: TakesFrom) -> None:
        """People from another list, for the slots of the next clinic day that nobody here waits for."""
        world = self.world
        free = self.time.spare(day, self.waiting)
        if free <= 0:
            return
        other = world.services[taken.service]
        rows = other.new.longest_waiting(
            free, 7 * taken.waited_over_weeks, lambda who: ~self._reviewed[who] & world.fits(taken.when, who)
        )
        if not len(rows):
            return
        self._reviewed[rows] = True
        since = world.since[rows]
        other.leave_list(rows, day)
        world.write(day, other.code, MOVED, DETAIL["called_for_review"], rows, since, self.code)
        world.came_from[rows] = other.code + 1
        world.kept[rows] = since
        self.join(rows, day, day + 1, DETAIL["called_for_review"])

    def _see(self, day: int, new: np.ndarray, follow_ups: np.ndarray) -> Seen:
        """Who comes, who misses, who cancels late; what a cancelled visit frees may go to whoever is next and fits."""
        attendance = self.attendance
        if not attendance.uncertain:
            # Lengths are keyed by the booking, so it counts also where everybody comes.
            if self.settings.lengths.vary:
                attendance.bookings[new] += 1
                attendance.bookings[follow_ups] += 1
            return Seen(new, follow_ups)
        n_new = len(new)
        rows = np.concatenate([new, follow_ups])
        missed, cancelled = attendance.draw(rows, n_new, day)
        absent = missed if cancelled is None else missed | cancelled
        if not np.count_nonzero(absent):
            return Seen(new, follow_ups)
        stand_ins = None
        if cancelled is not None and np.count_nonzero(cancelled):
            stand_ins = self._cancel(day, new[cancelled[:n_new]], follow_ups[cancelled[n_new:]])
        if np.count_nonzero(missed):
            self._missed(day, new[missed[:n_new]], True)
            self._missed(day, follow_ups[missed[n_new:]], False)
        here = ~absent
        seen = Seen(new[here[:n_new]], follow_ups[here[n_new:]], int(np.count_nonzero(missed)))
        return seen if stand_ins is None else seen.with_others(stand_ins)

    def _cancel(self, day: int, new: np.ndarray, again: np.ndarray) -> Seen:
        """Late cancellations: those people are booked again; returns who comes in their place."""
        world, attendance, time = self.world, self.attendance, self.time
        off = np.concatenate([new, again])
        # The wait for a first visit goes on; that of a follow-up is over, since another day is due for it.
        since = np.concatenate([np.full(len(new), day, np.int32), world.since[again]])
        world.write(day, self.code, CANCELLED, DETAIL["rebooked"], off, since)
        freed = attendance.refilled(off)
        freed[: len(new)] &= self._extra.usual(new)
        fresh, due = time.fill_again(
            time.taken(new[freed[: len(new)]], time.new_length),
            time.taken(again[freed[len(new) :]], time.follow_up_length),
            self.new,
            self.courses.due,
        )
        self._book_again(day, new, True)
        self._book_again(day, again, False)
        n_new, rows = len(fresh), np.concatenate([fresh, due])
        if not len(rows):
            return Seen(fresh, due)
        missed, _ = attendance.draw(rows, n_new, day, may_cancel=False)
        self._missed(day, fresh[missed[:n_new]], True)
        self._missed(day, due[missed[n_new:]], False)
        # Short visits in the place of a long one are more slots than there were.
        more_slots = max(len(rows) - len(off), 0)
        return Seen(fresh[~missed[:n_new]], due[~missed[n_new:]], int(np.count_nonzero(missed)), more_slots)

    def _missed(self, day: int, rows: np.ndarray, is_new: bool) -> None:
        if not len(rows):
            return
        world = self.world
        detail = NEW if is_new else FOLLOW_UP
        world.write(day, self.code, MISSED, detail, rows, world.since[rows])
        discharged = self.attendance.discharged(rows)
        if discharged is None or not np.count_nonzero(discharged):
            self._book_again(day, rows, is_new)
            return
        gone = rows[discharged]
        self._book_again(day, rows[~discharged], is_new)
        if is_new:
            self.leave_list(gone, day)
        else:
            self.courses.forget(gone)
        if self.after_missing is not None:
            world.send(self, self.after_missing.route(gone), day, day + 1, from_list=is_new)
        else:
            world.drop(self.code, gone, DETAIL["discharged_after_missing"], day, world.since[gone] if is_new else None)

    def _book_again(self, day: int, rows: np.ndarray, is_new: bool) -> None:
        """Back of the list, with the wait going on; a follow-up a full interval later."""
        if not len(rows):
            return
        if is_new:
            self.new.expect_after_notice(day, day + 1, rows, again=True)
        else:
            self.courses.book(rows, day)
