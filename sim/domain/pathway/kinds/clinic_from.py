"""Settings of a clinic that change on a date."""

from dataclasses import dataclass

from sim.domain.lengths import LengthRange, Spread, Variation
from sim.domain.pathway.call_order import CallOrder, Chances
from sim.domain.pathway.kinds.priority import PriorityClass
from sim.domain.pathway.kinds.settings_from import OpenFrom
from sim.domain.pathway.visits import Cancelled, FollowUps, Missed, Order, PatientInitiated, TakesFrom
from sim.domain.quantities import Minutes, Share, WholeDays


@dataclass(frozen=True)
class ClinicFrom(OpenFrom):
    """Of a clinic. People keep their place on its list; where classes change by the time they have waited."""

    new_minutes: Minutes | None = None
    follow_up_minutes: Minutes | None = None
    spread: Spread | None = None
    length_cv: Variation | None = None
    length_range: LengthRange | None = None
    length_shares: dict[str, Share] | None = None
    follow_ups_first_share: Share | None = None
    ring_fenced: bool | None = None
    earliest_notice_days: WholeDays | None = None
    order: CallOrder | None = None
    called_by_weeks_waited: Chances | None = None
    priority: dict[str, PriorityClass] | None = None
    follow_ups: FollowUps | None = None
    missed: Missed | None = None
    cancelled: Cancelled | None = None
    patient_initiated: PatientInitiated | None = None
    orders: dict[str, Order] | None = None
    takes_from: TakesFrom | None = None
