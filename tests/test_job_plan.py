"""What staff, rooms and dates give to each service on each day: job plans that change, closures, speed, rooms,
extra clinics.

Day 0 is Monday 6 January 2025; one `PHYSIO` gives ten slots of 36 minutes on each working day. `worlds.planned` is the
job plan alone, where nobody need be seen to know what there is.
"""

from datetime import date

import numpy as np
import pytest
from worlds import MONDAY, PHYSIO, caseload, clinic, group, lived, people, planned, staffed, way, world

import sim
from sim.app.studies.load import load_table, loads
from sim.domain.calendar import Calendar
from sim.domain.pathway.capacity import ExtraClinic

STAFF = {"physio": PHYSIO}
WORKING = [day for day in range(28) if day % 7 < 5]
DROP_IN = {"kind": "drop_in", "hours": ["09:00", "15:00"], "visit_minutes": 15, "routes": way()}


def slots(service: dict, days=28, **sections) -> dict[int, int]:
    """Clinic day -> slots, with more people than there will ever be slots for."""
    run = lived(world({"a": service}, days, **{"workforce": STAFF, **sections}), people([0] * 999))
    return {d.day: d.offered for d in run.clinic_days("a")}


def minutes(service: dict, days=28, **sections) -> list[float]:
    """Minutes (or slots) of a clinic on each day."""
    plan = planned(world({"a": service}, days, **{"workforce": STAFF, **sections}))
    return np.round(plan.minutes(plan._services["a"], plan._services["a"].pattern), 6).tolist()


# --- dates ------------------------------------------------------------------------------------------------


def test_a_job_plan_changes_on_its_date():
    half = {"staff": {"physio": 1.0}, "later": {"spring": {"date": "2025-01-15", "staff": {"physio": 0.5}}}}  # day 9
    assert slots(staffed(capacity=half)) == {day: 10 if day < 9 else 5 for day in WORKING}
    # In whatever order they are written; the last one before the start holds from the first day.
    more = {
        "c": {"date": "2025-01-22", "staff": {"physio": 0.2}},
        "b": {"date": "2025-01-15", "staff": {"physio": 0.5}},
        "a": {"date": "2024-06-01", "staff": {"physio": 0.8}},
        "o": {"date": "2023-06-01", "staff": {"physio": 0.3}},
    }
    assert slots(staffed(capacity={"staff": {"physio": 1.0}, "later": more})) == {
        day: 8 if day < 9 else 5 if day < 16 else 2 for day in WORKING
    }


def test_another_group_may_take_over():
    staff = {"physio": PHYSIO, "support": {**PHYSIO, "wte": 2.0}}
    change = {"staff": {"physio": 1.0}, "later": {"swap": {"date": "2025-01-20", "staff": {"support": 0.75}}}}
    assert slots(staffed(capacity=change), workforce=staff) == {day: 10 if day < 14 else 15 for day in WORKING}


@pytest.mark.parametrize("way_, before, after", [("slots_per_day", 3, 1), ("slots_per_week", 21, 7)])
def test_slots_change_on_a_date(way_, before, after):
    service = clinic(capacity={way_: before, "later": {"less": {"date": "2025-01-09", way_: after}}})
    assert slots(service, 7) == {0: 3, 1: 3, 2: 3, 3: 1, 4: 1, 5: 1, 6: 1}


def test_clinicians_and_places_change_on_a_date():
    door = {**DROP_IN, "capacity": {"clinicians": 2, "later": {"less": {"date": "2025-01-09", "clinicians": 1}}}}
    held = caseload(capacity={"places": 4, "later": {"less": {"date": "2025-01-09", "places": 2}}})
    plan = planned(world({"a": door, "b": held}, 7))
    assert plan.clinicians(plan._services["a"]).tolist() == [2, 2, 2, 1, 1, 0, 0]
    assert plan.places(plan._services["b"]).tolist() == [4, 4, 4, 2, 2, 2, 2]


