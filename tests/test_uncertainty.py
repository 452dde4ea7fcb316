"""What is believed: the split of variance against textbook values, draws that stay valid,
and worlds whose answer is known."""

import json
import math
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import mskflow
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from worlds import clinic, world

import sim
from sim.analysis.money.economics import THRESHOLDS
from sim.analysis.reading.tables import ASSUMPTIONS
from sim.analysis.statistics.information import evpi, evppi, expected, with_interval
from sim.analysis.statistics.uncertainty import believed as believed_range
from sim.analysis.statistics.uncertainty import better_in, covered, split, without_noise
from sim.analysis.words.indicator import SETTLED
from sim.app.commands import COMMANDS
from sim.app.store import Store
from sim.app.studies.uncertainty import sensitive, uncertain
from sim.app.studies.uncertainty.belief_kinds import KINDS, is_decision, kind_of
from sim.app.studies.uncertainty.beliefs import Number, believed, drawn, quantiles, values_at
from sim.app.studies.uncertainty.believed_runs import APART, OUTCOMES, PointOutcomes, matrix, outcomes_of, own_luck
from sim.app.studies.uncertainty.believed_words import headline, span
from sim.app.studies.uncertainty.mixtures import member, mixtures, settled
from sim.app.studies.uncertainty.pair import BelievedPoints, pair_from, pair_of
from sim.app.studies.uncertainty.parameter_moves import ABOUT, MORRIS, SOBOL
from sim.app.studies.uncertainty.results import UNCERTAINTY, headline_row, uncertainty_table, worth_of
from sim.domain.faults import Fault

ROOT = Path(__file__).resolve().parents[1]

# --- the split of variance ------------------------------------------------------------------------------------

LOOMS = np.array([[98, 97, 99, 96], [91, 90, 93, 92], [96, 95, 97, 95], [95, 96, 99, 98]], float)
"""Strength of fabric from four looms: Montgomery, Design and Analysis of Experiments,
the random-effects example of chapter 3."""


def layout(table: np.ndarray):
    return split(np.repeat(np.arange(len(table)), table.shape[1]), table.ravel())


def test_the_split_of_a_textbook():
    parts = layout(LOOMS)
    assert parts.chance == pytest.approx(1.90, abs=0.005)
    assert parts.ignorance == pytest.approx(6.96, abs=0.005)
    assert parts.share == pytest.approx(6.96 / 8.86, abs=0.001)
    assert (parts.low, parts.high) == pytest.approx((0.38, 0.98), abs=0.006)
    assert parts.mean == LOOMS.mean()
    assert parts.noise == pytest.approx(parts.chance / 4)


def test_draws_with_different_numbers_of_replications():
    """By hand: draws (1, 3), (5) and (6, 8, 10): MSW = (2 + 8) / 3, SSB = sum n (mean - 5.5)^2, n0 = (6 - 14/6) / 2."""
    parts = split(np.array([0, 0, 1, 2, 2, 2]), np.array([1.0, 3, 5, 6, 8, 10]))
    within, between = 10 / 3, (2 * 3.5**2 + 0.5**2 + 3 * 2.5**2) / 2
    assert parts.chance == pytest.approx(within)
    assert parts.ignorance == pytest.approx((between - within) / ((6 - 14 / 6) / 2))
    assert parts.noise == pytest.approx(within * (1 / 2 + 1 + 1 / 3) / 3)
    assert list(parts.means) == [2, 5, 8]


def test_the_split_is_unbiased_also_where_there_is_no_ignorance():
    rng = np.random.default_rng(1)
    for true in (0.0, 4.0):
        found = [layout(rng.normal(0, math.sqrt(true), (12, 1)) + rng.normal(0, 3, (12, 2))) for _ in range(1000)]
        ignorance, chance = np.array([one.ignorance for one in found]), np.array([one.chance for one in found])
        assert abs(ignorance.mean() - true) < 4 * ignorance.std() / math.sqrt(1000)
        assert abs(chance.mean() - 9) < 4 * chance.std() / math.sqrt(1000)
        assert true or (ignorance < 0).any()  # unbiased: it may fall below 0, and is not cut there


def test_the_interval_of_the_share_holds_the_truth_in_95_of_100():
    rng = np.random.default_rng(2)
    found = [layout(rng.normal(0, 2, (10, 1)) + rng.normal(0, 2, (10, 3))) for _ in range(1000)]
    assert np.mean([one.low <= 0.5 <= one.high for one in found]) == pytest.approx(0.95, abs=0.02)


