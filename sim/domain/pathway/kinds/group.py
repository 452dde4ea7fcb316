"""Kind `group`: cohorts that start together (or fill as seats fall free), with sessions for some weeks."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

import numpy as np
from annotated_types import Ge, Le

from sim.domain.calendar import Calendar
from sim.domain.faults import Fault, nearest
from sim.domain.hours import SESSION_MINUTES
from sim.domain.open_days import OpenDays, Pattern, Weekday
from sim.domain.pathway.capacity import Capacity
from sim.domain.pathway.kinds.kind import Asked, UnitCost
from sim.domain.pathway.kinds.priority import PriorityClass, in_class_order
from sim.domain.pathway.kinds.settings_from import GroupFrom, by_date, days_later
from sim.domain.pathway.kinds.with_capacity import WithCapacity
from sim.domain.pathway.rules import Rules
from sim.domain.quantities import Minutes, Positive, Share, Weeks, WholeDays

if TYPE_CHECKING:
    from sim.domain.staff.job_plan import JobPlan


@dataclass(frozen=True)
class GroupSettings(WithCapacity):
    """Settings of a group programme.

    A cohort starts on the first of `session_days` in a week, once `min_size` people wait (or once somebody has
    waited `start_after_weeks` and `least_size` are there) and there is room: staff time for `session_minutes` a
    session of everyone in `capacity.staff` together, and at most `rooms` cohorts at once. `supervision`: staff group ->
    the part of each session for which it must be there, if not the whole (a registrant over several support workers).
    `entry: rolling` also fills seats that are free in running cohorts; each person still has `sessions` of their own.
    """

    min_size: Positive = 8
    max_size: Positive = 12
    least_size: Positive = 4
    start_after_weeks: Weeks = 5200.0
    sessions: Positive = 12
    session_days: tuple[Weekday, ...] = ("tue", "thu")
    session_minutes: Minutes = 70.0
    supervision: dict[str, Share] = field(default_factory=dict)
    rooms: Annotated[int, Ge(0), Le(1_000_000)] = 1_000_000
    entry: Literal["closed", "rolling"] = "closed"
    earliest_notice_days: WholeDays = 0
    priority: dict[str, PriorityClass] = field(default_factory=dict)
    attendance_share: Share = 1.0
    drop_out_share_per_session: Share = 0.0
    completed_at_share: Share = 0.75
    after_dropping_out: Rules = field(default_factory=dict)
    later: dict[str, GroupFrom] = field(default_factory=dict)

    in_course_at_start: ClassVar[bool] = True
    starts: ClassVar[bool] = True
    cohorts: ClassVar[bool] = True
    pattern_key: ClassVar[str] = "session_days"
    slot_words: ClassVar[str] = "seats"
    shape: ClassVar[tuple[str, str]] = ("stack", "group: starts together")

    def changes(self) -> dict[str, GroupFrom]:
        return self.later

    @property
    def pattern(self) -> Pattern:
        first: OpenDays = self.session_days or "working_days"  # of none at all its faults say so
        return by_date(first, self.later.values(), "session_days")

    def days_said(self) -> dict[str, OpenDays]:
        return {"session_days": self.session_days} | days_later(self.later, "session_days")

    def rule_maps(self) -> dict[str, Rules]:
        own = {"after_dropping_out": self.after_dropping_out} if self.after_dropping_out else {}
        return super().rule_maps() | own

    @property
    def seats(self) -> int:
        return self.max_size

    def leavers(self) -> list[tuple[Rules, float]]:
        """Members who leave early or attend too few sessions."""
        n, come = self.sessions, self.attendance_share
        least = math.ceil(self.completed_at_share * n - 1e-9)
        enough = sum(math.comb(n, k) * come**k * (1 - come) ** (n - k) for k in range(least, n + 1))
        return [(self.after_dropping_out, 1 - enough * (1 - self.drop_out_share_per_session) ** (n - 1))]

    def classes(self) -> dict[str, PriorityClass]:
        return in_class_order(self.priority)

    @property
    def notice_days(self) -> int:
        return self.earliest_notice_days

    def faults(self, where: str) -> Iterator[Fault]:
        if self.min_size > self.max_size:
            yield Fault(f"{where}.min_size", "is more than max_size", f"at most {self.max_size}")
        if self.least_size > self.min_size:
            yield Fault(f"{where}.least_size", "is more than min_size", f"at most {self.min_size}")
        for group, share in self.supervision.items():
            if group not in self.capacity.staff:
                yield Fault(
                    f"{where}.supervision.{group}", "gives no sessions here", nearest(group, self.capacity.staff)
                )
            elif share == 0:
                yield Fault(
                    f"{where}.supervision.{group}",
                    "is 0: it is never there",
                    "more than 0, or leave the group out of capacity.staff",
                )
        if self.session_days == ():
            yield Fault(f"{where}.session_days", "names no day", "[tue, thu]")

    # --- room and money -------------------------------------------------------------------------------------

    def alone(self, routes: Rules) -> Self:
        return replace(super().alone(routes), after_dropping_out={})

    def load(self, asked: Asked, plan: "JobPlan", calendar: Calendar) -> tuple[float, float]:
        """Minutes a week where staff give them, else seats; cohorts are full."""
        capacity, days = self.capacity, self.pattern
        # A holiday only puts a session off.
        held = plan.open(capacity, days).sum() / max(calendar.open_days(days).sum(), 1) if capacity.closed else 1.0
        if capacity.staff:
            taken = self.mean_of(lambda one: asked.new / one.max_size * one.sessions * one.session_minutes, calendar)
            return taken, float(self._scarcest(plan, capacity).mean()) * held
        taken = self.mean_of(lambda one: asked.new / one.max_size * one.sessions * one.max_size, calendar)
        return taken, float(plan.a_week(capacity, days).mean()) * held

    def cohorts_at_once(self, plan: "JobPlan") -> np.ndarray:
        """(days,) cohorts that the staff's time, or the seats given, hold at once."""
        a_week = (
            self._scarcest(plan, self.capacity) if self.capacity.staff else plan.a_week(self.capacity, self.pattern)
        )
        session = self.by_day(
            lambda one: len(one.session_days) * (one.session_minutes if one.capacity.staff else one.max_size),
            plan.calendar,
        )
        found: np.ndarray = a_week / session
        return found

    def _scarcest(self, plan: "JobPlan", capacity: Capacity) -> np.ndarray:
        """(days,) minutes a week for which everybody is in the room."""
        return self.by_day(lambda one: plan.scarcest_a_week(capacity, one.pattern, one.supervision), plan.calendar)

    def roomed(self, plan: "JobPlan") -> np.ndarray | float:
        if not self.capacity.rooms:
            return super().roomed(plan)
        wanted = self._scarcest(plan, replace(self.capacity, rooms={}))
        held = self._scarcest(plan, self.capacity)
        part: np.ndarray = np.divide(held, wanted, out=np.ones(len(held)), where=wanted > 0)
        return part

    def room_sessions(self, plan: "JobPlan") -> np.ndarray:
        """All of its staff are in one room."""
        a_day = self._scarcest(plan, self.capacity) / plan.calendar.days_a_week(self.pattern) / SESSION_MINUTES
        found: np.ndarray = np.multiply(a_day, plan.open(self.capacity, self.pattern))
        return found

    def staff_gbp(self, first: bool, hour: Mapping[str, float], mean: float, called: str = "") -> float:
        """A seat: everybody in the room for a session, over the seats."""
        room = sum(pounds * self.supervision.get(group, 1.0) for group, pounds in hour.items())
        return self.session_minutes / 60 * room / self.max_size

    def unit_costs(
        self, visit: Callable[[bool, str], float], held: Callable[[int], float], room: Callable[[float], float]
    ) -> Iterator[UnitCost]:
        """A session of everybody, and a seat of a full one."""
        seat, rooms = visit(False, ""), room(self.session_minutes)
        yield UnitCost("session", self.session_minutes, seat * self.max_size, rooms)
        yield UnitCost("seat", self.session_minutes, seat, rooms / self.max_size)

    # --- words ----------------------------------------------------------------------------------------------

    def pace_words(self) -> str:
        return f"{self.min_size}–{self.max_size} people, {self.sessions} sessions"

    def started_words(self, label: str, waited: str, after: str) -> str:
        return f"got a place in {label} (waited {waited})" if waited else super().started_words(label, waited, after)

    def seen_words(self, detail: str, number: int) -> str:
        return f"session {number} of {self.sessions}: {{}}"

    def left_words(self, label: str, came: int, missed: int, after: str, over: bool) -> str:
        held = came + missed
        completed = held >= self.sessions and came >= self.completed_at_share * self.sessions - 1e-9
        early = "" if completed else " early"
        next_ = "the episode is over" if over else "sent on"
        done = "completed" if completed else "left"
        return f"{done} {label}{early} ({came} of {self.sessions} sessions); {next_}"
