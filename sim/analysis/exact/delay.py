"""Places where only time passes: M/G/infinity in whole days.

People enter at `rate` a day (Poisson); one who enters on day d with a delay of D days leaves on day d + D and
is inside at the end of days d .. d + D - 1. The number inside is Poisson at every time, from empty too
(Eick, Massey and Whitt 1993, Oper. Res. 41; in whole days by thinning each day's arrivals).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import quad
from scipy.stats import poisson

from sim.analysis.exact.chain import Pmf


def fixed(days: int) -> Pmf:
    """(days + 1,) the distribution of a delay of exactly `days`."""
    pmf = np.zeros(days + 1)
    pmf[days] = 1.0
    return pmf


def geometric(leave: float, smallest: int = 1) -> Pmf:
    """(n,) delay of `smallest`, `smallest` + 1, ... days, each further day ended with chance `leave`; cut at 1e-17."""
    steps = np.arange(int(np.ceil(39.2 / -np.log1p(-leave))) + 1) if leave < 1 else np.zeros(1)
    return np.append(np.zeros(smallest), leave * (1.0 - leave) ** steps)


def rounded(longer: Callable[[float], float], size: int) -> Pmf:
    """(size + 1,) a delay with P(delay > x) = `longer` in whole days, a part of a day being one with that chance:
    P(D > d) is the mean of P(delay > x) over x from d to d + 1. Cut at `size` days."""
    above = [quad(longer, day, day + 1)[0] for day in range(size)]
    return -np.diff([1.0, *above, 0.0])


def longer_than(delay: ArrayLike) -> Pmf:
    """(n,) chance that the delay is above 0, 1, ... n-1 days."""
    pmf = np.asarray(delay, float)
    return np.append(np.cumsum(pmf[:0:-1])[::-1], 0.0)


def mean_inside(rate: float, delay: ArrayLike) -> float:
    """Mean people inside at the end of a day, settled: rate x mean delay (Little)."""
    return rate * float(longer_than(delay).sum())


def inside_pmf(rate: float, delay: ArrayLike, size: int) -> Pmf:
    """(size,) chance of 0, 1, ... inside at the end of a day, settled: Poisson, whatever the delay's shape."""
    return poisson.pmf(np.arange(size), mean_inside(rate, delay))


def mean_inside_path(rate: float, delay: ArrayLike, days: int) -> Pmf:
    """(days,) mean (and variance) of those inside at the end of days 0, 1, ... from empty: rate sum_{k<=t} P(D > k)."""
    longer = longer_than(delay)[:days]
    return rate * np.cumsum(np.append(longer, np.zeros(days - len(longer))))


def mean_leaving_path(rate: float, delay: ArrayLike, days: int) -> Pmf:
    """(days,) mean people who leave on days 0, 1, ... from empty: rate P(D <= t); each day's number is Poisson."""
    return rate * (1.0 - np.append(longer_than(delay), np.zeros(days))[:days])
