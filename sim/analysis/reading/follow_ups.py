"""Follow-ups as a list: from the day on which each fell due to the day on which the person was called."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.reading.events import Events
from sim.analysis.reading.reading import NEVER, Reading, remembered
from sim.domain.words import DETAIL

FOLLOW_UP = DETAIL["follow_up"]


@dataclass(frozen=True)
class DueVisits:
    """Follow-ups of one service, (n,) each: the person's row, the day due, the day called (NEVER while it is due), and
    whether it was held then. Who missed or cancelled is due again on a later day."""

    row: np.ndarray
    due: np.ndarray
    called: np.ndarray
    held: np.ndarray

    def overdue_at(self, day: int) -> np.ndarray:
        """Positions of those that are due and have not been held at the end of `day`."""
        return np.flatnonzero((self.due <= day) & (self.called > day))


@remembered
def follow_ups(reading: Reading) -> dict[int, DueVisits]:
    """service -> its follow-ups, of services that see people again when they are due."""
    held, missed = (events.where(events.detail == FOLLOW_UP) for events in (reading.attended, reading.missed))
    off = reading.cancelled
    off = off.where(off.since < off.day)  # a first visit's wait goes on: its row says the day itself
    called = [(held, True), (missed, False), (off, False)]
    return {code: _of(reading, code, called) for code in _where_due(reading)}


def _of(reading: Reading, code: int, called: list[tuple[Events, bool]]) -> DueVisits:
    due = reading.record.due.get(reading.services[code], np.zeros((0, 2), np.int64))
    here = [(events.where(events.service == code), is_held) for events, is_held in called]
    return DueVisits(
        np.concatenate([*(events.row for events, _ in here), due[:, 0]]),
        np.concatenate([*(events.since for events, _ in here), due[:, 1]]),
        np.concatenate([*(events.day for events, _ in here), np.full(len(due), NEVER)]),
        np.concatenate([*(np.full(len(events), is_held) for events, is_held in here), np.zeros(len(due), bool)]),
    )


def _where_due(reading: Reading) -> list[int]:
    """Services to which people come back by their settings, or where they are in a course on day 0."""
    start = reading.scenario.start
    lists = start.lists.values() if start.kind == "lists" else ()
    midway = {place.service for one in lists for place in one.places.values() if place.in_course}
    return [
        code
        for code, (name, settings) in enumerate(zip(reading.services, reading.settings, strict=True))
        if settings.has_courses and (settings.sees_again or name in midway)
    ]
