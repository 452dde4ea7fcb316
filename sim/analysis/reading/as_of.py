"""A finished replication as it stood on an earlier day: exact, without running it again."""

from dataclasses import replace

import numpy as np

from sim.analysis.reading.follow_ups import FOLLOW_UP
from sim.analysis.reading.reading import Reading
from sim.domain.record import Record
from sim.domain.scenario import Analysis, Scenario
from sim.domain.words import ATTENDED, CANCELLED, EVENTS, MISSED, PRESENTED, REMOVED, RESOLVED

_CALLED = np.isin(np.arange(len(EVENTS)), (ATTENDED, MISSED, CANCELLED))


def as_of(record: Record, scenario: Scenario, day: int, since: int | None = None) -> Reading:
    """What is known at the end of `day`, counted from day `since` (the first day of `analysis.window`, or after the
    warm-up, if absent).

    What happens after a day changes nothing before it, so this is the reading of a run that ends on `day`. Raises
    ValueError for days that are not in the run or not in this order.
    """
    window = scenario.analysis.window
    first = since if since is not None else window[0] if window else scenario.run.warm_up_days
    if not 0 <= first <= day < record.calendar.horizon:
        raise ValueError(f"days {first} to {day} are no stretch of a run of {record.calendar.horizon} days")
    return Reading(_until(record, day), replace(scenario, analysis=Analysis(window=(first, day + 1))))


def _until(record: Record, day: int) -> Record:
    calendar, size = record.calendar, day + 1
    if size == calendar.horizon:
        return record
    before = record.events["day"] <= day
    count = int(np.count_nonzero(before))
    part = slice(count) if before[:count].all() else before  # in order of days: a part of it, not a copy
    events = {name: column[part] for name, column in record.events.items()}
    words = np.bincount(events["event"], minlength=max(PRESENTED, REMOVED, RESOLVED) + 1)
    began = int(words[PRESENTED]) + sum(len(rows) for rows in record.patients.placed.values())
    return replace(
        record,
        calendar=replace(calendar, horizon=size, weekday=calendar.weekday[:size], holiday=calendar.holiday[:size]),
        events=events,
        clinics={name: table[table[:, 0] <= day] for name, table in record.clinics.items()},
        inside=began - int(words[RESOLVED] + words[REMOVED]),
        due=_due(record, day, ~before),
    )


def _due(record: Record, day: int, later: np.ndarray) -> dict[str, np.ndarray]:
    """Follow-ups that are due at the end of `day`: those held on a day `later` (events,), and those still due then."""
    events = record.events
    called = later & (events["since"] <= day) & _CALLED[events["event"]]
    called &= (events["detail"] == FOLLOW_UP) | (events["event"] == CANCELLED)  # of a first visit that is its own day
    row, service, since = (events[name][called].astype(np.int64) for name in ("row", "service", "since"))
    due = {}
    for code, name in enumerate(record.services):
        here, still = service == code, record.due.get(name, np.zeros((0, 2), np.int64))
        due[name] = np.concatenate([np.column_stack([row[here], since[here]]), still[still[:, 1] <= day]])
    return {name: table for name, table in due.items() if len(table)}
