"""Kind `clinic`, a verb at a time, mostly in worlds that can be worked out by hand."""

from collections import Counter

import pytest
from scipy.stats import chisquare, poisson
from worlds import PHYSIO, clinic, delay, facts, lived, made, people, rule, staffed, way, world

import sim
from sim.analysis.indicators import measure
from sim.analysis.reading.reading import Reading


def course(visits, slots=9999, interval=7, spread="fixed", **settings) -> dict:
    """A clinic where everybody has a course after the first visit."""
    follow_ups = {"mean_visits": visits, "spread": spread, "interval_days": interval}
    return clinic(slots, "course", follow_ups=follow_ups, **settings)


def one(settings: dict, patients, days: int = 30, **sections):
    """A world of this one clinic, `a`."""
    return lived(world({"a": settings}, days, **sections), patients)


def about(n: int, share: float, sigmas: float = 4.5):
    return pytest.approx(n * share, abs=sigmas * (n * share * (1 - share)) ** 0.5)


# --- in order ---------------------------------------------------------------------------------------------


def test_first_come_first_served():
    run = one(clinic(2), people(0, 0, 0, 0, 0, 1, 1))
    assert run.seen("a") == {1: 0, 2: 0, 3: 1, 4: 1, 5: 2, 6: 2, 7: 3}
    assert [tuple(d) for d in run.clinic_days("a")[:5]] == [
        (0, 2, 2, 0, 3),
        (1, 2, 2, 0, 3),
        (2, 2, 2, 0, 1),
        (3, 2, 1, 0, 0),
        (4, 2, 0, 0, 0),
    ]


def test_the_log_says_since_when_somebody_waited():
    run = one(clinic(1), people(0, 0, 3))
    assert [(e.who, e.day, e.since) for e in run.of("attended")] == [(1, 0, 0), (2, 1, 0), (3, 3, 3)]


def test_people_of_a_starting_list_are_seen_in_the_order_of_their_wait_and_before_todays():
    places = {"all": {"service": "a", "share": 1.0, "needs": {"surgery": 1.0}}}
    one = {"unit": "weeks", "waiting": {"0": 1, "4": 2, "2": 1}, "open_band": 6, "places": places}
    start = {"kind": "lists", "lists": {"x": one}}
    config = world({"a": clinic(1)}, 10, start=start)
    run = lived(config, made(config))
    # Four to six and six more weeks, two to four, none to two: 8.5, 5.5, 3 and 1 weeks; then who presents.
    assert [(e.day, e.since) for e in run.of("attended")][:6] == [(0, -60), (1, -39), (2, -21), (3, -7), (4, 0), (5, 1)]
    assert [d.waiting for d in run.clinic_days("a")[:3]] == [4, 4, 4]
    assert [e.day for e in run.of("listed", detail="starting_list")] == [-60, -39, -21, -7]


# --- by priority ------------------------------------------------------------------------------------------

BY_URGENCY = {"urgent": {"when": {"urgency": "urgent"}}, "routine": {}}


def test_classes_are_served_in_the_order_written_and_within_a_class_first_come():
    patients = people([0] * 6, urgency=["routine", "urgent", "routine", "urgent", "routine", "urgent"])
    assert one(clinic(2, priority=BY_URGENCY), patients).seen("a") == {2: 0, 4: 0, 6: 1, 1: 1, 3: 2, 5: 2}


def test_an_urgent_person_goes_before_everybody_who_already_waits():
    patients = people([0] * 4 + [2], urgency=["routine"] * 4 + ["urgent"])
    assert one(clinic(1, priority=BY_URGENCY), patients).seen("a") == {1: 0, 2: 1, 5: 2, 3: 3, 4: 4}


def test_who_fits_two_classes_is_in_the_first_and_who_fits_none_in_the_last():
    classes = {
        "red": {"when": {"red_flag": "yes"}},
        "urgent": {"when": {"urgency": "urgent"}},
        "old": {"when": {"age_band": "75+"}},
    }
    facts = dict(
        red_flag=["no", "no", "no", "yes"],
        urgency=["routine", "routine", "urgent", "urgent"],
        age_band=["18-44", "75+", "75+", "18-44"],
    )
    # Person 1 fits none: in the last class, where they came first.
    assert one(clinic(1, priority=classes), people([0] * 4, **facts)).seen("a") == {4: 0, 3: 1, 1: 2, 2: 3}


def test_a_class_may_have_an_earliest_notice_of_its_own():
    classes = {"urgent": {"when": {"urgency": "urgent"}, "earliest_notice_days": 1}, "routine": {}}
    patients = people(0, 0, 4, 4, urgency=["routine", "urgent", "routine", "urgent"])
    assert one(clinic(9, priority=classes, earliest_notice_days=5), patients).seen("a") == {1: 5, 2: 1, 3: 9, 4: 5}


BY_POINTS = {
    "urgent": {"when": {"urgency": "urgent"}, "points": 3.0, "points_per_week": 1.0},
    "routine": {"points": 0.0, "points_per_week": 1.0},
}


def test_points_grow_with_the_wait_until_a_routine_person_passes_an_urgent_one():
    # One slot each Monday. An urgent person comes each Saturday (3 and 2/7 points by Monday). The routine person of day
    # 1 has 6/7 points on day 7, 1 6/7, 2 6/7 on day 21, and 3 6/7 on day 28: the first Monday with more than 3 2/7.
    settings = {**clinic(priority=BY_POINTS), "capacity": {"slots_per_week": 1}, "open_days": ["mon"]}
    patients = people(1, 5, 12, 19, 26, 33, urgency=["routine", *["urgent"] * 5])
    assert one(settings, patients, 50).seen("a") == {2: 7, 3: 14, 4: 21, 1: 28, 5: 35, 6: 42}


def test_points_may_grow_faster_for_one_class():
    # After 7 days: 7 x 2/7 = 2 points against 1 + 7 x 1/7 = 2 (a tie goes to the class written first);
    # after 8 days more.
    classes = {
        "slow": {"when": {"sex": "female"}, "points": 1.0, "points_per_week": 1.0},
        "fast": {"points_per_week": 2.0},
    }
    weekly = {**clinic(priority=classes), "capacity": {"slots_per_week": 1}, "open_days": ["mon"]}
    assert one(weekly, people(0, 0, 0, sex=["female", "female", "male"]), 40).seen("a") == {1: 0, 2: 7, 3: 14}
    daily = {**weekly, "open_days": ["tue"]}
    assert one(daily, people(0, 0, 0, sex=["female", "female", "male"]), 40).seen("a") == {1: 1, 3: 8, 2: 15}


