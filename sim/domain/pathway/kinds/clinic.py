"""Kind `clinic`: slots on the clinic's own days, for new people in order and for follow-ups when due."""

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, Le

from sim.domain.pathway.capacity import Capacity, ExtraClinic, OpenDays
from sim.domain.pathway.kinds.kind import PriorityClass, ServiceSettings
from sim.domain.pathway.rules import Rules
from sim.domain.pathway.visits import Cancelled, FollowUps, Missed, Order, PatientInitiated, TakesFrom
from sim.domain.quantities import Minutes, Share, WholeDays


@dataclass(frozen=True)
class ClinicSettings(ServiceSettings):
    """Settings of a clinic. One visit is one slot of `new_minutes`, or of `follow_up_minutes` (the same if absent). Where slots are given directly, minutes do not matter.

    `follow_ups_first_share`: the part of a day that follow-ups may fill before new people (1: follow-ups always first);
    `takes_from`: another service's list that this clinic works down with the time that its own people leave free.
    `ring_fenced`: neither may use what the other leaves. `length_cv`: spread of the length of a visit (lognormal).
    """

    capacity: Capacity = field(default_factory=Capacity)
    open_days: OpenDays = "working_days"
    new_minutes: Minutes | None = None
    follow_up_minutes: Minutes | None = None
    length_cv: Annotated[float, Ge(0), Le(3)] = 0.0
    follow_ups_first_share: Share = 1.0
    ring_fenced: bool = False
    earliest_notice_days: WholeDays = 0
    priority: dict[str, PriorityClass] = field(default_factory=dict)
    follow_ups: FollowUps = field(default_factory=FollowUps)
    missed: Missed = field(default_factory=Missed)
    cancelled: Cancelled = field(default_factory=Cancelled)
    patient_initiated: PatientInitiated = field(default_factory=PatientInitiated)
    orders: dict[str, Order] = field(default_factory=dict)
    extra_clinics: dict[str, ExtraClinic] = field(default_factory=dict)
    takes_from: TakesFrom | None = None
    after_course: Rules = field(default_factory=dict)
    after_missing: Rules = field(default_factory=dict)
