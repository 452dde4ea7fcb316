"""Waits when some still wait: cumulative incidence when there is more than one way to end, and Kaplan-Meier for one.

Times are days since joining; a fraction of a day counts as the day it falls in. Within a day ends come
before censorings, so a person censored on day t is at risk on day t. Linear in people and in the longest time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.statistics.quantiles import within_unit

_SLACK = 1e-12


def _whole_days(times: ArrayLike) -> NDArray[np.int64]:
    times = np.asarray(times)
    if times.dtype.kind not in "iu":
        if not np.isfinite(times).all():
            raise ValueError("a time is not a finite number")
        times = np.floor(times)
    days = times.astype(np.int64, copy=False)
    if len(days) and days.min() < 0:
        raise ValueError("a time is below 0")
    return days


def _first_passing(rising: NDArray[np.float64], share: ArrayLike) -> NDArray[np.float64] | float:
    """First index at which `rising` is at least `share`; NaN where it never is."""
    at = np.searchsorted(rising, np.asarray(share, float) - _SLACK).astype(float)
    at = np.where(at < len(rising), at, np.nan)
    return float(at) if at.ndim == 0 else at


@dataclass(frozen=True)
class Survival:
    """Chance not yet to have ended after day 0, 1, ... (days,), with those at risk and those who ended that day."""

    curve: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    ended: NDArray[np.int64]

    def quantile(self, share: ArrayLike) -> NDArray[np.float64] | float:
        """Smallest day t with 1 - S(t) >= `share` (0-1, a number or an array); NaN if that is never reached."""
        return _first_passing(1.0 - self.curve, share)

    def at(self, day: int) -> float:
        """S(day); NaN beyond the longest time unless nobody is left to end."""
        if day < len(self.curve):
            return float(self.curve[day]) if day >= 0 else 1.0
        return 0.0 if len(self.curve) and self.curve[-1] == 0 else float("nan")

    def restricted_mean(self, horizon: int) -> float:
        """Mean days, each counted to `horizon` at most: S(0) + ... + S(horizon - 1)."""
        return float(sum(self.at(day) for day in range(horizon)))

    def standard_error(self) -> NDArray[np.float64]:
        """(days,) of S, by Greenwood's formula (1926); 0 where nobody is left at risk."""
        left = self.at_risk * (self.at_risk - self.ended)
        terms = np.divide(self.ended, left, out=np.zeros(len(left)), where=left > 0)
        return self.curve * np.sqrt(np.cumsum(terms))


def kaplan_meier(times: ArrayLike, ended: ArrayLike) -> Survival:
    """Kaplan and Meier (1958, JASA 53): S(t) = prod over u <= t of 1 - d(u) / n(u).

    `times` (n,): days, whole or not; `ended` (n,) bool: True if it ended then, False if it was still going on.
    """
    days, ended = _whole_days(times), np.asarray(ended, bool)
    if days.shape != ended.shape:
        raise ValueError(f"{days.shape} times for {ended.shape} flags")
    length = int(days.max(initial=-1)) + 1
    return _survival(*(np.bincount(days[some], minlength=length) for some in (~ended, ended)))


def _survival(went_on: NDArray[np.int64], ended: NDArray[np.int64]) -> Survival:
    """Of (days,) people who were still going on when they were last seen, and of those who ended, on each day."""
    at_risk = np.cumsum((went_on + ended)[::-1])[::-1]
    return Survival(np.cumprod((at_risk - ended) / at_risk), at_risk, ended)


@dataclass(frozen=True)
class Incidence:
    """Chance to have ended by day 0, 1, ... in each way (ways, days), and in none (days,)."""

    curves: NDArray[np.float64]
    survival: Survival

    def quantile(self, way: int, share: ArrayLike) -> NDArray[np.float64] | float:
        """Smallest day by which `share` of all have ended in `way` (1, 2, ...); NaN if that is never reached."""
        return _first_passing(self.curves[way - 1], share)

    def within_day(self, way: int, share: float) -> float:
        """The same read within the day (`quantiles`): where the curve rises evenly over each day that it rises on."""
        rising, day = self.curves[way - 1], self.quantile(way, share)
        if np.isnan(day):
            return float("nan")
        before = float(rising[int(day) - 1]) if day >= 1 else 0.0
        rise = float(rising[int(day)]) - before
        # Whole parts of a day are told as such: a curve is a sum of products, and its last digits are rounding.
        return round(float(within_unit(day, (share - before) / rise if rise > 0 else 1.0)), 9)

    def at(self, way: int, day: int) -> float:
        """Share that has ended in `way` by `day`; NaN beyond the longest time unless nobody is left to end."""
        rising = self.curves[way - 1]
        if day < len(rising):
            return float(rising[day]) if day >= 0 else 0.0
        return float(rising[-1]) if len(rising) and self.survival.curve[-1] == 0 else float("nan")


def cumulative_incidence(times: ArrayLike, way: ArrayLike, ways: int | None = None) -> Incidence:
    """Aalen and Johansen (1978, Scand. J. Stat. 5): F_k(t) = sum over u <= t of S(u-) d_k(u) / n(u).

    `times` (n,): days, whole or not; `way` (n,): 0 still going on, 1, 2, ... how it ended; `ways`: how many
    there are (the highest seen if not given). At every day the curves and S add to 1.
    """
    days, way = _whole_days(times), np.asarray(way, np.int64)
    ways = int(way.max(initial=0)) if ways is None else ways
    if len(way) and (way.min() < 0 or way.max() > ways):
        raise ValueError(f"ways to end must be 0 to {ways}")
    return next(_incidences(days, way, ways, (np.arange(len(days)),)))


def incidence_by_group(
    times: ArrayLike, way: ArrayLike, ways: int, groups: Mapping[str, NDArray[np.int64]]
) -> dict[str, Incidence | None]:
    """The same of many groups, which may overlap: group -> positions of its people; None of nobody."""
    some = {group: rows for group, rows in groups.items() if len(rows)}
    known = np.zeros(len(np.asarray(way)), bool)  # of others neither time nor way is asked
    for rows in some.values():
        known[rows] = True
    days, way = np.where(known, times, 0), np.where(known, way, 0)
    found = dict(zip(some, _incidences(_whole_days(days), way, ways, some.values()), strict=True))
    return {group: found.get(group) for group in groups}


def _incidences(
    days: NDArray[np.int64], way: NDArray[np.int64], ways: int, groups: Iterable[NDArray[np.int64]]
) -> Iterator[Incidence]:
    longest = int(days.max(initial=-1)) + 1
    cell = way * longest + days
    for rows in groups:
        table = np.bincount(cell.take(rows), minlength=(ways + 1) * longest).reshape(ways + 1, longest)
        there = np.flatnonzero(table.any(axis=0))
        length = int(there[-1]) + 1 if len(there) else 0
        went_on, counts = table[0, :length], table[1:, :length]
        overall = _survival(went_on, counts.sum(axis=0))
        before = np.append(1.0, overall.curve[:-1])[:length]
        yield Incidence(np.cumsum(before * counts / overall.at_risk, axis=1), overall)
