"""A list months ahead: by the rates at which people leave, or by the slots to which they are called."""

from collections.abc import Iterator, Sequence

import numpy as np

from sim.analysis.flows.month import ListMonth, banded
from sim.analysis.flows.passage import Passage
from sim.analysis.flows.rates import DAYS_A_WEEK, Rates
from sim.domain.by_weeks import Steps

ROUNDS = 60
CLOSE = 1e-9


def months_ahead(
    now: np.ndarray, months: Sequence[ListMonth], starts: Sequence[float], rates: Rates
) -> list[np.ndarray]:
    """(bands,) people at the end of each of `months`, of which only the working days and the edges are looked at, from
    those of `now` (days waited,); `starts` join in each."""
    by_day, found = now, []
    for month, come in zip(months, starts, strict=True):
        by_day = Passage.of(by_day, month, rates.weeks * DAYS_A_WEEK).stayed(come, rates.leaving)
        found.append(banded(by_day, month.edges))
    return found


def starts_ahead(months: Sequence[ListMonth], starts: Sequence[float], weights: np.ndarray) -> float:
    """Starts a working day, as they were in `months`, of which each counts by its weight."""
    a_day = np.array(starts) / [month.working.sum() for month in months]
    return float(np.average(a_day, weights=weights))


def called_days(
    by_day: np.ndarray, joins: np.ndarray, slots: np.ndarray, chances: Steps, removed: Steps
) -> Iterator[np.ndarray]:
    """(days waited,) people on the list at the end of each day, from those of (days waited,) the evening before.

    On each day `joins` (days,) come, people are removed (`removed`: the share a week by days waited), and `slots`
    (days,) are given out by `chances`, as they were on the first day of the week: as many of each wait as a weighted
    draw without replacement has in the mean of a long list.
    """
    waited = np.arange(len(by_day))
    stays = (1 - removed.at(np.maximum(waited - 1, 0))) ** (1 / DAYS_A_WEEK)
    for day, (come, given) in enumerate(zip(joins, slots, strict=True)):
        last = by_day[-1]
        by_day = np.concatenate([[0.0], by_day[:-1]])
        by_day[-1] += last
        by_day = by_day * stays
        by_day[0] += come
        weights = chances.at(np.maximum(waited - day % DAYS_A_WEEK, 0))
        by_day = by_day - _called(by_day, weights, given)
        yield by_day


def _called(people: np.ndarray, weights: np.ndarray, slots: float) -> np.ndarray:
    """(days waited,) how many of `people` are called to `slots`: the share 1 - exp(-time x weight) of each, with the
    time at which the slots are used up (Efraimidis and Spirakis 2006)."""
    with_chance = people * (weights > 0)
    if slots <= 0 or with_chance.sum() <= slots:
        return with_chance if slots > 0 else np.zeros_like(people)
    time = slots / (people @ weights)
    for _ in range(ROUNDS):
        gone = people * -np.expm1(-time * weights)
        short = slots - gone.sum()
        if abs(short) <= CLOSE * slots:
            break
        time += short / ((people - gone) @ weights)  # Newton from below on a concave curve: it never passes the root
    return people * -np.expm1(-time * weights)
