"""Who of a staff group is there on which day: starters, leavers, vacancies, training, leave, sickness,
supervision, overtime.

Each lever is switched on alone in a small world, and the slots of every day are worked out by hand. Day 0 is Monday
6 January 2025; one `PHYSIO` gives ten slots on each working day.
"""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import MONDAY, PHYSIO, lived, people, planned, staffed, world

from sim.domain.calendar import Calendar
from sim.domain.chance import Chance
from sim.domain.staff.roster import roster_of
from sim.domain.staff.workforce import Joins, Leaves, Overtime, StaffGroup

CALENDAR = Calendar.of(date.fromisoformat(MONDAY), 140)
WEEK = [True] * 5 + [False] * 2


def slots(days=56, replication=0, **physio) -> dict[int, int]:
    """Clinic day -> slots, with more people than there will ever be slots for."""
    run = lived(
        world({"a": staffed("physio")}, days, workforce={"physio": {**PHYSIO, **physio}}),
        people([0] * 900),
        replication,
    )
    return {d.day: d.offered for d in run.clinic_days("a")}


def group(**more) -> StaffGroup:
    return StaffGroup(**{**PHYSIO, **more})


def in_post(days: int, joins: Joins | None = None, leaves: Leaves | None = None) -> list[float]:
    """WTE in post on each day."""
    one = group(joins={"one": joins} if joins else {}, leaves={"one": leaves} if leaves else {})
    return roster_of({"physio": one}, Calendar.of(date.fromisoformat(MONDAY), days))["physio"].in_post.tolist()


# --- who comes and goes -----------------------------------------------------------------------------------


def test_a_starter_adds_slots_from_the_day_on_and_not_before():
    before, after = slots(), slots(joins={"one": {"date": "2025-01-22", "wte": 0.5}})  # day 16, a Wednesday
    assert set(before.values()) == {10}
    assert after == {day: 10 + 5 * (day >= 16) for day in before}


def test_a_leaver_takes_them_for_good():
    assert slots(leaves={"one": {"date": "2025-01-22", "wte": 0.5}}) == {day: 10 - 5 * (day >= 16) for day in slots()}


def test_a_vacancy_is_filled_after_the_time_to_hire_and_who_comes_trains():
    vacancy = {"date": "2025-01-13", "wte": 1.0, "weeks_to_hire": 2, "training_weeks": 3, "training_share": 0.4}
    # Empty on days 7 to 20; from day 21 on there is somebody, who gives 60% of their sessions until day 41.
    assert slots(leaves={"one": vacancy}) == {
        day: 10 if day < 7 else 0 if day < 21 else 6 if day < 42 else 10 for day in slots() if not 7 <= day < 21
    }


def test_a_starter_trains_first():
    starter = {"date": "2025-01-13", "wte": 1.0, "training_weeks": 2}
    assert slots(joins={"one": starter}) == {day: 10 + 10 * (day >= 21) for day in slots()}


def test_what_happened_before_the_start_has_been_happening_since_then():
    # Left 4 weeks before day 0, hired 6 weeks later: two weeks are left.
    # Came two weeks before: one week of training is left.
    assert in_post(30, leaves=Leaves("2024-12-09", 0.5, weeks_to_hire=6)) == [0.5] * 14 + [1.0] * 16
    assert in_post(30, leaves=Leaves("2024-12-09", 0.5, weeks_to_hire=2)) == [1.0] * 30
    assert in_post(30, leaves=Leaves("2024-12-09", 0.5)) == [0.5] * 30
    came = roster_of({"physio": group(joins={"one": Joins("2024-12-23", 1.0, training_weeks=3)})}, CALENDAR)["physio"]
    assert came.in_post.tolist() == [2.0] * 140
    assert came.training.tolist() == [1.0] * 7 + [0.0] * 133


def test_who_is_hired_after_the_end_is_never_there_and_training_may_outlast_the_run():
    assert in_post(30, leaves=Leaves("2025-01-20", 0.25, weeks_to_hire=52)) == [1.0] * 14 + [0.75] * 16
    endless = roster_of({"physio": group(joins={"one": Joins("2025-01-20", 1.0, training_weeks=5200)})}, CALENDAR)[
        "physio"
    ]
    assert (endless.in_post - endless.training).tolist() == [1.0] * 140


def test_on_one_day_one_may_leave_and_another_come():
    assert in_post(30, Joins("2025-01-20", 1.0), Leaves("2025-01-20", 1.0)) == [1.0] * 30


