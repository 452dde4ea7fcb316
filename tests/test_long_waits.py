"""A time that too few have come to is long, not absent: in levels, differences, families, sweeps and words."""

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import sim
from sim.analysis.figures.values import Difference
from sim.analysis.statistics.multiplicity import several_against_one
from sim.analysis.statistics.paired import Level, differences, interval, level_at
from sim.analysis.statistics.swept import CERTAIN, PERHAPS, Series, against_table, levels_table, standing
from sim.analysis.words import amounts
from sim.analysis.words.side import side_of_zero
from sim.app.studies.runs.unpaired import unpaired

SIM = Path(sim.__file__).parent
KPI, NAN = "days_to_definitive_care_p92", math.nan
BEFORE, SHORTEST = [900.0, NAN, 940.0, NAN], [880.0, 1000.0, 915.0, 1010.0]
NOW = [600.0, 610.0, 590.0, 605.0]


def table(**values) -> pd.DataFrame:
    """kpis of scenarios: name -> (values, their bounds)."""
    rows = [
        (name, r, kpi, "surgery", "days", value)
        for name, both in values.items()
        for kpi, of in zip((KPI, KPI + "_at_least"), both, strict=True)
        for r, value in enumerate(of)
    ]
    return pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "group", "unit", "value"])


def difference(**values):
    found = differences(table(**values), "b", "a")
    return found[found["kpi"] == KPI].iloc[0]


def test_a_mean_is_more_than_what_the_bounds_leave_and_never_that_of_the_short_ones():
    level = level_at(KPI, "surgery", BEFORE, SHORTEST)
    assert math.isnan(level.mean) and level.more_than == (900 + 1000 + 940 + 1010) / 4
    assert math.isnan(level_at(KPI, "surgery", BEFORE).more_than)
    assert level_at(KPI, "surgery", NOW).mean == np.mean(NOW)
    assert level_at("cost_total", "all", [1.0, NAN, 3.0]).mean == 2  # what is absent is no time


def test_a_difference_has_the_end_of_its_interval_that_is_known():
    row = difference(a=(BEFORE, SHORTEST), b=(NOW, NOW))
    most = np.array(NOW) - [900, 1000, 940, 1010]
    assert math.isnan(row.baseline) and row.scenario == np.mean(NOW) and math.isnan(row.difference)
    assert (row.ci_low, row.ci_high, row.replications) == (-math.inf, interval(most)[1], 2)
    assert amounts.verdict(KPI, row.difference, row.ci_low, row.ci_high, 2) == "better"
    turned = difference(a=(NOW, NOW), b=(BEFORE, SHORTEST))
    assert (turned.ci_low, turned.ci_high) == (pytest.approx(-row.ci_high), math.inf)
    assert amounts.verdict(KPI, turned.difference, turned.ci_low, turned.ci_high, 2) == "worse"
    nothing = difference(a=(BEFORE, SHORTEST), b=(BEFORE[::-1], SHORTEST[::-1]))
    assert np.isnan([nothing.difference, nothing.ci_low, nothing.ci_high]).all()


def test_the_inequality_of_a_long_time_is_as_unknown_as_the_time():
    rows = [
        (name, r, "slope_index_of_inequality", KPI, "days", value)
        for name, of in (("a", [1.0, NAN, 3.0]), ("b", [1.0, 2.0, 3.0]))
        for r, value in enumerate(of)
    ]
    frame = pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "group", "unit", "value"])
    row = differences(frame, "b", "a").iloc[0]
    assert math.isnan(row.difference) and math.isnan(row.baseline) and row.scenario == 2


def test_families_and_sweeps_keep_to_it():
    frame = table(a=(BEFORE, SHORTEST), b=(NOW, NOW), c=(NOW[::-1], NOW))
    row = several_against_one(frame, "a", ["b"], KPI, "surgery").iloc[0]
    assert math.isnan(row.difference) and math.isnan(row.p) and not row.significant
    assert several_against_one(frame, "b", ["c"], KPI, "surgery").iloc[0].difference == pytest.approx(0)
    one = Series(dict(enumerate(NOW)), "a", dict(enumerate(BEFORE)), "a")
    assert against_table([one], KPI, "surgery")["difference"].isna().all()
    told = levels_table(KPI, "surgery", "days", [Series(dict(enumerate(BEFORE)))]).iloc[0]
    assert math.isnan(told.level) and math.isnan(told.level_more_than) and (told.replications, told.known) == (4, 2)


def test_a_point_has_the_end_of_its_intervals_that_its_bounds_leave():
    before, shortest, now = (dict(enumerate(of)) for of in (BEFORE, SHORTEST, NOW))
    least = levels_table(KPI, "surgery", "days", [Series(before, bounds=shortest)]).iloc[0]
    assert least.level_more_than == (900 + 1000 + 940 + 1010) / 4
    beside = Series(dict(enumerate([700.0, 640.0, 655.0, 690.0])), "a", before, "a", baseline_bounds=shortest)
    one = Series(now, "a", before, "a", baseline_bounds=shortest)
    row = against_table([one, beside], KPI, "surgery").iloc[0]
    most = np.array(NOW) - [900, 1000, 940, 1010]
    assert (row.ci_low, row.ci_high, row.pairs, row.compared) == (-math.inf, interval(most)[1], 2, 2)
    half = stats.t.ppf(1 - 0.05 / 2 / 2, 3) * most.std(ddof=1) / 2  # Bonferroni: two points share the baseline
    assert row.simultaneous_low == -math.inf and row.simultaneous_high == pytest.approx(most.mean() + half)
    assert np.isnan([row.baseline_level, row.difference, row.p, row.p_holm]).all()
    turned = against_table([Series(before, "b", now, "b", bounds=shortest)], KPI, "surgery").iloc[0]
    assert turned.ci_low == pytest.approx(-row.ci_high) and turned.ci_high == math.inf
    few = {r: of for r, of in now.items() if r < 2}
    assert math.isnan(against_table([Series(few, "a", before, "a", baseline_bounds=shortest)], KPI).iloc[0].ci_high)


