"""Generalists: a part of a group's clinic time that goes, each morning, to whichever of its clinics has work.

Day 0 is Monday 6 January 2025; one `PHYSIO` has 360 minutes a working day, ten visits of 36 minutes.
"""

from math import fsum
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from worlds import PHYSIO, lived, people, planned, rule, staffed, way, world

from sim.engine import simulate as engine
from sim.engine.pool import parts

HALVES = {"staff": {"physio": 0.5}}
BY_REGION = way("b", to_a=rule("a", {"region": "knee"}))
INF = float("inf")


def both(a=0, b=0, days=7, share=1.0, order="ab", wte=2.0, own=None, **sections):
    """Slots used on each working day at two clinics with half of the group each,
    for `a` people at one and `b` at the other. `own`: clinic -> settings of its own."""
    services = {name: staffed(capacity=HALVES) | (own or {}).get(name, {}) for name in "ab"}
    who = people([0] * (a + b), region=["knee"] * a + ["hip"] * b)
    staff = {"physio": {**PHYSIO, "wte": wte, "generalist_share": share}}
    run = lived(
        world({name: services[name] for name in order}, days, entry=BY_REGION, workforce=staff, **sections), who
    )
    return {name: [d.used for d in run.clinic_days(name)] for name in "ab"}, run


def test_ring_fenced_time_stays_where_it_is_and_pooled_time_goes_to_the_work():
    # Two WTE: ten visits a day at each. Nobody is at b.
    assert both(a=60, share=0)[0] == {"a": [10] * 5, "b": [0] * 5}
    assert both(a=60, share=1)[0] == {"a": [20, 20, 20, 0, 0], "b": [0] * 5}
    assert both(a=60, share=0.5)[0] == {"a": [15] * 4 + [0], "b": [0] * 5}
    assert both(b=60, share=1)[0] == {"a": [0] * 5, "b": [20, 20, 20, 0, 0]}


def test_where_there_is_too_much_everywhere_each_gets_its_part_of_the_work():
    assert both(a=900, b=300, days=3)[0] == {"a": [15] * 3, "b": [5] * 3}


def test_what_nobody_needs_goes_by_the_job_plan():
    assert parts(100, {"a": 30.0, "b": 10.0}, {"a": 0.2, "b": 0.6}, {"a": INF, "b": INF}) == {
        "a": pytest.approx(45),
        "b": pytest.approx(55),
    }
    assert parts(100, {"a": 0.0, "b": 0.0}, {"a": 0.1, "b": 0.1}, {"a": INF, "b": INF}) == {"a": 50, "b": 50}
    # Where the room is full the others get the rest, and what none has a room for is lost.
    assert parts(100, {"a": 30.0, "b": 10.0}, {"a": 0.5, "b": 0.5}, {"a": 35.0, "b": INF}) == {
        "a": 35,
        "b": pytest.approx(65),
    }
    assert parts(100, {"a": 30.0, "b": 10.0}, {"a": 0.5, "b": 0.5}, {"a": 35.0, "b": 40.0}) == {"a": 35, "b": 40}


@given(
    st.floats(0.1, 1e4),
    st.lists(
        st.tuples(st.floats(0, 5000), st.floats(0.01, 1), st.floats(0, 5000) | st.just(INF)), min_size=1, max_size=5
    ),
)
def test_all_the_time_is_handed_out_as_far_as_there_is_room(minutes, clinics):
    names = "abcde"[: len(clinics)]
    most = {n: one[2] for n, one in zip(names, clinics, strict=True)}
    work = {n: min(one[0], one[2]) for n, one in zip(names, clinics, strict=True)}
    shares = {n: one[1] for n, one in zip(names, clinics, strict=True)}
    found = parts(minutes, work, shares, most)
    assert fsum(found.values()) == pytest.approx(min(minutes, fsum(most.values())))
    for name in names:
        assert -1e-9 <= found[name] <= most[name] + 1e-6
        assert found[name] >= work[name] * min(1, minutes / max(fsum(work.values()), minutes)) - 1e-6
    turned = parts(minutes, dict(reversed(work.items())), shares, most)
    assert turned == pytest.approx(found)


@given(st.integers(0, 70), st.integers(0, 70), st.floats(0.05, 1.0), st.floats(0.1, 0.9))
def test_pooling_wastes_no_time_that_ring_fencing_uses(a, b, share, to_a):
    assume(a + b > 0)
    own = {name: {"capacity": {"staff": {"physio": part}}} for name, part in (("a", to_a), ("b", 1 - to_a))}
    (fenced, _), (pooled, run) = (both(a, b, share=s, own=own) for s in (0.0, share))
    # Up to a visit in each clinic, whose minutes two days can lie on either side of.
    for day in range(5):
        assert (
            sum(sum(one[: day + 1]) for one in pooled.values())
            >= sum(sum(one[: day + 1]) for one in fenced.values()) - 2
        )
    assert sum(map(sum, pooled.values())) <= 100
    assert all(d.used <= d.offered for name in "ab" for d in run.clinic_days(name))


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0, 1))
def test_the_order_in_which_services_are_written_does_not_matter(a, b, share):
    assume(a + b > 0)
    (one, first), (other, second) = (both(a, b, share=share, order=order) for order in ("ab", "ba"))
    assert one == other
    assert {n: first.seen(n) for n in "ab"} == {n: second.seen(n) for n in "ab"}


