"""Courses of follow-ups: how many, when due, what comes after, and patient-initiated follow-up."""

from typing import TYPE_CHECKING

import numpy as np

from sim.domain.pathway.routes import matches
from sim.domain.people.demand import StartPlace
from sim.domain.words import DETAIL
from sim.engine import kernels
from sim.engine.conditions import holds
from sim.engine.diary import Diary
from sim.engine.router import Router
from sim.engine.services.course_lengths import CourseLengths
from sim.engine.services.new_list import Chosen
from sim.engine.shapes import Lengths

if TYPE_CHECKING:
    from sim.domain.pathway.kinds.clinic import ClinicSettings
    from sim.domain.pathway.visits import FollowUps, Order
    from sim.engine.services.clinic import Clinic
    from sim.engine.world import World

NOBODY = np.zeros(0, np.intp)


class DueQueue:
    """People whose follow-up is due, in the order in which they fell due."""

    nobody = NOBODY
    classes = None  # follow-ups are as long for everybody

    def __init__(self) -> None:
        self._waiting, self._head = NOBODY, 0

    @property
    def size(self) -> int:
        return len(self._waiting) - self._head

    def join(self, rows: np.ndarray) -> None:
        self._waiting = np.concatenate([self._waiting[self._head :], rows]) if self.size else rows
        self._head = 0

    def peek(self, n: int) -> np.ndarray:
        return self._waiting[self._head : self._head + n]

    def call(self, n: int) -> np.ndarray:
        rows = self.peek(n)
        self._head += len(rows)
        return rows

    def choose_within(self, minutes: float, length: float, lengths_of: Lengths) -> Chosen:
        """The next in order whose visits fit into `minutes`; `lengths_of`: rows -> minutes of each (n,)."""
        n = int(minutes / length * 3) + 3
        while True:
            rows = self.peek(n)
            used = np.cumsum(lengths_of(rows))
            fits = int(np.searchsorted(used, minutes + 1e-9, side="right"))
            if fits < n:
                break
            n *= 4  # many short visits
        return Chosen(rows[:fits], (fits,), float(used[fits - 1]) if fits else 0.0)

    def take(self, choice: Chosen) -> np.ndarray:
        """Call exactly those who were chosen."""
        self._head += len(choice.rows)
        return choice.rows


class _Course:
    """How many visits, and how far apart."""

    def __init__(self, settings: "FollowUps") -> None:
        self.lengths = CourseLengths(settings)
        self.interval = max(1, settings.interval_days)