def test_points_lose_nobody_when_visits_are_missed():
    # Who is booked again stands behind people who have waited less: the order by points is not the order of the list.
    classes = {"men": {"when": {"sex": "male"}, "points_per_week": 1.0}, "women": {"points_per_week": 1.0}}
    run = one(
        clinic(2, missed={"new_share": 0.5}, priority=classes),
        people([0] * 20 + [*range(1, 21)], sex=["male", "female"] * 20),
        200,
    )
    assert set(run.seen("a")) == set(range(1, 41))
    assert run.record.inside == 0 and run.clinic_days("a")[-1].waiting == 0


# --- new and follow-up slots ------------------------------------------------------------------------------


def test_follow_ups_that_are_due_come_before_new_people():
    # One slot a day, one follow-up two days on. Day 2: the follow-up of 1; day 3: of 2 (seen on day 1);
    # then 3, and so on.
    run = one(course(1, slots=1, interval=2), people(0, 0, 0, 0), 12)
    assert run.days("attended", "a") == {1: [0, 2], 2: [1, 3], 3: [4, 6], 4: [5, 7]}
    assert [(e.day, e.detail) for e in run.of("attended")][:4] == [
        (0, "new"),
        (1, "new"),
        (2, "follow_up"),
        (3, "follow_up"),
    ]


def test_follow_ups_are_seen_in_the_order_in_which_they_fell_due():
    # All slots go to new people first; three follow-ups due on days 1,
    # 2 and 3 are seen in that order when the list is empty.
    run = one(course(1, slots=1, interval=1, follow_ups_first_share=0.0), people(0, 0, 0), 12)
    assert run.days("attended", "a") == {1: [0, 3], 2: [1, 4], 3: [2, 5]}


def test_within_their_share_follow_ups_come_first_and_each_may_use_what_the_other_leaves():
    # Four slots, two of them for follow-ups. Day 7: four follow-ups due, and six new people who came that day.
    run = one(course(1, slots=4, interval=7, follow_ups_first_share=0.5), people([0] * 4 + [7] * 6), 20)
    day_7 = [(e.who, e.detail) for e in run.of("attended") if e.day == 7]
    assert day_7 == [(5, "new"), (6, "new"), (1, "follow_up"), (2, "follow_up")]
    assert [e.detail for e in run.of("attended") if e.day == 8] == ["new", "new", "follow_up", "follow_up"]
    # Day 9: two new people and no follow-up is left; day 0: four new people in a clinic that keeps
    # two slots for follow-ups.
    assert [len([e for e in run.of("attended") if e.day == d]) for d in (0, 9)] == [4, 2]
    # And the other way: with one new person only, three follow-ups are seen.
    run = one(course(1, slots=4, interval=7, follow_ups_first_share=0.5), people([0] * 4 + [7]), 20)
    assert Counter(e.detail for e in run.of("attended") if e.day == 7) == {"new": 1, "follow_up": 3}


def test_ring_fenced_slots_stay_empty_rather_than_be_used_by_the_other():
    run = one(course(1, slots=4, interval=7, follow_ups_first_share=0.5, ring_fenced=True), people([0] * 6), 20)
    assert run.days("attended", "a") == {1: [0, 7], 2: [0, 7], 3: [1, 8], 4: [1, 8], 5: [2, 9], 6: [2, 9]}
    assert {d.offered for d in run.clinic_days("a")} == {4}
    # Three quarters for follow-ups: one new person a day, whoever waits.
    run = one(course(1, slots=4, interval=7, follow_ups_first_share=0.75, ring_fenced=True), people([0] * 6), 30)
    assert [run.seen("a")[who] for who in range(1, 7)] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.45, 0.7, 0.9])
def test_ring_fencing_creates_no_slots(share):
    later = course(1, interval=30)  # of which nothing is due within these days
    run = one(
        later | {"capacity": {"slots_per_day": 10}, "ring_fenced": True, "follow_ups_first_share": share},
        people([0] * 300),
        20,
    )
    offered, used = (sum(getattr(d, what) for d in run.clinic_days("a")) for what in ("offered", "used"))
    assert offered <= 200 and used == pytest.approx(200 * (1 - share), abs=1.001)


def test_new_and_follow_up_visits_take_minutes_of_their_own():
    # 45 minutes of one WTE-fraction a day: a new visit of 30 leaves room for one follow-up of 15.
    settings = {
        **course(1, interval=1),
        "capacity": {"staff": {"gp": 1.0}},
        "new_minutes": 30,
        "follow_up_minutes": 15,
        "open_days": "working_days",
    }
    workforce = {"gp": {"wte": 45 * 5 / 2250, "patient_facing_share": 1.0}}
    run = one(settings, people([0] * 6), 5, workforce=workforce)
    # Day 1: the follow-up of 1 (15), then a new person (30); and so on. Day 0: one new (30), and 15 minutes over that
    # hold nobody, carried over: on day 1 they make 60, enough for a follow-up and a new person, with 15 left again.
    assert run.days("attended", "a") == {1: [0, 1], 2: [1, 2], 3: [2, 3], 4: [3, 4], 5: [4]}


@pytest.mark.parametrize("times", [1, 10])
@pytest.mark.parametrize("share, new", [(0.0, 25), (0.2, 20)])
def test_a_small_clinic_has_the_mix_of_a_large_one_where_follow_ups_are_shorter(share, new, times):
    # 100 minutes a day, first visits of 40: the 20 that two of them leave are kept for a third on the day after,
    # though a follow-up of 20 would fit. Follow-ups have their share of the days and no more; on the first none is due.
    settings = {**course(20, interval=1, follow_ups_first_share=share), **MINUTES}
    settings |= {"new_minutes": 40, "follow_up_minutes": 20}
    run = one(settings, people([0] * 400), 10, workforce=_staffed(100 * times))
    found = Counter(e.detail for e in run.of("attended"))
    assert found["new"] == pytest.approx(new * times, abs=1 + times * share * 100 / 40)
    assert found["follow_up"] == pytest.approx(times * share * 900 / 20, abs=1)