def test_a_leap_day_is_a_day():
    year = Calendar.of(date(2028, 1, 1), 366)
    here = roster_of({"physio": group(joins={"one": Joins("2028-02-29", 1.0)})}, year)["physio"].in_post
    assert np.flatnonzero(np.diff(here)).tolist() == [58]
    overtime = roster_of({"physio": group(overtime={"one": Overtime(2.0, "02-29", "02-29")})}, year)["physio"].overtime
    assert np.flatnonzero(overtime).tolist() == [59]


# --- leave ------------------------------------------------------------------------------------------------


def test_leave_has_its_season_and_the_year_keeps_its_total():
    # 13.04 of 260.89 working days: a twentieth. All of it in August,
    # 31 of the year's 365 days: in that month 5% x 365 / 31 is off.
    months = [0] * 7 + [1] + [0] * 4
    days = roster_of(
        {"physio": group(annual_leave_days=13.04464286, leave_by_month=tuple(months))},
        Calendar.of(date(2025, 1, 1), 365),
    )["physio"]
    august = np.arange(212, 243)
    assert days.leave[august] == pytest.approx(0.05 * 365 / 31)
    assert days.leave.sum() == pytest.approx(0.05 * 365)
    assert not days.leave[np.setdiff1d(np.arange(365), august)].any()
    even = roster_of({"physio": group(annual_leave_days=26.0892857, leave_by_month=(2.0,) * 12)}, CALENDAR)["physio"]
    assert even.leave == pytest.approx(0.1)


def test_a_month_of_leave_takes_slots_in_that_month():
    # A twentieth of the year's days, all in February: 365 / 28 / 20 = 65.2% of it,
    # so 3.4821 slots a day and not 10.
    found = slots(84, annual_leave_days=13.04464286, leave_by_month=[0, 1] + [0] * 10)
    february = range(26, 54)
    assert all(found[day] == 10 for day in found if day not in february)
    there = 10 * (1 - 365 / 28 / 20)
    assert sum(found[day] for day in found if day in february) == int(20 * there + 1e-9)


def test_nobody_is_away_more_than_always():
    assert (
        roster_of(
            {"physio": group(annual_leave_days=200, leave_by_month=(0,) * 11 + (1,))},
            Calendar.of(date(2025, 12, 1), 31),
        )["physio"].leave.tolist()
        == [1.0] * 31
    )


# --- sickness ---------------------------------------------------------------------------------------------


def off(wte=40.0, share=0.05, spell=7.0, days=2000, seed=1, scale=1.0, name="physio", **more) -> np.ndarray:
    """(days,) people off sick."""
    calendar = Calendar.of(date.fromisoformat(MONDAY), days)
    staff = {name: group(wte=wte, sickness_share=share, sickness_spell_days=spell), **more}
    return roster_of(staff, calendar, Chance(seed, 0), scale)[name].sickness * wte * scale


def alone(person: int, **more) -> np.ndarray:
    """(days,) whether one person is off: what they add to those before them."""
    before = off(person, **more) if person else 0
    return np.round(off(person + 1, **more) - before, 6)


def test_each_person_has_their_own_days_whoever_else_there_is():
    many = sum(alone(person, days=400) for person in range(5))
    assert off(5, days=400) == pytest.approx(many)
    assert set(np.unique(alone(3, days=400))) <= {0.0, 1.0}
    assert off(4.5, days=400) == pytest.approx(
        off(4, days=400) + 0.5 * alone(4, days=400)
    )  # half a person is off as a whole one
    assert off(50, scale=0.1, days=400) == pytest.approx(off(5, days=400))  # of a tenth of the place a tenth fall ill


def test_luck_is_that_of_the_person_in_the_group_and_of_nothing_else():
    others = {"gp": group(wte=12, sickness_share=0.2, sickness_spell_days=3)}
    assert (off(days=300) == off(days=300, **others)).all()
    assert (off(days=300)[:100] == off(days=100)).all()  # a longer run begins in the same way
    assert not (off(days=300) == off(days=300, seed=2)).all()
    assert not (off(days=300) == off(days=300, name="gp")).all()


def test_a_colleague_who_leaves_changes_nobody_else_s_days():
    calendar = Calendar.of(date.fromisoformat(MONDAY), 300)
    stays = group(wte=5, sickness_share=0.2, sickness_spell_days=5)
    leaver = group(
        wte=6, sickness_share=0.2, sickness_spell_days=5, leaves={"one": Leaves("2025-04-16", 1.0)}
    )  # day 100
    few, many = (roster_of({"physio": one}, calendar, Chance(1, 0))["physio"].sickness for one in (stays, leaver))
    assert many[100:] == pytest.approx(few[100:])
    assert (many[:100] * 6 - few[:100] * 5 >= -1e-9).all()


