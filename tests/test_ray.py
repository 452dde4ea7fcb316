"""A sweep through Ray, on a Ray of its own and on a cluster that loses a job and a machine: the same bytes as without.

Ray wants an older cloudpickle than the newest joblib, and an environment of its own: `pip install '.[ray]'`.
"""

import shutil
import tempfile
import time
from pathlib import Path

import pytest
from sweeps import ended, kpis, site_in, start, without_launcher

pytest.importorskip("hydra_plugins.hydra_ray_launcher", reason="the extra `ray` is not installed")
pytestmark = pytest.mark.slow

MANY, RUNS = "run.replications=4", 8
LATE = "timed out during startup"  # where the machine is busy with others Ray gives up after 30 s, and is tried again
OURS = ["hydra/launcher=ray_cluster", "hydra.launcher.ray.remote.num_cpus=1"]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    return site_in(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def expected(site, tmp_path_factory) -> list[bytes]:
    return without_launcher(site, tmp_path_factory.mktemp("basic"), MANY)


@pytest.fixture
def cluster(site, tmp_path):
    """A head node and another machine of one core each, as processes here. On either, the first job that starts
    is killed; `remove_node` takes the other machine away as a power cut would."""
    from ray.cluster_utils import Cluster

    from sim.app.running.clusters.launchers import RAY_ENVIRONMENT

    (tmp_path / "kill").touch()
    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")  # a socket's path is short
    with pytest.MonkeyPatch.context() as patch:  # what a machine's jobs find around them
        for name, value in {
            **RAY_ENVIRONMENT,
            "PYTHONPATH": f"{site}:{Path(__file__).parents[1]}",
            "OPENBLAS_NUM_THREADS": "1",
            "KILL": str(tmp_path / "kill"),
        }.items():
            patch.setenv(name, value)
        for last in (False, False, True):
            try:
                cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "temp_dir": folder})
                cluster.other = cluster.add_node(num_cpus=1)
                break
            except Exception as error:
                if last or LATE not in str(error):
                    raise
    try:
        yield cluster
    finally:
        cluster.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_ray_of_its_own_gives_the_same_bytes_and_no_colours(site, expected, tmp_path):
    for _ in range(3):
        code, said = ended(start(site, tmp_path, MANY, "hydra/launcher=ray_local"))
        if LATE not in said:
            break
    assert (code, kpis(tmp_path / "results")) == (0, expected), said
    assert "\x1b" not in said


def test_a_cluster_that_loses_a_job_and_a_machine_finishes_with_the_same_bytes(site, expected, cluster, tmp_path):
    out = tmp_path / "a place é [x]"
    sweep = start(site, tmp_path, MANY, *OURS, f"hydra.launcher.ray.init.address={cluster.address}", f"out={out.name}")
    end = time.monotonic() + 240
    while not list(out.glob(".store/*.parquet")):
        assert sweep.poll() is None and time.monotonic() < end, ended(sweep)
        time.sleep(0.05)
    cluster.remove_node(cluster.other, allow_graceful=False)
    assert len(list(out.glob(".store/*.parquet"))) < RUNS
    code, said = ended(sweep)
    assert (code, kpis(out)) == (0, expected), said
    assert not (tmp_path / "kill").exists()
    assert sorted(path.name for path in out.iterdir()) == [".store", "gp_referral"]
    assert "Traceback" not in said and "\x1b" not in said
