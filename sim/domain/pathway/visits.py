"""What becomes of visits: missed, cancelled, followed up, asked for by the patient, put off for a test,
and taken from a list."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le

from sim.domain.pathway.rules import FactWord
from sim.domain.quantities import Share, Weeks, WholeDays
from sim.domain.settings import Settings


@dataclass(frozen=True)
class Missed(Settings):
    """Did-not-attends. Shares of all visits attended or missed of those who present, as published; both effects are of
    the pathway.

    `share_per_week_waited` adds to the share for each week waited beyond `at_weeks_waited`, the wait at which
    `new_share` was found, and takes from it for each week less; `discharged_share`: share of misses that end the
    referral (the patient goes by `after_missing`, or is removed); the others are booked again at the back.
    `discharged_after_misses`: only from this miss of a referral on. `interpreter_ratio` and `offline_ratio`: how many
    times as often people miss who need an interpreter, and who are not online; for who is both they are multiplied.
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


@dataclass(frozen=True)
class FollowUps(Settings):
    """A course after the first visit: `mean_visits` (fixed, Poisson or geometric), `interval_days` apart."""

    mean_visits: Annotated[float, Ge(0), Le(200)] = 0.0
    spread: Literal["fixed", "poisson", "geometric"] = "poisson"
    interval_days: WholeDays = 21


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
