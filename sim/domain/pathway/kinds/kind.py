"""What every kind of service has in common, and what it can be asked; nobody asks for the name of a kind.

A kind answers what is not usual for it, in its own file. The usual answer is that of a service which needs no capacity:
one that sees nobody (`only_time`). A kind that sees people stands on `WithCapacity`: their visits are somebody's time.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import numpy as np
from annotated_types import Ge, Le

from sim.domain.by_weeks import SharesByWeeks, Steps
from sim.domain.calendar import Calendar
from sim.domain.faults import Fault
from sim.domain.open_days import OpenDays, Pattern
from sim.domain.pathway.capacity import Capacity, ExtraClinic
from sim.domain.pathway.kinds.priority import PriorityClass
from sim.domain.pathway.kinds.settings_from import SettingsFrom
from sim.domain.pathway.routes import matches
from sim.domain.pathway.rules import Rules, Through, While
from sim.domain.pathway.visits import Order, TakesFrom
from sim.domain.quantities import Share
from sim.domain.settings import Settings
from sim.domain.words import COURSE, Clinician

if TYPE_CHECKING:  # job plans ask the kinds, which is no circle when a program runs
    from sim.domain.staff.job_plan import JobPlan
    from sim.domain.staff.workforce import Workforce

SORTING = {"priority", "earliest_notice_days", "order", "called_by_weeks_waited"}
"""Settings that decide in what order people are called."""


@dataclass(frozen=True)
class Asked:
    """What a service was asked for in a week with room for everybody, by the whole place:
    first visits, later ones, starts."""

    new: float
    again: float
    started: float


@dataclass(frozen=True)
class UnitCost:
    """What one `visit` (a word) is worth: `minutes` (NaN where none are said), pounds of staff and prices,
    pounds of rooms."""

    visit: str
    minutes: float
    gbp: float
    rooms_gbp: float


@dataclass(frozen=True)
class UrgencyCall(Settings):
    """How one of those who read referrals sets their priority: they read `of_referrals` of them all.

    `share`: word of `impact` -> share of those referrals that this reader calls urgent.
    """

    of_referrals: Share
    share: dict[str, Share]


@dataclass(frozen=True)
class ServiceSettings(Settings):
    """What every kind of service has. `label` is for people; the rest says what a visit counts as.

    `referrals_through`: a single point of access; people whom primary care refers here go there instead. By name
    several, each for some people: the first that fits, and who fits none comes here.
    `no_outcome`: arriving here from hospital means that the hospital had nothing to offer.
    `recovers`, `private_exit`, `recontacts_gp`, `worsens`: what may happen on this list, see `while_waiting`.
    `keeps_place`: people sent on from here join the next list as of the day on which they began to wait for what they
    came from, in that order. `calls_urgent`: whoever reads referrals here sets their priority, each in
    their own way.
    """

    kind: str
    label: str = ""
    setting: Literal["primary", "triage", "community", "hospital", "diagnostics", "home"] = "community"
    tier: Annotated[int, Ge(0), Le(9)] = 0
    care: Literal[
        "none", "self_management", "group_programme", "physiotherapy", "specialist", "rheumatology", "surgery", "urgent"
    ] = "none"
    clinician: Literal[Clinician, "none"] = "none"
    contact: bool = True
    rtt: Literal["none", "provisional", "clock", "treatment", "monitoring", "another_provider"] = "none"
    no_outcome: bool = False
    private_exit: bool = False
    recovers: bool = False
    attends_anyway_share: Share = 0.0
    recontacts_gp: bool = False
    worsens: bool = False
    removed_share_per_week_waited: Share = 0.0
    removed_share_by_weeks_waited: SharesByWeeks = field(default_factory=dict)
    referrals_through: str | dict[str, Through] | None = None
    keeps_place: bool = False
    calls_urgent: dict[str, UrgencyCall] = field(default_factory=dict)
    routes: Rules = field(default_factory=dict)

    # --- what a kind is -------------------------------------------------------------------------------------

    only_time: ClassVar[bool] = False
    """Time passes there and nobody is seen: no list, no visits, nothing that has a price."""
    starts: ClassVar[bool] = False
    """The log says `started` when a wait ends; elsewhere the first visit itself ends it."""
    books: ClassVar[bool] = False
    """First visits and follow-ups are booked, so they can be missed."""
    walk_in: ClassVar[bool] = False
    """Nobody is booked: people come, wait some minutes, and may give up."""
    length_by_class: ClassVar[bool] = False
    """Each visit takes time of its own, which may depend on who comes."""
    cohorts: ClassVar[bool] = False
    """People start together and have seats; all staff are in one room for the whole of a session."""
    has_courses: ClassVar[bool] = False
    """Rules may send people to a course of follow-ups there."""
    takes_back: ClassVar[bool] = False
    """It sees people again whose test has come back, and those who ask while they wait elsewhere."""
    lends_list: ClassVar[bool] = False
    """Another service may work its list down."""
    shares_generalists: ClassVar[bool] = False
    """The time of generalists goes to where work waits, there among others."""
    in_course_at_start: ClassVar[bool] = False
    """People may be in the middle of their care there when the clock starts."""
    pattern_key: ClassVar[str] = "open_days"
    """Which of its settings says on which days it is held."""
    shape: ClassVar[tuple[str, str]] = ("box", "")
    """How it is drawn (`box`, `stack` or `round`), and what the picture's key says of that; empty: not in the key."""

    # --- what it may be asked of its settings ---------------------------------------------------------------

    @property
    def access(self) -> list[Through]:
        """Single points of access for those whom primary care refers here, in order."""
        said = self.referrals_through
        return [Through(said)] if isinstance(said, str) else list((said or {}).values())

    @property
    def provided(self) -> Capacity | None:
        """Where its time comes from; None where it needs none."""
        return None

    @property
    def pattern(self) -> Pattern:
        """The days on which it is held."""
        return "working_days"

    def days_said(self) -> dict[str, OpenDays]:
        """Key of its settings -> the days that stand there."""
        return {}

    def changes(self) -> Mapping[str, SettingsFrom]:
        """Label -> what takes the place of some of its settings on a date."""
        return {}

    def as_of(self, today: date) -> Self:
        """The settings as they are on a day, with no change to come. `ValueError` if a date cannot be read."""
        if not self.changes():
            return self
        said: dict[str, Any] = {"later": {}}
        for one in sorted(self.changes().values(), key=lambda change: change.date):
            said |= one.said() if date.fromisoformat(one.date) <= today else {}
        return replace(self, **said)

    def versions(self) -> list[Self]:
        """The settings as they are at first and after each change; only as they are written if a date cannot be
        read."""
        try:
            days = sorted(date.fromisoformat(one.date) for one in self.changes().values())
        except ValueError:
            return [self]
        return [self.as_of(day) for day in (date.min, *days)]

    @property
    def sorts_anew(self) -> bool:
        """Whether the order of its list changes on a date."""
        return any(SORTING & set(one.said()) for one in self.changes().values())

    def mean_of(self, asked: Callable[[Self], float], calendar: Calendar) -> float:
        """The mean of something over the simulated days, as settings change."""
        parts = [(asked(one), end - begin) for begin, end, one in self.stretches(calendar)]
        return parts[0][0] if len(parts) == 1 else sum(value * days for value, days in parts) / calendar.horizon

    def by_day(self, asked: Callable[[Self], float | np.ndarray], calendar: Calendar) -> np.ndarray:
        """(days,) of a number or of (days,) that is asked of the settings as they are on each day."""
        found = np.empty(calendar.horizon)
        for begin, end, one in self.stretches(calendar):
            found[begin:end] = np.broadcast_to(asked(one), calendar.horizon)[begin:end]
        return found

    def stretches(self, calendar: Calendar) -> list[tuple[int, int, Self]]:
        """(first day, day after the last, the settings as they are on these days) of all simulated days."""
        days = {(date.fromisoformat(one.date) - calendar.start).days for one in self.changes().values()}
        edges = [0, *sorted(day for day in days if 0 < day < calendar.horizon), calendar.horizon]
        return [(begin, end, self.as_of(calendar.date_of(begin))) for begin, end in pairwise(edges)]

    def rule_maps(self) -> dict[str, Rules]:
        """Key of its settings -> rules, of every decision made there that has any."""
        return {"routes": self.routes} if self.routes else {}

    def with_rules(self, rules: Mapping[str, Rules]) -> Self:
        """The same with others of its rules. `rules`: keys of `rule_maps`."""
        others: dict[str, Any] = dict(rules)
        return replace(self, **others)

    @property
    def has_course(self) -> bool:
        """Whether some of its rules send people to a course."""
        return any(COURSE in rule.to for rules in self.rule_maps().values() for rule in rules.values())

    def after_a_course(self) -> Rules:
        """Rules for people whose course of follow-ups is over."""
        return {}

    def leavers(self) -> list[tuple[Rules, float]]:
        """Rules for people who leave before their care is over, and the share of those who come who do."""
        return []

    def besides(self) -> list[Rules]:
        """Rules for people seen at clinics held besides, which are now and then."""
        return []

    def may_leave(self) -> list[Rules]:
        """Rules for people who leave in numbers that only a simulation knows."""
        return []

    def conditions(self) -> dict[str, While]:
        """Key of its settings -> condition that they ask about, those of its rules apart."""
        return {}

    def tests(self) -> dict[str, Order]:
        """Key of its settings -> a test that is ordered there, at some time."""
        return {}

    @property
    def sees_again(self) -> bool:
        """Whether people come back to it on a day that is set: for a course, for a result, or when they ask."""
        return False

    @property
    def drawn_by(self) -> Steps | None:
        """Weights by days waited of the draw that decides who of a class is called next, so that people are passed
        over; none where nothing is drawn."""
        return None

    @property
    def days_between_visits(self) -> int:
        """From one visit of a course to the day on which the next is due."""
        return 0

    @property
    def seats(self) -> int:
        """Of those that it offers, how many are one session; 0 where nobody sits with others."""
        return 0

    def held_besides(self) -> dict[str, ExtraClinic]:
        """Clinics held beside its own."""
        return {}

    def classes(self) -> "dict[str, PriorityClass]":
        """Classes in which people are seen, first to last."""
        return {}

    @property
    def notice_days(self) -> int:
        """Days that people have notice of a first visit, at the least."""
        return 0

    def works_down(self) -> dict[str, TakesFrom]:
        """Key -> the list of another service from which it takes people, at first or from a date on."""
        return {}

    def faults(self, where: str) -> Iterator[Fault]:
        """What its settings say that cannot be."""
        yield from ()

    # --- room for people ------------------------------------------------------------------------------------

    @classmethod
    def stand_in(cls, kind: str, routes: Rules) -> Self:
        """A service of this kind that can run, in the place of one that cannot be read."""
        return cls(kind=kind, routes=routes)

    def with_room_for(self, people: float) -> Self:
        """The same with room for so many, and nothing that depends on how many come."""
        return self

    def alone(self, routes: Rules) -> Self:
        """The same with these rules only, and no word of other services: a kind drops what other rules it has."""
        return replace(self, routes=routes)

    def load(self, asked: Asked, plan: "JobPlan", calendar: Calendar) -> tuple[float, float] | None:
        """What it would take, and what there is, in one unit; None where there is no capacity."""
        return None

    def follow_up_shares(self, asked: Asked, calendar: Calendar) -> tuple[float, float] | None:
        """The share of the time asked for that is follow-ups', and the share that they have before people who come for
        a first visit; None where neither comes before the other."""
        return None

    @property
    def sees_one_a_slot(self) -> bool:
        """Whether each slot that it offers is one person of its list at most, whoever that is."""
        return False

    # --- money ----------------------------------------------------------------------------------------------

    def minutes(self, first: bool, called: str = "") -> float | None:
        """How long a first visit takes, or one of those that follow; None where nothing says so.
        `called`: the class of who comes, where its visits have a length of their own."""
        return None

    def staff_gbp(self, first: bool, hour: Mapping[str, float], mean: float, called: str = "") -> float:
        """Pounds of staff for one attended visit. `hour`: staff group -> pounds of an hour with patients;
        `mean`: by the time each gives; `called`: as `minutes`."""
        return (self.minutes(first, called) or 0.0) / 60 * mean

    def class_of(self, facts: Mapping[str, np.ndarray], row: int) -> str:
        """The class in which the person in `row` of `facts` (name -> codes (n,)) is called; empty where there are
        none."""
        one = {name: codes[row : row + 1] for name, codes in facts.items()}
        fits = (
            name for name, each in self.classes().items() if set(each.when) <= set(one) and matches(each.when, one)[0]
        )
        return next(fits, "")

    def held_gbp(self, workforce: "Workforce", days: int) -> float:
        """Pounds of a place that is held for so many days; 0 where none is."""
        return 0.0

    def unit_costs(
        self, visit: Callable[[bool, str], float], held: Callable[[int], float], room: Callable[[float], float]
    ) -> Iterator[UnitCost]:
        """Its kinds of visit. Pounds of a first or a later `visit` by somebody of a class, of a place `held` for
        days, of a `room` for minutes."""
        own = {f"first_{name}": name for name, one in self.classes().items() if self.length_by_class and one.minutes}
        for word, called in {"first": "", **own}.items():
            minutes = self.minutes(True, called) or math.nan
            yield UnitCost(word, minutes, visit(True, called), room(minutes))

    # --- words ----------------------------------------------------------------------------------------------

    asked_words: ClassVar[str] = "asked for an appointment: {}"
    """Of somebody who presents there."""

    def capacity_words(self, scale: float) -> str | None:
        """How much of it there is, in a place of that scale; None where its staff say so."""
        return ""

    def pace_words(self) -> str:
        """How long a visit is, or how large a group."""
        return ""

    def course_words(self) -> str:
        """What follows a first visit."""
        return ""

    def started_words(self, label: str, waited: str, after: str) -> str:
        """A wait there is over. `waited`: how long, empty of no time; `after`: minutes in a queue, in brackets."""
        return f"taken on by {label} (waited {waited})" if waited else f"got a place at once: {label}"

    def seen_words(self, detail: str, number: int) -> str | None:
        """A visit, the `number`-th of those held for a person (with {} for the label);
        None where it is said as elsewhere."""
        return None

    def left_words(self, label: str, came: int, missed: int, after: str, over: bool) -> str | None:
        """Somebody leaves after so many visits, to go on or with the episode `over`;
        None where it is said as elsewhere."""
        return None
