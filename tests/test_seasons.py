"""Indices by month, weekday and bank holiday move people between days: a simulated year has what it has without
them."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import ELSEWHERE_IDS, clinic, made, world

import sim
from sim.domain import seasons
from sim.domain.calendar import DAYS_A_YEAR, Calendar
from sim.domain.people.patients import INDUCED_IDS

A = {"a": clinic(1000)}
JANUARY = [12] + [0] * 11
index_of_months = st.lists(st.floats(0, 10), min_size=12, max_size=12).filter(lambda index: sum(index) > 0.1)
index_of_days = st.lists(st.floats(0, 10), min_size=7, max_size=7).filter(lambda index: sum(index) > 0.1)


def days_from(start: str, days: int, *holidays: str) -> Calendar:
    """The simulated days, some of them bank holidays."""
    return Calendar.of(date.fromisoformat(start), days, [date.fromisoformat(day) for day in holidays])


@settings(max_examples=100, deadline=None)
@given(
    index_of_months,
    index_of_days,
    st.floats(0, 3),
    st.dates(date(2023, 1, 1), date(2030, 12, 31)),
    st.integers(1, 5),
    st.lists(st.integers(0, 1500), max_size=40),
)
def test_every_simulated_year_keeps_its_total_whatever_the_indices(month, weekday, holiday, start, years, closed):
    days = round(years * DAYS_A_YEAR)
    calendar = Calendar.of(start, days, [start + timedelta(day) for day in closed])
    index = seasons.demand_index(month, weekday, holiday, calendar)
    assert (index >= 0).all()
    for first, after in seasons.years(calendar):
        if index[first:after].any():
            assert index[first:after].sum() == pytest.approx(after - first)
    for first, after in seasons.years(calendar):
        assert seasons.by_month(month, calendar)[first:after].mean() == pytest.approx(1)


@pytest.mark.parametrize("start", ["2025-01-01", "2025-04-01", "2027-04-01", "2024-02-29"])
@pytest.mark.parametrize("month", [[2, 2] + [2 / 3] * 9 + [2], [0, 12] + [0] * 10, [0] * 6 + [1, 1] + [0] * 4])
@pytest.mark.parametrize("weekday", [[1] * 7, [0, 0, 7, 0, 0, 0, 0], [1.3, 1.05, 1, 1, 0.95, 0, 0]])
def test_a_season_has_the_people_of_a_year_without_one_by_every_door(start, month, weekday):
    config = world(
        A,
        730,
        a_day=10,
        demand={
            "month_index": month,
            "weekday_index": weekday,
            "holiday_index": 0,
            "elsewhere": {"ed": {"service": "a", "per_1000_a_year": 2 * DAYS_A_YEAR, "needs": {"urgent": 1.0}}},
            "induced": {"per_1000_a_year": 3 * DAYS_A_YEAR},
        },
        calendar={"start_date": start, "bank_holidays": "GB-ENG"},
    )
    config["pathway"]["access_is_wait_at"] = "a"
    people = made(config)
    of_pool = (people.patient_id >= INDUCED_IDS) & (people.patient_id < ELSEWHERE_IDS)
    assert len(people.elsewhere["ed"]) == pytest.approx(1460, abs=1)
    assert of_pool.sum() == pytest.approx(2190, abs=1)
    assert len(people) - len(people.elsewhere["ed"]) - of_pool.sum() == pytest.approx(7300, abs=1)


def test_a_month_is_weighted_with_its_days():
    # All in January: 365 days' people on 31 days. January twice any other month: 730 / 396 of the mean, others half
    # that.
    assert seasons.by_month(JANUARY, days_from("2025-01-01", 365))[:32].tolist() == pytest.approx(
        [365 / 31] * 31 + [0.0]
    )
    twice = seasons.by_month([2] + [1] * 11, days_from("2025-01-01", 365))
    assert twice[[0, 30, 31, 364]].tolist() == pytest.approx([730 / 396, 730 / 396, 365 / 396, 365 / 396])


def test_half_a_year_has_the_season_that_it_is():
    # From April to September nothing is made up for the winter.
    winter = [2, 2, 2, 0, 0, 0, 0, 0, 0, 2, 2, 2]
    assert seasons.by_month(winter, days_from("2025-04-01", 183)).sum() == 0
    summer = seasons.by_month([1, 1, 1, 3, 3, 3, 3, 3, 3, 1, 1, 1], days_from("2025-04-01", 183))
    assert summer.tolist() == pytest.approx([3 * 365 / (3 * 183 + 182)] * 183)


def test_a_leap_year_has_a_day_more_of_the_same():
    # From 1 January 2024 a year is 365 days, to 30 December, as it is of 365.25 and rounded.
    assert seasons.years(days_from("2024-01-01", 1461)) == [(0, 365), (365, 730), (730, 1096), (1096, 1461)]
    february = [0, 12] + [0] * 10
    assert seasons.by_month(february, days_from("2024-01-01", 365))[31:60].tolist() == pytest.approx([365 / 29] * 29)


def test_a_week_that_is_all_bank_holiday_moves_to_the_next():
    # Three weeks of mean 1 a day; the five working days of the second are bank holidays, and nobody comes at weekends.
    closed = [f"2025-01-{day}" for day in range(13, 18)]
    index = seasons.demand_index([1] * 12, [1] * 5 + [0] * 2, 0, days_from("2025-01-06", 21, *closed))
    assert index.tolist() == pytest.approx(([1.4] * 5 + [0] * 2) + [0] * 7 + ([2.8] * 5 + [0] * 2))
    # The last week of the run moves to the one before.
    index = seasons.demand_index([1] * 12, [1] * 5 + [0] * 2, 0, days_from("2025-01-06", 14, *closed))
    assert index.tolist() == pytest.approx([2.8] * 5 + [0] * 9)


def test_a_bank_holiday_between_two_months_moves_within_its_week():
    # 1 January 2026 is a Thursday; January has twice the people of December, and its week keeps the sum of its days.
    calendar = days_from("2025-12-29", 7, "2026-01-01")
    month = [2] + [1] * 11
    plain = seasons.demand_index(month, [1] * 7, 1, calendar)
    moved = seasons.demand_index(month, [1] * 7, 0, calendar)
    assert moved[3] == 0 and moved.sum() == pytest.approx(plain.sum())
    assert (moved[[0, 4]] / plain[[0, 4]]).tolist() == pytest.approx([plain.sum() / (plain.sum() - plain[3])] * 2)


def test_leave_and_sickness_keep_their_year_in_every_year():
    august = [1] * 7 + [4] + [1] * 4
    group = {"wte": 1.0, "annual_leave_days": 27, "leave_by_month": august, "sickness_share": 0.04}
    config = world(A, 1461, a_day=0, workforce={"gp": group | {"sickness_by_month": JANUARY}})
    from sim.domain.scenario import calendar_of
    from sim.domain.staff.roster import roster_of

    scenario = sim.from_dict(config)
    days = roster_of(scenario.workforce, calendar_of(scenario))["gp"]
    for first, after in seasons.years(calendar_of(scenario)):
        assert days.leave[first:after].mean() == pytest.approx(scenario.workforce["gp"].leave_share())
        assert days.sickness[first:after].mean() == pytest.approx(0.04)


def test_a_month_cannot_take_more_than_all_its_days():
    group = {"wte": 1.0, "annual_leave_days": 40, "leave_by_month": [0] * 7 + [12] + [0] * 4}
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(world(A, 30, workforce={"gp": group}))
    assert [fault.where for fault in error.value.faults] == ["workforce.gp.leave_by_month"]


def test_a_rate_ratio_is_divided_by_its_mean_over_the_people():
    # 0.4 x 3 and 0.6 x 0.5 are 1.5 in all: 0.8 and 0.2 of the people, who are as many as without it.
    demand = {
        "facts": {"imd_quintile": {"shares": {"1": 0.4, "5": 0.6}}},
        "rate_ratio": {"imd_quintile": {"1": 3.0, "5": 0.5}},
    }
    people = made(world(A, 100, a_day=200, demand=demand))
    assert len(people) == 20_000
    assert np.mean(people.facts["imd_quintile"] == 0) == pytest.approx(0.8, abs=4.5 * (0.16 / 20_000) ** 0.5)
