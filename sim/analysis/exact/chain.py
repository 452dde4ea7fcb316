"""Finite Markov chains on the number waiting: a day's transition matrix, its steady state, its means.

Lists are cut at a size where the chance of being there is below `EDGE`; the size doubles until it is.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components
from scipy.stats import binom, poisson

Pmf = NDArray[np.float64]
Matrix = NDArray[np.float64]
Arrivals = float | Pmf
"""How many join a day: a number is a Poisson mean, an array (n,) the chance of 0, 1, .. n-1."""

EDGE = 1e-13
MAX_STATES = 4096


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


def serving(slots: int, people: int, rebooked: float) -> Matrix:
    """(people, people): of y people up to `slots` are given a slot, each back on the list with chance `rebooked`."""
    before = np.arange(people)
    given = np.minimum(before, slots)
    matrix = np.zeros((people, people))
    for back in range(min(slots, people - 1) + 1):
        matrix[before, before - given + np.minimum(back, given)] += binom.pmf(back, given, rebooked)
    return matrix


def served(matrix: Matrix, slots: int) -> Matrix:
    """(rows, people - slots) of (rows, people): up to `slots` of those there leave."""
    left = np.array(matrix[:, slots:]) if slots < matrix.shape[1] else np.zeros((len(matrix), 1))
    left[:, 0] += matrix[:, :slots].sum(axis=1)
    return left


def cut(matrix: Matrix, size: int) -> Matrix:
    """(rows, size): whatever passes `size` is held at its last state."""
    kept = np.zeros((len(matrix), size))
    kept[:, : matrix.shape[1]] = matrix[:, :size]
    kept[:, -1] += matrix[:, size:].sum(axis=1)
    return kept


def clinic_day(arrivals: Arrivals, slots: int, size: int, stay: float = 1.0, rebooked: float = 0.0) -> Matrix:
    """(size, size) matrix of W' = Y - S + Bin(S, rebooked), Y = Bin(W, stay) + A, S = min(Y, slots).

    Lindley's recursion W' = max(0, W + A - c) (1952, Proc. Camb. Phil. Soc. 48) when stay = 1, rebooked = 0.
    """
    joined = joining(arrivals, size)
    left = joined @ serving(slots, joined.shape[1], rebooked) if rebooked else served(joined, slots)
    matrix = cut(left, size)
    return matrix if stay == 1.0 else thinning(size, stay) @ matrix


def stationary(matrix: Matrix) -> Pmf:
    """(n,) pi with pi = pi P and sum 1 of the states where a chain that begins at 0 ends up; (n, n) matrix.

    The mean over time if it cycles. Solved twice: the balance of all states but one loses no digits when
    that one is likely (an M-matrix), so the first answer only picks it.
    """
    links = csr_array(matrix > 0)
    _, group = connected_components(links, connection="strong")
    rows, columns = links.nonzero()
    left = group[rows[group[rows] != group[columns]]]
    stays = np.setdiff1d(group[breadth_first_order(links, 0, return_predecessors=False)], left)
    if len(stays) != 1:
        raise ValueError("the chain can settle in more than one way")
    inside = np.flatnonzero(group == stays[0])
    balance = np.eye(len(inside)) - matrix[np.ix_(inside, inside)].T
    rough = balance.copy()
    rough[-1] = 1.0
    likely = int(np.argmax(np.linalg.solve(rough, np.eye(1, len(inside), len(inside) - 1)[0])))
    others = np.delete(np.arange(len(inside)), likely)
    ratio = np.ones(len(inside))
    ratio[others] = np.linalg.solve(balance[np.ix_(others, others)], -balance[others, likely])
    pi = np.zeros(len(matrix))
    pi[inside] = ratio / ratio.sum()
    return pi


def _grown(attempt: Callable[[int], tuple[Pmf, float]], size: int) -> Pmf:
    while size <= MAX_STATES:
        answer, edge = attempt(size)
        if edge < EDGE:
            return answer
        size = min(2 * size, MAX_STATES) if size < MAX_STATES else size + 1
    raise too_long()


def too_long() -> ValueError:
    """What is said when a chain would need too many states."""
    return ValueError(f"the list needs more than {MAX_STATES} states: load too near capacity, or too long a list")


def settled(build: Callable[[int], Matrix], size: int) -> Pmf:
    """Steady state of `build(size)`, the size doubled from the one given until its edge does not matter."""

    def attempt(states: int) -> tuple[Pmf, float]:
        pi = stationary(build(states))
        return pi, pi[-1]

    return _grown(attempt, size)


def mean_path(build: Callable[[int], Matrix], size: int, days: int, start: int = 0) -> Pmf:
    """(days,) mean of the chain after 1, 2, ... days from `start` (its powers), sized as in `settled`."""

    def attempt(states: int) -> tuple[Pmf, float]:
        step, now, edge = csr_array(build(states).T), np.eye(1, states, start)[0], 0.0
        means = np.empty(days)
        for day in range(days):
            now = step @ now
            means[day], edge = mean_of(now), max(edge, now[-1])
        return means, edge

    return _grown(attempt, max(size, start + 2))


def first_size(arrivals: Arrivals, slots: float, stay: float = 1.0, rebooked: float = 0.0) -> int:
    """A size to begin with: the heavy-traffic tail exp(-2 drift n / variance), or the list of an empty clinic."""
    pmf = pmf_of(arrivals)
    mean = mean_of(pmf)
    drift = slots * (1.0 - rebooked) - mean
    if stay == 1.0 and drift <= 1e-9 * slots:
        raise ValueError(f"no steady state: {mean:g} a day for {slots * (1.0 - rebooked):g} slots that count")
    noise = variance_of(pmf) + slots * rebooked * (1.0 - rebooked)
    tail = 18.0 * noise / drift if drift > 0 else np.inf
    if stay < 1.0:
        unseen = mean / (1.0 - stay)
        tail = min(tail, unseen + 10.0 * (unseen + noise / (1.0 - stay)) ** 0.5)
    return int(min(tail, 2 * MAX_STATES)) + int(slots) + 20
