"""Whatever launches a sweep's jobs, the results are the same bytes; what fails is told;
nothing of the launcher stays."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from hydra.types import RunMode
from omegaconf import OmegaConf
from sweeps import POINTS, ROOT, ended, kpis, site_in, start, without_launcher

from sim.app import cli
from sim.app.configuration import launcher_names
from sim.app.configuration.arrange import CONFIG, arrange
from sim.app.configuration.by_hydra import hydra_at
from sim.app.configuration.compose import configuration_of
from sim.app.running.clusters import launchers
from sim.app.running.stopping import Stopped
from sim.app.running.supervisor import cores
from sim.domain.faults import ScenarioError

FEW = "run.replications=2"


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    return site_in(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def expected(site, tmp_path_factory) -> list[bytes]:
    return without_launcher(site, tmp_path_factory.mktemp("basic"), FEW)


def needs(name: str):
    return pytest.mark.skipif(launcher_names.fault_of(name) is not None, reason=str(launcher_names.fault_of(name)))


@needs("submitit_local")
@pytest.mark.slow
def test_a_failure_is_told_and_the_same_command_ends_with_the_same_bytes(site, expected, tmp_path):
    out, words = tmp_path / "a place é [x]", (FEW, "hydra/launcher=submitit_local", "out=a place é [x]")
    code, said = ended(start(site, tmp_path, *words, POISON="1"))
    assert code == 4
    assert "poison" in said and "seed 2" in said and "Traceback" not in said
    assert len(kpis(out)) == 1 and kpis(out)[0] in expected
    code, said = ended(start(site, tmp_path, *words))
    assert (code, kpis(out)) == (0, expected), said
    assert sorted(p.name for p in out.iterdir()) == [".store", "gp_referral"]


@needs("joblib")
@pytest.mark.slow
def test_a_killed_job_costs_only_what_it_had_in_hand(site, expected, tmp_path):
    (tmp_path / "kill").touch()
    out, words = tmp_path / "results", (FEW, "hydra/launcher=joblib", "hydra.launcher.n_jobs=2")
    code, said = ended(start(site, tmp_path, *words, KILL=str(tmp_path / "kill")))
    assert code == 4
    assert "the launcher broke: TerminatedWorkerError" in said and "this tries the rest again: mskflow run -m" in said
    assert not [p for p in out.glob(".partial/*") if p.is_dir()]
    code, said = ended(start(site, tmp_path, *words))
    assert (code, kpis(out)) == (0, expected), said


# --- what is not here --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "extra"), [("joblib", "sweep"), ("slurm", "sweep"), ("ray_local", "ray")])
def test_a_launcher_that_is_not_installed_is_one_line(name, extra, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(launcher_names, "find_spec", lambda package: None)
    assert cli.main(["run", "-m", *POINTS, f"hydra/launcher={name}", f"out={tmp_path}"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        (
            f"hydra/launcher={name}: this launcher is not installed; pip install '.[{extra}]' in a clone of mskflow; "
            "hydra/launcher=basic needs nothing"
        )
    ]
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(
    launcher_names.find_spec("hydra_plugins.hydra_submitit_launcher") is None, reason="submitit is not installed"
)
def test_without_slurm_it_says_so(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(launcher_names.shutil, "which", lambda word: None)
    assert cli.main(["run", "-m", *POINTS, "hydra/launcher=slurm", f"out={tmp_path}"]) == 2
    assert capsys.readouterr().err.startswith("hydra/launcher=slurm: there is no SLURM here (no sbatch); ")


def test_a_folder_of_ones_own_cannot_change_a_shipped_launcher(tmp_path):
    for name in ("slurm", "basic", "mine"):
        file = tmp_path / "hydra" / "launcher" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("# @package hydra.launcher\n_target_: os.system\ncommand: id\n")
    (tmp_path / "scenarios").mkdir()
    assert configuration_of("gp_referral", [], [str(tmp_path)])["name"] == "gp_referral"
    plan = arrange("gp_referral", [], [str(tmp_path)])
    with hydra_at(plan.base) as hydra:
        config = hydra.compose_config(
            CONFIG, [*plan.reach, *plan.chosen], run_mode=RunMode.MULTIRUN, with_log_configuration=False
        )
    assert "BasicLauncher" in config.hydra.launcher["_target_"]
    with pytest.raises(ScenarioError, match="no hydra/launcher 'mine'"):
        configuration_of("gp_referral", ["hydra/launcher=mine"], [str(tmp_path)])


# --- how jobs share a machine ------------------------------------------------------------------------------------


def settings(name: str, **launcher) -> SimpleNamespace:
    """Hydra's own configuration, as far as it is read."""
    return SimpleNamespace(
        runtime=SimpleNamespace(choices={launcher_names.GROUP: name}), launcher=OmegaConf.create(launcher)
    )


