"""Launchers of a sweep's jobs: what each needs, what has to be made ready for it, and how its jobs share a machine.

`hydra/launcher=NAME` chooses one; basic runs one job after the other in this process. Nothing of a launcher is imported
before it is chosen.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from sim.app.configuration.files.shipped import cut
from sim.app.configuration.launcher_names import BASIC, GROUP, LOCAL, RAY, SLURM
from sim.app.machine import lives
from sim.app.running.clusters.own_ctrl_c import ctrl_c_is_ours
from sim.app.running.endings import TERMINATED
from sim.app.running.stopping import Stopped, stoppable
from sim.app.running.supervisor import cores

_WIDEST = 64  # jobs for a Ray whose size is not known yet; those that find no machine wait, and then nothing to do
_LOOK_SECONDS = 1.0
_HERE = ("joblib", *LOCAL, "ray_local")  # their jobs are processes of this machine
_OWNER = "MSKFLOW_LAUNCHED_BY"
RAY_ENVIRONMENT = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_COLOR_PREFIX": "0"}  # sends nothing home


def name_of(hydra) -> str:
    """The launcher's name, from a job's own configuration of Hydra."""
    return str(hydra.runtime.choices[GROUP])


@contextlib.contextmanager
def ready(name: str) -> Iterator[None]:
    """Around a sweep. What its launcher started has ended when this is left, however it is left;
    an error comes through."""
    around = _with_slurm if name in SLURM else _with_ray if name in RAY else ctrl_c_is_ours
    os.environ[_OWNER] = str(os.getpid())
    try:
        with around():
            yield
    finally:
        del os.environ[_OWNER]


@contextlib.contextmanager
def _with_slurm():
    from submitit.slurm.slurm import SlurmJob

    from sim.app.running.clusters.slurm_queue import Queue

    before, queue = SlurmJob.watcher, Queue()
    SlurmJob.watcher = queue
    try:
        yield
    except Exception:
        queue.wait()  # one task was lost; the others are still at work, and store what they do
        raise
    except BaseException:
        queue.cancel()
        raise
    finally:
        SlurmJob.watcher = before


@contextlib.contextmanager
def _with_ray():
    for key, value in RAY_ENVIRONMENT.items():
        os.environ.setdefault(key, value)
    import ray

    start, ours, came = ray.init, signal.getsignal(signal.SIGTERM), []
    in_main = threading.current_thread() is threading.main_thread()

    def answer(number, frame):
        came.append(number)
        raise Stopped("stopped by SIGTERM")

    def init(*words, **settings):
        try:
            return start(*words, **settings)
        finally:
            if in_main:
                signal.signal(signal.SIGTERM, answer)  # Ray puts its own in this place, which aborts the process

    ray.init = init
    try:
        yield
    except KeyboardInterrupt:
        if came:
            raise Stopped("stopped by SIGTERM") from None  # Ray has made a plain Ctrl-C of it
        raise
    finally:
        ray.init = start
        if in_main:
            signal.signal(signal.SIGTERM, ours)
        ray.shutdown()


@contextlib.contextmanager
def attached(folder: Path, name: str) -> Iterator[None]:
    """Around a job's work, in whatever process: the job ends with its sweep, whose folder is gone once that is over.

    A launcher that is stopped leaves jobs behind (submitit on this machine), or cannot reach them.
    On this machine a job also ends with the command that was killed. Raises `Stopped`.
    """
    if name == BASIC:
        yield
        return
    owner = int(os.environ.get(_OWNER, 0)) if name in _HERE else 0
    over = threading.Event()
    watch = threading.Thread(target=_end_with, args=(folder, owner, over), daemon=True)
    with stoppable():
        watch.start()
        try:
            yield
        except Stopped:
            if not lives(owner):
                os._exit(TERMINATED)  # nobody is left to tell; a process of joblib's would wait for more work
            raise
        finally:
            over.set()
            watch.join()


def _end_with(folder: Path, owner: int, over: threading.Event) -> None:
    missed = 0
    while not over.wait(_LOOK_SECONDS):
        missed = 0 if _is_there(folder) and lives(owner) else missed + 1
        if missed == 2:  # a shared disk may be late once
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


def beside(hydra) -> tuple[int, int]:
    """How many jobs the launcher runs beside each other, and the cores of each. `hydra`: with the launcher's settings.

    The same in every process of a sweep: asked of the settings, and of a machine that all jobs run on.
    """
    name, settings = name_of(hydra), hydra.launcher
    if name in SLURM:
        return int(settings.array_parallelism), int(settings.cpus_per_task or 1)
    if name in RAY:
        each = max(1, int(settings.ray.remote.get("num_cpus") or 1))
        if _is_cluster(settings):
            return _WIDEST, each
        return max(1, int(settings.ray.init.get("num_cpus") or cores()) // each), each
    jobs = 1
    if name == "joblib":
        asked = settings.n_jobs if settings.n_jobs is not None else 1
        jobs = asked if asked > 0 else cores() + 1 + asked
    elif name in LOCAL:
        jobs = cores()  # it starts as many as it is given, all at once
    jobs = max(1, jobs)
    return jobs, max(1, cores() // jobs)


def workers_of(asked: int, hydra, jobs: int) -> int:
    """How many processes this job may run: its part of the machine that it runs on, one at least.

    `asked`: `run.workers`, for a machine (0: every core). `jobs`: of the whole sweep.
    Sound in the job's own process only.
    """
    if name_of(hydra) in SLURM:
        return asked or cores()  # what SLURM gave to this task
    at_once, each = beside(hydra)
    if name_of(hydra) in RAY and _is_cluster(hydra.launcher):
        return min(asked, each) if asked else each
    return max(1, (asked or cores()) // max(1, min(at_once, jobs)))


def _is_cluster(settings) -> bool:
    return settings.ray.init.get("address") not in (None, "local")


def told(error: Exception) -> str:
    """What broke a launcher, in a line: of a long message the first line and the last, which is the log's."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or ["no message"]
    last = f" ... {cut(lines[-1], 160)}" if len(lines) > 1 else ""
    return f"the launcher broke: {type(error).__name__}: {cut(lines[0], 200)}{last}"
