"""Rooms and group spaces: a second limit on sessions, beside staff."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from sim.domain.quantities import Money, Slots
from sim.domain.settings import Settings


@dataclass(frozen=True)
class Rooms(Settings):
    """A set of alike rooms. Each holds one session of one clinician (or one group) at a time,
    `sessions_a_day` on every day.

    `cost_per_session_gbp`: for each session held in one; leave it at 0 where the hourly cost of staff has the
    building in it.
    """

    rooms: Slots
    label: str = ""
    sessions_a_day: Annotated[float, Ge(0), Le(12)] = 2.0
    cost_per_session_gbp: Money = 0.0
