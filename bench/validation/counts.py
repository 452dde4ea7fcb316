"""What every count of a replication is, and what they share.

`year` is a pair of days, the last not included; `day` the end of a day of the run, of which day 0 is 1 April 2025.
"""

from collections.abc import Callable

import numpy as np

from sim.analysis.indicators.register import measured
from sim.analysis.reading.events import Events
from sim.analysis.reading.reading import Reading
from sim.domain.words import DETAIL

Count = Callable[[Reading], float]
Of = Callable[[np.ndarray], float]
SECOND_YEAR = (365, 730)
VISITS = (DETAIL["new"], DETAIL["follow_up"])
A_YEAR = 365


def kpi(name: str, group: str = "all") -> Count:
    """An indicator."""
    return lambda reading: measured(reading, name)[group]


def by_fifth(name: str, ratio: bool) -> Count:
    """An indicator of the most deprived fifth over that of the least, or less it."""

    def found(reading: Reading) -> float:
        most, least = measured(reading, name)["imd_1"], measured(reading, name)["imd_5"]
        return most / least if ratio else most - least

    return found


def within(days: np.ndarray, year: tuple[int, int]) -> np.ndarray:
    """(n,) bool: days of a year."""
    return (days >= year[0]) & (days < year[1])


def code(reading: Reading, service: str) -> int:
    """The number of a service."""
    return reading.services.index(service)


def at(reading: Reading, events: Events, service: str, year: tuple[int, int] = SECOND_YEAR) -> Events:
    """Those at a service in a year."""
    return events.where((events.service == code(reading, service)) & within(events.day, year))