@pytest.mark.parametrize("share, spell", [(0.05, 7.0), (0.2, 2.5), (0.4, 1.0), (0.03, 30.0)])
def test_the_long_run_share_and_the_length_of_a_spell(share, spell):
    people_, days = 60, 4000
    every = np.array([alone(person, share=share, spell=spell, days=days) for person in range(0, people_, 12)])
    total = off(people_, share, spell, days)
    # Days of one person go together: the variance of the mean is that of a two-state chain, (1 + r) / (1 - r) as large.
    kept = 1 - 1 / spell - share / (1 - share) / spell
    sd = np.sqrt(share * (1 - share) * (1 + kept) / (1 - kept) / (people_ * days))
    assert total.mean() / people_ == pytest.approx(share, abs=4 * sd)
    begins, ends = ((np.diff(every, axis=1) == step).sum() for step in (1, -1))
    # A spell is geometric with mean `spell`, so the mean of n of them has a standard error below spell / sqrt(n).
    assert every.sum() / max(begins, ends) == pytest.approx(spell, abs=4 * spell / np.sqrt(ends) + 0.02 * spell)


def test_more_are_off_in_winter():
    months = (3,) + (1,) * 10 + (3,)
    calendar = Calendar.of(date(2025, 1, 1), 1461)
    plain = roster_of({"physio": group(sickness_share=0.05, sickness_by_month=months)}, calendar)["physio"].sickness
    mean = (62 * 3 + 303.25) / 365.25  # of a year of 365 or 366 days within 0.5%
    assert plain[calendar.month_of() == 12] == pytest.approx(0.05 * 3 / mean, rel=5e-3)
    assert plain[calendar.month_of() == 7] == pytest.approx(0.05 / mean, rel=5e-3)
    drawn = roster_of(
        {"physio": group(wte=300, sickness_share=0.05, sickness_by_month=months, sickness_spell_days=3)},
        calendar,
        Chance(1, 0),
    )["physio"].sickness
    for month in (1, 12, 5, 8):
        here = calendar.month_of() == month
        # 300 people on 120 days, spells of three days; in January those of December are still off.
        assert drawn[here].mean() == pytest.approx(plain[here].mean(), abs=4 * np.sqrt(0.05 * 6 / (300 * 120)) + 0.006)


def test_drawn_sickness_takes_whole_people_off_and_as_many_slots_as_the_mean_does():
    drawn = [slots(140, replication=r, wte=4, sickness_share=0.2, sickness_spell_days=4) for r in range(12)]
    assert {value for one in drawn for value in one.values()} <= {0, 10, 20, 30, 40}
    assert drawn[0] != drawn[1]
    mean = sum(sum(one.values()) for one in drawn) / (
        12 * 100
    )  # 100 working days; where nobody is there no clinic is held
    # 12 x 4 people on 140 days, spells of 4: sd of the share 0.4 x sqrt(7 / 6,720).
    assert mean == pytest.approx(40 * 0.8, abs=40 * 4 * 0.4 * np.sqrt(7 / (48 * 140)))


def test_without_spells_the_mean_is_off_every_day():
    assert set(slots(sickness_share=0.2).values()) == {8}
    assert slots(sickness_share=0.2, replication=1) == slots(sickness_share=0.2)


# --- supervision and overtime -----------------------------------------------------------------------------


def test_supervision_is_taken_from_the_registrant():
    def offered(**support):
        services = {"a": staffed("physio"), "b": staffed("support")}
        staff = {"physio": PHYSIO, "support": {**PHYSIO, **support}}
        run = lived(
            world(services, 28, entry={"otherwise": {"to": {"a": 0.5, "b": 0.5}}}, workforce=staff), people([0] * 999)
        )
        return [{d.day: d.offered for d in run.clinic_days(name)} for name in "ab"]

    a, b = offered()
    assert set(a.values()) == set(b.values()) == {10}
    a, b = offered(supervised_by={"physio": 0.2})
    assert set(a.values()) == {8} and set(b.values()) == {10}
    a, b = offered(wte=0.5, supervised_by={"physio": 0.2})
    assert set(a.values()) == {9} and set(b.values()) == {5}
    a, _ = offered(supervised_by={"physio": 0.2}, leaves={"one": {"date": "2025-01-20", "wte": 1}})
    assert a == {day: 8 if day < 14 else 10 for day in a}
    a, b = offered(
        supervised_by={"physio": 0.2},
        overtime={"one": {"sessions_a_week": 5, "first_day": "2025-01-20", "last_day": "2025-01-26"}},
    )
    assert a == {day: 7 if 14 <= day < 21 else 8 for day in a}
    assert b == {day: 15 if 14 <= day < 21 else 10 for day in b}


