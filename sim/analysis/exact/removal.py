"""People who leave the list unseen: each has an exponential patience from the day they join, in whole days.

With rate mu a day, rounded up, a person leaves at the start of day ceil(T): on each new day everybody still
on the list stays with chance q = exp(-mu), then the day's people join, then up to c are seen. Always settles.
"""

import numpy as np

from sim.analysis.exact.chain import (
    Arrivals,
    Pmf,
    batch_position,
    clinic_day,
    first_size,
    mean_of,
    mean_path,
    pmf_of,
    settled,
    thinning,
)


def stay_of(rate_a_day: float) -> float:
    """Chance to stay one more day: exp(-mu)."""
    return float(np.exp(-rate_a_day))


def stationary_list(arrivals: Arrivals, slots: int, stay: float) -> Pmf:
    """(n,) chance that 0, 1, ... are left after the clinic: W' = max(0, Bin(W, q) + A - c)."""
    pmf = pmf_of(arrivals)
    return settled(lambda size: clinic_day(pmf, slots, size, stay=stay), first_size(pmf, slots, stay))


def mean_list(arrivals: Arrivals, slots: int, stay: float) -> float:
    """Mean people left after the clinic."""
    return mean_of(stationary_list(arrivals, slots, stay))


def mean_list_path(arrivals: Arrivals, slots: int, stay: float, days: int, start: int = 0) -> Pmf:
    """(days,) mean people left after the clinics of days 0, 1, ... when `start` wait before day 0."""
    pmf = pmf_of(arrivals)
    guess = max(start, first_size(pmf, slots, stay))
    return mean_path(lambda size: clinic_day(pmf, slots, size, stay=stay), guess, days, start)


def removed_a_day(arrivals: Arrivals, slots: int, stay: float) -> float:
    """Mean people removed a day: (1 - q) x mean list."""
    return (1.0 - stay) * mean_list(arrivals, slots, stay)


def removed_share(arrivals: Arrivals, slots: int, stay: float) -> float:
    """Share of those who join that are removed unseen."""
    return removed_a_day(arrivals, slots, stay) / mean_of(pmf_of(arrivals))


def mean_days_listed(arrivals: Arrivals, slots: int, stay: float) -> float:
    """Mean days on the list, of those seen and those removed together (Little)."""
    return mean_list(arrivals, slots, stay) / mean_of(pmf_of(arrivals))


def endings(arrivals: Arrivals, slots: int, stay: float, days: int) -> tuple[Pmf, Pmf]:
    """(days,) chances to be seen, and to be removed, 0, 1, ... days after joining; first come first served.

    A person finds Bin(W, q) + J ahead; every day those ahead thin and c of them are seen, until fewer than c are.
    """
    left = stationary_list(arrivals, slots, stay)
    ahead = np.convolve(left @ thinning(len(left), stay), batch_position(arrivals))
    thin = thinning(len(ahead), stay)
    seen, removed = np.zeros(days), np.zeros(days)
    for day in range(days):
        if day:
            removed[day] = (1.0 - stay) * ahead.sum()
            ahead = stay * (ahead @ thin)
        seen[day] = ahead[:slots].sum()
        ahead = np.append(ahead[slots:], np.zeros(min(slots, len(ahead))))
    return seen, removed