def test_a_caseload_that_loses_places_keeps_its_people_and_takes_on_nobody_until_there_is_room():
    held = caseload(capacity={"places": 4, "later": {"less": {"date": "2025-01-08", "places": 1}}}, stay_days=3)
    run = lived(world({"a": held}, 9), people([0] * 7))
    # Four on day 0 until day 3; from day 2 on there is one place, so the next begin on days 3 and 6, one at a time.
    assert sorted(run.seen("a").values()) == [0, 0, 0, 0, 3, 6]
    assert [(d.day, d.offered, d.used) for d in run.clinic_days("a")] == [
        (0, 4, 4),
        (1, 4, 4),
        (2, 4, 4),
        *((day, 1, 1) for day in range(3, 9)),
    ]


def test_places_follow_the_staff_in_post_and_not_their_leave():
    staff = {
        "physio": {
            **PHYSIO,
            "sickness_share": 0.5,
            "annual_leave_days": 50,
            "leaves": {"one": {"date": "2025-01-09", "wte": 0.5, "weeks_to_hire": 1, "training_weeks": 1}},
        }
    }
    held = caseload(capacity={"staff": {"physio": 1.0}}, places_per_wte=8)
    plan = planned(world({"a": held}, 21, workforce=staff))
    assert (
        plan.places(plan._services["a"]).tolist() == [8] * 3 + [4] * 14 + [8] * 4
    )  # gone on day 3, hired on day 10, in training until day 16


# --- closures ---------------------------------------------------------------------------------------------


def test_closed_days_have_no_clinic_and_no_other_day_more():
    shut = {
        "staff": {"physio": 1.0},
        "closed": {"works": {"first_day": "2025-01-09", "last_day": "2025-01-14"}},
    }  # days 3 to 8
    assert slots(staffed(capacity=shut)) == {day: 10 for day in WORKING if not 3 <= day <= 8}
    every_year = {
        "slots_per_day": 2,
        "closed": {
            "new_year": {"first_day": "12-24", "last_day": "01-07"},
            "leap_day": {"first_day": "02-29", "last_day": "02-29"},
        },
    }
    found = minutes(clinic(capacity=every_year), 1200)
    calendar = Calendar.of(date.fromisoformat(MONDAY), 1200)
    for day, there in enumerate(found):
        on = calendar.date_of(day)
        assert there == (
            0 if (on.month, on.day) >= (12, 24) or (on.month, on.day) <= (1, 7) or (on.month, on.day) == (2, 29) else 2
        )


def test_a_closed_group_meets_on_its_next_session_day_and_a_closed_drop_in_lets_people_come_later():
    shut = {"first_day": "2025-01-09", "last_day": "2025-01-16"}  # Thursday, Tuesday and Thursday: days 3, 8, 10
    run = lived(
        world({"a": group(capacity={"slots_per_week": 8, "closed": {"x": shut}}, sessions=2)}, 28), people([0] * 4)
    )
    assert sorted({e.day for e in run.of("attended", "a")}) == [1, 15]
    door = {**DROP_IN, "open_days": "every_day", "capacity": {"clinicians": 1, "closed": {"x": shut}}}
    run = lived(world({"a": door}, 14), people(0, 4))
    assert run.seen("a") == {1: 0, 2: 11}
    assert [d.day for d in run.clinic_days("a")] == [0, 1, 2, 11, 12, 13]


def test_a_closed_caseload_keeps_its_people_and_takes_on_nobody():
    held = caseload(
        capacity={"places": 2, "closed": {"x": {"first_day": "2025-01-08", "last_day": "2025-01-12"}}}, stay_days=3
    )
    assert lived(world({"a": held}, 9), people([0] * 4)).seen("a") == {1: 0, 2: 0, 3: 7, 4: 7}


def test_bank_holidays_and_closures_may_fall_on_one_day():
    shut = {"staff": {"physio": 1.0}, "closed": {"easter": {"first_day": "2025-04-18", "last_day": "2025-04-21"}}}
    calendar = {"start_date": "2025-04-14", "bank_holidays": "GB-ENG"}
    assert (
        slots(staffed(capacity=shut), 14, calendar=calendar)
        == slots(staffed("physio"), 14, calendar=calendar)
        == dict.fromkeys([0, 1, 2, 3, 8, 9, 10, 11], 10)
    )


