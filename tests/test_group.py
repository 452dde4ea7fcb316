"""Kind `group`: when cohorts start, who gets a seat, who comes, who finishes. Sessions are on Tuesdays and Thursdays.

Day 0 is a Monday: Tuesdays are days 1, 8, 15, 22, Thursdays 3, 10, 17, 24. A cohort has four sessions, two weeks.
"""

from collections import Counter

import pytest
from scipy.stats import binom
from worlds import clinic, group, lived, people, rule, way, world

FIRST, SECOND = [1, 3, 8, 10], [8, 10, 15, 17]


def one(settings: dict, patients, days: int = 40, **sections):
    """A world of this one group, `g`."""
    return lived(world({"g": settings}, days, **sections), patients)


def about(n: int, share: float, sigmas: float = 4.5):
    return pytest.approx(n * share, abs=sigmas * (n * share * (1 - share)) ** 0.5)


# --- when a cohort starts ---------------------------------------------------------------------------------


def test_a_cohort_starts_on_the_first_session_of_a_week_once_enough_people_wait():
    # Two on Monday are too few; the third comes on Wednesday, and the cohort starts the next Tuesday.
    run = one(group(min_size=3), people(0, 0, 2))
    assert run.days("attended") == {1: SECOND, 2: SECOND, 3: SECOND}
    assert [e.detail for e in run.of("attended") if e.who == 1] == ["new", "session", "session", "session"]
    assert run.story(1)[-1] == (17, "g", "resolved", "otherwise", "")


def test_whoever_comes_on_the_day_itself_can_start():
    assert one(group(min_size=3), people(0, 0, 1)).days("attended")[3] == FIRST


def test_a_cohort_takes_no_more_than_its_size_first_come_first_served():
    run = one(group(min_size=3, max_size=4), people(0, 0, 0, 0, 0, 2, 2))
    assert run.seen("g") == {1: 1, 2: 1, 3: 1, 4: 1, 5: 8, 6: 8, 7: 8}
    assert [(d.day, d.waiting) for d in run.clinic_days("g")[:3]] == [(1, 1), (3, 3), (8, 0)]


def test_several_cohorts_may_start_together():
    run = one(group(min_size=3, max_size=4), people([0] * 9))
    assert Counter(run.seen("g").values()) == {1: 8}  # the ninth alone is not enough for a third cohort
    assert run.clinic_days("g")[0].offered == 8


def test_a_smaller_cohort_starts_when_somebody_has_waited_long_enough():
    few = dict(min_size=6, max_size=8, least_size=2, start_after_weeks=3)
    # Three weeks after Monday is day 21; the next Tuesday is day 22.
    assert one(group(**few), people(0, 7)).seen("g") == {1: 22, 2: 22}
    assert one(group(**few), people(0)).seen("g") == {}  # one is fewer than the least size
    assert one(group(**{**few, "start_after_weeks": 2}), people(0, 7)).seen("g") == {1: 15, 2: 15}


def test_a_cohort_waits_for_a_room():
    run = one(group(max_size=4, rooms=1), people([0] * 9), 60)
    assert Counter(run.seen("g").values()) == {1: 4, 15: 4, 29: 1}
    run = one(group(max_size=4, rooms=2), people([0] * 9), 60)
    assert Counter(run.seen("g").values()) == {1: 8, 15: 1}


def test_seats_given_directly_are_seats_on_offer_a_week():
    # Eight seats a week are two sessions of four: one cohort after the other, each for two weeks.
    run = one(group(seats=8, max_size=4), people([0] * 12), 60)
    assert Counter(run.seen("g").values()) == {1: 4, 15: 4, 29: 4}
    # Twice the place: two at once, and all twelve have started by the third week.
    run = one(group(seats=8, max_size=4), people([0] * 12), 60, place={"scale": 2.0})
    assert max(d.offered for d in run.clinic_days("g")) == 8 and max(run.seen("g").values()) == 15


def _staff(physio, support):
    """A workforce that gives so many minutes a week."""
    return {
        name: {"wte": minutes / 2250, "patient_facing_share": 1.0}
        for name, minutes in (("physio", physio), ("support", support))
    }


