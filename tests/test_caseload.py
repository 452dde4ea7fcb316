"""Kind `caseload`: who gets a place and when, how long it is held, which contacts are held.
A stay is five days unless stated.

Day 0 is a Monday.
"""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text
from worlds import caseload, clinic, delay, group, lived, made, people, rule, way, world
from worlds import facts as asked_of

import sim
from sim.analysis.exact import caseload as exact
from sim.analysis.exact import chain, erlang, roots, slots
from sim.analysis.indicators.measures import measures_of
from sim.analysis.pathway.picture import figure_of
from sim.analysis.reading.reading import Reading
from sim.app.studies.load import load_table
from sim.domain.faults import ScenarioError

AMPLE = 100_000
MONTH = 30.4375


def one(setting: dict, patients, days: int = 40, **sections):
    """A world of this one caseload, `c`."""
    return lived(world({"c": setting}, days, **sections), patients)


def about(n: int, share: float, sigmas: float = 4.5):
    return pytest.approx(n * share, abs=sigmas * (n * share * (1 - share)) ** 0.5)


def taken_on(run, service: str = "c") -> dict[int, list[int]]:
    """patient -> days on which they got a place."""
    return run.days("started", service)


# --- places -----------------------------------------------------------------------------------------------


def test_a_place_is_held_for_the_stay_and_the_next_in_line_gets_it_the_day_it_falls_free():
    run = one(caseload(2), people(0, 0, 0, 1))
    assert taken_on(run) == {1: [0], 2: [0], 3: [5], 4: [5]}
    assert run.days("resolved") == {1: [5], 2: [5], 3: [10], 4: [10]}
    assert [tuple(d) for d in run.clinic_days("c")[:7]] == [
        (0, 2, 2, 0, 1),
        *((d, 2, 2, 0, 2) for d in (1, 2, 3, 4)),
        (5, 2, 2, 0, 0),
        (6, 2, 2, 0, 0),
    ]
    assert tuple(run.clinic_days("c")[10]) == (10, 2, 0, 0, 0)


def test_everything_that_happens_to_one_person():
    run = lived(world({"c": caseload(1, "after", contact_every_days=2), "after": clinic(9)}), people(0, 0))
    assert run.story(2) == [
        (0, "", "presented", "door", ""),
        (0, "c", "listed", "door", ""),
        (5, "c", "started", "new", ""),
        (5, "c", "attended", "new", ""),
        (7, "c", "attended", "session", ""),
        (9, "c", "attended", "session", ""),
        (10, "c", "moved", "otherwise", "after"),
        (10, "after", "listed", "referred", ""),
        (11, "after", "attended", "new", ""),
        (11, "after", "resolved", "otherwise", ""),
    ]
    assert [(e.who, e.day, e.since) for e in run.of("started")] == [(1, 0, 0), (2, 5, 0)]


def test_people_go_by_rules_when_their_stay_ends():
    services = {
        "c": caseload(9, men=None, routes=way("resolved", men=rule("other", {"sex": "male"}))),
        "other": clinic(9),
    }
    services["c"].pop("men")
    run = lived(world(services), people(0, 0, sex=["male", "female"]))
    assert run.seen("other") == {1: 6} and run.days("resolved", "c") == {2: [5]}


def test_people_are_taken_on_on_open_days_and_leave_on_any_day():
    # Wednesdays only: days 2, 9, 16. A stay from day 2 ends on Monday, day 7, and the place is empty until day 9.
    run = one(caseload(1, open_days=["wed"]), people(0, 0, 0))
    assert taken_on(run) == {1: [2], 2: [9], 3: [16]}
    assert run.days("resolved") == {1: [7], 2: [14], 3: [21]}
    assert [(d.day, d.offered, d.used, d.waiting) for d in run.clinic_days("c")[:4]] == [
        (2, 1, 1, 2),
        (9, 1, 1, 1),
        (16, 1, 1, 0),
        (23, 1, 0, 0),
    ]
    # Working days unless stated: nobody is taken on on day 5, a Saturday.
    weekdays = {key: value for key, value in caseload(1).items() if key != "open_days"}
    assert taken_on(one(weekdays, people(0, 0))) == {1: [0], 2: [7]}


