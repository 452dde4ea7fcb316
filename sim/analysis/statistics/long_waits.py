"""Waits that too few have come to the end of: long, and not absent. The one convention of every mean and difference.

A time to care (`days_to_...`) is unknown in a replication in which too few had got so far by its end; then
`NAME_at_least` says what it cannot be shorter than. Those replications are the long ones: a mean of the others is too
short, so it is not told. What is told is `more than` the mean with each unknown time at its bound, and of a difference
the end that the bounds leave.
"""

import numpy as np
from numpy.typing import ArrayLike

AT_LEAST = "_at_least"
TIMES = "days_to_"


def is_time(kpi: str, group: str = "") -> bool:
    """Whether a missing value of the indicator means long. So it does in what is worked out of such a time (how unequal
    it is: then the time is the group), of which there is no bound."""
    return (kpi.startswith(TIMES) and not kpi.endswith(AT_LEAST)) or group.startswith(TIMES)


def unknown(kpi: str, group: str, values: ArrayLike) -> bool:
    """Whether a mean of `values` (replications,) would be of the short ones alone."""
    return is_time(kpi, group) and bool(np.isnan(np.asarray(values, float)).any())
