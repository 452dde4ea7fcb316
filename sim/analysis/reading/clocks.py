"""RTT clocks, derived from the log alone: the one place where they start and stop.

A clock starts when a person is listed at a consultant-led service or at an interface service, and stops at treatment:
an operation, a course begun in clinic, the first attended visit to therapy that the person was sent to; or when they
leave: discharge, removal, or a move out of such care that is no test. What is listed while a clock runs belongs to the
same pathway. `analysis.interface_clocks` says what a referral to an interface service counts for, `pathway.clocks` what
missed and cancelled appointments, monitoring and other providers do to a clock.
"""

from dataclasses import dataclass

import numpy as np

from sim.analysis.reading.reading import NEVER, Reading, remembered
from sim.analysis.reading.restarts import Stretches, restarts
from sim.domain.words import ATTENDED, DETAIL, MOVED, NEEDS, RESOLVED, RTT

PROVISIONAL, CLOCK, TREATMENT, MONITORING, ANOTHER = map(RTT.index, RTT[1:])
STOPS = (ATTENDED, MOVED, RESOLVED)
NOTHING = -1
BEYOND = ("community", "hospital")


@dataclass(frozen=True)
class Clocks:
    """One RTT pathway a row: person, day of the clock's start, day of the hospital referral (NEVER before it), day from
    which it is counted, day of its stop (NEVER while incomplete), the first hospital service (-1 before it); whether it
    came back from another provider (no new referral) and whether it ended by going to one (no completed pathway).
    `stopped_by`: the event of its stop, NOTHING while incomplete; `operated`: whether that was an operation.

    `restarted` and `restarted_day` (m,): the rows of pathways whose clock began anew, and when.
    """

    row: np.ndarray
    start: np.ndarray
    referred: np.ndarray
    counted: np.ndarray
    stop: np.ndarray
    service: np.ndarray
    came_back: np.ndarray
    handed_over: np.ndarray
    stopped_by: np.ndarray
    operated: np.ndarray
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
        return np.flatnonzero((self.start <= day) & (self.counted <= day) & (self.stop > day))

    def completed(self) -> np.ndarray:
        """Positions of the pathways that end with a stop as the return counts them: treated, or sent out of such
        care. Not who is taken off a list (recovered, gone private, validated), nor who takes the clock elsewhere."""
        return np.flatnonzero(np.isin(self.stopped_by, STOPS) & ~self.handed_over)

    def weeks_at(self, day: int) -> np.ndarray:
        """Weeks waited so far by the pathways that are incomplete at the end of `day`."""
        return (day - self.started_by(day)[self.open_at(day)]) / 7


def clocks_of(reading: Reading, interface: str = "") -> Clocks:
    """All RTT pathways of a run. `interface`: how referrals to interface services count, if not as the scenario says.

    `provisional`: once the person is listed at a consultant-led service, and then from the day of the interface's
    listing; `clock`: from that day on, whatever comes of it; `none`: they start no clock.
    """
    way = interface or reading.scenario.analysis.interface_clocks
    found = _pathways(reading, way != "none" or not (reading.rtt == PROVISIONAL).any())
    if way == "clock":
        return found
    # The hospital referral is the first listing at a consultant-led service; without one the clock is void.
    valid = found.referred < NEVER
    kept = valid[found.restarted]
    return Clocks(
        found.row[valid],
        found.start[valid],
        found.referred[valid],
        found.referred[valid],
        found.stop[valid],
        found.service[valid],
        found.came_back[valid],
        found.handed_over[valid],
        found.stopped_by[valid],
        found.operated[valid],
        (np.cumsum(valid) - 1)[found.restarted[kept]],
        found.restarted_day[kept],
    )


