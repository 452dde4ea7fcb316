"""A list with room for so many, at a clinic of so many slots a day: who comes while it is full goes elsewhere.

People join at `rate` a day (Poisson), one by one, before the clinic. N' = (min(N + A, most) - slots)+.
"""

import numpy as np

from sim.analysis.exact.chain import Pmf, poisson_pmf


def paths(rate: float, slots: int, most: int, days: int) -> tuple[Pmf, Pmf]:
    """((days,), (days,)) mean list after the clinics of days 0, 1, ... from empty, and mean people sent elsewhere on
    each."""
    joins, now = poisson_pmf(rate), np.eye(most + 1)[0]
    wanted = np.arange(most + len(joins))
    left = np.maximum(np.minimum(wanted, most) - slots, 0)
    means, away = np.empty(days), np.empty(days)
    for day in range(days):
        chance = np.convolve(now, joins)
        away[day] = np.maximum(wanted - most, 0) @ chance
        now = np.bincount(left, chance, most + 1)
        means[day] = np.arange(most + 1) @ now
    return means, away


def deterred_path(joins: int, slots: int, most: int, share: float, days: int) -> Pmf:
    """(days,) mean list after the clinics of days 0, 1, ... from empty: `joins` come a day, one by one, and while more
    than `most` are on the list `share` of them decline."""
    now, means = np.eye(1, most + joins * days + 1)[0], np.empty(days)
    size = np.arange(len(now))
    declines = np.where(size > most, share, 0.0)
    for day in range(days):
        for _ in range(joins):
            now = now * declines + np.append(0.0, (now * (1 - declines))[:-1])
        now = np.bincount(np.maximum(size - slots, 0), now, len(now))
        means[day] = size @ now
    return means
