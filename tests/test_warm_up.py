"""Where MSER-5 cuts: arrays worked by hand, series with a known transient, and the lists of small worlds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from study_example import NEW, OLD, study_example
from worlds import clinic, delay, lived, people, world

import sim
from sim.analysis.figures import FIGURES, style
from sim.analysis.figures.register import drawing
from sim.analysis.indicators.measures import measures_of
from sim.analysis.reading.reading import Reading
from sim.analysis.reading.tables import WARM_UP
from sim.analysis.reading.waiting_series import has_warm_up, waiting_by_batch
from sim.analysis.statistics.warm_up import advice, by_service, mser5, mser_of_batches, warm_up_table
from sim.engine.simulate import simulate

PLACE = {"service": "physio", "share": 1.0, "needs": {"surgery": 1.0}}


def by_hand(z, left=5) -> list[float]:
    """The statistic as it is defined, place by place."""
    return [float(((z[d:] - np.mean(z[d:])) ** 2).sum() / (len(z) - d) ** 2) for d in range(len(z) - left + 1)]


# --- the rule -------------------------------------------------------------------------------------------------


def test_four_batches_by_hand():
    """9, 1, 3, 1, 3: with nothing cut the mean is 3.4 and the squares sum to 43.2, over 25;
    with one cut 2 and 4, over 16; with two 7/3 and 8/3, over 9."""
    cut = mser_of_batches([9, 1, 3, 1, 3], left=2)
    assert cut.statistic.tolist() == pytest.approx([43.2 / 25, 4 / 16, (8 / 3) / 9, 2 / 4])
    assert cut.days == 5


def test_days_are_taken_in_fives_and_a_rest_is_left_out():
    days = [50, 52, 48, 50, 50] + [10, 12, 8, 10, 10] * 9 + [999, 999]
    assert mser5(days).days == 5
    assert mser5(days).statistic.tolist() == pytest.approx(by_hand(np.array([50.0] + [10.0] * 9)))


def test_a_list_that_never_moves_needs_no_cut():
    assert mser5([0.1] * 100).days == 0
    assert (mser5([0.1] * 100).statistic == 0).all()


def test_of_equally_good_places_the_first_counts():
    assert mser_of_batches([7, 3, 3, 3, 3, 3, 3, 3]).days == 5


def test_a_jump_in_the_second_half_is_no_warm_up():
    """Lists that stand at 100 and then at 200: what is left after the jump is best,
    but it is less than half of the run."""
    assert mser_of_batches([100.0] * 10 + [200.0] * 10).days == 50  # as long after as before
    assert mser_of_batches([100.0] * 11 + [200.0] * 9).days is None


def test_a_list_that_grows_and_grows_never_settles():
    cut = mser5(np.arange(400.0))
    assert cut.days is None
    assert cut.statistic.argmin() == len(cut.statistic) - 1  # the later the better


@pytest.mark.parametrize("series", [[], [1.0] * 4, [1.0] * 24, [np.nan] + [1.0] * 100])
def test_too_little_tells_nothing(series):
    assert mser5(series).days is None


@given(st.lists(st.integers(0, 40).map(float), min_size=5, max_size=40), st.integers(-1000, 1000))
def test_the_running_sums_are_the_definition_and_the_level_makes_no_difference(z, level):
    z = np.array(z)
    assert mser_of_batches(z).statistic.tolist() == pytest.approx(by_hand(z), abs=1e-9)
    assert mser_of_batches(z + level).days == mser_of_batches(z).days


def test_an_autoregression_with_a_transient_is_cut_where_that_is_over():
    """x_t = 0.7 x_(t-1) + noise about 100, plus 80 e^(-t/40) on day t: of that 1 is left on day 175.
    The cut lies between the days on which 20 and 0.5 are left."""
    rng = np.random.default_rng(1997)
    cuts = []
    for _ in range(40):
        noise = rng.normal(0, 3, 2000)
        x = np.zeros(2000)
        for t in range(1, 2000):
            x[t] = 0.7 * x[t - 1] + noise[t]
        cuts.append(mser5(100 + x + 80 * np.exp(-np.arange(2000) / 40)).days)
    assert None not in cuts
    assert 40 * np.log(4) <= np.median(cuts) <= 40 * np.log(160)
    assert 95 <= np.median(cuts) <= 200


# --- the series -----------------------------------------------------------------------------------------------

SERVICES = {"physio": clinic(2, to="wait"), "wait": delay(3, to="ortho"), "ortho": clinic(1)}


def series(config, patients=None):
    """service -> (batches,), of one run of a small world."""
    scenario = sim.from_dict(config)
    record = simulate(scenario, 0) if patients is None else lived(config, patients).record
    rows = waiting_by_batch(Reading(record, scenario))
    assert [day for _, day, _ in rows] == [
        day for _ in {name for name, _, _ in rows} for day in range(0, scenario.run.horizon - 4, 5)
    ]
    return {name: [value for service, _, value in rows if service == name] for name, _, _ in rows}, record


def test_people_waiting_by_hand():
    """One slot a day. Four come on day 0: 3, 2, 1, 0 wait in the evenings;
    three on day 8: 2, then 1 on day 9, then 0."""
    found, _ = series(world({"physio": clinic(1)}, days=12), people(0, 0, 0, 0, 8, 8, 8))
    assert found == {"physio": [6 / 5, 3 / 5]}  # the days beyond the last whole five are left out


def test_a_list_is_as_long_as_the_clinics_of_the_record_say():
    """Clinics that are open every day write how many wait in the evening: the same numbers."""
    config = world(SERVICES, days=60, a_day=2, demand={"arrivals": "poisson"}, run={"warm_up_days": 20})
    found, record = series(config)
    assert set(found) == {"physio", "ortho"}  # nobody waits where time only passes
    for name, means in found.items():
        evenings = record.clinics[name][:80, 4]
        assert len(evenings) == 80 and evenings.sum() > 0
        assert means == evenings.reshape(-1, 5).mean(axis=1).tolist()


def test_people_from_a_list_wait_from_the_first_evening():
    config = world(
        {"physio": clinic(1)},
        days=10,
        a_day=0.0001,
        start={
            "kind": "lists",
            "lists": {"physio": {"unit": "weeks", "waiting": {"0": 3, "4": 2, "10": 0}, "places": {"all": PLACE}}},
        },
        run={"warm_up_days": 5},
    )
    found, record = series(config)
    assert found["physio"] == record.clinics["physio"][:15, 4].reshape(-1, 5).mean(axis=1).tolist()
    assert found["physio"][0] == 2  # 4, 3, 2, 1, 0


@pytest.mark.parametrize("start, days, kept", [("empty", 0, False), ("empty", 5, True), ("warm_up", 5, True)])
def test_the_series_is_kept_only_where_there_is_a_warm_up(start, days, kept):
    scenario = sim.from_dict(world({"physio": clinic(1)}, days=10, start={"kind": start}, run={"warm_up_days": days}))
    assert has_warm_up(scenario) == kept
    assert (measures_of(simulate(scenario, 0), scenario).warm_up is not None) == kept


def test_an_overloaded_clinic_never_settles_and_one_with_room_does_at_once():
    crowded, _ = series(world({"physio": clinic(1)}, days=400, a_day=2, run={"warm_up_days": 5}))
    easy, _ = series(world({"physio": clinic(3)}, days=400, a_day=2, run={"warm_up_days": 5}))
    assert mser_of_batches(crowded["physio"]).days is None
    assert mser_of_batches(easy["physio"]).days == 0


# --- what is told ---------------------------------------------------------------------------------------------


def test_the_mean_over_replications():
    table = warm_up_table(
        {
            "a": [
                [["x", 0, 1.0], ["x", 5, 2.0], ["y", 0, 7.0], ["y", 5, 8.0]],
                [["x", 0, 3.0], ["x", 5, 6.0], ["y", 0, 7.0], ["y", 5, 8.0]],
            ]
        }
    )
    assert tuple(table.columns) == WARM_UP
    assert table.to_numpy().tolist() == [["a", "x", 0, 2.0], ["a", "x", 5, 4.0], ["a", "y", 0, 7.0], ["a", "y", 5, 8.0]]
    assert {name: values.tolist() for name, values in by_service(table, "a").items()} == {
        "all": [9.0, 12.0],
        "x": [2.0, 4.0],
        "y": [7.0, 8.0],
    }
    assert by_service(table, "b") == {} and tuple(warm_up_table({}).columns) == WARM_UP


def filling(**lists):
    return pd.DataFrame(
        [("a", name, 5 * i, float(value)) for name, values in lists.items() for i, value in enumerate(values)],
        columns=list(WARM_UP),
    )


def test_the_sentences_of_the_report():
    soon, late, never = [90, *[10] * 19], [10, 20, 30, 40, *[50] * 16], list(range(20))
    labels = {"soon": "Physiotherapy", "late": "Surgery", "never": "Spinal clinic"}
    assert (
        advice(filling(soon=soon), "a", 30, labels)
        == "MSER-5 would cut 5 days of all lists together; run.warm_up_days is 30."
    )
    assert advice(filling(soon=soon, late=late), "a", 10, labels) == (
        "MSER-5 would cut 20 days of all lists together; run.warm_up_days is 10. It would cut more than that from "
        "Surgery (20 days)."
    )
    assert advice(filling(never=never), "a", 10, labels) == (
        "MSER-5 finds no place to cut all lists together (they do not settle, or the run is too short to tell); "
        "run.warm_up_days is 10. It finds no place for Spinal clinic."
    )
    many = advice(filling(**{f"s{i}": never for i in range(6)}), "a", 10, {})
    assert many.endswith("It finds no place for s0, s1, s2 and 3 others.")
    assert advice(filling(soon=soon), "b", 30, labels) == ""


@pytest.mark.parametrize(
    "lists, days, said",
    [
        ({"x": [90, *[10] * 19]}, 30, "MSER-5 would cut 5 days; 30 are cut"),
        ({"x": [90, *[10] * 19]}, 0, "MSER-5 would cut 5 days; 0 are cut: too few"),
        ({"x": range(20)}, 30, "The lists do not settle, or the run is too short to tell; 30 days are cut"),
    ],
)
def test_the_figure_says_what_it_shows(lists, days, said):
    study = study_example()
    both = pd.concat([filling(**lists).assign(scenario=name) for name in (OLD, NEW)])
    assert (
        style.sentence(FIGURES["warm_up"].draw(replace(study, warm_up=both, meta=study.meta | {"warm_up_days": days})))
        == said
    )


def test_where_one_pathway_settles_and_the_other_does_not_the_figure_says_which():
    study = study_example()
    both = pd.concat([filling(x=[90, *[10] * 19]).assign(scenario=OLD), filling(x=range(20)).assign(scenario=NEW)])
    drawn = FIGURES["warm_up"].draw(replace(study, warm_up=both))
    assert (
        style.sentence(drawn)
        == "The lists of Integrated pathway do not settle, or the run is too short to tell; 0 days are cut"
    )
    assert len(drawn.axes) == 3


def test_the_report_has_the_sentence_and_the_figure():
    from sim.app.pages.report import render

    study = study_example(warm_up=pd.concat([filling(x=[90, *[10] * 19]).assign(scenario=name) for name in (OLD, NEW)]))
    study = replace(study, meta=study.meta | {"warm_up_days": 30})
    text = render(study, (drawing(FIGURES["warm_up"], study),))
    assert "Integrated pathway: MSER-5 would cut 5 days of all lists together; run.warm_up_days is 30." in text
    assert "MSER-5 would cut 5 days; 30 are cut" in text
    assert "MSER-5" not in render(replace(study, warm_up=study.warm_up.iloc[:0]), ())
