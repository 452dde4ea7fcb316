"""Kind `clinic`: slots on the clinic's own days, for new people in order and for follow-ups when due."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from sim.domain.by_weeks import Steps
from sim.domain.calendar import Calendar
from sim.domain.faults import Fault
from sim.domain.lengths import LengthRange, Lengths, Spread, Variation
from sim.domain.open_days import OpenDays, Pattern
from sim.domain.pathway.call_order import CallOrder, Chances, faults_of_order
from sim.domain.pathway.capacity import ExtraClinic
from sim.domain.pathway.kinds.clinic_from import ClinicFrom
from sim.domain.pathway.kinds.kind import Asked, UnitCost
from sim.domain.pathway.kinds.priority import PriorityClass, in_class_order
from sim.domain.pathway.kinds.settings_from import by_date, days_later
from sim.domain.pathway.kinds.with_capacity import WithCapacity
from sim.domain.pathway.rules import Rules, While
from sim.domain.pathway.visits import Cancelled, FollowUps, Missed, Order, PatientInitiated, TakesFrom
from sim.domain.quantities import Minutes, Share, WholeDays
from sim.domain.words import RETURN

if TYPE_CHECKING:
    from sim.domain.staff.job_plan import JobPlan


@dataclass(frozen=True)
class ClinicSettings(WithCapacity):
    """Settings of a clinic. One visit is one slot of `new_minutes`, or of `follow_up_minutes` (the same if absent).
    Where slots are given directly, minutes do not matter.

    `follow_ups_first_share`: the part of a day that follow-ups may fill before new people (1: follow-ups always first);
    `takes_from`: another service's list that this clinic works down with the time that its own people leave free.
    `ring_fenced`: neither may use what the other leaves. Visits vary in length by `spread` and
    `length_shares` (`lognormal` without a `length_cv`: not at all).
    `order`: who of a priority class is called next (points where a class has them, else first come, if absent);
    `called_by_weeks_waited`: the relative chances of `by_weeks_waited`, from so many weeks waited on.
    `later`: what takes the place of some of these from a date on.
    """

    open_days: OpenDays = "working_days"
    new_minutes: Minutes | None = None
    follow_up_minutes: Minutes | None = None
    spread: Spread = "lognormal"
    length_cv: Variation = 0.0
    length_range: LengthRange = ()
    length_shares: dict[str, Share] = field(default_factory=dict)
    follow_ups_first_share: Share = 1.0
    ring_fenced: bool = False
    earliest_notice_days: WholeDays = 0
    order: CallOrder | None = None
    called_by_weeks_waited: Chances = field(default_factory=dict)
    priority: dict[str, PriorityClass] = field(default_factory=dict)
    follow_ups: FollowUps = field(default_factory=FollowUps)
    missed: Missed = field(default_factory=Missed)
    cancelled: Cancelled = field(default_factory=Cancelled)
    patient_initiated: PatientInitiated = field(default_factory=PatientInitiated)
    orders: dict[str, Order] = field(default_factory=dict)
    extra_clinics: dict[str, ExtraClinic] = field(default_factory=dict)
    takes_from: TakesFrom | None = None
    after_course: Rules = field(default_factory=dict)
    after_missing: Rules = field(default_factory=dict)
    later: dict[str, ClinicFrom] = field(default_factory=dict)

    books: ClassVar[bool] = True
    length_by_class: ClassVar[bool] = True
    has_courses: ClassVar[bool] = True
    takes_back: ClassVar[bool] = True
    lends_list: ClassVar[bool] = True
    shares_generalists: ClassVar[bool] = True
    in_course_at_start: ClassVar[bool] = True
    speed_counts: ClassVar[bool] = True
    shape: ClassVar[tuple[str, str]] = ("box", "clinic: slots")

    @property
    def pattern(self) -> Pattern:
        return by_date(self.open_days, self.later.values())

    def days_said(self) -> dict[str, OpenDays]:
        return {"open_days": self.open_days} | days_later(self.later)

    def changes(self) -> dict[str, ClinicFrom]:
        return self.later

    def rule_maps(self) -> dict[str, Rules]:
        own = {"after_course": self.after_course, "after_missing": self.after_missing}
        own |= {_routes_of(label): extra.routes for label, extra in self.extra_clinics.items()}
        return super().rule_maps() | {part: rules for part, rules in own.items() if rules}

    def with_rules(self, rules: Mapping[str, Rules]) -> Self:
        extra = {
            label: replace(one, routes=rules.get(_routes_of(label), one.routes))
            for label, one in self.extra_clinics.items()
        }
        there = {_routes_of(label) for label in extra}
        usual = super().with_rules({part: rule for part, rule in rules.items() if part not in there})
        return replace(usual, extra_clinics=extra)

    def besides(self) -> list[Rules]:
        return [extra.routes for extra in self.extra_clinics.values() if extra.routes]

    def after_a_course(self) -> Rules:
        return self.after_course

    def leavers(self) -> list[tuple[Rules, float]]:
        """Those booked for a first visit who are sent on because they missed it."""
        one = self.missed
        lost = one.new_share**one.discharged_after_misses * one.discharged_share
        return [(self.after_missing, lost)] if self.after_missing else []

    def conditions(self) -> dict[str, While]:
        asked = self.follow_ups.conditions("follow_ups")
        for label, change in self.later.items():
            if change.follow_ups is not None:
                asked |= change.follow_ups.conditions(f"later.{label}.follow_ups")
        return asked

    def tests(self) -> dict[str, Order]:
        found = {f"orders.{label}": order for label, order in self.orders.items()}
        for date, change in self.later.items():
            found |= {f"later.{date}.orders.{label}": order for label, order in (change.orders or {}).items()}
        return found

    @property
    def sees_again(self) -> bool:
        return self.has_course or bool(self.tests())

    @property
    def days_between_visits(self) -> int:
        return max(1, self.follow_ups.interval_days)

    def held_besides(self) -> dict[str, ExtraClinic]:
        return self.extra_clinics

    def classes(self) -> dict[str, PriorityClass]:
        return in_class_order(self.priority)

    @property
    def drawn_by(self) -> Steps | None:
        return Steps.of(self.called_by_weeks_waited) if self.order == "by_weeks_waited" else None

    @property
    def notice_days(self) -> int:
        return self.earliest_notice_days

    def works_down(self) -> dict[str, TakesFrom]:
        found = {"takes_from": self.takes_from} if self.takes_from is not None else {}
        later = {label: change.takes_from for label, change in self.later.items()}
        return found | {f"later.{label}.takes_from": taken for label, taken in later.items() if taken is not None}

    @property
    def lengths(self) -> Lengths:
        spread = "fixed" if self.spread == "lognormal" and not self.length_cv else self.spread
        return Lengths(spread, self.length_cv, self.length_range, self.length_shares)

    def faults(self, where: str) -> Iterator[Fault]:
        yield from self.lengths.faults(where)
        yield from faults_of_order(where, self.order, self.called_by_weeks_waited, self.priority)
        nobody = "no rule of routes sends anybody to 'course'", "add course to a rule's 'to'"
        if self.capacity.staff and self.new_minutes is None:
            yield Fault(f"{where}.new_minutes", "is missing", "how long a first visit takes of the staff's time")
        if self.follow_ups.ever and not self.has_course:
            yield Fault(f"{where}.follow_ups", *nobody)
        yield from self.follow_ups.faults(f"{where}.follow_ups")
        back = any(RETURN in rule.to for rule in self.routes.values())
        for label, extra in self.extra_clinics.items():
            if not back and any(RETURN in rule.to for rule in extra.routes.values()):
                yield Fault(
                    f"{where}.extra_clinics.{label}.routes",
                    "sends people back with 'return', as the clinic itself does not",
                    "a service, or resolved",
                )
        if self.missed.discharged_after_misses > 1 and self.missed.discharged_share == 0:
            yield Fault(
                f"{where}.missed.discharged_after_misses",
                "says nothing where discharged_share is 0: no miss ends a referral",
                "1, or a discharged_share above 0",
            )
        if self.after_course and not self.has_course:
            yield Fault(f"{where}.after_course", *nobody)

    # --- room and money -------------------------------------------------------------------------------------

    def with_room_for(self, people: float) -> Self:
        roomy = super().with_room_for(people)
        alike: dict[str, Any] = {"spread": "fixed", "length_cv": 0.0, "length_range": (), "length_shares": {}}
        as_said: dict[str, Any] = dict.fromkeys((*alike, "ring_fenced", "takes_from"))
        later = {label: replace(one, **as_said) for label, one in self.later.items()}
        return replace(roomy, **alike, ring_fenced=False, extra_clinics={}, takes_from=None, later=later)

    def alone(self, routes: Rules) -> Self:
        later = {
            label: replace(one, follow_ups=_always(one.follow_ups), orders=None, takes_from=None)
            for label, one in self.later.items()
        }
        extra = {label: replace(one, routes={}) for label, one in self.extra_clinics.items()}
        cut: dict[str, Any] = {
            "extra_clinics": extra,
            "orders": {},
            "after_course": {},
            "after_missing": {},
            "takes_from": None,
        }
        return replace(super().alone(routes), **cut, follow_ups=_always(self.follow_ups), later=later)

    def load(self, asked: Asked, plan: "JobPlan", calendar: Calendar) -> tuple[float, float]:
        """Minutes a week where staff give them, else slots."""
        first, later = 1.0, 1.0
        if self.capacity.staff:
            first, later = self._mean_minutes(True, calendar), self._mean_minutes(False, calendar)
        there = float(plan.minutes(self, self.pattern).sum() / (calendar.horizon / 7))
        return asked.new * first + asked.again * later, there

    def follow_up_shares(self, asked: Asked, calendar: Calendar) -> tuple[float, float] | None:
        """What people ask while they wait elsewhere comes out of the follow-ups' share too."""
        first, later = self._mean_minutes(True, calendar), self._mean_minutes(False, calendar)
        if not self.capacity.staff:
            first = later = 1.0
        share, time = self.mean_of(lambda one: one.follow_ups_first_share, calendar), asked.new * first
        time += asked.again * later
        return (asked.again * later / time, share) if share < 1 and time > 0 else None

    def _mean_minutes(self, first: bool, calendar: Calendar) -> float:
        """Of a visit, over the simulated days."""
        return self.mean_of(lambda one: one.minutes(first) or 0.0, calendar)

    @property
    def sees_one_a_slot(self) -> bool:
        return not self.lengths.vary and not any(one.minutes for one in self.priority.values())

    def minutes(self, first: bool, called: str = "") -> float | None:
        if first and called and (own := self.priority[called].minutes):
            return own
        return self.new_minutes if first else self.follow_up_minutes or self.new_minutes

    def unit_costs(
        self, visit: Callable[[bool, str], float], held: Callable[[int], float], room: Callable[[float], float]
    ) -> Iterator[UnitCost]:
        yield from super().unit_costs(visit, held, room)
        # Visits after the first: a course, a result to be told, or when people ask.
        if self.follow_ups.ever or self.orders or self.patient_initiated.share:
            minutes = self.minutes(False) or math.nan
            yield UnitCost("follow_up", minutes, visit(False, ""), room(minutes))

    # --- words ----------------------------------------------------------------------------------------------

    def pace_words(self) -> str:
        if not self.capacity.staff:
            return ""
        again = self.follow_up_minutes
        differs = again not in (None, self.new_minutes) and self.has_course
        return f"{self.new_minutes:g} minutes" + (f" new, {again:g} again" if differs else "")

    def course_words(self) -> str:
        return f"{self.follow_ups.mean_visits:.2g} follow-ups" if self.has_course else ""


def _routes_of(label: str) -> str:
    return f"extra_clinics.{label}.routes"


_Course = TypeVar("_Course", FollowUps, FollowUps | None)


def _always(course: _Course) -> _Course:
    """The course as it is whatever the state of other services."""
    return course if course is None else replace(course, instead={})
