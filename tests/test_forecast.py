"""Published lists months ahead: known rates are found within their intervals, forecasts are held against what came."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from published_lists import LEAVING, WEEKS, by_months_csv, made_up

from bench.backtest import lists_of, main
from bench.published import working_days
from sim.analysis.flows.month import LONGEST, ListMonth, banded
from sim.analysis.forecast.backtest import (
    ABOUT_MONTHS,
    COMPARTMENTS,
    FLOWS,
    LAST,
    TOLD,
    Foretold,
    backtest,
    error,
    held,
    origins_of,
    wide,
)
from sim.analysis.forecast.compartments import are_months, compartments
from sim.analysis.forecast.fitted import Fitted, fitted
from sim.analysis.forecast.paths import ahead, damped
from sim.analysis.forecast.seen import seen, together
from sim.analysis.forecast.starts import Joiners

BY_MONTH = np.array([0.0, 30, 61, 92, 122, 153, 183, 214, 245, 273, 304, 334, 365])
PLACES, A_DAY, NOISE, JUMP, JUMPS_IN = 16, 80, 0.03, 0.08, 6


def true_of(fit: Fitted) -> np.ndarray:
    return LEAVING[np.array(WEEKS).searchsorted(fit.weeks + 1e-9, "right") - 1]


def noisy(place: int, months: int = 13, edges: np.ndarray = BY_MONTH) -> list[ListMonth]:
    """A place of known rates, person by person: each month's counts are out by 3%, and in one the list jumps."""
    chance = np.random.default_rng(place)
    rate = LEAVING[(7.0 * np.array(WEEKS)).searchsorted(np.arange(LONGEST), "right") - 1]
    by_day = chance.poisson(A_DAY * 5 / 7 * np.exp(-np.cumsum(rate) * 5 / 7))
    found = []
    for number in range(months):
        first = date(2024 + number // 12, number % 12 + 1, 1)
        working, starts = working_days(first), 0
        for open_today in working:
            joined = chance.poisson(A_DAY) if open_today else 0
            by_day = np.concatenate([[joined], by_day[:-2], [by_day[-2:].sum()]])
            by_day = by_day - chance.binomial(by_day, -np.expm1(-rate) * open_today)
            starts += joined
        by_day = by_day + (chance.poisson(by_day * JUMP) if number == JUMPS_IN else 0)
        counts = np.rint(seen(edges) @ by_day * np.exp(NOISE * chance.standard_normal(len(edges))))
        found.append(ListMonth(f"{first:%Y-%m}", working, edges, counts, float(starts)))
    return found


def test_rates_of_places_with_noise_and_a_jump_lie_within_their_intervals():
    inside = []
    for place in range(PLACES):
        fit = fitted(noisy(place))
        inside.append(abs(fit.leaving - true_of(fit)) <= 1.96 * fit.sd)
    assert 0.90 <= np.mean(inside) <= 0.98


def test_without_noise_the_rates_are_found():
    fit = fitted(made_up(13, edges=7.0 * np.arange(105)))
    chosen = np.isin(fit.weeks, (1, 2, 8, 17, 22, 30, 39, 43))
    assert fit.leaving[chosen] == pytest.approx(true_of(fit)[chosen], rel=0.08)
    assert fit.left_out == ()


def test_a_month_whose_list_jumps_is_left_out_and_named():
    months = made_up(13, edges=BY_MONTH)
    jumped = [replace(one, waiting=one.waiting * (1.15 if n >= 7 else 1)) for n, one in enumerate(months)]
    assert fitted(jumped).left_out == ("2024-08",)
    assert fitted(jumped, without=["2024-08"]).left_out == ()


def test_bands_that_end_within_a_week_are_cut_from_whole_weeks():
    edges = np.array([0.0, 30, 61])
    people = np.zeros(LONGEST)
    people[[29, 30, 35]] = 7  # days 29 to 35 are one week, which is spread over its days: two of them are in the first
    assert (seen(edges) @ people).tolist() == pytest.approx([6, 15, 0])
    weekly = 7.0 * np.array([0, 1, 2, 4, 12])
    assert seen(weekly) @ np.ones(LONGEST) == pytest.approx(banded(np.ones(LONGEST), weekly))
    assert together(weekly, (0.0, 14.0)).tolist() == [[1, 1, 0, 0, 0], [0, 0, 1, 1, 1]]


def test_a_total_keeps_half_of_its_change():
    assert damped(np.array([120.0, 80.0]), 100.0) == pytest.approx([110 / 120, 90 / 80])


def test_a_list_that_nothing_disturbs_is_foretold():
    months = made_up(12, edges=np.array(ABOUT_MONTHS))
    found = ahead(fitted(months[:9]), months[9:], paths=40)
    for said, month in zip(found.likely, months[9:]):
        assert abs(said - month.waiting).sum() < 0.01 * month.waiting.sum()
    low, high = found.within(0.8)
    assert (low <= high).all() and found.paths.shape == (40, 3, 13)
    assert (ahead(fitted(months[:9]), months[9:], paths=40).paths == found.paths).all()


def test_starts_have_a_season_only_where_two_years_show_one():
    months = made_up(27, edges=BY_MONTH)
    more = [replace(one, starts=one.starts * (1.2 if one.name.endswith("-01") else 1)) for one in months]
    assert (Joiners.of(fitted(more[:13])).season == 1).all()
    season = Joiners.of(fitted(more)).season
    assert season.argmax() == 0 and 1.05 < season[0] / season[5] < 1.2


def test_compartments_move_on_by_one_and_lose_their_mean_share():
    waiting = np.array([100.0, 80, 64])
    edges = np.array([0.0, 30, 61])
    months = [ListMonth(f"2024-0{n}", np.ones(30, bool), edges, waiting, 125.0) for n in range(1, 5)]
    assert are_months(edges) and not are_months(7.0 * np.array([0, 1, 2, 4, 12, 18, 52]))
    for said in compartments(months, 3):
        assert said == pytest.approx(waiting)  # each month is as the one before


def test_a_backtest_tells_each_method_from_each_month():
    months = noisy(3)
    tried = backtest(months)
    assert list(origins_of(13)) == [6, 7, 8, 9] and list(origins_of(6)) == [2, 3]
    assert {one.origin for one in tried} == {one.name for one in months[6:10]}
    assert {one.method for one in tried} == {FLOWS, TOLD, COMPARTMENTS, LAST}
    assert [one.ahead for one in tried if one.method == LAST and one.origin == months[6].name] == [1, 2, 3, 4, 5, 6]
    assert error(tried, TOLD, [1]) < 6
    low, high = held(tried)
    assert 60 < low < high <= 100
    weekly = made_up(5, edges=7.0 * np.arange(105))[-1]
    assert wide(weekly).waiting.sum() == pytest.approx(weekly.waiting.sum()) and len(wide(weekly).edges) == 13


def test_errors_are_of_bands_and_of_people():
    one = Foretold(FLOWS, "2024-01", 1, np.array([110.0, 5]), np.array([100.0, 10]))
    assert one.by_band == pytest.approx(30) and one.by_person == pytest.approx(100 * 15 / 110)


def test_the_command_reads_every_list_of_a_folder(tmp_path, capsys):
    by_months_csv(tmp_path / "england.csv", noisy(1, 11))
    by_months_csv(tmp_path / "trust.csv", noisy(2, 11), "A TRUST")
    assert sorted(lists_of(tmp_path)) == [("T&O", "A TRUST"), ("T&O", "England")]
    assert main([str(tmp_path), "--origins", "8"]) == 0
    told = capsys.readouterr().out
    assert told.count("| flows |") == 2 and "2 lists, percent of people" in told
