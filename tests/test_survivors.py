"""Needs and facts of a starting list go with the time waited; the needs of a place stay those that are published."""

import numpy as np
import pytest
from worlds import clinic, made, world

import sim
from sim.domain.people.demand import Demand, FactMix, Leaving
from sim.domain.people.survivors import Survivors
from sim.domain.words import FACTS, NEEDS

HALF = {"onset": FactMix(shares={"acute": 0.5, "long_term": 0.5})}
RECOVERY = {"share": {"acute": 0.5}, "within_weeks": 6, "needs": ["self_management"]}
SELF, SURGERY = NEEDS.index("self_management"), NEEDS.index("surgery")


def demand(**facts) -> Demand:
    """With these mixes."""
    return Demand(population=1000, presenting_per_1000_a_year=10, facts={**HALF, **facts})


def of(**one) -> Survivors:
    """Who is left where people leave so."""
    return Survivors({"x": Leaving(**{**RECOVERY, "needs": ("self_management",), **one})}, demand())


def test_the_needs_of_a_place_stay_what_is_published():
    waited = np.arange(1, 700)
    mix = of().needs({"self_management": 0.3, "surgery": 0.7}, waited)
    assert mix.sum(1) == pytest.approx(np.ones(699))
    assert mix.mean(0)[[SELF, SURGERY]] == pytest.approx([0.3, 0.7])
    assert (np.diff(mix[:, SELF]) < 0).all()


def test_the_mix_by_time_waited_is_that_of_those_who_joined_and_stayed():
    # Of those with self-management needs half are acute, and half of these are gone every six weeks.
    waited = np.array([1, 42, 84, 126, 400])
    mix = of().needs({"self_management": 0.5, "surgery": 0.5}, waited)
    left = 0.5 + 0.5 * 0.5 ** (waited / 42)
    odds = mix[:, SELF] / mix[:, SURGERY]
    assert odds / odds[0] == pytest.approx(left / left[0])


def test_onset_goes_with_need_and_time_waited():
    waited, shares = np.array([42, 84, 84]), np.array([0.5, 0.5])
    rows = of().tilted("onset", shares, np.array([SELF, SELF, SURGERY]), waited)
    acute = rows[:, FACTS["onset"].index("acute")]
    assert acute == pytest.approx([0.25 / 0.75, 0.125 / 0.625, 0.5])


def test_a_need_may_leave_sooner_by_itself_and_two_ways_add_up():
    by_need = of(fact="need", share={"surgery": 0.2}, within_weeks=1, needs=())
    mix = by_need.needs({"self_management": 0.5, "surgery": 0.5}, np.array([7, 14]))
    odds = mix[:, SURGERY] / mix[:, SELF]
    assert odds[1] / odds[0] == pytest.approx(0.8)
    twice = {name: Leaving(share={"acute": 0.5}, within_weeks=6) for name in ("a", "b")}
    rows = Survivors(twice, demand()).tilted("onset", np.array([0.5, 0.5]), np.array([SURGERY]), np.array([42]))
    assert rows[0, FACTS["onset"].index("acute")] == pytest.approx(0.25 / 1.25)


def _on_the_list(leaving: dict, **place):
    here = {"service": "a", "share": 1.0, "needs": {"self_management": 0.5, "surgery": 0.5}, **place}
    one = {"unit": "weeks", "waiting": {"0": 8000}, "open_band": 52, "places": {"here": here}}
    facts = {"onset": {"shares": {"acute": 0.5, "long_term": 0.5}}}
    start = {"kind": "lists", "lists": {"x": one}, "leaving": leaving}
    return made(world({"a": clinic()}, 10, a_day=0, start=start, demand={"facts": facts}))


def test_few_acute_problems_are_left_after_a_year_and_the_list_needs_what_is_published():
    people = _on_the_list({"recovery": RECOVERY})
    needs, acute = people.facts["need"], people.facts["onset"] == FACTS["onset"].index("acute")
    assert np.mean(needs == SURGERY) == pytest.approx(0.5, abs=4.5 * (0.25 / 8000) ** 0.5)
    late = people.presented_day < -300
    assert acute[late & (needs == SELF)].mean() < 0.03
    assert acute[late & (needs == SURGERY)].mean() == pytest.approx(0.5, abs=0.07)
    assert np.mean(needs[late] == SELF) < np.mean(needs[~late] == SELF)


def test_people_in_the_middle_of_care_and_lists_without_it_are_as_they_were():
    plain, in_course = _on_the_list({}), _on_the_list({"recovery": RECOVERY}, in_course=True)
    for name in FACTS:
        assert np.array_equal(plain.facts[name], in_course.facts[name])


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"fact": "onsets"}, "fact"),
        ({"share": {"slow": 0.5}}, "share.slow"),
        ({"share": {"acute": 0.0}}, "share"),
        ({"needs": ["rest"]}, "needs"),
    ],
)
def test_what_takes_nobody_or_is_no_word_is_refused(wrong, where):
    with pytest.raises(sim.ScenarioError) as error:
        _on_the_list({"recovery": {**RECOVERY, **wrong}})
    assert [fault.where for fault in error.value.faults] == [f"start.leaving.recovery.{where}"]
