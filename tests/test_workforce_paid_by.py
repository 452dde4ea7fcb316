"""`paid_by`: what a group costs comes off the WTE of those who pay for it, to the penny, in whatever order."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.app.configuration.compose import configuration_of
from sim.domain.faults import ScenarioError
from sim.domain.money.paying import settled, unpayable
from sim.domain.staff.workforce import StaffGroup


def group(wte, cost=50.0, paid_by=None, **more):
    return StaffGroup(wte=wte, cost_per_hour_gbp=cost, paid_by=paid_by, **more)


def cost(workforce) -> float:
    return math.fsum(one.cost_a_year() for one in workforce.values())


def test_the_arithmetic():
    after = settled({"physio": group(10, 56), "gp": group(4, 202), "coach": group(3, 33, {"physio": 0.75, "gp": 0.25})})
    assert after["coach"].moved_from == {
        "physio": pytest.approx(0.75 * 3 * 33 / 56),
        "gp": pytest.approx(0.25 * 3 * 33 / 202),
    }
    assert after["physio"].wte == pytest.approx(10 - 0.75 * 99 / 56)
    assert after["gp"].wte == pytest.approx(4 - 0.25 * 99 / 202)
    assert (after["coach"].wte, after["coach"].paid_by) == (3, None)


def test_a_week_counts_as_each_group_is_paid_for_it():
    after = settled({"a": group(10, 40, paid_weeks_a_year=50), "b": group(1, 40, {"a": 1.0}, paid_weeks_a_year=25)})
    assert after["a"].wte == pytest.approx(9.5)


def test_a_payer_may_be_paid_for_and_may_give_all_it_has():
    after = settled({"a": group(5), "b": group(2, paid_by={"a": 1.0}), "c": group(2, paid_by={"b": 1.0})})
    assert [after[name].wte for name in "abc"] == [3, 0, 2]


def test_who_pays_nothing_is_left_out_and_nobody_may_pay():
    after = settled({"a": group(5), "b": group(5, 0), "c": group(1, paid_by={"a": 1.0, "b": 0.0})})
    assert after["c"].moved_from == {"a": 1} and after["b"].wte == 5
    alone = {"a": group(5), "c": group(1, paid_by=None, moved_from={"a": 2})}
    assert settled(alone) == alone and not unpayable(alone)
    assert settled({"a": group(5), "c": group(1, paid_by={})})["a"].wte == 5


@st.composite
def workforces(draw):
    names = [f"g{i}" for i in range(draw(st.integers(2, 7)))]
    made = {}
    for index, name in enumerate(names):
        payers = draw(st.lists(st.sampled_from(names[:index]), unique=True, max_size=3)) if index else []
        parts = [draw(st.integers(1, 10)) for _ in payers]
        shares = {payer: part / sum(parts) for payer, part in zip(payers, parts, strict=True)} or None
        wte = draw(st.floats(0, 0.5)) if shares else draw(st.floats(50, 500))
        made[name] = group(wte, draw(st.floats(20, 60)), shares, paid_weeks_a_year=draw(st.floats(38, 46)))
    return made


@given(workforces(), st.randoms())
def test_the_whole_costs_what_those_cost_whom_nobody_pays_for_and_order_does_not_matter(before, chance):
    if unpayable(before):  # a small group that is a payer too may be short
        return
    after = settled(before)
    assert cost(after) == pytest.approx(cost({name: one for name, one in before.items() if not one.paid_by}), rel=1e-9)
    shuffled = list(before.items())
    chance.shuffle(shuffled)
    assert settled(dict(shuffled)) == after
    assert settled(after) == after
    for name, one in after.items():
        assert one.wte == pytest.approx(
            before[name].wte - sum(other.moved_from.get(name, 0) for other in after.values()), abs=1e-9
        )


@pytest.mark.parametrize(
    "workforce, where, what, right",
    [
        ({"a": group(1), "b": group(1, paid_by={"a": 0.9})}, "workforce.b.paid_by", "add to 0.9", "+0.1"),
        ({"a": group(1), "b": group(1, paid_by={"aa": 1.0})}, "workforce.b.paid_by.aa", "not a staff group", "'a'"),
        ({"a": group(1), "b": group(1, paid_by={"b": 1.0})}, "workforce.b.paid_by", "pays for itself", "stays"),
        (
            {"a": group(1), "b": group(3, paid_by={"a": 1.0})},
            "workforce.a.wte",
            "1 WTE are in post and 3 are given up to pay for b",
            "2 WTE are missing",
        ),
        (
            {"a": group(3), "b": group(2, paid_by={"a": 1.0}), "c": group(2, paid_by={"a": 1.0})},
            "workforce.a.wte",
            "to pay for b, c",
            "1 WTE are missing",
        ),
        (
            {"a": group(1, 0), "b": group(1, paid_by={"a": 1.0})},
            "workforce.b.paid_by.a",
            "costs nothing",
            "workforce.a.cost_per_hour_gbp",
        ),
        (
            {"a": group(1), "b": group(1, 0, {"a": 1.0})},
            "workforce.b.paid_by",
            "costs nothing",
            "workforce.b.cost_per_hour_gbp",
        ),
        (
            {"a": group(1), "b": group(1, paid_by={"a": 1.0}, moved_from={"a": 1})},
            "workforce.b.moved_from",
            "beside paid_by",
            "one of them",
        ),
    ],
)
def test_faults(workforce, where, what, right):
    (fault,) = unpayable(workforce)
    assert fault.where == where and what in fault.what and right in fault.right


def test_a_circle_is_told_where_it_begins():
    faults = unpayable(
        {
            "a": group(9, paid_by={"c": 1.0}),
            "b": group(1, paid_by={"a": 0.5, "d": 0.5}),
            "c": group(1, paid_by={"b": 1.0}),
            "d": group(9),
        }
    )
    assert {fault.where for fault in faults} == {f"workforce.{name}.paid_by" for name in "abc"}
    assert "a -> c -> b -> a" in faults[0].what


# ---- In a scenario

COACH = "+workforce.coach={wte: 2, cost_per_hour_gbp: 33, paid_by: {physio_band_6: 0.5, gp: 0.5}}"


def test_a_scenario_is_settled_and_its_plain_form_is_not():
    before, after = sim.load("gp_referral"), sim.load("gp_referral", COACH)
    assert cost(after.workforce) == pytest.approx(cost(before.workforce), rel=1e-12)
    assert after.workforce["gp"].wte == pytest.approx(before.workforce["gp"].wte - 33 / 202)
    assert after.config["workforce"]["gp"]["wte"] == before.workforce["gp"].wte
    assert sim.from_dict(after.config) == after


def test_a_wte_on_the_command_line_is_what_is_in_post_before_paying():
    after = sim.load("gp_referral", COACH, "workforce.physio_band_6.wte=30", "workforce.coach.wte=4")
    assert after.workforce["physio_band_6"].wte == pytest.approx(30 - 2 * 33 / 56)


@pytest.mark.parametrize("words", [["~workforce.coach.paid_by"], ["workforce.coach.paid_by=null"]])
def test_nobody_pays(words):
    assert sim.load("gp_referral", COACH, *words).workforce["gp"].wte == sim.load("gp_referral").workforce["gp"].wte


def test_faults_come_with_those_of_the_rest():
    with pytest.raises(ScenarioError) as raised:
        sim.from_dict(configuration_of("gp_referral", [COACH, "workforce.coach.wte=900", "run.years=-1"]))
    assert {fault.where for fault in raised.value.faults} == {
        "workforce.physio_band_6.wte",
        "workforce.gp.wte",
        "run.years",
    }
    with pytest.raises(ScenarioError) as raised:
        sim.load("gp_referral", COACH, "workforce.gp.wte=x", "workforce.coach.paid_by.gp=2")
    assert {fault.where for fault in raised.value.faults} == {"workforce.gp.wte", "workforce.coach.paid_by.gp"}
