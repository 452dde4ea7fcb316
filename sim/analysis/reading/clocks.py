"""RTT clocks, derived from the log alone: the one place where they start and stop.

A clock starts when a person is listed at a consultant-led service (or, provisionally, at an interface service:
it counts once they reach a consultant, and then from the day on which the interface service got the referral).
It stops at treatment: an operation, a course begun in clinic, discharge, removal, or a move out of hospital
care that is not a test. What is listed while a clock runs belongs to the same pathway. `pathway.clocks` says what
missed and cancelled appointments, monitoring and other providers do to it.
"""

from dataclasses import dataclass

import numpy as np

from sim.analysis.reading.reading import NEVER, Reading
from sim.analysis.reading.restarts import Stretches, restarts
from sim.domain.words import ATTENDED, DETAIL, MOVED, RESOLVED, RTT

PROVISIONAL, CLOCK, TREATMENT, MONITORING, ANOTHER = map(RTT.index, RTT[1:])
STOPS = (ATTENDED, MOVED, RESOLVED)
NOTHING = -1


@dataclass(frozen=True)
class Clocks:
    """One RTT pathway a row: person, day of the clock's start, day of the hospital referral, day of its stop
    (NEVER while incomplete), the first hospital service; whether it came back from another provider (no new referral)
    and whether it ended by going to one (no completed pathway). `stopped_by`: the event of its stop, NOTHING while
    incomplete.

    `restarted` and `restarted_day` (m,): the rows of pathways whose clock began anew, and when.
    """

    row: np.ndarray
    start: np.ndarray
    referred: np.ndarray
    stop: np.ndarray
    service: np.ndarray
    came_back: np.ndarray
    handed_over: np.ndarray
    stopped_by: np.ndarray
    restarted: np.ndarray
    restarted_day: np.ndarray

    def started_by(self, day: int | np.ndarray) -> np.ndarray:
        """(pathways,) day on which each clock began, as it stood at the end of `day`, one or of each (pathways,)."""
        start = self.start.copy()
        by = np.broadcast_to(day, start.shape)[self.restarted]
        known = self.restarted_day <= by
        np.maximum.at(start, self.restarted[known], self.restarted_day[known])
        return start

    def open_at(self, day: int) -> np.ndarray:
        """Positions of the pathways that are incomplete at the end of `day`."""
        return np.flatnonzero((self.start <= day) & (self.referred <= day) & (self.stop > day))

    def completed(self) -> np.ndarray:
        """Positions of the pathways that end with a stop as the return counts them: treated, or sent out of hospital
        care. Not who is taken off a list (recovered, gone private, validated), nor who takes the clock elsewhere."""
        return np.flatnonzero(np.isin(self.stopped_by, STOPS) & ~self.handed_over)

    def weeks_at(self, day: int) -> np.ndarray:
        """Weeks waited so far by the pathways that are incomplete at the end of `day`."""
        return (day - self.started_by(day)[self.open_at(day)]) / 7


def clocks_of(reading: Reading) -> Clocks:
    """All RTT pathways of a run."""
    rules = reading.scenario.pathway.clocks.rtt
    rtt = np.where(reading.rtt >= MONITORING, 0, reading.rtt)
    columns = reading.record.events
    starts = reading.listed.index[rtt[reading.listed.service] > 0]
    if not len(starts):
        none, nobody = np.zeros(0, np.int64), np.zeros(0, bool)
        return Clocks(none, none, none, none, none, nobody, nobody, none, none, none)
    clocked = np.zeros(reading.n, bool)
    clocked[columns["row"][starts]] = True
    stops = _stops(reading, rtt)
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
    stop, closed, stopped_by = np.full(count, NEVER), np.full(count, NEVER), np.full(count, NOTHING)
    stop[pathway[closes]], closed[pathway[closes]] = day[closes], index[closes]
    stopped_by[pathway[closes]] = columns["event"][index[closes]]
    # Who was taken over from another provider has waited since before the listing.
    taken_over = columns["detail"][index] == DETAIL["from_elsewhere"]
    start = np.where(taken_over, columns["since"][index].astype(np.int64), day)[opens]
    came_back, handed_over = np.zeros(count, bool), np.zeros(count, bool)
    if (reading.rtt == ANOTHER).any() and rules.another_provider == "carries":
        to = columns["to"][index[closes]]
        handed_over[pathway[closes]] = (to >= 0) & (reading.rtt[to] == ANOTHER)
        for number in np.flatnonzero(handed_over[:-1] & (row[opens][1:] == row[opens][:-1])).tolist():
            start[number + 1], came_back[number + 1] = start[number], True
    # The hospital referral is the first listing at a consultant-led service; without one the clock is void.
    real = is_start & (rtt[service] >= CLOCK)
    referred = np.full(count, NEVER)
    first_service = np.full(count, -1)
    referred[pathway[real][::-1]] = day[real][::-1]
    first_service[pathway[real][::-1]] = service[real][::-1]
    valid = referred < NEVER
    which, when = restarts(reading, rules, rtt > 0, Stretches(row[opens], index[opens], closed, stop))
    kept = valid[which]
    return Clocks(
        row[opens][valid],
        start[valid],
        referred[valid],
        stop[valid],
        first_service[valid],
        came_back[valid],
        handed_over[valid],
        stopped_by[valid],
        (np.cumsum(valid) - 1)[which[kept]],
        when[kept],
    )


def _stops(reading: Reading, rtt: np.ndarray) -> list[np.ndarray]:
    """Rows of the log that end a clock that runs."""
    moved, attended, to = reading.moved, reading.attended_new, reading.moved.to
    runs, goes_on = rtt > 0, reading.setting == "diagnostics"
    if reading.scenario.pathway.clocks.rtt.active_monitoring == "runs_on":
        runs, goes_on = runs | (reading.rtt == MONITORING), goes_on | (reading.rtt == MONITORING)
    treated_here = (rtt[moved.service] > 0) & (to == moved.service)
    left = runs[moved.service] & (to != moved.service) & (rtt[to] == 0) & ~goes_on[to]
    return [
        moved.index[treated_here | left],
        attended.index[rtt[attended.service] == TREATMENT],
        reading.resolved.index,
        reading.removed.index,
    ]