@given(
    st.lists(st.lists(st.integers(-50, 50), min_size=2, max_size=4), min_size=2, max_size=6),
    st.integers(-100, 100),
    st.integers(1, 9),
)
def test_a_shift_changes_no_variance_and_a_factor_squares_into_it(rows, shift, factor):
    draws = np.concatenate([np.full(len(row), i) for i, row in enumerate(rows)])
    values = np.concatenate(rows).astype(float)
    one, other = split(draws, values), split(draws, values * factor + shift)
    assert other.chance == pytest.approx(one.chance * factor**2, abs=1e-6)
    assert other.ignorance == pytest.approx(one.ignorance * factor**2, abs=1e-6)
    assert other.mean == pytest.approx(one.mean * factor + shift, abs=1e-9)


def test_values_that_are_not_known_do_not_count_and_one_replication_says_nothing_of_chance():
    one = split(np.array([0, 0, 0, 1, 1]), np.array([1.0, 3.0, np.nan, 5.0, 7.0]))
    assert (one.replications, one.chance, list(one.means)) == (4, 2.0, [2.0, 6.0])
    alone = split(np.arange(3), np.array([1.0, 2.0, 3.0]))
    assert math.isnan(alone.chance) and math.isnan(alone.share)
    assert list(without_noise(alone)) == [1, 2, 3]


def test_noise_is_taken_out_of_the_spread_and_of_nothing_else():
    rng = np.random.default_rng(3)
    truth = rng.normal(5, 2, 4000)
    parts = layout(truth[:, None] + rng.normal(0, 3, (4000, 2)))
    quiet = without_noise(parts)
    assert quiet.var(ddof=1) == pytest.approx(parts.ignorance)
    assert quiet.mean() == pytest.approx(parts.means.mean())
    assert (np.argsort(quiet) == np.argsort(parts.means)).all()
    exact, plain = 2 * stats.norm.ppf(0.975), math.sqrt(4 + 9 / 2) * stats.norm.ppf(0.975)
    assert believed_range(quiet) == pytest.approx((5 - exact, 5 + exact), abs=0.25)
    assert believed_range(parts.means) == pytest.approx((5 - plain, 5 + plain), abs=0.35)


def test_where_chance_explains_everything_no_spread_is_left():
    parts = layout(np.array([[0.0, 10.0], [1.0, 9.0], [2.0, 8.0]]))
    assert parts.ignorance < 0
    assert set(without_noise(parts)) == {5.0}


def test_better_in_so_many_draws():
    one = better_in(np.array([-1.0] * 8 + [0.0, 3.0]), lower_is_better=True)
    assert (one.better, one.equal, one.worse) == (0.8, 0.1, 0.1)
    assert (one.low, one.high) == pytest.approx((0.4902, 0.9433), abs=0.0001)  # Wilson's interval of 8 in 10
    assert better_in(np.array([-1.0, 0.0, np.inf]), lower_is_better=False).better == pytest.approx(1 / 3)
    assert math.isnan(better_in(np.array([]), True).better)


@pytest.mark.parametrize("chance, counted", [(0.0, 0.841), (1.0, 0.793), (3.0, 0.665)])
def test_luck_draws_the_share_of_better_draws_towards_a_half(chance, counted):
    """Effects of mean 1 and deviation 1 are better in 84%; the means of two replications in Phi(1 / sqrt(1 + c^2 / 2)),
    as the page says."""
    rng = np.random.default_rng(7)
    means = rng.normal(1, 1, 40_000) + rng.normal(0, chance, (2, 40_000)).mean(axis=0)
    assert better_in(means, lower_is_better=False).better == pytest.approx(
        stats.norm.cdf(1 / math.sqrt(1 + chance**2 / 2)), abs=0.01
    )
    assert stats.norm.cdf(1 / math.sqrt(1 + chance**2 / 2)) == pytest.approx(counted, abs=0.001)


# --- the value of information ---------------------------------------------------------------------------------


def exactly(mean: float, deviation: float) -> float:
    """E max(0, X) - max(0, E X) of a normal X."""
    ratio = abs(mean) / deviation
    return deviation * stats.norm.pdf(ratio) - abs(mean) * stats.norm.cdf(-ratio)


@pytest.mark.parametrize("mean", [0.0, 150.0, -400.0])
def test_the_value_of_information_of_a_linear_normal_benefit(mean):
    """Net benefit = mean + 300 x + 200 y + noise: in closed form for x, for y and for both."""
    rng = np.random.default_rng(4)
    x, y, nothing = rng.normal(size=(3, 20_000))
    exact = mean + 300 * x + 200 * y
    net = exact + rng.normal(0, 250, len(x))
    assert evpi(exact) == pytest.approx(exactly(mean, math.hypot(300, 200)), abs=4)
    assert evppi(net, x[:, None]) == pytest.approx(exactly(mean, 300), abs=4)
    assert evppi(net, y[:, None]) == pytest.approx(exactly(mean, 200), abs=4)
    assert evppi(net, np.column_stack([x, y])) == pytest.approx(exactly(mean, math.hypot(300, 200)), abs=4)
    assert evppi(net, nothing[:, None]) == 0