def test_every_staff_group_must_be_in_the_room_so_the_scarcest_sets_the_limit():
    settings = {**group(max_size=4, session_minutes=70), "capacity": {"staff": {"physio": 1.0, "support": 1.0}}}
    # Two sessions of 70 minutes a week are 140 minutes: support workers have time for one cohort,
    # physiotherapists for three.
    run = one(settings, people([0] * 12), 60, workforce=_staff(420, 140))
    assert Counter(run.seen("g").values()) == {1: 4, 15: 4, 29: 4}
    # Half of the physiotherapists' time is 210 minutes: 1.5 cohorts, less than the support workers' two.
    halved = {**settings, "capacity": {"staff": {"physio": 0.5, "support": 1.0}}}
    run = one(halved, people([0] * 400), 240, workforce=_staff(420, 280))
    assert sum(d.offered for d in run.clinic_days("g")[8:]) / 4 / len(run.clinic_days("g")[8:]) == pytest.approx(
        1.5, abs=0.1
    )


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_staff_never_run_more_cohorts_at_once_than_they_have_time_for(at_once):
    # Nobody comes for a while, then very many: the time of idle weeks is gone, not saved up.
    run = one(group(seats=8 * at_once, max_size=4, min_size=4), people([20] * 60), 120)
    assert max(d.offered for d in run.clinic_days("g")) <= 4 * at_once


def test_rolling_entry_does_not_add_cohorts_beyond_the_staff():
    run = one(group(seats=8, max_size=4, entry="rolling", drop_out_share_per_session=0.3), people([0] * 200), 120)
    assert max(d.offered for d in run.clinic_days("g")) == 4


@pytest.mark.parametrize("entry", ["closed", "rolling"])
@pytest.mark.parametrize("seats_a_week", [3, 8, 11, 21])
@pytest.mark.parametrize("leave", [0.0, 0.3])
def test_no_more_seats_are_held_than_there_are_whoever_takes_those_that_fall_free(entry, seats_a_week, leave):
    """A cohort that is filled up again and again would go on for ever, on staff time that there is not."""
    run = one(
        group(seats=seats_a_week, max_size=4, entry=entry, drop_out_share_per_session=leave), people([0] * 900), 700
    )
    programme = 4 * 4  # seats of all sessions of a cohort
    at_once = seats_a_week / 8
    held = sum(d.offered for d in run.clinic_days("g"))
    assert held <= 100 * seats_a_week + max(1, at_once) * programme
    assert held >= (100 - 4) * min(seats_a_week, 8 * int(max(at_once, 1))) - programme, "nor are they left empty"


def test_a_bank_holiday_moves_the_start_to_the_weeks_next_session():
    # Christmas Day 2029 and New Year's Day 2030 are Tuesdays: days 1 and 8 of a run from Monday 24 December.
    run = one(group(), people(0), calendar={"start_date": "2029-12-24", "bank_holidays": "GB-ENG"})
    assert run.days("attended") == {1: [3, 10, 15, 17]}


def test_sessions_are_held_on_their_own_days_whatever_the_order_they_are_written_in():
    assert one(group(session_days=["fri", "mon"]), people(0)).days("attended") == {1: [0, 4, 7, 11]}
    assert one(group(session_days=["wed"], sessions=3), people(0)).days("attended") == {1: [2, 9, 16]}


# --- who gets a seat --------------------------------------------------------------------------------------


def test_urgent_people_get_seats_first():
    classes = {"urgent": {"when": {"urgency": "urgent"}}, "routine": {}}
    run = one(
        group(max_size=2, rooms=1, priority=classes),
        people([0] * 4, urgency=["routine", "routine", "urgent", "urgent"]),
    )
    assert run.seen("g") == {3: 1, 4: 1, 1: 15, 2: 15}


def test_nobody_starts_before_the_earliest_notice():
    assert one(group(earliest_notice_days=7), people(0, 2)).seen("g") == {1: 8, 2: 15}


def test_with_rolling_entry_a_free_seat_is_filled_and_each_has_sessions_of_their_own():
    run = one(group(max_size=2, entry="rolling", rooms=1), people(0, 2, 2))
    # Person 2 takes the free seat on Thursday; person 3 that of person 1, who ends on day 10.
    assert run.days("attended") == {1: FIRST, 2: [3, 8, 10, 15], 3: [15, 17, 22, 24]}
    assert [(d.day, d.offered, d.used) for d in run.clinic_days("g")[:8]] == [
        (1, 2, 1),
        (3, 2, 2),
        (8, 2, 2),
        (10, 2, 2),
        (15, 2, 2),
        (17, 2, 1),
        (22, 2, 1),
        (24, 2, 1),
    ]


def test_with_closed_entry_an_empty_seat_stays_empty():
    run = one(group(max_size=2, rooms=1), people(0, 2))
    assert run.days("attended") == {1: FIRST, 2: [15, 17, 22, 24]}
    assert [(d.offered, d.used, d.missed) for d in run.clinic_days("g")[:4]] == [(2, 1, 0)] * 4


