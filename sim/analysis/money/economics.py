"""Incremental cost-effectiveness, from arrays of what one pathway costs and gives more than the other.

Every function takes `cost` (n,) in pounds and `qalys` (n,), scenario less comparator, element by element of one pair:
a replication, a draw of what is not known, or both. Where they come from is no matter here.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, stdtrit

from sim.analysis.statistics.paired import CONFIDENCE

DOMINANT, DOMINATED, NORTH_EAST, SOUTH_WEST, SAME = "dominant", "dominated", "north_east", "south_west", "same"
QUADRANTS = {
    DOMINANT: "more health for no more money, or as much for less",
    DOMINATED: "less health for no less money, or as much for more",
    NORTH_EAST: "more health for more money",
    SOUTH_WEST: "less health for less money",
    SAME: "no difference",
}
THRESHOLDS = np.arange(0, 50_001, 1_000)
"""Pounds a QALY over which the acceptability curve is drawn."""


def quadrant(cost: float, qalys: float) -> str:
    """Where one point of the plane lies; the axes belong to `dominant` and `dominated`, the origin is `same`."""
    if cost == qalys == 0:
        return SAME
    if qalys >= 0:
        return DOMINANT if cost <= 0 else NORTH_EAST if qalys > 0 else DOMINATED
    return DOMINATED if cost >= 0 else SOUTH_WEST


def quadrant_shares(cost: np.ndarray, qalys: np.ndarray) -> dict[str, float]:
    """Share of points in each of `QUADRANTS`; they add to 1."""
    where = [quadrant(c, q) for c, q in zip(cost.tolist(), qalys.tolist(), strict=True)]
    return {name: where.count(name) / len(where) if where else math.nan for name in QUADRANTS}


@dataclass(frozen=True)
class Ratio:
    """`value`: pounds for each QALY gained (north east) or saved for each given up (south west), NaN elsewhere.

    `low`, `high`: Fieller's 95% interval, NaN where there is none: the difference in QALYs cannot be told from 0.
    """

    quadrant: str
    value: float
    low: float
    high: float


def icer(cost: np.ndarray, qalys: np.ndarray) -> Ratio:
    """The ratio of the means, never the mean of ratios, with its quadrant.
    One that dominates has no ratio worth telling."""
    c, q = float(cost.mean()), float(qalys.mean())
    where = quadrant(c, q)
    if where not in (NORTH_EAST, SOUTH_WEST):
        return Ratio(where, math.nan, math.nan, math.nan)
    return Ratio(where, c / q, *fieller(cost, qalys))


def fieller(cost: np.ndarray, qalys: np.ndarray) -> tuple[float, float]:
    """Fieller's 95% interval of mean(cost) / mean(qalys), for pairs (n,); NaN ends where it is not an interval.

    The ratios r for which mean(cost) - r mean(qalys) is within Student's t of 0: the roots of
    (q² - t² v_qq) r² - 2 (c q - t² v_cq) r + (c² - t² v_cc), v being the (co)variances of the means (Fieller 1954).
    """
    n = len(cost)
    if n < 2:
        return math.nan, math.nan
    t2 = float(stdtrit(n - 1, 0.5 + CONFIDENCE / 2)) ** 2
    (v_cc, v_cq), (_, v_qq) = np.cov(cost, qalys) / n
    c, q = cost.mean(), qalys.mean()
    a, b, d = q * q - t2 * v_qq, c * q - t2 * v_cq, c * c - t2 * v_cc
    inside = b * b - a * d
    if a <= 0 or inside < 0:
        return math.nan, math.nan
    root = math.sqrt(inside)
    return float((b - root) / a), float((b + root) / a)


def net_benefit(cost: np.ndarray, qalys: np.ndarray, gbp_per_qaly: float) -> np.ndarray:
    """(n,) pounds: QALYs at what one is worth, less the money."""
    return gbp_per_qaly * qalys - cost


def acceptability(cost: np.ndarray, qalys: np.ndarray, thresholds: np.ndarray = THRESHOLDS) -> np.ndarray:
    """(thresholds,) share of points whose net benefit is above 0 at each worth of a QALY."""
    return np.array(
        [(net_benefit(cost, qalys, worth) > 0).mean() if len(cost) else math.nan for worth in thresholds.tolist()]
    )


def pert(u: np.ndarray, low: float, value: float, high: float) -> np.ndarray:
    """(n,) quantiles at `u` of the PERT distribution on low..high with its mode at `value` (a beta with weight 4).

    Its mean is (low + 4 value + high) / 6, so a value at one end of its range has draws to one side of it.
    """
    if not low < high:
        return np.full(len(u), float(value))
    wide = high - low
    return low + wide * betaincinv(1 + 4 * (value - low) / wide, 1 + 4 * (high - value) / wide, u)
