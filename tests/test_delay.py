"""Kind `delay`: time passes, nobody is needed, and then people go on."""

from collections import Counter

import numpy as np
import pytest
from worlds import clinic, delay, lived, made, people, rule, way, world


def after(days, patients=None, horizon=30, **settings):
    """patient -> day on which the delay was over."""
    run = lived(world({"home": delay(days, **settings)}, horizon), patients or people(0, 0, 3))
    return {e.who: e.day for e in run.of("resolved")}


def test_a_fixed_delay_lasts_its_days():
    assert after(14) == {1: 14, 2: 14, 3: 17}


def test_a_delay_lasts_whole_days_and_a_night_at_least():
    assert after(0) == after(0.4) == after(1) == {1: 1, 2: 1, 3: 4}
    assert after(2) == {1: 2, 2: 2, 3: 5}


@pytest.mark.parametrize("mean", [1.4, 2.3, 13.5])
def test_a_part_of_a_day_is_a_day_more_for_as_many(mean):
    days = np.array(list(after(mean, people([0] * 4000)).values()))
    p = mean - int(mean)
    assert set(days) == {int(mean), int(mean) + 1}
    assert (days > int(mean)).sum() == pytest.approx(4000 * p, abs=4.5 * (4000 * p * (1 - p)) ** 0.5)


def test_who_is_not_through_by_the_end_is_still_inside():
    run = lived(world({"home": delay(14)}, 14), people(0, 1))
    assert run.of("resolved") == [] and run.record.inside == 2


def test_an_exponential_delay_ends_each_day_with_the_same_chance():
    # P(over by day k) = 1 - 0.9^k, k = 1, 2, ...: the mean is 10 days.
    days = np.array(list(after(10, people([0] * 5000), 300, spread="exponential").values()))
    assert len(days) == 5000 and days.min() == 1
    for k in (1, 5, 10, 30):
        p = 1 - 0.9**k
        assert (days <= k).sum() == pytest.approx(5000 * p, abs=4.5 * (5000 * p * (1 - p)) ** 0.5)


def test_an_exponential_delay_is_drawn_anew_each_time():
    services = {
        "home": delay(5, "gp", spread="exponential"),
        "gp": clinic(9999, routes=way("home", back=rule("resolved", {"referred_before": "yes"})), setting="primary"),
    }
    run = lived(world(services, 200), people([0] * 500))
    stays = run.days("moved", "home")
    first, second = np.array([[days[0], days[1] - days[0]] for days in stays.values()]).T
    assert len(stays) == 500 and abs(np.corrcoef(first, second)[0, 1]) < 4.5 / 500**0.5


def test_whoever_is_through_can_be_seen_the_same_day():
    run = lived(world({"home": delay(5, "gp"), "gp": clinic(9)}, 20), people(0))
    assert run.seen("gp") == {1: 5}


def test_a_delay_has_no_list_and_no_clinic_days():
    run = lived(world({"home": delay(5)}, 20), people(0))
    assert run.clinic_days("home") == []
    assert run.story(1) == [
        (0, "", "presented", "door", ""),
        (0, "home", "listed", "door", ""),
        (5, "home", "resolved", "otherwise", ""),
    ]


def test_people_go_on_by_the_rules_in_their_shares():
    services = {
        "home": delay(5, routes=way({"a": 0.25, "resolved": 0.75}, men=rule("b", {"sex": "male"}))),
        "a": clinic(9999),
        "b": clinic(9999),
    }
    run = lived(world(services, 20), people([0] * 4000, sex=["male", "female"] * 2000))
    assert set(run.seen("b")) == set(range(1, 4001, 2))
    assert len(run.seen("a")) == pytest.approx(500, abs=4.5 * (2000 * 0.1875) ** 0.5)


def test_a_delay_after_a_delay_takes_the_sum_of_both_whatever_the_order_they_are_written_in():
    one, two = delay(3, "two"), delay(4)
    assert {e.day for e in lived(world({"one": one, "two": two}, 20), people(0)).of("resolved")} == {7}
    assert {e.day for e in lived(world({"two": two, "one": one}, 20, "one"), people(0)).of("resolved")} == {7}


def test_long_delays_end_on_their_day_also_beyond_a_month():
    assert after(100, people(0, 1, 40), 200) == {1: 100, 2: 101, 3: 140}
    days = after(60, people([0] * 3000), 2000, spread="exponential")
    assert len(days) == 3000 and 320 < max(days.values()) < 800


def test_people_of_a_starting_list_have_their_days_behind_them():
    # Listed 4 and 11 days before the start, in a delay of 10 days: through on day 6 and on day 0.
    places = {"all": {"service": "home", "share": 1.0, "needs": {"surgery": 1.0}}}
    start = {"kind": "lists", "lists": {"x": {"unit": "weeks", "waiting": {"0": 1, "1": 1, "2": 0}, "places": places}}}
    config = world({"home": delay(10)}, 20, a_day=0, start=start)
    patients = made(config)
    assert patients.presented_day.tolist() == [-4, -11]
    assert Counter(e.day for e in lived(config, patients).of("resolved")) == {6: 1, 0: 1}