def test_two_groups_may_be_supervised_by_one_and_nobody_gives_more_than_there_is():
    staff = {
        "physio": group(),
        "one": group(wte=2, supervised_by={"physio": 0.3}),
        "two": group(supervised_by={"physio": 0.4}),
    }
    days = roster_of(staff, CALENDAR)
    assert days["physio"].supervising == pytest.approx(10)
    assert days["physio"].minutes_a_week() == pytest.approx(0)
    assert (
        roster_of({**staff, "one": group(wte=9, supervised_by={"physio": 0.3})}, CALENDAR)["physio"].minutes_a_week()
        == 0
    ).all()


def test_overtime_adds_sessions_in_its_weeks_which_leave_and_sickness_do_not_touch():
    week = {"sessions_a_week": 2.5, "first_day": "2025-01-20", "last_day": "2025-02-02"}
    # Two and a half sessions a week are half a session a day: 90 minutes, two and a half visits.
    found, base = slots(overtime={"two_weeks": week}), slots()
    extra = [found[day] - base[day] for day in range(14, 28) if day in base]
    assert sum(extra) == 25 and set(extra) == {2, 3}
    assert all(found[day] == 10 for day in found if not 14 <= day < 28)
    halved = slots(sickness_share=0.5, overtime={"two_weeks": week})
    assert sum(halved[day] - 5 for day in range(14, 28) if day in halved) == 25


def test_a_period_of_every_year_may_run_over_new_year():
    calendar = Calendar.of(date(2025, 12, 1), 500)
    days = np.flatnonzero(
        roster_of({"physio": group(overtime={"winter": Overtime(1.0, "12-15", "01-31")})}, calendar)["physio"].overtime
    )
    assert days.tolist() == [*range(14, 62), *range(379, 427)]
    inside = np.flatnonzero(
        roster_of({"physio": group(overtime={"may": Overtime(1.0, "05-01", "05-02")})}, calendar)["physio"].overtime
    )
    assert inside.tolist() == [151, 152]


# --- all together -----------------------------------------------------------------------------------------


def test_off_is_the_same_to_the_last_bit():
    plain = planned(
        world(
            {"a": staffed("physio")},
            60,
            workforce={"physio": {**PHYSIO, "annual_leave_days": 27, "sickness_share": 0.047}},
        )
    )
    off_ = {
        "joins": {"x": {"date": "2025-02-01", "wte": 0.0}},
        "leaves": {"x": {"date": "2025-02-01", "wte": 0.0, "weeks_to_hire": 3, "training_weeks": 5}},
        "overtime": {"x": {"sessions_a_week": 0, "first_day": "01-01", "last_day": "12-31"}},
        "leave_by_month": [1] * 12,
        "sickness_by_month": [3] * 12,
        "supervised_by": {},
        "generalist_share": 0,
        "may_work_in": ["a"],
        "weekend_pay_ratio": 1,
    }
    quiet = planned(
        world(
            {"a": staffed("physio")},
            60,
            workforce={"physio": {**PHYSIO, "annual_leave_days": 27, "sickness_share": 0.047, **off_}},
        )
    )
    assert (
        plain.minutes(plain._services["a"], "working_days").tobytes()
        == quiet.minutes(quiet._services["a"], "working_days").tobytes()
    )


@st.composite
def changes(draw):
    dates = st.dates(date(2024, 11, 1), date(2025, 5, 20)).map(date.isoformat)
    few = st.floats(0, 0.5)
    return group(
        wte=3.0,
        joins={
            str(i): Joins(draw(dates), draw(few), draw(st.floats(0, 30)), draw(st.floats(0, 1)))
            for i in range(draw(st.integers(0, 3)))
        },
        leaves={
            str(i): Leaves(
                draw(dates),
                draw(few),
                draw(st.none() | st.floats(0, 30)),
                draw(st.floats(0, 30)),
                draw(st.floats(0, 1)),
            )
            for i in range(draw(st.integers(0, 3)))
        },
    )


@given(changes())
def test_whoever_comes_and_goes_the_days_add_up(one):
    days = roster_of({"physio": one}, CALENDAR)["physio"]
    start = CALENDAR.start
    for day in (0, 1, 50, 139):

        def since(text, weeks=0.0, day=day):
            return (date.fromisoformat(text) - start).days + round(7 * weeks) <= day

        here = (
            3
            + sum(j.wte for j in one.joins.values() if since(j.date))
            - sum(x.wte for x in one.leaves.values() if since(x.date))
        )
        here += sum(
            x.wte for x in one.leaves.values() if x.weeks_to_hire is not None and since(x.date, x.weeks_to_hire)
        )
        assert days.in_post[day] == pytest.approx(here)
    assert (days.in_post <= days.funded + 1e-9).all()
    assert ((days.training >= 0) & (days.training <= days.in_post + 1e-9)).all()