@remembered
def _pathways(reading: Reading, with_interface: bool) -> Clocks:
    """The same, each counted from its first listing, those that never reach a consultant among them."""
    rules = reading.scenario.pathway.clocks.rtt
    rtt = np.where((reading.rtt >= MONITORING) | ((reading.rtt == PROVISIONAL) & (not with_interface)), 0, reading.rtt)
    columns = reading.record.events
    starts = reading.listed.index[rtt[reading.listed.service] > 0]
    if not len(starts):
        none, nobody = np.zeros(0, np.int64), np.zeros(0, bool)
        return Clocks(none, none, none, none, none, none, nobody, nobody, none, nobody, none, none)
    clocked = np.zeros(reading.n, bool)
    clocked[columns["row"][starts]] = True
    treats = _therapy(reading, rtt)
    stops = _stops(reading, rtt, treats)
    index = np.concatenate([starts, *stops])
    is_start = np.zeros(len(index), bool)
    is_start[: len(starts)] = True
    keep = clocked[columns["row"][index]]
    index, is_start = index[keep], is_start[keep]
    order = np.argsort(columns["row"][index].astype(np.int64) * (len(columns["row"]) + 1) + index)
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
    operated = np.zeros(count, bool)
    operated[pathway[closes]] = (rtt[service[closes]] == TREATMENT) & (stopped_by[pathway[closes]] == ATTENDED)
    # Who was taken over from another provider has waited since before the listing.
    taken_over = columns["detail"][index] == DETAIL["from_elsewhere"]
    start = np.where(taken_over, columns["since"][index].astype(np.int64), day)[opens]
    came_back, handed_over = np.zeros(count, bool), np.zeros(count, bool)
    if (reading.rtt == ANOTHER).any() and rules.another_provider == "carries":
        to = columns["to"][index[closes]]
        handed_over[pathway[closes]] = (to >= 0) & (reading.rtt[to] == ANOTHER)
        for number in np.flatnonzero(handed_over[:-1] & (row[opens][1:] == row[opens][:-1])).tolist():
            start[number + 1], came_back[number + 1] = start[number], True
    real = is_start & (rtt[service] >= CLOCK)
    referred = np.full(count, NEVER)
    first_service = np.full(count, -1)
    referred[pathway[real][::-1]] = day[real][::-1]
    first_service[pathway[real][::-1]] = service[real][::-1]
    of_list = _clinic_of_their_list(reading, rtt)[row[opens]]
    first_service = np.where((rtt[first_service] == TREATMENT) & (of_list >= 0), of_list, first_service)
    stretches = Stretches(row[opens], index[opens], closed, stop)
    restarted, restarted_day = restarts(reading, rules, (rtt > 0) | treats, stretches)
    return Clocks(
        row[opens],
        start,
        referred,
        day[opens],
        stop,
        first_service,
        came_back,
        handed_over,
        stopped_by,
        operated,
        restarted,
        restarted_day,
    )


def _clinic_of_their_list(reading: Reading, rtt: np.ndarray) -> np.ndarray:
    """(people,) the consultant's clinic of the starting list on which somebody stands, -1 elsewhere or where it names
    none or several: who is listed for an operation on the first day is a pathway of the specialty that listed them."""
    found = np.full(reading.n, -1)
    for (list_name, _), rows in reading.patients.placed.items():
        places = reading.scenario.start.lists[list_name].places.values()
        here = {code for place in places if rtt[code := reading.services.index(place.service)] == CLOCK}
        if len(here) == 1:
            found[rows] = here.pop()
    return found


def _therapy(reading: Reading, rtt: np.ndarray) -> np.ndarray:
    """(services,) bool: treatment that nobody consultant-led gives. Who is sent there is treated once they are seen.

    Contacts in the community or in hospital; elsewhere those of care beyond self-management, since to be sent back to a
    GP or home is discharge.
    """
    more = reading.meets[NEEDS.index("group_programme")]
    here = np.isin(reading.setting, BEYOND) | (more & (reading.setting != "diagnostics"))
    return here & reading.contact & (rtt == 0) & (reading.rtt < MONITORING) & ~reading.no_outcome


def _stops(reading: Reading, rtt: np.ndarray, treats: np.ndarray) -> list[np.ndarray]:
    """Rows of the log that end a clock that runs."""
    moved, attended, to = reading.moved, reading.attended_new, reading.moved.to
    runs, goes_on = (rtt > 0) | treats, (reading.setting == "diagnostics") | treats
    if reading.scenario.pathway.clocks.rtt.active_monitoring == "runs_on":
        runs, goes_on = runs | (reading.rtt == MONITORING), goes_on | (reading.rtt == MONITORING)
    treated_here = (rtt[moved.service] > 0) & (to == moved.service)
    left = runs[moved.service] & (to != moved.service) & (rtt[to] == 0) & ~goes_on[to]
    return [
        moved.index[treated_here | left],
        attended.index[((rtt == TREATMENT) | treats)[attended.service]],
        reading.resolved.index,
        reading.removed.index,
    ]
