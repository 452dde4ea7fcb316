"""A finished replication as it stood on an earlier day: exact, without running it again."""

from dataclasses import replace

import numpy as np

from sim.analysis.reading.reading import Reading
from sim.domain.record import Record
from sim.domain.scenario import Analysis, Scenario
from sim.domain.words import PRESENTED, REMOVED, RESOLVED


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
    )