# --- notice -----------------------------------------------------------------------------------------------


def test_nobody_is_seen_before_the_earliest_notice():
    assert one(clinic(9, earliest_notice_days=5), people(0, 0, 3)).seen("a") == {1: 5, 2: 5, 3: 8}


def test_who_has_waited_longer_than_the_notice_is_seen_in_turn():
    assert one(clinic(1, earliest_notice_days=2), people([0] * 4)).seen("a") == {1: 2, 2: 3, 3: 4, 4: 5}


def test_people_of_a_starting_list_have_their_notice_behind_them():
    # Notice counts from joining. Who joined three days ago or more can be seen at once;
    # who joined yesterday, in two days.
    places = {"all": {"service": "a", "share": 1.0, "needs": {"surgery": 1.0}}}
    start = {"kind": "lists", "lists": {"x": {"unit": "weeks", "waiting": {"0": 7, "1": 0}, "places": places}}}
    config = world({"a": clinic(99, earliest_notice_days=3)}, 10, a_day=0, start=start)
    run = lived(config, made(config))
    assert [(e.day, e.since) for e in run.of("attended")] == [
        (0, -7),
        (0, -6),
        (0, -5),
        (0, -4),
        (0, -3),
        (1, -2),
        (2, -1),
    ]


# --- missed visits ----------------------------------------------------------------------------------------


def _missed_by_quintile(n=4000, notice=0, **missed):
    quintiles = [str(1 + i % 5) for i in range(5 * n)]
    run = one(
        clinic(10 * n, missed=missed, earliest_notice_days=notice),
        people([0] * 5 * n, imd_quintile=quintiles),
        notice + 1,
        demand=facts(imd_quintile=quintiles),
    )
    return Counter(quintiles[e.who - 1] for e in run.of("missed"))


def test_missed_shares_follow_deprivation():
    # A ratio of 4 between the ends, as many people in each fifth, and 20% of them all.
    counts = _missed_by_quintile(new_share=0.2, most_to_least_deprived_ratio=4.0)
    ratios = (2, 2**0.5, 1, 2**-0.5, 0.5)
    assert counts == {q: about(4000, 0.2 * ratio / (sum(ratios) / 5)) for q, ratio in zip("12345", ratios, strict=True)}


def test_missed_shares_without_a_gradient_are_the_same_for_all():
    assert _missed_by_quintile(new_share=0.2) == {q: about(4000, 0.2) for q in "12345"}


def test_missed_shares_grow_with_the_wait():
    assert sum(_missed_by_quintile(notice=21, new_share=0.05, share_per_week_waited=0.04).values()) == about(
        20_000, 0.17
    )


def test_a_share_of_all_visits_stays_that_of_all_however_deprived_the_place():
    # Of 60, 20 and 20 in a hundred in the first, the third and the last fifth, of whom 4 : 2 : 1 miss: on average
    # 0.6 x 4 + 0.2 x 2 + 0.2 x 1 = 3 in so many parts, so that 0.15 of all is 0.2, 0.1 and 0.05 of each.
    quintiles = ["1", "1", "1", "3", "5"] * 4000
    run = one(
        clinic(20_000, missed={"new_share": 0.15, "most_to_least_deprived_ratio": 4.0}),
        people([0] * 20_000, imd_quintile=quintiles),
        1,
        demand={"facts": {"imd_quintile": {"shares": {"1": 0.6, "3": 0.2, "5": 0.2}}}},
    )
    counts = Counter(quintiles[e.who - 1] for e in run.of("missed"))
    assert counts == {"1": about(12_000, 0.2), "3": about(4000, 0.1), "5": about(4000, 0.05)}


def test_the_wait_counts_from_the_wait_at_which_the_share_was_found():
    shares = {}
    for notice in (7, 21, 35, 70):
        missed = {"new_share": 0.2, "share_per_week_waited": 0.04, "at_weeks_waited": 3.0}
        shares[notice] = sum(_missed_by_quintile(notice=notice, **missed).values())
    assert shares == {7: about(20_000, 0.12), 21: about(20_000, 0.2), 35: about(20_000, 0.28), 70: about(20_000, 0.48)}


def test_where_all_miss_nobody_comes():
    assert sum(_missed_by_quintile(new_share=1.0, share_per_week_waited=1.0).values()) == 20_000
    assert sum(_missed_by_quintile(new_share=1.0, most_to_least_deprived_ratio=4.0).values()) == 20_000


def test_follow_ups_are_missed_by_a_share_of_their_own_and_without_the_wait():
    run = one(course(1, missed={"follow_up_share": 0.3, "share_per_week_waited": 0.0}), people([0] * 4000), 8)
    assert Counter(e.detail for e in run.of("missed")) == {"follow_up": about(4000, 0.3)}
    run = one(course(1, missed={"new_share": 0.0, "share_per_week_waited": 0.5}), people([0] * 4000), 8)
    assert run.of("missed") == []  # new people waited no time, and follow-ups do not wait


def test_a_missed_slot_is_lost_and_counted():
    run = one(clinic(50, missed={"new_share": 0.4}), people([0] * 100), 1)
    day = run.clinic_days("a")[0]
    assert (day.offered, day.used + day.missed) == (50, 50) and 8 <= day.missed <= 32
    assert day.waiting == 50 + day.missed  # who missed waits again


def test_who_missed_is_booked_again_at_the_back_with_the_wait_going_on():
    run = one(clinic(1, missed={"new_share": 0.5}), people([0] * 30), 200)
    assert len(run.seen("a")) == 30
    order = [e.who for e in run.events if e.what in ("attended", "missed")]
    queue, missed = list(range(1, 31)), {(e.who, e.day) for e in run.of("missed")}
    for day, who in enumerate(order):
        assert who == queue.pop(0)
        if (who, day) in missed:
            queue.append(who)
    assert all(e.since == 0 for e in run.events if e.what in ("attended", "missed"))