# --- who may work where, and how fast ---------------------------------------------------------------------


def test_a_slower_group_gives_fewer_slots_and_a_faster_one_more():
    staff = {"physio": PHYSIO, "support": PHYSIO}
    both = {"staff": {"physio": 1.0, "support": 0.5}}
    assert set(slots(staffed(capacity=both), workforce=staff).values()) == {15}
    assert set(slots(staffed(capacity={**both, "speed": {"support": 0.8}}), workforce=staff).values()) == {14}
    assert set(
        slots(staffed(capacity={**both, "speed": {"support": 0.8, "physio": 1.1}}), workforce=staff).values()
    ) == {15}
    door = {**DROP_IN, "hours": ["09:00", "12:00"], "open_days": "every_day"}
    plan = planned(
        world({"a": {**door, "capacity": {"staff": {"physio": 1.0}, "speed": {"physio": 0.7}}}}, 7, workforce=STAFF)
    )
    assert plan.clinicians(plan._services["a"]) == pytest.approx(1800 / 7 / 180 * 0.7)


def test_who_may_work_here_changes_nothing_but_what_is_refused():
    assert minutes(staffed("physio"), workforce={"physio": {**PHYSIO, "may_work_in": ["a"]}}) == minutes(
        staffed("physio")
    )


# --- the days of the week ---------------------------------------------------------------------------------


def test_seven_days_spread_the_same_week_over_more_days():
    assert minutes(staffed("physio", open_days="every_day"), 14) == pytest.approx([1800 / 7] * 14)
    assert minutes(staffed("physio", open_days=["sat", "sun"]), 14) == [0, 0, 0, 0, 0, 900, 900] * 2


# --- rooms ------------------------------------------------------------------------------------------------


def roomed(rooms, share=1.0, **capacity) -> dict:
    return staffed(capacity={"staff": {"physio": 1.0}, "rooms": {"gym": share}, **capacity})


def test_the_scarcer_of_staff_and_rooms_decides():
    # One WTE holds two sessions a day: a room has two.
    def a_day(rooms, wte=1.0, share=1.0, **more):
        found = slots(
            roomed(rooms, share),
            7,
            rooms={"gym": {"rooms": rooms, **more}},
            workforce={"physio": {**PHYSIO, "wte": wte}},
        )
        assert len(set(found.values())) == 1
        return found[0]

    assert [a_day(rooms) for rooms in (0.5, 1, 2)] == [5, 10, 10]
    assert [a_day(1, wte) for wte in (0.5, 1, 2)] == [5, 10, 10]
    assert a_day(1, 2, sessions_a_day=3) == 15
    assert a_day(1, 2, share=0.5) == 5


def test_rooms_are_shared_out_and_sets_of_rooms_add_up():
    services = {"a": roomed(1, 0.75), "b": {**clinic(), "capacity": {"staff": {"physio": 0.0}}, "new_minutes": 36}}
    plan = planned(world(services, 7, workforce={"physio": {**PHYSIO, "wte": 4.0}}, rooms={"gym": {"rooms": 2}}))
    assert plan.minutes(plan._services["a"], "working_days")[0] == pytest.approx(2 * 2 * 0.75 * 180)
    two = staffed(capacity={"staff": {"physio": 1.0}, "rooms": {"gym": 0.5, "hall": 1.0}})
    assert minutes(
        two,
        7,
        workforce={"physio": {**PHYSIO, "wte": 9.0}},
        rooms={"gym": {"rooms": 2}, "hall": {"rooms": 1, "sessions_a_day": 1}},
    )[0] == pytest.approx(3 * 180)


