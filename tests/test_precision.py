"""The sequential rule for the number of replications, and several scenarios against one baseline: worked by hand,
and held against scipy and sim-tools."""

import math
from operator import attrgetter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from worlds import clinic, world

import sim
from sim.analysis.indicators import INDICATORS
from sim.analysis.statistics.floors import FLOORS, Watched, floors_of, headline_values
from sim.analysis.statistics.multiplicity import COLUMNS, holm, several_against_one
from sim.analysis.statistics.precision import Replications, look_ahead, needed
from sim.app.running.sequential import Sequential, told

HEADLINE = [
    "days_to_first_contact_median",
    "days_to_first_contact_p92",
    "days_to_definitive_care_median",
    "days_to_definitive_care_p92",
    "rtt_within_18_weeks",
    "rtt_median_weeks",
    "rtt_over_52_weeks",
    "community_within_18_weeks",
    "community_median_weeks",
    "community_over_52_weeks",
    "hospital_referrals_per_1000",
    "hospital_no_outcome_share",
    "second_referrals_per_1000",
    "gp_appointments_per_1000",
    "surgical_conversion",
    "contacts_per_episode",
    "empty_group_seats_share",
    "cost_per_episode",
    "qalys_lost_waiting",
    "work_days_lost",
    "staff_wte",
    "staff_cost",
    "community_referrals_per_1000",
    "fcp_self_management_share",
    "wait_weeks_median",
    "wait_weeks_p92",
    "weeks_on_list_median",
    "waiting_list",
    "slot_use",
    "slots_missed_share",
]
NUMBERS = st.one_of(st.just(math.nan), st.integers(-20, 20).map(float), st.floats(-20, 20).map(lambda x: round(x, 3)))


