"""Kind `drop_in`: people walk in, or ring, within opening hours and wait some minutes for the next clinician.

The one kind where minutes matter. Everything that is drawn for a visit is keyed by the
person and by how often they have come here, before the visit begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

import numpy as np
from annotated_types import Ge, Gt, Le

from sim.domain.calendar import Calendar
from sim.domain.faults import Fault
from sim.domain.hours import SESSION_MINUTES, opening_minutes
from sim.domain.lengths import LengthRange, Lengths, Spread, Variation
from sim.domain.open_days import OpenDays, Pattern
from sim.domain.pathway.kinds.kind import Asked
from sim.domain.pathway.kinds.priority import PriorityClass, in_class_order
from sim.domain.pathway.kinds.settings_from import DropInFrom, by_date, days_later
from sim.domain.pathway.kinds.with_capacity import WithCapacity
from sim.domain.pathway.rules import Rules
from sim.domain.quantities import Count, Minutes, Share

if TYPE_CHECKING:
    from sim.domain.staff.job_plan import JobPlan


@dataclass(frozen=True)
class DropInSettings(WithCapacity):
    """Settings of a drop-in. Who joins comes the same day if it is still open, at any minute of what is left of it.

    `hours`: `["10:00", "16:00"]`, or `always`, which runs across midnight. At closing time nobody else is let in;
    who is inside is seen. `arrivals_index`: time of day -> how many come a minute from then on, against the others.
    `visit_minutes`: mean length, with a `spread` about it and kinds of visit (`length_shares`).
    `gives_up_after_minutes`: mean patience, exponential; 0: nobody gives up. Who does goes by `after_giving_up`.
    `room_for_waiting`: so many may wait beside those who are being seen; who finds it full goes by `when_full`.
    """

    open_days: OpenDays = "working_days"
    hours: Literal["always"] | tuple[str, str] = ("09:00", "17:00")
    arrivals_index: dict[str, Annotated[float, Gt(0), Le(1_000)]] = field(default_factory=dict)
    visit_minutes: Minutes = 15.0
    spread: Spread = "fixed"
    length_cv: Variation = 0.0
    length_range: LengthRange = ()
    length_shares: dict[str, Share] = field(default_factory=dict)
    gives_up_after_minutes: Annotated[float, Ge(0), Le(100_000)] = 0.0
    room_for_waiting: Count | None = None
    priority: dict[str, PriorityClass] = field(default_factory=dict)
    after_giving_up: Rules = field(default_factory=dict)
    when_full: Rules = field(default_factory=dict)
    later: dict[str, DropInFrom] = field(default_factory=dict)

    starts: ClassVar[bool] = True
    walk_in: ClassVar[bool] = True
    length_by_class: ClassVar[bool] = True
    ways: ClassVar[tuple[str, ...]] = ("clinicians",)
    speed_counts: ClassVar[bool] = True
    asked_words: ClassVar[str] = "went to {}"

    def changes(self) -> dict[str, DropInFrom]:
        return self.later

    @property
    def pattern(self) -> Pattern:
        return by_date(self.open_days, self.later.values())

    @property
    def lengths(self) -> Lengths:
        return Lengths(self.spread, self.length_cv, self.length_range, self.length_shares)

    def days_said(self) -> dict[str, OpenDays]:
        return {"open_days": self.open_days} | days_later(self.later)

    def rule_maps(self) -> dict[str, Rules]:
        own = {"after_giving_up": self.after_giving_up, "when_full": self.when_full}
        return super().rule_maps() | {part: rules for part, rules in own.items() if rules}

    def may_leave(self) -> list[Rules]:
        """How many give up, or turn back, depends on the queue: nobody in a quiet hour, everybody in a hopeless one."""
        return [rules for rules in (self.after_giving_up, self.when_full) if rules]

    def classes(self) -> dict[str, PriorityClass]:
        return in_class_order(self.priority)

    def faults(self, where: str) -> Iterator[Fault]:
        """Hours that can be read, and nothing that has no meaning where people walk in."""
        try:
            opens, closes = opening_minutes(self.hours)
        except ValueError:
            yield Fault(f"{where}.hours", "is not two times of day", '["10:00", "16:00"], in quotes, or always')
        else:
            if closes <= opens:
                yield Fault(f"{where}.hours", "closes before it opens", 'the earlier time first; "24:00" is midnight')
            yield from self._rush_faults(f"{where}.arrivals_index", opens, closes)
        yield from self.lengths.faults(where)
        yield from self._unseen_faults(where)
        yield from self._class_faults(f"{where}.priority")

    def _unseen_faults(self, where: str) -> Iterator[Fault]:
        """Rules for who leaves unseen, where somebody may, at some time."""
        gives_up = self.gives_up_after_minutes or any(one.gives_up_after_minutes for one in self.later.values())
        rooms = [self.room_for_waiting, *(one.room_for_waiting for one in self.later.values())]
        full = any(room is not None for room in rooms)
        if self.after_giving_up and not gives_up:
            yield Fault(
                f"{where}.after_giving_up",
                "nobody gives up",
                "gives_up_after_minutes: how long people wait, on average, before they leave",
            )
        if full and not self.when_full:
            yield Fault(
                f"{where}.when_full",
                "is missing: nobody knows where people go who find no room",
                "rules, as in routes: {otherwise: {to: {resolved: 1.0}}}",
            )
        elif self.when_full and not full:
            yield Fault(f"{where}.when_full", "is never full", "room_for_waiting: how many may wait, or leave it out")

    def _class_faults(self, where: str) -> Iterator[Fault]:
        for label, one in self.priority.items():
            for key, said in (
                ("earliest_notice_days", one.earliest_notice_days is not None),
                ("points", one.points != 0),
                ("points_per_week", one.points_per_week != 0),
                ("chance", one.chance is not None),
                ("slots_share", one.slots_share is not None),
            ):
                if said:
                    yield Fault(
                        f"{where}.{label}.{key}",
                        "says nothing here: people walk in, and classes are seen in the order written",
                        "remove it",
                    )

    def _rush_faults(self, where: str, opens: int, closes: int) -> Iterator[Fault]:
        """Times within the hours, the first at opening time."""
        try:
            times = [opening_minutes((word, word))[0] for word in self.arrivals_index]
        except ValueError:
            yield Fault(where, "has a time that is no time of day", 'as "08:30", in quotes')
            return
        if times and (min(times) != opens or max(times) >= closes):
            yield Fault(where, "does not begin at opening time, or goes beyond closing time", "times within the hours")
        if len(times) == 1:
            yield Fault(where, "says nothing with one time alone", "another time of day, or leave it out")

    def no_rooms(self, staffed: bool) -> str:
        return ""

    # --- room and money -------------------------------------------------------------------------------------

    def alone(self, routes: Rules) -> Self:
        return replace(super().alone(routes), after_giving_up={}, when_full={}, room_for_waiting=None, later={})

    def with_room_for(self, people: float) -> Self:
        later = {label: replace(one, room_for_waiting=None) for label, one in self.later.items()}
        return replace(super().with_room_for(people), room_for_waiting=None, when_full={}, later=later)

    def load(self, asked: Asked, plan: "JobPlan", calendar: Calendar) -> tuple[float, float]:
        """Clinicians' minutes a week within opening hours."""
        there = (plan.clinicians(self) * self.minutes_open(calendar)).sum() / (calendar.horizon / 7)
        return asked.started * self.mean_of(lambda one: one.visit_minutes, calendar), float(there)

    def room_sessions(self, plan: "JobPlan") -> np.ndarray:
        if self.capacity.clinicians is None:
            return super().room_sessions(plan)
        held = plan.clinicians(self) * self.minutes_open(plan.calendar) / SESSION_MINUTES
        found: np.ndarray = np.multiply(held, plan.open(self.capacity, self.pattern))
        return found

    def minutes_open(self, calendar: Calendar) -> np.ndarray:
        """(days,) minutes within its hours."""
        return self.by_day(lambda one: float(np.diff(opening_minutes(one.hours))[0]), calendar)

    def minutes(self, first: bool, called: str = "") -> float | None:
        return (self.priority[called].minutes if called else None) or self.visit_minutes

    # --- words ----------------------------------------------------------------------------------------------

    def pace_words(self) -> str:
        hours = self.hours if isinstance(self.hours, str) else "–".join(self.hours)
        return f"{self.visit_minutes:g} minutes, {hours}"

    def started_words(self, label: str, waited: str, after: str) -> str:
        return f"their turn at {label}{after}"

    def left_words(self, label: str, came: int, missed: int, after: str, over: bool) -> str | None:
        if came:
            return None
        return f"gave up waiting at {label}{after}; {'the episode is over' if over else 'sent on'}"
