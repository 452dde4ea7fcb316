"""Daily slots: people join, up to c are seen, first come first served. List and waits, settled and from a start.

`arrivals`: a Poisson mean a day, or the distribution (n,) of a day's number; `slots`: whole slots a day.
`notice`: whole days from joining before anybody can be seen (1 for referrals that another service makes
today); it moves every wait by `notice` and changes nothing else, since all keep their order.
"""

import numpy as np
from scipy.stats import poisson

from sim.analysis.exact.chain import (
    Arrivals,
    Pmf,
    batch_position,
    clinic_day,
    first_size,
    mean_of,
    pmf_of,
    settled,
)


def stationary_list(arrivals: Arrivals, slots: int) -> Pmf:
    """(n,) chance that 0, 1, ... are left after the clinic (Lindley 1952), by the truncated chain."""
    pmf = pmf_of(arrivals)
    return settled(lambda size: clinic_day(pmf, slots, size), first_size(pmf, slots))


def mean_list(arrivals: Arrivals, slots: int, notice: int = 0) -> float:
    """Mean people left after the clinic, those who may not yet be seen included."""
    return mean_of(stationary_list(arrivals, slots)) + notice * mean_of(pmf_of(arrivals))


def mean_wait(arrivals: Arrivals, slots: int, notice: int = 0) -> float:
    """Mean days from joining to being seen: mean list / people a day (Little 1961, Oper. Res. 9)."""
    return mean_list(arrivals, slots, notice) / mean_of(pmf_of(arrivals))


def wait_pmf(arrivals: Arrivals, slots: int, notice: int = 0) -> Pmf:
    """(k,) chance of a wait of 0, 1, ... days.

    A person finds W left from the day before and J of the same day ahead; the wait is floor((W + J) / c).
    """
    ahead = np.convolve(stationary_list(arrivals, slots), batch_position(arrivals))
    whole = np.append(ahead, np.zeros(-len(ahead) % slots))
    return np.append(np.zeros(notice), whole.reshape(-1, slots).sum(axis=1))


def mean_list_path(arrivals: Arrivals, slots: int, days: int, start: int = 0) -> Pmf:
    """(days,) mean people left after the clinics of days 0, 1, ... when `start` wait before day 0. Any load.

    The distribution itself, a day at a time (convolution), cut nowhere that matters.
    """
    pmf, now, means = pmf_of(arrivals), np.eye(1, start + 1, start)[0], np.empty(days)
    for day in range(days):
        joined = np.convolve(now, pmf)
        now = np.append(joined[: slots + 1].sum(), joined[slots + 1 :])
        now = now[: np.flatnonzero(now > 1e-20)[-1] + 1]
        means[day] = mean_of(now)
    return means


def spitzer_mean_list(mean: float, slots: int, days: int) -> float:
    """Mean people left after `days` clinics from an empty list, Poisson arrivals: sum_k E[(S_k)+] / k, k <= days.

    S_k is k days' arrivals less k days' slots (Spitzer 1956, Trans. AMS 82). Large `days` gives the steady state.
    """
    k = np.arange(1, days + 1)
    # E[(X - n)+] of X ~ Poisson(m) is m P(X >= n) - n P(X > n).
    load, room = k * mean, k * slots
    return float(((load * poisson.sf(room - 1, load) - room * poisson.sf(room, load)) / k).sum())
