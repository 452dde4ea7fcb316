"""Settings of a clinic that change on a date: shares missed, minutes, follow-ups, days. By hand, person by person."""

import numpy as np
import pytest
from worlds import PHYSIO, clinic, delay, lived, people, planned, rule, staffed, way, world

import sim
from sim.analysis.money.visit_costs import visit_gbp
from sim.analysis.pathway.moves import moves_of
from sim.domain.staff.sessions import sessions_of

PHYSIO_STAFF = {"physio": {**PHYSIO, "cost_per_hour_gbp": 40.0}}


def from_day(day: int, **changes) -> dict:
    """`later` with one change; day 0 is Monday 6 January 2025."""
    return {"later": {"then": {"date": f"2025-01-{6 + day:02d}", **changes}}}


def test_the_share_missed_changes_on_a_date():
    late = from_day(3, missed={"new_share": 1.0, "discharged_share": 1.0})
    run = lived(world({"a": clinic(9, **late)}, 6), people(range(6)))
    assert run.seen("a") == {1: 0, 2: 1, 3: 2}
    assert run.days("missed", "a") == {4: [3], 5: [4], 6: [5]}
    early = from_day(3, missed={"new_share": 0.0})
    run = lived(world({"a": clinic(9, missed={"new_share": 1.0}, **early)}, 6), people(range(6)))
    # Who has missed three times is booked again, and comes.
    assert run.days("missed", "a") == {1: [0, 1, 2], 2: [1, 2], 3: [2]}
    assert run.seen("a") == {1: 3, 2: 3, 3: 3, 4: 3, 5: 4, 6: 5}


def test_late_cancellations_begin_on_a_date():
    run = lived(world({"a": clinic(9, **from_day(2, cancelled={"share": 1.0}))}, 5), people(0, 1, 2))
    assert run.seen("a") == {1: 0, 2: 1} and run.days("cancelled", "a") == {3: [2, 3, 4]}


