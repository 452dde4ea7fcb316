"""Sessions of each staff group, day by day: planned, lost on the way and why, delivered.

Planned are the sessions of the funded posts, on the days of the services that they are for. What is lost is taken off
in
one order, each reason from what the ones before it have left, so that planned + overtime - lost = delivered.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.kinds.with_capacity import WithCapacity
from sim.domain.staff.job_plan import JobPlan

LOST = (
    "not_in_job_plans",
    "bank_holidays",
    "closures",
    "vacancies",
    "training",
    "leave",
    "sickness",
    "supervision",
    "rooms",
)
"""Why a session is lost, in the order in which they are taken off."""


@dataclass(frozen=True)
class Sessions:
    """One staff group: (days,) sessions of the place as simulated. `lost`: word of LOST -> (days,)."""

    planned: np.ndarray
    overtime: np.ndarray
    lost: dict[str, np.ndarray]

    def delivered(self) -> np.ndarray:
        """(days,) sessions that services could use."""
        found: np.ndarray = np.subtract(self.planned + self.overtime, sum(self.lost.values()))
        return found


def sessions_of(plan: JobPlan, services: Mapping[str, ServiceSettings]) -> dict[str, Sessions]:
    """group -> its sessions; `services` are those of the pathway."""
    return {name: _of_group(name, plan, services) for name in plan.roster}


def _of_group(name: str, plan: JobPlan, services: Mapping[str, ServiceSettings]) -> Sessions:
    staff, calendar = plan.roster[name], plan.calendar
    size = calendar.horizon
    planned, overtime, shared = np.zeros(size), np.zeros(size), np.zeros(size)
    lost = {reason: np.zeros(size) for reason in LOST}
    for service in services.values():
        if not isinstance(service, WithCapacity) or (share := plan.shares(service.capacity).get(name)) is None:
            continue
        capacity = service.capacity
        shared += share
        pattern = service.pattern
        due = calendar.on_pattern(pattern) / calendar.days_a_week(pattern) * share * plan.scale
        rooms = service.roomed(plan)
        open_days, not_holiday = plan.open(capacity, pattern), calendar.open_days(pattern)
        left = staff.funded * staff.group.sessions_a_week * due
        planned += left
        steps = {
            "bank_holidays": not_holiday,
            "closures": np.where(not_holiday, open_days, 1.0),
            "vacancies": _part(staff.in_post, staff.funded),
            "training": _part(staff.in_post - staff.training, staff.in_post),
            "leave": 1 - staff.leave,
            "sickness": 1 - staff.sickness,
            "supervision": _part(
                np.maximum(staff.contracted_a_week() - staff.supervising, 0.0), staff.contracted_a_week()
            ),
            "rooms": rooms,
        }
        for reason, kept in steps.items():
            lost[reason] += left * (1 - kept)
            left = left * kept
        more = staff.overtime * due * open_days
        overtime += more
        lost["rooms"] += more * (1 - rooms)
    spare = (
        staff.funded
        * staff.group.sessions_a_week
        * np.maximum(1 - shared, 0.0)
        * calendar.on_pattern("working_days")
        / 5
        * plan.scale
    )
    spare[shared > 1 - 1e-9] = 0.0
    lost["not_in_job_plans"] += spare
    return Sessions(planned + spare, overtime, lost)


def _part(left: np.ndarray, whole: np.ndarray) -> np.ndarray:
    part: np.ndarray = np.divide(left, whole, out=np.ones(len(whole)), where=whole > 0)
    return part