def by_hand(values: dict, precision: float, floors: dict, least: int = 3, most: int = 100_000) -> tuple[bool, int, int]:
    """(reached, n*, replications read) by the paper's words, every interval worked out afresh by scipy."""
    total, n = len(next(iter(values.values()))), 0

    def narrow(n):
        for name, series in values.items():
            known = np.array(series[:n])[np.isfinite(series[:n])]
            if 2 * len(known) < n:
                continue
            if len(known) < least:
                return False
            if (known == known[0]).all():
                continue
            half = stats.t.interval(0.95, len(known) - 1, known.mean(), stats.sem(known))[1] - known.mean()
            if half > max(precision * abs(known.mean()), floors.get(name, 0.0)) * (1 + 1e-12):
                return False
        return n >= least

    since = 0
    for n in range(1, total + 1):
        since = (since or n) if narrow(n) else 0
        if since and n >= since + (5 if since <= 100 else 5 * since // 100):
            return True, since, n
        if n >= most:
            break
    return False, since, n


# --- one indicator --------------------------------------------------------------------------------------------


def test_three_values_by_hand():
    """10, 12, 11: mean 11, standard deviation 1, t of 2 degrees of freedom 4.3027:
    half-width 4.3027 / sqrt 3 = 2.4841."""
    verdict = needed({"x": [10, 12, 11]}, 0.2, {})
    assert (verdict.replications, verdict.outside, verdict.last) == (0, 1, "x")
    assert (verdict.mean, verdict.allowed) == (11, pytest.approx(2.2))
    assert verdict.half_width == pytest.approx(4.302652729749464 / math.sqrt(3), rel=1e-12)
    assert verdict.guess == math.ceil(3 * (2.4841377 / 2.2) ** 2) == 4
    assert verdict.needed == 4 + 5
    enough = needed({"x": [10, 12, 11]}, 0.25, {})
    assert (enough.replications, enough.outside, enough.reached, enough.needed) == (3, 0, False, 8)
    assert needed({"x": [10, 12, 11]}, 0.2, {"x": 2.4841}).replications == 0
    assert needed({"x": [10, 12, 11]}, 0.2, {"x": 2.4842}).replications == 3


@pytest.mark.parametrize("replications, ahead", [(3, 5), (100, 5), (101, 5), (119, 5), (120, 6), (200, 10), (1000, 50)])
def test_the_look_ahead_of_the_paper(replications, ahead):
    assert look_ahead(replications) == ahead


def test_what_never_varies_is_sure_after_the_least_and_the_look_ahead():
    verdict = needed({"wte": [5.913930] * 50, "nobody": [0.0] * 50}, 0.05, {})
    assert verdict.reached and not verdict.at_most
    assert (verdict.replications, verdict.seen, verdict.needed, verdict.half_width) == (3, 8, 8, 0.0)


def test_one_that_widens_again_within_the_look_ahead_begins_anew():
    """Three equal values are sure at once; the sixth is far off, and it takes until n = 41 to make up for it."""
    values = [10.0, 10.0, 10.0, 10.0, 10.0, 14.0] + [10.0] * 60
    assert needed({"x": values[:5]}, 0.02, {}).replications == 3
    assert needed({"x": values[:6]}, 0.02, {}).replications == 0
    # n values, one of them 4 more: mean 10 + 4/n, standard error 4/n: t(n - 1) * 4/n <= 0.02 * (10 + 4/n)
    first = next(n for n in range(7, 100) if stats.t.ppf(0.975, n - 1) * 4 / n <= 0.02 * (10 + 4 / n))
    verdict = needed({"x": values}, 0.02, {})
    assert (verdict.reached, verdict.replications, verdict.seen) == (True, first, first + 5)
    assert first == 41


def test_a_mean_of_nought_is_sure_by_its_floor_only():
    values = {"x": [1.0, -1.0] * 100}
    assert not needed(values, 0.5, {}).reached
    first = next(
        n
        for n in range(4, 99)
        if stats.t.ppf(0.975, n - 1) / math.sqrt(n - 1) * (1 if n % 2 == 0 else math.sqrt(1 - 1 / n**2)) <= 0.5
    )
    assert needed(values, 1e-9, {"x": 0.5}).replications == first


def test_the_look_ahead_grows_with_many_replications():
    noise = np.random.default_rng(3).normal(10, 5, 400)
    verdict = needed({"x": noise}, 0.06, {})
    assert verdict.reached and verdict.replications > 140
    assert verdict.seen == verdict.replications + 5 * verdict.replications // 100


def test_it_says_so_at_the_cap():
    verdict = needed({"x": [0.0, 1.0] * 20, "y": [7.0] * 40}, 0.05, {}, most=12)
    assert (verdict.reached, verdict.at_most, verdict.stop, verdict.seen, verdict.needed) == (False, True, True, 12, 12)
    assert (verdict.last, verdict.outside) == ("x", 1)
    assert verdict.half_width == pytest.approx(stats.t.ppf(0.975, 11) * math.sqrt(3 / 11) / math.sqrt(12))
    two = needed({"x": [1.0, 1.0]}, 0.05, {}, most=2)
    assert (two.reached, two.at_most, two.outside) == (False, True, 1)


def test_what_came_of_it_in_words():
    """Too wide, known too seldom, and narrow with the look-ahead cut short by the cap are three different things."""
    wte, floor = Watched("staff_wte", "all", "a"), {Watched("staff_wte", "all", "a"): 0.1}
    done = told(needed({wte: [5.0] * 20}, 0.05, floor), 0.05)
    assert done.startswith(
        "After 3 replications every headline indicator was within 5% of its mean, or within its floor, "
        "and stayed so until 8."
    )
    wide = told(
        needed({wte: [5.0, 10.0] * 3}, 0.05, floor, most=6), 0.05
    )  # 2.5706 x 2.7386 / sqrt 6 = 2.874, of 0.375: 6 x 58.7
    assert (
        "1 headline indicators are not within 5%" in wide
        and "± 2.9 WTE, where ± 0.4 WTE was asked for; that might take 353 replications" in wide
    )
    seldom = told(needed({wte: [5.0, math.nan, 5.0, math.nan]}, 0.5, floor, most=4), 0.5)
    assert "known too seldom, where ± 2.5 WTE" in seldom and "might take" not in seldom
    short = told(needed({wte: [5.0] * 6}, 0.05, floor, most=6), 0.05)
    assert (
        "every headline indicator is within 5% of its mean, or within its floor, since 3; but the look-ahead is 2 short"
        in short
    )
    assert "not within" not in short and "Furthest" not in short


def test_after_the_end_nothing_more_is_read():
    rule = Replications(0.05, {})
    for value in (3.0,) * 8:
        end = rule.add({"x": value})
    assert end.reached and rule.add({"x": 1e9}) == end == rule.verdict


@pytest.mark.parametrize(
    "wrong", [{"precision": 0.0}, {"precision": -0.1}, {"precision": 0.1, "least": 1}, {"precision": 0.1, "most": 0}]
)
def test_terms_that_make_no_sense(wrong):
    with pytest.raises(ValueError, match="precision must be above 0"):
        Replications(**{"floors": {}, **wrong})


# --- many indicators ------------------------------------------------------------------------------------------


def test_the_widest_of_many_is_told_and_all_must_be_narrow_at_once():
    rng = np.random.default_rng(11)
    values = {"narrow": rng.normal(100, 1, 300), "wide": rng.normal(100, 30, 300), "some": rng.normal(100, 10, 300)}
    alone = {name: needed({name: series}, 0.05, {}).replications for name, series in values.items()}
    together = needed(values, 0.05, {})
    assert together.reached and together.last == "wide"
    assert alone["narrow"] < alone["some"] < alone["wide"] == together.replications


def test_one_that_was_narrow_counts_again_when_it_widens_while_others_are_waited_for():
    values = {"slow": [0.0, 9.0, *[4.5] * 68], "early": [10.0] * 20 + [40.0] + [10.0] * 49}
    assert needed({"early": values["early"]}, 0.1, {}).seen == 8  # by itself it would be done before it widens
    assert needed({"slow": values["slow"]}, 0.1, {}).replications < 40  # and the other one before it is narrow again
    at_40 = needed({name: series[:40] for name, series in values.items()}, 0.1, {})
    assert (at_40.outside, at_40.last) == (1, "early")
    verdict = needed(values, 0.1, {})
    assert verdict.reached and verdict.last == "early" and 40 < verdict.replications < 65


def test_unknown_values_do_not_count_and_what_is_seldom_known_holds_nobody_up():
    nan = math.nan
    values = {"x": [5.0] * 20, "mostly": [nan, 2.0, 2.0, nan, *[2.0] * 16], "never": [nan] * 20}
    verdict = needed(values, 0.05, {})
    assert (verdict.replications, verdict.seen, verdict.last) == (5, 10, "mostly")  # at 5 it is known in three
    assert verdict.unknown == ("never",)
    half = needed({"x": [5.0] * 4, "half": [nan, nan, 1.0, 1.0]}, 0.05, {})
    assert (half.reached, half.outside, half.last, half.guess) == (False, 1, "half", 0) and math.isnan(half.half_width)
    rare = needed({"x": [5.0] * 20, "rare": [nan, nan, nan, 1.0, *[nan] * 9, 99.0, *[nan] * 6]}, 0.05, {})
    assert (rare.reached, rare.replications, rare.unknown) == (True, 3, ("rare",))


def test_the_rule_may_begin_later_than_with_the_third():
    values = {"x": [5.0] * 40, "often": [math.nan, 2.0] * 20}
    assert (needed(values, 0.05, {}, least=20).replications, needed(values, 0.05, {}, least=20).needed) == (20, 25)
    assert Replications(0.05, {}, least=20).verdict.needed == 25


def test_an_indicator_that_appears_late_begins_then():
    rule = Replications(0.05, {})
    for _ in range(2):
        assert rule.add({"x": 1.0}).unknown == ()
    assert rule.add({"x": 1.0, "late": 3.0}).unknown == ("late",)
    assert rule.add({"x": 1.0, "late": 3.0}).outside == 1  # known in half, and twice only
    assert rule.add({"x": 1.0, "late": 3.0}).replications == 5


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=40),
    st.sampled_from([0.05, 0.3, 1.0]),
    st.sampled_from([0.0, 2.0, 6.0]),
)
def test_the_running_rule_is_the_papers_rule(rows, precision, floor):
    values = {name: [row[i] for row in rows] for i, name in enumerate("abc")}
    floors = {"a": floor, "b": floor / 2}
    verdict = needed(values, precision, floors)
    assert (verdict.reached, verdict.replications, verdict.seen) == by_hand(values, precision, floors)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=40), st.sampled_from([0.05, 0.5]), st.integers(1, 30))