def test_nobody_is_taken_on_on_a_bank_holiday_or_before_the_earliest_notice():
    # Christmas Day 2029 is a Tuesday, Boxing Day a Wednesday: days 1 and 2 of a run from Monday 24 December.
    christmas = {"start_date": "2029-12-24", "bank_holidays": "GB-ENG"}
    assert taken_on(one(caseload(9, open_days="working_days"), people(1), calendar=christmas)) == {1: [3]}
    assert taken_on(one(caseload(9, earliest_notice_days=3), people(0, 2))) == {1: [3], 2: [5]}


def test_urgent_people_get_places_first_and_within_a_class_the_first_who_came():
    classes = {"urgent": {"when": {"urgency": "urgent"}}, "routine": {}}
    run = one(caseload(1, priority=classes), people(0, 0, 1, 2, urgency=["routine", "routine", "urgent", "urgent"]))
    assert taken_on(run) == {1: [0], 3: [5], 4: [10], 2: [15]}


def test_places_grow_with_the_place():
    def places(given, scale):
        return one(caseload(given), people(), 3, place={"scale": scale}).clinic_days("c")[0].offered

    assert [places(2.9, 2.0), places(10, 0.3)] == [5, 3]


@pytest.mark.parametrize("places", [0.3, 1.0, 2.4, 5.75])
@pytest.mark.parametrize("stay", [1, 5, 40])
def test_a_part_of_a_place_is_a_place_for_that_part_of_the_time(places, stay):
    days = 4000
    full = one(caseload(places, stay_days=stay), people([0] * AMPLE), days)
    held = sum(d.used for d in full.clinic_days("c"))
    assert held == pytest.approx(places * days, abs=stay + 1) == sum(d.offered for d in full.clinic_days("c"))
    empty = one(caseload(places, stay_days=stay), people(), days)
    assert sum(d.offered for d in empty.clinic_days("c")) == pytest.approx(places * days, abs=1)


def test_a_part_of_a_place_is_not_saved_up_while_nobody_wants_it():
    # After a year of nobody one is taken on at once, and the next after five days and those that make up for them.
    assert taken_on(one(caseload(0.5), people(365, 365), 400)) == {1: [365], 2: [373]}


def test_places_come_from_wte_and_neither_leave_nor_sickness_empties_them():
    staff = {
        "link": {"wte": 2.5, "annual_leave_days": 100, "sickness_share": 0.3, "patient_facing_share": 0.5},
        "coach": {"wte": 1.0},
    }
    given = caseload(capacity={"staff": {"link": 0.8, "coach": 0.5}}, places_per_wte=30)
    assert one(given, people(), 3, workforce=staff).clinic_days("c")[0].offered == 75
    assert one(given, people(), 3, workforce=staff, place={"scale": 0.1}).clinic_days("c")[0].offered == 7
    assert one({**given, "places_per_wte": 12}, people(), 3, workforce=staff).clinic_days("c")[0].offered == 30


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 5),
    st.sampled_from([1.0, 3.0, 9.5]),
    st.sampled_from(["fixed", "geometric"]),
    st.sampled_from(["every_day", ["mon", "fri"]]),
    st.integers(0, 99),
    st.integers(0, 9),
)
def test_no_more_places_are_held_than_there_are_and_none_is_empty_while_somebody_waits(
    places, stay, spread, open_days, seed, before
):
    here = {"service": "c", "share": 1.0, "needs": {"surgery": 1.0}, "in_course": True}
    start = {"kind": "lists", "lists": {"old": {"unit": "weeks", "waiting": {"0": before}, "places": {"here": here}}}}
    config = world(
        {"c": caseload(places, stay_days=stay, stay_spread=spread, open_days=open_days)},
        60,
        a_day=0.8,
        demand={"arrivals": "poisson"},
        run={"seed": seed},
        start=start,
    )
    run = lived(config)
    held = np.zeros(61, int)
    held[0] = min(before, places)
    listed = {e.who for e in run.of("listed", detail="starting_list")}
    assert len(listed) == before - held[0]
    for days in taken_on(run).values():
        held[days] += 1
    for days in run.days("resolved").values():
        held[days] -= 1
    held = held.cumsum()
    assert held.max() <= places and held.min() >= 0
    for d in run.clinic_days("c"):
        assert (d.offered, d.used) == (places, held[d.day])
        assert d.used == d.offered or d.waiting == 0
    order = [(e.since, e.who) for e in run.of("started") if e.since >= 0]
    assert order == sorted(order)