def test_what_changes_no_decision_has_no_value():
    x = np.linspace(0, 1, 200)
    assert evppi(100 + 50 * x, x[:, None]) == 0
    assert with_interval(100 + 50 * x, x[:, None])[0] == 0


def test_a_bend_is_seen_and_few_draws_are_not_fitted_by_luck():
    x = np.linspace(-1, 1, 101)
    assert expected(x**2, x[:, None]) == pytest.approx(x**2, abs=1e-6)
    rng = np.random.default_rng(5)
    found = [evppi(rng.normal(size=32), rng.random((32, 1)), among=100) for _ in range(200)]
    assert np.mean(np.array(found) > 0) < 0.01


def test_a_sine_and_a_weak_line_are_found():
    rng = np.random.default_rng(8)
    x = rng.random(512)
    wave = 1000 * np.sin(4 * np.pi * x)  # whose best cubic explains less than a tenth of it
    assert evppi(wave + rng.normal(0, 500, 512), x[:, None], among=20) == pytest.approx(1000 / np.pi, rel=0.15)
    line = 100 * (x - 0.5)  # a thirtieth of the variance: worth 12.5 if it were known
    found = [evppi(line + rng.normal(0, 160, 512), x[:, None]) for _ in range(40)]
    assert np.mean(np.array(found) > 0) > 0.9 and np.mean(found) == pytest.approx(12.5, rel=0.3)


def test_an_interval_of_the_value():
    rng = np.random.default_rng(6)
    x = rng.normal(size=400)
    value, low, high = with_interval(300 * x + rng.normal(0, 50, 400), x[:, None])
    assert low < value < high
    assert low < exactly(0, 300) < high


# --- shares that add to 1 -------------------------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from("abcde"), st.floats(0, 1.5), min_size=1), st.data())
def test_shares_add_to_1_again_and_lie_within_0_and_1(shares, data):
    moved = set(data.draw(st.lists(st.sampled_from(sorted(shares)), unique=True)))
    found = settled(shares, moved)
    if sum(shares.values()) > 0:
        assert sum(found.values()) == pytest.approx(1)
        assert all(-1e-12 <= share <= 1 + 1e-12 for share in found.values())
    fixed = sum(shares[name] for name in moved)
    if fixed <= 1 and sum(shares[name] for name in shares if name not in moved) > 0:
        assert all(found[name] == shares[name] for name in moved)  # the others give way


def test_the_mixtures_of_a_configuration():
    config = world(
        {"gp": clinic(1, {"resolved": 0.7, "home": 0.3}), "home": clinic()},
        demand={"facts": {"sex": {"shares": {"female": 0.5, "male": 0.5}}}},
    )
    assert ("pathway.services.gp.routes.otherwise.to.resolved", "pathway.services.gp.routes.otherwise.to.home") in list(
        mixtures(config)
    )
    assert ("demand.facts.sex.shares.female", "demand.facts.sex.shares.male") in list(mixtures(config))
    lists = {
        "start": {
            "lists": {
                "one": {
                    "places": {
                        "a": {"share": 0.25, "needs": {"surgery": 1.0}},
                        "b": {"share": 0.75, "needs": {"urgent": 1.0}},
                    }
                }
            }
        }
    }
    assert ("start.lists.one.places.a.share", "start.lists.one.places.b.share") in list(mixtures(lists))


def test_shares_by_weeks_waited_add_to_1_at_each_number_of_weeks():
    key = "shares_by_weeks_waited"
    places = {"a": {key: {"0": 0.8, "18": 0.4}}, "b": {key: {"0": 0.2, "18": 0.6}}}
    config = {"start": {"lists": {"one": {"places": places}}}}
    told = "start.lists.one.places.{}." + key + ".{}"
    assert list(mixtures(config)) == [tuple(told.format(name, weeks) for name in "ab") for weeks in ("0", "18")]
    new = drawn(config, {told.format("b", "18"): 0.9})["start"]["lists"]["one"]["places"]
    assert new["a"][key] == {"0": 0.8, "18": pytest.approx(0.1)} and new["b"][key] == {"0": 0.2, "18": 0.9}
    assert member(told.format("b", "18")) == "b"


# --- what is drawn --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def integrated():
    return pair_of(COMMANDS["uncertainty"].request(["integrated", "place.scale=0.02"]))