def test_as_many_as_are_needed_may_run_at_once_without_waste(rows, precision, most):
    """`needed` never falls below what was said before, and the rule never stops earlier."""
    rule = Replications(precision, {"a": 4.0}, most=most)
    said = [rule.verdict.needed]
    for a, b in rows:
        verdict = rule.add({"a": a, "b": b})
        said.append(verdict.needed)
        if verdict.stop:
            assert verdict.seen >= max(said)
            break
    assert said == sorted(said)


def test_a_time_that_is_long_in_one_replication_is_never_called_sure():
    """Its other values are narrow, and are those of the short replications."""
    p92, wait = "days_to_definitive_care_p92", "days_to_first_contact_median"
    rule = Replications(0.1, {}, least=3, most=40, is_time=attrgetter("is_time"))
    for replication in range(30):
        here = math.nan if replication == 4 else 900.0 + replication % 2
        rows = {"old": [(wait, "all", 10.0 + replication % 2, "days"), (p92, "all", here, "days")]}
        rows["new"] = [(wait, "all", 8.0, "days"), (p92, "all", 700.0, "days")]
        rule.add(headline_values(rows, "old"))
    verdict = rule.verdict
    assert verdict.long == (Watched(p92, "all", "old"), Watched(p92, "all", "new", "old")) and not verdict.unknown
    assert verdict.reached and verdict.last.kpi == wait  # what is known throughout decides
    assert "2 times that are long in some replication, the first days_to_definitive_care_p92 (all), old," in told(
        verdict, 0.1
    )