# --- stays ------------------------------------------------------------------------------------------------


def test_fixed_stays_are_whole_days_and_geometric_ones_end_each_day_with_the_same_chance():
    assert one(caseload(9, stay_days=6.6), people(0)).days("resolved") == {1: [7]}
    run = one(caseload(AMPLE, stay_days=4, stay_spread="geometric"), people([0] * 8000), 100)
    stays = Counter(e.day for e in run.of("resolved"))
    assert [stays[day] for day in range(5)] == [0, *(about(8000, 0.25 * 0.75**k) for k in range(4))]
    assert np.mean([e.day for e in run.of("resolved")]) == pytest.approx(4, abs=4.5 * (12 / 8000) ** 0.5)
    assert one(caseload(9, stay_days=1, stay_spread="geometric"), people(0)).days("resolved") == {1: [1]}


def test_a_second_stay_of_the_same_person_is_drawn_afresh():
    again = {
        "c": caseload(
            AMPLE,
            stay_days=6,
            stay_spread="geometric",
            contacts_a_month_when_needed=10,
            routes=way("resolved", first=rule("home", {"came_from": "door"})),
        ),
        "home": delay(3, "c"),
    }
    run = lived(world(again, 300), people([0] * 500))
    starts, ends = taken_on(run), {**run.days("moved", "c")}
    over = run.days("resolved", "c")
    assert {len(days) for days in starts.values()} == {2}
    first = np.array([ends[who][0] - starts[who][0] for who in sorted(starts)])
    second = np.array([over[who][0] - starts[who][1] for who in sorted(starts)])
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.2 and second.mean() == pytest.approx(6, abs=1.2)
    asked = [Counter(d < starts[who][1] for d in days) for who, days in run.days("attended", "c", "session").items()]
    on_a_day = 1 - math.exp(-10 / MONTH)  # one contact answers what is asked in a day, being taken on that of the first
    assert sum(c[True] for c in asked) == pytest.approx(on_a_day * (first - 1).sum(), rel=0.1)
    assert sum(c[False] for c in asked) == pytest.approx(on_a_day * (second - 1).sum(), rel=0.1)


def test_a_stay_does_not_depend_on_who_else_is_there_or_on_the_number_of_places():
    def lengths(n, places):
        run = one(
            caseload(
                places, stay_days=8, stay_spread="geometric", contacts_a_month_when_needed=6, contact_missed_share=0.3
            ),
            people([0] * n),
            2000,
        )
        starts, ends = taken_on(run), run.days("resolved")
        kept = {
            who: sorted(d - starts[who][0] for d in days) for who, days in run.days("attended", "c", "session").items()
        }
        return {who: (ends[who][0] - starts[who][0], len(kept.get(who, []))) for who in starts}

    few, many, narrow = lengths(40, AMPLE), lengths(400, AMPLE), lengths(40, 3)
    assert few == {who: what for who, what in many.items() if who <= 40}
    assert few == narrow


def test_the_same_numbers_every_time():
    config = world(
        {
            "c": caseload(
                4,
                stay_days=9,
                stay_spread="geometric",
                contacts_a_month_when_needed=9,
                contact_every_days=4,
                contact_missed_share=0.2,
            )
        },
        90,
        a_day=0.5,
    )
    assert lived(config).events == lived(config).events
    assert lived(config).events != lived(config, replication=1).events


# --- contacts ---------------------------------------------------------------------------------------------