def handed_out(a_capacity, b_capacity, a=0, b=0, share=1.0, wte=2.0, days=7, **sections):
    """(days,) minutes of clinics a and b after pooled time has been handed out, and the pool."""
    kept, told = {}, engine._clinic_days
    settings = {"a": staffed(capacity=a_capacity), "b": staffed(capacity=b_capacity)}
    config = world(
        settings,
        days,
        entry=BY_REGION,
        workforce={"physio": {**PHYSIO, "wte": wte, "generalist_share": share}},
        **sections,
    )

    def looked_at(service):
        kept[service.name] = np.array(service.time.minutes)
        return told(service)

    with patch.object(engine, "_clinic_days", looked_at):
        lived(config, people([0] * (a + b), region=["knee"] * a + ["hip"] * b))
    return kept["a"], kept["b"], planned(config).pools()[0]


@pytest.mark.parametrize("a, b", [(0, 0), (50, 0), (7, 7), (0, 400), (300, 100)])
@pytest.mark.parametrize("share", [0.3, 1.0])
def test_minutes_handed_out_are_the_pool_and_what_is_ring_fenced_stays(a, b, share):
    in_a, in_b, pool = handed_out(HALVES, HALVES, a, b, share)
    assert in_a + in_b == pytest.approx(np.array([720.0] * 5 + [0.0] * 2))
    assert pool.minutes == pytest.approx(720 * share * np.array([1] * 5 + [0] * 2))
    assert (in_a[:5] >= 360 * (1 - share) - 1e-9).all() and (in_b[:5] >= 360 * (1 - share) - 1e-9).all()


def test_time_is_worth_what_the_group_s_speed_makes_of_it():
    slow = {"staff": {"physio": 0.5}, "speed": {"physio": 0.5}}
    in_a, in_b, _ = handed_out(HALVES, slow, b=400)
    assert in_a[0] == 0 and in_b[0] == pytest.approx(720 * 0.5)
    in_a, in_b, _ = handed_out(HALVES, slow, a=400)
    assert in_a[0] == pytest.approx(720) and in_b[0] == 0
    in_a, in_b, _ = handed_out(HALVES, slow, a=400, b=400)
    assert in_a[0] + in_b[0] / 0.5 == pytest.approx(720)


def test_rooms_hold_pooled_time_back_too():
    rooms = {"gym": {"rooms": 1.25}}  # two and a half sessions a day: 450 minutes, and two are planned
    in_a, in_b, _ = handed_out({**HALVES, "rooms": {"gym": 1.0}}, HALVES, a=400, rooms=rooms)
    assert in_a[:5] == pytest.approx([450] * 5) and in_b[:5] == pytest.approx([270] * 5)
    in_a, in_b, _ = handed_out({**HALVES, "rooms": {"gym": 0.4}}, HALVES, a=400, rooms=rooms)
    assert in_a[:5] == pytest.approx([180] * 5) and in_b[:5] == pytest.approx(
        [360] * 5
    )  # a half of what was planned has no room


def test_only_clinics_that_the_day_s_job_plan_names_get_time():
    later = {"staff": {"physio": 0.5}, "later": {"x": {"date": "2025-01-08", "staff": {"physio": 0.0}}}}
    whole = {"staff": {"physio": 0.5}, "later": {"x": {"date": "2025-01-08", "staff": {"physio": 1.0}}}}
    in_a, in_b, pool = handed_out(later, whole, a=400)
    assert in_a.tolist() == [720, 720, 0, 0, 0, 0, 0] and in_b[2:5] == pytest.approx([720] * 3)
    assert pool.minutes[:5] == pytest.approx([720] * 5)


def test_a_clinic_that_is_shut_gets_nothing_and_keeps_its_own_time():
    shut = {**HALVES, "closed": {"x": {"first_day": "2025-01-07", "last_day": "2025-01-07"}}}
    in_a, in_b, pool = handed_out(shut, HALVES, a=400)
    assert in_a[:3].tolist() == [720, 0, 720] and in_b[:3].tolist() == [0, 360, 0]
    assert pool.minutes[:3].tolist() == [720, 360, 720]


def test_follow_ups_that_are_due_are_work_too():
    course = {"routes": way("course"), "follow_ups": {"mean_visits": 1, "spread": "fixed", "interval_days": 1}}
    used, _ = both(a=20, own={"a": course})
    assert used["a"] == [20, 20, 0, 0, 0]


def test_several_groups_share_out_their_generalists():
    capacity = {"staff": {"physio": 0.5, "support": 0.5}}
    staff = {name: {**PHYSIO, "generalist_share": 1.0} for name in ("physio", "support")}
    config = world(
        {"a": staffed(capacity=capacity), "b": staffed(capacity=capacity)}, 7, entry=BY_REGION, workforce=staff
    )
    run = lived(config, people([0] * 60, region=["knee"] * 60))
    assert [d.used for d in run.clinic_days("a")] == [20, 20, 20, 0, 0]
