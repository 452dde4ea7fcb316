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