def test_everything_with_a_range_is_drawn_and_no_decision(integrated):
    drawn_paths = {n.path for own in integrated.beliefs.numbers for n in own}
    assert {
        "demand.presenting_per_1000_a_year",
        "pathway.services.physiotherapy.new_minutes",
        "pathway.while_waiting.recovery.share_within_6_weeks.acute",
        "pathway.services.gp.routes.surgery.to.trauma_orthopaedics",
        "workforce.gp.cost_per_hour_gbp",
        "workforce.gp.sickness_share",
    } <= drawn_paths
    assert not [path for path in drawn_paths if is_decision(path)]
    assert not [
        path for path in drawn_paths if path.endswith(".wte") or ".capacity." in path or path == "outcomes.gbp_per_qaly"
    ]
    assert {one.kind for one in integrated.beliefs.parameters} == set(KINDS)


def test_draws_stay_as_they_are_when_there_are_more_of_them(integrated):
    axes = integrated.beliefs.axes
    many = quantiles(axes, 9, 1)
    assert (quantiles(axes, 4, 1) == many[:4]).all()
    assert (quantiles(axes[::2], 9, 1) == many[:, ::2]).all()  # and when another parameter is left out
    assert (quantiles(axes, 4, 2) != many[:4]).all()


def test_one_parameter_says_nothing_of_another():
    """Forty axes, uniform and apart: of 780 correlations over 2000 draws none is above 5 standard errors."""
    drawn_at = quantiles([f"row {i}" for i in range(40)], 2000, 1)
    assert min(stats.kstest(column, "uniform").pvalue for column in drawn_at.T) > 0.0001
    assert np.abs(np.corrcoef(drawn_at.T) - np.eye(40)).max() < 5 / math.sqrt(2000)


def test_every_corner_of_what_is_believed_can_be_built_and_keeps_the_decisions(integrated):
    axes = integrated.beliefs.axes
    corners = np.vstack(
        [np.zeros(len(axes)), np.ones(len(axes)), np.random.default_rng(0).integers(0, 2, (3, len(axes)))]
    ).astype(float)
    points = BelievedPoints(integrated, corners)
    for place in range(len(points)):
        for made, asis in zip(points.at(place), (integrated.baseline, integrated.scenario), strict=True):
            assert {name: group.wte for name, group in made.workforce.items()} == {
                name: group.wte for name, group in asis.workforce.items()
            }
            assert made.run == asis.run


def test_what_both_scenarios_have_moves_together(integrated):
    points = BelievedPoints(integrated, quantiles(integrated.beliefs.axes, 2, 1))
    before, after = points.at(1)
    assert before.demand == after.demand != integrated.scenario.demand
    assert before.start == after.start
    gp = [one.pathway.services["gp"] for one in (before, after)]
    assert gp[0].new_minutes == gp[1].new_minutes != integrated.scenario.pathway.services["gp"].new_minutes
    assert before.workforce["gp"].cost_per_hour_gbp == after.workforce["gp"].cost_per_hour_gbp


def test_a_table_moves_by_the_word_that_its_shares_are_of(integrated):
    """GPs who send more people to orthopaedics do so in every rule of the table, before shares add to 1 again."""
    beliefs = integrated.beliefs
    own = {n.path: n for n in beliefs.numbers[0]}
    rules = [
        n
        for n in own.values()
        if n.path.startswith("pathway.services.gp.routes.") and n.path.endswith(".to.trauma_orthopaedics")
    ]
    assert len(rules) > 5
    assert {n.axis for n in rules} == {"gp_accuracy: trauma_orthopaedics"}
    assert {(n.low, n.high, n.factor) for n in rules} == {(0.7, 1.3, True)}
    assert next(p.axes for p in beliefs.parameters if p.name == "gp_accuracy")[-1] == "gp_accuracy: urgent_assessment"


def test_a_number_that_the_user_sets_stays():
    words = [
        "integrated",
        "place.scale=0.02",
        "demand.presenting_per_1000_a_year=200",
        "pathway.while_waiting.recovery.share_within_6_weeks.acute=0.5",
    ]
    pair = pair_of(COMMANDS["uncertainty"].request(words))
    paths = {n.path for n in pair.beliefs.numbers[1]}
    assert not paths & {
        "demand.presenting_per_1000_a_year",
        "pathway.while_waiting.recovery.share_within_6_weeks.acute",
    }


