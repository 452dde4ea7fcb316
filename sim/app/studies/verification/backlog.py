"""Old lists and steady gaps: clearing, growing, order, extra clinics.
Mostly fixed arrivals, so that chance plays no part."""

from datetime import date, timedelta

import numpy as np

from sim.analysis.exact import backlog, slots
from sim.app.studies.verification.case import FIXED, Case, CaseRun, Trial, clinic, old_list, place

COUNTING = "elementary counting"
SIXTY = {"kind": "lists", "lists": {"old": old_list("clinic", {"2": 60, "12": 0})}}
EXTRA_DAY = 100
EXTRA_DATE = (date(2025, 3, 31) + timedelta(EXTRA_DAY)).isoformat()


def _clinics_until_clear(run: CaseRun) -> float:
    return np.flatnonzero(run.waiting("clinic") == 0)[0] + 1


def _day_seen_of_backlog(run: CaseRun) -> float:
    seen = run.reading.attended_new
    return seen.day[seen.since < 0].mean()


def _out_of_order(run: CaseRun) -> int:
    """Pairs seen one after the other of whom the second had waited longer."""
    return int((np.diff(run.reading.attended_new.since) < 0).sum())


def _extra(waited_over_weeks: float) -> dict:
    extra = {"date": EXTRA_DATE, "slots": 50, "waited_over_weeks": waited_over_weeks}
    return place({"clinic": clinic(4, extra_clinics={"day": extra})}, 5.0, 120, demand=FIXED)


def _long_waiters() -> int:
    """People who have waited two weeks or more after the ordinary clinic of the extra clinic's day."""
    return 5 * (EXTRA_DAY - 14 + 1) - 4 * (EXTRA_DAY + 1)


EXPERIMENTS = (
    Trial(
        "When is a list of 60 cleared if 3 join a day and 5 are seen?",
        place({"clinic": clinic(5)}, 3.0, 60, demand=FIXED, start=SIXTY),
        (
            Case(
                "backlog: clinics until it is clear",
                _clinics_until_clear,
                lambda: backlog.days_to_clear(60, 3, 5),
                "ceil(B / (c - a))",
            ),
            Case(
                "backlog: mean day on which its people are seen",
                _day_seen_of_backlog,
                lambda: backlog.backlog_mean_wait(60, 5),
                "mean of floor(i / c)",
            ),
            Case("backlog: people seen out of order", _out_of_order, lambda: 0, "oldest first"),
            Case(
                "backlog: mean wait of those who join behind it",
                lambda run: run.waits("clinic", 0, 50).mean(),
                lambda: backlog.seen_waits(60, 3, 5, 60)[60:210].mean(),
                COUNTING,
            ),
        ),
        replications=1,
        certain=True,
    ),
    Trial(
        "How fast do list and wait grow when 5 join a day and 4 are seen?",
        place({"clinic": clinic(4)}, 5.0, 200, demand=FIXED),
        (
            Case(
                "demand passes capacity: list after 200 days",
                lambda run: run.waiting("clinic")[-1],
                lambda: backlog.list_after(200, 0, 5, 4),
                "B + (a - c) T",
            ),
            Case(
                "demand passes capacity: wait of the last one seen",
                lambda run: run.waits("clinic", 0, 200)[-1],
                lambda: backlog.last_seen_wait(200, 5, 4),
                COUNTING,
            ),
            Case(
                "demand passes capacity: mean wait of those seen",
                lambda run: run.waits("clinic", 0, 200).mean(),
                lambda: backlog.seen_waits(200, 5, 4).mean(),
                COUNTING,
            ),
        ),
        replications=1,
        certain=True,
    ),
    Trial(
        "How long is the list after 100 days when 5 join a day on average and 4 are seen?",
        place({"clinic": clinic(4)}, 5.0, 100),
        (
            Case(
                "random demand passes capacity: list after 100 days",
                lambda run: run.waiting("clinic")[-1],
                lambda: slots.mean_list_path(5.0, 4, 100)[-1],
                "Lindley 1952, at any load",
            ),
        ),
        replications=64,
    ),
    Trial(
        "When is a list of 30 cleared by one slot a day, if new people join at random?",
        place(
            {"clinic": clinic(1)},
            0.5,
            400,
            start={"kind": "lists", "lists": {"old": old_list("clinic", {"2": 30, "8": 0})}},
        ),
        (
            Case(
                "random demand: clinics until a backlog is clear",
                _clinics_until_clear,
                lambda: backlog.mean_days_to_clear(30, 0.5, 1),
                "hitting times (Kemeny and Snell 1960); B / (1 - m) by Wald",
            ),
        ),
    ),
    Trial(
        "What does an extra clinic of 50 slots take off a growing list?",
        _extra(0.0),
        (
            Case(
                "extra clinic: list after 120 days",
                lambda run: run.waiting("clinic")[-1],
                lambda: backlog.list_after(120, 0, 5, 4) - 50,
                COUNTING,
            ),
        ),
        replications=1,
        certain=True,
    ),
    Trial(
        "And if it is only for those who have waited two weeks?",
        _extra(2.0),
        (
            Case(
                "extra clinic for long waiters: list after 120 days",
                lambda run: run.waiting("clinic")[-1],
                lambda: backlog.list_after(120, 0, 5, 4) - _long_waiters(),
                COUNTING,
            ),
        ),
        replications=1,
        certain=True,
    ),
)
