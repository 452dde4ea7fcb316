"""Lists at the ends of months: who waits for a first visit, and whose follow-up is overdue."""

from collections.abc import Iterable

import numpy as np

from sim.analysis.reading.follow_ups import follow_ups
from sim.analysis.reading.reading import Reading
from sim.domain.words import LIST_BANDS_WEEKS

Spell = tuple[int, np.ndarray, np.ndarray, np.ndarray]


def waiting_at_month_ends(reading: Reading) -> np.ndarray:
    """(month ends, services, bands) people waiting, by weeks waited."""
    stays = reading.stays.items()
    return _by_band(reading, ((code, starts, reading.joined[code], stops) for code, (_, starts, stops) in stays))


def overdue_at_month_ends(reading: Reading) -> np.ndarray:
    """(month ends, services, bands) people whose follow-up is due and has not been held, by weeks overdue."""
    due = follow_ups(reading).items()
    return _by_band(reading, ((code, one.due, one.due, one.called) for code, one in due))


def _by_band(reading: Reading, spells: Iterable[Spell]) -> np.ndarray:
    """Of `spells` (service, day counted from, first day there, day over) those that last at each month's end, by
    weeks: more than the lower edge and at most the upper, as published."""
    ends = np.array(reading.record.calendar.month_ends())
    edges = np.array(LIST_BANDS_WEEKS) * 7
    table = np.zeros((len(ends), len(reading.services), len(edges)), np.int32)
    for code, starts, joined, stops in spells:
        first, last = np.searchsorted(ends, joined), np.searchsorted(ends, stops)
        crosses = np.flatnonzero(first < last)  # only what is seen at some month end
        starts, first, last = starts[crosses], first[crosses], last[crosses]
        for month, end in enumerate(ends.tolist()):
            here = (first <= month) & (last > month)
            bands = np.maximum(np.searchsorted(edges, end - starts[here]) - 1, 0)
            table[month, code] = np.bincount(bands, minlength=len(edges))
    return table