def test_who_missed_is_booked_again_no_sooner_than_the_notice():
    run = one(clinic(1000, missed={"new_share": 0.5}, earliest_notice_days=4), people([0] * 100), 60)
    attempts = {who: sorted(run.days("missed").get(who, []) + [day]) for who, day in run.seen("a").items()}
    assert all(days == [4 * (k + 1) for k in range(len(days))] for days in attempts.values())
    assert max(len(days) for days in attempts.values()) >= 4


def test_an_urgent_person_who_missed_is_booked_again_by_the_notice_of_the_urgent_class():
    classes = {"urgent": {"when": {"urgency": "urgent"}, "earliest_notice_days": 1}, "routine": {}}
    run = one(
        clinic(1000, missed={"new_share": 0.5}, earliest_notice_days=20, priority=classes),
        people([0] * 40, urgency="urgent"),
        60,
    )
    attempts = [sorted(run.days("missed").get(who, []) + [day]) for who, day in run.seen("a").items()]
    assert max(map(len, attempts)) >= 3
    assert all(days == list(range(1, len(days) + 1)) for days in attempts)


def test_a_missed_follow_up_is_booked_again_an_interval_later_and_still_counts_as_to_come():
    run = one(course(2, interval=10, missed={"follow_up_share": 0.4}), people([0] * 200), 300)
    missed = run.days("missed")
    for who, days in run.days("attended").items():
        booked = sorted(days + missed.get(who, []))
        assert booked == [10 * k for k in range(len(booked))] and len(days) == 3
    assert sum(map(len, missed.values())) == pytest.approx(400 * 0.4 / 0.6, abs=70)


def test_a_share_of_those_who_miss_is_discharged_and_the_episode_ends():
    run = one(clinic(5000, missed={"new_share": 0.5, "discharged_share": 0.25}), people([0] * 4000), 1)
    missed, removed = len(run.of("missed")), run.of("removed")
    assert len(removed) == about(missed, 0.25) and {e.detail for e in removed} == {"discharged_after_missing"}
    assert run.clinic_days("a")[0].waiting == missed - len(removed)
    assert {e.who for e in removed} <= {e.who for e in run.of("missed")}


def test_who_is_discharged_after_missing_goes_by_the_rules_for_that():
    services = {
        "a": clinic(
            5000,
            missed={"new_share": 0.5, "discharged_share": 1.0},
            after_missing={"back": rule("b", {"sex": "male"}), **way()},
        ),
        "b": clinic(5000),
    }
    run = lived(world(services, 5), people([0] * 400, sex=["male", "female"] * 200))
    missed = {e.who for e in run.of("missed")}
    assert run.of("removed") == []
    assert {e.who: e.detail for e in run.of("moved", "a")} == {who: "back" for who in missed if who % 2}
    assert {who: run.seen("b")[who] for who in run.seen("b")} == {who: 1 for who in missed if who % 2}
    assert {e.who for e in run.of("resolved", "a") if e.who in missed} == {who for who in missed if not who % 2}


def test_a_missed_follow_up_may_end_the_episode_too():
    run = one(course(5, missed={"follow_up_share": 0.5, "discharged_share": 1.0}), people([0] * 200), 100)
    ended = {e.who: e.day for e in run.of("removed")}
    assert ended == {e.who: e.day for e in run.of("missed")} and len(ended) > 150
    assert all(days[-1] < ended.get(who, 99) for who, days in run.days("attended").items())


def test_a_decision_that_was_never_made_is_forgotten_when_the_person_is_discharged():
    # Half are sent for a scan, and half of those miss the visit at which the report would be discussed: they are
    # discharged and referred anew. Each visit decides once: a new visit without a scan, or the visit after the scan. No
    # follow-up decides again.
    scan = {"scan": {"service": "scan", "share": 0.5}}
    services = {
        "a": course(
            1, interval=3, orders=scan, missed={"follow_up_share": 0.5, "discharged_share": 1.0}, after_missing=way("a")
        ),
        "scan": delay(2, "return"),
    }
    run = lived(world(services, 120), people([0] * 200))
    decisions, allowed, back = 0, 0, set()
    for e in run.events:
        if e.what == "moved" and e.to == "a" and e.service == "scan":
            back.add(e.who)
        if e.what == "attended":
            allowed += e.detail == "new" or e.who in back
            back.discard(e.who)
        if e.what == "moved" and e.to == "scan":
            allowed -= 1
        if e.what == "missed":
            back.discard(e.who)
        decisions += (
            e.what == "moved"
            and e.service == "a"
            and e.to == "a"
            and e.detail == "otherwise"
            and e.day in run.days("attended").get(e.who, [])
        )
    assert decisions == allowed


# --- late cancellations -----------------------------------------------------------------------------------


def test_a_late_cancellation_leaves_the_slot_empty():
    run = one(clinic(2000, cancelled={"share": 0.3}), people([0] * 4000), 1)
    cancelled = len(run.of("cancelled"))
    assert cancelled == about(2000, 0.3)
    assert tuple(run.clinic_days("a")[0]) == (0, 2000, 2000 - cancelled, 0, 2000 + cancelled)


def test_a_cancelled_slot_may_go_to_the_next_in_line():
    run = one(clinic(100, cancelled={"share": 0.3, "refilled_share": 1.0}), people([0] * 200), 1)
    cancelled = {e.who for e in run.of("cancelled")}
    assert set(run.seen("a")) == set(range(1, 101)) - cancelled | set(range(101, 101 + len(cancelled)))
    assert tuple(run.clinic_days("a")[0]) == (0, 100, 100, 0, 100)


def test_some_cancelled_slots_are_refilled():
    run = one(clinic(4000, cancelled={"share": 0.5, "refilled_share": 0.3}), people([0] * 8000), 1)
    cancelled = len(run.of("cancelled"))
    assert run.clinic_days("a")[0].used - (4000 - cancelled) == about(cancelled, 0.3)


def test_a_stand_in_may_miss_the_visit_but_does_not_cancel():
    run = one(
        clinic(1000, cancelled={"share": 0.5, "refilled_share": 1.0}, missed={"new_share": 0.4}), people([0] * 3000), 1
    )
    stand_ins = {e.who for e in run.events if e.who > 1000 and e.what in ("attended", "missed")}
    assert max(e.who for e in run.of("cancelled")) <= 1000
    assert len(stand_ins) == len(run.of("cancelled"))
    assert len([e for e in run.of("missed") if e.who > 1000]) == about(len(stand_ins), 0.4)
    day = run.clinic_days("a")[0]
    assert day.offered == day.used + day.missed == 1000