def ray(init=None, remote=None) -> dict:
    return {"ray": {"init": init or {}, "remote": remote or {}}}


@pytest.mark.parametrize(
    ("hydra", "beside", "jobs", "asked", "workers"),
    [
        (settings("basic"), (1, 8), 1, 0, 8),
        (settings("basic"), (1, 8), 1, 3, 3),
        (settings("joblib", n_jobs=-1), (8, 1), 8, 0, 1),
        (settings("joblib", n_jobs=-1), (8, 1), 3, 0, 2),
        (settings("joblib", n_jobs=2), (2, 4), 5, 0, 4),
        (settings("joblib", n_jobs=2), (2, 4), 5, 6, 3),
        (settings("joblib", n_jobs=-2), (7, 1), 99, 0, 1),
        (settings("joblib", n_jobs=None), (1, 8), 4, 0, 8),
        (settings("joblib", n_jobs=100), (100, 1), 100, 0, 1),
        (settings("submitit_local"), (8, 1), 8, 0, 1),
        (settings("submitit_local"), (8, 1), 2, 0, 4),
        (settings("slurm", array_parallelism=64, cpus_per_task=4), (64, 4), 9, 0, 8),
        (settings("slurm", array_parallelism=2, cpus_per_task=None), (2, 1), 9, 3, 3),
        (settings("ray_local", **ray({"address": "local"})), (8, 1), 2, 0, 4),
        (settings("ray", **ray({"num_cpus": 4}, {"num_cpus": 2})), (2, 2), 9, 0, 4),
        (settings("ray_cluster", **ray({"address": "auto"}, {"num_cpus": 4})), (64, 4), 9, 0, 4),
        (settings("ray_cluster", **ray({"address": "auto"}, {"num_cpus": 4})), (64, 4), 9, 2, 2),
    ],
)
def test_jobs_take_their_part_of_a_machine(hydra, beside, jobs, asked, workers, monkeypatch):
    monkeypatch.setattr(launchers, "cores", lambda: 8)
    assert launchers.beside(hydra) == beside
    assert launchers.workers_of(asked, hydra, jobs) == workers


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, None),
        ({"SLURM_CPUS_ON_NODE": "1"}, 1),
        ({"SLURM_CPUS_PER_TASK": "1", "SLURM_CPUS_ON_NODE": "64"}, 1),
        ({"SLURM_CPUS_ON_NODE": "100000"}, None),
        ({"SLURM_CPUS_ON_NODE": "4(x2)"}, None),
        ({"SLURM_CPUS_PER_TASK": "0"}, None),
    ],
)
def test_a_task_of_slurm_has_the_cores_that_it_was_given(given, expected, monkeypatch):
    for name in ("SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE"):
        monkeypatch.delenv(name, raising=False)
    whole = cores()
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert cores() == (expected or whole)


# --- how a job ends ----------------------------------------------------------------------------------------------


def test_a_job_ends_with_its_sweep(tmp_path):
    folder = tmp_path / "sweep-1"
    folder.mkdir()
    threading.Timer(0.2, shutil.rmtree, [folder]).start()
    began = time.monotonic()
    with pytest.raises(Stopped), launchers.attached(folder, "joblib"):
        time.sleep(20)
    assert time.monotonic() - began < 6


def test_a_job_of_this_machine_ends_with_the_command_that_was_killed(tmp_path):
    gone = subprocess.Popen(["true"])
    gone.wait()
    code = "import sys, time; from pathlib import Path; from sim.app.running.clusters import launchers\n"
    code += "with launchers.attached(Path(sys.argv[1]), sys.argv[2]): time.sleep(float(sys.argv[3]))"
    env = {**os.environ, "MSKFLOW_LAUNCHED_BY": str(gone.pid)}
    jobs = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), *words], cwd=ROOT, env=env)
        for words in (("joblib", "30"), ("slurm", "4"))
    ]
    assert [job.wait(20) for job in jobs] == [143, 0]  # in SLURM the number is of another machine's process


