"""Lists called by chance, one person a day: each call is one draw among all who wait."""

from collections.abc import Sequence

import numpy as np

from sim.analysis.exact import slots


def wait_times_next(rate: float) -> float:
    """E[W (W + 1)] of W days waited in random order, Poisson arrivals, one slot a day.

    Random order leaves the mean as it is and spreads the waits: this moment is that of first come, first served over
    1 - rate / 2 (Kingman 1962, Proc. Camb. Phil. Soc. 58; Takacs 1963, Oper. Res. 11; in days as in continuous time).
    """
    pmf = slots.wait_pmf(rate, 1)
    days = np.arange(len(pmf))
    return float(days * (days + 1) @ pmf) / (1 - rate / 2)


def seen_of_first(people: Sequence[int], weights: Sequence[float], calls: int) -> float:
    """Mean number of the first of two kinds among the first `calls` called, of `people` (2,) with `weights` (2,).

    Markov chain on how many of each are left: the next is of a kind with the chance of its people times its weight
    (Wallenius 1963).
    """
    first, second = people
    chance = np.zeros(first + 1)  # of so many of the first kind called; the others were of the second
    chance[0] = 1.0
    for call in range(calls):
        seen = np.arange(first + 1)
        left = (first - seen) * weights[0]
        others = np.maximum(second - (call - seen), 0) * weights[1]
        next_is_first = np.divide(left, left + others, out=np.zeros(first + 1), where=left + others > 0)
        moving = chance * next_is_first
        chance = chance - moving
        chance[1:] += moving[:-1]
    return float(chance @ np.arange(first + 1))