def test_rooms_do_not_close_but_staff_may_come_for_them():
    staff = {"physio": {**PHYSIO, "wte": 0.5, "joins": {"two": {"date": "2025-01-20", "wte": 2.0}}}}
    assert slots(roomed(1), workforce=staff, rooms={"gym": {"rooms": 1}}) == {
        day: 5 if day < 14 else 10 for day in WORKING
    }


def test_overtime_needs_a_room_too():
    more = {"overtime": {"x": {"sessions_a_week": 10, "first_day": "2025-01-13", "last_day": "2025-01-19"}}}
    found = slots(roomed(1), workforce={"physio": {**PHYSIO, **more}}, rooms={"gym": {"rooms": 1.5}})
    assert found == {day: 15 if 7 <= day < 14 else 10 for day in WORKING}


def test_a_room_of_a_group_holds_one_cohort_for_a_session():
    # 1,800 minutes of each of two people, both in the room: without a limit 1,800 / 140 cohorts at once
    # (two sessions of 70 a week).
    settings = group(capacity={"staff": {"physio": 1.0, "support": 1.0}}, session_minutes=75)
    staff = {"physio": PHYSIO, "support": {**PHYSIO, "wte": 2.0}}
    at_once = 1800 / 150

    def cohorts(**sections):
        capacity = {**settings["capacity"], **({"rooms": {"hall": 0.5}} if sections else {})}
        plan = planned(world({"a": {**settings, "capacity": capacity}}, 7, workforce=staff, **sections))
        service = plan._services["a"]
        return plan.scarcest_a_week(service.capacity, service.session_days)[0] / 150, service.roomed(plan)

    assert cohorts() == (pytest.approx(at_once), 1.0)
    # Half of one room, two sessions of 225 minutes on each of two days: 450 minutes a week, three cohorts.
    at_once_here, part = cohorts(rooms={"hall": {"rooms": 1}})
    assert at_once_here == pytest.approx(3) and part[0] == pytest.approx(3 / at_once)


def test_clinicians_of_a_drop_in_need_rooms_for_as_long_as_it_is_open():
    door = {
        **DROP_IN,
        "open_days": "every_day",
        "capacity": {"clinicians": 5, "rooms": {"gym": 1.0}},
    }  # open for six hours
    plan = planned(world({"a": door}, 7, rooms={"gym": {"rooms": 1, "sessions_a_day": 3.2}}))  # twelve hours of rooms
    assert plan.clinicians(plan._services["a"]) == pytest.approx(2.0)
    by_staff = {**door, "capacity": {"staff": {"physio": 1.0}, "rooms": {"gym": 1.0}}}
    plan = planned(
        world(
            {"a": by_staff},
            7,
            rooms={"gym": {"rooms": 0.5, "sessions_a_day": 2}},
            workforce={"physio": {**PHYSIO, "wte": 7.0}},
        )
    )
    assert plan.clinicians(plan._services["a"]) == pytest.approx(180 / 360)


# --- groups whose staff changes ---------------------------------------------------------------------------


def test_a_group_needs_those_who_are_in_its_job_plan_on_the_day():
    staff = {"physio": PHYSIO, "support": {**PHYSIO, "wte": 0.5}}
    settings = group(
        session_minutes=90,
        capacity={"staff": {"physio": 1.0}, "later": {"swap": {"date": "2025-01-13", "staff": {"support": 1.0}}}},
    )
    plan = planned(world({"a": settings}, 14, workforce=staff))
    service = plan._services["a"]
    assert plan.scarcest_a_week(service.capacity, service.session_days).tolist() == [1800.0] * 7 + [900.0] * 7


