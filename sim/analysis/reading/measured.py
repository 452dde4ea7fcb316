"""What is kept of a replication, whoever counted it: frozen, and small enough to send between processes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Kpi(NamedTuple):
    """An indicator of a group of people, or of a service."""

    kpi: str
    group: str
    value: float
    unit: str


class Waits(NamedTuple):
    """A statistic of a service's waits, of a group of people."""

    service: str
    statistic: str
    group: str
    value: float


class Flow(NamedTuple):
    """People who went from one service to another within the window."""

    origin: str
    to: str
    people: int


class Batch(NamedTuple):
    """Mean number of people who wait for a service over five days, of which `day` is the first."""

    service: str
    day: int
    waiting: float


class ServiceLoad(NamedTuple):
    """What a service would be asked for in a week if there were room for everybody, over what it can do."""

    scenario: str
    service: str
    label: str
    capacity_a_week: float
    load_a_week: float
    load_share: float
    verdict: str


class FollowUpLoad(NamedTuple):
    """Of what is asked of a service the share that is follow-ups', and the share that they have before people who come
    for a first visit."""

    label: str
    asked_share: float
    kept_share: float


@dataclass(frozen=True, eq=False)
class LinearPieces:
    """What QALYs and money are linear in, per 1,000 residents a year: `loss`, `gain` (needs,);
    `cost`: dotted path of a price -> pounds."""

    loss: np.ndarray
    gain: np.ndarray
    cost: dict[str, float]


@dataclass(frozen=True, eq=False)
class Measures:
    """One replication of one scenario. `lists`, `overdue`: (month ends, services, bands) people waiting, and people
    whose follow-up is overdue; `activity`: (month ends, services, ACTIVITY) what was done in each month;
    `warm_up`: how the lists fill, None where there is no warm-up; `pairs`:
    each patient's own days, None where nobody asked."""

    kpis: tuple[Kpi, ...]
    waits: tuple[Waits, ...]
    lists: np.ndarray
    overdue: np.ndarray
    activity: np.ndarray
    flows: tuple[Flow, ...]
    economics: LinearPieces
    warm_up: tuple[Batch, ...] | None = None
    pairs: dict[str, np.ndarray] | None = None

    def values(self, kpis: Iterable[str] | None = None) -> dict[tuple[str, str], float]:
        """(kpi, group) -> value, of all indicators or of those named."""
        return {(one.kpi, one.group): one.value for one in self.kpis if kpis is None or one.kpi in kpis}
