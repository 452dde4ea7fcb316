"""The range over what is believed possible, kept beside a scenario: told of that configuration, and of no other."""

import json
import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from worlds import clinic, world

import sim
from bench.believed import record, written
from sim.analysis.words.indicator import HEADLINE
from sim.app.configuration.beside.comparator import AS_IT_IS, Beside, alone
from sim.app.configuration.beside.prepared import prepared
from sim.app.configuration.request import request_of
from sim.app.pages.report.believed import about_ranges
from sim.app.studies.comparison.believed_range import (
    assumption_keys,
    believed_of,
    file_of,
    kept_moves,
    pair_key,
    to_be_run,
)
from sim.app.studies.comparison.gap import Gap
from sim.app.studies.comparison.kept import said_of
from sim.app.studies.comparison.moved import overturns
from sim.app.studies.comparison.ran import Ran
from sim.app.studies.uncertainty.believed_runs import OUTCOMES, PointOutcomes
from sim.app.studies.uncertainty.results import uncertainty_table
from sim.domain.scenario import Scenario

ROOT = Path(__file__).resolve().parents[1]
CARE, DAYS = "had_needed_care_within_18_weeks_share", "days_to_definitive_care_median"
OLD = replace(sim.from_dict(world({"a": clinic(1)}, 30)), name="old")
NEW = replace(sim.from_dict(world({"a": clinic(2)}, 30)), name="new")
PAIR = SimpleNamespace(scenario=NEW, baseline=OLD)


@pytest.fixture(scope="module")
def said() -> dict:
    """Forty draws that differ by 0.01 to 0.40; days are long in one of them."""
    rows = [(d, r, CARE, "all", "share", 0.2, 0.2 + g, g) for d in range(40) for r in range(2) for g in [(d + 1) / 100]]
    rows += [(d, r, DAYS, "all", "days", 9.0, 8.0 if d else math.nan, -1.0) for d in range(40) for r in range(2)]
    rows += [(0, r, f"{DAYS}_at_least", "all", "days", 9.0, 12.0, 3.0) for r in range(2)]
    outcomes = PointOutcomes(pd.DataFrame(rows, columns=list(OUTCOMES)), {}, "all", 160)
    return record(PAIR, outcomes, uncertainty_table(outcomes, 40), 40)


def test_what_was_drawn_is_read_back_for_the_configuration_it_is_of(said, tmp_path):
    file = written("new", said, tmp_path)
    assert file == file_of("new", tmp_path) and file.parent.name == "believed"
    found = believed_of(NEW, OLD, tmp_path)
    low, high = found["ranges"][CARE]
    assert 0 < low < 0.05 and 0.36 < high < 0.45 and found["draws"] == 40 and 0.9 < found["covers"] < 1
    assert DAYS not in found["ranges"], "long in a draw: no range is told"
    assert found["date"] == said["date"]
    more = replace(NEW, run=replace(NEW.run, replications=3), title="Another title")
    assert believed_of(more, OLD, tmp_path) == found, "how often it is run and what it is called move no number"


def test_a_range_of_another_version_of_the_model_is_told_and_said_to_be(said, tmp_path):
    written("new", said, tmp_path)
    assert believed_of(NEW, OLD, tmp_path)["this_model"]
    written("new", said | {"model": "0.1.0+00000000"}, tmp_path)
    found = believed_of(NEW, OLD, tmp_path)
    assert found["ranges"] and not found["this_model"]
    (line,) = about_ranges(SimpleNamespace(baseline="old", meta={"believed": found}))
    assert line.words.endswith("by an earlier version of the model.")


def test_another_configuration_has_none(said, tmp_path):
    written("new", said, tmp_path)
    other = replace(NEW, run=replace(NEW.run, seed=8))
    assert pair_key(other, OLD) != pair_key(NEW, OLD)
    assert believed_of(other, OLD, tmp_path) == {} == believed_of(NEW, NEW, tmp_path)
    assert believed_of(NEW, None, tmp_path) == {} == believed_of(replace(NEW, name="elsewhere"), OLD, tmp_path)


def assumed(**ranges) -> Beside:
    """Assumptions beside the scenario, each at two ends, and the scenario as it is."""

    def moved(value: float) -> Scenario:
        return replace(NEW, run=replace(NEW.run, seed=round(100 * value)))

    ends = {name: (name, {value: (moved(value), OLD) for value in values}) for name, values in ranges.items()}
    return replace(alone(NEW, OLD), assumptions={AS_IT_IS: (AS_IT_IS, {0: (NEW, OLD)})} | ends)


