"""A sweep through a real SLURM of one node: the same bytes as without it,
also after a task is killed and the sweep is stopped."""

import signal
import subprocess
import time
from pathlib import Path

import pytest
from slurm_node import CannotRun, Node
from sweeps import ended, kpis, site_in, start

pytest.importorskip("submitit")
pytestmark = pytest.mark.slow

SLURM = ["hydra/launcher=slurm", "hydra.launcher.cpus_per_task=1", "hydra.launcher.array_parallelism=2"]
FEW, MANY = "run.replications=2", "run.replications=400"


@pytest.fixture(scope="module")
def node():
    try:
        with Node() as node:
            yield node
    except CannotRun as why:
        pytest.skip(str(why))


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    return site_in(tmp_path_factory.mktemp("site"))


def until(condition, seconds: float = 240):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def queued(node: Node) -> str:
    return node.ask("squeue", "--noheader", "--array", "--format=%i %T")


def stored(out: Path) -> int:
    return len(list(out.glob(".store/*.parquet")))


def test_the_same_bytes_after_a_kill_and_a_stop_as_without_slurm(node, site, tmp_path):
    basic = start(site, tmp_path, FEW, "out=basic")
    out, name = tmp_path / "a place é [x]", "out=a place é [x]"
    cut_short = start(site, tmp_path, MANY, *SLURM, name, **node.env)  # far more than it gets to do
    until(lambda: stored(out) >= 4)
    array = queued(node).split("_")[0]
    node.ask("scancel", "--signal=KILL", "--full", f"{array}_0")
    until(lambda: f"{array}_0" not in queued(node))
    before = stored(out)
    until(lambda: stored(out) > before)  # the other goes on
    cut_short.send_signal(signal.SIGTERM)
    began = time.monotonic()
    code, said = ended(cut_short)
    assert (code, time.monotonic() - began < 8) == (143, True), said
    assert "this continues: mskflow run -m gp_referral" in said and "Traceback" not in said and "sacct" not in said
    until(lambda: not queued(node).strip(), 60)
    assert not [p for p in out.glob(".partial/*") if p.is_dir()]
    code, said = ended(start(site, tmp_path, FEW, *SLURM, name, **node.env))
    assert code == 0, said
    assert "sacct" not in said and "runs were there already" in said
    assert ended(basic)[0] == 0
    assert kpis(out) == kpis(tmp_path / "basic") and len(set(kpis(out))) == 2


def test_a_task_that_is_lost_is_noticed_and_the_others_finish(node, site, tmp_path):
    out = tmp_path / "out"
    sweep = start(site, tmp_path, "run.replications=14", *SLURM, "out=out", **node.env)
    until(lambda: stored(out) >= 1)
    array = queued(node).split("_")[0]
    node.ask("scancel", "--signal=KILL", "--full", f"{array}_0")
    code, said = ended(sweep)
    assert code == 4, said
    assert "the launcher broke: UncompletedJobError" in said
    assert (stored(out), len(kpis(out))) == (28, 2)  # the other task ran the whole list


def test_no_task_is_left_running(node):
    until(lambda: not queued(node).strip(), 60)
    alive = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(node.folder / "spool") in alive or "slurmd" in alive
    assert "slurmstepd: [" not in alive
