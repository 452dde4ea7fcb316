"""Kind `caseload`: a place held for the whole stay, with contacts at set times and when somebody asks."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le

from sim.domain.pathway.capacity import Capacity, OpenDays
from sim.domain.pathway.kinds.kind import PriorityClass, ServiceSettings
from sim.domain.quantities import Days, Share, WholeDays


@dataclass(frozen=True)
class CaseloadSettings(ServiceSettings):
    """Settings of a caseload: people are taken on in order as places fall free, and keep their place for a stay.

    Places are whole: with staff the WTE given x `places_per_wte`, times `place.scale`, rounded down; leave and sickness
    empty none. A stay has a mean of `stay_days`: `fixed` is rounded to whole days, `geometric` ends each day with
    chance 1 / stay_days. Being taken on is the first contact. Later ones are set reviews, for everybody, each
    `contact_every_days` within the stay, or asked for, at each person's own random times; 0: none. A missed one is not
    booked again. `contact_missed_share` is that of IMD quintile 3, face to face; `remote_share` of the contacts of
    people who are online are by telephone or video, and those are missed `remote_missed_ratio` times as often.
    """

    capacity: Capacity = field(default_factory=Capacity)
    places_per_wte: Annotated[float, Gt(0), Le(10_000)] | None = None
    open_days: OpenDays = "working_days"
    earliest_notice_days: WholeDays = 0
    priority: dict[str, PriorityClass] = field(default_factory=dict)
    stay_days: Days = 0.0
    stay_spread: Literal["fixed", "geometric"] = "geometric"
    contact_every_days: WholeDays = 0
    contacts_a_month_when_needed: Annotated[float, Ge(0), Le(1_000)] = 0.0
    contact_missed_share: Share = 0.0
    most_to_least_deprived_ratio: Annotated[float, Ge(0.01), Le(100)] = 1.0
    remote_share: Share = 0.0
    remote_missed_ratio: Annotated[float, Ge(0), Le(100)] = 1.0
