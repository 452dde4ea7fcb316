"""The command line as a person meets it, in a folder of its own; in a process of its own where that matters."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest
from commands import ROOT, mskflow, process
from sweeps import site_in

QUICK = ["place.scale=0.03", "run.years=0.3", "run.replications=2", "run.workers=1", "report=none"]


WITHOUT_POSIX = """
import os, signal, sys
sys.modules |= {"resource": None, "fcntl": None, "pwd": None, "grp": None}
for module, names in ((os, "fork forkpty killpg setsid sched_getaffinity getuid getpgid O_NONBLOCK mkfifo"),
                      (signal, "pthread_sigmask setitimer SIGALRM SIGHUP SIGUSR1")):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""


def like_windows(where: Path) -> dict[str, str]:
    """An environment in which every process of ours, workers too, is without POSIX and has few letters to print."""
    (where / "sitecustomize.py").write_text(WITHOUT_POSIX)
    paths = os.pathsep.join((str(where), str(ROOT)))
    return {"PYTHONPATH": paths, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "PYTHONHASHSEED": "1"}


def only_folder(out: Path) -> Path:
    folders = [p for p in out.glob("*/*") if p.is_dir() and ".partial" not in p.parts]
    assert len(folders) == 1
    return folders[0]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    where = tmp_path_factory.mktemp("a place with spaces é")
    done = process("run", *QUICK, "run.keep_events=true", "out=my results", cwd=where)
    assert done.returncode == 0, done.stderr
    return done, only_folder(where / "my results")


def test_the_contract_s_files_are_there(finished):
    _, folder = finished
    for name in (
        "manifest.json",
        "config/scenario.yaml",
        "kpis.csv",
        "comparison.csv",
        "waits.csv",
        "lists.csv",
        "activity.csv",
        "staff.csv",
        "pathway.svg",
        "report.html",
        "events.parquet",
        "patients.parquet",
        "clinics.parquet",
    ):
        assert (folder / name).is_file(), name
    assert list((folder / "figures").glob("*.svg"))


def test_the_tables_have_the_contract_s_columns(finished):
    _, folder = finished
    kpis, comparison = pd.read_csv(folder / "kpis.csv"), pd.read_csv(folder / "comparison.csv")
    assert list(kpis.columns) == ["scenario", "replication", "kpi", "group", "value", "unit"]
    assert set(kpis.scenario) == {"integrated", "gp_referral"}
    assert list(comparison.columns) == [
        "kpi",
        "group",
        "unit",
        "baseline",
        "scenario",
        "difference",
        "ci_low",
        "ci_high",
        "replications",
    ]
    events = pd.read_parquet(folder / "events.parquet")
    assert {"day", "minute", "patient_id", "episode", "service", "event", "detail"} <= set(events.columns)


def test_the_terminal_shows_the_question_the_table_and_the_money(finished):
    done, _ = finished
    assert "What does the integrated pathway change" in done.stdout
    assert "GP appointments used" in done.stdout
    assert "the same money" in done.stdout
    assert "report" in done.stdout.lower()


def test_the_configuration_written_runs_again_to_the_same_bytes(finished, tmp_path):
    import yaml

    import sim

    _, folder = finished
    config = yaml.safe_load((folder / "config/scenario.yaml").read_text())
    again = sim.from_dict(config)
    kpis = sim.compare(
        again, sim.from_dict(yaml.safe_load((folder / "config/comparator.yaml").read_text())), replications=1
    ).kpis
    first = pd.read_csv(folder / "kpis.csv")
    mine = first[(first.replication == 0) & (first.scenario == "integrated")].value.to_numpy()
    assert pd.Series(kpis[kpis.scenario == "integrated"].value.to_numpy()).equals(pd.Series(mine))


@pytest.mark.slow
def test_one_two_and_four_workers_and_two_hash_seeds_give_the_same_bytes(finished, tmp_path):
    _, folder = finished
    expected = (folder / "kpis.csv").read_bytes()
    undrawn = os.pathsep.join([str(site_in(tmp_path / "site")), str(ROOT)])
    for number, (workers, elsewhere) in enumerate(
        ((2, like_windows(tmp_path)), (4, {"PYTHONHASHSEED": "2", "PYTHONPATH": undrawn}))
    ):
        words = [w for w in QUICK if not w.startswith("run.workers")]
        words += [f"run.workers={workers}", f"out={tmp_path / str(number)}"]
        done = process("run", *words, cwd=tmp_path, **elsewhere)
        assert done.returncode == 0, done.stderr
        assert (only_folder(tmp_path / str(number)) / "kpis.csv").read_bytes() == expected