def test_set_reviews_are_held_at_their_interval_within_the_stay():
    def reviews(every, stay=84):
        return (
            one(caseload(9, stay_days=stay, contact_every_days=every), people(3), 120)
            .days("attended", "c", "session")
            .get(1, [])
        )

    assert reviews(28) == [31, 59]  # day 87, on which the stay ends, is none
    assert reviews(20) == [23, 43, 63, 83]
    assert reviews(83) == [86]
    assert reviews(0) == []
    assert reviews(1, 4) == [4, 5, 6]


def test_the_first_contact_is_new_and_all_later_ones_are_sessions():
    run = one(caseload(AMPLE, contact_every_days=2, contacts_a_month_when_needed=20), people([0] * 50))
    assert run.days("attended", "c", "new") == {who: [0] for who in range(1, 51)}
    assert Counter(e.detail for e in run.of("attended")).keys() == {"new", "session"} and run.of("missed") == []


def test_contacts_on_request_come_at_everybodys_own_times_at_the_rate_given_over_the_whole_stay():
    n, stay, rate = 2000, 60, 2.0
    run = one(caseload(AMPLE, stay_days=stay, contacts_a_month_when_needed=rate), people([0] * n), 100)
    asked = run.days("attended", "c", "session")
    counts = np.array([len(asked.get(who, [])) for who in range(1, n + 1)])
    on_a_day = 1 - math.exp(-rate / MONTH)
    mean = on_a_day * (stay - 1)
    assert counts.mean() == pytest.approx(mean, abs=4.5 * (mean / n) ** 0.5)
    assert counts.var() == pytest.approx(mean * (1 - on_a_day), rel=0.15)  # each day for itself
    days = Counter(day for some in asked.values() for day in some)
    assert set(days) == set(range(1, stay))  # not on the day of being taken on, nor on that on which the place is free
    assert all(n == pytest.approx(2000 * on_a_day, abs=6 * (2000 * on_a_day) ** 0.5) for n in days.values())


def test_one_contact_answers_whatever_somebody_asks_in_a_day():
    run = one(caseload(9, contacts_a_month_when_needed=1000), people(0), 6)
    assert run.days("attended", "c", "session")[1] == [1, 2, 3, 4]


def test_both_kinds_of_contact_may_be_on_at_once():
    both = one(
        caseload(AMPLE, stay_days=50, contact_every_days=10, contacts_a_month_when_needed=2), people([0] * 300), 60
    ).days("attended", "c", "session")
    asked = one(caseload(AMPLE, stay_days=50, contacts_a_month_when_needed=2), people([0] * 300), 60).days(
        "attended", "c", "session"
    )
    assert {who: sorted({10, 20, 30, 40, *asked.get(who, [])}) for who in both} == {
        who: sorted(days) for who, days in both.items()
    }


def _missed(n=6000, **settings):
    """Share of 4 x n reviews that were missed, by patient."""
    facts = settings.pop("facts", {})
    run = one(caseload(AMPLE, contact_every_days=1, **settings), people([0] * n, **facts), 10, demand=asked_of(**facts))
    missed = np.zeros(n + 1, int)
    for e in run.of("missed"):
        assert e.detail == "session"
        missed[e.who] += 1
    assert len(run.of("missed")) + len(run.of("attended", detail="session")) == 4 * n  # none is booked again
    return missed[1:]


def test_a_missed_contact_is_gone_and_the_next_is_held_in_its_own_time():
    quintile = {"imd_quintile": "3"}
    assert _missed(contact_missed_share=0.2, facts=quintile).sum() == about(24000, 0.2)
    assert _missed(contact_missed_share=0.0).sum() == 0
    assert _missed(contact_missed_share=1.0, facts=quintile).sum() == 24000  # nobody comes


def test_the_most_deprived_miss_more():
    missed = _missed(
        contact_missed_share=0.1, most_to_least_deprived_ratio=4.0, facts={"imd_quintile": ["1", "5"] * 3000}
    )
    # 2 and 0.5 times as often as the middle, half of the people each: 0.16 and 0.04 are 0.1 of all.
    assert missed[::2].sum() == about(12000, 0.16) and missed[1::2].sum() == about(12000, 0.04)


