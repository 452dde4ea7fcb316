"""Kinds of service: each has settings that answer for themselves and a process, and another package may add one."""

import csv
import os
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import sim
from sim.domain.pathway.kinds import KINDS
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.rules import Rule
from sim.engine.services import PROCESSES

TESTS = Path(__file__).resolve().parent
OUT = {"otherwise": Rule(to={"resolved": 1.0})}
WITH_LETTERS = """
entry:
  otherwise: {to: {advice: 1.0}}
services:
  advice:
    kind: letter
    label: Advice by letter
    setting: community
    tier: 2
    care: physiotherapy
    open_days: every_day
    capacity: {slots_per_day: 3}
    answered_after_days: 5
    routes: {otherwise: {to: {physio: 0.5, resolved: 0.5}}}
  physio:
    {kind: clinic, care: physiotherapy, open_days: every_day, capacity: {slots_per_day: 4},
     routes: {otherwise: {to: {resolved: 1.0}}}}
"""


def test_every_kind_has_its_settings_and_its_process():
    assert list(KINDS) == list(PROCESSES)


@pytest.mark.parametrize("name", list(KINDS))
def test_a_stand_in_of_every_kind_holds_together_and_can_be_given_room(name):
    one = KINDS[name].stand_in(name, OUT)
    assert (one.kind, one.routes, list(one.faults("here"))) == (name, OUT, [])
    assert type(one.with_room_for(0.0)) is type(one.with_room_for(1e6)) is type(one)
    assert (one.provided is None) == one.only_time, "who sees people stands on WithCapacity, who does not is only_time"


@pytest.mark.parametrize("name", list(KINDS))
def test_a_kind_knows_all_its_rules(name):
    """Whatever stands in a kind's settings as rules is found by whoever looks for rules."""
    maps = [one.name for one in fields(KINDS[name]) if one.name == "routes" or one.name.startswith("after_")]
    assert list(KINDS[name](kind=name, **dict.fromkeys(maps, OUT)).rule_maps()) == maps


def test_nothing_that_is_asked_of_a_kind_is_one_of_its_settings():
    asked = {name for name in vars(ServiceSettings) if not name.startswith("_")} - {
        f.name for f in fields(ServiceSettings)
    }
    for kind in KINDS.values():
        assert not asked & {one.name for one in fields(kind)}


# --- a kind of somebody else's ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """The small place with a pathway that has a service of the kind `letter`."""
    here = tmp_path_factory.mktemp("letters") / "place"
    shutil.copytree(TESTS / "small_place", here)
    (here / "pathway" / "tiny.yaml").write_text(WITH_LETTERS, encoding="utf-8")
    return here


def mskflow(*words: str) -> subprocess.CompletedProcess:
    code = "import sys, letters; from sim.app.cli import main; sys.exit(main(sys.argv[1:]))"
    paths = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    env = {**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "160"}
    return subprocess.run(
        [sys.executable, "-c", code, *words], env=env, capture_output=True, text=True, timeout=300, check=False
    )


def test_a_kind_that_another_package_adds_runs_from_yaml_to_report(place):
    """Known to no shipped file: it is checked, simulated in a worker, counted, said, drawn and priced all the same."""
    out = place.parent / "out"
    done = mskflow(
        "run",
        "tiny",
        "--config-dir",
        str(place),
        "compare_with=null",
        "run.workers=1",
        "run.progress=none",
        f"out={out}",
    )
    assert done.returncode == 0, done.stderr
    folder = next(out.rglob("kpis.csv")).parent
    with (folder / "kpis.csv").open(newline="") as lines:
        kpis = {(one["kpi"], one["group"]): float(one["value"] or "nan") for one in csv.DictReader(lines)}
    assert kpis["slots_offered_per_week", "advice"] == 21.0
    assert 0 < kpis["slot_use", "advice"] <= 1 and kpis["waiting_list", "advice"] >= 0
    # Nobody is in contact before their letter is answered.
    assert kpis["days_to_first_contact_median", "all"] >= 5
    assert "Advice by letter" in (folder / "report.html").read_text(encoding="utf-8")
    assert "answered after 5 days" in (folder / "pathway.svg").read_text(encoding="utf-8")


def test_it_is_checked_and_its_load_is_told(place):
    done = mskflow("check", "tiny", "--config-dir", str(place))
    assert done.returncode == 0 and "Advice by letter" in done.stdout
    done = mskflow("check", "tiny", "--config-dir", str(place), "pathway.services.advice.answerd_after_days=2")
    assert done.returncode == 2
    assert "pathway.services.advice.answerd_after_days" in done.stderr and "answered_after_days" in done.stderr


def test_without_it_the_word_is_refused(place):
    env = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    words = ["-m", "sim", "check", "tiny", "--config-dir", str(place)]
    done = subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 2 and "pathway.services.advice.kind" in done.stderr


@pytest.mark.parametrize(
    "name", ["integrated", "sussex_could_be", "cardiff_four_tier", "cheshire_merseyside_set_review"]
)
def test_a_service_alone_has_the_rules_that_are_given_and_no_others(name):
    """A kind that adds rules of its own drops them too, or a part of a pathway sends people where nobody is."""
    for service in sim.load(name).pathway.services.values():
        alone = service.alone(OUT)
        assert list(alone.rule_maps()) == ["routes"], service.kind
