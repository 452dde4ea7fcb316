"""Quantiles of what is counted in whole units (days, minutes), read within the unit: the one convention of every wait.

A wait of t whole days stands for all that is nearer to t than to its neighbours, t - 1/2 to t + 1/2, and those who
waited t days are spread evenly over it; the shortest begins at 0. So a median moves with every person who moves, and
not by whole days when enough of them have: means of it over replications have intervals that hold. Where everybody
waits t days the median is t. It is less than a day from the smallest day that has the share, which it rounds to or is
half a day short of (the median of grouped data; Yule and Kendall 1950, An Introduction to the Theory of Statistics).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_SLACK = 1e-9


def quantiles(values: ArrayLike, shares: ArrayLike, unit: float = 1.0) -> NDArray[np.float64]:
    """(shares,) of `values` (n,), which are whole numbers of `unit` (1/7 for days told in weeks); NaN of nobody."""
    shares, ordered = np.asarray(shares, float), np.sort(np.asarray(values, float))
    n = len(ordered)
    if not n:
        return np.full(shares.shape, np.nan)
    at = ordered[np.minimum(np.maximum(np.ceil(shares * n - _SLACK).astype(np.int64), 1), n) - 1]
    below = ordered.searchsorted(at)
    here = ordered.searchsorted(at, side="right") - below
    return within_unit(at, (shares * n - below) / here, unit)


def quantile(values: ArrayLike, share: float, unit: float = 1.0) -> float:
    """The same of one share."""
    return float(quantiles(values, share, unit))


def within_unit(at: ArrayLike, part: ArrayLike, unit: float = 1.0) -> NDArray[np.float64]:
    """Where a quantile lies that is reached at `at` by a `part` (0-1) of those who are there."""
    return np.maximum(np.asarray(at) + unit * (np.asarray(part) - 0.5), np.minimum(at, 0.0))