def test_the_wait_ends_when_the_group_starts_and_the_first_session_attended_is_new():
    run = one(group(attendance_share=0.5, completed_at_share=0.0), people([0] * 400))
    assert {(e.day, e.since) for e in run.of("started")} == {(1, 0)} and len(run.of("started")) == 400
    first = run.of("attended", detail="new")
    assert len({e.who for e in first}) == len(first)
    by_day = Counter(e.day for e in first)
    assert by_day == {1: about(400, 0.5), 3: about(400, 0.25), 8: about(400, 0.125), 10: about(400, 0.0625)}


# --- who comes, who finishes ------------------------------------------------------------------------------


def test_attendance_and_empty_seats_are_counted_apart():
    run = one(group(max_size=10, min_size=7, attendance_share=0.8), people([0] * 7))
    for d in run.clinic_days("g")[:4]:
        assert d.offered == 10 and d.used + d.missed == 7  # three seats are empty, whoever comes
    run = one(group(max_size=4000, attendance_share=0.8), people([0] * 4000))
    assert [d.used for d in run.clinic_days("g")[:4]] == [about(4000, 0.8)] * 4
    assert len(run.of("missed")) == sum(d.missed for d in run.clinic_days("g"))


@pytest.mark.parametrize("share, enough", [(0.75, 3), (0.5, 2), (1.0, 4), (0.51, 3)])
def test_people_complete_who_came_often_enough(share, enough):
    run = one(group(max_size=4000, attendance_share=0.8, completed_at_share=share), people([0] * 4000))
    assert len(run.of("resolved")) == about(4000, binom.sf(enough - 1, 4, 0.8))
    assert Counter(e.detail for e in run.of("removed")) == {"dropped_out": 4000 - len(run.of("resolved"))}
    sessions = {who: len(days) for who, days in run.days("attended").items()}
    assert all(sessions[e.who] >= enough for e in run.of("resolved"))
    assert all(sessions.get(e.who, 0) < enough for e in run.of("removed"))


def test_nobody_drops_out_of_a_course_that_is_over():
    # A tenth after each of the first three sessions: 0.9^3 = 72.9% stay to the end.
    run = one(group(max_size=4000, drop_out_share_per_session=0.1), people([0] * 4000))
    assert len(run.of("resolved")) == about(4000, 0.729)
    assert Counter(e.day for e in run.of("removed")) == {
        1: about(4000, 0.1),
        3: about(4000, 0.09),
        8: about(4000, 0.081),
    }


def test_a_cohort_that_everybody_left_still_has_its_room():
    run = one(group(max_size=4, rooms=1, drop_out_share_per_session=1.0), people([0] * 8))
    assert [tuple(d) for d in run.clinic_days("g")[:5]] == [
        (1, 4, 4, 0, 4),
        (3, 4, 0, 0, 4),
        (8, 4, 0, 0, 4),
        (10, 4, 0, 0, 4),
        (15, 4, 4, 0, 0),
    ]


def test_completers_and_drop_outs_go_by_rules_of_their_own():
    services = {
        "g": group(
            max_size=400,
            to="done",
            attendance_share=0.5,
            completed_at_share=0.5,
            after_dropping_out={"men": rule("again", {"sex": "male"}), **way()},
        ),
        "done": clinic(999),
        "again": clinic(999),
    }
    run = lived(world(services, 20), people([0] * 400, sex=["male", "female"] * 200))
    completed = {who for who, days in run.days("attended", "g").items() if len(days) >= 2}
    assert set(run.seen("done")) == completed and set(run.seen("done").values()) == {11}
    assert set(run.seen("again")) == {who for who in range(1, 401, 2)} - completed
    assert {e.who for e in run.of("resolved", "g")} == {who for who in range(2, 401, 2)} - completed


def test_who_never_came_drops_out_at_the_end():
    run = one(group(attendance_share=0.0), people(0))
    assert [(e.day, e.what, e.detail) for e in run.events if e.service == "g"] == [
        (0, "listed", "door"),
        (1, "started", "new"),
        (1, "missed", "session"),
        (3, "missed", "session"),
        (8, "missed", "session"),
        (10, "missed", "session"),
        (10, "removed", "dropped_out"),
    ]


def test_whether_somebody_comes_does_not_depend_on_who_else_is_in_the_cohort():
    few = one(group(max_size=40, attendance_share=0.6, completed_at_share=0.0), people([0] * 40)).days("attended")
    many = one(group(max_size=400, attendance_share=0.6, completed_at_share=0.0), people([0] * 400)).days("attended")
    assert few == {who: days for who, days in many.items() if who <= 40}
