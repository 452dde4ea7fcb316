"""Days that are not weekly: every second week, the first Monday of a month; counted by hand with dates."""

from datetime import date, timedelta

import numpy as np
import pytest
from worlds import PHYSIO, caseload, clinic, lived, people, planned, staffed, world

import sim
from sim.domain.calendar import Calendar
from sim.domain.open_days import SomeWeeks, days_a_week
from sim.domain.staff.sessions import sessions_of

YEAR = date(2025, 4, 1)
DATES = [YEAR + timedelta(days) for days in range(365)]
HOLIDAYS = [date(2025, 4, 21), date(2025, 5, 5), date(2025, 8, 25), date(2025, 12, 25), date(2025, 12, 26)]
FORTNIGHT = {"weekdays": ["wed"], "every_weeks": 2, "first_day": "2025-01-08"}
"""Day 0 of a small world is Monday 6 January 2025: days 2, 16, 30."""


def held(holidays=(), **pattern) -> list[date]:
    """The open dates of a year from 1 April 2025."""
    calendar = Calendar.of(YEAR, 365, holidays)
    return [DATES[day] for day in np.flatnonzero(calendar.open_days(SomeWeeks(**pattern)))]


def test_every_second_wednesday_from_a_day_on():
    wednesdays = [date(2025, 4, 9) + timedelta(14 * n) for n in range(26)]
    assert held(weekdays=("wed",), every_weeks=2, first_day="2025-04-09") == wednesdays[:26]
    # A first day in the past says which weeks they are; one in the year begins it.
    assert held(weekdays=("wed",), every_weeks=2, first_day="2024-04-10") == wednesdays
    assert held(weekdays=("wed",), every_weeks=2, first_day="2025-10-08") == wednesdays[13:]


def test_weeks_are_from_monday_to_sunday():
    # From a Thursday on: the Monday of that week has passed, that of the week after the next is held.
    days = held(weekdays=("mon", "thu"), every_weeks=3, first_day="2025-04-03")
    assert days[:4] == [date(2025, 4, 3), date(2025, 4, 21), date(2025, 4, 24), date(2025, 5, 12)]


def test_a_holiday_is_lost_and_not_moved():
    mondays = held(weekdays=("mon",), every_weeks=2, first_day="2025-04-07")
    open_mondays = held(HOLIDAYS, weekdays=("mon",), every_weeks=2, first_day="2025-04-07")
    assert [day for day in mondays if day not in open_mondays] == [
        date(2025, 4, 21),
        date(2025, 5, 5),
        date(2025, 8, 25),
    ]


def test_weeks_of_the_month():
    mondays = [day for day in DATES if day.weekday() == 0]
    first = [day for day in mondays if (day - timedelta(7)).month != day.month]
    last = [day for day in mondays if (day + timedelta(7)).month != day.month]
    fifth = [day for day in mondays if day.day > 28]
    assert len(first) == len(last) == 12
    assert held(weekdays=("mon",), weeks_of_month=(1,)) == first
    assert held(weekdays=("mon",), weeks_of_month=(-1,)) == last
    assert held(weekdays=("mon",), weeks_of_month=(-1, 1)) == sorted(first + last)
    assert held(weekdays=("mon",), weeks_of_month=(5,)) == fifth
    assert held(HOLIDAYS, weekdays=("mon",), weeks_of_month=(1,)) == [day for day in first if day not in HOLIDAYS]


def test_the_mean_number_of_days_a_week():
    assert days_a_week(SomeWeeks(("wed",), 2, "2025-01-08")) == 0.5
    assert days_a_week(SomeWeeks(("mon", "thu"), 3, "2025-01-06")) == pytest.approx(2 / 3)
    assert days_a_week(SomeWeeks(("mon",), weeks_of_month=(1,))) == pytest.approx(12 * 7 / 365.25)
    every = SomeWeeks(("mon", "fri"), weeks_of_month=(1, 2, 3, 4, 5))
    assert days_a_week(every) == pytest.approx(2)


def offered(open_days, days=364, **capacity) -> np.ndarray:
    """(days,) minutes or slots."""
    settings = staffed(capacity=capacity, open_days=open_days)
    if "staff" not in capacity:
        settings.pop("new_minutes", None)
    plan = planned(world({"a": settings}, days, workforce={"physio": PHYSIO}))
    one = plan._services["a"]
    return plan.minutes(one, one.open_days)


