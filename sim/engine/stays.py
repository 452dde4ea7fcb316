"""Stays in whole days, from one keyed uniform draw each: their mean is the mean that is said.

A stay of 2.3 days is two days for seven people of ten and three for the others, so what rounding takes from some it
gives to others. Exponential stays end each day with the same chance. No stay is shorter than a day; where others are
said they are so much shorter as a whole.
"""

import numpy as np

from sim.domain.lengths import Lengths

LEAST, MOST = 1e-10, 2_000_000
"""Chances too small to be drawn, and days that nobody lives to see."""


class Stays:
    """`longer` (n,): the chance that a stay is longer than 0, 1, ... days; from 1 down."""

    def __init__(self, lengths: Lengths, days: float) -> None:
        """`days`: the mean; below 1 every stay is a day."""
        shares = lengths.shares or {"1": 1.0}
        kinds = np.array([float(word) for word in shares])
        self._shares = np.array([*shares.values()]) / sum(shares.values())
        self._means = days * kinds / (kinds @ self._shares)
        self._lengths = lengths
        self.longer = self._table() if days > 1 else np.array([1.0, 0.0])

    def _table(self) -> np.ndarray:
        size = 64
        while (found := self._longer(size))[-1] > LEAST and size < MOST:
            size *= 4
        return np.append(found[found > LEAST], 0.0)

    def _longer(self, size: int) -> np.ndarray:
        """The first `size` of the table."""
        days = np.arange(size + 1.0)
        if self._lengths.spread == "exponential":
            stays_on = np.maximum(1 - 1 / self._means, 0.0)
            found = self._shares @ stays_on[:, None] ** days[:-1]
        else:
            found = np.diff(self._by(days, self._means * self._shrunk()))
        found[0] = 1.0
        return np.minimum.accumulate(found)

    def _by(self, days: np.ndarray, means: np.ndarray) -> np.ndarray:
        """(n,) mean of a stay where none counts beyond `days` (n,), kinds having `means`."""
        found: np.ndarray = (self._shares * means) @ np.stack([at_most(self._lengths, days / one) for one in means])
        return found

    def _shrunk(self) -> float:
        """By what stays are multiplied, so that they have their mean though none is shorter than a day (bisection)."""
        low, high, mean = 0.0, 1.0, float(self._shares @ self._means)
        while high - low > LEAST:
            middle = (low + high) / 2
            means = self._means * middle
            longer = self._shares @ means + 1 - self._by(np.ones(1), means)[0] > mean
            low, high = (low, middle) if longer else (middle, high)
        return high

    def drawn(self, u: np.ndarray) -> np.ndarray:
        """(n,) whole days of stays that begin."""
        found: np.ndarray = (-self.longer).searchsorted(u - 1, "right")
        return found

    def left(self, u: np.ndarray) -> np.ndarray:
        """(n,) nights left, from 0, of stays that are under way on a day like any other: long ones are met more often,
        and anywhere in them."""
        by_then = np.cumsum(self.longer[:-2]) / self.longer.sum()
        found: np.ndarray = by_then.searchsorted(u, "right")
        return found

    def whole(self, left: np.ndarray, u: np.ndarray) -> np.ndarray:
        """(n,) days of whole stays that have so many nights `left` (n,)."""
        found: np.ndarray = (-self.longer).searchsorted((u - 1) * self.longer[left], "right")
        return found


def at_most(lengths: Lengths, x: np.ndarray) -> np.ndarray:
    """(n,) mean of a length, whose mean is 1, where none counts beyond x (n,): E[min(L, x)]. Kinds are left out."""
    if lengths.spread == "fixed":
        return np.asarray(np.minimum(x, 1.0))
    if lengths.spread in ("lognormal", "gamma"):
        return _skewed(lengths, x)
    low, high = lengths.between[0], lengths.between[-1]
    most = lengths.between[1:-1]
    mean = sum(lengths.between) / len(lengths.between)
    y = np.minimum(x * mean, high)
    if not most:
        rising = np.maximum(y - low, 0) ** 2 / (2 * (high - low))
        return np.asarray((y - rising) / mean)
    # A triangle: the integral of its distribution up to the most common length, and beyond it.
    below, above = np.clip(y, low, most[0]) - low, np.maximum(y - most[0], 0)
    rising = below**3 / (3 * (high - low) * (most[0] - low)) if most[0] > low else 0 * y
    width = high - most[0]
    falling = above - (width**3 - (width - above) ** 3) / (3 * (high - low) * width) if width else 0 * y
    return np.asarray((y - rising - falling) / mean)


def _skewed(lengths: Lengths, x: np.ndarray) -> np.ndarray:
    from scipy.special import gammainc, ndtr  # a tenth of a second, which no other spread should wait for

    if lengths.spread == "gamma":
        k = 1 / lengths.cv**2
        return np.asarray(gammainc(k + 1, k * x) + x * (1 - gammainc(k, k * x)))
    s2 = np.log1p(lengths.cv**2)
    with np.errstate(divide="ignore"):
        z = (np.log(x) + s2 / 2) / np.sqrt(s2)
    return np.asarray(ndtr(z - np.sqrt(s2)) + x * ndtr(-z))
