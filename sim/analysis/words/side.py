"""Which side of 0 a difference lies on, by its interval and by how many replications it stands on.

The one rule of every word that judges: better, worse, longer, certain, wider.
"""

import math

FEW = 3
"""With fewer replications nothing is judged: an interval of two is luck."""
SETTLES = 5
"""With fewer nothing is said to be another answer than before: three at a quarter of the size may say it by luck."""


def side_of_zero(low: float, high: float, replications: int) -> int:
    """-1 or 1 where the whole interval lies there, else 0.

    0 too where an end is not known, where there are fewer than `FEW` replications, and where all of them differ by the
    same, since chance has shown nothing to judge by. An infinite end is one that only its other end is known of.
    """
    if replications < FEW or math.isnan(low) or math.isnan(high) or same(low, high):
        return 0
    return 1 if low > 0 else -1 if high < 0 else 0


def same(low: float, high: float) -> bool:
    """Whether both ends of an interval are one but for the rounding of sums."""
    return math.isclose(low, high, rel_tol=1e-9, abs_tol=1e-12)
