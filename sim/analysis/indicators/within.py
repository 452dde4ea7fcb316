"""Waits against a standard: how many within 6 weeks, within 18 weeks."""

import numpy as np

from sim.analysis.indicators.lists import completed_weeks, still_waiting
from sim.analysis.indicators.register import indicator
from sim.analysis.reading.reading import Reading


def _share(weeks: np.ndarray, within: int) -> float:
    return float((weeks <= within).mean()) if len(weeks) else float("nan")


def _of_those_seen(reading: Reading, within: int) -> dict[str, float]:
    return {name: _share(weeks, within) for name, (weeks, _) in completed_weeks(reading).items()}


def _of_those_waiting(reading: Reading, within: int) -> dict[str, float]:
    return {name: _share(weeks, within) for name, (weeks, _) in still_waiting(reading).items()}


def limit_passes(reading: Reading, code: int, within: int) -> np.ndarray:
    """(stays,) first day on which each of the stays of a service has lasted more than `within` weeks, if it lasts.

    Of who joined with more behind them (`keeps_place`) it is the day on which they joined.
    """
    _, since, _ = reading.stays[code]
    return np.maximum(since + 7 * within + 1, reading.joined[code])


def _of_those_decided(reading: Reading, within: int) -> dict[str, float]:
    """Of stays whose weeks were decided on a day of the window, those seen in time. Each stay is decided once:
    in time on the day of the visit, late on the first day beyond the limit, whatever comes of it."""
    shares, seen = {}, completed_weeks(reading)
    for code, (_, _, left) in reading.stays.items():
        name = reading.services[code]
        passed = limit_passes(reading, code, within)
        late = int((reading.in_window(passed) & (left >= passed)).sum())
        in_time = int((seen[name][0] <= within).sum())
        shares[name] = in_time / (in_time + late) if in_time + late else float("nan")
    return shares


@indicator("within_6_weeks_share", "share")
def within_6_weeks(reading: Reading) -> dict[str, float]:
    """Of people whose six weeks were decided in the window: those seen within them.

    Decided on the day of the visit, or on the day on which six weeks have passed without one: who is seen late is not
    counted again, and who waits still within their six weeks is not decided. To leave long waiters unseen does not
    raise it, as it raises the share of those seen.
    """
    return _of_those_decided(reading, 6)


@indicator("within_18_weeks_share", "share")
def within_18_weeks(reading: Reading) -> dict[str, float]:
    """The same with 18 weeks."""
    return _of_those_decided(reading, 18)


@indicator("seen_within_6_weeks_share", "share")
def seen_within_6_weeks(reading: Reading) -> dict[str, float]:
    """Of people first seen in the window: those who had waited at most six weeks.
    Says nothing of who is still waiting."""
    return _of_those_seen(reading, 6)


@indicator("seen_within_18_weeks_share", "share")
def seen_within_18_weeks(reading: Reading) -> dict[str, float]:
    """The same with 18 weeks."""
    return _of_those_seen(reading, 18)


@indicator("waiting_within_6_weeks_share", "share")
def waiting_within_6_weeks(reading: Reading) -> dict[str, float]:
    """Of people waiting at the end: those who have waited at most six weeks."""
    return _of_those_waiting(reading, 6)


@indicator("waiting_within_18_weeks_share", "share")
def waiting_within_18_weeks(reading: Reading) -> dict[str, float]:
    """The same with 18 weeks."""
    return _of_those_waiting(reading, 18)
