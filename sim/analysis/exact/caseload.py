"""Caseloads: c places, each held for a whole stay, and a list beside them. People join at `rate` a day, Poisson.

A day: stays that are over free their places, people join, and the places are filled from the list. With N people on
the caseload and its list in the evening, N - c of them (if more than none) wait.

Geometric stays (each day ends one with chance p = 1/stay) make N a Markov chain: N' = N - Bin(min(N, c), p) + A.
With stays that grow and `rate` x stay the same, a day is ever less of a stay, and the chain becomes M/M/c.
Fixed stays of S days: all who held a place S days ago have left it, and nobody since, so N' = (N - c)+ + A of S days
(Crommelin 1932, for M/D/c): the daily list of `slots`, with c slots every S days.
"""

import numpy as np
from scipy.stats import binom

from sim.analysis.exact.chain import (
    EDGE,
    Matrix,
    Pmf,
    cut,
    first_size,
    joining,
    mean_of,
    mean_path,
    poisson_pmf,
    served,
    settled,
)


def day(rate: float, places: int, stay: float, size: int) -> Matrix:
    """(size, size) matrix of N' = N - Bin(min(N, c), 1 / stay) + Poisson(rate)."""
    before = np.arange(size)
    leaving = np.zeros((size, size))
    for gone in range(min(places, size - 1) + 1):
        leaving[before, before - np.minimum(gone, before)] += binom.pmf(gone, np.minimum(before, places), 1.0 / stay)
    return cut(leaving @ joining(rate, size), size)


def people(rate: float, places: int, stay: float) -> Pmf:
    """(n,) settled chance of 0, 1, ... people on the caseload and its list in the evening; geometric stays."""
    return settled(lambda size: day(rate, places, stay, size), _size(rate, places, stay))


def mean_list(rate: float, places: int, stay: float) -> float:
    """Settled mean of those on the list in the evening."""
    return mean_of(people(rate, places, stay)[places:])


def mean_wait(rate: float, places: int, stay: float) -> float:
    """Settled mean days from joining to being taken on (Little)."""
    return mean_list(rate, places, stay) / rate


def full_share(rate: float, places: int, stay: float) -> float:
    """Settled share of evenings with every place held."""
    return float(people(rate, places, stay)[places:].sum())


def paths(rate: float, places: int, stay: float, days: int, start: int = 0) -> tuple[Pmf, Pmf]:
    """((days,), (days,)) mean places held and mean list on evenings 0, 1, ...
    when `start` people were there before day 0.

    Who leaves on a day is 1 / stay of the places held before it, so the means of N alone say how many are held.
    """
    means = mean_path(lambda size: day(rate, places, stay, size), _size(rate, places, stay), days + 1, start)
    held = (means[:-1] + rate - means[1:]) * stay
    return held, means[:-1] - held


def fixed_mean_list_path(rate: float, places: int, stay: int, days: int) -> Pmf:
    """(days,) mean list on evenings 0, 1, ... from an empty caseload, stays of exactly `stay` days.

    Evening r + q x stay looks back q whole stays on evening r, and on r + 1 days' arrivals before those.
    """
    size, rounds = first_size(rate * stay, places), -(-days // stay)
    while True:
        step = joining(rate * stay, size)
        lists = np.stack([served(cut(poisson_pmf(rate * (r + 1))[None, :], size), places)[0] for r in range(stay)])
        means, edge = np.empty((rounds, stay)), 0.0
        for q in range(rounds):
            lists = cut(lists, size) if q == 0 else cut(served(lists @ step, places), size)
            means[q], edge = lists @ np.arange(size), max(edge, lists[:, -1].max())
        if edge < EDGE:
            return means.ravel()[:days]
        size *= 2


def reviews(stay: float, every: int) -> float:
    """Mean set reviews of a geometric stay, each `every` days after it began: sum of P(stay > k x every)."""
    lasts = (1.0 - 1.0 / stay) ** every
    return lasts / (1.0 - lasts)


def _size(rate: float, places: int, stay: float) -> int:
    """A size to begin with; raises ValueError where the list has no steady state."""
    if rate * stay >= places:
        raise ValueError(f"no steady state: {rate * stay:g} places needed, {places} there")
    return places + int(20 / (1 - rate * stay / places)) + 20
