"""Where people are registered: FCP cover by practice, whose response to the WTE there is worked out by hand."""

import numpy as np
import pytest
from worlds import clinic, lived, people, rule, way, world

import sim
from sim.analysis.pathway.moves import moves_of
from sim.analysis.reading.frames import patients_table
from sim.domain.words import FACTS
from sim.engine.simulate import patients_of

THREE = {"practice": {"shares": {"1": 0.5, "2": 0.3, "3": 0.2}}}
ASK, DAYS = 4, 24
"""People of each practice a day, and days."""


def covered(slots: dict[str, float], most: dict[str, int]) -> dict[str, float]:
    """Share of each practice's people whom its FCP sees, if `most` may wait there and the others see the GP."""
    services = {f"fcp_{name}": clinic(number) for name, number in slots.items()}
    rules = {}
    for name in slots:
        one = {"practice": name}
        if not slots[name]:
            continue  # no FCP there: the GP, as anywhere
        full = {"condition": "list_over", "service": f"fcp_{name}", "threshold": most[name] - 1}
        rules[f"full_{name}"] = rule("gp", one, only_while=full)
        rules[f"at_{name}"] = rule(f"fcp_{name}", one)
    config = world({"gp": clinic(1000), **services}, DAYS + 2, way("gp", **rules), demand={"facts": THREE})
    names = list(slots) * ASK
    who = people([day for day in range(DAYS) for _ in names], practice=names * DAYS)
    run = lived(config, who)
    return {name: len(run.seen(f"fcp_{name}")) / (ASK * DAYS) for name in slots}


def test_the_share_covered_goes_with_the_time_that_the_practice_has_parts_of_a_slot_carried():
    # A visit and a half a day: one on one day, two on the next.
    assert covered({"1": 3, "2": 1.5, "3": 0}, {"1": 3, "2": 2, "3": 0}) == {"1": 0.75, "2": 1.5 / ASK, "3": 0.0}
    # Twice the time covers twice as many, until everybody is covered.
    assert covered({"1": 6, "2": 3, "3": 0.5}, {"1": 6, "2": 3, "3": 1}) == {"1": 1.0, "2": 0.75, "3": 0.5 / ASK}


def test_people_are_registered_where_the_place_says_and_nobody_else_is_changed():
    def made(facts: dict):
        return patients_of(sim.from_dict(world({"a": clinic()}, 60, a_day=100, demand={"facts": facts})), 0)

    plain, registered = made({"imd_quintile": {"shares": {"1": 0.4, "5": 0.6}}}), None
    by_fifth = {"given": "imd_quintile", "shares_given": {q: {"1": 1.0} for q in "1234"} | {"5": {"2": 0.5, "20": 0.5}}}
    registered = made({"imd_quintile": {"shares": {"1": 0.4, "5": 0.6}}, "practice": by_fifth})
    assert list(plain.facts) == list(FACTS) and list(registered.facts) == [*FACTS, "practice"]
    assert all(np.array_equal(plain.facts[name], registered.facts[name]) for name in FACTS)
    shares = np.bincount(registered.facts["practice"], minlength=20) / 6000
    assert shares[[0, 1, 19]] == pytest.approx([0.4, 0.3, 0.3], abs=0.03)
    assert (registered.facts["practice"][registered.facts["imd_quintile"] == 0] == 0).all()


def test_who_is_registered_where_is_in_the_table_of_people_and_in_the_picture():
    entry = way("a", two=rule("b", {"practice": ["2", "3"]}))
    config = world({"a": clinic(1000), "b": clinic(1000)}, 40, entry, a_day=50, demand={"facts": THREE})
    run = lived(config)
    table = patients_table(run.record)
    there = table[table.practice.isin(["2", "3"])].patient_id.tolist()
    assert sorted(run.seen("b")) == sorted(there) and len(there) > 500
    assert moves_of(run.scenario).ways["\0", "b"].share == pytest.approx(0.5, abs=0.02)


def test_somebody_given_one_by_one_may_be_registered_somewhere():
    trace = {"one": {"day": 0, "people": 3, "facts": {"practice": "3"}}}
    demand = {"presenting_per_1000_a_year": 0.0, "facts": THREE, "trace": trace}
    run = lived(
        world({"a": clinic(1000), "b": clinic(1000)}, 3, way("a", x=rule("b", {"practice": "3"})), demand=demand)
    )
    assert len(run.seen("b")) == 3


@pytest.mark.parametrize(
    "facts, told",
    [
        ({}, "is said of nobody here; demand.facts.practice, with a share of each word"),
        ({"practice": {"shares": {"1": 0.5}}}, "the shares add to 0.5, not 1; change them by +0.5 in all"),
        ({"practice": {"shares": {"21": 1.0}}}, "is not a word that is known here"),
    ],
    ids=["nobody", "half", "no_such"],
)
def test_a_practice_that_nobody_is_said_to_have_is_told(facts, told):
    entry = way("a", x=rule("b", {"practice": "2"}))
    with pytest.raises(sim.ScenarioError) as error:
        sim.from_dict(world({"a": clinic(), "b": clinic()}, 9, entry, demand={"facts": facts}))
    (fault,) = error.value.faults
    assert told in str(fault)
