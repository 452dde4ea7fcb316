"""The supervisor with real processes that really die, and the progress that tells of them."""

import contextlib
import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from sim.app.running import progress as progress_module
from sim.app.running.progress import Progress
from sim.app.running.stopping import Stopped, stoppable
from sim.app.running.supervisor import cores, supervise
from sim.app.running.task import Finished
from sim.domain.chance import Chance

posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


# What the workers run.


def draws(payload):
    """Keyed draws of one replication, as an array and its sum."""
    sample = Chance(payload["seed"], payload["replication"]).uniforms("onset", np.arange(1000))
    return {"sample": sample, "total": float(sample.sum())}


def double(number):
    return 2 * number


def trouble(payload):
    """Does to its process what `payload` says; with a folder, it notes every attempt there."""
    what, notes = payload if isinstance(payload, tuple) else (payload, None)
    if notes:
        Path(notes, f"{what}-{time.monotonic_ns()}-{os.getpid()}").touch()
    if what == "exception":
        raise KeyError("no such service", {"é": 1})
    if what == "unsayable":
        raise Unsayable
    if what == "unsendable":
        return threading.Lock()
    if what == "leave":
        sys.exit(0)
    if what == "exit":
        os._exit(3)
    if what in ("SIGKILL", "SIGSEGV"):
        os.kill(os.getpid(), getattr(signal, what))
    if what == "hang":
        while True:
            time.sleep(60)
    if what == "once" and len(list(Path(notes).iterdir())) == 1:
        os._exit(1)
    return what


def surroundings(_):
    return {
        "threads": os.environ["OPENBLAS_NUM_THREADS"],
        "main": getattr(sys.modules["__main__"], "__file__", None),
        "interrupt": signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
        "pid": os.getpid(),
    }


def spin(folder):
    Path(folder, str(os.getpid())).touch()
    while True:
        pass


