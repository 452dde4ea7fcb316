"""Community services as their returns tell them: how long those who wait have waited, by the clock of such services."""

import numpy as np

from sim.analysis.indicators.register import indicator
from sim.analysis.reading.reading import NEVER, Reading, remembered
from sim.analysis.reading.restarts import Stretches, restarts


@remembered
def _weeks_waiting(reading: Reading) -> dict[str, np.ndarray]:
    """community service -> weeks on the clock of people who wait at the end; `all` of them together."""
    found = {
        reading.services[code]: (reading.horizon - 1 - _started(reading, code)) / 7
        for code in np.flatnonzero(reading.has_list & (reading.setting == "community")).tolist()
    }
    return {"all": np.concatenate(list(found.values()))} | found if found else {}


def _started(reading: Reading, code: int) -> np.ndarray:
    """(waiting,) day on which the clock of each began, as it stands at the end."""
    rows, since, stops = reading.stays[code]
    rows, since = rows[stops == NEVER], since[stops == NEVER].astype(np.int64)
    order = np.argsort(rows)
    rows, since = rows[order], since[order]
    listed = reading.listed.where(reading.listed.service == code)
    last = np.zeros(reading.n, np.int64)
    last[listed.row] = listed.index
    still = np.full(len(rows), NEVER)
    stretches = Stretches(rows, last[rows], still, still)
    here = np.arange(len(reading.services)) == code
    which, when = restarts(reading, reading.scenario.pathway.clocks.community, here, stretches)
    np.maximum.at(since, which, when)
    return since


def _by_service(reading: Reading, of: str) -> dict[str, float]:
    told = {
        "within": lambda weeks: float((weeks <= 18).mean()),
        "median": lambda weeks: float(np.median(weeks)),
        "over": lambda weeks: float((weeks > 52).mean()),
    }[of]
    return {name: told(weeks) if len(weeks) else float("nan") for name, weeks in _weeks_waiting(reading).items()}


@indicator("community_within_18_weeks", "share")
def community_within_18_weeks(reading: Reading) -> dict[str, float]:
    """Of people who wait for a community service at the end: 18 weeks or less on its clock."""
    return _by_service(reading, "within")


@indicator("community_median_weeks", "weeks")
def community_median_weeks(reading: Reading) -> dict[str, float]:
    """Median weeks so far, on the clock, of people who wait for a community service at the end."""
    return _by_service(reading, "median")


@indicator("community_over_52_weeks", "share")
def community_over_52_weeks(reading: Reading) -> dict[str, float]:
    """Of people who wait for a community service at the end: more than 52 weeks on its clock."""
    return _by_service(reading, "over")