def test_assumptions_that_were_moved_are_kept_and_run_no_more(said, tmp_path):
    sure, turned = Gap(0.05, 0.04, 0.06, 5), Gap(-0.03, -0.04, -0.02, 5)
    long = Gap(math.inf, math.nan, math.nan, 5)
    gaps = {AS_IT_IS: {0: sure}, "growth": {0: sure, 0.05: turned}, "visits": {1.5: sure, 4: long}}
    titles = {AS_IT_IS: AS_IT_IS, "growth": "Growth", "visits": "Visits"}
    keys = assumption_keys(assumed(growth=(0, 0.05), visits=(1.5, 4)))
    written("new", said | {"assumptions": said_of(keys, titles, {HEADLINE: gaps})}, tmp_path)
    kept = kept_moves(NEW, assumed(growth=(0, 0.05), visits=(1.5, 4)), tmp_path)
    assert str(kept.gaps) == str({HEADLINE: {n: {float(at): g for at, g in ends.items()} for n, ends in gaps.items()}})
    assert kept.date == said["date"] and kept.this_model
    told = overturns(Ran(NEW, alone(NEW, OLD), None, None, "", 0.0, kept=kept))
    assert [one.split(":")[0] for one in told[1:]] == ["Visits", "Growth"], "what breaks the model is told first"
    assert told[2].endswith("This would overturn it.")
    # Another range, one assumption more, or none at all are not what was kept.
    assert kept_moves(NEW, assumed(growth=(0, 0.04), visits=(1.5, 4)), tmp_path) is None
    assert kept_moves(NEW, assumed(growth=(0, 0.05)), tmp_path) is None is kept_moves(NEW, alone(NEW, OLD), tmp_path)
    damaged = said_of(keys, titles, {}) | {"gaps": {HEADLINE: {"growth": [[0, [1, 2]]]}}}
    written("new", said | {"assumptions": damaged}, tmp_path)
    assert kept_moves(NEW, assumed(growth=(0, 0.05), visits=(1.5, 4)), tmp_path) is None


def test_the_default_scenario_s_file_is_of_the_default_scenario():
    """Else its first command takes twice as long, and README and docs tell draws of another configuration: make it
    again by `python -m bench.believed integrated`."""
    scenario, beside = prepared(request_of("run", None, (), ()))
    others, kept = to_be_run(scenario, beside)
    assert believed_of(scenario, beside.baseline)["draws"] == 128
    assert kept is not None and beside.assumptions and not others.assumptions


def test_the_page_says_what_the_default_scenario_s_file_says():
    page, kept = (ROOT / "docs/answer.md").read_text(encoding="utf-8"), json.loads(file_of("integrated").read_text())
    for kpi, words in {
        CARE: "{:.1f} points lower to {:.1f} points higher",
        "had_needed_care_within_52_weeks_share": "{:.1f} points lower to {:.1f} points higher",
    }.items():
        one = kept["ranges"][kpi]
        row = words.format(-100 * one["low"], 100 * one["high"])
        assert f"| {row} | {one['better']:.0%} of draws |" in page, row
    fewer = [kept["ranges"][kpi] for kpi in ("hospital_no_outcome_share", "gp_appointments_per_1000")]
    assert f"| {-100 * fewer[0]['high']:.1f} to {-100 * fewer[0]['low']:.1f} points fewer | 100% of draws |" in page
    assert f"| {-fewer[1]['high']:.0f} to {-fewer[1]['low']:.0f} fewer | 100% of draws |" in page
    assert f"better in [{kept['ranges'][CARE]['better']:.0%} of draws]" in (ROOT / "README.md").read_text(
        encoding="utf-8"
    )


def test_assumptions_may_be_kept_where_nothing_was_drawn(said, tmp_path):
    gaps = {AS_IT_IS: {0: Gap(0.05, 0.04, 0.06, 5)}}
    none = {
        "draws": 0,
        "ranges": {},
        "assumptions": said_of(assumption_keys(assumed()), {AS_IT_IS: AS_IT_IS}, {HEADLINE: gaps}),
    }
    written("new", {key: said[key] for key in ("key", "model", "date")} | none, tmp_path)
    assert believed_of(NEW, OLD, tmp_path) == {} and kept_moves(NEW, assumed(), tmp_path).titles == {AS_IT_IS: AS_IT_IS}


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "[]",
        "no JSON",
        {"ranges": None},
        {"ranges": {CARE: {"low": "x", "high": 1}}},
        {"ranges": {CARE: {"low": math.nan, "high": 1}}},
        {"draws": None},
        {"date": "x" * 200_000},
    ],
)
def test_a_file_that_is_wrong_is_none_at_all(said, tmp_path, wrong):
    file = written("new", said, tmp_path)
    file.write_text(wrong if isinstance(wrong, str) else json.dumps(said | wrong))
    assert believed_of(NEW, OLD, tmp_path) == {}