class Unsayable(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def outcomes(work, payloads, workers=2, **options):
    with contextlib.closing(supervise(f"{__name__}:{work}", enumerate(payloads), workers, **options)) as finished:
        return {one.key: one for one in finished}


# Results.


def test_results_are_the_same_for_any_number_of_workers():
    payloads = [{"seed": 7, "replication": replication} for replication in range(12)]
    runs = [outcomes("draws", payloads, workers) for workers in (1, 2, 4)] + [
        outcomes("draws", payloads, 1, isolate=True)
    ]
    for run in runs:
        assert sorted(run) == list(range(12))
        for key, one in run.items():
            assert one.error is None and one.attempts == 1
            assert one.result["total"] == runs[0][key].result["total"]
            assert one.result["sample"].tobytes() == runs[0][key].result["sample"].tobytes()


def test_one_worker_is_this_process_unless_it_may_be_lost():
    here = outcomes("surroundings", [0, 0], 1, isolate=True)
    assert here[0].result["pid"] != os.getpid()
    assert here[0].result["pid"] == here[1].result["pid"]
    name = f"{__name__}:trouble"
    assert [one.result for one in supervise(name, [("a", "fine")], 1)] == ["fine"]
    assert multiprocessing.active_children() == []


def test_workers_have_one_thread_ignore_ctrl_c_and_leave_our_surroundings_alone():
    before, spec = dict(os.environ), sys.modules["__main__"].__spec__
    found = outcomes("surroundings", range(4))
    assert dict(os.environ) == before
    assert sys.modules["__main__"].__spec__ is spec
    for one in found.values():
        assert one.result["threads"] == "1" and one.result["interrupt"]
        assert one.result["main"] is None or "pytest" not in one.result["main"]


def test_tasks_are_read_as_workers_fall_free():
    read = []

    def tasks():
        for number in range(50):
            read.append(number)
            yield number, number

    with contextlib.closing(supervise(f"{__name__}:double", tasks(), 2)) as finished:
        next(finished)
        assert len(read) <= 5
        rest = list(finished)
    assert len(rest) == 49
    assert all(one.result == 2 * one.key for one in rest)


def test_an_iterator_that_gets_more_is_asked_again():
    class Growing:
        def __init__(self):
            self.waiting = [0, 1]

        def __iter__(self):
            return self

        def __next__(self):
            if not self.waiting:
                raise StopIteration
            number = self.waiting.pop(0)
            return number, number

    tasks, seen = Growing(), []
    for one in supervise(f"{__name__}:double", tasks, 2):
        seen.append(one.key)
        if len(seen) in (2, 4):
            tasks.waiting += [len(seen), len(seen) + 1]
    assert sorted(seen) == [0, 1, 2, 3, 4, 5]


def test_large_messages_pass_both_ways():
    big = [np.full(500_000, number, dtype=float) for number in range(3)]
    found = outcomes("double", big)
    assert all((found[number].result == 2 * big[number]).all() for number in range(3))


@pytest.mark.parametrize(
    "options, error",
    [
        ({"work": "nothing"}, ValueError),
        ({"work": "no_such_module:f"}, ImportError),
        ({"work": "os:no_such"}, ValueError),
        ({"workers": -1}, ValueError),
        ({"limit_minutes": 0}, ValueError),
        ({"limit_minutes": float("nan")}, ValueError),
    ],
)
def test_arguments_that_cannot_be_are_refused_at_once(options, error):
    with pytest.raises(error):
        supervise(**{"work": "math:sqrt", "tasks": [], "workers": 1} | options)


def test_cores_are_those_that_we_may_use():
    assert 1 <= cores() <= os.cpu_count()


# Faults.


@posix
def test_what_one_task_does_to_its_process_costs_no_other_its_work(tmp_path):
    payloads = ["fine", "exit", "fine", "SIGKILL", "exception", "fine", "SIGSEGV", "leave", "unsendable", "unsayable"]
    found = outcomes("trouble", [(what, tmp_path) for what in payloads], 3)
    assert sorted(found) == list(range(len(payloads)))
    for number, what in enumerate(payloads):
        one = found[number]
        assert one.attempts == (3 if what in ("exit", "SIGKILL", "SIGSEGV", "leave") else 1)
        assert (one.result, one.error) == ("fine", None) if what == "fine" else one.result is None
        assert len(list(tmp_path.glob(f"{what}-*"))) == one.attempts * payloads.count(what)
    why = {what: found[number].error for number, what in enumerate(payloads)}
    assert why["exit"].kind == "crash" and "status 3" in str(why["exit"])
    assert "status 0" in str(why["leave"])
    assert "SIGKILL" in str(why["SIGKILL"]) and "SIGSEGV" in str(why["SIGSEGV"])
    assert why["exception"].kind == "exception" and why["exception"].type == "KeyError"
    assert "no such service" in why["exception"].message
    assert "in trouble" in why["exception"].traceback and "_attempt" not in why["exception"].traceback
    assert why["unsendable"].kind == why["unsayable"].kind == "exception"
    assert why["unsayable"].type == "Unsayable"
    assert multiprocessing.active_children() == []


def test_in_this_process_exceptions_and_exits_are_recorded_the_same_way():
    found = outcomes("trouble", ["exception", "fine", "leave", "fine"], 1)
    assert (found[0].error.kind, found[0].error.type, found[0].attempts) == ("exception", "KeyError", 1)
    assert (found[2].error.kind, found[2].attempts) == ("crash", 3)
    assert found[1].result == found[3].result == "fine"


def test_a_crash_that_does_not_come_again_is_forgotten(tmp_path):
    found = outcomes("trouble", [("once", str(tmp_path))])
    assert found[0] == Finished(0, "once", None, 2)


def test_a_task_that_cannot_be_sent_is_recorded():
    found = outcomes("double", [1, threading.Lock(), 2])
    assert found[1].error.kind == "exception"
    assert (found[0].result, found[2].result) == (2, 4)


def test_a_task_beyond_its_limit_is_stopped_and_the_others_go_on():
    started = time.monotonic()
    found = outcomes("trouble", ["hang", "fine", "fine", "fine"], 2, limit_minutes=0.05)
    assert time.monotonic() - started < 20
    assert (found[0].error.kind, found[0].attempts) == ("limit", 1)
    assert "0.05 minutes" in str(found[0].error)
    assert [found[number].result for number in (1, 2, 3)] == ["fine"] * 3
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, Stopped, ValueError])
def test_an_interrupt_in_the_reader_leaves_no_process(error):
    running = supervise(f"{__name__}:trouble", enumerate(["fine", "hang", "hang"]), 3)
    with pytest.raises(error), contextlib.closing(running):
        for _ in running:
            started = time.monotonic()
            raise error
    assert time.monotonic() - started < 5
    assert multiprocessing.active_children() == []


@posix
def test_sigterm_raises_stopped_inside_and_is_as_before_afterwards():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Stopped), stoppable():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
    assert signal.getsignal(signal.SIGTERM) is before


# The death of the main process. Each runs in a session of its own, so that all that it left can be counted.


