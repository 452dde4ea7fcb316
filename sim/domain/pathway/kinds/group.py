"""Kind `group`: cohorts that start together (or fill as seats fall free), with sessions for some weeks."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le

from sim.domain.pathway.capacity import Capacity, Weekday
from sim.domain.pathway.kinds.kind import PriorityClass, ServiceSettings
from sim.domain.pathway.rules import Rules
from sim.domain.quantities import Minutes, Positive, Share, Weeks, WholeDays


@dataclass(frozen=True)
class GroupSettings(ServiceSettings):
    """Settings of a group programme.

    A cohort starts on the first of `session_days` in a week, once `min_size` people wait (or once somebody has
    waited `start_after_weeks` and `least_size` are there) and there is room: staff time for `session_minutes` a
    session of everyone in `capacity.staff` together, and at most `rooms` cohorts at once. `supervision`: staff group ->
    the part of each session for which it must be there, if not the whole (a registrant over several support workers).
    `entry: rolling` also fills seats that are free in running cohorts; each person still has `sessions` of their own.
    """

    capacity: Capacity = field(default_factory=Capacity)
    min_size: Positive = 8
    max_size: Positive = 12
    least_size: Positive = 4
    start_after_weeks: Weeks = 5200.0
    sessions: Positive = 12
    session_days: tuple[Weekday, ...] = ("tue", "thu")
    session_minutes: Minutes = 70.0
    supervision: dict[str, Share] = field(default_factory=dict)
    rooms: Annotated[int, Ge(0), Le(1_000_000)] = 1_000_000
    entry: Literal["closed", "rolling"] = "closed"
    earliest_notice_days: WholeDays = 0
    priority: dict[str, PriorityClass] = field(default_factory=dict)
    attendance_share: Share = 1.0
    drop_out_share_per_session: Share = 0.0
    completed_at_share: Share = 0.75
    after_dropping_out: Rules = field(default_factory=dict)
