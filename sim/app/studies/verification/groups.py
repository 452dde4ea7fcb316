"""Group programmes: start thresholds with a weekly start, rooms, seats, attendance, drop-out and completion."""

import numpy as np
from scipy.stats import binom

from sim.analysis.exact import cohort
from sim.app.studies.verification.case import AMPLE, FIXED, Case, CaseRun, Trial, place

CHAIN = "chain on the list after start days"
TUESDAY = {"start_date": "2025-04-01"}
"""So that the first start day, a Monday, follows on seven days of arrivals."""
SESSIONS, COMES, DROPS = 6, 0.85, 0.05


def _group(smallest: int, largest: int, **settings) -> dict:
    return {
        "kind": "group",
        "capacity": {"slots_per_week": AMPLE * largest},
        "min_size": smallest,
        "max_size": largest,
        "least_size": smallest,
        "sessions": 1,
        "session_days": ["mon"],
        "routes": {"otherwise": {"to": {"resolved": 1.0}}},
    } | settings


def _a_start_day(column: int):
    """Mean of offered seats (1), seats used (2), people left (4) after ten start days."""
    return lambda run: run.record.clinics["group"][10:, column].mean()


def _empty(run: CaseRun) -> float:
    return _a_start_day(1)(run) - _a_start_day(2)(run)


def _started(run: CaseRun) -> np.ndarray:
    """(patients,) bool: joined early enough for the whole programme."""
    return run.early(run.days - 120)


def _sessions(run: CaseRun) -> float:
    return run.count(run.reading.attended)[_started(run)].mean()


def _completed(run: CaseRun) -> float:
    return run.count(run.reading.resolved)[_started(run)].mean()


EXPERIMENTS = (
    Trial(
        "How long is the list for groups of 8 to 12 that start on Mondays, as many as there are people for?",
        place({"group": _group(8, 12)}, 1.2, 700, calendar=TUESDAY),
        (
            Case(
                "weekly start, 8 to 12: mean list after starts",
                lambda run: run.waiting("group").mean(),
                lambda: cohort.mean_list_path(1.2, 8, 12, 100).mean(),
                CHAIN,
            ),
            Case(
                "weekly start, 8 to 12: mean wait",
                lambda run: run.waits("group", 70, 650).mean(),
                lambda: cohort.starts(1.2, 8, 12).mean_wait,
                CHAIN + ", and Little",
            ),
            Case(
                "weekly start, 8 to 12: groups a week",
                lambda run: _a_start_day(1)(run) / 12,
                lambda: cohort.starts(1.2, 8, 12).groups_a_start_day,
                CHAIN,
            ),
            Case(
                "weekly start, 8 to 12: empty seats a week",
                _empty,
                lambda: 12 * cohort.starts(1.2, 8, 12).groups_a_start_day - 7 * 1.2,
                CHAIN,
            ),
        ),
    ),
    Trial(
        "And for groups of exactly 8, one room, one group a week at most?",
        place({"group": _group(8, 8, rooms=1)}, 0.9, 700, calendar=TUESDAY),
        (
            Case(
                "one group of 8 a week: mean list after starts",
                lambda run: run.waiting("group").mean(),
                lambda: cohort.mean_list_path(0.9, 8, 8, 100, groups=1).mean(),
                CHAIN,
            ),
        ),
    ),
    Trial(
        "How long do people wait when one joins a week and a small group starts after four weeks?",
        place(
            {"group": _group(8, 12, least_size=3, start_after_weeks=4.0)}, 1 / 7, 364, demand=FIXED, calendar=TUESDAY
        ),
        (
            Case(
                "small group after four weeks: mean wait",
                lambda run: run.waits("group", 0, 286).mean(),
                lambda: (28 + 21 + 14 + 7 + 0) / 5,
                "groups of five, worked by hand",
            ),
            Case(
                "small group after four weeks: empty seats a group",
                lambda run: 12 - run.record.clinics["group"][:, 2].max(),
                lambda: 12 - 5,
                "groups of five, worked by hand",
            ),
        ),
        replications=1,
        certain=True,
    ),
    Trial(
        "How many sessions do people attend, and how many complete, when 15% miss a session and 5% drop out after it?",
        place(
            {
                "group": _group(
                    4,
                    12,
                    sessions=SESSIONS,
                    attendance_share=COMES,
                    drop_out_share_per_session=DROPS,
                    completed_at_share=0.75,
                )
            },
            3.0,
            260,
            calendar=TUESDAY,
        ),
        (
            Case(
                "group: sessions attended a person",
                _sessions,
                lambda: COMES * sum((1 - DROPS) ** k for k in range(SESSIONS)),
                "a x sum of (1 - d)^k",
            ),
            Case(
                "group: share that completes",
                _completed,
                lambda: (1 - DROPS) ** (SESSIONS - 1) * binom.sf(4, SESSIONS, COMES),
                "(1 - d)^5 x P(Bin(6, a) >= 5)",
            ),
        ),
    ),
)