def test_known_answer_on_normal_values():
    """Mean 10, standard deviation 2, 5%: t * 2 / sqrt n <= 0.5 at n = 64;
    so about that many, and the interval holds the mean as often as it says."""
    expected = next(n for n in range(3, 200) if stats.t.ppf(0.975, n - 1) * 2 / math.sqrt(n) <= 0.5)
    assert expected == 64
    rng = np.random.default_rng(20100)
    found, inside = [], 0
    for values in rng.normal(10, 2, (250, 160)):
        verdict = needed({"x": values}, 0.05, {})
        assert verdict.reached
        found.append(verdict.replications)
        inside += abs(values[: verdict.seen].mean() - 10) <= stats.t.ppf(0.975, verdict.seen - 1) * stats.sem(
            values[: verdict.seen]
        )
    assert 58 <= np.median(found) <= 66
    assert 0.92 <= inside / 250 <= 0.98


def test_sim_tools_finds_the_same_number_for_one_indicator():
    output_analysis = pytest.importorskip("sim_tools.output_analysis")

    class Model:
        def __init__(self, values):
            self.values = values

        def single_run(self, replication):
            return {"x": self.values[replication]}

    for values in np.random.default_rng(5).normal(50, 9, (15, 250)):
        ours = needed({"x": values}, 0.06, {})
        theirs, _ = output_analysis.ReplicationsAlgorithm(half_width_precision=0.06).select(Model(values), ["x"])
        assert 3 < ours.replications < 100
        assert theirs["x"] == ours.replications


# --- what counts ----------------------------------------------------------------------------------------------


def test_every_headline_indicator_has_a_floor_and_a_reason_and_nothing_else_has():
    assert sorted(FLOORS) == sorted(HEADLINE)
    for name, (floor, reason) in FLOORS.items():
        assert name in INDICATORS
        assert floor > 0 and len(reason) > 8
        assert floor < 1 or INDICATORS[name][0] != "share"


def test_the_page_has_the_floors_as_they_are():
    text = (Path(__file__).resolve().parent.parent / "docs" / "precision.md").read_text(encoding="utf-8")
    lines = text[text.index("<!-- floors -->") :].split("\n\n")[0].splitlines()[3:]
    assert [[cell.strip() for cell in line.strip("|").split("|")] for line in lines] == [
        [f"`{name}`", f"{floor:,g}", INDICATORS[name][0], reason] for name, (floor, reason) in FLOORS.items()
    ]


def kpis(**values):
    return [
        (kpi, group, value, "") for (kpi, group), value in ((key.split("__"), value) for key, value in values.items())
    ]


def test_levels_of_each_scenario_and_differences_from_the_baseline():
    old = kpis(
        waiting_list__physio=200,
        waiting_list__gp=7,
        staff_wte__all=5,
        staff_wte__nurse=3,
        hospital_referrals_per_1000__gp=9,
        days_to_definitive_care_median__all=8,
        days_to_definitive_care_median__needs_more=90,
        days_to_definitive_care_median__imd_1=95,
        imd_wait_ratio__all=1.2,
    )
    new = kpis(
        waiting_list__physio=150,
        waiting_list__fcp=3,
        staff_wte__all=5,
        days_to_definitive_care_median__all=math.nan,
        days_to_definitive_care_median__needs_more=70,
    )
    found = headline_values({"old": old, "new": new}, "old")
    wait = "days_to_definitive_care_median"
    assert {name: value for name, value in found.items() if not math.isnan(value)} == {
        Watched("waiting_list", "physio", "old"): 200,
        Watched("waiting_list", "gp", "old"): 7,
        Watched("staff_wte", "all", "old"): 5,
        Watched(wait, "all", "old"): 8,
        Watched(wait, "needs_more", "old"): 90,
        Watched("waiting_list", "physio", "new"): 150,
        Watched("waiting_list", "fcp", "new"): 3,
        Watched("staff_wte", "all", "new"): 5,
        Watched(wait, "needs_more", "new"): 70,
        Watched("waiting_list", "physio", "new", "old"): -50,
        Watched("staff_wte", "all", "new", "old"): 0,
        Watched(wait, "needs_more", "new", "old"): -20,
    }
    assert {name for name, value in found.items() if math.isnan(value)} == {
        Watched(wait, "all", "new"),
        Watched(wait, "all", "new", "old"),
    }
    assert set(headline_values({"old": old})) == {name for name in found if name.scenario == "old"}
    assert str(Watched("staff_wte", "all", "new", "old")) == "staff_wte (all), new less old"