def test_who_pays_for_whom_is_settled_before_prices_are_drawn():
    pair = pair_of(COMMANDS["uncertainty"].request(["connect_health_coaches", "place.scale=0.02"]))
    assert any(group.get("paid_by") for group in pair.scenario.config["workforce"].values())
    for made in (point[1] for point in map(BelievedPoints(pair, quantiles(pair.beliefs.axes, 2, 1)).at, range(2))):
        assert {name: group.wte for name, group in made.workforce.items()} == {
            name: group.wte for name, group in pair.scenario.workforce.items()
        }
        assert {name: group.moved_from for name, group in made.workforce.items()} == {
            name: group.moved_from for name, group in pair.scenario.workforce.items()
        }


def assumed(*rows) -> pd.DataFrame:
    """Rows (path, value, status, low, high, note)."""
    return pd.DataFrame(
        [(path, value, "", status, "", low, high, note) for path, value, status, low, high, note in rows],
        columns=list(ASSUMPTIONS),
    )


def test_ranges_of_ones_own_come_from_the_report_and_only_what_has_one_is_drawn():
    config = world(
        {"gp": clinic(5, earliest_notice_days=3)},
        report={"assumptions": {"notice": {"path": "pathway.services.gp.earliest_notice_days", "range": [1, 9]}}},
    )
    path = "pathway.services.gp.earliest_notice_days"
    rows = [
        (path, 3.0, "set by the user", None, None, "not in the shipped files"),
        ("demand.population", 1000.0, "set by the user", None, None, "not in the shipped files"),
    ]
    found = believed([assumed(*rows)], [config])
    assert [(one.name, one.low, one.value, one.high) for one in found.parameters] == [
        ("report.assumptions.notice", 1, 3, 9)
    ]
    assert found.numbers[0][0].whole
    over = [(path, 3.0, "set by the user", None, None, "shipped: 2"), *rows[1:]]
    assert believed([assumed(*over)], [config]).parameters == ()


def test_a_drawn_configuration_differs_in_what_was_drawn_only():
    config = world(
        {"gp": clinic(5, {"resolved": 0.6, "home": 0.3, "gp": 0.1}, earliest_notice_days=3), "home": clinic()}
    )
    assert drawn(config, {}) == config
    new = drawn(
        config,
        {"pathway.services.gp.earliest_notice_days": 7.0, "pathway.services.gp.routes.otherwise.to.home": 0.65},
        frozenset({"pathway.services.gp.earliest_notice_days"}),
    )
    gp = new["pathway"]["services"]["gp"]
    assert gp["earliest_notice_days"] == 7 and isinstance(gp["earliest_notice_days"], int)
    assert gp["routes"]["otherwise"]["to"] == pytest.approx({"resolved": 0.3, "home": 0.65, "gp": 0.05})
    assert config["pathway"]["services"]["gp"]["earliest_notice_days"] == 3
    assert sim.from_dict(new)


@given(st.integers(0, 2**53).map(lambda n: n / 2**53), st.booleans())
def test_a_number_stays_within_its_range_and_what_its_setting_takes(u, factor):
    number = Number("x", "x", 0.5, 0.8, 1.5, factor, False, 0.0, 1.0)
    value = number.at(np.array([u]))[0]
    assert (0.4 if factor else 0.5) <= value <= 1.0
    ends = values_at([number], ["x"], np.array([[0.0], [1.0]]))["x"]
    assert list(ends) == pytest.approx([0.4 if factor else 0.5, 1.0])


def test_the_kind_of_a_belief():
    assert kind_of("workforce.gp.cost_per_hour_gbp") == "prices_and_health"
    assert (
        kind_of("pathway.services.gp.routes.urgent.to.rheumatology")
        == kind_of("pathway.entry.otherwise.to.gp")
        == "routes"
    )
    assert (
        kind_of("pathway.services.gp.missed.new_share")
        == kind_of("pathway.while_waiting.recovery.share_within_6_weeks.acute")
        == "behaviour"
    )
    assert kind_of("pathway.services.gp.new_minutes") == "times"


# --- worlds whose answer is known -----------------------------------------------------------------------------


def one_clinic(name: str, clinic_name: str, notice: int, **sections) -> dict:
    """Everybody is seen on the first day that notice allows, so that first contact takes `notice` days."""
    services = {clinic_name: clinic(50, earliest_notice_days=notice, care="physiotherapy")}
    return world(
        services, days=40, a_day=3.0, **{"run": {"replications": 2, "workers": 1, "progress": "none"}, **sections}
    ) | {"name": name}


@pytest.fixture
def known_pair():
    """First contact takes 2 days in the comparator, and 1 in the scenario where 0 to 4 are believed possible."""
    new = one_clinic(
        "new",
        "new_clinic",
        1,
        report={
            "assumptions": {"notice": {"path": "pathway.services.new_clinic.earliest_notice_days", "range": [0, 4]}}
        },
    )
    return pair_from(sim.from_dict(one_clinic("old", "old_clinic", 2)), sim.from_dict(new))


