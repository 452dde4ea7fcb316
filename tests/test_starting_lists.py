"""Starting lists: as many people as published, at every size of the place, and read out with the edges they were
read in with."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import clinic, made, world

import sim
from sim.analysis.indicators.measures import measures_of
from sim.analysis.reading.measured import Measures
from sim.domain.people.demand import StartList, StartPlace
from sim.domain.people.starting import days_by_place, longest_band, taking_turns
from sim.domain.words import LIST_BANDS_WEEKS
from sim.engine.simulate import patients_of, simulate

NEEDS = {"physiotherapy": 1.0}
ENGLAND = {"0": 35211, "1": 34889, "2": 56760, "4": 71282, "6": 60000, "12": 41162, "18": 38514, "52": 614, "104": 200}


def published(waiting, unit="weeks", shares=(1.0,), **more) -> StartList:
    """A list whose people stand at as many places as there are `shares`."""
    places = {f"p{i}": StartPlace(service="a", share=share, needs=NEEDS) for i, share in enumerate(shares)}
    return StartList(unit=unit, waiting=waiting, places=places, **more)


def start_of(waiting, unit="weeks", **more) -> dict:
    """The `start` section with one such list, all at service `a`."""
    places = {"all": {"service": "a", "share": 1.0, "needs": NEEDS}}
    return {"kind": "lists", "lists": {"x": {"unit": unit, "waiting": waiting, "places": places, **more}}}


# --- how many ---------------------------------------------------------------------------------------------


shares_of_places = st.lists(st.floats(0.001, 1), min_size=1, max_size=12).map(
    lambda weights: tuple(weight / sum(weights) for weight in weights)
)
people_in_bands = st.lists(st.floats(0, 30), min_size=1, max_size=60)


@settings(max_examples=200, deadline=None)
@given(people_in_bands, shares_of_places, st.sampled_from((0.01, 0.05, 0.1, 0.3, 0.7, 1.0, 3.0)))
def test_a_list_keeps_its_size_and_its_long_waiters_at_every_scale(bands, shares, scale):
    one = published({str(week): people for week, people in enumerate(bands)}, shares=shares, open_band=1)
    by_place = days_by_place(one, scale)
    everybody = -np.concatenate(list(by_place.values()))
    for week in range(len(bands)):
        beyond = scale * sum(bands[week:])
        assert abs((everybody > 7 * week).sum() - beyond) <= 0.5 + 1e-6
        for share, days in zip(shares, by_place.values(), strict=True):
            assert abs((-days > 7 * week).sum() - beyond * share) <= 1 + 1e-6
    for week, people in enumerate(bands):
        here = ((everybody > 7 * week) & (everybody <= 7 * week + 7)).sum()
        assert abs(here - scale * people) <= 1 + 1e-6


@settings(max_examples=100, deadline=None)
@given(shares_of_places, st.integers(0, 200))
def test_every_first_so_many_hold_each_share_to_within_one_person(shares, people):
    turns = taking_turns(shares, people)
    for whose, share in enumerate(shares):
        had = np.cumsum(turns == whose)
        assert (abs(had - share * np.arange(1, people + 1)) <= 1 + 1e-6).all()


def test_a_share_of_nobody_gets_nobody():
    assert taking_turns((0.5, 0.0, 0.5), 6).tolist().count(1) == 0
    assert taking_turns((0.0, 1.0), 3).tolist() == [1, 1, 1]


@pytest.mark.parametrize("scale", [1.0, 0.1, 0.03])
def test_the_shipped_lists_are_as_long_as_published_at_every_scale(scale):
    scenario = sim.load("gp_referral", f"place.scale={scale}")
    patients = patients_of(scenario, 0)
    for name, one in scenario.start.lists.items():
        total = sum(one.waiting.values()) * one.part_of_list * scale
        sizes = {place: len(patients.placed[name, place]) for place in one.places}
        assert abs(sum(sizes.values()) - total) <= 0.5 + 1e-6
        for place, settings_ in one.places.items():
            assert abs(sizes[place] - total * settings_.share) <= 1 + 1e-6


# --- read in and read out with the same edges -------------------------------------------------------------


def _evening_of_day_0(start: dict) -> Measures:
    """Nobody is seen and nobody comes: the list as it was read in."""
    config = world({"a": clinic(0, setting="hospital", rtt="clock")}, 1, a_day=0, start=start)
    scenario = sim.from_dict(config)
    return measures_of(simulate(scenario, 0), scenario)


def test_the_published_bands_come_back_on_day_0():
    found = _evening_of_day_0(start_of(ENGLAND, open_band=26, part_of_list=0.01))
    shares = dict(zip(map(str, LIST_BANDS_WEEKS), found.lists[0, 0].tolist(), strict=True))
    shares["18"] += shares.pop("26")  # the published list has no edge there
    shares["52"] += shares.pop("78")
    for edge, people in ENGLAND.items():
        assert abs(shares[edge] - people / 100) <= 1


def test_the_published_shares_within_18_and_over_52_weeks_come_back_on_day_0():
    by_week = {str(week): 20 + week % 7 for week in range(104)}
    found = _evening_of_day_0(start_of(by_week, open_band=1)).values()
    total = sum(by_week.values())
    within = sum(people for week, people in by_week.items() if int(week) < 18)
    over = sum(people for week, people in by_week.items() if int(week) >= 52)
    assert found["rtt_within_18_weeks", "all"] == pytest.approx(within / total)
    assert found["rtt_over_52_weeks", "all"] == pytest.approx(over / total)
    assert found["waiting_within_18_weeks_share", "a"] == pytest.approx(within / total)


def test_18_weeks_to_the_day_are_within_18_weeks():
    # 18 x 7 = 126 days and no more.
    days = days_by_place(published({"17": 7, "18": 7, "19": 0}), 1.0)["p0"]
    assert sorted(-days) == [*range(120, 134)]


def test_months_end_on_whole_days():
    # A month is 30.4375 days: the second is days 31 to 60.
    days = -days_by_place(published({"1": 30, "2": 0}, "months"), 1.0)["p0"]
    assert days.tolist() == list(range(31, 61))


# --- the last band ----------------------------------------------------------------------------------------


def test_how_far_the_last_of_several_bands_reaches_must_be_said():
    config = world({"a": clinic()}, 10, start=start_of({"0": 5, "18": 4, "52": 1}))
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(config)
    assert [fault.where for fault in error.value.faults] == ["start.lists.x.open_band"]
    for said in ({"open_band": 52}, {"waiting": {"0": 5, "18": 4, "52": 1, "104": 0}}):
        whole = start_of({"0": 5, "18": 4, "52": 1})
        whole["lists"]["x"] |= said
        patients = made(world({"a": clinic()}, 10, a_day=0, start=whole))
        assert patients.presented_day.min() == -78 * 7  # in the middle of 52 to 104 weeks


def test_the_longest_waits_are_told():
    assert longest_band(published({"0": 5, "52": 1}, open_band=26)) == (52, 78)
    assert longest_band(published({"52": 1, "0": 5, "104": 0})) == (52, 104)
    assert longest_band(published({"0": 5})) == (0, 6)
    assert longest_band(published({"0": 0})) == (0, 0)
