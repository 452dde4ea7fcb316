"""Finite Markov chains on the number waiting: a day's transition matrix, its steady state, its means.

Lists are cut at a size where the chance of being there is below `EDGE`; the size doubles until it is.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom, poisson

Pmf = NDArray[np.float64]
Matrix = NDArray[np.float64]
Arrivals = float | Pmf
"""How many join a day: a number is a Poisson mean, an array (n,) the chance of 0, 1, .. n-1."""

EDGE = 1e-13
MAX_STATES = 8192


def poisson_pmf(mean: float) -> Pmf:
    """(n,) chance of 0, 1, ... n-1, cut where what is left is below 1e-20."""
    return poisson.pmf(np.arange(int(mean + 10 * mean**0.5 + 30) + 1), mean)


def fixed_pmf(number: int) -> Pmf:
    """The same `number` every day."""
    pmf = np.zeros(number + 1)
    pmf[number] = 1.0
    return pmf


def pmf_of(arrivals: Arrivals) -> Pmf:
    """The distribution of a day's arrivals (n,)."""
    return poisson_pmf(float(arrivals)) if np.ndim(arrivals) == 0 else np.asarray(arrivals, float)


def mean_of(pmf: ArrayLike) -> float:
    """Mean of a distribution on 0, 1, ..."""
    pmf = np.asarray(pmf, float)
    return float(np.arange(len(pmf)) @ pmf)


def variance_of(pmf: ArrayLike) -> float:
    """Variance of a distribution on 0, 1, ..."""
    pmf = np.asarray(pmf, float)
    return float(np.arange(len(pmf)) ** 2 @ pmf) - mean_of(pmf) ** 2


def quantile_of(pmf: ArrayLike, share: float) -> int:
    """Smallest n with P(N <= n) >= share."""
    return int(np.searchsorted(np.cumsum(pmf), share - 1e-12))


def batch_position(arrivals: Arrivals) -> Pmf:
    """(n,) chance that j people of the same day are ahead of a person: P(A > j) / E[A].

    The day of a person picked at random is size-biased, the place in it uniform (Burke 1975, Oper. Res. 23).
    """
    pmf = pmf_of(arrivals)
    return np.append(np.cumsum(pmf[:0:-1])[::-1], 0.0) / mean_of(pmf)


def thinning(size: int, stay: float) -> Matrix:
    """(size, size): of w people each stays with chance `stay`, independently."""
    people = np.arange(size)
    return binom.pmf(people[None, :], people[:, None], stay)


def joining(arrivals: Arrivals, size: int) -> Matrix:
    """(size, size + n - 1): a day's arrivals join w people."""
    pmf = pmf_of(arrivals)
    matrix = np.zeros((size, size + len(pmf) - 1))
    rows = np.arange(size)
    for number, chance in enumerate(pmf):
        matrix[rows, rows + number] = chance
    return matrix


def serving(slots: int, size: int, most: int, rebooked: float = 0.0) -> Matrix:
    """(most, size): of y people up to `slots` are given a slot and each is back on the list with chance `rebooked`.

    Whatever passes `size` is held at its last state.
    """
    people = np.arange(most)
    given = np.minimum(people, slots)
    matrix = np.zeros((most, size))
    for back in range((min(slots, most) if rebooked else 0) + 1):
        matrix[people, np.minimum(people - given + back, size - 1)] += binom.pmf(back, given, rebooked)
    return matrix


def clinic_day(arrivals: Arrivals, slots: int, size: int, stay: float = 1.0, rebooked: float = 0.0) -> Matrix:
    """(size, size) matrix of W' = Y - S + Bin(S, rebooked), Y = Bin(W, stay) + A, S = min(Y, slots).

    Lindley's recursion W' = max(0, W + A - c) (1952, Proc. Camb. Phil. Soc. 48) when stay = 1, rebooked = 0.
    """
    joined = joining(arrivals, size)
    matrix = joined @ serving(slots, size, joined.shape[1], rebooked)
    return matrix if stay == 1.0 else thinning(size, stay) @ matrix


def stationary(matrix: Matrix) -> Pmf:
    """(n,) pi with pi = pi P and sum 1, of a chain with one closed class (n, n)."""
    equations = matrix.T - np.eye(len(matrix))
    equations[-1] = 1.0
    right = np.zeros(len(matrix))
    right[-1] = 1.0
    return np.maximum(np.linalg.solve(equations, right), 0.0)


def _grown(attempt: Callable[[int], tuple[Pmf, float]], size: int) -> Pmf:
    while size <= MAX_STATES:
        answer, edge = attempt(size)
        if edge < EDGE:
            return answer
        size *= 2
    raise ValueError(f"the list needs more than {MAX_STATES} states: load too near capacity, or too long a list")


def settled(build: Callable[[int], Matrix], size: int) -> Pmf:
    """Steady state of `build(size)`, the size doubled from the one given until its edge does not matter."""

    def attempt(states: int) -> tuple[Pmf, float]:
        pi = stationary(build(states))
        return pi, pi[-1]

    return _grown(attempt, min(size, MAX_STATES))


def mean_path(build: Callable[[int], Matrix], size: int, days: int, start: int = 0) -> Pmf:
    """(days,) mean of the chain after 1, 2, ... days from `start` (its powers), sized as in `settled`."""

    def attempt(states: int) -> tuple[Pmf, float]:
        matrix, now, edge = build(states), np.eye(1, states, start)[0], 0.0
        means = np.empty(days)
        for day in range(days):
            now = now @ matrix
            means[day], edge = mean_of(now), max(edge, now[-1])
        return means, edge

    return _grown(attempt, min(max(size, 2 * start + 2), MAX_STATES))


def first_size(arrivals: Arrivals, slots: float, stay: float = 1.0, rebooked: float = 0.0) -> int:
    """A size to begin with: the heavy-traffic tail exp(-2 drift n / variance), or the list of an empty clinic."""
    pmf = pmf_of(arrivals)
    mean = mean_of(pmf)
    drift = slots * (1.0 - rebooked) - mean
    if stay == 1.0 and drift <= 0:
        raise ValueError(f"no steady state: {mean:g} a day for {slots * (1.0 - rebooked):g} slots that count")
    noise = variance_of(pmf) + slots * rebooked * (1.0 - rebooked)
    tail = 18.0 * noise / drift if drift > 0 else np.inf
    if stay < 1.0:
        unseen = mean / (1.0 - stay)
        tail = min(tail, unseen + 10.0 * (unseen + noise / (1.0 - stay)) ** 0.5)
    return int(min(tail, MAX_STATES)) + int(slots) + 20
