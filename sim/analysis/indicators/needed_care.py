"""Who has the care they need within 18 and within 52 weeks, and what became of the others.

Every other way out is a competing risk: who recovers, goes private or is sent away will not have it later, so to leave
them out of the count (as if they still waited somewhere) would make care seem sooner. People are counted who presented
so long before the end that each is followed for the whole time: nothing is censored, and the estimate of Aalen and
Johansen (1978) is the plain share.
"""

from collections.abc import Callable

import numpy as np

from sim.analysis.indicators.access import NEEDS_MORE, groups_of
from sim.analysis.indicators.groups import fair_groups
from sim.analysis.indicators.register import indicator
from sim.analysis.reading.events import Events
from sim.analysis.reading.reading import NEVER, Reading, remembered
from sim.analysis.statistics.survival import incidence_by_group
from sim.domain.words import DETAIL, NEEDS

LIMITS = {"18_weeks": 126, "52_weeks": 364}
HAVE_CARE = "have_care"
WAYS = (HAVE_CARE, "recovered", "went_private", "removed", "ended_without")
"""How it may go for somebody who needs more; `ended_without`: they settled for less, gave up or were sent away."""
STILL_WAIT = "still_wait"
AT_LEAST_DAYS = 28
"""Days on which people present, at the least, before a share of them is told: those of the first days of a run are no
sample of its people."""


def _came_to_nothing(reading: Reading, visits: Events) -> np.ndarray:
    """(n,) bool of attended `visits`: the next decision made there about the person was that there is nothing to offer.

    The way to a test and back is no decision; a course that begins is one, and is treatment.
    """
    moved, nothing = reading.moved, np.zeros(len(visits), bool)
    empty_handed = np.unique(moved.service[(moved.to >= 0) & reading.no_outcome[moved.to]])
    moved = moved.where((moved.detail != DETAIL["test"]) & np.isin(moved.service, empty_handed))
    asked = np.flatnonzero(np.isin(visits.service, empty_handed))
    if not len(moved) or not len(asked):
        return nothing
    size, services = len(reading.record.events["day"]) + 1, len(reading.services)
    # The next decision about a person at a service is the one that follows in the order of person, service and time.
    decided = (moved.row.astype(np.int64) * services + moved.service) * size + moved.index
    order = np.argsort(decided)
    of = visits.row[asked].astype(np.int64) * services + visits.service[asked]
    position = decided[order].searchsorted(of * size + visits.index[asked], "right")
    following = order[np.minimum(position, len(order) - 1)]
    same = (position < len(order)) & (decided[following] // size == of)
    nothing[asked] = same & (moved.to[following] >= 0) & reading.no_outcome[moved.to[following]]
    return nothing


@remembered
def _ways_out(reading: Reading) -> tuple[np.ndarray, np.ndarray]:
    """(days, way) over all patients: from presentation to what came first of `WAYS` (1, 2, ...), or 0 at the end."""
    contacts = reading.first_episode(reading.contacts)
    meeting = contacts.where(reading.meets[reading.need_at(contacts), contacts.service])
    care = reading.first_day_of(meeting.where(~_came_to_nothing(reading, meeting)))
    removed = reading.first_episode(reading.removed)
    ways = [
        care,
        reading.first_day_of(removed.where(removed.detail == DETAIL["recovered"])),
        reading.first_day_of(removed.where(removed.detail == DETAIL["private"])),
        reading.first_day_of(removed.where(removed.detail == DETAIL["other"])),
        reading.first_day_of(reading.first_episode(reading.resolved)),
    ]
    days = np.stack(ways)
    first = days.min(axis=0)
    way = np.where(first < NEVER, days.argmin(axis=0) + 1, 0)  # on one day: care before whatever follows from it
    return np.minimum(first, reading.horizon) - reading.patients.presented_day, way


def _followed(reading: Reading, limit: int) -> dict[str, np.ndarray]:
    """group -> rows of people who need more than self-management and whom the run follows for `limit` days; nobody
    where these are of fewer than `AT_LEAST_DAYS`."""
    groups = groups_of(reading)
    more = groups[NEEDS_MORE]
    wanted = {NEEDS_MORE: more, "all": more} | {need: groups[need] for need in NEEDS if need != "self_management"}
    wanted |= {group: more[positions] for group, positions in fair_groups(reading, more).items()}
    wanted |= {
        group.removeprefix(f"{NEEDS_MORE}_"): rows for group, rows in groups.items() if f"{NEEDS_MORE}_year" in group
    }
    last = reading.horizon - 1 - limit
    came = {group: reading.patients.presented_day[rows] for group, rows in wanted.items()}
    enough = {group: len(day) and last - day.min() + 1 >= AT_LEAST_DAYS for group, day in came.items()}
    return {group: rows[came[group] <= last] if enough[group] else rows[:0] for group, rows in wanted.items()}


@remembered
def _shares(reading: Reading, limit: int) -> dict[str, np.ndarray | None]:
    """group -> (ways,) shares of its people gone each way within `limit` days; None of nobody."""
    days, way = _ways_out(reading)
    found = incidence_by_group(days, way, len(WAYS), _followed(reading, limit))
    return {
        group: None if one is None else one.curves[:, min(limit, one.curves.shape[1] - 1)]
        for group, one in found.items()
    }


def _have_care(limit: int) -> Callable[[Reading], dict[str, float]]:
    def found(reading: Reading) -> dict[str, float]:
        return {group: float("nan") if one is None else float(one[0]) for group, one in _shares(reading, limit).items()}

    return found


def _became(limit: int) -> Callable[[Reading], dict[str, float]]:
    def found(reading: Reading) -> dict[str, float]:
        shares = _shares(reading, limit)["all"]
        if shares is None:
            return {way: float("nan") for way in (*WAYS, STILL_WAIT)}
        told = dict(zip(WAYS, shares.tolist(), strict=True))
        return told | {STILL_WAIT: max(1 - float(shares.sum()), 0.0)}

    return found


for _word, _limit in LIMITS.items():
    indicator(f"had_needed_care_within_{_word}_share", "share")(_have_care(_limit))
for _word, _limit in LIMITS.items():
    indicator(f"after_{_word}_share", "share")(_became(_limit))