def test_who_cancelled_keeps_waiting_and_is_seen_later():
    run = one(clinic(1000, cancelled={"share": 0.5}, earliest_notice_days=3), people([0] * 100), 60)
    assert len(run.seen("a")) == 100
    assert {day % 3 for day in run.seen("a").values()} == {0}  # the notice again after each cancellation
    assert all(e.since == 0 for e in run.of("attended"))


def test_nobody_stands_in_when_nobody_waits():
    run = one(clinic(100, cancelled={"share": 0.3, "refilled_share": 1.0}), people([0] * 100), 1)
    day = run.clinic_days("a")[0]
    assert (day.offered, day.used) == (100, 100 - len(run.of("cancelled")))


# --- courses ----------------------------------------------------------------------------------------------


def test_a_fixed_course_has_exactly_its_visits_an_interval_apart():
    run = one(course(3, interval=21), people(0, 5), 100)
    assert run.days("attended") == {1: [0, 21, 42, 63], 2: [5, 26, 47, 68]}
    assert {e.who: (e.day, e.detail) for e in run.of("resolved")} == {1: (63, "course"), 2: (68, "course")}


def test_after_the_course_people_go_by_its_rules():
    services = {"a": course(1, after_course=way("b")), "b": clinic(9)}
    run = lived(world(services, 20), people(0))
    assert [(day, service, what) for day, service, what, _, _ in run.story(1)] == [
        (0, "", "presented"),
        (0, "a", "listed"),
        (0, "a", "attended"),
        (0, "a", "moved"),
        (7, "a", "attended"),
        (7, "a", "moved"),
        (7, "b", "listed"),
        (8, "b", "attended"),
        (8, "b", "resolved"),
    ]


def _follow_ups(spread, mean, n=4000):
    run = one(course(mean, spread=spread, interval=1), people([0] * n), 150)
    return Counter(len(days) - 1 for days in run.days("attended").values())


def test_poisson_courses_have_poisson_numbers_of_visits():
    counts = _follow_ups("poisson", 1.5)
    observed = [counts[k] for k in range(5)] + [sum(v for k, v in counts.items() if k >= 5)]
    expected = [4000 * poisson.pmf(k, 1.5) for k in range(5)] + [4000 * poisson.sf(4, 1.5)]
    assert chisquare(observed, expected).pvalue > 1e-4


def test_geometric_courses_end_after_each_visit_with_one_chance():
    # Mean 3: the chance of one more is 3/4 each time, so a quarter has none, 3/16 one, 9/64 two.
    counts = _follow_ups("geometric", 3.0)
    observed = [counts[k] for k in range(8)] + [sum(v for k, v in counts.items() if k >= 8)]
    expected = [4000 * 0.25 * 0.75**k for k in range(8)] + [4000 * 0.75**8]
    assert chisquare(observed, expected).pvalue > 1e-4


def test_a_course_of_no_visits_is_over_at_once():
    run = one(course(0.0, spread="poisson"), people(0), 5)
    assert run.story(1)[-2:] == [(0, "a", "moved", "otherwise", "a"), (0, "a", "resolved", "course", "")]


def test_people_in_mid_course_at_the_start_finish_their_course_and_are_on_no_list():
    places = {"all": {"service": "a", "share": 1.0, "needs": {"surgery": 1.0}, "in_course": True}}
    start = {"kind": "lists", "lists": {"x": {"unit": "weeks", "waiting": {"0": 400}, "places": places}}}
    config = world({"a": course(4, interval=10)}, 60, a_day=0, start=start)
    run = lived(config, made(config))
    assert run.of("listed") == [] and {d.waiting for d in run.clinic_days("a")} == {0}
    visits = run.days("attended")
    first = Counter(days[0] for days in visits.values())
    assert set(first) == set(range(10)) and all(20 <= n <= 64 for n in first.values())  # spread over one interval
    assert Counter(map(len, visits.values())) == {k: about(400, 0.25) for k in (1, 2, 3, 4)}  # one to four are left
    assert len(run.of("resolved")) == 400


# --- patient-initiated follow-up --------------------------------------------------------------------------


def test_some_come_back_through_the_open_door_once_and_within_the_window():
    door = {"share": 0.5, "returning_share": 0.6, "window_days": 30}
    run = one(course(1, patient_initiated=door), people([0] * 3000), 60)
    visits = run.days("attended")
    came_back = {who: days[2] for who, days in visits.items() if len(days) == 3}
    assert {len(days) for days in visits.values()} == {2, 3}
    assert len(came_back) == about(3000, 0.3)
    assert min(came_back.values()) == 8 and max(came_back.values()) == 37  # 1 to 30 days after day 7
    assert len([day for day in came_back.values() if day <= 22]) == about(len(came_back), 0.5)
    ended = {e.who: e.day for e in run.of("resolved")}
    assert ended == {who: came_back.get(who, 7) for who in visits}


def test_after_the_return_people_go_by_the_rules_of_the_finished_course():
    services = {
        "a": course(
            1, patient_initiated={"share": 1.0, "returning_share": 1.0, "window_days": 5}, after_course=way("b")
        ),
        "b": clinic(999),
    }
    run = lived(world(services, 40), people([0] * 50))
    assert all(days[2] < run.seen("b")[who] == days[2] + 1 for who, days in run.days("attended", "a").items())


def test_the_open_door_of_a_second_course_is_a_matter_of_luck_again():
    # Everybody has two courses of one fixed follow-up; half are given, and use, an open door.
    # Independent: a quarter twice.
    twice = {"second": {"when": {"came_from": "b"}, "to": {"resolved": 1.0}}, "otherwise": {"to": {"b": 1.0}}}
    services = {
        "a": course(
            1,
            interval=1,
            patient_initiated={"share": 0.5, "returning_share": 1.0, "window_days": 1},
            after_course=twice,
        ),
        "b": clinic(9999, "a"),
    }
    run = lived(world(services, 30), people([0] * 2000))
    returns = Counter(len(days) - 4 for days in run.days("attended", "a").values())
    assert returns == {0: about(2000, 0.25), 1: about(2000, 0.5), 2: about(2000, 0.25)}


