"""A pathway as data: services with named rules, what happens while people wait, and how it is checked.

The settings of each *kind* of service live with the kind (`sim/engine/services/`); what every service has
in common is here. Rules are maps: first match wins, `otherwise` is always last whatever its place.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from sim.domain.calendar import Calendar
from sim.domain.quantities import Days, Money, Ratio, Share, Slots, Weeks, WholeDays
from sim.domain.settings import Settings
from sim.domain.words import WEEKDAYS

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
class Closed(Settings):
    """Days without clinics, from `first_day` to `last_day` (ISO, or month and day of every year; both included). Staff are paid all the same."""

    first_day: str
    last_day: str


@dataclass(frozen=True)
class CapacityFrom(Settings):
    """What takes the place of a service's capacity from an ISO `date` on: in the same way as it is given before."""

    date: str
    slots_per_day: Slots | None = None
    slots_per_week: Slots | None = None
    clinicians: Slots | None = None
    places: Slots | None = None
    staff: dict[str, Share] = field(default_factory=dict)


@dataclass(frozen=True)
class Capacity(Settings):
    """Where a service's time comes from: exactly one of these.

    `staff`: staff group -> share of its sessions, for every kind. Given directly: `slots_per_day` or `slots_per_week`
    (spread over the service's own open days) for clinics and groups, `clinicians` in the room for a drop-in,
    `places` for a caseload.

    `speed`: staff group -> visits in the time in which the service's minutes allow one (0.8: slower; 1 if absent).
    `later`: other shares, slots or places from a date on. `closed`: stretches of days without clinics.
    `rooms`: set of rooms (section `rooms`) -> the part of its sessions that this service may use, at most.
    """

    slots_per_day: Slots | None = None
    slots_per_week: Slots | None = None
    clinicians: Slots | None = None
    places: Slots | None = None
    staff: dict[str, Share] = field(default_factory=dict)
    speed: dict[str, Ratio] = field(default_factory=dict)
    later: dict[str, CapacityFrom] = field(default_factory=dict)
    closed: dict[str, Closed] = field(default_factory=dict)
    rooms: dict[str, Share] = field(default_factory=dict)


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
class ExtraClinic(Settings):
    """More `slots` for first visits, on one `date` (ISO, or a month and day of every year: `10-18`), or on every `weekdays`
    from `first_day` to `last_day` (both included) that is no bank holiday, each week or `every_weeks`; with `waited_over_weeks` only for those who waited so long.

    `cost_per_slot_gbp`: what it costs, used or not; its staff is not in the job plans.
    """

    slots: Slots
    date: str | None = None
    weekdays: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ()
    first_day: str | None = None
    last_day: str | None = None
    every_weeks: Annotated[int, Ge(1), Le(52)] = 1
    waited_over_weeks: Weeks = 0.0
    cost_per_slot_gbp: Money = 0.0

    def slots_by_day(self, calendar: Calendar, scale: float = 1.0) -> dict[int, int]:
        """Day on which it is held -> whole slots. What a part of a place has less than a slot of adds up from one to the next."""
        days = self.days(calendar)
        until_then = [int(count * self.slots * scale + 1e-9) for count in range(len(days) + 1)]
        return {day: until_then[i + 1] - until_then[i] for i, day in enumerate(days)}

    def days(self, calendar: Calendar) -> list[int]:
        """The simulated days on which it is held. `ValueError` if a date cannot be read."""
        if self.date is not None:
            return calendar.days_of(self.date)
        days = np.flatnonzero(calendar.period(self.first_day, self.last_day))
        days = days[np.isin(calendar.weekday[days], [WEEKDAYS.index(name) for name in self.weekdays])]
        week = (days + calendar.start.weekday()) // 7
        return [day for day in days[(week - week[:1]) % self.every_weeks == 0].tolist() if not calendar.holiday[day]]


@dataclass(frozen=True)
class Recovery(Settings):
    """Natural recovery, one latent time an episode, from the day of presentation, for the needs named."""

    share_within_6_weeks: dict[str, Share] = field(default_factory=dict)
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class PrivateExit(Settings):
    """Going private while waiting: share within ten weeks of waiting, by IMD quintile word."""

    share_within_10_weeks: dict[str, Share] = field(default_factory=dict)


@dataclass(frozen=True)
class GpContact(Settings):
    """Asking the GP again while waiting on a list with `recontacts_gp`: `per_month_waited` visits to the clinic `service`.

    A side contact: it takes a follow-up slot there and moves nobody.
    """

    per_month_waited: Annotated[float, Ge(0), Le(30)] = 0.0
    service: str = "gp"


@dataclass(frozen=True)
class Worsening(Settings):
    """Need that rises while waiting on a list with `worsens`: one latent time an episode, counted in time waited.

    `share_within_26_weeks`: word of onset -> share whose need has risen after so much waiting; `to`: need -> the need
    that it becomes (needs not named stay).
    """

    share_within_26_weeks: dict[str, Share] = field(default_factory=dict)
    to: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WhileWaiting(Settings):
    """What may happen to people on the lists of a pathway; each is off when empty or zero."""

    recovery: Recovery = field(default_factory=Recovery)
    private_exit: PrivateExit = field(default_factory=PrivateExit)
    gp_contact: GpContact = field(default_factory=GpContact)
    worsening: Worsening = field(default_factory=Worsening)


@dataclass(frozen=True)
class Recurrence(Settings):
    """Coming back with the same problem as a new episode: `share` of those resolved, after `mean_days`.

    `ratio_after`: service -> how much less likely (below 1) for those who have gone through it in the episode.
    """

    share: Share = 0.0
    mean_days: Days = 180.0
    ratio_after: dict[str, Share] = field(default_factory=dict)


@dataclass(frozen=True)
class Prevention(Settings):
    """New episodes that do not happen: `share_per_year` more of them each year from day 0, up to `at_most`."""

    share_per_year: Share = 0.0
    at_most: Share = 1.0


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
    care: Literal["none", "self_management", "group_programme", "physiotherapy", "specialist", "rheumatology", "surgery", "urgent"] = "none"
    clinician: Literal["gp", "fcp", "physiotherapist", "consultant", "advanced_practitioner", "support_worker", "radiographer", "none"] = "none"
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

