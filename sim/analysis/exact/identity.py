"""Laws that hold on every path, whatever the chances: Lindley's recursion and Little's law as a count."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.int64]


def list_path(arrivals: ArrayLike, slots: ArrayLike, start: int = 0) -> Counts:
    """(days,) people left after each day: W = max(0, W + A - c), c a number or (days,).

    By its unfolded form: the free walk less its lowest point so far (Lindley 1952).
    """
    arrivals = np.asarray(arrivals, np.int64)
    walk = start + np.cumsum(arrivals - np.broadcast_to(np.asarray(slots, np.int64), arrivals.shape))
    return walk - np.minimum(np.minimum.accumulate(walk), 0)


def daily_lists(joined: ArrayLike, left: ArrayLike, days: int) -> Counts:
    """(days,) people on a list at the end of days 0, 1, ... from one pair of days a stay.

    `joined` (n,): day of joining, negative for those there before; `left` (n,): day seen or removed, NaN or
    beyond the horizon for those still there. One who leaves the day they join is never counted.
    """
    joined, left = _within(joined, left, days)
    change = np.bincount(joined, minlength=days + 1) - np.bincount(left, minlength=days + 1)
    return np.cumsum(change)[:days]


def days_waited(joined: ArrayLike, left: ArrayLike, days: int) -> int:
    """Days of waiting that fall within days 0 .. days-1, over all stays; the same arguments.

    Equals `daily_lists(...).sum()`, always (Little 1961; the sum-of-lists identity, Stidham 1974, Oper. Res. 22).
    """
    joined, left = _within(joined, left, days)
    return int((left - joined).sum())


def _within(joined: ArrayLike, left: ArrayLike, days: int) -> tuple[Counts, Counts]:
    joined, left = np.asarray(joined, float), np.asarray(left, float)
    left = np.where(np.isnan(left), np.maximum(joined, days), left)
    if (left < joined).any():
        raise ValueError("somebody left before joining")
    first, last = (np.clip(day, 0, days).astype(np.int64) for day in (joined, left))
    return first, last