def test_an_open_door_that_led_to_a_discharge_does_not_bar_a_later_one():
    # Everybody uses the open door of every finished course. Half of follow-ups are missed: discharged,
    # and referred anew.
    door = {"share": 1.0, "returning_share": 1.0, "window_days": 3}
    settings = course(
        1,
        interval=1,
        patient_initiated=door,
        missed={"follow_up_share": 0.5, "discharged_share": 1.0},
        after_missing=way("a"),
    )
    run = one(settings, people([0] * 200), 60)
    visits, ended = {}, 0
    for e in run.events:
        if e.what == "attended":
            visits[e.who] = 0 if e.detail == "new" else visits[e.who] + 1
        if e.what == "resolved":
            ended += 1
            assert visits[e.who] == 2, f"person {e.who} on day {e.day}"  # the follow-up of the course, and the return
    assert ended > 150


# --- tests on the way to a decision -----------------------------------------------------------------------


def _scanned(share=1.0, slots=9, **order) -> dict:
    return {
        "a": clinic(slots, "b", orders={"mri": {"service": "mri", "share": share, **order}}),
        "mri": clinic(slots, "report", setting="diagnostics"),
        "report": delay(3, "return"),
        "b": clinic(slots),
    }


def test_a_test_is_waited_for_reported_and_discussed_before_anything_is_decided():
    run = lived(world(_scanned(), 20), people(0))
    assert run.story(1) == [
        (0, "", "presented", "door", ""),
        (0, "a", "listed", "door", ""),
        (0, "a", "attended", "new", ""),
        (0, "a", "moved", "test", "mri"),
        (0, "mri", "listed", "test", ""),
        (1, "mri", "attended", "new", ""),
        (1, "mri", "moved", "otherwise", "report"),
        (1, "report", "listed", "referred", ""),
        (4, "report", "moved", "otherwise", "a"),
        (4, "a", "attended", "follow_up", ""),
        (4, "a", "moved", "otherwise", "b"),
        (4, "b", "listed", "referred", ""),
        (5, "b", "attended", "new", ""),
        (5, "b", "resolved", "otherwise", ""),
    ]


def test_tests_are_ordered_for_a_share_of_those_they_are_meant_for():
    run = lived(world(_scanned(0.4, 9999, when={"sex": "male"}), 20), people([0] * 4000, sex=["male", "female"] * 2000))
    sent = {e.who for e in run.of("moved", "a") if e.to == "mri"}
    assert all(who % 2 for who in sent) and len(sent) == about(2000, 0.4)
    assert {who for who, days in run.days("attended", "a").items() if len(days) == 2} == sent


def test_people_go_for_one_test_at_a_time_the_first_that_is_ordered():
    orders = {"x": {"service": "xray", "share": 0.5}, "m": {"service": "mri", "share": 1.0}}
    services = {"a": clinic(9999, orders=orders), "xray": delay(1, "return"), "mri": delay(2, "return")}
    run = lived(world(services, 20), people([0] * 1000))
    to = Counter(e.to for e in run.of("moved", "a"))
    assert to == {"xray": about(1000, 0.5), "mri": 1000 - to["xray"]}


def test_a_report_goes_back_to_whoever_asked():
    services = {
        "a": clinic(9, orders={"m": {"service": "mri", "share": 1.0}}),
        "b": clinic(9, orders={"m": {"service": "mri", "share": 1.0}}),
        "mri": delay(2, "return"),
    }
    run = lived(world(services, 20, way("b", knee=rule("a", {"region": "knee"}))), people(0, 0, region=["knee", "hip"]))
    assert {e.who: (e.service, e.day) for e in run.of("attended", detail="follow_up")} == {1: ("a", 2), 2: ("b", 2)}


def test_the_visit_after_a_test_takes_a_follow_up_slot():
    # One slot a day: on day 2 the report of 1 comes before the new person 3.
    services = {
        "a": clinic(1, orders={"m": {"service": "mri", "share": 1.0, "when": {"region": "knee"}}}),
        "mri": delay(2, "return"),
    }
    run = lived(world(services, 20), people(0, 0, 0, region=["knee", "hip", "hip"]))
    assert run.days("attended", "a") == {1: [0, 2], 2: [1], 3: [3]}


# --- extra clinics ----------------------------------------------------------------------------------------

TUESDAYS = {**clinic(), "capacity": {"slots_per_week": 1}, "open_days": ["tue"]}


def test_an_extra_clinic_adds_slots_on_its_date_also_when_the_clinic_is_closed():
    run = one({**TUESDAYS, "extra_clinics": {"saturday": {"date": "2025-01-11", "slots": 3}}}, people([0] * 5), 20)
    assert run.seen("a") == {1: 1, 2: 5, 3: 5, 4: 5, 5: 8}
    assert [tuple(d) for d in run.clinic_days("a")][:3] == [(1, 1, 1, 0, 4), (5, 3, 3, 0, 1), (8, 1, 1, 0, 0)]


def test_an_extra_clinic_comes_on_top_of_the_usual_one():
    run = one({**TUESDAYS, "extra_clinics": {"more": {"date": "2025-01-14", "slots": 2}}}, people([0] * 5), 20)
    assert run.seen("a") == {1: 1, 2: 8, 3: 8, 4: 8, 5: 15}
    assert [d.offered for d in run.clinic_days("a")] == [1, 3, 1]


def test_an_extra_clinic_may_be_for_long_waiters_only():
    # On Tuesday 21 January (day 15): persons 2 and 3 have waited more than two weeks, the others not.
    extra = {"date": "2025-01-21", "slots": 5, "waited_over_weeks": 2}
    run = one(
        {**TUESDAYS, "capacity": {"slots_per_week": 0.001}, "extra_clinics": {"long": extra}},
        people(0, 0, 1, 2, 10),
        20,
    )
    assert run.seen("a") == {1: 15, 2: 15, 3: 15}
    assert run.clinic_days("a")[-1].offered == 5


