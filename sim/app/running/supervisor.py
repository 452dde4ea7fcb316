"""Runs tasks on worker processes of our own, so that what one task does to its process costs no other its work.

A killed worker costs a pool its innocent jobs, or hangs it; here each process has one pipe, and one task in
flight (see `worker`).
"""

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from importlib.machinery import ModuleSpec
from multiprocessing import connection

from sim.app import machine
from sim.app.running.task import Failure, Finished, described, named
from sim.app.running.worker import READY, serve

ATTEMPTS = 3
_LOOK_SECONDS = 1.0  # how often a worker is looked at that says nothing
_GOODBYE_SECONDS = 2.0
_MOST_WORKERS = 60 if sys.platform == "win32" else 10_000  # Windows waits on 63 handles at most
_ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
_starting = threading.Lock()


@dataclass(frozen=True)
class Given:
    key: object
    message: bytes
    attempt: int = 1


def cores() -> int:
    """The cores that this process may use (a scheduler may have given it fewer than there are)."""
    seen = machine.cores()
    given = os.environ.get("SLURM_CPUS_PER_TASK") or os.environ.get("SLURM_CPUS_ON_NODE") or ""  # not every SLURM binds
    return min(seen, int(given)) if given.isdecimal() and int(given) > 0 else seen


def supervise(work: str, tasks, workers: int = 1, *, isolate: bool = False, limit_minutes: float | None = None):
    """Iterator of `Finished`, in the order of finishing: `work` ("package.module:function") on each of `tasks`.

    `tasks`: iterable of (key, payload), read as workers fall free; an iterator that had nothing more is asked
    again after each result. `workers`: 0 for every core; 1 runs in this process unless `isolate` or
    `limit_minutes` asks for a process that may be lost. An exception is recorded, a crash is tried three times in
    all, a task beyond its limit is stopped and recorded. Wrap it in `contextlib.closing`: to close it stops every
    worker. Raises ValueError for arguments that cannot be, ImportError where `work`'s module cannot be imported,
    OSError where no process can be started.
    """
    if workers < 0:
        raise ValueError(f"workers is {workers}; it is 0 (every core) or more")
    if limit_minutes is not None and not limit_minutes > 0:
        raise ValueError(f"limit_minutes is {limit_minutes}; it is more than 0, or None for no limit")
    function, count = named(work), min(workers or cores(), _MOST_WORKERS)
    if count == 1 and not isolate and limit_minutes is None:
        return _here(function, tasks)
    return _apart(work, iter(tasks), count, limit_minutes)


def _here(function, tasks):
    for key, payload in tasks:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                finished = Finished(key, function(payload), None, attempt)
                break
            except Exception as error:
                finished = Finished(key, None, described(error), attempt)
                break
            except SystemExit as leaving:  # the death of a worker, were it one
                why = Failure("crash", "SystemExit", f"the task left with status {leaving.code}")
                finished = Finished(key, None, why, attempt)
        yield finished


def _apart(work, tasks, count, limit):
    idle, busy, again, finished = [], [], deque(), deque()
    try:
        while True:
            given = []
            while len(busy) < count and (task := _next_task(again, tasks, finished)):
                busy.append(idle.pop() if idle else Worker(work))
                given.append((busy[-1], task))
            for worker, task in given:  # after all are started: a long message waits until its reader is up
                worker.give(task)
            if finished:
                while finished:
                    yield finished.popleft()
                continue
            if not busy:
                break
            connection.wait([worker.pipe for worker in busy], _patience(busy, limit))
            for worker in tuple(busy):
                outcome = worker.look(limit)
                if outcome is None:
                    continue
                busy.remove(worker)
                if worker.task is None:  # else it is dead
                    idle.append(worker)
                (again if isinstance(outcome, Given) else finished).append(outcome)
    finally:
        _dismiss(busy, idle)


def _next_task(again, tasks, finished):
    while not again:
        try:
            key, payload = next(tasks)
        except StopIteration:
            return None
        try:
            return Given(key, pickle.dumps(payload, 5))
        except Exception as error:
            finished.append(Finished(key, None, described(error)))
    return again.popleft()


