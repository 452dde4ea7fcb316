"""QALYs of each person: lost while they waited, gained after definitive care. Need and days in, nothing of any service.

Access models do not change function by themselves (docs/evidence.md, trap 3), so who gave the care, where and in what
kind of service is no argument here. Values are those on day `origin` at a discount `rate` a year; at 0 there is none.
"""

import math

import numpy as np

from sim.domain.calendar import DAYS_A_YEAR

DAYS_A_MONTH = DAYS_A_YEAR / 12


def lost(loss_a_month, presented: np.ndarray, days: np.ndarray, origin: int = 0, rate: float = 0.0) -> np.ndarray:
    """(n,) QALYs lost by people who presented on those days and waited so many: loss x months² / 2 / 12, discounted.

    `loss_a_month`: EQ-5D by which quality of life falls each month, a number or (n,). With k = ln(1 + rate)
    / 365.25 the discounted value is loss / (30.4375 x 365.25) x [1 - (1 + k days) exp(-k days)] / k² x
    exp(-k (presented - origin)).
    """
    months = days / DAYS_A_MONTH
    undiscounted = loss_a_month * months**2 / 2 / 12
    if not rate:
        return undiscounted
    from scipy.special import gammainc  # half of what a worker would import, for what few ask

    x = math.log1p(rate) / DAYS_A_YEAR * days
    # gammainc(2, x) is 1 - (1 + x) exp(-x) without the cancellation.
    part = np.divide(gammainc(2, x), x**2 / 2, out=np.ones(len(x)), where=x > 0)
    return undiscounted * part * value_on(presented, origin, rate)


def years_after(begins: np.ndarray, end: int, origin: int = 0, rate: float = 0.0) -> np.ndarray:
    """(n,) years from each day of `begins` to day `end`, 0 where that is past,
    discounted: QALYs for each 1 of EQ-5D."""
    begins = np.minimum(begins, end)
    if not rate:
        return (end - begins) / DAYS_A_YEAR
    return (value_on(begins, origin, rate) - value_on(end, origin, rate)) / math.log1p(rate)


def value_on(day, origin: int, rate: float):
    """What 1 on that day is worth on day `origin`."""
    return np.exp(-math.log1p(rate) / DAYS_A_YEAR * (np.asarray(day, float) - origin))


def mean_value(years: float, rate: float) -> float:
    """What 1 spread evenly over so many years is worth at their beginning."""
    force = math.log1p(rate)
    return -math.expm1(-force * years) / (force * years) if force and years else 1.0
