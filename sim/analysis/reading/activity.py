"""What each service did in each month, counted once over the log."""

import numpy as np

from sim.analysis.reading.reading import Reading
from sim.domain.words import (
    ATTENDED,
    CANCELLED,
    DETAIL,
    EVENTS,
    LISTED,
    MISSED,
    REMOVED,
    RESOLVED,
    RTT,
    STARTED,
)

REASONS = ("recovered", "private", "discharged_after_missing", "dropped_out", "gave_up", "other")
"""Why people leave the pathway unresolved."""
ACTIVITY = (
    "joined",
    "started",
    "first_visits",
    "follow_ups",
    "side_contacts",
    "missed",
    "cancelled",
    "group_sessions",
    "operations",
    "resolved",
    "left_unseen",
    *(f"left_{reason}" for reason in REASONS),
)
"""What is counted, in the order of columns of the count."""
TREATMENT = RTT.index("treatment")
_KIND = {name: number for number, name in enumerate(ACTIVITY)}


def activity_by_month(reading: Reading, waiting: np.ndarray) -> np.ndarray:
    """(month ends, services, ACTIVITY) int32. `waiting`: (month ends, services) people on the lists.

    The last month is the part of it that was simulated, and so may the first be.
    """
    ends = np.array(reading.record.calendar.month_ends())
    months, services, kinds = len(ends), len(reading.services), len(ACTIVITY)
    events, month = reading.record.events, np.searchsorted(ends, np.arange(reading.horizon))
    kind = _kinds(reading)[events["event"].astype(np.intp) * len(reading.record.details) + events["detail"]]
    some = np.flatnonzero(kind >= 0)
    cell = (month[events["day"][some]] * services + events["service"][some]) * kinds + kind[some]
    table = np.bincount(cell, minlength=months * services * kinds).reshape(months, services, kinds).astype(np.int32)
    for code, (name, settings) in enumerate(zip(reading.services, reading.settings, strict=True)):
        if reading.rtt[code] == TREATMENT:
            table[:, code, _KIND["operations"]] = table[:, code, _KIND["first_visits"]]
        if settings.seats:
            days = reading.record.clinics[name]
            np.add.at(table[:, code, _KIND["group_sessions"]], month[days[:, 0]], days[:, 1] // settings.seats)
        if reading.has_list[code]:
            table[:, code, _KIND["left_unseen"]] = _left_unseen(reading, code, table[:, code], waiting[:, code])
    return table


def _left_unseen(reading: Reading, code: int, counted: np.ndarray, waiting: np.ndarray) -> np.ndarray:
    """(month ends,) who was on the list or joined it, is on it no more, and was not called."""
    listed = reading.listed
    at_start = np.count_nonzero((listed.service == code) & (listed.day < 0))
    called = counted[:, _KIND["started" if reading.settings[code].starts else "first_visits"]]
    found: np.ndarray = counted[:, _KIND["joined"]] - called - np.diff(waiting, prepend=at_start)
    return found


def _kinds(reading: Reading) -> np.ndarray:
    """(event words x details,) place in ACTIVITY of what each says, -1 for what is no activity."""
    details = reading.record.details
    kinds = np.full((len(EVENTS), len(details)), -1, np.int8)
    for event, name in (
        (LISTED, "joined"),
        (STARTED, "started"),
        (ATTENDED, "follow_ups"),
        (MISSED, "missed"),
        (CANCELLED, "cancelled"),
        (REMOVED, "left_other"),
        (RESOLVED, "resolved"),
    ):
        kinds[event] = _KIND[name]
    kinds[LISTED, DETAIL["starting_list"]] = -1  # they joined before the first day
    kinds[ATTENDED, DETAIL["new"]] = _KIND["first_visits"]
    kinds[ATTENDED, DETAIL["side_contact"]] = _KIND["side_contacts"]
    for reason in REASONS:
        kinds[REMOVED, DETAIL[reason]] = _KIND[f"left_{reason}"]
    return kinds.ravel()