def test_an_urgent_person_does_not_bar_long_waiters_from_their_extra_clinic():
    extra = {"date": "2025-01-21", "slots": 5, "waited_over_weeks": 2}
    settings = {
        **TUESDAYS,
        "capacity": {"slots_per_week": 0.001},
        "extra_clinics": {"long": extra},
        "priority": BY_URGENCY,
    }
    run = one(settings, people(0, 0, 14, urgency=["routine", "routine", "urgent"]), 20)
    assert run.seen("a") == {1: 15, 2: 15}


def test_two_extra_clinics_on_one_day_are_both_held():
    extra = {
        "long": {"date": "2025-01-11", "slots": 2, "waited_over_weeks": 0.5},
        "all": {"date": "2025-01-11", "slots": 1},
    }
    run = one({**TUESDAYS, "capacity": {"slots_per_week": 0.001}, "extra_clinics": extra}, people([0] * 5), 20)
    assert sum(d.offered for d in run.clinic_days("a")) == 3
    assert run.seen("a") == {1: 5, 2: 5, 3: 5}


def test_extra_clinics_are_scaled_with_the_place():
    settings = {**TUESDAYS, "extra_clinics": {"more": {"date": "2025-01-11", "slots": 2}}}
    run = one(settings, people([0] * 9), 20, place={"scale": 2.0})
    assert [d.offered for d in run.clinic_days("a")] == [2, 4, 2, 2]


# --- visits of varying length -----------------------------------------------------------------------------

MINUTES = {"capacity": {"staff": {"gp": 1.0}}, "new_minutes": 30, "open_days": "every_day"}


def _staffed(minutes_a_day: float) -> dict:
    """A workforce that gives so many minutes each day of the week."""
    return {"gp": {"wte": minutes_a_day * 7 / 2250, "patient_facing_share": 1.0}}


def test_visits_of_varying_length_fill_the_same_time_on_average():
    # 3,000 minutes a day of visits of 30: about 100 a day with cv 0.5, less what does not fit at the end of a day.
    run = one({**clinic(**MINUTES), "length_cv": 0.5}, people([0] * 9000), 40, workforce=_staffed(3000))
    used = [d.used for d in run.clinic_days("a")]
    assert sum(used) / 40 == pytest.approx(100, abs=4.5 * 5 / 40**0.5 + 0.5)
    assert 3 < (sum((u - 100) ** 2 for u in used) / 40) ** 0.5 < 8  # about 100 x 0.5 / sqrt(100) = 5


def test_a_long_visit_does_not_block_the_list_for_ever():
    # Two visits of half an hour a day; some take longer than the whole clinic.
    # They too are seen, and so are those behind them.
    run = one({**clinic(**MINUTES), "length_cv": 0.8}, people([0] * 60), 120, workforce=_staffed(60))
    assert len(run.seen("a")) == 60


def test_an_extra_clinic_has_a_slot_for_each_visit_however_they_vary():
    # A law holds the minutes of each to be no more than three times 30.
    extra = {"slots": 3, "weekdays": ["sat"], "first_day": "2025-01-06", "last_day": "2025-03-02"}
    settings = {**clinic(**MINUTES), "length_cv": 1.5, "extra_clinics": {"more": extra}}
    run = one(settings, people([0] * 60), 56, workforce=_staffed(0.1))
    assert [d.used for d in run.clinic_days("a") if d.day % 7 == 5] == [3] * 8


def test_visits_given_in_slots_may_vary_in_length_too():
    run = one(clinic(4, length_cv=0.5), people([0] * 200), 100)
    assert len(run.seen("a")) == 200


def test_each_visit_of_a_person_has_a_length_of_its_own():
    # On day 1 the people of day 0 come back in the same order, and all the time is theirs:
    # with the same lengths just as many would fit.
    settings = {**course(1, interval=1), **MINUTES, "length_cv": 1.0}
    fewer = 0
    for seed in range(8):
        run = one(settings, people([0] * 400), 2, workforce=_staffed(3000), run={"seed": seed})
        first = [e.who for e in run.of("attended") if e.day == 0]
        second = [e.who for e in run.of("attended") if e.day == 1 and e.detail == "follow_up"]
        assert second == first[: len(second)]
        fewer += len(second) < len(first)
    assert 1 <= fewer <= 7


# --- days and time ----------------------------------------------------------------------------------------


def test_a_clinic_is_held_on_its_own_days():
    def days(open_days):
        return [d.day for d in one({**clinic(), "open_days": open_days}, people(0), 14).clinic_days("a")]

    assert days("every_day") == list(range(14))
    assert days("working_days") == [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]
    assert days(["thu", "mon"]) == [0, 3, 7, 10]


def test_bank_holidays_close_all_but_what_is_always_open():
    # Good Friday and Easter Monday of 2025 are days 4 and 7 from Monday 14 April.
    calendar = {"start_date": "2025-04-14", "bank_holidays": "GB-ENG"}

    def days(open_days):
        return [
            d.day for d in one({**clinic(), "open_days": open_days}, people(0), 10, calendar=calendar).clinic_days("a")
        ]

    assert days("working_days") == [0, 1, 2, 3, 8, 9]
    assert days(["mon", "fri"]) == [0]
    assert days("every_day") == list(range(10))
    # What falls on a holiday is lost: the week's slots are not moved to other days.
    settings = {**clinic(), "capacity": {"slots_per_week": 10}, "open_days": "working_days"}
    assert sum(d.offered for d in one(settings, people(0), 7, calendar=calendar).clinic_days("a")) == 8


def test_fractions_of_a_slot_are_carried_over():
    def offered(slots, waiting):
        return [d.offered for d in one(clinic(slots), people([0] * waiting), 10).clinic_days("a")]

    # 0.4 a day: the first on day 2 (1.2), then days 4 (2.0), 7 (3.2) and 9 (4.0); the same with people waiting or not.
    assert offered(0.4, 20) == offered(0.4, 0) == [0, 0, 1, 0, 1, 0, 0, 1, 0, 1]
    assert offered(1.5, 20) == offered(1.5, 0) == [1, 2] * 5


def test_slots_a_week_are_spread_over_the_open_days():
    settings = {**clinic(), "capacity": {"slots_per_week": 3}, "open_days": ["mon", "thu"]}
    assert [(d.day, d.offered) for d in one(settings, people([0] * 9), 14).clinic_days("a")] == [
        (0, 1),
        (3, 2),
        (7, 1),
        (10, 2),
    ]


