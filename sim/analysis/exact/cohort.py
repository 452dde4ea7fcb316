"""Groups that start when enough people wait, and then take all who are in them at once. Rooms are never short.

The wait is the day the group starts less the day joined. People join at `rate` a day, Poisson.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc

from sim.analysis.exact.chain import Arrivals, Pmf, joining, mean_of, mean_path, pmf_of, settled, variance_of


def threshold_mean_list(size: int) -> float:
    """Mean list at the end of a day when a group starts the day that `size` wait: (n - 1) / 2.

    The list is (R + A) mod n, a random walk on a circle: every value is as likely.
    """
    return (size - 1) / 2.0


def threshold_mean_wait(rate: float, size: int) -> float:
    """Mean days waited for a group of exactly `size` that starts the day it is full: (n - 1) / (2 rate)."""
    return threshold_mean_list(size) / rate


def threshold_wait_pmf(rate: float, size: int, days: int) -> Pmf:
    """(days,) chance of a wait of 0, 1, ... days for a group of exactly `size` that starts the day it is full.

    A person needs r others after them, r uniform on 0..n-1, and joins at a uniform moment U of the day in the
    Poisson stream, so the wait is floor(U + Erlang(r, rate)):
    P(wait > k) = mean over r of the integral of P(Poisson(rate x) < r), x from k to k + 1.
    """
    edges = rate * np.arange(days + 1)
    # Integral of exp(-y) y^j / j! from 0 to x is gammainc(j + 1, x); r > j for n - 1 - j values of r.
    j = np.arange(size - 1)[:, None]
    area = ((size - 1 - j) * np.diff(gammainc(j + 1, edges[None, :]), axis=1)).sum(axis=0)
    over = area / (rate * size)
    return -np.diff(over, prepend=1.0)


@dataclass(frozen=True)
class Starts:
    """Groups on regular start days, settled. Lists in people at the end of a start day, waits in days."""

    list_pmf: Pmf
    mean_list: float
    mean_list_all_days: float
    mean_wait: float
    groups_a_start_day: float
    mean_size: float
    empty_seats: float


def started(waiting: int, smallest: int, largest: int, groups: int | None = None) -> tuple[int, int]:
    """(people, groups) that start with `waiting`: full groups first, then one smaller, none below `smallest`.

    `groups`: most groups a start day, None for no limit.
    """
    people = count = 0
    while waiting - people >= smallest and (groups is None or count < groups):
        people += min(waiting - people, largest)
        count += 1
    return people, count


def starts(arrivals: Arrivals, smallest: int, largest: int, every: int = 7, groups: int | None = None) -> Starts:
    """Groups of `smallest` to `largest` that start only every `every` days (7: one weekday; 1: any day).

    `arrivals`: people a day. Chain on the list after start days, W' = W + A - started(W + A), A of `every`
    days; people who join on the start day can start. List of all days: W + (every - 1) / 2 days' arrivals.
    """
    pmf, moves = _pmf_of_days(arrivals, every), _Moves(smallest, largest, groups)
    most = np.inf if groups is None else groups * largest
    mean = mean_of(pmf)
    if mean >= most:
        raise ValueError(f"no steady state: {mean:g} people a start day for {most:g} seats")
    tail = 0.0 if groups is None else 18 * variance_of(pmf) / (most - mean)
    lists = settled(lambda size: moves.matrix(pmf, size), smallest + 1 + int(tail))
    before = np.convolve(lists, pmf)
    counts = np.array([started(waiting, smallest, largest, groups)[1] for waiting in range(len(before))])
    rate, number, after = mean / every, float(before @ counts), mean_of(lists)
    overall = after + rate * (every - 1) / 2
    return Starts(lists, after, overall, overall / rate, number, mean / number, largest - mean / number)


def mean_list_path(
    arrivals: Arrivals, smallest: int, largest: int, starts: int, every: int = 7, groups: int | None = None
) -> Pmf:
    """(starts,) mean list after the first, second, ... start day, nobody waiting before; A of `every` days each."""
    pmf, moves = _pmf_of_days(arrivals, every), _Moves(smallest, largest, groups)
    size = smallest + 1
    if groups is not None:
        size += int(starts * max(mean_of(pmf) - groups * largest, 0) + 10 * (starts * variance_of(pmf)) ** 0.5)
    return mean_path(lambda states: moves.matrix(pmf, states), size, starts)


def _pmf_of_days(arrivals: Arrivals, days: int) -> Pmf:
    if np.ndim(arrivals) == 0:
        return pmf_of(float(arrivals) * days)
    pmf = np.ones(1)
    for _ in range(days):
        pmf = np.convolve(pmf, pmf_of(arrivals))
    return pmf


@dataclass(frozen=True)
class _Moves:
    smallest: int
    largest: int
    groups: int | None

    def matrix(self, pmf: Pmf, size: int) -> np.ndarray:
        """(size, size) matrix of the list after a start day."""
        joined = joining(pmf, size)
        before = range(joined.shape[1])
        after = [w - started(w, self.smallest, self.largest, self.groups)[0] for w in before]
        matrix = np.zeros((size, size))
        np.add.at(matrix.T, np.minimum(after, size - 1), joined.T)
        return matrix
