"""Kind `drop_in`: who comes when, who is seen when, who gives up, and what a day of it says in the tables.

Where a test needs to know when people come, it draws their minutes itself, by the same key; the queue it then works out
with a few lines of its own (`by_hand`), with no SimPy.
"""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import clinic, delay, lived, made, people, rule, way, world

import sim
from sim import ScenarioError
from sim.analysis.exact import identity
from sim.analysis.indicators import measure
from sim.analysis.indicators.measures import measures_of
from sim.analysis.indicators.register import measured
from sim.analysis.pathway.moves import moves_of
from sim.analysis.pathway.picture import svg_of
from sim.analysis.reading.reading import Reading
from sim.app.studies.load import load_table
from sim.domain.chance import Chance
from sim.domain.hours import opening_minutes
from sim.domain.words import ATTENDED, EVENTS, LISTED, MISSED, MOVED
from sim.engine.log import EventLog
from sim.engine.services.visits import at_once
from sim.engine.simulate import simulate
from sim.engine.today import Notebook

REPO = Path(__file__).resolve().parents[1]
A_DAY = 1440
TEN_TO_FOUR = ["10:00", "16:00"]
CLASSES = {"urgent": {"when": {"urgency": "urgent"}}, "others": {}}


def drop_in(clinicians=1, to="resolved", **settings) -> dict:
    """A drop-in of ten-minute visits, open every day from ten to four."""
    return {
        "kind": "drop_in",
        "capacity": {"clinicians": clinicians},
        "open_days": "every_day",
        "hours": TEN_TO_FOUR,
        "visit_minutes": 10,
        "routes": way(to),
        **settings,
    }


def one(settings_: dict, patients, days: int = 10, **sections):
    """A world of this one drop-in, `d`."""
    return lived(world({"d": settings_}, days, **sections), patients)


def times(run, what: str, service: str = "d") -> dict[int, float]:
    """patient -> minute counted from the start of day 0, of their first such event
    (None where only the day is known)."""
    columns, found = run.record.events, {}
    minutes = columns["minute"].tolist() if "minute" in columns else [-1] * len(columns["day"])
    for event, minute in zip(run.events, minutes, strict=True):
        if event.what == what and event.service == service:
            found.setdefault(event.who, None if minute < 0 else event.day * A_DAY + minute)
    return found


def draws(what: str, ids, service: str = "d", seed: int = 7) -> np.ndarray:
    """What people draw the first time they come."""
    return Chance(seed, 0).uniforms(f"{service}.{what}", np.asarray(ids, np.int64), 0)


def comes(ids, opens: float, closes: float, service: str = "d") -> dict[int, float]:
    """patient -> minute of the day at which they come."""
    return dict(zip(ids, (opens + draws("comes", ids, service) * (closes - opens)).tolist(), strict=True))


def by_hand(at: dict, lengths: dict, clinicians: int, priority: dict | None = None, patience: dict | None = None):
    """({patient: start}, {patient: gives up}) of a queue in which nobody is interrupted."""
    priority, patience = priority or {}, patience or {}
    free, waiting = [0.0] * clinicians, dict(at)
    starts, lost = {}, {}
    while waiting:
        now = max(min(free), min(waiting.values()))
        for who in [w for w in waiting if waiting[w] + patience.get(w, np.inf) < now]:
            lost[who] = waiting.pop(who) + patience[who]
        here = [w for w in waiting if waiting[w] <= now]
        if here:
            who = min(here, key=lambda w: (priority.get(w, 0), waiting[w]))
            starts[who] = now
            free.remove(min(free))
            free.append(now + lengths[who])
            del waiting[who]
    return starts, lost


def whole(minutes: dict) -> dict:
    return {who: int(minute + 1e-6) for who, minute in minutes.items()}


# --- minutes, worked out by hand --------------------------------------------------------------------------


@pytest.mark.parametrize("clinicians", [1, 2, 3])
def test_people_are_seen_as_they_come_by_the_next_clinician_who_is_free(clinicians):
    run = one(drop_in(clinicians), people([0] * 60), 2)
    ids = range(1, 61)
    at = comes(ids, 600, 960)
    starts, _ = by_hand(at, dict.fromkeys(ids, 10.0), clinicians)
    assert times(run, "listed") == whole(at)
    assert times(run, "started") == whole(starts)
    assert (
        times(run, "attended")
        == {who: int(start + 10 + 1e-6) for who, start in starts.items()}
        == times(run, "resolved")
    )
    assert starts != at


@pytest.mark.parametrize("spread, settings_", [("exponential", {}), ("lognormal", {"length_cv": 0.7})])
def test_lengths_that_vary(spread, settings_):
    run = one(drop_in(2, spread=spread, **settings_), people([0] * 50), 2)
    ids = range(1, 51)
    u, v = draws("length", ids), draws("length_too", ids)
    if spread == "exponential":
        lengths = -10 * np.log1p(-u)
    else:
        sigma = np.sqrt(np.log1p(0.49))
        lengths = 10 * np.exp(sigma * np.sqrt(-2 * np.log1p(-u)) * np.cos(2 * np.pi * v) - sigma**2 / 2)
    starts, _ = by_hand(comes(ids, 600, 960), dict(zip(ids, lengths.tolist(), strict=True)), 2)
    assert times(run, "started") == whole(starts)


@pytest.mark.parametrize("spread, cv", [("exponential", 1.0), ("lognormal", 0.5), ("fixed", 0.0)])
def test_the_mean_and_the_spread_of_lengths_are_as_given(spread, cv):
    more = {"length_cv": cv} if spread == "lognormal" else {}
    run = one(drop_in(9999, spread=spread, visit_minutes=60, **more), people([0] * 4000), 3)
    began, ended = times(run, "started"), times(run, "attended")
    lengths = np.array([ended[who] - began[who] for who in ended])
    assert len(lengths) == 4000
    assert lengths.mean() == pytest.approx(60, abs=4.5 * 60 * cv / 4000**0.5 + 0.1)
    assert lengths.std() / 60 == pytest.approx(cv, abs=0.06)