def known_gap(notice: np.ndarray) -> np.ndarray:
    """The difference of the medians (n,): three people on each of 40 days, those of the last `notice` never seen.

    All who are seen are so on one day, spread over it by rank: half of all 120 are there when 60 of them are.
    """
    medians = [days - 0.5 + 60 / (120 - 3 * days) for days in (notice, 2)]
    return medians[0] - medians[1]


def run_of(pair, draws: int, folder: Path) -> tuple[BelievedPoints, PointOutcomes]:
    points = BelievedPoints(pair, quantiles(pair.beliefs.axes, draws, 7))
    return points, outcomes_of(points, own_luck, Store(folder), "draws", "mskflow uncertainty")


def test_a_world_where_only_one_thing_is_not_known(known_pair, tmp_path):
    points, outcomes = run_of(known_pair, 8, tmp_path)
    notice = np.array([points.values(i)["pathway.services.new_clinic.earliest_notice_days"] for i in range(8)])
    assert len(set(notice)) > 2
    expected = known_gap(notice)
    gaps = matrix(outcomes, "days_to_first_contact_median", "all", 8)
    assert gaps == pytest.approx(np.stack([expected, expected], axis=1))
    row = next(
        r
        for r in uncertainty_table(outcomes, 8).itertuples()
        if (r.kpi, r.group) == ("days_to_first_contact_median", "all")
    )
    assert row.difference == pytest.approx(expected.mean())
    assert (row.share_better, row.share_equal) == (np.mean(notice < 2), np.mean(notice == 2))
    assert (row.ignorance_share, row.chance_sd, row.draws, row.beyond) == (1.0, 0.0, 8, 0)
    assert row.ignorance_sd == pytest.approx(expected.std(ddof=1))
    assert (row.low, row.high) == pytest.approx(np.quantile(expected, (0.025, 0.975), method="weibull"))

    store = Store(tmp_path)
    again, more = (
        outcomes_of(BelievedPoints(known_pair, quantiles(known_pair.beliefs.axes, n, 7)), own_luck, store, "draws", "x")
        for n in (8, 10)
    )
    assert (again.runs, more.runs) == (0, 2 * 2 * 2)  # two more draws, two replications, two scenarios
    pd.testing.assert_frame_equal(again.table, outcomes.table)
    pd.testing.assert_frame_equal(more.table[more.table["draw"] < 8], outcomes.table)


def test_a_draw_that_cannot_be_is_told_and_the_others_count(known_pair, tmp_path):
    class Refusing(BelievedPoints):
        def at(self, place):
            if place == 3:
                raise sim.ScenarioError([Fault("pathway", "does not hold", "another number")])
            return super().at(place)

    outcomes = outcomes_of(
        Refusing(known_pair, quantiles(known_pair.beliefs.axes, 5, 7)), own_luck, Store(tmp_path), "draws", "x"
    )
    assert outcomes.impossible == {3: "pathway: does not hold; another number"}
    assert sorted(set(outcomes.table["draw"])) == [0, 1, 2, 4]
    assert np.isnan(matrix(outcomes, "days_to_first_contact_median", "all", 5)[3]).all()


def made(*rows) -> PointOutcomes:
    """Rows (draw, replication, kpi, baseline, scenario), of everybody."""
    full = [(d, r, kpi, "all", "days", a, b, b - a) for d, r, kpi, a, b in rows]
    return PointOutcomes(pd.DataFrame(full, columns=list(OUTCOMES)), {}, "all", 0)


LEAST = f"{SETTLED}_at_least"


def test_a_wait_that_too_few_reached_is_long_and_no_mean_of_the_others_is_told():
    known = [(d, r, SETTLED, 30.0, 20.0 + r) for d in range(3) for r in range(2)]
    outcomes = made(
        *known,
        *((d, r, LEAST, 30.0, 18.0) for d in range(3) for r in range(2)),
        (3, 0, SETTLED, 30.0, 29.0),
        (3, 1, SETTLED, 30.0, np.nan),
        (3, 1, LEAST, 30.0, 40.0),
        (4, 0, SETTLED, np.nan, 20.0),
        (4, 1, SETTLED, np.nan, np.nan),
        *((4, r, LEAST, 50.0, 50.0) for r in range(2)),
    )
    row = headline_row(uncertainty_table(outcomes, 5), "all")
    assert (row.draws, row.beyond) == (3, 2)
    assert np.isnan([row.baseline, row.scenario, row.difference, row.ignorance_share, row.chance_sd]).all()
    assert row.baseline_more_than == (8 * 30 + 2 * 50) / 10
    assert row.scenario_more_than == (3 * (20 + 21) + 29 + 40 + 20 + 50) / 10
    # draw 3 is worse (its mean difference is more than (-1 + 10) / 2), of draw 4 nobody can say
    assert (row.share_better, row.share_equal, row.share_undecided) == (0.6, 0.0, 0.2)
    ends = [stats.binomtest(k, 5).proportion_ci(method="wilson") for k in (3, 4)]
    assert (row.share_better_low, row.share_better_high) == pytest.approx((ends[0].low, ends[1].high))
    assert (row.low, row.high) == (-math.inf, math.inf)  # the least and the most of five
    said = headline(row, ("old", "new"))
    assert said == "new is better than old in at least 60% of what we believe possible."