def test_a_scenario_s_rows_are_the_same_alone(finished, tmp_path):
    _, folder = finished
    done = mskflow("run", "gp_referral", *QUICK, "out=r", cwd=tmp_path, drawn=False)
    assert done.returncode == 0, done.stderr
    alone = pd.read_csv(only_folder(tmp_path / "r") / "kpis.csv")
    both = pd.read_csv(folder / "kpis.csv")
    pd.testing.assert_frame_equal(alone, both[both.scenario == "gp_referral"].reset_index(drop=True))
    comparison = (only_folder(tmp_path / "r") / "comparison.csv").read_text()
    assert comparison.splitlines() == ["kpi,group,unit,baseline,scenario,difference,ci_low,ci_high,replications"]


def test_json_progress_is_one_line_an_event(tmp_path):
    done = mskflow("run", "gp_referral", *QUICK, "run.progress=json", "out=r", cwd=tmp_path, drawn=False)
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [(e["event"], e["scenario"]) for e in events] == [("done", "gp_referral")] * 2
    assert sorted(e["replication"] for e in events) == [0, 1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run", "integratd"], "integrated"),
        (["run", "workforce.fcp_band_7.wte=-1"], "workforce.fcp_band_7.wte"),
        (["run", "workforce.fcp_band_7.wte=lots"], "workforce.fcp_band_7.wte"),
        (["run", "demand.population=.nan"], "demand.population"),
        (["run", "demand.population=1e30"], "demand.population"),
        (["run", "demnd.population=5"], "demand"),
        (["run", "pathway.services.gp.capacity.staff.gp=1.7"], "gp"),
        (["run", "+pathway.services.gp.routes.otherwise.to.nowhere=0.1"], "nowhere"),
        (["run", "calendar.start_date=tomorrow"], "calendar.start_date"),
        (["run", "run.replications=0"], "run.replications"),
        (["run", "demand.population=${oc.env:HOME}"], "$"),
        (["run", "+x._target_=os.system"], "_target_"),
        (["chekc"], "check"),
    ],
)
def test_bad_input_is_one_message_exit_2_and_nothing_left(tmp_path, words, says):
    run = mskflow if words[0] == "run" else process
    done = run(*words, *(["out=r", "run.workers=1"] if words[0] == "run" else []), cwd=tmp_path)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_fault_is_told_at_once(tmp_path):
    done = mskflow(
        "run",
        "workforce.gp.wte=-1",
        "demand.growth_per_year=text",
        "pathway.services.gp.new_minutes=0",
        "out=r",
        cwd=tmp_path,
    )
    assert done.returncode == 2
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 3
    assert {line.split(":")[0] for line in lines} == {
        "workforce.gp.wte",
        "demand.growth_per_year",
        "pathway.services.gp.new_minutes",
    }


def test_check_prints_load_and_warns_when_a_service_is_too_small(tmp_path):
    done = mskflow("check", "integrated", "workforce.fcp_band_7.wte=1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "First contact practitioner" in done.stdout
    assert "more than it can do" in done.stdout
    assert "Warning" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_list_names_every_scenario_with_its_question(tmp_path):
    from sim.app.configuration.files.shipped import scenario_files

    done = mskflow("list", cwd=tmp_path)
    assert done.returncode == 0
    for name in scenario_files():
        assert name in done.stdout
    assert done.stdout.count("?") >= len(scenario_files())


def test_a_scenario_of_one_s_own_by_path_and_by_folder(tmp_path):
    own = (
        "# @package _global_\ndefaults:\n  - integrated\ntitle: Two more FCPs\nquestion: "
        "What do two more FCPs buy?\nworkforce:\n  fcp_band_7: {wte: 6.75}\n"
    )
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "two_more.yaml").write_text(own)
    for words in (["scenarios/two_more.yaml"], ["two_more", "--config-dir", "."]):
        done = mskflow("run", *words, "--cfg", "job", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "wte: 6.75" in done.stdout
        assert "name: two_more" in done.stdout