class Courses:
    """What happens at a clinic after the first visit."""

    def __init__(self, world: "World", clinic: "Clinic") -> None:
        settings = clinic.settings
        self._world, self._clinic = world, clinic
        self._deciding: np.ndarray | None = None
        self._opened: np.ndarray | None = None
        self._first_visits = np.zeros(0, np.uint16)
        self.change(settings)
        self.due = DueQueue()
        self._booked = Diary(world.calendar.horizon)
        self._admitted = -1
        self._overdue: list[tuple[np.ndarray, np.ndarray]] = []  # (days due, rows) before the clock started
        name = clinic.name
        self._router = clinic.router
        self._after = (
            Router(world, settings.after_course, f"{name}.after_course", clinic.primary)
            if settings.after_course
            else None
        )
        self._length = world.chance.key(f"{name}.course")
        self._started = np.zeros(world.n, np.uint16)
        self._pifu_key = world.chance.key(f"{name}.pifu")

    def change(self, settings: "ClinicSettings") -> None:
        """From now on courses begin with so many, the next visit is booked so far ahead, these tests are ordered, and a
        course ends so."""
        world, course = self._world, settings.follow_ups
        self._usual = _Course(course)
        self._instead = [(one.only_while, _Course(course.alternative(label))) for label, one in course.instead.items()]
        self._pifu = settings.patient_initiated
        if self._opened is None and self._pifu.share:
            self._opened = np.zeros(world.n, bool)
        if settings.orders and not len(self._first_visits):
            self._first_visits = np.zeros(world.n, np.uint16)
            if self._deciding is None:
                self._deciding = np.zeros(world.n, bool)
        self._orders = [
            (order, world.chance.key(f"{self._clinic.name}.order.{label}"), self._wanted(order))
            for label, order in settings.orders.items()
        ]

    @property
    def _now(self) -> "_Course":
        """The course that holds now."""
        return next((one for condition, one in self._instead if holds(condition, self._world)), self._usual)

    def _wanted(self, order: "Order") -> np.ndarray | None:
        """(patients,) bool, or None where everybody is, or where it must be asked at the time."""
        return (
            matches(order.when, self._world.facts)
            if order.when and not set(order.when) & set(self._world.changing)
            else None
        )

    # --- when follow-ups fall due ------------------------------------------------------------------------

    def book(self, rows: np.ndarray, day: int) -> None:
        """The next visit, one interval on."""
        self._booked.put(day + self._now.interval, rows)

    def decide_at_follow_up(self, rows: np.ndarray, ready: int) -> None:
        """A report is back: the decision that was put off is made at the next follow-up slot."""
        if self._deciding is None:
            self._deciding = np.zeros(self._world.n, bool)
        self._deciding[rows] = True
        self._booked.put(max(ready, self._admitted + 1), rows)

    def forget(self, rows: np.ndarray) -> None:
        """People whose referral has ended: a decision that was put off is not made any more."""
        if self._deciding is not None:
            self._deciding[rows] = False
        if self._opened is not None:
            self._opened[rows] = False

    def continue_from_start(self, rows: np.ndarray, place: StartPlace) -> None:
        """People in mid-course when the clock starts: what is left of a course that is met anywhere in it, the next
        visit due within an interval; or, of the part of them that `place` says, overdue already."""
        world = self._world
        world.remaining[rows] = self._usual.lengths.left(world.uniforms(self._length, rows, 65_535))
        due = np.floor(world.uniforms(self._length, rows, 65_534) * self._usual.interval).astype(np.int64)
        if place.overdue_share:
            late = world.uniforms(self._length, rows, 65_533) < place.overdue_share
            since = 1 + np.floor(world.uniforms(self._length, rows, 65_532) * place.overdue_days).astype(np.int64)
            due = np.where(late, -np.minimum(since, max(place.overdue_days, 1)), due)
            self._overdue.append((due[due < 0], rows[due < 0]))
            rows, due = rows[due >= 0], due[due >= 0]
        self._booked.spread(due, rows)

    def admit(self, day: int) -> None:
        """Those due up to today may be called: they wait, `since` the day on which they fell due."""
        since = self._world.since
        if self._overdue:
            days, rows = map(np.concatenate, zip(*self._overdue, strict=True))
            since[rows] = days
            self.due.join(rows[np.lexsort((rows, days))])
            self._overdue = []
        for due in range(self._admitted + 1, day + 1):
            page = self._booked.take(due)
            if page is not None:
                since[page[0]] = due
                self.due.join(np.sort(page[0]))
        self._admitted = day

    def still_due(self) -> np.ndarray:
        """(people, 2): row and day due, of those who are due by the last day and have not been called."""
        self.admit(self._world.calendar.horizon - 1)
        rows = self.due.peek(self.due.size)
        return np.column_stack([rows, self._world.since[rows]]).astype(np.int64)

    # --- what a visit leads to ---------------------------------------------------------------------------

    def start(self, rows: np.ndarray, day: int) -> None:
        """`course` was chosen: draw the number of follow-ups; none means the course is over."""
        world = self._world
        visits = self._now.lengths.drawn(world.next_uniforms(self._length, rows, self._started))
        world.remaining[rows] = visits
        self._go_on(rows, visits > 0, day)

    def _go_on(self, rows: np.ndarray, more: np.ndarray, day: int) -> None:
        """The next visit for those with `more` (n,) to come; for the others the course is over."""
        left = np.count_nonzero(more)
        if left == len(rows):
            self.book(rows, day)
        else:
            if left:
                self.book(rows[more], day)
            self._finish(rows[~more], day)

    def carry_on(self, day: int, new: np.ndarray, again: np.ndarray) -> None:
        """Decide about those seen today."""
        deciding = new
        if len(again):
            if self._deciding is not None:
                wait = self._deciding[again]
                if np.count_nonzero(wait):
                    back = again[wait]
                    self._deciding[back] = False
                    deciding, again = np.concatenate([new, back]), again[~wait]
            self._go_on(again, kernels.one_less(again, self._world.remaining), day)
        if self._orders and len(new):
            sent = self._order(day, new)
            if sent is not None:
                deciding = (
                    np.concatenate([deciding[len(new) :], new[~sent]]) if len(deciding) > len(new) else new[~sent]
                )
        if len(deciding):
            self._world.send(self._clinic, self._router.route(deciding), day, day + 1)

    def _order(self, day: int, rows: np.ndarray) -> np.ndarray | None:
        """Tests: each person goes for the first test that is ordered; returns who was sent (n,) bool, or None."""
        world, clinic = self._world, self._clinic
        sent = np.zeros(len(rows), bool)
        met = self._first_visits[rows]
        self._first_visits[rows] += np.uint16(1)
        for order, key, wanted in self._orders:
            asked = ~sent & (world.uniforms(key, rows, met) < order.share)
            if wanted is not None:
                asked &= wanted[rows]
            elif order.when:
                asked &= world.fits(order.when, rows)
            if np.count_nonzero(asked):
                some = rows[asked]
                world.asked_by[some] = clinic.code
                world.order(clinic, order.service, some, day)
                sent |= asked
        return sent if np.count_nonzero(sent) else None

    def _finish(self, rows: np.ndarray, day: int) -> None:
        """The course is over: an open door for some, then on by the rules."""
        world = self._world
        if self._opened is not None:
            fresh = ~self._opened[rows]
            key = self._pifu_key
            started = self._started[rows].astype(np.int64)
            returns = fresh & (world.uniforms(key, rows, 2 * started) < self._pifu.share * self._pifu.returning_share)
            back = rows[returns]
            if len(back):
                self._opened[back] = True
                world.remaining[back] = 1
                u = world.uniforms(key, back, 2 * started[returns] + 1)
                self._booked.spread(day + 1 + np.floor(u * self._pifu.window_days).astype(np.int64), back)
                rows = rows[~returns]
            self._opened[rows] = False
        if not len(rows):
            return
        if self._after is not None:
            world.send(self._clinic, self._after.route(rows), day, day + 1)
        else:
            world.resolve(self._clinic.code, rows, DETAIL["course"], day)
