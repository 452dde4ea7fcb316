"""Clocks that begin anew: after a first appointment that was missed, and after one that was put off."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.reading.reading import NEW, Reading
from sim.domain.pathway.clocks import ClockRules
from sim.domain.words import CANCELLED, DETAIL, MISSED


@dataclass(frozen=True)
class Stretches:
    """Stretches of log in which a clock runs, in the order of (person, row of the log): person, the rows at which it
    begins and ends, and the day on which it ends; NEVER while it runs."""

    row: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    last_day: np.ndarray


def restarts(
    reading: Reading, rules: ClockRules, services: np.ndarray, stretches: Stretches
) -> tuple[np.ndarray, np.ndarray]:
    """(m,) stretch and (m,) day of each new beginning. `services` (services,) bool: whose appointments count.

    Only people who are booked again begin anew: whose referral a miss has ended has no clock to begin.
    """
    if not len(stretches.row):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    columns = reading.record.events
    event, missed = columns["event"], rules.missed_first_appointment == "restarts"
    kinds = [reading.attended, reading.started, reading.missed] if missed else []
    kinds += [reading.cancelled] if rules.cancelled == "restarts" else []
    asked = services & reading.contact  # nobody is expected at a desk that reads letters
    chosen = [one.index[asked[one.service] & (one.detail != DETAIL["side_contact"])] for one in kinds]
    index = np.sort(np.concatenate([np.zeros(0, np.int64), *chosen]))
    size = len(event) + 1
    begins = stretches.row.astype(np.int64) * size + stretches.begins
    mine = np.searchsorted(begins, columns["row"][index].astype(np.int64) * size + index, side="right") - 1
    there = (mine >= 0) & (columns["row"][index] == stretches.row[np.maximum(mine, 0)])
    index, mine = index[there], mine[there]
    there = index < stretches.ends[mine]
    index, mine = index[there], mine[there]
    put_off = event[index] == CANCELLED
    appointments, whose = index[~put_off], mine[~put_off]
    # Every appointment is the first until one has been kept; who misses it, and misses it again, begins anew twice.
    was_missed = (event[appointments] == MISSED) & (columns["detail"][appointments] == NEW)
    kept = np.full(len(stretches.row), size)
    np.minimum.at(kept, whose[~was_missed], appointments[~was_missed])
    first = was_missed & (appointments < kept[whose])
    index = np.concatenate([appointments[first], index[put_off]])
    mine = np.concatenate([whose[first], mine[put_off]])
    day = columns["day"][index].astype(np.int64)
    again = day < stretches.last_day[mine]
    return mine[again], day[again]
