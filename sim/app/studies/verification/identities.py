"""Laws that hold on every path, and indicators worked by hand."""

import numpy as np

from sim.analysis.exact import identity
from sim.analysis.indicators.register import INDICATORS
from sim.analysis.reading.frames import clinics_table, events_table
from sim.app.studies.verification.case import AMPLE, FIXED, Case, CaseRun, Trial, clinic, old_list, place

MIXED = {
    "clinic": clinic(
        5,
        {"course": 0.5, "again": 0.2, "resolved": 0.3},
        follow_ups={"mean_visits": 1.5, "interval_days": 9},
        missed={"new_share": 0.1, "follow_up_share": 0.15, "discharged_share": 0.3},
        cancelled={"share": 0.05, "refilled_share": 0.5},
        removed_share_per_week_waited=0.1,
        priority={"urgent": {"when": {"urgency": "urgent"}}, "others": {}},
    ),
    "again": clinic(1),
}
URGENT = {"facts": {"urgency": {"shares": {"routine": 0.8, "urgent": 0.2}}}}
THIRTY = {"kind": "lists", "lists": {"old": old_list("clinic", {"1": 30, "5": 0})}}


def _days_off_lindley(run: CaseRun) -> int:
    """Days on which the list is not the one that arrivals and slots make."""
    arrivals = np.bincount(run.record.patients.presented_day, minlength=run.days)
    return int((run.waiting("clinic") != identity.list_path(arrivals, 5)).sum())


def _days_off_little(run: CaseRun) -> int:
    """Sum of the daily lists less the days waited, from the tables that everybody sees."""
    clinics, events = clinics_table(run.record), events_table(run.record)
    lists = clinics.waiting[clinics.service == "clinic"].sum()
    here = events[events.service == "clinic"]
    joined = here[here.event == "listed"].groupby("patient_id").day.first()
    first_ends = here[((here.event == "attended") & (here.detail == "new")) | (here.event == "removed")]
    left = first_ends.groupby("patient_id").day.first().reindex(joined.index)
    return int(lists - identity.days_waited(joined, left, run.days))


def _people_lost(run: CaseRun) -> int:
    reading = run.reading
    began = len(reading.presented) + sum(map(len, run.record.patients.placed.values()))
    return began - len(reading.resolved) - len(reading.removed) - run.record.inside


def kpi(name: str):
    """An indicator's value for everybody."""
    return lambda run: INDICATORS[name][1](run.reading)["all"]


def _median_when_followed() -> float:
    """Two join a day, one is seen: person i joins on day i // 2 and is seen on day i, also after the end of the run."""
    waits = sorted(i - i // 2 for i in range(2 * DAYS_OF_MEDIAN))
    middle = waits[DAYS_OF_MEDIAN - 1]
    return middle - 0.5 + (DAYS_OF_MEDIAN - waits.index(middle)) / waits.count(middle)


DAYS_OF_MEDIAN = 11

# One person a day. GP the same day; interface clinic after 20 days (its clock counts once hospital is reached);
# hospital after 60 more; operation after another 70: referral d, hospital referral d + 20, stop d + 150.
RTT = {
    "gp": clinic(AMPLE, {"interface": 1.0}, setting="primary"),
    "interface": clinic(AMPLE, {"hospital": 1.0}, rtt="provisional", earliest_notice_days=20),
    "hospital": clinic(AMPLE, {"theatre": 1.0}, setting="hospital", rtt="clock", earliest_notice_days=60),
    "theatre": clinic(AMPLE, setting="hospital", rtt="treatment", earliest_notice_days=70),
}
OPEN = range(20, 150)
"""Days waited, at the end of the last day, by the pathways that are then incomplete."""

EXPERIMENTS = (
    Trial(
        "Is every day's list what the day before, arrivals and slots make it?",
        place({"clinic": clinic(5)}, 4.6, 365),
        (
            Case(
                "Lindley's recursion: days on which it fails",
                _days_off_lindley,
                lambda: 0,
                "W' = max(0, W + A - c), every path",
            ),
        ),
        replications=4,
        certain=True,
    ),
    Trial(
        "Do daily lists add up to days waited, and is nobody lost, with everything going on at once?",
        place(MIXED, 4.0, 365, demand=URGENT, start=THIRTY),
        (
            Case(
                "Little's law: lists less days waited",
                _days_off_little,
                lambda: 0,
                "sum of lists = sum of waits (Stidham 1974)",
            ),
            Case("nobody is lost: began less ended and inside", _people_lost, lambda: 0, "conservation, every path"),
        ),
        replications=4,
        certain=True,
    ),
    Trial(
        "Is the median to first contact right when half are still waiting at the end?",
        place({"clinic": clinic(1)}, 2.0, DAYS_OF_MEDIAN, demand=FIXED),
        (
            Case(
                "median to first contact, half still waiting",
                kpi("days_to_first_contact_median"),
                _median_when_followed,
                "22 people followed by hand to the end of their wait: two join a day, one is seen",
            ),
        ),
        replications=1,
        certain=True,
    ),
    Trial(
        "Do RTT clocks start at the interface clinic, count from the hospital's referral, and stop at the operation?",
        place(RTT, 1.0, 300, demand=FIXED),
        (
            Case(
                "RTT: share of open clocks within 18 weeks",
                kpi("rtt_within_18_weeks"),
                lambda: sum(days <= 126 for days in OPEN) / len(OPEN),
                "130 open clocks, counted by hand",
            ),
            Case(
                "RTT: median weeks of open clocks",
                kpi("rtt_median_weeks"),
                lambda: (20 + 149) / 2 / 7,
                "130 open clocks, counted by hand",
            ),
            Case(
                "RTT: hospital referrals per 1,000 a year",
                kpi("hospital_referrals_per_1000"),
                lambda: 280 / 365.25 / (300 / 365.25),
                "280 of 300 reach the hospital's list",
            ),
        ),
        replications=1,
        certain=True,
    ),
)