def test_the_range_of_many_draws_has_its_ends_where_few_are_long():
    rows = [(d, 0, SETTLED, 100.0, 100.0 + d) for d in range(200)]
    rows[190] = (190, 0, SETTLED, 100.0, np.nan)
    row = headline_row(uncertainty_table(made(*rows, (190, 0, LEAST, 0.0, 260.0)), 200), "all")
    others = sorted({*range(200)} - {190})
    assert row.low == pytest.approx(np.quantile([*others, math.inf], 0.025, method="weibull"))
    assert row.high == pytest.approx(np.quantile([*others, 1e9], 0.975, method="weibull"))
    assert (row.beyond, math.isnan(row.difference)) == (1, True)


@pytest.mark.parametrize("n", [8, 32, 38, 39, 128, 1000])
def test_a_range_holds_what_it_says_it_holds(n):
    draws = np.random.default_rng(n).exponential(size=(4000, n))
    ends = np.quantile(draws, (0.025, 0.975), method="weibull", axis=1)
    assert [believed_range(one) for one in draws[:5]] == [pytest.approx(tuple(one)) for one in ends.T[:5]]
    held, told = np.exp(-ends[0]) - np.exp(-ends[1]), covered(n)
    assert told.mean == pytest.approx(held.mean(), abs=0.008)
    assert (told.low, told.high) == pytest.approx(np.quantile(held, (0.025, 0.975)), abs=0.01)
    assert (n >= 39) == (round(told.mean, 6) == 0.95)
    assert uncertain.DRAWS >= 128


def test_no_sentence_claims_what_no_draw_knows():
    table = uncertainty_table(made((0, 0, SETTLED, np.nan, np.nan), (1, 0, SETTLED, np.nan, np.nan)), 2)
    assert headline_row(table, "all") is None
    assert "nobody can say" in headline(None, ("old", "new"))


def test_money_and_health_from_the_indicators():
    """Pounds = what a QALY is worth times QALYs, less net benefit."""
    rows = [
        (d, r, kpi, 0.0, value)
        for d, (q, nmb) in enumerate([(0.1, 500.0), (-0.1, -1500.0)])
        for r in range(2)
        for kpi, value in (("qalys_net", q), ("net_monetary_benefit", nmb))
    ]
    worth, known = worth_of(made(*rows), 3, 20_000.0)
    assert list(known) == [True, True, False]
    assert worth.cost == pytest.approx([1500.0, -500.0])
    assert worth.evpi == pytest.approx(250.0)  # half of the time 500 is won, on average -500
    assert worth.acceptability[0] == 0.5


def test_the_sentence_the_plane_and_the_curve_say_the_same_of_money():
    """Luck leaves nothing of the spread of net benefit and something of that of cost:
    all three go by cost and QALYs with the luck of each taken out."""
    rows = [
        (d, r, kpi, 0.0, value)
        for d, pounds in enumerate([-3000.0, -1000.0, 2000.0, 4000.0])
        for r, q in enumerate([-0.5, 0.5])
        for kpi, value in (("qalys_net", q), ("net_monetary_benefit", 20_000.0 * q - pounds))
    ]
    worth = worth_of(made(*rows), 4, 20_000.0)[0]
    assert worth.cost == pytest.approx([-3000.0, -1000.0, 2000.0, 4000.0])
    assert set(worth.net) == {-500.0}  # so that nothing may be said by its sign
    assert worth.worth_it == worth.acceptability[list(THRESHOLDS).index(20_000)] == 0.5


def test_luck_is_never_shared_by_two_draws():
    numbers = [own_luck(draw, inner) for draw in range(500) for inner in range(5)]
    assert len(set(numbers)) == len(numbers)
    assert own_luck(APART - 1, 0) < own_luck(0, 1)


def test_ranges_in_words():
    assert span(SETTLED, -8.0, -1.0) == "1 to 8 fewer"
    assert span(SETTLED, -3.0, 2.0) == "3 fewer to 2 days longer"
    assert span(SETTLED, 5.0, 5.0) == "cannot be told from chance"
    assert span(SETTLED, math.nan, 2.0) == "not known"