def test_differences_have_the_floors_of_their_levels():
    """5% of a difference of nothing is nothing: without a floor of its own no number of
    replications would be enough."""
    level, gap = (
        Watched("hospital_referrals_per_1000", "all", "new"),
        Watched("hospital_referrals_per_1000", "all", "new", "old"),
    )
    lists = Watched("waiting_list", "gp", "new", "old")
    assert floors_of([level, gap, lists], 80_000) == {level: 0.5, gap: 0.5, lists: 8.0}
    values = {level: [30.0, 30.4] * 20, gap: [-0.2, 0.2] * 20}
    assert needed(values, 0.05, floors_of(values)).last == gap
    # n values, 0.2 to either side of 0: t(n - 1) * 0.2 / sqrt(n - 1) <= 0.5 at n = 4 (0.367), not at 3 (0.574)
    assert needed(values, 0.05, floors_of(values)).replications == 4


def test_no_more_are_wanted_than_the_cap_allows_and_no_fewer_than_the_rule_may_need():
    def wanted(**run):
        scenario = sim.from_dict(world({"gp": clinic(5)}, run=run | {"precision": 0.1}))
        return Sequential(["key"], ["one"], scenario).wanted

    assert [wanted(replications=1, most_replications=most) for most in (1, 2, 3, 40)] == [1, 2, 3, 3]
    assert [wanted(replications=20, most_replications=most) for most in (10, 40)] == [10, 20]


def test_the_third_year_leads_where_a_run_has_one():
    wait = "days_to_definitive_care_median"
    rows = kpis(
        **{f"{wait}__{group}": 1 for group in ("all", "needs_more", "needs_more_year_3", "year_3", "needs_more_imd_1")}
    )
    assert {name.group for name in headline_values({"new": rows})} == {"all", "needs_more_year_3"}


def test_a_list_of_a_large_place_may_be_less_exact():
    names = [Watched("waiting_list", "physio", "a"), Watched("slot_use", "physio", "a")]
    assert floors_of(names) == {names[0]: 5.0, names[1]: 0.01}
    assert floors_of(names, residents=345_300) == {names[0]: 34.53, names[1]: 0.01}
    with pytest.raises(KeyError):
        floors_of([Watched("no_such_indicator", "all", "a")])


# --- several scenarios against one ----------------------------------------------------------------------------


def test_holm_by_hand():
    """0.01 x 4, 0.02 x 3, then 0.03 x 2 and 0.04 x 1, neither below the one before: the example of every textbook."""
    assert holm([0.01, 0.04, 0.03, 0.02]).tolist() == [0.04, 0.06, 0.06, 0.06]
    assert holm([0.001, 0.5, 0.9]).tolist() == pytest.approx([0.003, 1.0, 1.0])
    assert holm([0.03]).tolist() == [0.03]
    assert holm([]).tolist() == []
    assert holm([0.02, math.nan, 0.01]).tolist() == pytest.approx([0.02, math.nan, 0.02], nan_ok=True)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_no_correction_and_bonferroni(p):
    found = holm(p)
    assert (found >= np.array(p) - 1e-15).all() and (found <= np.minimum(np.array(p) * len(p), 1)).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    # step down: the smallest is rejected at 5% if below 5% / m, the next at 5% / (m - 1), and so on until one is not
    rejected, going = set(), True
    for step, place in enumerate(order.tolist()):
        going = going and p[place] * (len(p) - step) <= 0.05
        rejected |= {place} if going else set()
    assert set(np.flatnonzero(found <= 0.05).tolist()) == rejected


def table(**values):
    return pd.DataFrame(
        [
            (name, r, "waiting_list", "physio", value, "people")
            for name, series in values.items()
            for r, value in enumerate(series)
        ],
        columns=["scenario", "replication", "kpi", "group", "value", "unit"],
    )


