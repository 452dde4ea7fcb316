"""What may befall people on the lists of a pathway: of each cause its rate on each list, by person where it differs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.domain.by_weeks import DAYS
from sim.domain.calendar import DAYS_A_YEAR
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.words import DETAIL, NEEDS

if TYPE_CHECKING:
    from sim.engine.exits import Exits

MONTH = DAYS_A_YEAR / 12
REMOVED, WORSENED, ASKS_GP = DETAIL["other"], DETAIL[f"worsened_to_{NEEDS[0]}"], DETAIL["side_contact"]
SURE = 0.999999
"""A share of 1 a week is as good as this."""


@dataclass(frozen=True)
class Cause:
    """Something that adds up while people wait.

    `detail`: its word in the log; `left` (patients,): what is left of everybody's threshold; `here` (services,) bool:
    the lists on which it adds up; `rate` a day and `mean` days to a threshold of 1, either by list (services,) or by
    person (patients,), as `by_person` says.
    """

    detail: int
    left: np.ndarray
    here: np.ndarray
    rate: np.ndarray
    mean: np.ndarray
    by_person: bool

    def days_left(self, rows: np.ndarray, codes: np.ndarray) -> np.ndarray:
        """(n,) days until it befalls people who wait on at the lists `codes` (n,)."""
        found: np.ndarray = self.left[rows] * self.mean[rows if self.by_person else codes]
        return found

    def take_off(self, rows: np.ndarray, codes: np.ndarray, days: np.ndarray) -> None:
        """People have waited so many `days` (n,) at the lists `codes` (n,)."""
        rate = self.rate[rows if self.by_person else codes]
        self.left[rows] = np.maximum(self.left[rows] - rate * days, 0)


def by_person(detail: int, left: np.ndarray, here: Iterable[bool], rate: np.ndarray, mean: np.ndarray) -> Cause:
    """A cause whose `rate` (patients,) is each person's own."""
    return Cause(detail, left, np.array([*here]), rate, mean, True)


def by_list(detail: int, left: np.ndarray, rates: np.ndarray) -> Cause:
    """A cause with the same rate for everybody on a list: `rates` (services,), 0 where it does not add up."""
    rates = rates.astype(np.float32)
    with np.errstate(divide="ignore"):
        return Cause(detail, left, rates > 0, rates, 1 / rates, False)


def removal_rates(services: Iterable[ServiceSettings]) -> np.ndarray:
    """(services,) rate a day at which people are taken off each list, whatever they have waited."""
    shares = [service.removed_share_per_week_waited for service in services]
    found: np.ndarray = np.array([-np.log1p(-min(share, SURE)) / DAYS for share in shares])
    return found


def causes_on(exits: "Exits", services: list[ServiceSettings]) -> Iterator[Cause]:
    """In the order in which one goes before another on the same day."""
    if exits.private_rate is not None:
        here = (one.private_exit for one in services)
        left = exits.threshold("private")
        yield by_person(DETAIL["private"], left, here, exits.private_rate, exits.private_mean)
    if (rates := removal_rates(services)).any():
        yield by_list(REMOVED, exits.threshold("other"), rates)
    if exits.worsening is not None:
        here, mean = (one.worsens for one in services), 1 / np.maximum(exits.worsening, np.float32(1e-12))
        yield by_person(WORSENED, exits.threshold("worsening"), here, exits.worsening, mean)
    if exits.gp_contacts > 0:
        rates = np.array([exits.gp_contacts / MONTH if one.recontacts_gp else 0.0 for one in services])
        yield by_list(ASKS_GP, exits.threshold("gp_contact"), rates)


def repeated(noted: Sequence[tuple[Any, ...]]) -> tuple[np.ndarray, np.ndarray]:
    """(n,) list and (n,) day of each person, from notes that end with them."""
    people = [len(one[0]) for one in noted]
    return (
        np.repeat(np.array([one[-2] for one in noted], np.int32), people),
        np.repeat(np.array([one[-1] for one in noted], np.int32), people),
    )