def test_a_job_that_is_done_leaves_no_watch(tmp_path):
    with launchers.attached(tmp_path, "joblib"):
        assert threading.active_count() > 1
    assert not [t for t in threading.enumerate() if t.name.endswith("(_end_with)")]


@pytest.mark.parametrize(
    ("error", "inside", "theirs"),
    [
        (SystemExit(-1), True, True),
        (SystemExit(0), False, False),
        (ValueError("x"), True, False),
        (type("UncompletedJobError", (RuntimeError,), {})(), True, True),
    ],
)
def test_what_submitit_raises_to_end_a_task_is_its_own(error, inside, theirs, monkeypatch):
    monkeypatch.delenv("SUBMITIT_EXECUTOR", raising=False)
    if inside:
        monkeypatch.setenv("SUBMITIT_EXECUTOR", "slurm")
    assert launchers.stop_of_submitit(error) is theirs


def test_a_long_complaint_is_one_line():
    log = (
        "Job 7_0 has not produced any output\nError stream produced:\n----\nloading\n"
        "slurmstepd: error: *** STEP 7.0 KILLED ***\n\n"
    )
    assert launchers.told(RuntimeError(log)) == (
        "the launcher broke: RuntimeError: Job 7_0 has not produced any output ... "
        "slurmstepd: error: *** STEP 7.0 KILLED ***"
    )
    assert launchers.told(ValueError()) == "the launcher broke: ValueError: no message"


# --- what SLURM says of its tasks --------------------------------------------------------------------------------


@pytest.fixture
def queue(tmp_path, monkeypatch):
    """A queue over a `squeue` and a `scancel` that are scripts;
    `.say(text)` is what squeue prints, None that it fails."""
    pytest.importorskip("submitit")
    from sim.app.running.clusters.slurm_queue import Queue

    queue = Queue()

    def say(text: str | None) -> None:
        body = "exit 1" if text is None else f"printf '{text}'"
        for name, line in (("squeue", body), ("scancel", f'echo "$@" >> {tmp_path}/cancelled')):
            (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
            (tmp_path / name).chmod(0o755)

    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    queue.say = say
    for job in ("7_0", "7_1", "8"):
        queue.register_job(job)
    return queue


def test_a_task_is_over_when_it_is_listed_so_or_no_longer_listed(queue):
    queue.say(r"7_0|RUNNING\n7_1|COMPLETING\n8|PENDING\n9|FAILED\n")
    assert [queue.is_done(job, "force") for job in ("7_0", "7_1", "8")] == [False] * 3
    queue.say(r"7_0|NODE_FAIL\n7_1|SUSPENDED\n")
    assert [queue.is_done(job, "force") for job in ("7_0", "7_1", "8")] == [True, False, True]
    assert queue.left() == {"7_1"}


def test_a_queue_that_does_not_answer_is_asked_again(queue, caplog):
    queue.say(None)
    assert not queue.is_done("7_0", "force") and queue.left() == {"7_0", "7_1", "8"}
    queue.say(r"7_1|TIMEOUT\n")
    assert queue.is_done("7_0", "force") and not queue.left() and not caplog.records


def test_what_is_left_is_cancelled_by_whole_arrays(queue, tmp_path):
    queue.say(r"7_0|CANCELLED\n7_1|RUNNING\n8|RUNNING\n")
    queue.update()
    queue.cancel()
    assert (tmp_path / "cancelled").read_text() == "7 8\n"


_ALONE = """
import subprocess, sys, time
from sim.app.running.clusters.own_ctrl_c import ctrl_c_is_ours
with ctrl_c_is_ours():
    child = subprocess.Popen([sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"])
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        print("heard", child.poll(), flush=True)
    child.terminate()
print(child.wait(), flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "sigtimedwait"), reason="this system cannot wait for a signal")
def test_ctrl_c_reaches_the_command_and_not_what_it_has_launched():
    with subprocess.Popen(
        [sys.executable, "-c", _ALONE],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stdout.readline() == "up\n"
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate(timeout=60)[0].splitlines() == ["heard None", str(-signal.SIGTERM)]
