"""Who of a list is called next: who came first, who has most points, or by chance that goes with the time waited."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from sim.domain.faults import Fault
from sim.domain.pathway.kinds.priority import PriorityClass

CallOrder = Literal["first_come", "points", "by_weeks_waited"]
ByWeeks = dict[str, Annotated[float, Ge(0), Le(1_000_000)]]
"""Weeks waited from which it holds -> a number; the least is "0"."""

DAYS = 7


@dataclass(frozen=True)
class Steps:
    """A number that goes with the days waited: `values` (k,) from each of `days` (k,) on, the first of which is 0."""

    days: np.ndarray
    values: np.ndarray

    @classmethod
    def of(cls, by_weeks: Mapping[str, float]) -> "Steps":
        in_order = sorted((float(weeks), value) for weeks, value in by_weeks.items())
        return cls(np.array([weeks * DAYS for weeks, _ in in_order]), np.array([value for _, value in in_order]))

    def at(self, days: np.ndarray) -> np.ndarray:
        """(n,) for people who have waited so many days (n,)."""
        found: np.ndarray = self.values[np.maximum(self.days.searchsorted(days, "right") - 1, 0)]
        return found


def faults_of_steps(where: str, by_weeks: Mapping[str, float]) -> Iterator[Fault]:
    """What is wrong with numbers by weeks waited."""
    weeks = {word: _weeks(word) for word in by_weeks}
    for word, one in weeks.items():
        if one is None:
            yield Fault(f"{where}.{word}", "is no number of weeks", 'weeks waited from which it holds, as "0" or "18"')
    numbers = [one for one in weeks.values() if one is not None]
    if by_weeks and None not in weeks.values():
        if min(numbers) != 0:
            yield Fault(where, "does not begin at 0 weeks", 'a number for "0" too')
        if len(set(numbers)) < len(numbers):
            yield Fault(where, "names a number of weeks twice", "each once")


def _weeks(word: str) -> float | None:
    try:
        found = float(word)
    except ValueError:
        return None
    return found if 0 <= found <= 5_200 else None


def faults_of_order(
    where: str, order: CallOrder | None, chances: ByWeeks, classes: Mapping[str, PriorityClass]
) -> Iterator[Fault]:
    """What is wrong with the order in which a clinic calls people."""
    key = f"{where}.called_by_weeks_waited"
    if order == "by_weeks_waited":
        if not chances:
            yield Fault(key, "is missing", 'relative chances of being called, as {"0": 3, "4": 1}')
        elif not any(chances.values()):
            yield Fault(key, "calls nobody", "a chance above 0")
    elif chances:
        yield Fault(key, "says nothing: the order is another", "order: by_weeks_waited, or leave it out")
    yield from faults_of_steps(key, chances)
    pointed = any(one.points_per_week for one in classes.values())
    if order == "points" and not pointed:
        yield Fault(f"{where}.order", "is by points, and no class has points_per_week", "points_per_week in a class")
    if order in ("first_come", "by_weeks_waited") and pointed:
        yield Fault(f"{where}.order", "is not by points, and a class has points_per_week", "points, or leave them out")
    early = [label for label, one in classes.items() if one.slots_released_days_before]
    if order == "by_weeks_waited" and early:
        yield Fault(
            f"{where}.priority.{early[0]}.slots_released_days_before",
            "has no meaning beside order: by_weeks_waited, which books nobody before the day",
            "0 (released on the day), or leave it out",
        )
