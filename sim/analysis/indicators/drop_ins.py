"""Drop-ins: minutes between coming in and being seen, and who gave up. Told only where a pathway has a drop-in."""

import numpy as np

from sim.analysis.indicators.register import indicator
from sim.analysis.reading.before import last_before
from sim.analysis.reading.reading import Reading, remembered
from sim.analysis.statistics.quantiles import quantile


@remembered
def _minutes(reading: Reading) -> dict[str, np.ndarray]:
    """service -> minutes that those seen in the window had waited since they came in.

    When somebody came in is known where they came on the day on which they joined; the others are left out.
    """
    found, minute, listed = {}, reading.record.events.get("minute"), reading.listed
    for code, settings in enumerate(reading.settings):
        if not settings.walk_in or minute is None:
            continue
        seen, joined = reading.called.where(reading.called.service == code), listed.where(listed.service == code)
        seen = seen.where(reading.in_window(seen.day))
        size = len(reading.record.events["day"]) + 1
        came = last_before(joined.row.astype(np.int64), joined.index, seen.row.astype(np.int64), seen.index, size)
        known = (came >= 0) & (minute[came] >= 0)
        days = seen.day[known] - reading.record.events["day"][came[known]]
        found[reading.services[code]] = days * 1440.0 + minute[seen.index[known]] - minute[came[known]]
    return found


def _quantiles(reading: Reading, share: float) -> dict[str, float]:
    return {name: quantile(minutes, share) for name, minutes in _minutes(reading).items()}


@indicator("drop_in_wait_minutes_median", "minutes")
def drop_in_median(reading: Reading) -> dict[str, float]:
    """Median minutes from coming in (or ringing) to being seen,
    of those who came on the day on which they were sent."""
    return _quantiles(reading, 0.5)


@indicator("drop_in_wait_minutes_p92", "minutes")
def drop_in_p92(reading: Reading) -> dict[str, float]:
    """92nd percentile of the same."""
    return _quantiles(reading, 0.92)


@indicator("gave_up_share", "share")
def gave_up(reading: Reading) -> dict[str, float]:
    """Of those who came to a drop-in in the window, those who left unseen: they gave up, or found no room."""
    shares = {}
    for name, settings in reading.scenario.pathway.services.items():
        if settings.walk_in:
            table = reading.record.clinics[name]
            _, seen, lost = table[reading.in_window(table[:, 0]), 1:4].sum(0).tolist()
            shares[name] = lost / (seen + lost) if seen + lost else float("nan")
    return shares
