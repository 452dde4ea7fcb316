"""What becomes of visits: missed, cancelled, followed up, asked for by the patient, put off for a test,
and taken from a list."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le

from sim.domain.faults import Fault
from sim.domain.pathway.rules import FactWord, While
from sim.domain.quantities import Share, Weeks, WholeDays
from sim.domain.settings import Settings


@dataclass(frozen=True)
class Missed(Settings):
    """Did-not-attends. Shares of all visits attended or missed of those who present, as published.

    `share_per_week_waited` adds to the share for each week waited beyond `at_weeks_waited`, the wait at which
    `new_share` was found, and takes from it for each week less; `discharged_share`: share of misses that end the
    referral (the patient goes by `after_missing`, or is removed); the others are booked again at the back.
    `discharged_after_misses`: only from this miss of a referral on. `interpreter_ratio` and `offline_ratio`: how many
    times as often people miss who need an interpreter, and who are not online; for who is both they are multiplied.
    These two are what this pathway does for or to them: others miss as often as before, and the whole moves.
    `most_to_least_deprived_ratio` divides the whole as published.
    """

    new_share: Share = 0.0
    follow_up_share: Share = 0.0
    share_per_week_waited: Share = 0.0
    at_weeks_waited: Weeks = 0.0
    discharged_share: Share = 0.0
    most_to_least_deprived_ratio: Annotated[float, Ge(0.01), Le(100)] = 1.0
    interpreter_ratio: Annotated[float, Ge(0.01), Le(100)] = 1.0
    offline_ratio: Annotated[float, Ge(0.01), Le(100)] = 1.0
    discharged_after_misses: Annotated[int, Ge(1), Le(100)] = 1


@dataclass(frozen=True)
class Cancelled(Settings):
    """Late cancellations: `share` of booked visits; `refilled_share`: share of those slots given to the next in
    line."""

    share: Share = 0.0
    refilled_share: Share = 0.0


Visits = Annotated[float, Ge(0), Le(200)]
CourseSpread = Literal["fixed", "poisson", "geometric"]


@dataclass(frozen=True)
class FollowUpsWhile(Settings):
    """Another course `only_while` a condition holds; what is not said is as at other times."""

    only_while: While
    mean_visits: Visits | None = None
    spread: CourseSpread | None = None
    interval_days: WholeDays | None = None

    def said(self) -> dict[str, Any]:
        """Key -> value of what it changes."""
        given = {key: getattr(self, key) for key in ("mean_visits", "spread", "interval_days")}
        return {key: value for key, value in given.items() if value is not None}


@dataclass(frozen=True)
class FollowUps(Settings):
    """A course after the first visit: `mean_visits` (fixed, Poisson or geometric), `interval_days` apart.

    `instead`: other courses while a list is long; the first whose condition holds when a course begins says its
    length, and the first whose condition holds when a visit is booked says how far ahead.
    """

    mean_visits: Visits = 0.0
    spread: CourseSpread = "poisson"
    interval_days: WholeDays = 21
    instead: dict[str, FollowUpsWhile] = field(default_factory=dict)

    @property
    def ever(self) -> bool:
        """Whether a course may have a visit."""
        return self.mean_visits > 0 or any((one.mean_visits or 0) > 0 for one in self.instead.values())

    def alternative(self, label: str) -> "FollowUps":
        """The course while the condition of one of `instead` holds."""
        given: dict[str, Any] = {"instead": {}} | self.instead[label].said()
        return replace(self, **given)

    def conditions(self, where: str) -> dict[str, While]:
        """Key, below `where`, -> condition that is asked."""
        return {f"{where}.instead.{label}.only_while": one.only_while for label, one in self.instead.items()}

    def faults(self, where: str) -> Iterator[Fault]:
        """Alternatives that are none."""
        for label in self.instead:
            if self.alternative(label) == replace(self, instead={}):
                yield Fault(
                    f"{where}.instead.{label}",
                    "changes nothing: so it is at other times",
                    "mean_visits, spread or interval_days other than those above, or leave it out",
                )


@dataclass(frozen=True)
class PatientInitiated(Settings):
    """PIFU: `share` of finished courses get an open door of `window_days`; `returning_share` of those use it once."""

    share: Share = 0.0
    returning_share: Share = 0.0
    window_days: WholeDays = 91


@dataclass(frozen=True)
class Order(Settings):
    """A test ordered at a first visit: `share` of people (by `when`) go to `service` and come back as a follow-up."""

    service: str
    share: Share
    when: dict[str, FactWord] = field(default_factory=dict)


@dataclass(frozen=True)
class TakesFrom(Settings):
    """A clinic that works down another service's list: time that its own people leave free goes to those who have
    waited `waited_over_weeks` on the list of `service` (and fit `when`), longest first, each called once.
    """

    service: str
    waited_over_weeks: Weeks = 0.0
    when: dict[str, FactWord] = field(default_factory=dict)
