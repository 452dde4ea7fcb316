"""What a clinic's settings ask for, from rates: chances of being called and shares removed, by weeks waited."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.flows.month import ListMonth, banded
from sim.analysis.flows.rates import DAYS_A_WEEK, Fit, Rates

FEWEST = 25
"""People who must wait in a step, in the mean of the months, for it to have a rate of its own."""
WITHIN = (2.5, 97.5)


@dataclass(frozen=True)
class Chances:
    """By `weeks` waited from which each holds, all (steps,): people waiting in the mean of the months; the chance of
    being called, in which 1 is the mean of everybody on the list; the share removed a week."""

    weeks: np.ndarray
    people: np.ndarray
    called: np.ndarray
    removed: np.ndarray

    @classmethod
    def of(cls, rates: Rates, people: np.ndarray, working: float) -> "Chances":
        """`working`: working days a day."""
        mean = (rates.stops @ people) / people.sum()
        removed = -np.expm1(-rates.removals * working * DAYS_A_WEEK)
        return cls(rates.weeks, people, rates.stops / mean, removed)


def enough(months: Sequence[ListMonth], weeks: Sequence[float], fewest: float = FEWEST) -> tuple[float, ...]:
    """Those of `weeks` at which a step begins in which enough people wait; the others are left out, from the longest
    waits downwards, so that theirs are people of the step before."""
    kept = list(weeks)
    for place in range(len(kept) - 1, 0, -1):
        edges = np.array(kept) * DAYS_A_WEEK
        people = np.mean([_by_step(month, edges) for month in months], axis=0)
        if people[place] < fewest:
            del kept[place]
    return tuple(kept)


def people_by_step(fit: Fit) -> np.ndarray:
    """(steps,) people waiting in each step, in the mean of the months."""
    return np.mean([banded(by_day, fit.steps) for by_day in fit.lists], axis=0)


def working_a_day(months: Sequence[ListMonth]) -> float:
    """Working days a day."""
    return float(np.concatenate([month.working for month in months]).mean())


def drawn_again(fit: Fit, draws: int, seed: int) -> list[Rates]:
    """The rates of as many draws of the months with replacement: how far they would move if other months had been."""
    generator = np.random.default_rng(seed)
    months = len(fit)
    return [fit.rates(np.bincount(generator.integers(months, size=months), minlength=months)) for _ in range(draws)]


def span(values: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """(low, high) of 95% of the draws, each of the shape of one."""
    low, high = np.percentile(np.array(values), WITHIN, axis=0)
    return low, high


def _by_step(month: ListMonth, edges: np.ndarray) -> np.ndarray:
    """(steps,) people of a month's bands, each counted in the step in which it begins."""
    step = np.maximum(edges.searchsorted(month.edges + 1e-9, "right") - 1, 0)
    return np.bincount(step, weights=month.waiting, minlength=len(edges))