def _patience(busy, limit) -> float:
    if limit is None:
        return _LOOK_SECONDS
    first = min(worker.since for worker in busy) + limit * 60
    return min(_LOOK_SECONDS, max(0.0, first - time.monotonic()) + 0.01)


def _dismiss(busy, idle):
    """Ends all workers: asks those that finished, kills the rest where the run is broken off."""
    if busy:
        for worker in busy + idle:
            worker.process.kill()
    for worker in idle:
        with contextlib.suppress(OSError):
            worker.pipe.send_bytes(b"")
    until = time.monotonic() + _GOODBYE_SECONDS
    for worker in busy + idle:
        worker.bury(max(0.0, until - time.monotonic()))


class Worker:
    """A process, our end of its pipe, and the task that it has."""

    def __init__(self, work):
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        # Linux ends a bound child with the *thread* that made it, and only the main thread lasts as long as we do.
        parent = os.getpid() if threading.current_thread() is threading.main_thread() else None
        self.process = context.Process(target=serve, args=(theirs, work, parent), daemon=True)
        self.task, self.since = None, 0.0
        with _as_workers_start():
            self.process.start()
        theirs.close()  # or its end would not come to an end with it

    def give(self, task):
        self.task, self.since = task, time.monotonic()
        with contextlib.suppress(OSError):  # a dead worker: `look` finds out
            self.pipe.send_bytes(task.message)

    def look(self, limit):
        """None while the task runs, else its `Finished`, or the `Given` to run again."""
        task = self.task
        try:
            # Something that a task started may hold a dead worker's pipe open: so ask for the process too.
            if not self.pipe.poll():
                if self.process.is_alive():
                    return self._beyond(limit)
                raise EOFError
            message = self.pipe.recv_bytes()
            if message == READY:
                self.since = time.monotonic()
                return None
        except (EOFError, OSError):
            ending = self.bury(_GOODBYE_SECONDS)
            if task.attempt < ATTEMPTS:
                return replace(task, attempt=task.attempt + 1)
            return Finished(task.key, None, Failure("crash", "WorkerDied", ending), task.attempt)
        self.task = None
        try:
            result, error = pickle.loads(message)
        except Exception as trouble:
            result, error = None, described(trouble)
        return Finished(task.key, result, error, task.attempt)

    def _beyond(self, limit):
        if limit is None or time.monotonic() - self.since < limit * 60:
            return None
        self.bury(0)
        why = Failure("limit", "TooLong", f"still running after {limit:g} minutes, stopped")
        return Finished(self.task.key, None, why, self.task.attempt)

    def bury(self, patience) -> str:
        """Waits for the process to end, after `patience` seconds ends it, and says how it ended."""
        self.process.join(patience)
        self.process.kill()
        self.process.join()
        self.pipe.close()
        code = self.process.exitcode
        if code >= 0:
            return f"its process ended with status {code}"
        names = {known.value: known.name for known in signal.Signals}
        return f"its process was killed by {names.get(-code, f'signal {-code}')}"


@contextlib.contextmanager
def _as_workers_start():
    """The surroundings that a new process takes over from this one; ours come back afterwards.

    One thread for linear algebra, before numpy is imported. No import of the script that runs here: under the name
    `__main__` the start of a process imports nothing, so a console script does not load the command line once a
    worker, and a script without a guard does not run itself. Ctrl-C held back until the worker ignores it.
    """
    main = sys.modules["__main__"]
    with _starting, _known_to_python(), machine.without_ctrl_c():
        spec, before = main.__spec__, {name: os.environ.get(name) for name in _ONE_THREAD}
        try:
            main.__spec__ = ModuleSpec("__main__", None)
            os.environ.update(_ONE_THREAD)
            yield
        finally:
            main.__spec__ = spec
            for name in _ONE_THREAD:
                del os.environ[name]
            os.environ.update({name: value for name, value in before.items() if value is not None})


@contextlib.contextmanager
def _known_to_python():
    """A new process takes over how processes are started here;
    inside a job of joblib that has a name which Python does not know."""
    method = multiprocessing.get_start_method(allow_none=True)
    if method is None or method in multiprocessing.get_all_start_methods():
        yield
        return
    multiprocessing.set_start_method("spawn", force=True)
    try:
        yield
    finally:
        multiprocessing.set_start_method(method, force=True)