def test_urgent_people_go_first_and_nobody_is_interrupted():
    run = one(
        drop_in(1, priority=CLASSES, visit_minutes=13),
        people([0] * 30, urgency=["routine", "urgent", "routine"] * 10),
        2,
    )
    ids = range(1, 31)
    at, urgent = comes(ids, 600, 960), {who: 0 if who % 3 == 2 else 1 for who in ids}
    starts, _ = by_hand(at, dict.fromkeys(ids, 13.0), 1, urgent)
    assert times(run, "started") == whole(starts)
    began = sorted(starts.values())
    assert all(b - a >= 13 - 1e-9 for a, b in pairwise(began))
    # Without classes the same people are seen in the order in which they come.
    plain = times(
        one(drop_in(1, visit_minutes=13), people([0] * 30, urgency=["routine", "urgent", "routine"] * 10), 2), "started"
    )
    assert sorted(plain, key=plain.get) == sorted(at, key=at.get) != sorted(starts, key=starts.get)


def test_a_class_may_have_a_length_of_its_own():
    classes = {"urgent": {"when": {"urgency": "urgent"}, "minutes": 25}, "others": {}}
    run = one(
        drop_in(1, priority=classes, spread="exponential"), people([0] * 30, urgency=["routine", "urgent"] * 15), 2
    )
    ids = range(1, 31)
    urgent = {who: who % 2 for who in ids}
    means = np.array([10.0 if who % 2 else 25.0 for who in ids])
    lengths = dict(zip(ids, (-means * np.log1p(-draws("length", ids))).tolist(), strict=True))
    starts, _ = by_hand(comes(ids, 600, 960), lengths, 1, urgent)
    assert times(run, "started") == whole(starts)


def test_who_fits_no_class_is_in_the_last():
    # A class may ask about history, which is looked up when people come.
    services = {
        "home": delay(1, "d"),
        "d": drop_in(
            1,
            visit_minutes=20,
            priority={"sent": {"when": {"came_from": "home"}}, "walked_in": {"when": {"came_from": "d"}}},
        ),
    }
    run = lived(
        world(services, 4, way("home", knees=rule("d", {"region": "knee"}))),
        people([0] * 30 + [1] * 30, region=["low_back"] * 30 + ["knee"] * 30),
    )
    ids = range(1, 61)
    starts, _ = by_hand(comes(ids, 600, 960), dict.fromkeys(ids, 20.0), 1, {who: int(who > 30) for who in ids})
    assert times(run, "started") == {who: A_DAY + minute for who, minute in whole(starts).items()}


# --- giving up --------------------------------------------------------------------------------------------


def _patience(ids, mean: float) -> dict[int, float]:
    return dict(zip(ids, (-mean * np.log1p(-draws("patience", ids))).tolist(), strict=True))


def test_whose_patience_ends_leaves_unseen():
    run = one(drop_in(1, gives_up_after_minutes=15), people([0] * 60), 2)
    ids = range(1, 61)
    starts, lost = by_hand(comes(ids, 600, 960), dict.fromkeys(ids, 10.0), 1, patience=_patience(ids, 15))
    assert times(run, "started") == whole(starts)
    assert times(run, "removed") == whole(lost) and len(lost) > 10
    assert {(e.detail, e.since) for e in run.of("removed")} == {("gave_up", 0)}
    assert [tuple(d) for d in run.clinic_days("d")] == [
        (0, d.offered, len(starts), len(lost), 0) if d.day == 0 else (1, 36, 0, 0, 0) for d in run.clinic_days("d")
    ]


def test_who_gives_up_goes_by_rules_of_their_own():
    services = {
        "d": drop_in(
            1, gives_up_after_minutes=5, after_giving_up=way("gp", young=rule("resolved", {"age_band": "0-17"}))
        ),
        "gp": clinic(999),
    }
    run = lived(world(services, 3), people([0] * 80, age_band=["0-17", "18-44"] * 40))
    seen = set(run.seen("d"))
    assert set(run.seen("gp")) == {who for who in range(2, 81, 2)} - seen and set(run.seen("gp").values()) == {1}
    assert {e.who for e in run.of("resolved", "d")} - seen == {who for who in range(1, 81, 2)} - seen
    assert {e.detail for e in run.of("moved", "d")} == {"otherwise"} and not run.of("removed")
    gone = times(run, "moved")
    assert gone and all(600 <= minute < A_DAY for minute in gone.values())
    assert set(times(run, "listed", "gp").values()) == {None}  # where minutes do not matter none is said


def test_nobody_gives_up_unless_it_is_said():
    run = one(drop_in(1), people([0] * 200), 3)
    assert len(run.seen("d")) == 200 and not run.of("removed")


# --- doors ------------------------------------------------------------------------------------------------


def test_doors_open_and_close_and_who_is_inside_is_seen():
    run = one(drop_in(1, hours=["09:30", "11:00"]), people([0] * 30), 2)
    listed, started = times(run, "listed"), times(run, "started")
    assert min(listed.values()) >= 570 and max(listed.values()) < 660
    assert min(started.values()) == min(listed.values())
    assert len(started) == 30 and max(started.values()) > 30 * 10 + 570 - 10 > 660


def test_a_rush_has_its_part_of_the_day():
    run = one(drop_in(99, hours=["08:00", "12:00"], arrivals_index={"08:00": 6, "09:00": 1}), people([0] * 300), 2)
    u = draws("comes", range(1, 301)) * 9  # six parts in the first hour, one in each of three later ones
    assert times(run, "listed") == whole(dict(enumerate(480 + 60 * np.where(u < 6, u / 6, u - 5), 1)))
    # Who is sent in the afternoon comes in what is left of it.
    late = drop_in(99, hours=["08:00", "16:00"], arrivals_index={"08:00": 6, "14:00": 2})
    sent = lived(world({"gp": clinic(999, "d"), "d": late}, 3, way("gp")), people([0] * 200))
    v = draws("comes", range(1, 201)) * 16  # from noon: two hours of six and two of two
    expected = 720 + 60 * np.where(v < 12, v / 6, 2 + (v - 12) / 2)
    assert times(sent, "listed") == whole(dict(enumerate(expected, 1)))