def session(number) -> list[int]:
    """The processes of a session that still run (where there is no /proc, none is found)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == number and fields[0] not in "ZX":
                found.append(int(entry.name))
    return found


@contextlib.contextmanager
def main_process(tmp_path, body):
    """A Python process that runs `body`, which has `go(work, payloads, workers)`; nothing of it stays."""
    script = tmp_path / "script of a researcher.py"  # with no guard for __main__
    script.write_text(
        textwrap.dedent("""
        import contextlib, signal, sys, threading
        signal.signal(signal.SIGINT, signal.default_int_handler)   # a shell's background jobs ignore it
        from sim.app.running.stopping import Stopped, stoppable
        from sim.app.running.supervisor import supervise

        def go(work, payloads, workers):
            with contextlib.closing(supervise("test_supervisor:" + work, enumerate(payloads), workers)) as finished:
                return list(finished)

        """)
        + textwrap.dedent(body)
    )
    here = Path(__file__).resolve().parent
    paths = os.pathsep.join([str(here), str(here.parent), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, str(script)],
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            for left in session(process.pid) or [process.pid]:
                with contextlib.suppress(ProcessLookupError):
                    process.kill() if left == process.pid else os.kill(left, signal.SIGKILL)


def wait_until(true, seconds):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it takes too long"
        time.sleep(0.02)


IN_THREAD = "thread = threading.Thread(target=go, args=('spin', {payloads}, 2)); thread.start(); thread.join()"
PLAIN = "go('spin', {payloads}, 2)"
TOLD = """
    try:
        with stoppable():
            go('spin', {payloads}, 2)
    except Stopped:
        sys.exit(143)
    """


@linux
@pytest.mark.parametrize(
    "body, how, group, status",
    ids=["killed", "killed from a thread", "terminated", "told", "ctrl-c"],
    argvalues=[
        (PLAIN, signal.SIGKILL, False, -signal.SIGKILL),
        (IN_THREAD, signal.SIGKILL, False, -signal.SIGKILL),  # only the pipe's end tells the workers
        (PLAIN, signal.SIGTERM, False, -signal.SIGTERM),
        (TOLD, signal.SIGTERM, False, 143),
        (PLAIN, signal.SIGINT, True, -signal.SIGINT),
    ],
)
def test_no_worker_outlives_the_main_process(tmp_path, body, how, group, status):
    notes = tmp_path / "notes"
    notes.mkdir()
    with main_process(tmp_path, body.format(payloads=[str(notes)] * 2)) as process:
        wait_until(lambda: len(list(notes.iterdir())) == 2, 30)
        (os.killpg if group else os.kill)(process.pid, how)
        process.communicate(timeout=5)
        assert process.returncode == status
        wait_until(lambda: not session(process.pid), 5)


@linux
@pytest.mark.parametrize("delay", [0.15, 0.4])
def test_ctrl_c_in_the_first_second_is_heard_once(tmp_path, delay):
    with main_process(tmp_path, f"print('up', flush=True)\ngo('spin', [{str(tmp_path)!r}] * 4, 4)") as process:
        process.stdout.readline()
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGINT)
        errors = process.communicate(timeout=5)[1]
        assert errors.count("Traceback") == 1  # ours, and none of a worker's
        wait_until(lambda: not session(process.pid), 5)


def test_a_script_without_a_guard_is_not_run_again_by_its_workers(tmp_path):
    body = "print('once')\nprint(sorted(one.result for one in go('double', [1, 2, 3], 2)))"
    with main_process(tmp_path, body) as process:
        output, errors = process.communicate(timeout=30)
    assert (output.split("\n")[:2], errors) == (["once", "[2, 4, 6]"], "")


# Progress.


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved."""
    hands = [0.0]
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: hands[0])
    return hands


def test_lines_come_at_each_tenth_or_ten_seconds(capsys, clock):
    with Progress("auto", 1000, "integrated") as told:
        for replication in range(500):
            told.done("integrated", replication)
        assert len(capsys.readouterr().err.splitlines()) == 5
        clock[0] = 10.0
        told.done("integrated", 500)
        assert capsys.readouterr().err == "integrated: 501 done, 0 failed, 499 left, about 10 s to go\n"
        told.failed("integrated", 501, "a strange [b]fault")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "failed: integrated, replication 501: a strange [b]fault",
        "integrated: 501 done, 1 failed, 498 left, about 10 s to go",
    ]


def test_json_says_one_event_a_line_on_stdout(capsys):
    with Progress("json", 2) as told:
        told.done("très spécial", 0)
        told.failed("très spécial", 1, "why\nnot")
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [
        {"event": "done", "scenario": "très spécial", "replication": 0},
        {"event": "failed", "scenario": "très spécial", "replication": 1, "why": "why\nnot"},
    ]
    assert out.isascii() and err == ""


def test_none_is_silent(capsys):
    with Progress("none", 1) as told:
        told.done("a", 0)
        told.failed("a", 1, "why")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("mode, name", [("lines", "stderr"), ("json", "stdout")])
def test_a_reader_who_went_away_costs_nothing(monkeypatch, mode, name):
    gone = io.StringIO()
    monkeypatch.setattr(sys, name, gone)
    with Progress(mode, 1) as told:
        gone.close()
        told.done("a", 0)
        told.failed("a", 1, "why")
    assert told.words() == "1 done, 1 failed, 0 left"


def test_the_bar_is_drawn_on_stderr_and_counts_what_was_there_already(capsys):
    with Progress("bar", 4, "a [title]", already=1) as told:
        told.done("a", 1)
        told.failed("a", 2, "a [strange] fault")
        told.expect(9)
        assert told.words().startswith("2 done, 1 failed, 6 left, about")
    out, err = capsys.readouterr()
    assert out == "" and "a [strange] fault" in err and "a [title]" in err


def test_another_mode_is_refused():
    with pytest.raises(ValueError, match=r"progress is 'loud'; there is: auto, bar"):
        Progress("loud", 1)