def test_a_group_loses_cohorts_with_its_staff_and_those_that_run_are_seen_through():
    # 360 minutes a week: two cohorts of 90 minutes twice a week. All staff leave after the first week; half of them are
    # there again from day 56 on, for a cohort every second week: the first when time for a whole one has come together.
    def starts(**change):
        staff = {"physio": {**PHYSIO, "wte": 0.2, **change}}
        run = lived(
            world(
                {"a": group(capacity={"staff": {"physio": 1.0}}, session_minutes=90, sessions=4)}, 84, workforce=staff
            ),
            people([0] * 99),
        )
        days = [e.day for e in run.of("started", "a")]
        return {day: days.count(day) for day in days}, sorted({e.day for e in run.of("attended", "a")})

    assert starts()[0] == {1: 8, 15: 8, 29: 8, 43: 8, 57: 8, 71: 8}
    gone = {"leaves": {"all": {"date": "2025-01-13", "wte": 0.2}}}
    assert starts(**gone) == ({1: 8}, [1, 3, 8, 10])
    assert starts(**gone, joins={"one": {"date": "2025-03-03", "wte": 0.1}}) == (
        {1: 8, 64: 4, 78: 4},
        [1, 3, 8, 10, 64, 66, 71, 73, 78, 80],
    )


# --- extra clinics ----------------------------------------------------------------------------------------


def held(**extra) -> list[int]:
    return ExtraClinic(slots=1.0, **extra).days(
        Calendar.of(date.fromisoformat(MONDAY), 60, [date(2025, 1, 25), date(2025, 2, 8)])
    )


def test_extra_clinics_every_week_or_every_second_one():
    saturdays = {"weekdays": ("sat",), "first_day": "2025-01-10", "last_day": "2025-02-15"}
    assert held(**saturdays) == [5, 12, 26, 40]  # not on the bank holidays, days 19 and 33
    assert held(**saturdays, every_weeks=2) == [5]  # days 19 and 33 are the bank holidays
    assert held(**{**saturdays, "first_day": "2025-01-13"}, every_weeks=2) == [12, 26, 40]
    both = {
        "weekdays": ("sun", "wed"),
        "first_day": "2025-01-16",
        "last_day": "2025-02-05",
    }  # Thursday day 10 to Wednesday day 30
    assert held(**both) == [13, 16, 20, 23, 27, 30]
    assert held(**both, every_weeks=2) == [13, 23, 27]  # Sunday ends a week: days 13 and 27, Wednesday 23
    assert held(weekdays=("mon",), first_day="02-24", last_day="01-06") == [0, 49, 56]
    assert held(date="2025-01-25") == [19]  # who names a bank holiday means it


def test_extra_clinics_are_for_those_who_have_waited_long_and_for_nobody_else():
    extra = {
        "list": {
            "slots": 2,
            "weekdays": ["sat"],
            "first_day": "2025-01-06",
            "last_day": "2025-02-28",
            "waited_over_weeks": 2,
        }
    }
    run = lived(world({"a": clinic(0, extra_clinics=extra)}, 42), people(0, 0, 0, 10, 20, 25))
    # Saturdays are days 5, 12, 19, 26, 33, 40. Over two weeks: on day 19 the three of day 0, two at a time.
    assert run.seen("a") == {1: 19, 2: 19, 3: 26, 4: 26, 5: 40, 6: 40}
    assert [(d.day, d.offered, d.used) for d in run.clinic_days("a") if d.offered] == [
        (5, 2, 0),
        (12, 2, 0),
        (19, 2, 2),
        (26, 2, 2),
        (33, 2, 0),
        (40, 2, 2),
    ]


def test_an_extra_clinic_adds_to_the_day_and_takes_from_none():
    extra = {"list": {"slots": 4, "weekdays": ["mon"], "first_day": "2025-01-13", "last_day": "2025-01-20"}}
    assert slots(staffed("physio", extra_clinics=extra)) == {day: 14 if day in (7, 14) else 10 for day in WORKING}


# --- the size of the place --------------------------------------------------------------------------------