@pytest.mark.parametrize(
    "index, what",
    [
        ({"11:00": 2, "12:00": 1}, "does not begin at opening time"),
        ({"10:00": 2, "16:00": 1}, "does not begin at opening time, or goes beyond"),
        ({"10:00": 2, "noon": 1}, "has a time that is no time of day"),
        ({"10:00": 2}, "says nothing with one time alone"),
    ],
)
def test_a_rush_that_cannot_be_is_refused(index, what):
    assert faults(arrivals_index=index)["arrivals_index"][0].startswith(what)


def test_who_comes_on_a_closed_day_comes_on_the_next_open_one():
    run = one(drop_in(open_days=["tue", "fri"]), people(0, 1, 2, 4, 5))
    assert run.seen("d") == {1: 1, 2: 1, 3: 4, 4: 4, 5: 8}
    listed = times(run, "listed")
    assert {who for who, minute in listed.items() if minute is None} == {
        1,
        3,
        5,
    }  # who walks in another day has no minute yet
    assert {e.who: e.since for e in run.of("started")} == {1: 0, 2: 1, 3: 2, 4: 4, 5: 5}
    assert [d.day for d in run.clinic_days("d")] == [1, 4, 8]


def test_bank_holidays_close_what_is_not_open_every_day():
    calendar = {"start_date": "2029-12-24", "bank_holidays": "GB-ENG"}
    assert one(drop_in(open_days="working_days"), people(1), calendar=calendar).seen("d") == {1: 3}
    assert one(drop_in(), people(1), calendar=calendar).seen("d") == {1: 1}


