"""Quantiles of whole days are read within the day, and who is still waiting waits longer than anybody seen."""

import math

import numpy as np
import pytest
from test_indicators import kpis, listed, seen
from worlds import people

from sim.analysis.statistics.paired import interval
from sim.analysis.statistics.quantiles import quantile, quantiles
from sim.analysis.statistics.survival import cumulative_incidence


def spread(days, parts=10_000) -> np.ndarray:
    """Each day as people spread evenly over it, from half a day before to half a day after: what the quantile is of."""
    within = (np.arange(parts) + 0.5) / parts - 0.5
    return np.sort(np.maximum(np.add.outer(np.asarray(days, float), within), 0.0).ravel())


@pytest.mark.parametrize("days", [[7], [3, 9], [0, 0, 0, 1, 5], [14] * 20, [2, 2, 3, 3, 3, 3, 8, 21, 21, 40]])
@pytest.mark.parametrize("share", [0.5, 0.25, 0.92])
def test_a_quantile_is_that_of_people_spread_over_their_day(days, share):
    people_ = spread(days)
    exact = people_[math.ceil(share * len(people_)) - 1]
    assert quantile(days, share) == pytest.approx(exact, abs=2e-3)
    assert cumulative_incidence(days, np.ones(len(days), int)).within_day(1, share) == pytest.approx(exact, abs=2e-3)
    assert quantile(np.asarray(days) / 7, share, 1 / 7) == pytest.approx(exact / 7, abs=1e-3)


def test_of_nobody_there_is_none_and_where_all_wait_alike_the_median_is_that_wait():
    assert np.isnan(quantiles([], (0.5, 0.92))).all()
    assert quantile([20] * 7, 0.5) == 20 and quantile([0] * 7, 0.5) == 0


def test_the_median_moves_with_each_person():
    days = [[5] * n + [6] * (1000 - n) for n in (400, 401, 402)]
    first, second, third = (quantile(one, 0.5) for one in days)
    assert first - second == pytest.approx(second - third, abs=1e-4) and 0 < first - second < 0.01


@pytest.mark.parametrize("replications", [2, 20])
def test_an_interval_of_a_mean_of_medians_holds_the_median(replications):
    """People of exponential waits of ten days, told in whole days: the median of grouped data is known."""
    below, there = -math.expm1(-6.5 / 10), math.exp(-6.5 / 10) - math.exp(-7.5 / 10)
    median = 6.5 + (0.5 - below) / there
    rng, held = np.random.default_rng(3), 0
    for _ in range(300):
        days = np.round(rng.exponential(10, (replications, 400)))
        low, high = interval(np.array([quantile(one, 0.5) for one in days]))
        held += low <= median <= high
    assert 0.91 < held / 300 < 0.985  # of medians in whole days, 24 in 100 intervals of two replications did


def test_a_list_that_grows_has_the_median_that_following_everybody_gives():
    # One a day joins, two in three are seen: who joins on day p waits p / 2 days. Followed to the end, the 600 of the
    # first 600 days wait 0 to 299 days, half of them 149 days or less. On day 600 a third still wait, and Kaplan and
    # Meier would have those who were seen speak for them (132 days).
    rows, days = [], 600
    for who in range(1, days + 1):
        joined = who - 1
        rows.append(listed(joined, who, "gp", "door"))
        if joined + joined // 2 < days:
            rows.append(seen(joined + joined // 2, who, "gp", joined))
    found = kpis(sorted(rows, key=lambda row: row[0]), people(range(days)), days=days)
    assert found["days_to_first_contact_median", "all"] == pytest.approx(149.5)
    assert math.isnan(found["days_to_first_contact_p92", "all"])
    # Eight in a hundred wait longer than 275 days; that is told of no run in which so few have been seen.
    assert found["days_to_first_contact_p92_at_least", "all"] <= 275.5
