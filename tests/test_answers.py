"""Answers side by side, and assumptions moved to both ends: what is run, and what is said of it, on made-up numbers."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from worlds import clinic, world

import sim
from sim.analysis.money.gp_time import gp_time
from sim.analysis.words.amounts import span
from sim.app.configuration.beside.comparator import AS_IT_IS, Beside
from sim.app.pages.report.believed import ToldRange
from sim.app.studies.comparison.answers import answers_table, gp_time_words
from sim.app.studies.comparison.moved import moved, overturns
from sim.app.studies.comparison.ran import Ran, Results, Together

CARE, GP = "had_needed_care_within_18_weeks_share", "gp_appointments_per_1000"


GPS = {"wte": 2.0, "cost_per_hour_gbp": 200.0, "patient_facing_share": 0.8}
PRACTICE = clinic(1, "resolved", setting="primary", clinician="gp")
LENGTHS = {"new_minutes": 10, "follow_up_minutes": 10}


def practice(**staff):
    service = {name: value for name, value in PRACTICE.items() if name != "capacity"}
    config = world({"gp": service | LENGTHS | {"capacity": {"staff": {"gp": 1.0}}}}, 30, workforce={"gp": GPS | staff})
    return replace(sim.from_dict(config), name="old")


def test_gp_time_by_hand():
    """Ten minutes of 225 x 0.8 = 180 with patients are an 18th of a session, which costs 3.75 x £200."""
    one = gp_time(practice())
    assert (one.minutes, one.sessions, one.pounds) == pytest.approx((10, 1 / 18, 750 / 18))
    told = gp_time_words(practice())
    assert "is 10 minutes" in told and "(3 hours 45), 180 minutes of which" in told and "costs £750." in told
    assert (
        gp_time(sim.from_dict(world({"gp": PRACTICE}, 30))) is None
        and gp_time_words(sim.from_dict(world({"gp": PRACTICE}, 30))) == ""
    )


def run_of(**series) -> Together:
    """name -> {kpi, or (kpi, group): values} as replications."""

    def one(kpi, value):
        name, group = kpi if isinstance(kpi, tuple) else (kpi, "all")
        return SimpleNamespace(kpi=name, group=group, value=value, unit="")

    def measures(kpis):
        count = len(next(iter(kpis.values())))
        return tuple(SimpleNamespace(kpis=[one(k, v[r]) for k, v in kpis.items()]) for r in range(count))

    return Together({name: measures(kpis) for name, kpis in series.items()})


def ran_of(answers=(), assumptions=(), results=None) -> Ran:
    old = practice()
    new = replace(old, name="new")
    named = {name: (name.title(), new if name == "own" else replace(old, name=name)) for name in answers}
    pairs = {
        name: (name, {end: tuple(replace(old, name=f"{side} {name} {end}") for side in ("new", "old")) for end in ends})
        for name, ends in assumptions
    }
    return Ran(new, Beside(old, (), None, {}, (), (), pairs, (), 3, named), results, None, "", 0.0)


def test_answers_are_compared_with_the_same_comparator_and_freed_time_is_worked_out():
    main = run_of(
        old={CARE: (0.2, 0.22, 0.24, 0.9), GP: (400.0,) * 4},
        new={CARE: (0.3, 0.32, 0.35, 0.9), GP: (350.0, 351.0, 349.0, 1.0)},
    )
    other = run_of(added={CARE: (0.5, 0.5, 0.5), GP: (400.0,) * 3})
    ran = ran_of(("added", "own"), results=Results(main, answers={"added": other}))
    table = answers_table(ran).set_index(["answer", "kpi"])
    own = table.loc["own", CARE]
    assert (own.baseline, own.scenario, own.difference) == pytest.approx((0.22, 0.97 / 3, 0.31 / 3))
    assert own.replications == 3 and own.ci_low < own.difference < own.ci_high
    residents = ran.scenario.demand.population * ran.scenario.place.scale
    freed = {kpi: table.loc["own", f"gp_{kpi}_freed"].scenario for kpi in ("appointments", "sessions", "pounds")}
    assert freed["appointments"] == pytest.approx(50 * residents / 1000)
    assert freed["sessions"] == pytest.approx(freed["appointments"] / 18)
    assert freed["pounds"] == pytest.approx(freed["sessions"] * 750)
    assert table.loc["added", "gp_appointments_freed"].scenario == 0
    assert ("own", "hospital_no_outcome_share") not in table.index


def assumed(gaps: dict[tuple[str, float], tuple]) -> Ran:
    """Assumptions whose pairs differ by so much in each replication; the comparator has 0.2 throughout."""
    ends = {}
    for name, end in gaps:
        ends.setdefault(name, []).append(end)
    at = {
        (name, end): run_of(
            **{f"old {name} {end}": {CARE: (0.2,) * len(gap)}, f"new {name} {end}": {CARE: tuple(0.2 + g for g in gap)}}
        )
        for (name, end), gap in gaps.items()
    }
    whole = run_of(old={CARE: (0.2,) * 3}, new={CARE: (0.25,) * 3})
    return ran_of(assumptions=ends.items(), results=Results(whole, assumptions=at))


def test_an_assumption_overturns_only_where_intervals_exclude_each_other():
    asked = {(AS_IT_IS, 0): (0.029, 0.03, 0.031, 0.03, 0.03)}
    down = (-0.031, -0.03, -0.029, -0.03, -0.03)
    turned = overturns(assumed(asked | {("a", 1): (0.02, 0.03, 0.04, 0.03, 0.03), ("a", 2): down}))
    assert turned[0] == "As it is: 3.0 percentage points higher."
    assert turned[1].endswith("2 gives 3.0 percentage points lower. This would overturn it.")
    luck = overturns(assumed(asked | {("a", 1): (-0.2, -0.02, 0.16, 0, 0), ("a", 2): (0.05, 0.051, 0.052, 0.05, 0.05)}))
    assert "overturn" not in luck[1], "one end is luck, the other is better still"
    four = overturns(assumed({key: gap[:4] for key, gap in (asked | {("a", 1): down}).items()}))
    assert "overturn" not in four[1], "four replications exclude nothing"


def test_an_end_where_the_answer_is_not_known_is_told_and_told_first():
    at = {(AS_IT_IS, 0): (0.03,) * 5, ("a", 1): (0.0,) * 5, ("a", 2): (0.1,) * 5, ("b", 1): (0.03,) * 5}
    told = overturns(assumed(at | {("b", 2): (math.nan,) * 5}))
    assert [one.partition(":")[0] for one in told] == ["As it is", "b", "a"] and "not known" in told[1]


def test_the_range_of_moved_assumptions_is_laid_on_the_difference_of_the_whole():
    gaps = {(AS_IT_IS, 0): (0.03,) * 3, ("a", 1): (0.02,) * 3, ("a", 2): (0.05,) * 3, ("b", 1): (0.028,) * 3}
    found = moved(assumed(gaps), (CARE, GP))
    assert found == {CARE: pytest.approx((0.04, 0.07))}
    assert moved(assumed(gaps | {("b", 1): (math.nan,) * 3}), (CARE,)) == {}
    assert moved(ran_of(results=Results(run_of(old={CARE: (0.2,)}, new={CARE: (0.2,)}))), (CARE,)) == {}


def test_what_moves_days_is_told_of_those_whom_the_days_are_told_of():
    everybody, more = "days_to_definitive_care_median", ("days_to_definitive_care_median", "needs_more")
    at = {
        (name, end): run_of(
            **{
                f"{side} {name} {end}": {everybody: (5.0,), more: (level,)}
                for side, level in (("old", 90.0), ("new", new))
            }
        )
        for name, end, new in ((AS_IT_IS, 0, 80.0), ("a", 1, 60.0))
    }
    whole = run_of(old={everybody: (5.0,), more: (100.0,)}, new={everybody: (5.0,), more: (85.0,)})
    ran = ran_of(assumptions=((AS_IT_IS, (0,)), ("a", (1,))), results=Results(whole, assumptions=at))
    assert moved(ran, (everybody,)) == {everybody: pytest.approx((-35.0, -15.0))}


def test_an_end_at_which_a_time_is_not_reached_makes_its_range_endless():
    time, far = "days_to_definitive_care_p92", (math.nan,) * 3
    levels = {(AS_IT_IS, 0): (90.0,) * 3, ("a", 1): (80.0,) * 3, ("a", 2): far}
    at = {
        (name, end): run_of(**{f"old {name} {end}": {time: (100.0,) * 3}, f"new {name} {end}": {time: new}})
        for (name, end), new in levels.items()
    }
    whole = run_of(old={time: (100.0,) * 3}, new={time: (90.0,) * 3})
    ran = ran_of(assumptions=((AS_IT_IS, (0,)), ("a", (1, 2))), results=Results(whole, assumptions=at))
    assert moved(ran, (time,)) == {time: (-20.0, math.inf)}
    assert ToldRange(-20.0, math.inf, "").may_turn and span(time, -20.0, math.inf) == "at least −20 days"