def test_staff_give_sessions_less_leave_and_sickness():
    # One WTE: ten sessions of 225 minutes a week, 80% with patients: 1,800 minutes, 360 a day: eight visits of 45.
    gp = {"wte": 1.0, "patient_facing_share": 0.8}

    def a_day(**change):
        settings = {**clinic(), "capacity": {"staff": {"gp": 1.0}}, "new_minutes": 45, "open_days": "working_days"}
        run = one(settings, people([0] * 999), 28, workforce={"gp": {**gp, **change}})
        return sum(d.used for d in run.clinic_days("a")) / 20

    assert a_day() == 8
    assert a_day(wte=2.5) == 20
    assert a_day(sessions_a_week=5) == 4
    assert a_day(sickness_share=0.25) == 6
    # A tenth of 260.89 working days (365.25 / 7 x 5) on leave: 7.2 a day.
    assert a_day(annual_leave_days=20.0, study_leave_days=6.089) == pytest.approx(7.2, abs=0.05)


def test_services_share_staff_and_may_draw_on_several_groups():
    def used(staff, workforce):
        settings = {**clinic(), "capacity": {"staff": staff}, "new_minutes": 45, "open_days": "working_days"}
        return one(settings, people([0] * 999), 7, workforce=workforce).clinic_days("a")[0].used

    gp, physio = {"wte": 1.0, "patient_facing_share": 0.8}, {"wte": 0.5, "patient_facing_share": 0.8}
    assert used({"gp": 0.5}, {"gp": gp}) == 4
    assert used({"gp": 1.0, "physio": 1.0}, {"gp": gp, "physio": physio}) == 12


def test_the_place_scales_staff_and_slots_alike():
    assert [d.offered for d in one(clinic(3), people(0), 3, place={"scale": 2.0}).clinic_days("a")] == [6] * 3
    staffed = {**clinic(), "capacity": {"staff": {"gp": 1.0}}, "new_minutes": 45, "open_days": "working_days"}
    workforce = {"gp": {"wte": 1.0, "patient_facing_share": 0.8}}
    assert one(staffed, people(0), 3, place={"scale": 2.0}, workforce=workforce).clinic_days("a")[0].offered == 16


def test_no_slot_is_used_or_missed_that_was_not_offered():
    settings = clinic(
        7.3,
        "course",
        follow_ups={"mean_visits": 1.2, "interval_days": 5},
        missed={"new_share": 0.2, "follow_up_share": 0.1},
        cancelled={"share": 0.2, "refilled_share": 0.7},
        follow_ups_first_share=0.4,
    )
    days = one(settings, people([d for d in range(90) for _ in range(3)]), 120).clinic_days("a")
    assert all(d.used + d.missed <= d.offered for d in days)
    assert sum(d.offered for d in days) == pytest.approx(7.3 * 120, abs=1)


def test_a_one_off_clinic_may_be_held_every_year_on_a_day_of_the_month():
    services = {"physio": clinic(0, extra_clinics={"spring": {"date": "02-29", "slots": 5, "cost_per_slot_gbp": 10.0}})}
    run = lived(world(services, 800), people([0] * 30))
    days = sorted(set(run.seen("physio").values()))
    # Day 0 is 6 January 2025; neither 2025 nor 2026 is a leap year, and 2027 begins after 725 days.
    assert days == [53, 418, 783] and len(run.seen("physio")) == 15
    found = {(kpi, group): value for kpi, group, value, _ in measure(Reading(run.record, run.scenario))}
    assert found["staff_cost", "one_off_clinics"] == pytest.approx(3 * 5 * 10 / (800 / 365.25), abs=0.01)


def test_what_a_part_of_a_place_has_less_than_a_slot_of_adds_up_from_one_extra_clinic_to_the_next():
    every = {
        "weekdays": ["mon", "tue", "wed", "thu", "fri"],
        "first_day": "2025-01-06",
        "last_day": "2025-01-31",
        "cost_per_slot_gbp": 10.0,
    }
    config = world({"physio": clinic(0, extra_clinics={"x": {"slots": 24, **every}})}, 28)
    run = lived({**config, "place": {"scale": 0.04}}, people([0] * 60))
    # 0.96 of a slot on each of twenty days: none on the first, and nineteen in all, as 19.2 are.
    assert len(run.seen("physio")) == 19 and min(run.seen("physio").values()) == 1
    found = {(kpi, group): value for kpi, group, value, _ in measure(Reading(run.record, run.scenario))}
    assert found["staff_cost", "one_off_clinics"] == pytest.approx(19 * 10 / (28 / 365.25), abs=0.01)


@pytest.mark.parametrize("wrong", ["2025-13-01", "13-40", "October", "2030-01-01"])
def test_a_one_off_clinic_on_no_day_of_the_run_is_refused(wrong):
    services = {"physio": clinic(1, extra_clinics={"day": {"date": wrong, "slots": 5}})}
    with pytest.raises(sim.ScenarioError, match=r"extra_clinics\.day\.date"):
        sim.from_dict(world(services, 30))


def test_a_class_of_a_clinic_may_have_a_length_of_its_own():
    # 360 minutes a working day: urgent people take 150 of them, the others 36; what is left adds up.
    classes = {"urgent": {"when": {"urgency": "urgent"}, "minutes": 150}, "others": {}}
    config = world({"a": staffed("physio", priority=classes)}, 5, workforce={"physio": PHYSIO})
    run = lived(config, people([0] * 18, urgency=["urgent"] * 3 + ["routine"] * 15))
    # 60 minutes are left on Monday, 420 there are on Tuesday: 150 and seven of 36, of which 18 are kept; then ten.
    assert run.seen("a") == {1: 0, 2: 0, 3: 1} | {who: 1 if who <= 10 else 2 for who in range(4, 19)}
    given = world({"a": clinic(9, priority={"urgent": {"when": {"urgency": "urgent"}, "minutes": 5}, "others": {}})}, 5)
    with pytest.raises(sim.ScenarioError) as caught:
        sim.from_dict(given)
    assert [(one.where, one.what) for one in caught.value.faults] == [
        (
            "pathway.services.a.priority.urgent.minutes",
            "says nothing: slots are given, and one visit is one slot",
        )
    ]