def test_a_point_of_more_replications_than_its_baseline_is_compared_in_those_that_both_have():
    now = dict(enumerate(NOW))
    row = against_table([Series(now, "a", {0: 700.0, 1: 720.0, 2: 690.0}, "a")], KPI, "surgery").iloc[0]
    assert (row.difference, row.pairs) == (pytest.approx(np.mean([-100, -110, -100])), 3)


def test_runs_that_share_nothing_keep_to_it_too():
    found = unpaired(table(a=(BEFORE, SHORTEST), b=(NOW, NOW)), "b", "a")
    row = found[found["kpi"] == KPI].iloc[0]
    ends = stats.ttest_ind(NOW, [900, 1000, 940, 1010], equal_var=False).confidence_interval()
    assert math.isnan(row.baseline) and math.isnan(row.difference) and row.scenario == np.mean(NOW)
    assert (row.ci_low, row.ci_high) == (-math.inf, pytest.approx(ends.high))


def test_chance_that_has_shown_nothing_proves_nothing():
    same = pd.DataFrame(
        [
            (n, r, "waiting_list", "gp", v + r * s)
            for n, v, s in (("a", 5, 0), ("b", 4, 0), ("c", 3, 1))
            for r in (0, 1)
        ],
        columns=["scenario", "replication", "kpi", "group", "value"],
    )
    found = several_against_one(same, "a", ["b", "c"], "waiting_list", "gp").set_index("scenario")
    assert found.loc["b", "ci_low"] == found.loc["b", "ci_high"] == -1  # the same in every replication
    assert found["p"].isna().all() and not found["significant"].any()  # and two replications are no test
    assert standing("waiting_list", level_at("waiting_list", "gp", [4.0, 4.0]), 5.0) == PERHAPS
    assert amounts.verdict("waiting_list", -12, -12, -12, 20) == "lower"
    assert amounts.verdict("waiting_list", -12, -13, -11, replications=2) == "no clear difference"
    assert amounts.verdict("waiting_list", -12, -13, -11, replications=3) == "better"


def test_one_rule_says_what_is_judged_at_all():
    from sim.analysis.figures.gap_words import clear

    assert [side_of_zero(1, 2, n) for n in (2, 3)] == [0, 1] and side_of_zero(-2, -1, 3) == -1
    assert side_of_zero(-1, 1, 20) == side_of_zero(2, 2, 20) == side_of_zero(NAN, 1, 20) == 0
    assert side_of_zero(-math.inf, -1, 3) == -1
    two, three = (Difference(KPI, "all", 9, 8, -1, -1.5, -0.5, n) for n in (2, 3))
    assert (two.side, two.verdict(), three.side, three.verdict()) == (0, "no clear difference", -1, "better")
    assert [clear(Level(5, 4, 6, replications=n)) for n in (2, 3)] == [False, True]
    sure = [standing("waiting_list", Level(4, 3, 5, replications=n), 5.5) for n in (2, 3)]
    assert sure == [PERHAPS, CERTAIN]


def test_nothing_that_is_shown_judges_by_a_rule_of_its_own():
    rule = re.compile(r"\b(low|high)\b\)? *(<|>)=? *0\b|\b0 *(<|>)=? *\w*\.?(low|high)\b")
    shown = [
        path for room in ("analysis/figures", "app/pages", "app/studies/gather") for path in (SIM / room).rglob("*.py")
    ]
    assert len(shown) > 40 and [path.name for path in shown if rule.search(path.read_text("utf-8"))] == []


def test_what_is_too_small_to_be_shown_is_no_better():
    assert amounts.number("wait_weeks_median", 2e-6, 1) == "0.00"
    assert amounts.verdict("wait_weeks_median", -2e-6, -3e-6, -1e-6, 20) == "no clear difference"
    assert amounts.verdict("wait_weeks_median", -0.04, -0.05, -0.03, 20) == "no clear difference"  # 0.0 weeks
    assert amounts.verdict("wait_weeks_median", -0.06, -0.07, -0.05, 20) == "better"


def test_words_for_what_is_long():
    assert amounts.more_than(KPI, 1046.7) == "more than 1,046 days"
    assert amounts.gap(KPI, NAN, -math.inf, -37.4) == "at most −37"
    assert amounts.interval(KPI, NAN, -math.inf, -37.4) == "at least 37 fewer"
    assert amounts.interval(KPI, NAN, 12.0, math.inf) == "at least 12 days longer"
    assert amounts.interval(KPI, NAN, -math.inf, 4.0) == "difference not known"


@pytest.mark.parametrize(
    "kpi, before, after, told",
    [
        (KPI, 89.6, 111.4, 21.0),  # 90 and 111, by which nobody gets 22
        (KPI, 37.6, 38.4, 0.8),  # 38 and 38: the difference as it is
        ("staff_cost", 15_686_402.0, 17_644_662.0, 1_950_000.0),  # £15.69m and £17.64m
        ("staff_cost", 15_686_402.0, 15_700_000.0, 13_598.0),  # told more finely than both
    ],
)
def test_a_difference_is_what_a_reader_gets_who_subtracts(kpi, before, after, told):
    gap = Difference(kpi, "all", before, after, after - before, 0.9 * (after - before), 1.1 * (after - before), 20)
    assert gap.stated == pytest.approx(told)