# --- the command ----------------------------------------------------------------------------------------------


def test_a_comparator_of_the_scenarios_own_name_is_told_apart_from_it():
    """The scenario with longer notice against itself as shipped: two names, and each keeps its own setting."""
    words = [
        "gp_referral",
        "compare_with=gp_referral",
        "pathway.services.gp.earliest_notice_days=9",
        "place.scale=0.01",
    ]
    pair = pair_of(COMMANDS["uncertainty"].request(words))
    assert pair.names == ("gp_referral as shipped", "gp_referral")
    for old, new in (pair.baseline, pair.scenario), BelievedPoints(pair, quantiles(pair.beliefs.axes, 1, 7)).at(0):
        assert (old.name, new.name) == pair.names
        assert new.pathway.services["gp"].earliest_notice_days == 9 > old.pathway.services["gp"].earliest_notice_days


@pytest.mark.parametrize(
    "words, said",
    [
        (["draws=no"], "draws: is not a whole number from 8 to 10,000; for instance draws=64"),
        (["draws=8", "draws=9"], "draws: is given twice"),
        (
            ["run.replications=1"],
            "run.replications: is 1, and then nobody can tell chance from ignorance; 2 or more for each draw",
        ),
        (["compare_with=null"], "compare_with: there is nothing to compare with"),
        (["workforce.gp.wte=-1"], "workforce.gp.wte: is too small"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_one_line(words, said):
    with pytest.raises(sim.ScenarioError) as error:
        uncertain.run(COMMANDS["uncertainty"].request(["integrated", "place.scale=0.02", *words]))
    assert said in str(error.value)


def test_the_command_writes_a_whole_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(uncertain, "AS_CONFIGURED", 2)
    done = mskflow(
        "uncertainty",
        "integrated",
        "draws=8",
        "place.scale=0.01",
        "run.years=0.02",
        "run.workers=1",
        "run.progress=lines",
        "out=r",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "8 points, 2 replications of two scenarios each: 32 runs; and 4 as configured" in done.stderr
    assert "of what we believe possible" in done.stdout or "nobody can say" in done.stdout
    folder = next((tmp_path / "r" / "integrated-uncertainty").iterdir())
    names = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert names == {
        "draws.csv",
        "outcomes.csv",
        "uncertainty.csv",
        "evppi.csv",
        "plane.csv",
        "acceptability.csv",
        "report.html",
        "manifest.json",
        "config/scenario.yaml",
        "config/comparator.yaml",
        "figures/believed.svg",
        "figures/worth.svg",
    }
    assert tuple(pd.read_csv(folder / "uncertainty.csv").columns) == UNCERTAINTY
    outcomes = pd.read_csv(folder / "outcomes.csv")
    assert tuple(outcomes.columns) == OUTCOMES
    assert sorted(set(outcomes["draw"])) == list(range(8))
    draws = pd.read_csv(folder / "draws.csv")
    assert draws.groupby("path")["value"].nunique().max() == 8
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["draws"], manifest["runs_made"], manifest["impossible_draws"]) == (8, 36, {})
    page = (folder / "report.html").read_text()
    assert not re.findall(r"https?://(?!www\.w3\.org/)", page)
    assert all(a <= b for a, b in pairwise(pd.read_csv(folder / "acceptability.csv")["gbp_per_qaly"]))


# --- docs/uncertainty.md ---------------------------------------------------------------------------------------


def said(mark: str) -> list[str]:
    """The words in backquotes in the first column of a table of the page."""
    lines = (ROOT / "docs" / "uncertainty.md").read_text(encoding="utf-8").split(f"<!-- {mark} -->\n")[1].split("\n")
    table = lines[2 : next(i for i, line in enumerate(lines) if not line.startswith("|"))]
    return [word for line in table for word in re.findall(r"`(\w+)`", line.split("|")[1])]


def test_the_page_explains_every_word_and_every_column():
    assert sorted(said("words")) == sorted({*uncertain.WORDS, *sensitive.WORDS})
    assert said("uncertainty.csv") == list(UNCERTAINTY)
    assert said("sensitivity.csv") == [*ABOUT, *MORRIS, *SOBOL]


def test_the_page_names_the_defaults():
    text = (ROOT / "docs" / "uncertainty.md").read_text(encoding="utf-8")
    assert f"mean of {uncertain.AS_CONFIGURED} replications" in text
    for word, value in (("draws", uncertain.DRAWS), ("trajectories", sensitive.TRAJECTORIES), ("base", sensitive.BASE)):
        assert re.search(rf"(?m)^\| `{word}` \|.*\| {value} \|$", text), word
