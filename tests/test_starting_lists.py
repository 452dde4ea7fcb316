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
from sim.app.configuration import evidence
from sim.domain.people.demand import StartList, StartPlace
from sim.domain.people.starting import days_by_place, longest_band, taking_turns, turns_by_stretch
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


# --- shared out by weeks waited ---------------------------------------------------------------------------

DECIDED = evidence.rows()["decided_to_admit_by_weeks_waited"]["value"]
"""Who waits for an operation; the others for a clinic."""
weights_of_places = st.lists(st.sampled_from((0.0, 0.03, 0.2, 0.5, 1.0)), min_size=3, max_size=3).filter(any)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), weights_of_places), min_size=1, max_size=6))
def test_where_shares_change_every_first_so_many_still_hold_what_is_due(stretches):
    shares = tuple(tuple(one / sum(weights) for one in weights) for _, weights in stretches)
    turns = turns_by_stretch(tuple(many for many, _ in stretches), shares)
    due = np.cumsum(np.repeat(shares, [many for many, _ in stretches], axis=0), axis=0)
    for place in range(3):
        assert (abs(np.cumsum(turns == place) - due[:, place]) <= 1 + 1e-6).all()


def by_weeks(unit="weeks", **more) -> StartList:
    clinic_or_theatre = {
        "clinic": StartPlace(service="a", shares_by_weeks_waited={w: 1 - s for w, s in DECIDED.items()}, needs=NEEDS),
        "theatre": StartPlace(service="a", shares_by_weeks_waited=DECIDED, needs=NEEDS),
    }
    return StartList(unit=unit, waiting=ENGLAND, places=clinic_or_theatre, open_band=20, **more)


@pytest.mark.parametrize("scale", [0.1, 0.01, 0.0003])
def test_a_share_by_weeks_waited_holds_between_its_weeks_at_every_scale(scale):
    by_place = days_by_place(by_weeks(), scale)
    due = {"0": 35211 + 34889 + 56760 + 71282, "6": 60000 + 41162, "18": 38514, "52": 614 + 200}
    for (low, people), high in zip(due.items(), (6, 18, 52, 900), strict=True):
        for place, share in (("theatre", DECIDED[low]), ("clinic", 1 - DECIDED[low])):
            waited = -by_place[place]
            here = ((waited > 7 * int(low)) & (waited <= 7 * high)).sum()
            # Each edge of a stretch may be off by half a person of the list and by one of the place.
            assert abs(here - people * share * scale) <= 3, (low, place)
    assert sum(map(len, by_place.values())) == len(days_by_place(published(ENGLAND, open_band=20), scale)["p0"])


def test_the_same_share_at_every_wait_is_a_flat_one():
    flat = days_by_place(published(ENGLAND, shares=(0.77, 0.08, 0.15), open_band=9), 0.01)
    places = {
        f"p{i}": StartPlace(service="a", shares_by_weeks_waited={"0": s, "30": s}, needs=NEEDS)
        for i, s in enumerate((0.77, 0.08, 0.15))
    }
    waved = days_by_place(StartList(unit="weeks", waiting=ENGLAND, places=places, open_band=9), 0.01)
    assert {name: days.tolist() for name, days in flat.items()} == {n: d.tolist() for n, d in waved.items()}


def test_18_weeks_to_the_day_are_not_yet_more_than_18():
    one = published({"0": 7000, "40": 0})
    places = {name: {"0": before, "18": 1 - before} for name, before in (("early", 1.0), ("late", 0.0))}
    one = StartList(
        unit="weeks",
        waiting=one.waiting,
        places={n: StartPlace(service="a", shares_by_weeks_waited=s, needs=NEEDS) for n, s in places.items()},
    )
    days = days_by_place(one, 1.0)
    assert (-days["early"]).max() == 126 and (-days["late"]).min() == 127


def test_people_of_a_run_stand_where_their_weeks_waited_put_them():
    share = {"first": {"0": 0.75, "26": 0.0}, "second": {"0": 0.25, "26": 1.0}}
    lists = start_of({"0": 52, "52": 0})
    lists["lists"]["x"]["places"] = {
        name: {"service": "a", "shares_by_weeks_waited": steps, "needs": NEEDS} for name, steps in share.items()
    }
    patients = made(world({"a": clinic()}, 10, a_day=0, start=lists))
    assert [len(patients.placed["x", name]) for name in share] in ([20, 32], [19, 33])  # 0.75 of 26 is 19.5
    assert patients.presented_day[patients.placed["x", "first"]].min() >= -26 * 7


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ([{"share": 0.5}, {}], ["places.p1.share: is missing"]),
        ([{"share": 0.5}, {"share": 0.4}], ["places: the shares add to 0.9, not 1"]),
        (
            [{"share": 0.5}, {"shares_by_weeks_waited": {"0": 0.5}}],
            ["p0.share: stands beside shares by weeks waited", "p0.shares_by_weeks_waited: has no share from 0 weeks"],
        ),
        (
            [{"shares_by_weeks_waited": {"0": 0.5, "18": 0.1}}, {"shares_by_weeks_waited": {"0": 0.5, "18": 0.8}}],
            ["places: the shares from 18 weeks add to 0.9, not 1"],
        ),
        (
            [{"shares_by_weeks_waited": {"0": 0.5, "6": 0.5}}, {"shares_by_weeks_waited": {"0": 0.5}}],
            ["p1.shares_by_weeks_waited: has no share from 6 weeks"],
        ),
        (
            [{"shares_by_weeks_waited": {"2": 0.5}}, {"shares_by_weeks_waited": {"2": 0.5}}],
            ["p0.shares_by_weeks_waited: does not begin at 0 weeks", "p1.shares_by_weeks_waited: does not begin"],
        ),
    ],
)
def test_shares_that_cannot_be_are_refused_all_at_once(places, said):
    lists = start_of({"0": 5})
    lists["lists"]["x"]["places"] = {f"p{i}": {"service": "a", "needs": NEEDS, **p} for i, p in enumerate(places)}
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(world({"a": clinic()}, 10, start=lists))
    assert len(error.value.faults) == len(said)
    assert all(words in str(error.value) for words in said)


# --- how many, of what is shipped -------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1.0, 0.1, 0.03])
def test_the_shipped_lists_are_as_long_as_published_at_every_scale(scale):
    scenario = sim.load("gp_referral", f"place.scale={scale}")
    patients = patients_of(scenario, 0)
    for name, one in scenario.start.lists.items():
        total = sum(one.waiting.values()) * one.part_of_list * scale
        sizes = {place: len(patients.placed[name, place]) for place in one.places}
        assert abs(sum(sizes.values()) - total) <= 0.5 + 1e-6
        for place, settings_ in one.places.items():
            if settings_.share is not None:
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
