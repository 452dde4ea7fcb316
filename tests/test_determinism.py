"""The same question gets the same answer to the last byte, whoever asks, on however many cores, in whatever company."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from random_pathways import FACTS
from worlds import clinic, delay, group, made, way, world

import sim
from sim.analysis.reading.measured import Measures
from sim.app.running.work import Task, replicate
from sim.engine.simulate import patients_of, simulate

REPO = Path(__file__).resolve().parents[1]
SERVICES = {
    "gp": clinic(
        3,
        {"physio": 0.4, "home": 0.3, "escape": 0.3},
        setting="primary",
        clinician="gp",
        care="self_management",
        missed={"new_share": 0.1},
        orders={"scan": {"service": "scan", "share": 0.2}},
        priority={"urgent": {"when": {"urgency": "urgent"}}, "routine": {}},
    ),
    "physio": clinic(
        2,
        {"course": 0.8, "ortho": 0.2},
        care="physiotherapy",
        recovers=True,
        private_exit=True,
        removed_share_per_week_waited=0.02,
        follow_ups={"mean_visits": 2, "interval_days": 7},
        cancelled={"share": 0.1, "refilled_share": 0.5},
        missed={"new_share": 0.1, "share_per_week_waited": 0.01},
    ),
    "ortho": clinic(0.7, setting="hospital", rtt="clock", care="specialist"),
    "escape": group(16, min_size=2, attendance_share=0.8, care="group_programme"),
    "scan": clinic(1, "return", setting="diagnostics"),
    "home": delay(10, {"gp": 0.3, "resolved": 0.7}, spread="exponential"),
}
WAITING = {
    "recovery": {"share_within_6_weeks": {"acute": 0.3}, "needs": ["self_management"]},
    "private_exit": {"share_within_10_weeks": {"1": 0.2, "5": 0.4}},
}
START = {
    "kind": "lists",
    "lists": {
        "x": {
            "unit": "weeks",
            "waiting": {"0": 5, "4": 5, "10": 0},
            "places": {"all": {"service": "physio", "share": 1.0, "needs": {"surgery": 1.0}}},
        }
    },
}


def config(name="new", slots=2, **services) -> dict:
    """A small pathway with every kind of chance in it."""
    services = {**SERVICES, "physio": {**SERVICES["physio"], "capacity": {"slots_per_day": slots}}, **services}
    return {
        **world(
            services,
            60,
            a_day=2.5,
            demand={"arrivals": "poisson", "facts": FACTS},
            start=START,
            pathway={
                "services": services,
                "entry": way("gp"),
                "while_waiting": WAITING,
                "recurrence": {"share": 0.2, "mean_days": 15},
            },
        ),
        "name": name,
    }


_SCRIPT = """
import json, sys
sys.path[:0] = [{repo!r}, {tests!r}]
from test_determinism import answer
if __name__ == "__main__":
    sys.stdout.write(answer({workers}))
"""


def answer(workers: int) -> str:
    """Everything that a comparison says, as text."""
    comparison = sim.compare(sim.from_dict(config()), sim.from_dict(config("old", 1)), replications=4, workers=workers)
    return "".join(table.to_csv(index=False) for table in (comparison.kpis, comparison.differences, comparison.pairs))


@pytest.fixture(scope="module")
def here() -> str:
    return answer(1)


def test_the_answer_has_something_in_it(here):
    assert len(here.splitlines()) > 1000 and "waiting_list,physio" in here


@pytest.mark.parametrize("workers, hash_seed", [(1, "0"), (2, "1"), (4, "4242")])
def test_workers_and_hash_seeds_change_no_byte(here, workers, hash_seed):
    script = _SCRIPT.format(repo=str(REPO), tests=str(REPO / "tests"), workers=workers)
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout == here


def test_asking_twice_changes_nothing(here):
    assert answer(1) == here


def _text(result: Measures) -> str:
    """Measures as text: NaN is NaN."""
    return json.dumps([result.kpis, result.waits, result.flows]) + str(result.lists.tolist())


def test_a_scenarios_rows_are_the_same_alone_and_in_company():
    new, old = sim.from_dict(config()), sim.from_dict(config("old", 1))
    for replication in (0, 3):
        together = replicate(Task((old, new), replication))
        turned = replicate(Task((new, old), replication))
        for scenario in (new, old):
            alone = replicate(Task((scenario,), replication))[scenario.name]
            assert _text(alone) == _text(together[scenario.name]) == _text(turned[scenario.name])


def test_a_replication_is_the_same_whichever_were_run_before_it():
    scenario = sim.from_dict(config())
    alone = simulate(scenario, 3).events
    for replication in range(3):
        simulate(scenario, replication)
    after = simulate(scenario, 3).events
    assert all((alone[name] == after[name]).all() for name in alone)


def test_running_a_scenario_changes_neither_it_nor_its_people():
    scenario = sim.from_dict(config())
    patients, fresh = patients_of(scenario, 1), patients_of(scenario, 1)
    first = simulate(scenario, 1, patients)
    second = simulate(scenario, 1, patients)
    assert all((first.events[name] == second.events[name]).all() for name in first.events)
    assert all((patients.facts[name] == fresh.facts[name]).all() for name in fresh.facts)
    assert (patients.presented_day == fresh.presented_day).all() and (patients.patient_id == fresh.patient_id).all()
    assert scenario == sim.from_dict(config())


def test_seeds_and_replications_are_different_luck():
    scenario = sim.from_dict(config())
    events = [
        simulate(scenario, 0).events,
        simulate(scenario, 1).events,
        simulate(replace(scenario, run=replace(scenario.run, seed=8)), 0).events,
    ]
    assert len({tuple(e["row"].tolist()) for e in events}) == 3


def test_what_a_scenario_is_called_changes_nothing_that_happens():
    one, other = (simulate(sim.from_dict(config(name)), 0).events for name in ("new", "another name"))
    assert all((one[name] == other[name]).all() for name in one)


def test_a_longer_horizon_leaves_the_first_days_as_they_were():
    # Fixed arrivals: with Poisson counts a longer run draws longer, day by day, from the same stream.
    for arrivals in ("fixed", "poisson"):
        short, long = config(), config()
        for one, days in ((short, 60), (long, 90)):
            one["demand"]["arrivals"] = arrivals
            one["run"]["years"] = days / 365.25
        few, many = made(short), made(long)
        assert few.presented_day[few.source == 0].tolist() == [
            day for day in many.presented_day[many.source == 0].tolist() if day < 60
        ], arrivals
