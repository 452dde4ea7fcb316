"""What happens on the way and does something to a waiting-time clock: settings, with the national rules as they are."""

from dataclasses import dataclass, field
from typing import Literal

from sim.domain.settings import Settings

Going = Literal["runs_on", "restarts"]


@dataclass(frozen=True)
class ClockRules(Settings):
    """Of one kind of clock. Source: NHS England, referral to treatment consultant-led waiting times, rules suite.

    `missed_first_appointment`: who misses the first appointment after a referral and is booked again begins anew on
    that day (`restarts`: the rule), and again if that one is missed too, or waits on (`runs_on`); once one has been
    kept a miss does nothing. `cancelled`: the patient puts
    an appointment off (`runs_on`: the rule since 2015).
    """

    missed_first_appointment: Going = "restarts"
    cancelled: Going = "runs_on"


@dataclass(frozen=True)
class RttRules(ClockRules):
    """Of the consultant-led clock also: a move to a service of `rtt: monitoring` ends it (`stops`: the rule; what
    follows begins anew) or does not (`runs_on`); people sent to `rtt: another_provider` take it with them and bring it
    back as long as it is then (`carries`: the rule), or it ends there (`stops`).
    """

    active_monitoring: Literal["stops", "runs_on"] = "stops"
    another_provider: Literal["carries", "stops"] = "carries"


@dataclass(frozen=True)
class ClockSettings(Settings):
    """`rtt`: from referral to treatment; `community`: from a listing at a community service to being seen there, where
    rules for allied health professionals say of missed and cancelled appointments what those of RTT say."""

    rtt: RttRules = field(default_factory=RttRules)
    community: ClockRules = field(default_factory=ClockRules)
