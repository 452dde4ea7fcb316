"""Moments of a day: times are in days, and what is told of them is the day and the whole minute."""

from typing import Any

import numpy as np

from sim.domain.hours import MINUTES_A_DAY, opening_minutes

EPS = 1e-6  # minutes: what is left of a whole minute after it was a part of a day
MORNING, CLINICS, EVENING = 0.25, 0.5, 1 - 2.0**-30
"""Parts of a day. What falls due comes at its beginning, so that it can be seen the same day; generalists are shared
out in the morning, before clinics. A drop-in may be open to the last minute."""
NO_TIME = 2.0**-29  # days: a sum of parts of a day may fall so short of midnight, after the evening has been counted


def day_of(now: float) -> int:
    """The day of a moment."""
    return int(now + NO_TIME)


def rush(index: dict[str, float], closes: float) -> tuple[np.ndarray, np.ndarray]:
    """(times in days, part of the day's people who have come by then (any unit)), both (n + 1,), from opening to
    closing."""
    begins = sorted((opening_minutes((word, word))[0] / MINUTES_A_DAY, rate) for word, rate in index.items())
    times = np.array([*(begin for begin, _ in begins), closes])
    return times, np.concatenate([[0.0], np.cumsum(np.diff(times) * [rate for _, rate in begins])])


def minute_of(part: float | np.ndarray) -> Any:
    """Minute of the day, 0-1439, of a part of a day () or (n,)."""
    if isinstance(part, float):
        return min(int(part * MINUTES_A_DAY + EPS), MINUTES_A_DAY - 1)
    return np.minimum(part * MINUTES_A_DAY + EPS, MINUTES_A_DAY - 1).astype(np.int16)
