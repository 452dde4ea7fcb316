"""Every draw is a function of who meets which decision for the how-many-eth time, and of nothing else."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest
from worlds import clinic, delay, lived, people, way, world

from sim.domain.chance import Chance, stream_key, uniforms

REPO = Path(__file__).resolve().parents[1]
MANY = np.arange(1, 50_001)
ids = st.lists(st.integers(0, 800_000_000), min_size=1, max_size=40, unique=True)


# --- the generator ----------------------------------------------------------------------------------------


def test_draws_are_the_published_splitmix64_numbers():
    # Rosetta Code, "Pseudo-random numbers/Splitmix64", seed 1234567: the first five outputs.
    published = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    drawn = [uniforms(np.uint64(1234567), np.array([0]), occasion)[0] for occasion in range(1, 6)]
    assert drawn == [(number >> 11) * 2.0**-53 for number in published]


def test_a_patient_has_65536_occasions_before_the_next_patients_begin():
    key = np.uint64(99)
    everything = np.concatenate([uniforms(key, np.full(65_536, p), np.arange(65_536)) for p in (0, 1, 2)])
    assert len(np.unique(everything)) == 3 * 65_536


@given(ids, st.randoms(use_true_random=False))
def test_draws_do_not_depend_on_order(patients, random):
    shuffled = random.sample(patients, len(patients))
    key = stream_key(1, 0, "gp.route")
    in_order = dict(zip(patients, uniforms(key, np.array(patients)), strict=True))
    in_disorder = dict(zip(shuffled, uniforms(key, np.array(shuffled)), strict=True))
    assert in_order == in_disorder


@given(ids, st.integers(0, 65_535))
def test_draws_do_not_depend_on_the_batch(patients, occasion):
    key = stream_key(1, 0, "gp.route")
    together = uniforms(key, np.array(patients), occasion)
    one_by_one = [uniforms(key, np.array([p]), occasion)[0] for p in patients]
    occasions = np.full(len(patients), occasion)
    assert together.tolist() == one_by_one == uniforms(key, np.array(patients), occasions).tolist()


def test_draws_leave_the_patients_ids_as_they_were():
    patients = np.arange(5, dtype=np.uint64)
    uniforms(stream_key(1, 0, "x"), patients)
    assert patients.tolist() == [0, 1, 2, 3, 4]


def test_drawing_another_decision_changes_nothing():
    alone, among = Chance(3, 1), Chance(3, 1)
    expected = [alone.uniforms("a", MANY[:9], k).tolist() for k in range(3)]
    got = []
    for k in range(3):
        among.uniforms("b", MANY, k)
        among.generator("c").random(1000)
        got.append(among.uniforms("a", MANY[:9], k).tolist())
    assert got == expected


def test_arrival_counts_are_drawn_from_a_stream_of_their_own():
    first, second = Chance(3, 1), Chance(3, 1)
    second.uniforms("arrivals.door", MANY)
    second.generator("arrivals.elsewhere").poisson(5, 100)
    assert (
        first.generator("arrivals.door").poisson(5, 100).tolist()
        == second.generator("arrivals.door").poisson(5, 100).tolist()
    )


# --- as good as chance ------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", ["fact.need", "gp.route", "latent.recovery", "t&o.visit", "a", ""])
def test_draws_are_uniform(decision):
    u = Chance(20250401, 0).uniforms(decision, MANY)
    assert u.min() >= 0 and u.max() < 1
    assert kstest(u, "uniform").pvalue > 1e-4


def test_draws_are_uniform_over_occasions_of_one_patient():
    u = uniforms(stream_key(20250401, 0, "gp.visit"), np.full(50_000, 17), np.arange(50_000))
    assert kstest(u, "uniform").pvalue > 1e-4


def _independent(u, v):
    """Neither the products nor the cells of an 8 x 8 table differ from chance."""
    r = np.corrcoef(u, v)[0, 1]
    cells = np.histogram2d(u, v, bins=8, range=[[0, 1], [0, 1]])[0].ravel()
    return abs(r) < 4 / len(u) ** 0.5 and chisquare(cells).pvalue > 1e-4


@pytest.mark.parametrize(
    "what, one, other",
    [
        ("occasions", (1, 0, "gp.route", MANY, 0), (1, 0, "gp.route", MANY, 1)),
        ("far occasions", (1, 0, "gp.route", MANY, 0), (1, 0, "gp.route", MANY, 65_535)),
        ("neighbouring patients", (1, 0, "gp.route", MANY, 0), (1, 0, "gp.route", MANY + 1, 0)),
        ("streams of patients", (1, 0, "gp.route", MANY, 0), (1, 0, "gp.route", MANY + 500_000_000, 0)),
        ("decisions", (1, 0, "gp.route", MANY, 0), (1, 0, "gp.visit", MANY, 0)),
        ("replications", (1, 0, "gp.route", MANY, 0), (1, 1, "gp.route", MANY, 0)),
        ("seeds", (1, 0, "gp.route", MANY, 0), (2, 0, "gp.route", MANY, 0)),
        ("seed and replication swapped", (1, 2, "gp.route", MANY, 0), (2, 1, "gp.route", MANY, 0)),
    ],
)
def test_draws_are_independent_across(what, one, other):
    u, v = (uniforms(stream_key(*key), patients, occasion) for *key, patients, occasion in (one, other))
    assert _independent(u, v), what


def test_seed_1_replication_11_is_not_seed_11_replication_1():
    assert (
        len(
            {
                int(stream_key(s, r, d))
                for s, r, d in [(1, 11, "x"), (11, 1, "x"), (111, 0, "x"), (1, 1, "1|x"), (1, 1, "x")]
            }
        )
        == 5
    )


# --- in a run ---------------------------------------------------------------------------------------------


def _routes_of(**settings):
    """patient -> where the first visit at `a` sends them, and when: two ways out, a fair coin."""
    services = {"a": clinic(1000, {"b": 0.5, "resolved": 0.5}, **settings), "b": clinic(1000)}
    if "orders" in settings:
        services["test"] = clinic(1000, "return")
    run = lived(world(services, 60), people([0] * 400))
    return {
        e.who: e.to or "resolved"
        for e in run.events
        if e.service == "a" and e.what in ("moved", "resolved") and e.to != "test"
    }


def test_people_who_miss_a_visit_are_sent_where_they_would_have_been_sent():
    assert _routes_of(missed={"new_share": 0.4}) == _routes_of()


def test_late_cancellations_change_nobodys_luck_at_the_next_decision():
    assert _routes_of(cancelled={"share": 0.4, "refilled_share": 0.5}) == _routes_of()


def test_a_test_on_the_way_changes_nobodys_luck_at_the_decision_itself():
    assert _routes_of(orders={"scan": {"service": "test", "share": 0.5}}) == _routes_of()


def _sent_for_tests(**settings):
    services = {
        "a": clinic(1000, orders={"scan": {"service": "test", "share": 0.5}}, **settings),
        "test": clinic(1000, "return"),
    }
    run = lived(world(services, 60), people([0] * 400))
    return {e.who for e in run.of("moved", "a") if e.to == "test"}


def test_missing_a_visit_does_not_change_who_is_sent_for_a_test():
    # Whoever attends meets the decision for the first time, however often they were booked before.
    assert _sent_for_tests(missed={"new_share": 0.3}) == _sent_for_tests()


def test_a_second_visit_tosses_the_coin_for_a_test_anew():
    # 400 people come twice, with nothing missed: half of those sent for a test the first time are sent again, not all.
    twice = {"second": {"when": {"came_from": "b"}, "to": {"resolved": 1.0}}, "otherwise": {"to": {"b": 1.0}}}
    scan = {"scan": {"service": "test", "share": 0.5}}
    services = {"a": clinic(1000, routes=twice, orders=scan), "b": clinic(1000, "a"), "test": clinic(1000, "return")}
    run = lived(world(services, 60), people([0] * 400))
    times = [sum(e.to == "test" for e in run.of("moved", "a") if e.who == who) for who in range(1, 401)]
    # Binomial(2, 1/2): 100, 200, 100; four standard deviations are 40 for the middle and 35 for the ends.
    assert [times.count(k) for k in range(3)] == [
        pytest.approx(100, abs=35),
        pytest.approx(200, abs=40),
        pytest.approx(100, abs=35),
    ]


def test_the_same_decision_met_again_is_a_matter_of_luck_again():
    # Sent home or not, twice: of 800 people a quarter each way, not half and half.
    services = {"a": clinic(9999, {"home": 0.5, "resolved": 0.5}), "home": delay(3, "a")}
    run = lived(world(services, 6), people([0] * 800))
    times = Counter(e.who for e in run.of("moved", "a"))
    assert len(times) == pytest.approx(400, abs=64) and sum(n == 2 for n in times.values()) == pytest.approx(
        200, abs=55
    )


def test_luck_does_not_repeat_itself_however_often_a_decision_is_met():
    # One person is booked every day for two years: whether the visit of day 256 + k is missed says
    # nothing about that of day k.
    services = {"a": clinic(1, {"a": 0.9999, "resolved": 0.0001}, missed={"new_share": 0.5})}
    run = lived(world(services, 700), people(0))
    missed = np.isin(np.arange(700), run.days("missed")[1])
    assert len(run.of("missed")) + len(run.of("attended")) == 700
    assert 0.4 < (missed[:444] == missed[256:]).mean() < 0.6


def _outcome(run, service):
    """patient -> a number that luck decided at this service."""
    missed, visits = run.days("missed", service), run.days("attended", service)
    joined, left = run.days("listed", service), run.days("moved", service)
    tests = {e.who for e in run.of("moved", service) if e.to.startswith("scan")}
    return {
        who: (len(missed.get(who, [])), len(visits.get(who, [])), left[who][-1] - joined[who][0], who in tests)
        for who in joined
        if who in left
    }


@pytest.mark.parametrize(
    "kind, which",
    [
        ({"missed": {"new_share": 0.4}}, 0),
        ({"cancelled": {"share": 0.4}}, 2),
        ({"routes": way("course"), "follow_ups": {"mean_visits": 1.5, "interval_days": 1}}, 1),
        ({"orders": {"scan": {"service": "scan", "share": 0.5}}}, 3),
        ({"kind": "delay", "days": 10, "spread": "exponential"}, 2),
        (
            {
                "kind": "group",
                "min_size": 1,
                "least_size": 1,
                "max_size": 999,
                "sessions": 6,
                "attendance_share": 0.6,
                "completed_at_share": 0.0,
            },
            1,
        ),
    ],
)
def test_luck_at_one_service_says_nothing_about_luck_at_another(kind, which):
    one = {**kind} if kind.get("kind") == "delay" else {**clinic(9999), **kind}
    if kind.get("kind") == "group":
        one = {**kind, "capacity": {"slots_per_week": 1e6}}
    course = "follow_ups" in kind
    services = {
        name: {**one, **({"after_course": way(to)} if course else {"routes": way(to)})}
        for name, to in (("a", "b"), ("b", "end"))
    } | {"end": clinic(9999)}
    if "orders" in kind:
        for name in "ab":
            services[name]["orders"] = {"scan": {"service": f"scan_{name}", "share": 0.5}}
            services[f"scan_{name}"] = clinic(9999, "return")
    run = lived(world(services, 150), people([0] * 700))
    luck = [_outcome(run, name) for name in "ab"]
    both = [who for who in luck[0] if who in luck[1]]
    first, second = (np.array([one[who][which] for who in both], float) for one in luck)
    assert len(both) > 600 and first.std() > 0 and second.std() > 0
    assert abs(np.corrcoef(first, second)[0, 1]) < 4.5 / len(both) ** 0.5


_SCRIPT = """
import json, sys
sys.path[:0] = [{repo!r}, {tests!r}]
import numpy as np
from sim.domain.chance import Chance
from worlds import clinic, lived, world
chance = Chance(5, 2)
draws = [chance.uniforms(d, np.arange(20), 3).tolist() for d in ("fact.need", "gp.route")]
services = {{"a": clinic(2, {{"b": 0.5, "resolved": 0.5}}, missed={{"new_share": 0.2}}), "b": clinic(1)}}
run = lived(world(services, 40, demand={{"arrivals": "poisson"}}))
print(json.dumps([draws, chance.generator("arrivals.door").poisson(3, 20).tolist(), run.events]))
"""


def test_the_same_luck_under_two_hash_seeds():
    script = _SCRIPT.format(repo=str(REPO), tests=str(REPO / "tests"))
    outputs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    draws, _, events = json.loads(outputs[0])
    assert len(events) > 50 and draws[0] == Chance(5, 2).uniforms("fact.need", np.arange(20), 3).tolist()
