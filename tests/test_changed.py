"""What the command changes: the title says it, it is compared with what it changes, and what does not belong together
is told before any number."""

from dataclasses import replace

import pytest

import sim
from sim.app.configuration.beside.changed import as_changed, changes_itself, shared_changes
from sim.app.configuration.beside.prepared import prepared
from sim.app.configuration.beside.warned import place_words, warnings_of
from sim.app.configuration.request import request_of

TINY = ("place.scale=0.05", "run.years=1")


def asked(*words, scenario="integrated"):
    return request_of("run", scenario, words, ())


def changed(*words, scenario="integrated"):
    return as_changed(sim.load(scenario, *words), asked(*words, scenario=scenario))


def test_a_change_is_in_the_title_and_is_compared_with_what_it_changes():
    whole, one = sim.load("integrated"), changed("workforce.fcp_band_7.wte=8", *TINY)
    assert one.title == f"{whole.title}, FCP 8" and one.config["title"] == one.title
    assert (one.compare_with, one.config["compare_with"]) == ("integrated", "integrated")
    assert "FCP 8" in one.question and one.question.endswith("?")
    assert changed(*TINY) == sim.load("integrated", *TINY), "how large and how long is no change of the scenario"


def test_what_the_command_says_itself_wins():
    named = changed("workforce.fcp_band_7.wte=8", "compare_with=gp_referral", "title=Mine", "question=Why?")
    assert (named.compare_with, named.title, named.question) == ("gp_referral", "Mine", "Why?")
    assert not changes_itself(named, asked("workforce.fcp_band_7.wte=8", "compare_with=gp_referral"))
    assert changed("workforce.gp.wte=20", scenario="gp_referral").compare_with is None, "alone as it was"


@pytest.mark.parametrize(
    "word, told",
    [
        ("workforce.gp.wte=20", "GP 20"),
        ("pathway.services.physiotherapy.new_minutes=35", "Community physiotherapy new minutes 35"),
        ("~pathway.services.mri.follow_ups", "without"),
        ("workforce.gp.sickness_share=0.1", "GP sickness share 0.1"),
    ],
)
def test_a_change_in_words(word, told):
    scenario = sim.load("integrated")
    assert told in as_changed(scenario, asked(word)).title


def test_many_changes_are_counted():
    words = [f"workforce.{name}.wte=1" for name in ("gp", "fcp_band_7", "theatre_team", "radiography", "physio_band_6")]
    assert as_changed(sim.load("integrated"), asked(*words)).title.endswith(", 2 more changes")


def test_a_changed_scenario_has_no_steps_between_and_its_comparator_is_told_apart():
    scenario, others = prepared(asked("workforce.fcp_band_7.wte=8", *TINY))
    assert others.baseline.name == "integrated as shipped" and others.baseline.workforce["fcp_band_7"].wte == 4.75
    assert (others.ladder, others.answers) == ((), {}) and set(others.variants) == {"demand_5_percent_more"}
    assert warnings_of(scenario, others.baseline, asked("workforce.fcp_band_7.wte=8", *TINY)) == []


def test_what_both_meet_is_told_as_of_both():
    one = sim.load("integrated", "demand.growth_per_year=0.03", "place.scale=0.1")
    assert shared_changes(one, asked("demand.growth_per_year=0.03", "place.scale=0.1")) == ["growth per year 0.03"]


def test_whose_numbers_these_are():
    tenth = sim.load("integrated", "place.scale=0.1")
    assert place_words(tenth).startswith("Coventry, 345,300 people, run at a tenth (34,530 people")
    assert "numbers are of the part" in place_words(tenth) and place_words(sim.load("integrated")).endswith("people")


@pytest.mark.parametrize(
    "words, told",
    [
        (("demand.population=210000",), "staff and starting lists"),
        (("place.scale=60.8",), "20,994,240 people"),
        (("place.scale=0.001",), "so few"),
        (("place.scale=0.1",), ""),
        (("demand.population=210000", "workforce=integrated", "start=coventry"), ""),
    ],
)
def test_people_lists_and_staff_that_do_not_belong_together_are_warned_of(words, told):
    said = warnings_of(sim.load("integrated", *words), None, asked(*words))
    assert [told in one for one in said] == [True] * bool(told)


def test_a_comparator_of_another_place_is_warned_of():
    one = sim.load("integrated")
    other = replace(one, demand=replace(one.demand, population=1.7e6), config={"place": {"name": "Sussex"}})
    (said,) = warnings_of(one, other, asked())
    assert "another place" in said and "Sussex" in said
    (said,) = warnings_of(one, replace(other, config=one.config), asked())
    assert "do not meet the same people" in said
