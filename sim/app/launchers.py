"""Launchers of a sweep's jobs: what each needs, what has to be made ready for it, and how its jobs share a machine.

`hydra/launcher=NAME` chooses one; basic runs one job after the other in this process. Nothing of a launcher is imported
before it is chosen.
"""

import contextlib
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from sim.app.shipped import cut
from sim.app.supervisor import Stopped, cores, stoppable
from sim.domain.faults import Fault

GROUP = "hydra/launcher"
BASIC = "basic"
SLURM, RAY, LOCAL = ("slurm", "submitit_slurm"), ("ray", "ray_local", "ray_cluster"), ("submitit_local",)
_EXTRAS = {"joblib": ("sweep", "hydra_joblib_launcher"), **dict.fromkeys([*SLURM, *LOCAL], ("sweep", "hydra_submitit_launcher")),
           **dict.fromkeys(RAY, ("ray", "hydra_ray_launcher"))}
_LONGEST_ARRAY = 1000       # a cluster takes 1,001 tasks in an array unless it says otherwise
_LOOK_SECONDS = 1.0
_RAY_ENVIRONMENT = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_COLOR_PREFIX": "0"}      # sends nothing home


def fault_of(name: str) -> Fault | None:
    """Why the launcher cannot be used here, if it is one that we know and it cannot."""
    if name not in _EXTRAS:
        return None
    extra, package = _EXTRAS[name]
    if find_spec(f"hydra_plugins.{package}") is None:
        return Fault(f"{GROUP}={name}", "this launcher is not installed", f"pip install 'mskflow[{extra}]'; {GROUP}={BASIC} needs nothing")
    if name in SLURM and not (shutil.which("sbatch") and shutil.which("srun")):
        return Fault(f"{GROUP}={name}", "there is no SLURM here (no sbatch)", f"run this on a login node of the cluster, or use {GROUP}=joblib")
    return None


def chosen(hydra_words) -> str:
    """The launcher's name, from the overrides of Hydra's own."""
    return ([BASIC] + [word.partition("=")[2] for word in hydra_words if word.partition("=")[0] == GROUP])[-1]


def name_of(hydra) -> str:
    """The launcher's name, from a job's own configuration of Hydra."""
    return str(hydra.runtime.choices[GROUP])


def more_words(name: str, hydra_words) -> list[str]:
    """What the launcher needs to be told besides what was asked for."""
    if name in SLURM and not any(word.startswith("hydra.sweeper.max_batch_size") for word in hydra_words):
        return [f"hydra.sweeper.max_batch_size={_LONGEST_ARRAY}"]
    return []


@contextlib.contextmanager
def ready(name: str) -> Iterator[None]:
    """Around a sweep. What its launcher started has ended when this is left, however it is left; an error comes through."""
    around = _with_slurm if name in SLURM else _with_ray if name in RAY else contextlib.nullcontext
    with around():
        yield


@contextlib.contextmanager
def _with_slurm():
    from submitit.slurm.slurm import SlurmJob

    from sim.app.slurm_queue import Queue

    before, SlurmJob.watcher = SlurmJob.watcher, Queue()
    queue = SlurmJob.watcher
    try:
        yield
    except Exception:
        queue.wait()        # one task was lost; the others are still at work, and store what they do
        raise
    except BaseException:
        queue.cancel()
        raise
    finally:
        SlurmJob.watcher = before


@contextlib.contextmanager
def _with_ray():
    for key, value in _RAY_ENVIRONMENT.items():
        os.environ.setdefault(key, value)
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    except SystemExit as leaving:       # Ray has put its own answer to SIGTERM in the place of ours
        raise Stopped("stopped by SIGTERM") from leaving
    finally:
        ray = sys.modules.get("ray")
        if ray is not None:
            ray.shutdown()
        if before is not None and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def attached(folder: Path, name: str) -> Iterator[None]:
    """Around a job's work, in whatever process: the job ends with its sweep, whose folder is gone once that is over.

    A launcher that is stopped leaves jobs behind (submitit on this machine), or cannot reach them. Raises `Stopped`.
    """
    if name == BASIC:
        yield
        return
    over = threading.Event()
    watch = threading.Thread(target=_end_with, args=(folder, over), daemon=True)
    with stoppable():
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()


def _end_with(folder: Path, over: threading.Event) -> None:
    missed = 0
    while not over.wait(_LOOK_SECONDS):
        missed = 0 if _is_there(folder) else missed + 1
        if missed == 2:     # a shared disk may be late once
            os.kill(os.getpid(), signal.SIGTERM)
            return


def _is_there(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:
        return True


def stop_of_submitit(error: BaseException) -> bool:
    """Whether a job is being ended by submitit: SLURM's time limit is near, or it needs the machine for others.

    Such an error belongs to submitit, which then queues the task again; the job must let it through.
    """
    if os.environ.get("SUBMITIT_EXECUTOR") is None:
        return False
    return isinstance(error, SystemExit) or type(error).__name__ == "UncompletedJobError"


def workers_of(asked: int, hydra, points: int) -> int:
    """How many processes this job may run: its part of the machine that it runs on, one at least.

    `asked`: `run.workers`, for a whole machine (0: every core). `hydra`: the job's own, with its launcher's settings.
    `points`: of the whole sweep; as many jobs as these are started. Sound in the job's own process only.
    """
    name, settings = name_of(hydra), hydra.launcher
    whole = asked or cores()
    if name in RAY:
        return _of_ray(asked, points)
    if name == "joblib":
        wanted = settings.n_jobs if settings.n_jobs is not None else 1
        beside = wanted if wanted > 0 else max(1, (os.cpu_count() or 1) + 1 + wanted)
    elif name in LOCAL:
        beside = points
    else:
        beside = settings.get("tasks_per_node") or 1 if name in SLURM else 1
    return max(1, whole // max(1, min(beside, points)))


def _of_ray(asked: int, points: int) -> int:
    import ray

    given = max(1, int(ray.get_runtime_context().get_assigned_resources().get("CPU", 1)))
    machines = [one for one in ray.nodes() if one["Alive"]]
    if len(machines) > 1:       # where the others run is not known: what Ray has set aside is safe
        return min(asked, given) if asked else given
    jobs = max(1, min(points, int(machines[0]["Resources"].get("CPU", 1)) // given))
    return max(1, (asked or cores()) // jobs)


def told(error: Exception) -> str:
    """What broke a launcher, in a line: of a long message the first line and the last, which is the log's."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or ["no message"]
    last = f" ... {cut(lines[-1], 160)}" if len(lines) > 1 else ""
    return f"the launcher broke: {type(error).__name__}: {cut(lines[0], 200)}{last}"