def test_always_runs_across_midnight():
    run = one(drop_in(1, hours="always", visit_minutes=240), people([0] * 12), 5)
    ids = range(1, 13)
    starts, _ = by_hand(comes(ids, 0, A_DAY), dict.fromkeys(ids, 240.0), 1)
    assert times(run, "started") == whole(starts) and max(starts.values()) > A_DAY
    # A visit may begin on one day and end on the next, and the log says so.
    over = [who for who, start in starts.items() if start < A_DAY <= start + 240]
    days = {what: {e.who: e.day for e in run.of(what)} for what in ("started", "attended", "resolved")}
    assert over and all(
        (days["started"][who], days["attended"][who], days["resolved"][who]) == (0, 1, 1) for who in over
    )
    assert {e.who: e.day for e in run.of("started")} == {who: int(start // A_DAY) for who, start in starts.items()}
    assert [d.used for d in run.clinic_days("d")] == [
        sum(start // A_DAY == day for start in starts.values()) for day in range(5)
    ]


def test_a_closed_day_on_which_people_are_still_seen_has_a_row():
    run = one(drop_in(1, hours=["20:00", "22:00"], visit_minutes=60, open_days=["mon"]), people([0] * 8), 3)
    rows = run.clinic_days("d")
    assert [d.day for d in rows] == [0, 1] and rows[0].used + rows[1].used == 8
    assert rows[1].offered == rows[1].used > 0 and rows[0].waiting == rows[1].used


def test_the_last_day_is_as_long_as_the_others():
    run = one(drop_in(99, hours=["23:00", "24:00"]), people([0] * 50 + [1] * 50), 2)
    assert len(run.seen("d")) < 100 == len(run.of("started"))
    assert [(d.used, d.waiting) for d in run.clinic_days("d")] == [(50, 0)] * 2


# --- the same day -----------------------------------------------------------------------------------------


def test_who_is_sent_on_during_the_day_is_seen_the_same_day_if_the_door_is_open():
    services = {"first": drop_in(9, "second", hours=["09:00", "12:00"]), "second": drop_in(9)}
    run = lived(world(services, 3), people([0] * 20))
    assert run.seen("first") == run.seen("second") == dict.fromkeys(range(1, 21), 0)
    ended, began = times(run, "attended", "first"), times(run, "started", "second")
    assert all(began[who] >= max(ended[who], 600) for who in ended)
    # They are handed over at the minute, or wait for the second to open.
    ids = range(1, 21)
    first = comes(ids, 540, 720, "first")
    starts, _ = by_hand(first, dict.fromkeys(ids, 10.0), 9)
    at = {who: max(start + 10, 600) for who, start in starts.items()}
    assert times(run, "listed", "second") == whole(at)


def test_one_after_the_other_with_a_clinician_each():
    services = {"first": drop_in(1, "second", visit_minutes=7), "second": drop_in(1, visit_minutes=9)}
    run = lived(world(services, 2), people([0] * 25))
    ids = range(1, 26)
    first, _ = by_hand(comes(ids, 600, 960, "first"), dict.fromkeys(ids, 7.0), 1)
    second, _ = by_hand({who: start + 7 for who, start in first.items()}, dict.fromkeys(ids, 9.0), 1)
    assert times(run, "started", "second") == whole(second)


# --- room for so many -------------------------------------------------------------------------------------


def test_who_finds_no_room_goes_by_rules_of_their_own():
    settings_ = drop_in(1, room_for_waiting=2, when_full=way("gp"))
    run = lived(world({"d": settings_, "gp": clinic(999)}, 2), people([0] * 80))
    at = comes(range(1, 81), 600, 960)
    free, line, starts, away = 0.0, [], {}, {}
    for who in sorted(at, key=at.get):
        while line and free <= at[who]:
            starts[line[0]] = max(free, at[line[0]])
            free = starts[line.pop(0)] + 10
        if free <= at[who]:
            starts[who], free = at[who], at[who] + 10
        elif len(line) < 2:
            line.append(who)
        else:
            away[who] = at[who]
    for who in line:
        starts[who], free = free, free + 10
    assert times(run, "started") == whole(starts) and times(run, "moved") == whole(away) and len(away) > 20
    assert set(run.seen("gp")) == set(away)
    assert run.clinic_days("d")[0].missed == len(away)


def test_no_room_at_all_is_a_line_that_is_engaged():
    run = one(drop_in(2, room_for_waiting=0, when_full=way("resolved")), people([0] * 90), 1)
    listed, started = times(run, "listed"), times(run, "started")
    assert 20 < len(started) < 90 and all(started[who] == listed[who] for who in started)


@pytest.mark.parametrize(
    "more, where, what",
    [
        ({"room_for_waiting": 3}, "when_full", "is missing: nobody knows where people go who find no room"),
        ({"when_full": way("resolved")}, "when_full", "is never full"),
        ({"room_for_waiting": -1, "when_full": way("resolved")}, "room_for_waiting", "is too small"),
    ],
)
def test_room_that_cannot_be_is_refused(more, where, what):
    assert faults(**more)[where][0].startswith(what)


def test_a_door_that_has_closed_opens_the_next_day():
    services = {"first": drop_in(9, "second", hours=["12:00", "15:00"]), "second": drop_in(9, hours=["09:00", "12:00"])}
    assert set(lived(world(services, 3), people([0] * 20)).seen("second").values()) == {1}


def test_a_clinic_sends_people_to_a_drop_in_the_same_afternoon():
    # Clinics act at noon.
    run = lived(world({"gp": clinic(99, "d"), "d": drop_in(9)}, 3), people([0] * 30))
    assert set(run.seen("d").values()) == {0} and min(times(run, "started").values()) >= 720
    shut = lived(world({"gp": clinic(99, "d"), "d": drop_in(9, hours=["09:00", "12:00"])}, 3), people([0] * 30))
    assert set(shut.seen("d").values()) == {1} and min(times(shut, "started").values()) < A_DAY + 720


def test_a_drop_in_sends_people_to_a_clinic_the_next_day_and_home_for_a_night():
    services = {"d": drop_in(9, {"gp": 0.5, "home": 0.5}), "gp": clinic(99), "home": delay(1, "gp")}
    run = lived(world(services, 4), people([0] * 40))
    assert set(run.seen("gp").values()) == {1} and len(run.seen("gp")) == 40
    assert {(e.day, e.to) for e in run.of("moved", "d")} == {(0, "gp"), (0, "home")}


def test_a_drop_in_can_be_a_test_that_a_clinic_orders():
    services = {"gp": clinic(99, orders={"bloods": {"service": "d", "share": 1.0}}), "d": drop_in(9, "return")}
    assert lived(world(services, 4), people(0)).days("attended") == {1: [0, 0, 1]}


def test_people_may_come_again_the_same_day():
    run = lived(
        world({"d": drop_in(9, {"d": 0.5, "resolved": 0.5}, hours="always", visit_minutes=1)}, 6), people([0] * 200)
    )
    visits = [len(days) for days in run.days("attended", "d").values()]
    assert max(visits) > 3 and np.mean(visits) == pytest.approx(2, abs=0.5)
    assert any(len(days) > len(set(days)) for days in run.days("attended", "d").values())


# --- how many clinicians ----------------------------------------------------------------------------------


def _at_once(run, day: int) -> int:
    """The most visits at one time that began on a day."""
    began, ended = times(run, "started"), times(run, "attended")
    spans = [(began[who], ended[who]) for who in began if began[who] // A_DAY == day]
    return max(sum(a <= start < b for a, b in spans) for start, _ in spans)


def test_a_part_of_a_clinician_is_kept_for_later_days():
    busy = people([day for day in range(5) for _ in range(60)])
    run = one(drop_in(2.4, visit_minutes=20), busy, 6)
    assert [_at_once(run, day) for day in range(5)] == [2, 2, 3, 2, 3]
    empty = one(drop_in(2.4), people(5), 6)
    assert [d.offered for d in empty.clinic_days("d")[:5]] == [72, 72, 108, 72, 108]


def test_on_a_day_without_a_clinician_the_door_stays_shut():
    run = one(drop_in(0.5), people(0, 1, 2, 3))
    assert run.seen("d") == {1: 1, 2: 1, 3: 3, 4: 3}
    assert [d.day for d in run.clinic_days("d")] == [1, 3, 5, 7, 9]
    assert one(drop_in(0), people(0, 1)).seen("d") == {}


def test_closed_days_take_no_part_of_a_clinician():
    run = one(drop_in(0.5, open_days=["mon", "wed", "fri"]), people(0, 3), 14)
    assert [d.day for d in run.clinic_days("d")] == [2, 7, 11]


def test_staff_give_as_many_clinicians_as_their_minutes_fill_the_opening_hours():
    # One WTE with all its time for patients: 2,250 minutes a week, 450 a working day; six hours are 360.
    staff = {"physio": {"wte": 1.6, "patient_facing_share": 1.0}}
    settings_ = {**drop_in(open_days="working_days"), "capacity": {"staff": {"physio": 1.0}}}
    run = one(settings_, people(13), 14, workforce=staff)
    assert [d.offered for d in run.clinic_days("d")][:-1] == [72] * 9  # 720 minutes are two clinicians for six hours
    longer = one({**settings_, "hours": ["08:00", "20:00"]}, people(13), 14, workforce=staff)
    assert [d.offered for d in longer.clinic_days("d")][:-1] == [72] * 9  # or one for twelve
    half = one({**settings_, "capacity": {"staff": {"physio": 0.25}}}, people(13), 14, workforce=staff)
    assert [(d.day, d.offered) for d in half.clinic_days("d")][:4] == [(1, 36), (3, 36), (7, 36), (9, 36)]


def test_scale_multiplies_clinicians():
    offered = [
        one(drop_in(2), people(5), 6, place={"scale": scale}).clinic_days("d")[0].offered for scale in (0.5, 1.0, 3.0)
    ]
    assert offered == [36, 72, 216]


# --- the list ---------------------------------------------------------------------------------------------


def _old_list(waiting: dict) -> dict:
    return {
        "kind": "lists",
        "lists": {
            "x": {
                "unit": "weeks",
                "waiting": waiting,
                "places": {"all": {"service": "d", "share": 1.0, "needs": {"surgery": 1.0}}},
            }
        },
    }


def test_a_starting_list_comes_on_the_first_day_that_it_opens():
    config = world({"d": drop_in(9, open_days=["wed"])}, 10, a_day=0, start=_old_list({"0": 7, "1": 7, "2": 0}))
    run = lived(config, made(config))
    assert len(run.seen("d")) == 14 and set(run.seen("d").values()) == {2}
    assert {e.since < 0 for e in run.of("started")} == {True} and set(times(run, "listed").values()) == {None}


def test_who_leaves_before_the_door_opens_is_passed_over():
    settings_ = drop_in(99, open_days=["fri"], removed_share_per_week_waited=0.999, visit_minutes=1)
    run = one(settings_, people([0] * 400), 6)
    gone = {e.who: e.day for e in run.of("removed")}
    assert (
        len(gone) > 100
        and {e.detail for e in run.of("removed")} == {"other"}
        and set(times(run, "removed").values()) == {None}
    )
    assert set(run.seen("d")) == set(range(1, 401)) - set(gone)
    assert run.clinic_days("d")[0].waiting == 0 and run.record.inside == 0


@pytest.mark.parametrize("patience", [0, 3000])
def test_who_leaves_in_the_night_while_the_queue_goes_on_is_passed_over(patience):
    settings_ = drop_in(
        1, hours="always", visit_minutes=60, removed_share_per_week_waited=0.9, gives_up_after_minutes=patience
    )
    run = one(settings_, people([0] * 120), 12)
    gone = {e.who: e.day for e in run.of("removed", detail="other")}
    assert gone and len(gone) == len(run.of("removed", detail="other"))
    began, lost = times(run, "started"), {e.who for e in run.of("removed", detail="gave_up")}
    assert not set(began) & (set(gone) | lost) and len(began) + len(gone) + len(lost) == 120
    assert bool(lost) == bool(patience)
    order = sorted(began.values())
    assert {b - a for a, b in pairwise(order[1:])} <= {59, 60, 61}  # nobody's place stays empty


def test_those_being_seen_no_longer_leave():
    run = one(
        drop_in(1, hours="always", visit_minutes=1440, recovers=True),
        people([0] * 3, need="physiotherapy", onset="acute"),
        4,
        pathway={
            "services": {"d": drop_in(1, hours="always", visit_minutes=1440, recovers=True)},
            "entry": way("d"),
            "while_waiting": {"recovery": {"share_within_6_weeks": {"acute": 0.9999}, "needs": ["physiotherapy"]}},
        },
    )
    began = set(times(run, "started"))
    assert began and not began & {e.who for e in run.of("removed")}


def test_rules_may_ask_how_long_people_waited_for_it_and_how_many_do():
    # Open on Mondays only: on the second one people have waited up to six days.
    services = {
        "gp": clinic(
            99,
            routes=way(
                "resolved",
                slow=rule("other", only_while={"condition": "wait_over_weeks", "service": "d", "threshold": 0.3}),
            ),
        ),
        "other": clinic(99),
        "d": drop_in(99, open_days=["mon"]),
    }
    run = lived(
        world(services, 16, way("gp", knees=rule("d", {"region": "knee"}))),
        people(1, 2, 3, 6, 7, 8, region=["knee", "knee", "knee", "low_back", "low_back", "low_back"]),
    )
    # Seen on day 7: 6, 5 and 4 days. That is known from the next day on.
    assert run.seen("other") == {6: 9}
    services["gp"]["routes"]["slow"]["only_while"] = {"condition": "list_over", "service": "d", "threshold": 2}
    run = lived(
        world(services, 16, way("gp", knees=rule("d", {"region": "knee"}))),
        people(1, 2, 3, 4, 7, 8, region=["knee", "knee", "knee", "low_back", "low_back", "low_back"]),
    )
    assert run.seen("other") == {4: 5, 5: 8}  # on Monday morning the evening before still counts


# --- what a day says --------------------------------------------------------------------------------------


def test_offered_is_what_was_seen_and_what_the_idle_time_would_have_held():
    run = one(drop_in(1), people(0, 0, 1), 3)
    assert [tuple(d) for d in run.clinic_days("d")] == [(0, 36, 2, 0, 0), (1, 36, 1, 0, 0), (2, 36, 0, 0, 0)]
    # Time after closing is nobody's idle time, and does not count against it.
    late = one(drop_in(1, hours=["10:00", "10:05"], visit_minutes=60), people(0), 1).clinic_days("d")[0]
    assert (late.offered, late.used) == (1, 1)


def test_use_is_minutes_within_the_hours_of_minutes_there_were():
    # One visit of an hour that begins in the last half hour: what is done after closing is not part of either.
    run = one(drop_in(1, hours=["10:00", "11:00"], visit_minutes=60), people(0), 2)
    came = comes([1], 600, 660)[1]
    assert measured(Reading(run.record, run.scenario), "slot_use")["d"] == pytest.approx((660 - came) / 120)
    # Nobody has an idle minute: 40 hours of visits in one of opening.
    full = one(drop_in(2, hours=["10:00", "11:00"], visit_minutes=60), people([0] * 40), 1)
    share = measured(Reading(full.record, full.scenario), "slot_use")["d"]
    at = sorted(comes(range(1, 41), 600, 660).values())
    assert share == pytest.approx((660 - at[0] + 660 - at[1]) / 120)


@st.composite
def drop_ins(draw):
    """Any drop-in."""
    spread = draw(st.sampled_from(["fixed", "exponential", "lognormal"]))
    patience = draw(st.sampled_from([0, 0, 5, 200]))
    return drop_in(
        draw(st.sampled_from([0.3, 1, 1.7, 4])),
        hours=draw(st.sampled_from(["always", TEN_TO_FOUR, ["20:00", "24:00"], ["00:00", "06:30"]])),
        open_days=draw(st.sampled_from(["every_day", "working_days", ["mon", "thu"]])),
        visit_minutes=draw(st.sampled_from([0.5, 12, 50])),
        spread=spread,
        length_cv=0.8 if spread == "lognormal" else 0.0,
        gives_up_after_minutes=patience,
        priority=draw(st.sampled_from([{}, CLASSES])),
        removed_share_per_week_waited=draw(st.sampled_from([0.0, 0.3])),
        to=draw(st.sampled_from([{"resolved": 1.0}, {"resolved": 0.6, "d": 0.4}])),
        after_giving_up=draw(st.sampled_from([{}, way({"resolved": 0.5, "d": 0.5})])) if patience else {},
    )


@settings(max_examples=40)
@given(drop_ins(), st.sampled_from([0.5, 8, 40]))
def test_laws_that_every_drop_in_keeps(settings_, a_day):
    config = world(
        {"d": settings_},
        20,
        a_day=a_day,
        demand={"arrivals": "poisson", "facts": {"urgency": {"shares": {"routine": 0.6, "urgent": 0.4}}}},
    )
    run = lived(config)
    columns, table = run.record.events, run.record.clinics["d"]
    assert (table[:, 1] >= table[:, 2]).all() and (table >= 0).all()
    for what, column in (("started", 2), ("removed", 3)):
        days = [e.day for e in run.of(what, "d") if what == "started" or e.detail == "gave_up"]
        if what == "started" or not settings_["after_giving_up"]:
            assert np.bincount(np.array(days, int), minlength=20)[table[:, 0]].tolist() == table[:, column].tolist()
            assert len(days) == table[:, column].sum()
    # The list at the end of each day is what the log says, and nothing happens before its time.
    _, joined, left = Reading(run.record, run.scenario).stays[0]
    assert identity.daily_lists(joined, left, 20)[table[:, 0]].tolist() == table[:, 4].tolist()
    if "minute" in columns:
        moment = columns["day"].astype(np.int64) * A_DAY + columns["minute"]
        known = (columns["minute"] >= 0) & (columns["event"] != LISTED)
        assert (np.diff(moment[known]) >= 0).all()
        assert (columns["minute"][columns["event"] == EVENTS.index("started")] >= 0).all() and columns[
            "minute"
        ].max() < A_DAY
        assert (np.diff(columns["day"]) >= 0).all()


def test_the_events_table_has_a_minute_where_it_is_known():
    services = {
        "gp": clinic(25, {"d": 0.5, "line": 0.5}),
        "d": drop_in(2, "line", gives_up_after_minutes=30),
        "line": drop_in(1, hours="always", visit_minutes=3),
        "home": delay(1),
    }
    table = sim.simulate(sim.from_dict(world(services, 20, a_day=30))).events
    drop = table.service.isin(["d", "line"])
    assert table.minute.between(-1, 1439).all() and str(table.minute.dtype) == "int16"
    sure = drop & table.event.isin(["started", "attended", "moved", "resolved", "removed"])
    assert sure.sum() > 500 and (table.minute[sure] >= 0).all()
    assert (table.minute[~drop] == -1).all()
    assert len(table[drop & (table.event == "started")]) >= len(table[drop & (table.event == "attended")]) > 100


def test_without_a_drop_in_the_log_has_no_minutes():
    run = lived(world({"gp": clinic(5)}, 5))
    assert "minute" not in run.record.events
    assert (sim.simulate(run.scenario).events.minute == -1).all()


def test_the_log_keeps_minutes_of_batches_and_of_people():
    log = EventLog()
    for rows, event in (([0, 1], LISTED), ([2], 3), ([0], 7)):
        log.add(0, 0, event, 0, -1, np.array(rows), 0)
    assert len(log) == 3
    assert "minute" not in log.columns()
    log.at_minute(700)
    assert log.columns()["minute"].tolist() == [-1, -1, -1, 700]
    log.add(1, 0, LISTED, 0, -1, np.array([3, 4]), 0)
    log.at_minute(np.array([5, 6], np.int16))
    assert log.columns()["minute"].tolist() == [-1, -1, -1, 700, 5, 6]


def test_what_happens_to_many_stands_in_the_log_as_it_happened():
    log, notes = EventLog(), Notebook(5)
    notes.service, notes.number[[4, 2]], notes.minute[[4, 2]] = 1, [9, 8], [61, 60]
    rows = np.array([4, 2])
    notes.add(3, 1, ATTENDED, 0, -1, rows, 3)
    notes.add(3, 1, MOVED, np.array([5, 6]), 0, rows, np.array([1, 2]))
    notes.add(3, 0, LISTED, 0, -1, rows, 3)  # a listing does not say when people come
    notes.add(3, 2, LISTED, 0, -1, rows[:1], 3)
    notes.at_minute(np.array([70]))  # but at another drop-in
    log.add(3, 0, MISSED, 0, -1, np.array([0, 1]), 3)
    notes.write_to(log)
    columns = log.columns()
    assert columns["row"].tolist() == [0, 1, 2, 2, 2, 4, 4, 4, 4]
    assert columns["event"].tolist() == [MISSED] * 2 + [ATTENDED, MOVED, LISTED] * 2 + [LISTED]
    assert columns["minute"].tolist() == [-1, -1, 60, 60, -1, 61, 61, -1, 70]
    assert columns["detail"].tolist() == [0, 0, 0, 6, 0, 0, 5, 0, 0]


@pytest.mark.parametrize("calls", [{"resolved": 1.0}, {"calls": 0.3, "resolved": 0.7}])
def test_one_at_a_time_is_the_same_as_all_together(calls, monkeypatch):
    """What drop-ins do to others is the same however many of their people are sent on at once."""
    config = busy_config()
    line = config["pathway"]["services"]["line"]
    line |= {"routes": way({"gp": 0.4, "resolved": 0.6}), "after_giving_up": way("gp")}
    line |= {"room_for_waiting": 3, "when_full": way({"gp": 0.5, "resolved": 0.5})}
    config["pathway"]["services"]["calls"]["routes"] = way(calls)
    told_of = []
    for asked in (at_once, lambda *_: True):
        monkeypatch.setattr("sim.engine.services.drop_in.at_once", asked)
        told_of.append(simulate(sim.from_dict(config)))
    together, one_by_one = ({n: c.tobytes() for n, c in (r.events | r.clinics | r.minutes).items()} for r in told_of)
    assert together == one_by_one


# --- chance -----------------------------------------------------------------------------------------------


def test_when_somebody_comes_does_not_depend_on_who_else_does():
    few, many = (one(drop_in(999, spread="exponential"), people([0] * n), 2) for n in (20, 300))
    for what in ("listed", "started", "attended"):
        assert times(few, what) == {who: minute for who, minute in times(many, what).items() if who <= 20}


def busy_config() -> dict:
    """Drop-ins with every kind of chance, among other services."""
    services = {
        "gp": clinic(6, {"line": 0.5, "calls": 0.3, "resolved": 0.2}, setting="primary"),
        "line": drop_in(
            1.3,
            {"calls": 0.3, "gp": 0.1, "resolved": 0.6},
            hours="always",
            spread="lognormal",
            length_cv=0.9,
            visit_minutes=40,
            gives_up_after_minutes=60,
            priority=CLASSES,
            after_giving_up=way({"line": 0.5, "resolved": 0.5}),
            removed_share_per_week_waited=0.2,
        ),
        "calls": drop_in(
            2,
            {"line": 0.5, "resolved": 0.5},
            spread="exponential",
            gives_up_after_minutes=5,
            visit_minutes=30,
            open_days="working_days",
        ),
    }
    facts = {"urgency": {"shares": {"routine": 0.6, "urgent": 0.4}}}
    return world(
        services,
        40,
        way({"gp": 0.5, "line": 0.3, "calls": 0.2}),
        a_day=20,
        demand={"arrivals": "poisson", "facts": facts},
        pathway={
            "services": services,
            "entry": way({"gp": 0.5, "line": 0.3, "calls": 0.2}),
            "recurrence": {"share": 0.2, "mean_days": 5},
        },
    )


def answer(workers: int) -> str:
    """Everything that two replications of it say, as text."""
    config = busy_config()
    fewer = {
        **config,
        "name": "fewer",
        "pathway": {
            **config["pathway"],
            "services": {**config["pathway"]["services"], "calls": drop_in(1, visit_minutes=30)},
        },
    }
    comparison = sim.compare(sim.from_dict(config), sim.from_dict(fewer), replications=2, workers=workers)
    events = sim.simulate(sim.from_dict(config), 1).events
    return "".join(table.to_csv(index=False) for table in (comparison.kpis, comparison.pairs, events))


_SCRIPT = """
import sys
sys.path[:0] = [{repo!r}, {tests!r}]
from test_drop_in import answer
if __name__ == "__main__":
    sys.stdout.write(answer({workers}))
"""


def test_workers_and_hash_seeds_change_no_byte():
    here = answer(1)
    assert len(here.splitlines()) > 3000 and "gave_up" in here
    for workers, hash_seed in ((1, "0"), (2, "4242")):
        script = _SCRIPT.format(repo=str(REPO), tests=str(REPO / "tests"), workers=workers)
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert done.stdout == here


def test_the_order_in_which_services_are_written_changes_nothing():
    config = busy_config()
    turned = busy_config()
    turned["pathway"]["services"] = dict(reversed(turned["pathway"]["services"].items()))
    stories = []
    for one_ in (config, turned):
        run = lived(one_)
        minutes = run.record.events["minute"].tolist()
        stories.append(
            sorted(
                (e.who, e.day, minute, e.service, e.what, e.detail, e.to, e.since)
                for e, minute in zip(run.events, minutes, strict=True)
            )
        )
    assert stories[0] == stories[1] and len(stories[0]) > 3000


# --- hours, and what is refused ---------------------------------------------------------------------------


def test_hours_are_minutes_after_midnight():
    assert opening_minutes("always") == (0, A_DAY)
    assert opening_minutes(("09:05", "24:00")) == (545, A_DAY)
    for wrong in ("9:00", "25:00", "24:01", "12:60", "noon", "", "12.30", "-1:00", "12:30 "):
        with pytest.raises(ValueError):
            opening_minutes((wrong, "24:00"))


def faults(**changes) -> dict[str, tuple[str, str]]:
    """{key: (what, right)} of a drop-in with these settings."""
    with pytest.raises(ScenarioError) as caught:
        sim.from_dict(world({"d": drop_in(**changes)}))
    assert all(fault.where.startswith("pathway.services.d") for fault in caught.value.faults)
    return {
        fault.where.removeprefix("pathway.services.d").lstrip("."): (fault.what, fault.right)
        for fault in caught.value.faults
    }


@pytest.mark.parametrize(
    "hours, what",
    [
        (["10", "16:00"], "is not two times of day"),
        (["10:00", "26:00"], "is not two times of day"),
        (["ten", "four"], "is not two times of day"),
        (["16:00", "10:00"], "closes before it opens"),
        (["10:00", "10:00"], "closes before it opens"),
    ],
)
def test_hours_that_cannot_be_are_refused(hours, what):
    assert faults(hours=hours)["hours"][0] == what


@pytest.mark.parametrize("hours", ["sometimes", ["10:00"], ["10:00", "12:00", "14:00"], [600, 960], 750, None, {}])
def test_hours_of_another_form_are_refused(hours):
    assert any(where.startswith("hours") for where in faults(hours=hours))


def test_settings_that_say_nothing_are_refused():
    assert set(faults(open_days=[])) == {"open_days"}
    assert "names a day twice" in faults(open_days=["mon", "mon"])["open_days"][0]
    assert "is missing" in faults(spread="lognormal")["length_cv"][0]
    assert "says nothing" in faults(length_cv=0.5)["length_cv"][0]
    assert faults(after_giving_up=way())["after_giving_up"][0] == "nobody gives up"
    for key, value in (("earliest_notice_days", 0), ("points", 1.0), ("points_per_week", 2.0)):
        assert "says nothing here" in faults(priority={"all": {key: value}})[f"priority.all.{key}"][0]
    assert "slots_share" in str(faults(priority={"all": {"slots_share": 1.0}}))


def test_its_rules_lead_somewhere():
    patience = {"gives_up_after_minutes": 5}
    assert "after_giving_up" in faults(after_giving_up={"x": rule("resolved")}, **patience)
    for place in ("course", "return", "nowhere"):
        assert f"after_giving_up.otherwise.to.{place}" in faults(after_giving_up=way(place), **patience)
    assert "routes.otherwise.to.course" in faults(to="course")
    # Nobody may go round for ever; giving up may be the way out.
    with pytest.raises(ScenarioError, match="can ever leave"):
        sim.from_dict(world({"d": drop_in(to="e"), "e": clinic(to="d")}))
    assert sim.from_dict(world({"d": drop_in(to="e", after_giving_up=way(), **patience), "e": clinic(to="d")}))


def test_its_capacity_is_clinicians_or_staff():
    for capacity in (
        {"slots_per_day": 5},
        {"slots_per_week": 5},
        {"places": 5},
        {},
        {"clinicians": 1, "staff": {"physio": 0.5}},
    ):
        with pytest.raises(ScenarioError, match="capacity"):
            sim.from_dict(world({"d": drop_in(capacity=capacity)}, workforce={"physio": {"wte": 1.0}}))
    with pytest.raises(ScenarioError, match="clinicians"):
        sim.from_dict(world({"d": {**clinic(), "capacity": {"clinicians": 1}}}))


@pytest.mark.parametrize(
    "key, value",
    [
        ("visit_minutes", 0),
        ("visit_minutes", 1441),
        ("gives_up_after_minutes", -1),
        ("length_cv", 3.5),
        ("spread", "normal"),
        ("open_days", "sometimes"),
        ("visit_minute", 5),
    ],
)
def test_numbers_and_words_have_limits(key, value):
    assert key in faults(**{key: value})


# --- what the rest of the program makes of it -------------------------------------------------------------


def test_the_wait_is_over_when_the_visit_starts():
    # Open on Mondays: who presents on Tuesday waits six days; the visit is the first contact, on the day it ends.
    scenario = sim.from_dict(world({"d": drop_in(99, open_days=["mon"], care="physiotherapy")}, 15, a_day=5))
    kpis = {(kpi, group): value for kpi, group, value, _ in measures_of(simulate(scenario), scenario).kpis}
    # 15 people wait 0 days and 10 each 1 to 6: half of 75 are the first 35 and a quarter of those who waited 3.
    assert kpis["wait_weeks_median", "d"] == pytest.approx((2.5 + 0.25) / 7)
    assert kpis["waiting_list", "d"] == 0 and kpis["slots_offered_per_week", "d"] == pytest.approx(
        3 * 99 * 36 / (15 / 7)
    )
    assert kpis["contacts_per_episode", "all"] == 1


def test_load_is_minutes_against_the_clinicians_minutes():
    table = load_table(sim.from_dict(world({"d": drop_in(2, visit_minutes=12)}, a_day=30))).iloc[0]
    assert table.capacity_a_week == pytest.approx(2 * 360 * 7)
    assert table.load_a_week == pytest.approx(30 * 12 * 7, rel=0.02)


def test_the_picture_says_how_many_clinicians_and_when():
    services = {
        "gp": clinic(9, "d"),
        "d": drop_in(2.4, gives_up_after_minutes=9, after_giving_up=way("back")),
        "back": clinic(9),
    }
    scenario = sim.from_dict(world(services))
    said = svg_of(scenario)
    for words in ("2.4 clinicians", "10 minutes, 10:00–16:00"):
        assert words in said
    assert "nobody is sent here" not in said  # who gives up goes there
    assert moves_of(scenario).ways["d", "back"].high == 1 and moves_of(scenario).ways["d", "back"].share == 0


# --- indicators -------------------------------------------------------------------------------------------


def test_minutes_waited_and_who_gave_up_are_indicators():
    """One clinician from 10:00 to 12:00, visits of an hour, and patience that ends for some: by hand from the log."""
    run = lived(
        world({"d": drop_in(1, hours=["10:00", "12:00"], visit_minutes=60, gives_up_after_minutes=40)}, days=40),
        people(sorted([*range(40)] * 3)),
    )
    found = {(kpi, group): value for kpi, group, value, _ in measure(Reading(run.record, run.scenario))}
    columns, came, waits = run.record.events, {}, []
    for day, row, event, minute in zip(
        *(columns[name].tolist() for name in ("day", "row", "event", "minute")), strict=True
    ):
        if event == EVENTS.index("listed"):
            came[row] = 1440 * day + minute
        if event == EVENTS.index("started"):
            waits.append(1440 * day + minute - came[row])
    lost = len(run.of("removed", "d", "gave_up"))
    for name, share in (("median", 0.5), ("p92", 0.92)):
        at = sorted(waits)[int(np.ceil(share * len(waits))) - 1]
        part = (share * len(waits) - sum(w < at for w in waits)) / waits.count(at)  # of those who waited that minute
        assert found[f"drop_in_wait_minutes_{name}", "d"] == pytest.approx(max(at - 0.5 + part, 0))
    assert lost and found["gave_up_share", "d"] == pytest.approx(lost / (lost + len(waits)))
    assert found["slots_missed_share", "d"] == 0
