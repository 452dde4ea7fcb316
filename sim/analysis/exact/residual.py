"""What is left of a course for those who are found in the middle of one on a day like any other.

A course of n visits a fixed interval apart is met n times as often as one of 1 visit, and anywhere in it: of N visits a
course, P(r left) = P(N >= r) / E[N] (renewal theory: Feller 1971, vol. 2, ch. XI).
"""

import numpy as np
from scipy.stats import geom, poisson

from sim.analysis.exact.chain import Pmf


def lengths(spread: str, mean: float, size: int = 400) -> Pmf:
    """(size,) chance that a course has 0, 1, ... visits."""
    n = np.arange(size)
    if spread == "fixed":
        return (n == round(mean)).astype(float)
    return poisson.pmf(n, mean) if spread == "poisson" else geom.pmf(n + 1, 1 / (1 + mean))


def visits_left(pmf: Pmf) -> Pmf:
    """(size,) chance that 0, 1, ... visits are left, from the lengths of courses; nobody is found with none."""
    at_least = np.append(np.cumsum(pmf[::-1])[-2::-1], 0.0)  # P(N >= 1), P(N >= 2), ...
    return np.append(0.0, at_least[:-1]) / at_least.sum()


def mean_left(pmf: Pmf) -> float:
    """Mean visits left: (E[N^2] / E[N] + 1) / 2."""
    n = np.arange(len(pmf))
    return float((n**2 @ pmf / (n @ pmf) + 1) / 2)