def test_contacts_by_telephone_are_for_those_who_are_online_and_are_missed_less_often():
    facts = {"imd_quintile": "3", "digital": ["online", "offline"] * 3000}
    missed = _missed(contact_missed_share=0.3, remote_share=0.8, remote_missed_ratio=0.5, facts=facts)
    assert missed[::2].sum() == about(12000, 0.3 * (1 - 0.8 * 0.5)) and missed[1::2].sum() == about(12000, 0.3)
    assert _missed(contact_missed_share=0.3, remote_share=1.0, remote_missed_ratio=0.0, facts=facts)[::2].sum() == 0
    same = _missed(contact_missed_share=0.3, remote_share=0.8, facts=facts)  # a ratio of 1: no difference
    assert same.tolist() == _missed(contact_missed_share=0.3, facts=facts).tolist()


# --- the list, the start, the indicators ------------------------------------------------------------------


def _starting(people_: float, in_course=False):
    here = {"service": "c", "share": 1.0, "needs": {"surgery": 1.0}, "in_course": in_course}
    return {"kind": "lists", "lists": {"x": {"unit": "weeks", "waiting": {"0": people_}, "places": {"here": here}}}}


def test_people_who_leave_the_list_are_passed_over_and_nobody_leaves_a_place():
    settings_ = caseload(1, removed_share_per_week_waited=0.5, stay_days=60)
    run = one(settings_, people([0] * 40), 200)
    gone = {e.who for e in run.of("removed")}
    assert 1 not in gone and len(gone) + len(run.of("started")) + run.clinic_days("c")[-1].waiting == 40
    held = [who for who in taken_on(run) if who not in gone]
    assert held == sorted(held) and len(held) == len(run.of("started"))


def test_people_of_a_starting_list_are_taken_on_in_the_order_in_which_they_joined():
    config = world({"c": caseload(2)}, 30, a_day=0, start=_starting(6))
    run = lived(config, made(config))
    assert [day for days in taken_on(run).values() for day in days] == [0, 0, 5, 5, 10, 10]
    since = [e.since for e in run.of("started")]
    assert since == sorted(since) and since[-1] < 0


@pytest.mark.parametrize("spread", ["fixed", "geometric"])
def test_people_in_the_middle_of_a_stay_hold_places_for_what_is_left_of_it(spread):
    config = world(
        {"c": caseload(5000, stay_days=20, stay_spread=spread, contact_every_days=5)},
        400,
        a_day=0,
        start=_starting(4000, True),
    )
    run = lived(config, made(config))
    assert run.of("listed") == run.of("started") == []
    assert len(run.of("resolved")) == 4000
    left = Counter(e.day for e in run.of("resolved"))
    if spread == "fixed":
        assert set(left) == set(range(20)) and all(n == about(4000, 1 / 20) for n in left.values())
    else:
        assert [left[k] for k in range(4)] == [about(4000, 0.05 * 0.95**k) for k in range(4)]
    # Reviews go on at the interval from the day on which the stay began.
    reviews, ends = run.days("attended", "c", "session"), {e.who: e.day for e in run.of("resolved")}
    assert all(
        days[0] < 5 and np.all(np.diff(days) == 5) and ends[who] - 5 <= days[-1] < ends[who]
        for who, days in reviews.items()
    )
    if spread == "fixed":
        left_to_hold = {who: [day - back for back in (15, 10, 5) if day >= back] for who, day in ends.items()}
        assert reviews == {who: days for who, days in left_to_hold.items() if days}


def test_who_is_in_the_middle_of_a_stay_asks_for_contacts_from_the_start():
    config = world(
        {"c": caseload(5000, stay_days=20, contacts_a_month_when_needed=3)}, 40, a_day=0, start=_starting(3000, True)
    )
    run = lived(config, made(config))
    left = sum(e.day for e in run.of("resolved"))
    assert len(run.of("attended", detail="session")) == pytest.approx(3 / MONTH * left, rel=0.06)


