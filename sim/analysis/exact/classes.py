"""Classes at one clinic: strict priority, ring-fenced slots, shared slots, and shares that lend what they leave.

Poisson arrivals, `rates` people a day (classes,), most urgent first; every visit takes one slot.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sim.analysis.exact import slots as daily
from sim.analysis.exact.chain import first_size, joining

Means = NDArray[np.float64]


def priority_mean_lists(rates: Sequence[float], slots: int) -> Means:
    """(classes,) mean list of each class, most urgent first, strict priority.

    The first k classes together are a daily list of their own: those below take none of their slots, and
    the order among them changes no total (Kleinrock 1965, Nav. Res. Log. Q. 12, conservation).
    """
    totals = [daily.mean_list(float(rate), slots) for rate in np.cumsum(rates)]
    return np.diff(totals, prepend=0.0)


def priority_mean_waits(rates: Sequence[float], slots: int) -> Means:
    """(classes,) mean days waited under strict priority (Little, class by class)."""
    return priority_mean_lists(rates, slots) / np.asarray(rates, float)


def ring_fenced_mean_waits(rates: Sequence[float], shares: Sequence[int]) -> Means:
    """(classes,) mean days waited when each class has its own slots and lends none: lists that never meet."""
    return np.array([daily.mean_wait(float(rate), share) for rate, share in zip(rates, shares, strict=True)])


def shared_mean_wait(rates: Sequence[float], shares: Sequence[int]) -> float:
    """Mean days waited by all when the slots are one pool, first come first served."""
    return daily.mean_wait(float(sum(rates)), int(sum(shares)))


def lent_mean_lists(rates: Sequence[float], shares: Sequence[int]) -> Means:
    """(2,) mean lists of two classes that use their own slots first and then what the other leaves.

    Shares of (c, 0) are strict priority. Markov chain on the pair of lists, stepped until it stands still.
    """
    return _settled_pair(rates, shares, lend=True)


def fenced_mean_lists(rates: Sequence[float], shares: Sequence[int]) -> Means:
    """(2,) mean lists of two classes that lend nothing, by the chain on the pair (second route)."""
    return _settled_pair(rates, shares, lend=False)


def _settled_pair(rates: Sequence[float], shares: Sequence[int], lend: bool) -> Means:
    if lend:
        size = first_size(float(sum(rates)), sum(shares))
    else:
        size = max(first_size(float(rate), share) for rate, share in zip(rates, shares, strict=True))
    join = [csr_array(joining(float(rate), size).T) for rate in rates]
    first, second = np.meshgrid(*(np.arange(matrix.shape[0]) for matrix in join), indexing="ij")
    used = [np.minimum(first, shares[0]), np.minimum(second, shares[1])]
    if lend:
        used = [
            used[0] + np.minimum(first - used[0], shares[1] - used[1]),
            used[1] + np.minimum(second - used[1], shares[0] - used[0]),
        ]
    left = [np.minimum(people - seen, size - 1) for people, seen in ((first, used[0]), (second, used[1]))]
    cell = (left[0] * size + left[1]).ravel()
    now = np.zeros((size, size))
    now[0, 0] = 1.0
    people = np.arange(size)
    for _ in range(200_000):
        joined = (join[1] @ (join[0] @ now).T).T
        after = np.bincount(cell, joined.ravel(), size * size).reshape(size, size)
        still = np.abs(after - now).sum()
        now = after
        if still < 1e-13:
            break
    else:
        raise ValueError("the pair of lists has not settled: load too near capacity")
    return np.array([people @ now.sum(axis=1), people @ now.sum(axis=0)])
