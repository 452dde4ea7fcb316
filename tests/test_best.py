"""`sim.best`: which scenario is best, from replications that are run as they are wanted,
or are in the store already."""

import numpy as np
import pytest
from worlds import clinic, world

import sim
from sim.analysis.selection import KimNelson, Ocba
from sim.app.studies.experiment.best import COLUMNS


def place(slots, name="place", **sections):
    """Two people a day by chance, at a clinic of so many slots a day."""
    config = world({"a": clinic(slots)}, days=40, a_day=2, demand={"arrivals": "poisson"}, **sections)
    return sim.from_dict({**config, "name": name, "compare_with": None})


@pytest.fixture(scope="module")
def places():
    return {"none": place(1), "some": place(2), "many": place(4)}


@pytest.fixture(scope="module")
def lists(places):
    """(scenarios, replications) people waiting at the end."""
    from sim.analysis.indicators.measures import measures_of
    from sim.engine.simulate import simulate

    def waiting(scenario, r):
        return next(
            value
            for kpi, group, value, _ in measures_of(simulate(scenario, r), scenario).kpis
            if (kpi, group) == ("waiting_list", "a")
        )

    return np.array([[waiting(scenario, r) for r in range(60)] for scenario in places.values()])


def by_hand(procedure, values):
    while wanted := procedure.wanted():
        for system, replication in wanted:
            procedure.tell(system, replication, values[system, replication])
    return procedure


def test_the_same_choice_as_by_hand_for_any_number_of_workers_and_whatever_is_stored(places, lists, tmp_path):
    hand = by_hand(KimNelson(3, 6.0, 0.05, 5, largest=False), lists)
    found = sim.best(places, "waiting_list", "a", delta=6.0, first=5, out=tmp_path)
    table = found.table
    assert tuple(table.columns) == COLUMNS and table["scenario"].tolist() == list(places)
    assert found.best == list(places)[hand.best] == "many" and found.sure == 0.95
    assert table["replications"].tolist() == list(hand.counted)
    assert table["mean"].tolist() == pytest.approx([row[:n].mean() for row, n in zip(lists, hand.counted, strict=True)])
    assert {
        places_: (after, behind)
        for places_, after, behind in zip(table["scenario"], table["dropped_after"], table["behind"], strict=True)
        if behind
    } == {list(places)[one.system]: (one.replications, list(places)[one.behind]) for one in hand.dropped}
    stored = sorted((tmp_path / ".store").glob("*.parquet"))
    assert len(stored) == sum(hand.counted)
    again = sim.best(places, "waiting_list", "a", delta=6.0, first=5, out=tmp_path)
    assert sorted((tmp_path / ".store").glob("*.parquet")) == stored  # nothing was run again
    others = sim.best(places, "waiting_list", "a", delta=6.0, first=5, workers=2)
    assert again.table.equals(table) and others.table.equals(table)


def test_a_budget_is_spent_where_it_tells_most(places, lists):
    hand = by_hand(Ocba(3, 24, first=4, step=6, largest=False), lists)
    found = sim.best(places, "waiting_list", "a", budget=24, first=4, step=6)
    assert found.best == list(places)[hand.best] and found.sure == hand.sure()
    assert found.table["replications"].tolist() == list(hand.counted) and found.table["replications"].sum() == 24


def test_scenarios_that_differ_in_their_labels_alone_are_run_once(tmp_path):
    found = sim.best([place(2, "one"), place(2, "other")], "waiting_list", "a", delta=1.0, first=3, out=tmp_path)
    assert found.best == "one" and found.table["replications"].tolist() == [3, 3]
    assert len(list((tmp_path / ".store").glob("*.parquet"))) == 3


def test_one_scenario_is_best_without_a_run(tmp_path):
    found = sim.best([place(2)], "waiting_list", "a", delta=1.0, out=tmp_path)
    assert (found.best, found.sure, found.table["replications"].tolist()) == ("place", 1.0, [0])


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({}, "either delta or budget"),
        ({"delta": 1.0, "budget": 30}, "either delta or budget"),
        ({"delta": 0.0}, "delta above 0"),
        ({"budget": 5}, "budget at least"),
        ({"delta": 1.0, "workers": -1}, "workers is 0"),
        ({"delta": 1.0, "kpi": "staff_wte"}, "neither way is better"),
        ({"delta": 1.0, "better": "faster"}, "neither way is better"),
    ],
)
def test_arguments_that_cannot_be(places, wrong, said):
    with pytest.raises(ValueError, match=said):
        sim.best(places, **{"kpi": "waiting_list", "group": "a", **wrong})


def test_names_that_are_shared_are_refused(places):
    with pytest.raises(ValueError, match="share a name"):
        sim.best(list(places.values()), "waiting_list", "a", delta=1.0)


def test_an_indicator_that_has_no_value_cannot_be_ranked(places):
    with pytest.raises(ValueError, match=r"waiting_list \(nowhere\) is unknown in replication 0 of none"):
        sim.best(places, "waiting_list", "nowhere", delta=1.0)
