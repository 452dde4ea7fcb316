"""Is it fair: indices of inequality against numbers worked by hand and against numpy,
shares of groups against the log itself."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import clinic, delay, facts, lived, people, rule, way, world, written

import sim
from sim.analysis.figures.values import levels
from sim.analysis.indicators import INDICATORS, measure
from sim.analysis.indicators.access import days_to
from sim.analysis.indicators.groups import ETHNIC_GROUPS, FIFTHS, MINORITY
from sim.analysis.indicators.measures import measures_of
from sim.analysis.indicators.unequal import TIMES, TOLD_OF
from sim.analysis.reading.reading import Reading
from sim.analysis.statistics import inequality
from sim.analysis.statistics.paired import with_intervals
from sim.analysis.statistics.survival import kaplan_meier
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import BY_INDICATOR, TABLE

QUINTILES = "12345"
EQUAL = [100] * 5
NAN = float("nan")


def kpis(run) -> dict:
    """{(kpi, group): value}"""
    return {(kpi, group): value for kpi, group, value, _ in measure(Reading(run.record, run.scenario))}


def by_hand(rows, patients, services, days=100, **sections) -> dict:
    config = world(services, days, **sections)
    return {
        (kpi, group): value
        for kpi, group, value, _ in measure(Reading(written(config, patients, rows), sim.from_dict(config)))
    }


# --- slope and relative index -------------------------------------------------------------------------------


def test_ridits_are_the_middles_of_each_groups_part():
    assert inequality.ridits(EQUAL) == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9])
    assert inequality.ridits([10, 30, 60]) == pytest.approx([0.05, 0.25, 0.7])


def test_the_slope_of_equal_fifths_by_hand():
    # Ridits 0.1 to 0.9 and values 10, 8, 7, 5, 5: mean 7, sum of (x - 0.5)(y - 7) = -0.4 x 3 - 0.2 x 1 - 0.2 x 2 - 0.4
    # x 2 = -2.6, sum of (x - 0.5)^2 = 0.4. Slope -6.5: 7 + 3.25 = 10.25 for the most deprived, 3.75 for the least.
    values = [10, 8, 7, 5, 5]
    assert inequality.ends(values, EQUAL) == pytest.approx((10.25, 3.75))
    assert inequality.slope_index(values, EQUAL) == pytest.approx(6.5)
    assert inequality.relative_index(values, EQUAL) == pytest.approx(10.25 / 3.75)


def test_the_slope_of_groups_of_unequal_size_by_hand():
    # A half, a quarter and a quarter: ridits 0.25, 0.625, 0.875, mean 0.5; values 4, 2, 1, mean 2.75. Sum of
    # w(x - 0.5)(y - 2.75): -0.15625 - 0.0234375 - 0.1640625 = -0.34375; of w(x - 0.5)^2: 0.03125 + 0.00390625 +
    # 0.03515625 = 0.0703125.
    slope = 0.34375 / 0.0703125
    assert inequality.slope_index([4, 2, 1], [50, 25, 25]) == pytest.approx(slope)
    assert inequality.relative_index([4, 2, 1], [50, 25, 25]) == pytest.approx((2.75 + slope / 2) / (2.75 - slope / 2))


VALUES = st.lists(st.floats(0.5, 1000), min_size=5, max_size=5)
PEOPLE = st.lists(st.integers(1, 100_000), min_size=5, max_size=5)


@given(VALUES, PEOPLE)
def test_it_is_the_weighted_least_squares_of_numpy(values, count):
    x, root = inequality.ridits(count), np.sqrt(np.array(count) / sum(count))
    (start, slope), *_ = np.linalg.lstsq(
        np.column_stack([np.ones(5), x]) * root[:, None], np.array(values) * root, rcond=None
    )
    assert inequality.ends(values, count) == pytest.approx((start, start + slope), rel=1e-6, abs=1e-6)


@given(st.floats(0, 1000), PEOPLE)
def test_equal_values_are_no_inequality(value, count):
    assert inequality.slope_index([value] * 5, count) == 0
    assert inequality.relative_index([value] * 5, count) == inequality.longest_over_shortest([value] * 5, count) == 1
    assert inequality.widest_gap([value] * 5, count) == 0


@given(VALUES, PEOPLE, st.floats(0.01, 100), st.floats(0, 500))
def test_another_unit_scales_the_slope_and_leaves_the_ratio_and_a_constant_leaves_the_slope(
    values, count, factor, more
):
    values = np.array(values)
    slope = inequality.slope_index(values, count)
    assert inequality.slope_index(values * factor, count) == pytest.approx(slope * factor, rel=1e-6, abs=1e-6 * factor)
    assert inequality.slope_index(values + more, count) == pytest.approx(slope, rel=1e-6, abs=1e-6)
    assert inequality.relative_index(values * factor, count) == pytest.approx(
        inequality.relative_index(values, count), rel=1e-6, nan_ok=True
    )


@given(VALUES, PEOPLE)
def test_the_other_order_turns_the_sign_and_the_ratio(values, count):
    slope, ratio = inequality.slope_index(values, count), inequality.relative_index(values, count)
    assert inequality.slope_index(values[::-1], count[::-1]) == pytest.approx(-slope, rel=1e-6, abs=1e-6)
    assert inequality.relative_index(values[::-1], count[::-1]) == pytest.approx(1 / ratio, rel=1e-6, nan_ok=True)


@given(VALUES, PEOPLE, st.integers(2, 9))
def test_only_the_parts_of_the_population_count_and_not_its_size(values, count, times):
    assert inequality.slope_index(values, np.array(count) * times) == pytest.approx(
        inequality.slope_index(values, count), rel=1e-9, abs=1e-9
    )


def test_a_group_of_nobody_does_not_count_and_one_that_is_unknown_makes_the_line_unknown():
    assert inequality.slope_index([5, NAN, 3, NAN, 1], [9, 0, 9, 0, 9]) == pytest.approx(
        inequality.slope_index([5, 3, 1], [1, 1, 1])
    )
    for function in (
        inequality.slope_index,
        inequality.relative_index,
        inequality.longest_over_shortest,
        inequality.widest_gap,
    ):
        assert math.isnan(function([5, NAN, 3, 2, 1], EQUAL))
        assert math.isnan(function([5, NAN, NAN, NAN, NAN], [9, 0, 0, 0, 0]))  # one group alone
        assert math.isnan(function([NAN] * 5, [0] * 5))


def test_a_line_that_falls_to_zero_has_no_ratio():
    assert math.isnan(inequality.relative_index([10, 0, 0, 0, 0], EQUAL))
    assert inequality.slope_index([10, 0, 0, 0, 0], EQUAL) == pytest.approx(10)


def test_the_longest_over_the_shortest_and_the_widest_gap():
    assert inequality.longest_over_shortest([10, 11, 10, 12, 10], EQUAL) == 1.2
    assert inequality.longest_over_shortest([3, 0, 1, 1, 1], EQUAL) == math.inf
    assert inequality.longest_over_shortest([3, 0, 1, 1, 1], [9, 0, 9, 9, 9]) == 3
    assert inequality.widest_gap([3, 7, 5], [1, 1, 1]) == 4


# --- shares by group, from the log --------------------------------------------------------------------------


MISSES = {"new_share": 0.25, "follow_up_share": 0.2, "most_to_least_deprived_ratio": 3.0, "discharged_share": 0.5}
AFTER = {  # what becomes of those discharged -> (rules, another place)
    "off the list": {},
    "out by a rule": {"after_missing": way("resolved")},
    "to another service": {"after_missing": {"back": rule("b", {"sex": "female"}), **way("a")}},
}


@pytest.mark.parametrize("after", AFTER)
def test_the_most_deprived_miss_more_and_are_discharged_more_as_the_log_has_it(after):
    course = {"to": "course", "follow_ups": {"mean_visits": 2, "spread": "fixed", "interval_days": 3}}
    services = {"a": clinic(5000, **course, missed=MISSES, **AFTER[after]), "b": clinic(5000)}
    n = 3000
    run = lived(
        world(services, 60, demand=facts(imd_quintile=QUINTILES)),
        people([0] * n, imd_quintile=[QUINTILES[i % 5] for i in range(n)], sex=["female", "male"] * (n // 2)),
    )
    found = kpis(run)

    # From the log, by another way: whoever has missed is seen again, misses again, or has been discharged.
    quintile = {who: f"imd_{QUINTILES[(who - 1) % 5]}" for who in range(1, n + 1)}
    gone, missed, booked = set(), dict.fromkeys(FIFTHS, 0), dict.fromkeys(FIFTHS, 0)
    for who in quintile:
        story = run.story(who)
        for (day, service, what, *_), after_that in zip(story, [*story[1:], None], strict=True):
            if what in ("attended", "missed"):
                booked[quintile[who]] += 1
                missed[quintile[who]] += what == "missed"
            if what == "missed" and after_that[2] in ("removed", "moved", "resolved"):
                assert after_that[:2] == (day, service)
                gone.add(who)
    for fifth in FIFTHS:
        assert found["missed_share", fifth] == missed[fifth] / booked[fifth]
        assert found["discharged_after_missing_share", fifth] == sum(quintile[who] == fifth for who in gone) / (n / 5)
    assert found["discharged_after_missing_share", "all"] == len(gone) / n > 0.2
    assert found["discharged_after_missing_share", "imd_1"] > 1.5 * found["discharged_after_missing_share", "imd_5"]
    assert found["slope_index_of_inequality", "discharged_after_missing_share"] > 0
    assert found["relative_index_of_inequality", "missed_share"] > 1.5


def test_nobody_is_discharged_where_everybody_is_booked_again():
    missed = {"new_share": 0.25, "discharged_share": 0.0}
    found = kpis(lived(world({"a": clinic(5000, missed=missed)}, 60), people([0] * 500)))
    assert found["discharged_after_missing_share", "all"] == 0 < found["missed_share", "all"]


def test_private_exit_by_fifth_is_as_set():
    # Nobody is ever seen: within 70 days 0.1 of the most deprived fifth leave, 0.5 of the least.
    shares = dict(zip(QUINTILES, (0.1, 0.2, 0.3, 0.4, 0.5), strict=True))
    n = 20_000
    patients = people([0] * n, imd_quintile=[QUINTILES[i % 5] for i in range(n)])
    config = world({"a": clinic(0.001, private_exit=True)}, 71)
    config["pathway"]["while_waiting"] = {"private_exit": {"share_within_10_weeks": shares}}
    found = kpis(lived(config, patients))
    for word, share in shares.items():
        assert found["private_exit_share", f"imd_{word}"] == pytest.approx(
            share, abs=4 * math.sqrt(share * (1 - share) / (n / 5))
        )
    # The slope of 0.1 to 0.5 over equal fifths: 0.1 a fifth, 0.5 from end to end, more for the least deprived.
    assert found["slope_index_of_inequality", "private_exit_share"] == pytest.approx(-0.5, abs=0.04)
    assert found["relative_index_of_inequality", "private_exit_share"] == pytest.approx(0.05 / 0.55, abs=0.05)


THEATRE = {
    "gp": clinic(setting="primary", clinician="gp", care="self_management"),
    "desk": clinic(setting="triage", contact=False),
    "home": delay(9, setting="home", contact=False),
    "hospital": clinic(setting="hospital", care="specialist", rtt="clock"),
    "spinal": clinic(setting="hospital", care="specialist", rtt="clock"),
    "theatre": clinic(setting="hospital", care="surgery", rtt="treatment"),
}


def seen(day, who, service, since=0):
    return (day, who, service, "attended", "new", "", since)


def test_surgery_is_of_those_who_need_it():
    patients = people(
        [0] * 5,
        need=["surgery", "surgery", "surgery", "physiotherapy", "surgery"],
        imd_quintile=["1", "1", "5", "5", "5"],
        ethnicity=["asian", "white_british", "white_british", "asian", "white_british"],
    )
    rows = [seen(30, 1, "theatre"), seen(35, 3, "theatre"), seen(40, 4, "theatre"), seen(50, 5, "hospital")]
    found = by_hand(rows, patients, THEATRE)
    shares = {
        group: found["surgery_share", group]
        for group in ("all", "imd_1", "imd_5", "ethnicity_asian", "ethnicity_white_british", MINORITY)
    }
    assert shares == {
        "all": 2 / 4,
        "imd_1": 1 / 2,
        "imd_5": 1 / 2,
        "ethnicity_asian": 1,
        "ethnicity_white_british": 1 / 3,
        MINORITY: 1,
    }
    assert found["ethnic_gap", "surgery_share"] == pytest.approx(2 / 3) == found["ethnic_gap_widest", "surgery_share"]
    assert math.isnan(found["surgery_share", "imd_3"]) and found["slope_index_of_inequality", "surgery_share"] == 0
    assert not {kpi for kpi, _ in by_hand(rows[3:], patients, {k: s for k, s in THEATRE.items() if k != "theatre"})} & {
        "surgery_share"
    }


def test_only_booked_visits_of_the_cohort_count_as_missed():
    patients = people(0, 0, 50, imd_quintile=["1", "5", "1"])
    rows = [
        (1, 1, "gp", "missed", "new", "", 0),
        seen(2, 1, "gp"),
        (9, 1, "gp", "attended", "follow_up"),
        seen(3, 1, "desk"),
        (4, 2, "gp", "cancelled", "rebooked"),
        seen(5, 2, "gp"),
        (6, 2, "gp", "attended", "side_contact"),
        (60, 3, "gp", "missed", "new", "", 50),
    ]
    found = by_hand(sorted(rows), patients, THEATRE, analysis={"window": [0, 40]})
    assert [found["missed_share", group] for group in ("all", "imd_1", "imd_5")] == [1 / 4, 1 / 3, 0]


def test_rtt_by_who_waits_and_by_where():
    patients = people(
        [0] * 4, imd_quintile=["1", "1", "5", "5"], ethnicity=["asian", "black", "white_british", "white_british"]
    )
    joined = [(20, 1, "hospital"), (400, 2, "spinal"), (400, 3, "hospital"), (380, 4, "hospital")]
    rows = [(day, who, service, "listed", "referred") for day, who, service in sorted(joined)]
    # On day 499 they have waited 68.4, 14.1, 14.1 and 17 weeks.
    found = by_hand(rows, patients, THEATRE, days=500)
    within = {
        group: found["rtt_within_18_weeks", group]
        for group in ("all", "hospital", "spinal", "imd_1", "imd_5", MINORITY, "ethnicity_white_british")
    }
    assert within == {
        "all": 3 / 4,
        "hospital": 2 / 3,
        "spinal": 1,
        "imd_1": 1 / 2,
        "imd_5": 1,
        MINORITY: 1 / 2,
        "ethnicity_white_british": 1,
    }
    assert found["rtt_over_52_weeks", "imd_1"] == 1 / 2 and found["rtt_median_weeks", "imd_5"] == 99.5 / 7
    assert found["ethnic_gap", "rtt_within_18_weeks"] == -1 / 2
    assert math.isnan(found["rtt_within_18_weeks", "imd_3"])
    # Two fifths of two people each, at a quarter and three quarters: half a step apart are 1/2, so the whole line is 1.
    assert found["slope_index_of_inequality", "rtt_within_18_weeks"] == pytest.approx(-1)


# --- inequality of waits ------------------------------------------------------------------------------------


def test_waits_by_ethnic_group_and_by_fifth_of_those_who_need_more():
    patients = people(
        [0] * 6,
        need=["surgery", "self_management"] * 3,
        imd_quintile=["1", "1", "5", "5", "5", "5"],
        ethnicity=["asian", "white_british", "black", "white_british", "white_british", "white_british"],
    )
    rows = [seen(day, who, "gp") for who, day in enumerate((10, 20, 30, 40, 50, 60), 1)] + [
        seen(90, 1, "theatre"),
        seen(60, 3, "theatre"),
        seen(70, 5, "theatre"),
    ]
    found = by_hand(sorted(rows), patients, THEATRE)
    first = {
        group: found["days_to_first_contact_median", group]
        for group in ("ethnicity_asian", "ethnicity_white_british", MINORITY)
    }
    # Half of an even number have come by the end of a day, which is half a day on.
    assert first == {"ethnicity_asian": 10, "ethnicity_white_british": 40.5, MINORITY: 10.5}
    assert found["ethnic_gap", "days_to_first_contact_median"] == -30
    assert found["ethnic_gap_widest", "days_to_first_contact_median"] == 30.5
    care = "days_to_definitive_care_median"
    assert [found[care, f"needs_more_{g}"] for g in ("imd_1", "imd_5", MINORITY, "ethnicity_white_british")] == [
        90,
        60.5,
        60.5,
        70,
    ]
    assert found["imd_wait_ratio", f"{care}_needs_more"] == 90 / 60.5
    assert found["ethnic_gap", f"{care}_needs_more"] == 60.5 - 70


def test_the_wait_of_a_service_by_fifth():
    patients = people(
        [0] * 5, imd_quintile=list(QUINTILES), ethnicity=["white_british", "white_british", "asian", "asian", "asian"]
    )
    found = by_hand([seen(7 * week, who, "gp") for who, week in enumerate((5, 4, 3, 2, 1), 1)][::-1], patients, THEATRE)
    # One week a fifth: five from end to end, 5.5 to 0.5.
    assert found["slope_index_of_inequality", "gp"] == pytest.approx(5)
    assert found["relative_index_of_inequality", "gp"] == pytest.approx(5.5 / 0.5)
    assert (
        found["imd_wait_ratio", "gp"] == 5
        and found["ethnic_gap", "gp"] == pytest.approx(2 - 28.5 / 7)
        and found["ethnic_gap_widest", "gp"] == pytest.approx(28.5 / 7 - 2)
    )
    assert math.isnan(found["slope_index_of_inequality", "theatre"])  # nobody was seen there


def test_private_exits_of_the_least_deprived_make_no_gap_in_waits():
    # Ten of either fifth join one list, and of both one is seen on each of days 10 to 60. The other four wait on, or go
    # private on day 5. Half of either have been seen by the end of day 50. To censor who left says day 30 of the least
    # deprived (half of the six who stayed): a gap of 20 days that the private sector made and no list has.
    patients = people([0] * 20, imd_quintile=["1"] * 10 + ["5"] * 10)
    rows = [(5, who, "gp", "removed", "private", "", 0) for who in range(17, 21)]
    rows += [seen(10 * turn, first + turn, "gp") for turn in range(1, 7) for first in (0, 10)]
    found = by_hand(rows, patients, THEATRE)
    kpi = "days_to_first_contact_median"
    assert (found[kpi, "imd_1"], found[kpi, "imd_5"], found["slope_index_of_inequality", kpi]) == (50.5, 50.5, 0)
    config = world(THEATRE, 100)
    days, reached = days_to(Reading(written(config, patients, rows), sim.from_dict(config)), "first_contact")
    assert [kaplan_meier(days[of], reached[of]).quantile(0.5) for of in (slice(10), slice(10, 20))] == [50, 30]


def test_a_fifth_that_still_waits_makes_the_index_of_its_time_unknown():
    patients = people([0] * 5, imd_quintile=list(QUINTILES))
    rows = [seen(9, who, "gp") for who in (1, 2, 3, 4)] + [(0, 5, "gp", "listed", "door")]
    found = by_hand(sorted(rows), patients, THEATRE)
    for kpi in ("slope_index_of_inequality", "relative_index_of_inequality", "imd_wait_ratio"):
        assert math.isnan(found[kpi, "days_to_first_contact_median"]) and not math.isnan(found[kpi, "gp"])


def test_a_fifth_of_whom_nobody_needs_more_does_not_count_there():
    patients = people(
        [0] * 4, need=["surgery", "surgery", "self_management", "surgery"], imd_quintile=["1", "3", "4", "5"]
    )
    found = by_hand(
        [seen(10, 3, "gp"), seen(20, 4, "theatre"), seen(40, 2, "theatre"), seen(60, 1, "theatre")], patients, THEATRE
    )
    care = "days_to_definitive_care_median"
    assert found["slope_index_of_inequality", f"{care}_needs_more"] == pytest.approx(60)  # 60, 40, 20: a third each
    assert found["slope_index_of_inequality", care] == pytest.approx(
        inequality.slope_index([60, 40, 10, 20], [1, 1, 1, 1])
    )


def test_a_world_of_one_fifth_one_ethnic_group_or_nobody_is_no_crash():
    for patients in (people([0] * 9), people()):
        missed = {"new_share": 0.25, "discharged_share": 0.5}
        found = kpis(lived(world({"a": clinic(2, missed=missed, private_exit=True)}, 20), patients))
        assert all(
            math.isnan(found["private_exit_share", group]) for group in (*FIFTHS[1:], *ETHNIC_GROUPS[1:], MINORITY)
        )
        assert all(
            math.isnan(found[kpi, of])
            for kpi in BY_INDICATOR
            for of in ("private_exit_share", "a")
            if (kpi, of) in found
        )


# --- what is told, and how ----------------------------------------------------------------------------------


def test_an_index_has_the_unit_of_what_it_is_of():
    run = lived(world({"a": clinic(2)}, 20), people([0] * 9))
    units = {
        (kpi, group): unit for kpi, group, _, unit in measure(Reading(run.record, run.scenario)) if kpi in BY_INDICATOR
    }
    slope = {group: unit for (kpi, group), unit in units.items() if kpi == "slope_index_of_inequality"}
    assert (
        slope["a"] == "weeks"
        and slope["days_to_definitive_care_p92_needs_more"] == "days"
        and slope["missed_share"] == "share"
    )
    assert {unit for (kpi, _), unit in units.items() if kpi in ("relative_index_of_inequality", "imd_wait_ratio")} == {
        "ratio"
    }
    assert all(unit == INDICATORS[group][0] for group, unit in slope.items() if group in INDICATORS)


def test_indices_are_of_indicators_that_are_there_and_stay_out_of_the_key_table():
    assert set(TIMES) <= set(TOLD_OF) <= set(INDICATORS)
    assert not set(BY_INDICATOR) & set(TABLE) and set(BY_INDICATOR) < set(INDICATORS)
    assert group_words("missed_share") == "Appointments missed"
    assert group_words("needs_more_imd_1") == "people who need more than self-management: the most deprived fifth"
    assert all(
        group_words(group) != group and "_" not in group_words(group) for group in (*FIFTHS, *ETHNIC_GROUPS, MINORITY)
    )


def test_levels_of_an_index_have_an_interval_and_none_where_one_replication_does_not_know_it():
    rows = [
        ("new", r, "slope_index_of_inequality", of, value, "days")
        for of, values in (
            ("missed_share", (1.0, 2.0, 3.0)),
            ("days_to_first_contact_median", (1.0, NAN, 3.0)),
            ("surgery_share", (1.0, NAN, 3.0)),
        )
        for r, value in enumerate(values)
    ]
    kpis = pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "group", "value", "unit"])
    study = SimpleNamespace(kpis=kpis, remember=lambda _, work_out: work_out(study))
    found = levels(study)
    level = found["new", "slope_index_of_inequality", "missed_share"]
    # Student's t with two degrees of freedom is 4.302653; the standard error is 1 / sqrt(3).
    assert (level.mean, level.low, level.high) == pytest.approx(
        (2, 2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5), rel=1e-6
    )
    assert ("new", "slope_index_of_inequality", "days_to_first_contact_median") not in found
    assert found["new", "slope_index_of_inequality", "surgery_share"].mean == 2


def test_waits_of_every_service_and_group_have_an_interval_over_replications():
    table = with_intervals(pd.DataFrame({"service": ["gp"] * 3 + ["fcp"], "value": [1.0, 2.0, 3.0, 5.0]})).set_index(
        "service"
    )
    assert tuple(table.loc["gp", ["value", "ci_low", "ci_high"]]) == pytest.approx(
        (2, 2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5), rel=1e-6
    )
    assert table.loc["fcp", "value"] == 5 and table.loc["fcp", ["ci_low", "ci_high"]].isna().all()
    run = lived(world({"a": clinic(0.2)}, 20), people([0] * 9, ethnicity="asian"))
    waits = {(statistic, group): value for _, statistic, group, value in measures_of(run.record, run.scenario).waits}
    words = {group.removeprefix("ethnicity_") for group in ETHNIC_GROUPS}
    for kind in ("completed", "still_waiting"):
        for what in ("people", "weeks_median", "weeks_p92", "weeks_mean"):
            assert {group for statistic, group in waits if statistic == f"{kind}_{what}"} == {"all", *FIFTHS, *words}
    assert waits["still_waiting_weeks_median", "asian"] == waits["still_waiting_weeks_median", "all"]
