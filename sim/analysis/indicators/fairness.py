"""Is it fair? Who is discharged for missing, goes private, is operated on,
misses: by deprivation fifth and ethnic group.

Of the cohort (who presented in the window) and of first episodes, up to the end of the run: who presented late has had
less time, and that is the same for all groups.
"""

import numpy as np

from sim.analysis.indicators.groups import fair_groups
from sim.analysis.indicators.register import indicator
from sim.analysis.reading.clocks import TREATMENT
from sim.analysis.reading.events import Events
from sim.analysis.reading.reading import Reading
from sim.domain.words import DETAIL, DETAILS, NEEDS

VISITS = (DETAIL["new"], DETAIL["follow_up"])


def _share(reading: Reading, rows: np.ndarray, marked: np.ndarray) -> dict[str, float]:
    """group -> share of `rows` whose mark is set, of all and of each group. `marked` (patients,) bool."""
    marks = marked[rows]
    groups = {"all": marks} | {group: marks[positions] for group, positions in fair_groups(reading, rows).items()}
    return {group: float(some.mean()) if len(some) else float("nan") for group, some in groups.items()}


def _to_whom(reading: Reading, events: Events) -> np.ndarray:
    """(patients,) bool: to whom one of these happened in their first episode."""
    marked = np.zeros(reading.n, bool)
    marked[reading.first_episode(events).row] = True
    return marked


def discharged_after_missing(reading: Reading) -> list[Events]:
    """Ends of referrals because an appointment was missed: off the list, and on or out by the rules of `after_missing`.

    The log has no word for the second. It is whoever leaves a clinic by a named rule on the day on which they missed
    a visit there: those who keep their referral are booked for a later day and stay.
    """
    found = [reading.removed.where(reading.removed.detail == DETAIL["discharged_after_missing"])]
    routed = np.array(["after_missing" in s.rule_maps() for s in reading.settings])
    if routed.any():
        missed = reading.missed.where(routed[reading.missed.service] & np.isin(reading.missed.detail, VISITS))
        for left in (reading.moved, reading.resolved):
            left = left.where(routed[left.service] & (left.detail >= len(DETAILS)))
            found.append(left.where(np.isin(_visit(reading, left), _visit(reading, missed))))
    return found


def _visit(reading: Reading, events: Events) -> np.ndarray:
    """(n,) one number for each person, service and day."""
    services, days = len(reading.services), reading.horizon + 1
    return (events.row.astype(np.int64) * services + events.service) * days + events.day


@indicator("discharged_after_missing_share", "share")
def discharged_after_missing_share(reading: Reading) -> dict[str, float]:
    """Of the cohort, people a referral of whom ended because they missed an appointment."""
    marked = np.zeros(reading.n, bool)
    for events in discharged_after_missing(reading):
        marked |= _to_whom(reading, events)
    return _share(reading, reading.cohort, marked)


@indicator("private_exit_share", "share")
def private_exit_share(reading: Reading) -> dict[str, float]:
    """Of the cohort, people who left a list for private care."""
    removed = reading.removed
    return _share(reading, reading.cohort, _to_whom(reading, removed.where(removed.detail == DETAIL["private"])))


@indicator("surgery_share", "share")
def surgery_share(reading: Reading) -> dict[str, float]:
    """Of people of the cohort whose need is surgery, those operated on by the end of the run.
    Told only where there is a theatre.

    Not of the whole cohort: then a group that presents with more self-limiting trouble would look worse served.
    """
    theatre = reading.rtt == TREATMENT
    if not theatre.any():
        return {}
    visits = reading.attended_new
    rows = reading.cohort[reading.need[reading.cohort] == NEEDS.index("surgery")]
    return _share(reading, rows, _to_whom(reading, visits.where(theatre[visits.service])))


@indicator("missed_share", "share")
def missed_share(reading: Reading) -> dict[str, float]:
    """Of first visits and follow-ups at clinics booked for people of the cohort and not cancelled, those missed.

    Not sessions of groups and caseloads, desks where nobody comes, and drop-ins where nobody is booked.
    """
    asked = reading.contact & np.array([s.books for s in reading.settings])
    counts = []
    for events in (reading.missed, reading.attended):
        events = reading.first_episode(events.where(asked[events.service] & np.isin(events.detail, VISITS)))
        counts.append(np.bincount(events.row, minlength=reading.n)[reading.cohort])
    missed, came = counts
    groups = {"all": np.arange(len(missed))} | fair_groups(reading, reading.cohort)
    shares = {}
    for group, positions in groups.items():
        lost, booked = int(missed[positions].sum()), int((missed + came)[positions].sum())
        shares[group] = lost / booked if booked else float("nan")
    return shares