def test_three_scenarios_against_one():
    rng = np.random.default_rng(8)
    base = rng.normal(100, 20, 12)
    own = {
        "same": base + rng.normal(0, 2, 12),
        "better": base - 3 + rng.normal(0, 2, 12),
        "far": base - 30 + rng.normal(0, 2, 12),
    }
    found = several_against_one(table(base=base, **own), "base", ["far", "same", "better"], "waiting_list", "physio")
    assert tuple(found.columns) == COLUMNS and found["scenario"].tolist() == ["far", "same", "better"]
    for row in found.itertuples():
        test = stats.ttest_rel(own[row.scenario], base)
        wide = test.confidence_interval(1 - 0.05 / 3)
        assert (row.p, row.ci_low, row.ci_high) == pytest.approx((test.pvalue, wide.low, wide.high))
        assert row.difference == pytest.approx((own[row.scenario] - base).mean())
    assert found["p_holm"].tolist() == pytest.approx(holm(found["p"]).tolist())
    assert found["significant"].tolist() == [True, False, True]


def test_what_is_the_same_in_every_replication_is_no_chance():
    found = several_against_one(
        table(base=[1, 2, 3], more=[2, 3, 4], same=[1, 2, 3]), "base", ["more", "same"], "waiting_list", "physio"
    )
    assert found[["difference", "ci_low", "ci_high"]].to_numpy().tolist() == [[1, 1, 1], [0, 0, 0]]
    assert found[["p", "p_holm"]].isna().all(axis=None) and not found["significant"].any()


def test_a_replication_that_either_does_not_know_is_left_out_and_one_alone_is_no_test():
    found = several_against_one(
        table(base=[1, 2, 3, math.nan], a=[2, math.nan, 5, 9], b=[math.nan, math.nan, 7, 1]),
        "base",
        ["a", "b"],
        "waiting_list",
        "physio",
    )
    assert found["replications"].tolist() == [2, 1] and found["difference"].tolist() == [1.5, 4]
    assert found[["p", "p_holm"]].isna().all(axis=None)  # two replications have an interval and are no test
    alone = several_against_one(
        table(base=[1, 2, 3, math.nan], a=[2, math.nan, 5, 9]), "base", ["a"], "waiting_list", "physio"
    )
    assert (
        found.loc[0, ["ci_low", "ci_high"]].tolist() == alone.loc[0, ["ci_low", "ci_high"]].tolist()
    )  # and widens no interval
    assert found.loc[1, ["ci_low", "ci_high", "p", "p_holm"]].isna().all() and not found.loc[1, "significant"]


@given(st.lists(st.lists(st.floats(-5, 5), min_size=6, max_size=6), min_size=2, max_size=5))
def test_an_interval_without_nought_is_always_significant(rows):
    """Bonferroni's intervals never claim more than Holm's tests."""
    own = {f"s{i}": [round(x, 2) + 3 for x in row] for i, row in enumerate(rows)}
    found = several_against_one(table(base=[0.0, 1, 2, 3, 4, 5], **own), "base", list(own), "waiting_list", "physio")
    clear = (found["ci_low"] > 1e-9) | (found["ci_high"] < -1e-9)
    clear &= found["ci_low"] < found["ci_high"]  # the same in every replication is no test
    assert found.loc[clear, "significant"].all()


def test_the_family_keeps_its_promise():
    """Ten scenarios that are all as the one baseline: a false alarm in 5% of families at most,
    and in 30% without the correction."""
    rng, alarms, single = np.random.default_rng(77), 0, 0
    for _ in range(1000):
        values = rng.normal(0, 1, (11, 15))
        p = stats.ttest_1samp(values[1:] - values[0], 0, axis=1).pvalue
        alarms += (holm(p) <= 0.05).any()
        single += (p <= 0.05).any()
    assert alarms / 1000 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 1000)
    assert single / 1000 == pytest.approx(0.30, abs=0.05)


def test_a_name_that_is_not_there_is_said():
    rows = table(base=[1, 2], a=[2, 3])
    with pytest.raises(ValueError, match=r"no rows of waiting_list \(physio\) in b"):
        several_against_one(rows, "base", ["a", "b"], "waiting_list", "physio")
    with pytest.raises(ValueError, match="no rows of slot_use"):
        several_against_one(rows, "base", ["a"], "slot_use")
    with pytest.raises(ValueError, match="twice"):
        several_against_one(rows, "base", ["a", "base"], "waiting_list", "physio")