def test_minutes_change_on_a_date_and_people_keep_their_place():
    # 360 minutes a working day: ten visits of 36, and five of 72 from Thursday on.
    config = world(
        {"a": staffed("physio", **from_day(3, new_minutes=72))}, 5, workforce=PHYSIO_STAFF, prices={"price_year": 2024}
    )
    run = lived(config, people([0] * 45))
    seen = run.seen("a")
    assert [sum(day == d for day in seen.values()) for d in range(5)] == [10, 10, 10, 5, 5]
    assert seen == {who: (who - 1) // 10 if who <= 30 else 3 + (who - 31) // 5 for who in range(1, 41)}
    scenario = run.scenario
    assert visit_gbp(scenario, "a", True, 2) == pytest.approx(40 / 0.8 * 36 / 60)
    assert visit_gbp(scenario, "a", True, 3) == pytest.approx(40 / 0.8 * 72 / 60)


def test_an_interval_and_a_number_of_follow_ups_change_for_what_is_booked_from_then_on():
    settings = clinic(
        9,
        "course",
        follow_ups={"mean_visits": 2, "spread": "fixed", "interval_days": 4},
        **from_day(3, follow_ups={"mean_visits": 1, "spread": "fixed", "interval_days": 7}),
    )
    run = lived(world({"a": settings}, 25), people(0, 3))
    # The first person's next visit keeps its day, the fourth; the one after is booked a week on.
    assert run.days("attended", "a", "follow_up") == {1: [4, 11], 2: [10]}


def test_follow_ups_part_of_the_day_changes_on_a_date():
    settings = clinic(
        1,
        "course",
        follow_ups={"mean_visits": 1, "spread": "fixed", "interval_days": 1},
        **from_day(2, follow_ups_first_share=0.0),
    )
    run = lived(world({"a": settings}, 9), people(0, 0, 0, 0))
    # First visit, follow-up; then new people first, and follow-ups when nobody new waits.
    assert run.days("attended", "a", "new") == {1: [0], 2: [2], 3: [3], 4: [4]}
    assert run.days("attended", "a", "follow_up") == {1: [1], 2: [5], 3: [6], 4: [7]}


def test_days_change_on_a_date_with_the_time_of_a_week_brought_together_on_them():
    change = from_day(14, open_days={"weekdays": ["wed"], "every_weeks": 2, "first_day": "2025-01-22"})
    settings = staffed("physio", **change)
    config = world({"a": settings}, 42, workforce=PHYSIO_STAFF, prices={"price_year": 2024})
    run = lived(config, people(0, 14))
    assert [d.day for d in run.clinic_days("a")] == [*range(5), *range(7, 12), 16, 30]
    assert run.seen("a") == {1: 0, 2: 16}
    plan = planned(config)
    minutes = plan.minutes(run.scenario.pathway.services["a"], run.scenario.pathway.services["a"].pattern)
    assert minutes[:14].sum() == pytest.approx(2 * 1800) and minutes[14:].sum() == pytest.approx(4 * 1800)
    planned_sessions = sessions_of(plan, run.scenario.pathway.services)["physio"].planned
    assert planned_sessions.sum() == pytest.approx(6 * 10)
    assert np.flatnonzero(planned_sessions[14:]).tolist() == [2, 16]


def test_a_change_of_day_0_is_a_setting_and_what_has_not_changed_stays():
    changed = lived(world({"a": clinic(2, **from_day(0, missed={"new_share": 0.5}))}, 20, a_day=3))
    plain = lived(world({"a": clinic(2, missed={"new_share": 0.5})}, 20, a_day=3))
    assert changed.events == plain.events
    # Until the day, the same people have the same luck.
    later = lived(world({"a": clinic(2, missed={"new_share": 0.5}, **from_day(9, missed={}))}, 20, a_day=3))
    assert [e for e in later.events if e.day < 9] == [e for e in plain.events if e.day < 9]


def test_two_changes_come_in_the_order_of_their_dates():
    later = {
        "third": {"date": "2025-01-10", "cancelled": {"share": 1.0}},
        "second": {"date": "2025-01-08", "missed": {"new_share": 0.0}},
    }
    run = lived(world({"a": clinic(9, missed={"new_share": 1.0}, later=later)}, 6), people(range(5)))
    assert run.seen("a") == {1: 2, 2: 2, 3: 2, 4: 3}
    assert run.days("cancelled", "a") == {5: [4, 5]}


def test_the_picture_has_both_sides_of_a_change():
    settings = clinic(
        9,
        missed={"new_share": 0.5, "discharged_share": 1.0},
        after_missing=way("b"),
        **from_day(4, missed={"new_share": 0.0}),
    )
    ways = moves_of(sim.from_dict(world({"a": settings, "b": clinic(9)}, 8))).ways
    move = ways["a", "b"]
    assert (move.share, move.low, move.high) == pytest.approx((0.25, 0.0, 0.5))


def told(**settings) -> list[str]:
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(world({"a": clinic(9, **settings)}, 10))
    return [str(fault).removeprefix("pathway.services.a.later.then") for fault in error.value.faults]


def test_changes_that_do_not_make_sense_are_told_in_a_line_each():
    assert told(**from_day(3)) == [": changes nothing; say what is new from that day on"]
    assert told(missed={"new_share": 0.1}, **from_day(3, missed={"new_share": 0.1})) == [
        ".missed: changes nothing: so it was before; another value, or leave it out"
    ]
    assert told(**from_day(3, new_minutes=20)) == [
        ".new_minutes: says nothing: slots are given directly; remove it, or give capacity.staff"
    ]
    assert told(**from_day(10, missed={"new_share": 0.1})) == [
        ".date: is outside the simulated days; a date between the start and the horizon"
    ]
    assert told(later={"then": {"date": "soon", "missed": {"new_share": 0.1}}}) == [
        '.date: is not a date; write it as "2025-11-15", with quotes'
    ]
    two = {"first": {"date": "2025-01-08", "cancelled": {"share": 0.1}}}
    two["then"] = {"date": "2025-01-08", "missed": {"new_share": 0.1}}
    assert told(later=two) == [".date: is that of 'first' too; one change a date"]
    assert told(**from_day(3, follow_ups={"mean_visits": 1})) == [
        ".follow_ups: no rule of routes sends anybody to 'course'; add course to a rule's 'to'"
    ]
    assert told(**from_day(3, open_days=["mon", "mon"])) == [".open_days: names a day twice; each day once"]


def test_settings_and_rules_change_side_by_side():
    entry = way("a", new=rule("b", only_while={"condition": "after", "date": "2025-01-08"}))
    services = {"a": clinic(9), "b": clinic(9, **from_day(3, missed={"new_share": 1.0, "discharged_share": 1.0}))}
    run = lived(world(services, 5, entry), people(range(5)))
    assert run.seen("a") == {1: 0, 2: 1} and run.seen("b") == {3: 2}
    assert run.days("missed", "b") == {4: [3], 5: [4]}


BY_URGENCY = {"urgent": {"when": {"urgency": "urgent"}}, "others": {}}


def test_classes_change_on_a_date_and_people_stand_by_how_long_they_have_waited():
    # One a day; urgent people first from day 3 on. 1 and 2 are routine, 3 and 4 urgent, and so on.
    run = lived(
        world({"a": clinic(1, **from_day(3, priority=BY_URGENCY))}, 9),
        people(
            [0, 0, 0, 0, 0, 0, 5], urgency=["routine", "routine", "urgent", "routine", "urgent", "routine", "urgent"]
        ),
    )
    assert run.seen("a") == {1: 0, 2: 1, 3: 2, 5: 3, 4: 4, 7: 5, 6: 6}
    # And in the other direction: one list from day 3 on.
    run = lived(
        world({"a": clinic(1, priority=BY_URGENCY, **from_day(3, priority={}))}, 9),
        people([0, 0, 0, 0, 1, 1], urgency=["routine", "routine", "urgent", "routine", "urgent", "urgent"]),
    )
    assert run.seen("a") == {3: 0, 5: 1, 6: 2, 1: 3, 2: 4, 4: 5}


def test_notice_changes_on_a_date_for_who_joins_from_then_on():
    run = lived(world({"a": clinic(9, **from_day(2, earliest_notice_days=4))}, 12), people(0, 1, 2, 3))
    assert run.seen("a") == {1: 0, 2: 1, 3: 6, 4: 7}


def test_a_delay_is_longer_from_a_date_on():
    run = lived(world({"home": delay(2, **from_day(3, days=5))}, 12), people(0, 2, 3, 4))
    assert run.days("resolved") == {1: [2], 2: [4], 3: [8], 4: [9]}


def test_a_group_needs_fewer_people_and_has_less_notice_from_a_date_on():
    group = {
        "kind": "group",
        "capacity": {"slots_per_week": 60},
        "min_size": 6,
        "max_size": 6,
        "least_size": 1,
        "start_after_weeks": 900,
        "sessions": 2,
        "session_days": ["mon"],
        "routes": way("resolved"),
    }
    run = lived(world({"g": {**group, **from_day(9, min_size=3)}}, 30), people(0, 1, 2))
    assert run.days("started") == {1: [14], 2: [14], 3: [14]}
    run = lived(world({"g": {**group, "min_size": 1, **from_day(9, attendance_share=0.0)}}, 30), people(0))
    assert run.days("attended") == {1: [0, 7]}
    run = lived(world({"g": {**group, "min_size": 1, **from_day(6, attendance_share=0.0)}}, 30), people(0))
    assert run.days("attended") == {1: [0]} and run.days("missed") == {1: [7]}


def test_stays_and_reviews_of_a_caseload_change_on_a_date():
    caseload = {
        "kind": "caseload",
        "capacity": {"places": 9},
        "open_days": "every_day",
        "stay_days": 6,
        "stay_spread": "fixed",
        "contact_every_days": 2,
        "routes": way("resolved"),
    }
    run = lived(world({"c": {**caseload, **from_day(3, stay_days=10, contact_every_days=4)}}, 20), people(0, 4))
    assert run.days("resolved") == {1: [6], 2: [14]}
    # Booked for day 4 on day 2; from then on every four days.
    assert run.days("attended", "c", "session") == {1: [2, 4], 2: [8, 12]}


def test_visits_of_a_drop_in_are_longer_from_a_date_on():
    drop_in = {
        "kind": "drop_in",
        "capacity": {"clinicians": 9},
        "open_days": "every_day",
        "visit_minutes": 10,
        "when_full": way("resolved"),
        "routes": way("resolved"),
    }
    run = lived(
        world({"d": {**drop_in, **from_day(2, visit_minutes=30), "room_for_waiting": 4}}, 4), people(0, 1, 2, 3)
    )
    minute = run.record.events["minute"]
    began, ended = (
        [m for e, m in zip(run.events, minute, strict=True) if e.what == w] for w in ("started", "attended")
    )
    assert [b - a for a, b in zip(began, ended, strict=True)] == [pytest.approx(m, abs=1) for m in (10, 10, 30, 30)]
    run = lived(
        world({"d": {**drop_in, **from_day(1, room_for_waiting=0), "capacity": {"clinicians": 1}}}, 2),
        people([0] * 60 + [1] * 60),
    )
    assert [len(run.of("started")) - 60, run.clinic_days("d")[0].missed] == [run.clinic_days("d")[1].used, 0]
    assert 10 < run.clinic_days("d")[1].used < 50


def test_a_drop_in_and_a_caseload_open_on_other_days_from_a_date_on():
    drop_in = {"kind": "drop_in", "capacity": {"clinicians": 1}, "open_days": ["mon"], "routes": way("resolved")}
    caseload = {"kind": "caseload", "capacity": {"places": 9}, "open_days": ["mon"], "stay_days": 1}
    for kind in (drop_in, caseload | {"routes": way("resolved")}):
        run = lived(world({"a": kind | from_day(2, open_days=["wed", "sat"])}, 15), people(0, 1, 3, 6))
        assert run.days("started") == {1: [0], 2: [2], 3: [5], 4: [9]}


def test_a_drop_in_has_other_hours_from_a_date_on():
    drop_in = {
        "kind": "drop_in",
        "capacity": {"clinicians": 30},
        "open_days": "every_day",
        "hours": ["09:00", "10:00"],
        "visit_minutes": 5,
        "routes": way("resolved"),
    }
    later = from_day(2, hours=["18:00", "20:00"], arrivals_index={"18:00": 3, "19:00": 1})
    run = lived(world({"d": drop_in | later}, 4), people(np.repeat([0, 1, 2, 3], 200)))
    came = [
        (e.day, m / 60) for e, m in zip(run.events, run.record.events["minute"], strict=True) if e.what == "started"
    ]
    assert all((9 <= hour < 10.5) if day < 2 else (18 <= hour < 20.5) for day, hour in came)
    assert np.mean([hour < 19 for day, hour in came if day >= 2]) == pytest.approx(0.75, abs=0.06)
    plan, settings = planned(world({"d": drop_in | later}, 4)), run.scenario.pathway.services["d"]
    assert settings.room_sessions(plan).tolist() == [8, 8, 16, 16]


def test_cohorts_that_begin_after_a_date_are_of_another_size_and_length():
    group = {
        "kind": "group",
        "capacity": {"slots_per_week": 6},
        "min_size": 1,
        "max_size": 3,
        "least_size": 1,
        "sessions": 2,
        "session_days": ["mon"],
        "routes": way("resolved"),
    }
    later = from_day(8, max_size=6, min_size=6, sessions=1, session_days=["wed"])
    run = lived(world({"g": group | later}, 40), people([0] * 9))
    # Two cohorts of three on Mondays; from the second week on one of six, on a Wednesday, begun once a week.
    assert run.days("started") == {who: [0] for who in range(1, 7)}
    assert run.days("attended") == {who: [0, 7] for who in range(1, 7)}
    run = lived(world({"g": group | {"capacity": {"slots_per_week": 3}} | later}, 40), people([0] * 9))
    assert run.days("started") == {who: [0] if who < 4 else [16] for who in range(1, 10)}
    assert run.days("attended") == {who: [0, 7] if who < 4 else [16] for who in range(1, 10)}
    assert [(d.day, d.offered, d.used) for d in run.clinic_days("g") if d.used] == [(0, 3, 3), (7, 3, 3), (16, 6, 6)]


def test_tests_are_ordered_from_a_date_on():
    services = {
        "a": clinic(9, **from_day(2, orders={"scan": {"service": "scan", "share": 1.0}})),
        "scan": clinic(9, "return"),
    }
    run = lived(world(services, 9), people(range(4)))
    assert run.days("attended", "scan") == {3: [3], 4: [4]}
    assert run.days("resolved") == {1: [0], 2: [1], 3: [4], 4: [5]}


def test_an_open_door_begins_on_a_date():
    course = {"mean_visits": 1, "spread": "fixed", "interval_days": 1}
    door = {"share": 1.0, "returning_share": 1.0, "window_days": 1}
    run = lived(
        world({"a": clinic(9, "course", follow_ups=course, **from_day(4, patient_initiated=door))}, 12), people(0, 3)
    )
    assert [len(run.days("attended", "a", "follow_up")[who]) for who in (1, 2)] == [1, 2]


def test_lengths_and_a_fence_change_on_a_date():
    both = {"length_shares": {"1": 0.5, "3": 0.5}, "spread": "fixed"}
    config = world({"a": staffed("physio", **from_day(5, **both))}, 12, workforce=PHYSIO_STAFF)
    seen = lived(config, people([0] * 200)).seen("a")
    a_day = [sum(day == d for day in seen.values()) for d in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
    assert a_day[:5] == [10] * 5 and len(set(a_day[5:])) > 1 and sum(a_day[5:]) == pytest.approx(50, abs=8)
    # One slot a day for follow-ups of three: nobody's where it is fenced, everybody's where it is not.
    course = {"follow_ups": {"mean_visits": 1, "spread": "fixed", "interval_days": 90}, "follow_ups_first_share": 1 / 3}
    for before, seen in ((False, [3, 3, 3, 2, 2, 2]), (True, [2, 2, 2, 3, 3, 3])):
        settings = clinic(3, "course", ring_fenced=before, **course, **from_day(3, ring_fenced=not before))
        run = lived(world({"a": settings}, 6), people([0] * 40))
        assert [sum(day == d for day in run.seen("a").values()) for d in range(6)] == seen


def test_what_is_of_use_after_a_change_says_something():
    group = {"kind": "group", "capacity": {"slots_per_week": 60}, "routes": way("resolved"), "completed_at_share": 0.5}
    sim.from_dict(world({"a": group | from_day(3, attendance_share=0.8)}, 9))
    with pytest.raises(sim.ScenarioError, match="everybody comes to the end"):
        sim.from_dict(world({"a": group | from_day(3, earliest_notice_days=8)}, 9))


@pytest.mark.parametrize(
    "service, later, where, what",
    [
        (delay(3), {"days": 3}, "days", "changes nothing: so it was before"),
        (delay(3), {}, "", "changes nothing"),
        (delay(3), {"places": 4}, "places", "is not known here"),
        (
            clinic(3),
            {"priority": {"a": {"when": {"size": "big"}}}},
            "priority.a.when.size",
            "is not a fact of a patient",
        ),
    ],
)
def test_changes_that_say_nothing_are_refused(service, later, where, what):
    with pytest.raises(sim.ScenarioError) as caught:
        sim.from_dict(world({"a": service | from_day(3, **later)}, 9))
    told = {
        one.where.removeprefix("pathway.services.a.later.then").lstrip("."): one.what for one in caught.value.faults
    }
    assert told[where].startswith(what)


BY_CHANCE = {"order": "by_weeks_waited", "called_by_weeks_waited": {"0": 1, "1": 0}}
"""Who has waited a week is called when nobody else is there."""
FIRST_COME = {"order": "first_come", "called_by_weeks_waited": {}}


def test_lists_are_drawn_from_a_date_on():
    run = lived(world({"a": clinic(1, **from_day(8, **BY_CHANCE))}, 14), people([0] * 12 + [8]))
    seen = run.seen("a")
    assert [seen[who] for who in range(1, 9)] == list(range(8))
    assert seen[13] == 8 and sorted(seen[who] for who in range(9, 13)) == [9, 10, 11, 12]


def test_lists_that_were_drawn_are_first_come_from_a_date_on():
    run = lived(world({"a": clinic(1, **BY_CHANCE, **from_day(9, **FIRST_COME))}, 16), people([0] * 6 + [1] * 6 + [8]))
    seen = run.seen("a")
    # Nine have been called by chance, the last of them who had just come; those left stand as they came.
    left = [who for who in range(1, 13) if seen[who] >= 9]
    assert seen[13] == 8 and [seen[who] for who in left] == [9, 10, 11, 12]


def test_a_clinic_works_another_list_down_from_a_date_on():
    helps = from_day(4, takes_from={"service": "a", "waited_over_weeks": 0})
    services = {"a": clinic(1), "b": clinic(2, keeps_place=True, **helps)}
    run = lived(world(services, 9), people([0] * 12))
    # One a day; after the fourth day two more are called across, for the next day's two slots.
    assert run.seen("a") == {1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 8: 5, 11: 6}
    assert run.seen("b") == {6: 5, 7: 5, 9: 6, 10: 6, 12: 7}


def test_another_list_to_work_down_is_looked_at_on_its_date_too():
    assert [one.split(":")[0] for one in told(**from_day(3, takes_from={"service": "nowhere"}))] == [
        ".takes_from.service",
        ".takes_from",
    ]


def test_chances_beside_another_order_say_nothing_from_a_date_on_either():
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(world({"a": clinic(9, **BY_CHANCE, **from_day(3, order="first_come"))}, 10))
    assert [fault.where for fault in error.value.faults] == ["pathway.services.a.later.then.called_by_weeks_waited"]
