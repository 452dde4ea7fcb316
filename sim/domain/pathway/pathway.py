"""A pathway as data: services with named rules.

The settings of each *kind* of service live with the kind (`sim/engine/services/`); what every service has
in common is here. Rules are maps: first match wins, `otherwise` is always last whatever its place.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le

from sim.domain.pathway.while_waiting import Prevention, Recurrence, WhileWaiting
from sim.domain.quantities import Share, Weeks, WholeDays
from sim.domain.settings import Settings

FactWord = str | tuple[str, ...]


@dataclass(frozen=True)
class While(Settings):
    """A registered condition on the state of the system: `list_over` people or `wait_over_weeks` at `service`."""

    condition: Literal["list_over", "wait_over_weeks"]
    service: str
    threshold: Annotated[float, Ge(0), Le(100_000_000)]


@dataclass(frozen=True)
class Rule(Settings):
    """`when`: fact -> word or words (all must hold); `to`: place -> share (adds to 1).

    The place `next` passes a share on to the rules that follow. Rules are tried by `rank`, then as written.
    """

    to: dict[str, Share]
    when: dict[str, FactWord] = field(default_factory=dict)
    only_while: While | None = None
    rank: Annotated[int, Ge(-1000), Le(1000)] = 0


Rules = dict[str, Rule]


@dataclass(frozen=True)
class PriorityClass(Settings):
    """People whose facts match go into this class; classes are served in the order they are written.

    `earliest_notice_days`: the clinic's own if absent. `slots_share`: this class's own part of the slots for new people,
    which no other class may use (lists kept apart, such as anatomical ones); given to all classes or to none.

    With `points_per_week` on any class the order is by points instead: `points` + `points_per_week` x weeks waited.
    """

    when: dict[str, FactWord] = field(default_factory=dict)
    earliest_notice_days: WholeDays | None = None
    points: Annotated[float, Ge(-1e6), Le(1e6)] = 0.0
    points_per_week: Annotated[float, Ge(0), Le(1e6)] = 0.0
    slots_share: Share | None = None


@dataclass(frozen=True)
class UrgencyCall(Settings):
    """How one of those who read referrals sets their priority: they read `of_referrals` of them all.

    `share`: word of `impact` -> share of those referrals that this reader calls urgent.
    """

    of_referrals: Share
    share: dict[str, Share]


@dataclass(frozen=True)
class TakesFrom(Settings):
    """A clinic that works down another service's list: time that its own people leave free goes to those who have
    waited `waited_over_weeks` on the list of `service` (and fit `when`), longest first, each called once.
    """

    service: str
    waited_over_weeks: Weeks = 0.0
    when: dict[str, FactWord] = field(default_factory=dict)


@dataclass(frozen=True)
class Missed(Settings):
    """Did-not-attends. Shares for the middle IMD quintile and no wait; both effects are of the pathway.

    `share_per_week_waited` adds to the share for each week waited; `discharged_share`: share of misses that end the
    referral (the patient goes by `after_missing`, or is removed); the others are booked again at the back.
    `discharged_after_misses`: only from this miss of a referral on. `interpreter_ratio` and `offline_ratio`: how many
    times as often people miss who need an interpreter, and who are not online; for who is both they are multiplied.
    """

    new_share: Share = 0.0
    follow_up_share: Share = 0.0
    share_per_week_waited: Share = 0.0
    discharged_share: Share = 0.0
    most_to_least_deprived_ratio: Annotated[float, Ge(0.01), Le(100)] = 1.0
    interpreter_ratio: Annotated[float, Ge(0.01), Le(100)] = 1.0
    offline_ratio: Annotated[float, Ge(0.01), Le(100)] = 1.0
    discharged_after_misses: Annotated[int, Ge(1), Le(100)] = 1


@dataclass(frozen=True)
class Cancelled(Settings):
    """Late cancellations: `share` of booked visits; `refilled_share`: share of those slots given to the next in line."""

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
class ServiceSettings(Settings):
    """What every kind of service has. `label` is for people; the rest says what a visit counts as.

    `referrals_through`: a single point of access; people whom primary care refers here go there instead.
    `no_outcome`: arriving here from hospital means that the hospital had nothing to offer.
    `recovers`, `private_exit`, `recontacts_gp`, `worsens`: what may happen on this list, see `while_waiting`.
    `keeps_place`: people sent on from here join the next list as of the day on which they began to wait for what they
    came from, in that order. `calls_urgent`: whoever reads referrals here sets their priority, each reader in their own way.
    """

    kind: str
    label: str = ""
    setting: Literal["primary", "triage", "community", "hospital", "diagnostics", "home"] = "community"
    tier: Annotated[int, Ge(0), Le(9)] = 0
    care: Literal[
        "none", "self_management", "group_programme", "physiotherapy", "specialist", "rheumatology", "surgery", "urgent"
    ] = "none"
    clinician: Literal[
        "gp", "fcp", "physiotherapist", "consultant", "advanced_practitioner", "support_worker", "radiographer", "none"
    ] = "none"
    contact: bool = True
    rtt: Literal["none", "provisional", "clock", "treatment"] = "none"
    no_outcome: bool = False
    private_exit: bool = False
    recovers: bool = False
    recontacts_gp: bool = False
    worsens: bool = False
    removed_share_per_week_waited: Share = 0.0
    referrals_through: str | None = None
    keeps_place: bool = False
    calls_urgent: dict[str, UrgencyCall] = field(default_factory=dict)
    routes: Rules = field(default_factory=dict)


@dataclass(frozen=True)
class Pathway(Settings):
    """`entry`: rules for who presents; `services`: name -> settings of its kind.

    `access_is_wait_at`: the service whose wait people hear about; `demand.induced` presents when it is short enough.
    """

    services: dict[str, ServiceSettings]
    entry: Rules = field(default_factory=dict)
    while_waiting: WhileWaiting = field(default_factory=WhileWaiting)
    recurrence: Recurrence = field(default_factory=Recurrence)
    prevention: Prevention = field(default_factory=Prevention)
    access_is_wait_at: str | None = None
