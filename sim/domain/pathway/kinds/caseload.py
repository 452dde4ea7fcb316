"""Kind `caseload`: a place held for the whole stay, with contacts at set times and when somebody asks."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from annotated_types import Ge, Gt, Le

from sim.domain.calendar import DAYS_A_YEAR, Calendar
from sim.domain.faults import Fault
from sim.domain.lengths import LengthRange, Lengths, Spread, Variation
from sim.domain.numerals import few
from sim.domain.open_days import OpenDays, Pattern
from sim.domain.pathway.kinds.kind import Asked, UnitCost
from sim.domain.pathway.kinds.priority import PriorityClass, in_class_order
from sim.domain.pathway.kinds.settings_from import CaseloadFrom, by_date, days_later
from sim.domain.pathway.kinds.with_capacity import WithCapacity
from sim.domain.pathway.rules import Rules
from sim.domain.quantities import Days, Share, WholeDays

if TYPE_CHECKING:
    from sim.domain.staff.job_plan import JobPlan
    from sim.domain.staff.workforce import Workforce


@dataclass(frozen=True)
class CaseloadSettings(WithCapacity):
    """Settings of a caseload: people are taken on in order as places fall free, and keep their place for a stay.

    Places are whole: with staff the WTE given x `places_per_wte`, times `place.scale`, rounded down; leave and sickness
    empty none. A stay has a mean of `stay_days`: `fixed` is rounded to whole days, `geometric` ends each day with
    chance 1 / stay_days, others vary as visits do. Being taken on is the first contact. Later ones are set reviews, for
    everybody, each `contact_every_days` within the stay, or asked for, at each person's own random times; 0: none. A
    missed one is not booked again. `contact_missed_share` is that of IMD quintile 3, face to face; `remote_share` of
    the contacts of people who are online are by telephone or video, and those are missed `remote_missed_ratio` times as
    often.
    """

    places_per_wte: Annotated[float, Gt(0), Le(10_000)] | None = None
    open_days: OpenDays = "working_days"
    earliest_notice_days: WholeDays = 0
    priority: dict[str, PriorityClass] = field(default_factory=dict)
    stay_days: Days = 0.0
    stay_spread: Literal["fixed", "geometric", "lognormal", "gamma", "uniform", "triangular"] = "geometric"
    length_cv: Variation = 0.0
    length_range: LengthRange = ()
    length_shares: dict[str, Share] = field(default_factory=dict)
    contact_every_days: WholeDays = 0
    contacts_a_month_when_needed: Annotated[float, Ge(0), Le(1_000)] = 0.0
    contact_missed_share: Share = 0.0
    most_to_least_deprived_ratio: Annotated[float, Ge(0.01), Le(100)] = 1.0
    remote_share: Share = 0.0
    remote_missed_ratio: Annotated[float, Ge(0), Le(100)] = 1.0
    later: dict[str, CaseloadFrom] = field(default_factory=dict)

    starts: ClassVar[bool] = True
    in_course_at_start: ClassVar[bool] = True
    ways: ClassVar[tuple[str, ...]] = ("places",)

    def changes(self) -> dict[str, CaseloadFrom]:
        return self.later

    @property
    def pattern(self) -> Pattern:
        return by_date(self.open_days, self.later.values())

    def days_said(self) -> dict[str, OpenDays]:
        return {"open_days": self.open_days} | days_later(self.later)

    def classes(self) -> dict[str, PriorityClass]:
        return in_class_order(self.priority)

    @property
    def notice_days(self) -> int:
        return self.earliest_notice_days

    @property
    def lengths(self) -> Lengths:
        spread: Spread = "exponential" if self.stay_spread == "geometric" else self.stay_spread
        return Lengths(spread, self.length_cv, self.length_range, self.length_shares)

    @property
    def fixed_days(self) -> int:
        """Whole days of a stay that is always as long."""
        return max(round(self.stay_days), 1)

    def faults(self, where: str) -> Iterator[Fault]:
        """A stay, and places that come from one thing only."""
        if self.stay_days < 1:
            yield Fault(
                f"{where}.stay_days", "is missing, or less than a day", "how long a place is held, on average: 84"
            )
        elif not self.lengths.vary and self.contact_every_days >= self.fixed_days:
            yield Fault(
                f"{where}.contact_every_days",
                "is not within the stay, so no review is ever held",
                f"less than {self.fixed_days}, or 0 for none",
            )
        yield from self.lengths.faults(where, "stay_spread")
        if self.capacity.staff and self.places_per_wte is None:
            yield Fault(
                f"{where}.places_per_wte", "is missing", "how many people one WTE has on the caseload at a time"
            )
        if self.capacity.places is not None and self.places_per_wte is not None:
            yield Fault(
                f"{where}.places_per_wte",
                "says nothing where places are given directly",
                "null, or capacity.staff in place of capacity.places",
            )
        for label, one in self.priority.items():
            if one.slots_share is not None:
                yield Fault(
                    f"{where}.priority.{label}.slots_share",
                    "says nothing here: a caseload has places and no slots",
                    "null",
                )

    def no_rooms(self, staffed: bool) -> str:
        return "a caseload has places and no rooms"

    # --- room and money -------------------------------------------------------------------------------------

    @classmethod
    def stand_in(cls, kind: str, routes: Rules) -> Self:
        return replace(super().stand_in(kind, routes), stay_days=1.0)

    def load(self, asked: Asked, plan: "JobPlan", calendar: Calendar) -> tuple[float, float]:
        """Places at a time: people a day x days of a stay (Little)."""
        stay = self.mean_of(lambda one: one.stay_days if one.lengths.vary else one.fixed_days, calendar)
        return asked.started / 7 * stay, float((plan.places(self) + 1e-9).astype(int).mean())

    def staff_gbp(self, first: bool, hour: Mapping[str, float], mean: float, called: str = "") -> float:
        """Its staff are paid for by the day that a place is held, not by the contact."""
        return 0.0

    def held_gbp(self, workforce: "Workforce", days: int) -> float:
        shares = self.capacity.staff
        if not shares or self.places_per_wte is None:
            return 0.0
        places = sum(workforce[group].wte * share for group, share in shares.items()) * self.places_per_wte
        a_year = sum(workforce[group].cost_a_year() * share for group, share in shares.items())
        return a_year / DAYS_A_YEAR / places * days if places else 0.0

    def unit_costs(
        self, visit: Callable[[bool, str], float], held: Callable[[int], float], room: Callable[[float], float]
    ) -> Iterator[UnitCost]:
        yield UnitCost("day_on_caseload", math.nan, held(1), 0.0)

    # --- words ----------------------------------------------------------------------------------------------

    def pace_words(self) -> str:
        held = f"{'about ' if self.lengths.vary else ''}{self.stay_days:.0f} days"
        return f"{few(self.places_per_wte or 0.0)} places a WTE, {held}" if self.capacity.staff else f"held {held}"

    def seen_words(self, detail: str, number: int) -> str | None:
        return "first contact with {}" if detail == "new" else None