def test_a_place_of_another_size_has_as_much_more_of_everything():
    shares = {"physio": 0.25}
    services = {
        "clinic": staffed(capacity={"staff": shares, "rooms": {"gym": 0.5}}),
        "walk_in": {**DROP_IN, "capacity": {"clinicians": 2, "rooms": {"gym": 0.5}}},
        "held": caseload(capacity={"staff": shares}, places_per_wte=7),
        "slots": clinic(capacity={"slots_per_day": 3, "later": {"x": {"date": "2025-01-09", "slots_per_day": 5}}}),
        "cohorts": group(capacity={"staff": shares}, session_minutes=60),
    }
    staff = {
        "physio": {
            **PHYSIO,
            "wte": 8.0,
            "overtime": {"x": {"sessions_a_week": 3, "first_day": "01-07", "last_day": "01-08"}},
        }
    }

    def given(scale):
        plan = planned(world(services, 7, workforce=staff, rooms={"gym": {"rooms": 1}}, place={"scale": scale}))
        a, b, c, d, e = plan._services.values()
        return np.array(
            [
                plan.minutes(a, a.open_days),
                plan.clinicians(b),
                plan.places(c),
                plan.minutes(d, d.open_days),
                plan.scarcest_a_week(e.capacity, e.session_days),
            ]
        )

    assert given(2.5) == pytest.approx(2.5 * given(1.0))


# --- load against capacity, before running ----------------------------------------------------------------


def test_what_is_asked_is_more_than_a_service_can_do_from_100_percent_and_tight_from_92():
    slots = {"a": 137, "b": 141, "c": 151, "d": 153, "e": 200}  # a week, for the 140 people who go through them all
    ways = dict(zip(slots, [*list(slots)[1:], "resolved"], strict=True))
    services = {name: clinic(1, to, capacity={"slots_per_week": slots[name]}) for name, to in ways.items()}
    table = load_table(sim.from_dict(world(services, 365, a_day=20))).set_index("service")
    assert table.load_share.to_dict() == pytest.approx({name: 140 / some for name, some in slots.items()}, rel=2e-3)
    assert table.verdict.to_dict() == {
        "a": "more than it can do",  # 102%
        "b": "tight",  # 99%
        "c": "tight",  # 93%
        "d": "fits",  # 91.5%
        "e": "fits",  # 70%
    }


@pytest.mark.parametrize("kept, told", [(0.5, [("a", 0.625, 0.5)]), (0.64, []), (1.0, [])])
def test_follow_ups_that_are_more_of_what_is_asked_than_is_kept_for_them_are_told(kept, told):
    """Two later visits of 25 minutes to each first of 30: 50 of 80 minutes, whatever the clinic can do."""
    one = staffed("physio", new_minutes=30, follow_up_minutes=25, follow_ups_first_share=kept, routes=way("course"))
    one["follow_ups"] = {"mean_visits": 2, "spread": "fixed", "interval_days": 7}
    scenario = sim.from_dict(world({"a": one}, 60, a_day=30, workforce=STAFF))
    _, behind = loads(scenario)
    assert [b.label for b in behind] == [label for label, _, _ in told]
    assert [tuple(b[1:]) for b in behind] == [pytest.approx(shares, rel=0.02) for _, *shares in told]


def test_load_is_against_what_the_dates_leave():
    def capacity(service, **staff):
        scenario = sim.from_dict(world({"a": service}, 28, workforce={"physio": {**PHYSIO, **staff}}))
        return load_table(scenario).capacity_a_week[0]

    # Capacity is that of 365 + 200 days from 6 January 2025, each working day of 360 minutes.
    working = sum(day % 7 < 5 for day in range(565))
    assert capacity(staffed("physio")) == pytest.approx(360 * working / (565 / 7))
    left = sum(day % 7 < 5 for day in range(7))
    assert capacity(staffed("physio"), leaves={"x": {"date": "2025-01-13", "wte": 1}}) == pytest.approx(
        360 * left / (565 / 7)
    )
    shut = {"closed": {"x": {"first_day": "2025-01-13", "last_day": "2035-01-01"}}}
    assert capacity(staffed(capacity={"staff": {"physio": 1.0}, **shut})) == pytest.approx(360 * left / (565 / 7))
    days = sum(day % 7 in (1, 3) for day in range(565))
    assert capacity(group(capacity={"staff": {"physio": 1.0}, **shut})) == pytest.approx(1800 * 2 / days)
    assert capacity(group(capacity={"staff": {"physio": 1.0}})) == pytest.approx(1800)
