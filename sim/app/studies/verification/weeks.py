"""Clinics that are not open every day: working weeks, weekdays of their own, bank holidays, parts of a slot."""

from sim.analysis.exact import backlog, week
from sim.app.studies.verification.case import FIXED, Case, Trial, clinic, place

CYCLE = "chain of the seven days, open and closed"
BY_WEEKDAY = (1.4, 1.2, 1.0, 1.0, 1.0, 0.7, 0.7)
RATES = tuple(3.0 * index for index in BY_WEEKDAY)
TWO_DAYS = (0, 5, 0, 5, 0, 0, 0)


def _working_days(holidays: bool) -> dict:
    """A year from Tuesday 1 April 2025."""
    calendar = {"start_date": "2025-04-01", "bank_holidays": "GB-ENG" if holidays else None}
    return place({"clinic": clinic(3, open_days="working_days")}, 1.0, 365, demand=FIXED, calendar=calendar)


EXPERIMENTS = (
    Trial(
        "How long is the list of a Monday-to-Friday clinic, weekends counted, when people join on all seven days?",
        place({"clinic": clinic(5, open_days="working_days")}, 3.0, 280),
        (
            Case(
                "Monday to Friday: mean list of all days",
                lambda run: run.lists("clinic").mean(),
                lambda: week.mean_list_path((3.0,) * 7, week.working_week(5), 280).mean(),
                CYCLE,
            ),
            Case(
                "Monday to Friday: mean list on Sundays",
                lambda run: run.lists("clinic")[6::7].mean(),
                lambda: week.mean_list_path((3.0,) * 7, week.working_week(5), 280)[6::7].mean(),
                CYCLE,
            ),
        ),
    ),
    Trial(
        "The same from a Thursday on, with more people on Mondays and fewer at weekends?",
        place(
            {"clinic": clinic(5, open_days="working_days")},
            3.0,
            280,
            demand={"weekday_index": BY_WEEKDAY},
            calendar={"start_date": "2025-04-03"},
        ),
        (
            Case(
                "Monday to Friday, uneven demand: mean list",
                lambda run: run.lists("clinic").mean(),
                lambda: week.mean_list_path(RATES, week.working_week(5), 280, first=3).mean(),
                CYCLE,
            ),
        ),
    ),
    Trial(
        "How long do people wait for ten slots a week, on Tuesdays and Thursdays?",
        place({"clinic": clinic(0, capacity={"slots_per_week": 10}, open_days=["tue", "thu"])}, 1.15, 560),
        (
            Case(
                "two days a week: mean wait",
                lambda run: run.waits("clinic", 70, 490).mean(),
                lambda: week.mean_wait((1.15,) * 7, TWO_DAYS),
                "the same chain, and Little",
            ),
        ),
    ),
    Trial(
        "How many slots are lost to England's bank holidays in a year?",
        _working_days(True),
        (
            Case(
                "bank holidays: slots of a year",
                lambda run: run.record.clinics["clinic"][:, 1].sum(),
                lambda: 3.0 * (261 - 8),
                "261 weekdays and 8 bank holidays, counted by hand",
            ),
        ),
        replications=1,
        certain=True,
    ),
    Trial(
        "Do two and a half slots a day come to 250 in 100 days?",
        place({"clinic": clinic(2.5)}, 4.0, 100, demand=FIXED),
        (
            Case(
                "half a slot is carried over: list after 100 days",
                lambda run: run.waiting("clinic")[-1],
                lambda: backlog.list_after(50, 0, 8, 5),
                "two days are 8 people and 5 slots",
            ),
        ),
        replications=1,
        certain=True,
    ),
)