def test_more_people_in_the_middle_of_a_stay_than_places_wait_on_the_list():
    config = world({"c": caseload(3)}, 40, a_day=0, start=_starting(7, True))
    run = lived(config, made(config))
    assert len(run.of("listed")) == 4 and {e.detail for e in run.of("listed")} == {"starting_list"}
    assert max(d.used for d in run.clinic_days("c")) == 3 and len(run.of("resolved")) == 7
    # Those who came first hold the places.
    joined = run.record.patients.presented_day
    waiting = {e.who for e in run.of("listed")}
    ids = run.record.patients.patient_id.tolist()
    assert max(joined[k] for k, who in enumerate(ids) if who not in waiting) <= min(
        joined[k] for k, who in enumerate(ids) if who in waiting
    )


def test_rules_may_ask_about_the_wait_for_a_place():
    crowded = {
        "busy": rule("resolved", only_while={"condition": "wait_over_weeks", "service": "c", "threshold": 1.0}),
        **way("c"),
    }
    run = lived(
        world({"gp": clinic(9, routes=crowded), "c": caseload(1, stay_days=10)}, 60), people(0, 0, 0, 0, 25, 45)
    )
    # Person 2 has waited eleven days for a place: from that evening on the GP sends nobody more.
    assert taken_on(run) == {1: [1], 2: [11], 3: [21], 4: [31]} and {e.who for e in run.of("resolved", "gp")} == {5, 6}


def test_the_wait_is_counted_from_joining_to_a_place_and_the_use_is_the_occupancy():
    config = world({"c": caseload(1)}, 20, a_day=0)
    run = lived(config, people(0, 0, 7))
    reading = Reading(run.record, run.scenario)
    rows, since, until = reading.stays[0]
    assert sorted(zip(rows.tolist(), since.tolist(), until.tolist(), strict=True)) == [(0, 0, 0), (1, 0, 5), (2, 7, 10)]
    found = {(kpi, group): value for kpi, group, value, _ in measures_of(run.record, run.scenario).kpis}
    assert found["slot_use", "c"] == 15 / 20 and found["waiting_list", "c"] == 0
    assert found["wait_weeks_median", "c"] == 3 / 7 and found["contacts_per_episode", "all"] == 1


# --- what is refused --------------------------------------------------------------------------------------


def faults(setting: dict, **sections) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        sim.from_dict(world({"c": setting}, **sections))
    return [f"{fault.where.removeprefix('pathway.services.c.')}: {fault.what}" for fault in error.value.faults]


STAFF = {"workforce": {"link": {"wte": 1.0}}}


