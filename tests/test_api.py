"""What the Python API says of one scenario: its indicators, how long people wait, its log and its numbers."""

import json
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest
from worlds import clinic, way, world

import mskflow
import sim
from sim.app import cli
from sim.app.studies import load


@pytest.fixture(scope="module")
def scenario():
    services = {
        "gp": clinic(3, {"physio": 0.5, "resolved": 0.5}, setting="primary", clinician="gp"),
        "physio": clinic(1, missed={"new_share": 0.2}, care="physiotherapy", setting="community"),
    }
    return sim.from_dict(world(services, 120, way("gp"), a_day=2.5))


@pytest.fixture(scope="module")
def outcome(scenario):
    return sim.simulate(scenario)


def test_what_there_is_can_be_asked_for():
    assert dir(sim) == sorted(sim.__all__) and {"run", "best", "design", "survival", "experiment"} <= set(dir(sim))
    assert all(getattr(sim, name) is getattr(mskflow, name) for name in dir(sim))


def test_one_scenario_has_the_indicators_that_a_comparison_gives_it(scenario):
    run = sim.run(scenario, replications=3)
    both = sim.compare(scenario, scenario, replications=3).kpis
    pd.testing.assert_frame_equal(run.kpis, both[both.scenario == scenario.name].reset_index(drop=True))
    used = run.kpis[(run.kpis.kpi == "slot_use") & (run.kpis.group == "physio")].value
    level = run.levels.set_index(["kpi", "group"]).loc[("slot_use", "physio")]
    assert run.value("slot_use", "physio") == level["mean"] == pytest.approx(used.mean())
    assert level.ci_low < level["mean"] < level.ci_high and level.replications == 3
    with pytest.raises(KeyError):
        run.value("no_such")
    with pytest.raises(ValueError, match="1 or more"):
        sim.run(scenario, replications=0)


def test_curves_are_shares_that_add_to_one_and_agree_with_the_median(scenario, outcome):
    table = sim.survival(outcome, "first_contact")
    assert np.allclose(table.there + table.left + table.waiting, 1)
    everybody = table[table.group == "all"]
    assert (np.diff(everybody.there) >= 0).all()
    median = sim.run(scenario, replications=1).value("days_to_first_contact_median")
    assert everybody[everybody.there >= 0.5].day.iloc[0] == int(median)
    with pytest.raises(ValueError, match="first_contact, definitive_care"):
        sim.survival(outcome, "care")


def test_a_log_for_process_mining_has_every_event_once_in_order(outcome, tmp_path):
    log = sim.event_log(outcome)
    assert len(log) == len(outcome.events)
    assert log.groupby("case:concept:name")["time:timestamp"].apply(lambda times: times.is_monotonic_increasing).all()
    first = log[log["case:concept:name"] == log["case:concept:name"].iloc[0]]
    assert first["concept:name"].tolist()[:3] == ["presented", "listed gp", "attended gp"]
    root = ElementTree.parse(sim.write_xes(outcome, tmp_path / "log.xes")).getroot()
    traces = root.findall("{*}trace")
    names = [
        event.find("{*}string[@key='concept:name']").get("value") for one in traces for event in one.findall("{*}event")
    ]
    assert len(traces) == log["case:concept:name"].nunique() and names == log["concept:name"].tolist()


def test_an_object_centric_log_has_every_event_and_knows_whose_it_is(outcome, tmp_path):
    log, said = sim.event_log(outcome), json.loads(sim.write_ocel(outcome, tmp_path / "log.json").read_text())
    assert [one["type"] for one in said["events"]] == log["concept:name"].tolist()
    things = {one["id"]: one for one in said["objects"]}
    assert len(things) == len(said["objects"])
    assert {one["objectId"] for each in [*said["events"], *things.values()] for one in each["relationships"]} <= {
        *things
    }
    types = {one["name"]: {each["name"] for each in one["attributes"]} for one in said["objectTypes"]}
    assert all({each["name"] for each in one["attributes"]} <= types[one["type"]] for one in things.values())
    assert [one["name"] for one in said["eventTypes"]] == sorted(set(log["concept:name"]))
    first, row = said["events"][0], log.iloc[0]
    case = row["case:concept:name"]
    patient = f"patient {case.split('.')[0]}"
    assert first["relationships"][:2] == [
        {"objectId": f"episode {case}", "qualifier": "episode"},
        {"objectId": patient, "qualifier": "patient"},
    ]
    need = {"name": "need", "time": "1970-01-01T00:00:00Z", "value": row["case:need"]}
    assert need in things[patient]["attributes"]
    assert first["time"] == f"{row['time:timestamp'].isoformat()}Z"


def test_every_number_of_a_scenario_is_a_row_of_its_parameters(scenario):
    table = sim.parameters(scenario).set_index("path")
    assert table.loc["pathway.services.physio.missed.new_share", "value"] == 0.2
    shipped = sim.parameters(sim.load("gp_referral")).set_index("path").loc["demand.presenting_per_1000_a_year"]
    assert (shipped.value, shipped.unit, shipped.status) == (184, "per 1,000 a year", "derived") and shipped.low == 140


def test_check_writes_them_for_a_supplement(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(load, "loads", lambda scenario: ([], []))
    file = tmp_path / "parameters.csv"
    assert cli.main(["check", "gp_referral", "place.scale=0.5", f"parameters={file}"]) == 0
    table = pd.read_csv(file).set_index("path")
    assert table.loc["place.scale", "status"] == "set by the user" and len(table) > 500
    assert f"{len(table)} numbers with unit, range and source: {file}" in capsys.readouterr().out
    assert cli.main(["check", "gp_referral", f"parameters={tmp_path}/no/such.csv"]) == 5
