"""Small sweeps as commands of their own, for the tests of what launches them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POINTS = ["gp_referral", "place.scale=0.02", "run.years=0.05", "run.seed=1,2", "report=none"]

# In every process of a sweep. The figures and the picture of the pathway, two thirds of its time, are other tests'.
# Where POISON is set: an exception in replication 1 of seed 2. Where KILL names a file, the first share that starts
# removes it and is killed.
_SITE = """
import importlib.abc, importlib.util, os, signal, sys

def picture(module):
    module.svg_of = lambda scenario: "<svg xmlns='http://www.w3.org/2000/svg'/>"

def figures(module):
    module.drawings = lambda study: ()

def work(module):
    whole = module.stored_form
    def stored_form(payload):
        if "POISON" in os.environ and payload.task.replication == 1 and payload.task.scenarios[-1].run.seed == 2:
            raise ValueError("poison")
        return whole(payload)
    module.stored_form = stored_form

def share(module):
    whole = module.share_of
    def share_of(*words):
        try:
            os.remove(os.environ.get("KILL", ""))
        except OSError:
            return whole(*words)
        os.kill(os.getpid(), signal.SIGKILL)
    module.share_of = share_of

CHANGES = {
    "sim.analysis.figures": figures,
    "sim.analysis.pathway.picture": picture,
    "sim.app.running.work": work,
    "sim.app.studies.sweep.sweep_work": share,
}

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name not in CHANGES:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        sys.meta_path.insert(0, self)
        run = spec.loader.exec_module
        spec.loader.exec_module = lambda module: (run(module), CHANGES[name](module))
        return spec

sys.meta_path.insert(0, Finder())
"""


def site_in(folder: Path) -> Path:
    """A folder that changes the sweeps as said above."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(_SITE)
    return folder


def start(site: Path, cwd: Path, *words: str, **environment: str) -> subprocess.Popen:
    """`mskflow run -m` over two points."""
    env = {
        **os.environ,
        "HOME": str(site),
        **environment,
        "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)]),
        "OPENBLAS_NUM_THREADS": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "sim", "run", "-m", *POINTS, *words],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen) -> tuple[int, str]:
    """Its exit code, and all that it said."""
    out, err = process.communicate(timeout=300)
    return process.returncode, out + err


def kpis(out: Path) -> list[bytes]:
    """The indicators of every point, in an order that does not depend on which was written first."""
    return sorted(file.read_bytes() for file in out.glob("*/*/kpis.csv"))


def without_launcher(site: Path, folder: Path, *words: str) -> list[bytes]:
    """The `kpis.csv` of both points as this machine alone makes them, which a launcher must give to the byte."""
    code, said = ended(start(site, folder, *words))
    assert code == 0, said
    found = kpis(folder / "results")
    assert len(set(found)) == 2
    return found
