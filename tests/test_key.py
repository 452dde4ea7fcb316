"""What a stored replication goes by: whatever moves a number moves the key, and nothing else does."""

import copy
import subprocess
import sys
from pathlib import Path

import pytest
from inputs import NOT_OF_THE_MODEL
from worlds import clinic, rule, staffed, way, world

import sim
from sim.app.store import key_of
from sim.app.store.key import HOW_MUCH, LABELS, modules

REPO = Path(__file__).resolve().parents[1]


def config(**more) -> dict:
    services = {
        "gp": clinic(
            3,
            {"physio": 0.5, "resolved": 0.5},
            label="The practice",
            routes=way(
                "resolved",
                first=rule("physio", {"need": "physiotherapy"}),
                second=rule("resolved", {"urgency": "urgent"}),
            ),
        ),
        "physio": staffed("physio", label="Therapy"),
    }
    return {
        **world(
            services, 30, workforce={"physio": {"wte": 1.0, "patient_facing_share": 0.8, "label": "Physiotherapists"}}
        ),
        "name": "a",
        **more,
    }


def changed(path: str, value) -> dict:
    found = copy.deepcopy(config())
    *way_, last = path.split(".")
    here = found
    for part in way_:
        here = here.setdefault(part, {})
    here[last] = value
    return found


KEY = key_of(sim.from_dict(config()))


@pytest.mark.parametrize(
    "path, value",
    [
        ("name", "b"),
        ("title", "Other words"),
        ("question", "Why?"),
        ("compare_with", "gp_referral"),
        ("pathway.services.gp.label", "Surgery"),
        ("workforce.physio.label", "Others"),
        *(
            (f"run.{name}", value)
            for name, value in {
                "replications": 7,
                "workers": 3,
                "precision": 0.1,
                "most_replications": 500,
                "limit_minutes": 5.0,
                "keep_events": True,
                "progress": "none",
            }.items()
        ),
    ],
)
def test_labels_and_how_often_are_no_part_of_it(path, value):
    assert key_of(sim.from_dict(changed(path, value))) == KEY


@pytest.mark.parametrize(
    "path, value",
    [
        ("run.seed", 8),
        ("run.years", 0.1),
        ("run.warm_up_days", 5),
        ("place.scale", 0.5),
        ("demand.population", 20_000),
        ("calendar.start_date", "2025-02-03"),
        ("pathway.services.gp.capacity.slots_per_day", 4),
        ("pathway.services.physio.new_minutes", 30),
        ("workforce.physio.wte", 1.1),
        ("pathway.services.gp.routes.first.when.need", "surgery"),
        ("analysis.window", [0, 20]),
        ("prices.price_year", 2030),
    ],
)
def test_whatever_moves_a_number_is_part_of_it(path, value):
    assert key_of(sim.from_dict(changed(path, value))) != KEY


def test_the_order_of_rules_is_part_of_it():
    turned = config()
    routes = turned["pathway"]["services"]["gp"]["routes"]
    turned["pathway"]["services"]["gp"]["routes"] = {name: routes[name] for name in ("second", "first", "otherwise")}
    assert key_of(sim.from_dict(turned)) != KEY


def test_it_is_the_same_in_every_process_and_of_every_version_another():
    code = "import sys; sys.path[:0] = sys.argv[1:]; import test_key; print(test_key.KEY)"
    for seed in ("0", "77"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(REPO), str(REPO / "tests")],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        )
        assert done.stdout.strip() == KEY
    assert key_of(sim.from_dict(config()), "0.0.1+another") != KEY and len(KEY) == 32


def test_how_often_is_what_the_tests_of_inputs_call_no_part_of_the_model():
    assert {f"run.{name}" for name in HOW_MUCH} == {name for name in NOT_OF_THE_MODEL if name.startswith("run.")}
    assert LABELS == ("label", "title")


def test_the_fingerprint_is_of_every_module_that_a_worker_imports_and_of_none_that_draws():
    code = (
        "import sys, sim.engine.simulate, sim.analysis.indicators.measures; "
        "print(*(name for name in sys.modules if name == 'sim' or name.startswith('sim.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPO)
    own = set(modules())
    assert set(done.stdout.split()) == own
    assert not any(word in name for name in own for word in ("figures", "labels", "report", "store"))