@pytest.mark.parametrize(
    "change, said",
    [
        ({"stay_days": 0}, "stay_days: is missing, or less than a day"),
        ({"stay_days": 0.5, "contacts_a_month_when_needed": 2}, "stay_days: is missing, or less than a day"),
        ({"stay_days": -1}, "stay_days: is too small"),
        ({"capacity": {"staff": {"link": 1.0}}}, "places_per_wte: is missing"),
        ({"capacity": {"staff": {"link": 1.0}}, "places_per_wte": 0}, "places_per_wte: is too small"),
        ({"places_per_wte": 30}, "places_per_wte: says nothing where places are given directly"),
        ({"capacity": {"slots_per_day": 3}}, "capacity.slots_per_day: is not how a caseload is given"),
        ({"capacity": {}}, "capacity: needs exactly one of places, staff"),
        ({"open_days": []}, "open_days: names no day"),
        ({"open_days": ["mon", "mon"]}, "open_days: names a day twice"),
        ({"contact_every_days": 5}, "contact_every_days: is not within the stay, so no review is ever held"),
        ({"contacts_a_month_when_needed": -2}, "contacts_a_month_when_needed: is too small"),
        ({"contact_missed_share": 1.2}, "contact_missed_share: is too large"),
        ({"stay_spread": "normal"}, "stay_spread: is not a word that is known here"),
        (
            {"priority": {"all": {"slots_share": 1.0}}},
            "priority.all.slots_share: says nothing here: a caseload has places and no slots",
        ),
        ({"routes": way("course")}, "routes.otherwise.to.course: only a clinic has courses of follow-ups"),
        (
            {"priority": {"first": {"when": {"urgncy": "urgent"}}}},
            "priority.first.when.urgncy: is not a fact of a patient",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(change, said):
    assert faults({**caseload(1), **change}, **STAFF) == [said]


def test_only_clinics_caseloads_and_groups_have_people_in_the_middle():
    start = _starting(3, True)
    assert sim.from_dict(world({"c": caseload(1)}, start=start))
    assert sim.from_dict(world({"c": group()}, start=start))
    assert faults(delay(), start=start) == [
        "start.lists.x.places.here.in_course: only a clinic has courses, a caseload places and a group sessions"
    ]


# --- load against capacity --------------------------------------------------------------------------------


def test_check_says_how_many_places_are_needed():
    services = {
        "c": caseload(100, "d", stay_days=30, stay_spread="geometric"),
        "d": caseload(capacity={"staff": {"link": 0.5}}, places_per_wte=30, stay_days=9.6),
    }
    table = load_table(sim.from_dict(world(services, 365, a_day=2, **{"workforce": {"link": {"wte": 4.0}}}))).set_index(
        "service"
    )
    row = table.loc["c"]
    assert (
        (row.capacity_a_week, row.verdict) == (100, "fits")
        and row.load_a_week == pytest.approx(60, rel=0.01)
        and row.load_share == pytest.approx(0.6, rel=0.01)
    )
    row = table.loc["d"]  # two a day for ten days: 20 places of 60
    assert row.capacity_a_week == 60 and row.load_a_week == pytest.approx(20, rel=0.1)


def test_check_reckons_every_kind_in_its_own_unit():
    drop_in = {
        "kind": "drop_in",
        "capacity": {"clinicians": 1.5},
        "open_days": "every_day",
        "hours": ["09:00", "11:00"],
        "visit_minutes": 30,
        "routes": way("g"),
    }
    staffed = {**drop_in, "capacity": {"staff": {"advisers": 1.0}}, "routes": way("cl")}
    services = {"d": drop_in, "g": group(28, "e"), "e": staffed, "cl": clinic(1, "home"), "home": delay(3)}
    config = world(services, 365, a_day=3, workforce={"advisers": {"wte": 0.5, "patient_facing_share": 1.0}})
    table = load_table(sim.from_dict(config)).set_index("service")
    assert list(table.index) == ["d", "g", "e", "cl"]
    assert table.capacity_a_week.to_dict() == pytest.approx({"d": 1.5 * 120 * 7, "g": 28, "e": 1125, "cl": 7})
    assert table.load_a_week.to_dict() == pytest.approx(
        {"d": 3 * 30 * 7, "g": 21 * 4, "e": 21 * 30, "cl": 21}, rel=0.05
    )
    assert table.verdict.to_dict() == {
        "d": "fits",
        "g": "more than it can do",
        "e": "fits",
        "cl": "more than it can do",
    }


def test_the_picture_says_how_many_places_there_are_and_how_long_they_are_held():
    given = sim.from_dict(world({"c": caseload(12, stay_days=84)}))
    staffed = sim.from_dict(
        world(
            {
                "c": caseload(
                    capacity={"staff": {"link": 0.5}}, places_per_wte=30, stay_days=9.6, stay_spread="geometric"
                )
            },
            workforce={"link": {"wte": 4.0, "label": "Link worker"}},
        )
    )
    for scenario, words in (
        (given, ("12 places", "held 84 days")),
        (staffed, ("Link worker", "30 places a WTE, about 10 days")),
    ):
        drawn = " ".join(" ".join(text.get_text() for text in figure_of(scenario).findobj(Text)).split())
        assert all(word in drawn for word in words), drawn


# --- the exact values -------------------------------------------------------------------------------------


def test_the_chain_is_that_of_a_small_caseload_enumerated():
    matrix = exact.day(0.5, 2, 4.0, 30)
    p, arrives = 0.25, chain.poisson_pmf(0.5)
    leave = {0: [1.0], 1: [1 - p, p], 2: [(1 - p) ** 2, 2 * p * (1 - p), p * p]}
    for n in range(5):
        row = np.zeros(30)
        for gone, chance in enumerate(leave[min(n, 2)]):
            for came, weight in enumerate(arrives[: 30 - 5]):
                row[n - gone + came] += chance * weight
        assert np.allclose(matrix[n], row, atol=1e-12)
    assert np.allclose(matrix.sum(axis=1), 1)


def test_places_that_are_never_short_hold_a_poisson_number():
    pmf = exact.people(0.8, 60, 10.0)
    assert pmf[:40] == pytest.approx(chain.poisson_pmf(8.0)[:40], abs=1e-10)
    assert exact.mean_list(0.8, 60, 10.0) == pytest.approx(0, abs=1e-9)


def test_a_stay_of_a_day_is_a_daily_slot():
    for rate, places in ((0.7, 1), (3.4, 4)):
        assert exact.mean_list(rate, places, 1.0) == pytest.approx(slots.mean_list(rate, places), rel=1e-8)
        assert exact.fixed_mean_list_path(rate, places, 1, 60) == pytest.approx(
            slots.mean_list_path(rate, places, 60), rel=1e-8
        )


def test_the_path_from_empty_ends_in_the_steady_state_and_what_leaves_is_what_comes():
    held, waits = exact.paths(1.4, 8, 4.0, 600)
    assert (held[0], waits[0]) == (pytest.approx(1.4, rel=1e-3), pytest.approx(0, abs=1e-3))
    assert held[-1] == pytest.approx(1.4 * 4, rel=1e-9)
    assert waits[-1] == pytest.approx(exact.mean_list(1.4, 8, 4.0), rel=1e-8)
    assert exact.mean_wait(1.4, 8, 4.0) == pytest.approx(waits[-1] / 1.4)
    assert waits[150] == pytest.approx(waits[-1], rel=1e-4)  # the verification pack counts waits from day 150 on
    # Of ten who hold places some leave, and those who come may fill them: E[min(10, 10 - B + A)].
    left, came = chain.thinning(11, 0.95)[10][::-1], chain.poisson_pmf(0.45)
    by_hand = sum(left[b] * came[a] * min(10, 10 - b + a) for b in range(11) for a in range(len(came)))
    assert exact.paths(0.45, 10, 20.0, 3, start=10)[0][0] == pytest.approx(by_hand, rel=1e-9)


def test_fixed_stays_settle_at_the_list_of_daily_slots():
    path = exact.fixed_mean_list_path(0.25, 3, 8, 800)
    assert path[-8:] == pytest.approx(roots.mean_list(2.0, 3), rel=1e-8)
    assert path[0] == pytest.approx(
        float(chain.poisson_pmf(0.25)[4:] @ np.arange(1, len(chain.poisson_pmf(0.25)) - 3)), rel=1e-8
    )


def test_long_stays_tend_to_erlang_c_the_list_at_rate_one_over_the_stay_and_its_share_at_the_square():
    offered, places = 3.5, 5
    lists, shares = [], []
    for stay in (8, 16, 32, 64, 128):
        rate = offered / stay
        lists.append((exact.mean_list(rate, places, stay) / erlang.mean_queue(rate, 1 / stay, places) - 1) * stay)
        shares.append((exact.full_share(rate, places, stay) - erlang.waiting_share(rate, 1 / stay, places)) * stay**2)
    # In half a day of each stay nobody sees the list: it is shorter by half a day in a stay.
    assert lists == pytest.approx([-0.5] * 5, abs=0.01) and abs(lists[-1] + 0.5) < abs(lists[0] + 0.5)
    assert np.ptp(shares) < 0.1 * abs(shares[-1])
    # The case of the pack: what is left of the difference is far below what chance leaves open there.
    assert exact.full_share(0.15, 4, 16) == pytest.approx(erlang.waiting_share(0.15, 1 / 16, 4), abs=1e-4)


def test_mean_set_reviews_of_a_geometric_stay():
    lasts = 1 - 1 / 12
    assert exact.reviews(12.0, 7) == pytest.approx(sum(lasts ** (7 * k) for k in range(1, 400)))


def test_a_caseload_that_is_asked_for_more_than_it_holds_has_no_steady_state():
    with pytest.raises(ValueError, match="no steady state"):
        exact.mean_list(1.0, 4, 4.0)
