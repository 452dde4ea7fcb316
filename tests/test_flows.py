"""Lists as flows: the engine's list agrees with cohorts that leave at the same rates; known rates are found again."""

import numpy as np
import pytest
from published_lists import BANDS, LEAVING, STOPPED, WEEKS, made_up
from worlds import clinic, world

import sim
from sim.analysis.flows.ahead import called_days, months_ahead, starts_ahead
from sim.analysis.flows.month import LONGEST, ListMonth, banded, spread
from sim.analysis.flows.passage import Passage
from sim.analysis.flows.rates import Fit
from sim.analysis.indicators.measures import measures_of
from sim.domain.by_weeks import Steps
from sim.domain.words import LIST_BANDS_WEEKS
from sim.engine.simulate import patients_of, simulate

# --- the engine against the flows -----------------------------------------------------------------------------

CHANCES = {"0": 3.0, "4": 0.6, "13": 1.0, "26": 1.5, "48": 4.0}
REMOVED = {"0": 0.004, "13": 0.01, "39": 0.02}
STARTING = {"0": 2400, "4": 1700, "8": 1600, "13": 1300, "18": 1500, "26": 1300, "39": 500, "52": 300, "60": 0}
JOINS, SLOTS, YEAR, REPLICATIONS = 90, 78, 364, 3
TOGETHER = (0, 4, 5, 6, 7, 8)
"""Where the bands of lists.csv are put together: 0, 6, 12, 18, 26 and 52 weeks; chance is little beside so many."""


def test_the_engines_list_agrees_with_flows_at_the_same_rates_within_2_percent_over_a_year():
    places = {"all": {"service": "a", "share": 1.0, "needs": {"physiotherapy": 1.0}}}
    lists = {"x": {"unit": "weeks", "waiting": STARTING, "places": places}}
    service = clinic(
        SLOTS, order="by_weeks_waited", called_by_weeks_waited=CHANCES, removed_share_by_weeks_waited=REMOVED
    )
    scenario = sim.from_dict(world({"a": service}, YEAR, a_day=JOINS, start={"kind": "lists", "lists": lists}))
    records = [simulate(scenario, replication) for replication in range(REPLICATIONS)]
    engine = np.mean([measures_of(record, scenario).lists[:, 0] for record in records], axis=0)

    first_evening = -patients_of(scenario, 0).presented_day[: sum(STARTING.values())] - 1
    by_day = np.bincount(first_evening, minlength=LONGEST).astype(float)
    a_day = np.ones(YEAR)
    evenings = list(called_days(by_day, JOINS * a_day, SLOTS * a_day, Steps.of(CHANCES), Steps.of(REMOVED)))
    ends = records[0].calendar.month_ends()
    flows = np.array([banded(evenings[end], 7 * np.array(LIST_BANDS_WEEKS)) for end in ends])

    engine, flows = (np.add.reduceat(table, TOGETHER, axis=1) for table in (engine, flows))
    assert engine.sum(axis=1).min() > 4_000
    off = abs(engine - flows) / flows
    assert off.mean() < 0.02 and off.mean(axis=1).max() < 0.03
    assert abs(engine.sum(axis=1) / flows.sum(axis=1) - 1).max() < 0.01


# --- months that are made up ----------------------------------------------------------------------------------


def test_rates_that_are_known_are_found_from_weekly_bands():
    rates = Fit(made_up(13), WEEKS).rates()
    assert rates.leaving == pytest.approx(LEAVING, rel=0.02)
    assert rates.stopped == pytest.approx(STOPPED, abs=0.03)
    assert rates.stops + rates.removals == pytest.approx(rates.leaving)


def test_they_are_found_from_bands_a_month_wide():
    by_month = np.concatenate([[0.0], np.cumsum([30.0, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31])])
    rates = Fit(made_up(13, edges=by_month), WEEKS).rates()
    assert rates.leaving == pytest.approx(LEAVING, rel=0.08)
    assert rates.stopped == pytest.approx(STOPPED, abs=0.08)


def test_starts_that_nobody_publishes_are_found_too():
    months = made_up(7, edges=7.0 * np.array([0, 1, 2, 4, 12, 18, 52]))
    without = [ListMonth(one.name, one.working, one.edges, one.waiting) for one in months]
    rates = Fit(without, (0, 4, 12, 18, 52)).rates()
    assert rates.starts == pytest.approx([one.starts for one in months[1:]], rel=0.01)
    assert rates.leaving[:3] == pytest.approx([0.02, 0.006, 0.0093], rel=0.05)  # one of six weeks at 0.006
    assert rates.stopped is None and (rates.stops == rates.leaving).all() and not rates.removals.any()


def test_a_month_without_weight_says_nothing():
    months = made_up(8)
    odd = ListMonth("odd", months[4].working, BANDS, months[4].waiting * 1.4, months[4].starts, months[4].stops)
    weights = np.ones(7)
    weights[3:5] = 0  # into the odd month, and out of it
    rates = Fit([*months[:4], odd, *months[5:]], WEEKS).rates(weights)
    assert rates.leaving == pytest.approx(LEAVING, rel=0.04)


def test_a_list_months_ahead_is_what_the_days_make_of_it():
    months = made_up(9)
    fit = Fit(months[:4], WEEKS)
    rates = fit.rates()
    starts = starts_ahead(months[1:4], rates.starts, np.ones(3))
    assert starts == pytest.approx(80)
    ahead = months_ahead(fit.lists[-1], months[4:], [starts * one.working.sum() for one in months[4:]], rates)
    for found, month in zip(ahead, months[4:]):
        assert found.sum() == pytest.approx(month.waiting.sum(), rel=0.005)
        assert abs(found - month.waiting).sum() < 0.03 * month.waiting.sum()


def test_a_band_has_the_days_with_which_it_is_published():
    edges = np.array([0.0, 7, 14, 126])
    by_day = spread(edges, np.array([8.0, 7, 112, 30]), 30)
    assert by_day[:157] == pytest.approx(1) and not by_day[157:].any()
    assert banded(by_day, edges).tolist() == [8, 7, 112, 30]
    one = np.zeros(LONGEST)
    one[[7, 8, 126, 127]] = 1
    assert banded(one, edges).tolist() == [1, 1, 1, 1]


def test_a_passage_counts_the_days_on_which_people_can_leave():
    working = np.array([True, True, False, True])
    passage = Passage.of(np.eye(1, LONGEST, 2)[0], ListMonth("m", working, BANDS, BANDS, 3.0), np.array([0.0, 4]))
    # Two days waited when it began, six at its end: on days 3, 4 and 6, of which the last two are past four days.
    assert passage.before[6] == 1 and passage.exposure[6].tolist() == [1, 2]
    assert passage.joining[:4] == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3]) and passage.exposure[0].tolist() == [1, 0]
    rates = np.array([0.1, 0.2])
    there = 1 + 3 - passage.stayed(3.0, rates).sum()
    assert passage.left(3.0, rates).sum() == pytest.approx(there)


def test_no_more_are_called_than_have_a_chance():
    by_day = np.zeros(LONGEST)
    by_day[:20] = 5
    steps, nobody = Steps.of({"0": 0.0, "2": 1.0}), Steps.of({"0": 0.0})
    evening = next(called_days(by_day, np.zeros(1), np.array([80.0]), steps, nobody))
    assert evening.sum() == pytest.approx(100 - 35)  # days 14 to 20 have a chance, and all of them are called
    evening = next(called_days(by_day, np.zeros(1), np.array([30.0]), steps, nobody))
    assert evening.sum() == pytest.approx(70) and evening[:14] == pytest.approx([0, *[5] * 13])
