"""What every kind of service has in common."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le

from sim.domain.pathway.rules import FactWord, Rules
from sim.domain.quantities import Share, WholeDays
from sim.domain.settings import Settings


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