def test_slots_a_day_are_of_an_open_day_and_those_of_a_week_add_up_over_the_weeks():
    a_day = offered(FORTNIGHT, slots_per_day=8)
    assert np.flatnonzero(a_day).tolist() == list(range(2, 364, 14)) and set(a_day[a_day > 0]) == {8.0}
    assert offered(FORTNIGHT, slots_per_week=4).sum() == pytest.approx(52 * 4)
    assert offered(FORTNIGHT, staff={"physio": 1.0}).sum() == pytest.approx(52 * 1800)
    assert offered(FORTNIGHT, staff={"physio": 1.0})[2] == pytest.approx(3600)
    monthly = {"weekdays": ["mon"], "weeks_of_month": [1]}
    assert offered(monthly, 28 * 365 + 7, slots_per_week=4).sum() == pytest.approx(1461 * 4)
    assert offered(monthly, slots_per_day=8).sum() == pytest.approx(12 * 8)


def test_sessions_are_planned_on_those_days_and_add_up_to_the_job_plans():
    config = world({"a": staffed("physio", open_days=FORTNIGHT)}, 364, workforce={"physio": PHYSIO})
    plan = planned(config)
    found = sessions_of(plan, plan._services)["physio"]
    assert found.planned.sum() == pytest.approx(52 * 10)
    assert found.delivered().sum() == pytest.approx(52 * 10)
    assert np.flatnonzero(found.planned).tolist() == list(range(2, 364, 14))


def test_first_visits_and_follow_ups_of_a_clinic_every_second_week():
    settings = clinic(
        2, "course", open_days=FORTNIGHT, follow_ups={"mean_visits": 2, "spread": "fixed", "interval_days": 14}
    )
    run = lived(world({"a": settings}, 80), people(0, 3, 3))
    # Two slots each time, follow-ups first: 1; 1 and 2; 1 and 2; 2 and 3; 3; 3.
    assert run.days("attended", "a", "new") == {1: [2], 2: [16], 3: [44]}
    assert run.days("attended", "a", "follow_up") == {1: [16, 30], 2: [30, 44], 3: [58, 72]}
    assert [d.day for d in run.clinic_days("a")] == [2, 16, 30, 44, 58, 72]


def test_a_drop_in_and_a_caseload_have_such_days_too():
    settings = {
        "kind": "drop_in",
        "capacity": {"clinicians": 1},
        "open_days": FORTNIGHT,
        "routes": {"otherwise": {"to": {"resolved": 1.0}}},
    }
    assert lived(world({"d": settings}, 40), people(0, 3, 20)).seen("d") == {1: 2, 2: 16, 3: 30}
    taken = lived(world({"c": caseload(9, open_days=FORTNIGHT)}, 40), people(0, 3, 20))
    assert taken.days("started", "c") == {1: [2], 2: [16], 3: [30]}


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"first_day": None}, ".first_day: is missing; the first of these days, from which weeks are counted"),
        ({"first_day": "2025-01-07"}, ".first_day: is no wed; the first day on which the service is held"),
        ({"first_day": "soon"}, '.first_day: is not a date; write it as "2025-11-15", with quotes'),
        (
            {"first_day": "2026-01-07"},
            ".first_day: is after the last simulated day; at the latest 2025-01-15, or more run.years",
        ),
        (
            {"weeks_of_month": [1]},
            ": has both weeks of the month and every_weeks or first_day; "
            "weeks_of_month alone, or every_weeks with first_day",
        ),
        ({"weekdays": []}, ".weekdays: names no day; [mon, thu], working_days or every_day"),
        ({"weekdays": ["wed", "wed"]}, ".weekdays: names a day twice; each day once"),
        ({"every_weeks": 0}, ".every_weeks: is too small; at least 1"),
        ({"every_week": 2}, ".every_week: is not known here; did you mean 'every_weeks'?"),
        (
            {"every_weeks": 1, "first_day": None, "weeks_of_month": [0]},
            ".weeks_of_month: has a week 0; 1 for the first of a month, -1 for the last",
        ),
    ],
)
def test_what_makes_no_days_is_told_in_a_line(changes, told):
    config = world({"a": clinic(open_days={**FORTNIGHT, **changes})}, 10)
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(config)
    assert [str(fault) for fault in error.value.faults] == [f"pathway.services.a.open_days{told}"]


def test_a_word_that_is_no_way_to_say_days_is_told_with_those_that_there_are():
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(world({"a": clinic(open_days="sometimes")}, 10))
    (fault,) = error.value.faults
    assert fault.where.endswith("open_days") and "'working_days'" in fault.right
