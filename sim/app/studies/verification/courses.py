"""Courses of follow-ups: slots they take, people beside them, their number, and patient-initiated returns (PIFU)."""

import numpy as np

from sim.analysis.exact import course, identity
from sim.app.studies.verification.case import AMPLE, Case, CaseRun, Trial, clinic, place
from sim.domain.words import DETAIL


def _course(number: float, spread: str, interval: int) -> dict:
    return {"mean_visits": number, "spread": spread, "interval_days": interval}


def _in_course(run: CaseRun) -> float:
    """Mean people between first visit and last, from the day on which the first courses have ended."""
    seen = run.reading.attended
    first, last = np.full(run.people, run.days), np.full(run.people, run.days)
    first[seen.row[::-1]] = seen.day[::-1]
    done = run.reading.resolved
    last[done.row] = done.day
    return identity.daily_lists(first, last, run.days)[21:].mean()


def _again(run: CaseRun, service: str = "clinic"):
    seen = run.at(run.reading.attended, service)
    return seen.where(seen.detail == DETAIL["follow_up"])


def _late(run: CaseRun) -> float:
    """Mean days past due of the follow-ups of people first seen on days 60 to 349; due a week after."""
    first, again = run.reading.attended_new, _again(run)
    day = np.full(run.people, -1)
    day[first.row] = first.day
    since = day[again.row]
    return (again.day - since - 7)[(since >= 60) & (since < 350)].mean()


def _visits_again(run: CaseRun, last: int, service: str = "clinic") -> np.ndarray:
    """Follow-ups of each person first seen at `service` before day `last`."""
    first = run.at(run.reading.attended_new, service)
    return run.count(_again(run, service))[first.row[first.day < last]]


def _days_to_return(run: CaseRun) -> float:
    """Mean days from a course's end to the return, of those whose course ended before day 140."""
    again = _again(run)
    order = np.lexsort((again.day, again.row))
    row, day = again.row[order], again.day[order]
    twice = (row[1:] == row[:-1]) & (day[:-1] < 140)
    return (day[1:] - day[:-1])[twice].mean()


EXPERIMENTS = (
    Trial(
        "How many slots, and how many people in course, do three follow-ups a week apart make?",
        place({"clinic": clinic(AMPLE, {"course": 1.0}, follow_ups=_course(3.0, "fixed", 7))}, 4.0, 100),
        (
            Case(
                "course of three: slots used a day",
                lambda run: run.slots("clinic")[1],
                lambda: course.slots_used_path(4.0, 3, 7, 100).mean(),
                "rate x (1 + min(k, d // interval))",
            ),
            Case(
                "course of three: people in course",
                _in_course,
                lambda: course.mean_in_course(4.0, 3, 7),
                "M/G/infinity: rate x k x interval",
            ),
        ),
    ),
    Trial(
        "How long is the list of new people when follow-ups, two days later, always go first?",
        place({"clinic": clinic(4, {"course": 1.0}, follow_ups=_course(1.0, "fixed", 2))}, 1.6, 260),
        (
            Case(
                "follow-ups first: mean list of new people",
                lambda run: run.waiting("clinic").mean(),
                lambda: course.mean_list_path(1.6, 4, 1, 2, 260).mean(),
                "chain on the list and the course's history",
            ),
        ),
    ),
    Trial(
        "How long is the list of new people when every second visit leads to one more the next day?",
        place({"clinic": clinic(4, {"course": 1.0}, follow_ups=_course(1.0, "geometric", 1))}, 1.6, 360),
        (
            Case(
                "open-ended courses: mean list of new people",
                lambda run: run.waiting("clinic")[80:].mean(),
                lambda: course.open_ended_mean_list(1.6, 4, 0.5),
                "total as with rebooked misses, less those due",
            ),
        ),
    ),
    Trial(
        "How late are follow-ups that have two slots a day of their own?",
        place(
            {
                "clinic": clinic(
                    20,
                    {"course": 0.6, "resolved": 0.4},
                    follow_ups=_course(1.0, "fixed", 7),
                    follow_ups_first_share=0.1,
                    ring_fenced=True,
                )
            },
            2.7,
            400,
        ),
        (
            Case(
                "ring-fenced follow-ups: mean days late",
                _late,
                lambda: course.fenced_followup_wait(2.7, 0.6, 2),
                "thinned Poisson, a daily list",
            ),
        ),
    ),
    Trial(
        "How many have no follow-up when their number is Poisson or geometric with mean 1.5?",
        place(
            {
                name: clinic(AMPLE, {"course": 1.0}, follow_ups=_course(1.5, name, 2))
                for name in ("poisson", "geometric")
            },
            20.0,
            120,
            entry={"poisson": 0.5, "geometric": 0.5},
        ),
        (
            Case(
                "Poisson course: share with no follow-up",
                lambda run: (_visits_again(run, 60, "poisson") == 0).mean(),
                lambda: np.exp(-1.5),
                "exp(-mean)",
            ),
            Case(
                "geometric course: share with no follow-up",
                lambda run: (_visits_again(run, 60, "geometric") == 0).mean(),
                lambda: 0.4,
                "1 / (1 + mean)",
            ),
            Case(
                "geometric course: mean follow-ups",
                lambda run: _visits_again(run, 60, "geometric").mean(),
                lambda: 1.5,
                "as configured",
            ),
        ),
    ),
    Trial(
        "How many come back through the open door after a course (PIFU), and when?",
        place(
            {
                "clinic": clinic(
                    AMPLE,
                    {"course": 1.0},
                    follow_ups=_course(1.0, "fixed", 7),
                    patient_initiated={"share": 0.5, "returning_share": 0.6, "window_days": 28},
                )
            },
            10.0,
            180,
        ),
        (
            Case(
                "PIFU: follow-ups a person",
                lambda run: _visits_again(run, 130).mean(),
                lambda: 1 + 0.5 * 0.6,
                "course + share x returning share, once",
            ),
            Case("PIFU: days until the return", _days_to_return, lambda: (28 + 1) / 2, "uniform on 1 .. window"),
        ),
    ),
)
