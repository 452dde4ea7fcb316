"""RTT clocks, derived from the log alone: the one place where they start and stop.

A clock starts when a person is listed at a consultant-led service (or, provisionally, at an interface service:
it counts once they reach a consultant, and then from the day on which the interface service got the referral).
It stops at treatment: an operation, a course begun in clinic, discharge, removal, or a move out of hospital
care that is not a test. What is listed while a clock runs belongs to the same pathway.
"""

from dataclasses import dataclass

import numpy as np

from sim.analysis.reading.reading import NEVER, Reading
from sim.domain.words import RTT

PROVISIONAL, CLOCK, TREATMENT = RTT.index("provisional"), RTT.index("clock"), RTT.index("treatment")


@dataclass(frozen=True)
class Clocks:
    """One RTT pathway a row: person, day of the clock's start, day of the hospital referral, day of its stop
    (NEVER while incomplete), and the first hospital service."""

    row: np.ndarray
    start: np.ndarray
    referred: np.ndarray
    stop: np.ndarray
    service: np.ndarray

    def open_at(self, day: int) -> np.ndarray:
        """Positions of the pathways that are incomplete at the end of `day`."""
        return np.flatnonzero((self.start <= day) & (self.referred <= day) & (self.stop > day))

    def weeks_at(self, day: int) -> np.ndarray:
        """Weeks waited so far by the pathways that are incomplete at the end of `day`."""
        return (day - self.start[self.open_at(day)]) / 7


def clocks_of(reading: Reading) -> Clocks:
    """All RTT pathways of a run."""
    rtt = reading.rtt
    columns = reading.record.events
    listed, moved, attended = reading.listed, reading.moved, reading.attended_new
    starts = listed.index[rtt[listed.service] > 0]
    if not len(starts):
        none = np.zeros(0, np.int64)
        return Clocks(none, none, none, none, none)
    clocked = np.zeros(reading.n, bool)
    clocked[columns["row"][starts]] = True
    to = moved.to
    treated_here = (rtt[moved.service] > 0) & (to == moved.service)
    left = (rtt[moved.service] > 0) & (to != moved.service) & (rtt[to] == 0) & (reading.setting[to] != "diagnostics")
    stops = [
        moved.index[treated_here | left],
        attended.index[rtt[attended.service] == TREATMENT],
        reading.resolved.index,
        reading.removed.index,
    ]
    index = np.concatenate([starts, *stops])
    is_start = np.zeros(len(index), bool)
    is_start[: len(starts)] = True
    keep = clocked[columns["row"][index]]
    index, is_start = index[keep], is_start[keep]
    order = np.lexsort((index, columns["row"][index]))
    index, is_start = index[order], is_start[order]
    row, day, service = columns["row"][index], columns["day"][index].astype(np.int64), columns["service"][index]
    new_person = np.ones(len(row), bool)
    new_person[1:] = row[1:] != row[:-1]
    after_stop = np.ones(len(row), bool)
    after_stop[1:] = ~is_start[:-1]
    opens = is_start & (new_person | after_stop)
    closes = ~is_start & ~new_person & ~after_stop
    pathway = np.cumsum(opens) - 1
    count = int(opens.sum())
    stop = np.full(count, NEVER)
    stop[pathway[closes]] = day[closes]
    # The hospital referral is the first listing at a consultant-led service; without one the clock is void.
    real = is_start & (rtt[service] >= CLOCK)
    referred = np.full(count, NEVER)
    first_service = np.full(count, -1)
    referred[pathway[real][::-1]] = day[real][::-1]
    first_service[pathway[real][::-1]] = service[real][::-1]
    valid = referred < NEVER
    return Clocks(row[opens][valid], day[opens][valid], referred[valid], stop[valid], first_service[valid])
