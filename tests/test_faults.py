"""What a fault costs, wherever it strikes: the same command finishes the job,
and kpis.csv is byte for byte the undisturbed one.

Most of it runs `mskflow run` in copies of this process, with a world of one clinic whose replications are
known already, so that every single write can be struck. What only real processes show
(signals, workers that die) comes afterwards.
"""

import errno
import json
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import time
import weakref
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import worlds
from faulty import KILL, Child, Disk, in_child, session, until

import sim
from sim.analysis import figures
from sim.analysis.reading.frames import kpis_table
from sim.analysis.reading.tables import Study
from sim.app import cli
from sim.app.configuration import launcher_names
from sim.app.configuration.beside.comparator import alone
from sim.app.configuration.request import request_of
from sim.app.pages import report, results_workbook
from sim.app.running import batch, stopping
from sim.app.running.supervisor import supervise
from sim.app.running.work import Keyed, Task, stored_form
from sim.app.store import Store, key_of, provenance
from sim.app.store import key as key_module
from sim.app.store import store as store_module
from sim.app.store.disk import PARTIAL
from sim.app.store.rows import measures_in
from sim.app.store.unfinished import POINT
from sim.app.studies.comparison import publish, study
from sim.app.studies.runs.folders import folders_in
from sim.app.studies.runs.notes import notes_in
from sim.app.studies.runs.verify_runs import findings_in
from sim.app.studies.sweep import sweep as sweep_command
from sim.app.studies.sweep import sweep_work
from sim.app.studies.sweep.expand import Expanded
from sim.app.studies.sweep.point import Brief, SweepPoint

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kills and /proc as Linux has them")
ROOT = Path(__file__).resolve().parent.parent
SECTION_7 = {
    "manifest.json",
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
}
REPLICATIONS = 2


def scenario(slots: int, **run):
    """Two people a day; so many slots."""
    name = f"slots_{slots}"
    return sim.from_dict(
        worlds.world(
            {"gp": worlds.clinic(slots)},
            40,
            a_day=2.0,
            name=name,
            title=name,
            compare_with="slots_1" if slots > 1 else None,
            run={"replications": REPLICATIONS, "progress": "json", "workers": 1, **run},
        )
    )


ONE, TWO, THREE = scenario(1), scenario(2), scenario(3)
POINTS = (TWO, THREE)


class Case:
    """A command, ready to run in a copy of this process."""

    def __init__(self, words: tuple[str, ...], scenarios):
        self.words, self.scenarios = words, scenarios

    def main(self, out: Path, apart: bool = False, before=lambda: None) -> int:
        """The command itself; what takes long and writes nothing is known before.
        `apart`: replications in worker processes."""
        if not apart:
            batch.supervise = lambda _, tasks, workers, **__: supervise(f"{__name__}:known", tasks, 1)
        sweep_work.supervise = lambda work, tasks, workers, **__: supervise(work, tasks, 1)
        one = self.scenarios[0]
        one = replace(one, config=one.config | {"out": str(out)})
        study.prepared = lambda _: (one, alone(one, ONE))
        sweep_command._checked = lambda *_: self._checked(out)
        publish.study_of, publish.svg_of = _study_of, lambda _: "<svg/>"
        publish._write_tables = lambda folder, made: [
            folder.write_csv(name, table) for name, table in (("kpis.csv", made.kpis), ("waits.csv", made.waits))
        ]
        provenance.versions, provenance.git_commit = dict, str
        figures.drawings = lambda _: []
        report.render = lambda *_: "<html/>"
        results_workbook.results_workbook = lambda _: b"a workbook"
        before()
        return cli.main([*self.words, f"out={out}"])

    def _checked(self, out: Path):
        packed, briefs = [], []
        for number, one in enumerate(self.scenarios):
            config, keys, names = one.config | {"out": str(out)}, (key_of(ONE), key_of(one)), (ONE.name, one.name)
            said = SweepPoint(
                number,
                (),
                request_of("run", one.name, (), ()),
                config,
                ONE.config,
                (ONE.name, ONE.title),
                keys,
                names,
                key_of(one)[:16],
            )
            packed.append(said.packed())
            briefs.append(Brief(number, keys, names, said.identity, REPLICATIONS, False))
        checker = sweep_command.Checker(None, (), Path(), (), ())
        checker.packed, checker.briefs, checker.first, checker.scenario = (
            packed,
            briefs,
            self.scenarios[0].config | {"out": str(out)},
            self.scenarios[0],
        )
        return SimpleNamespace(
            plan=None,
            expanded=Expanded((), (), tuple((one.name,) for one in self.scenarios), True),
            ask=None,
            debug=False,
            out=str(out),
        ), checker


FORMS = {}


def known(keyed: Keyed) -> tuple[bytes, ...]:
    """What a worker would send, worked out once."""
    forms = []
    for one, key in zip(keyed.task.scenarios, keyed.keys, strict=True):
        place = key, keyed.task.replication
        if place not in FORMS:
            FORMS[place] = stored_form(Keyed(Task((one,), keyed.task.replication), (key,)))[0]
        forms.append(FORMS[place])
    return tuple(forms)


def _study_of(ran, _) -> Study:
    """The kpis as they are; the other tables are of no matter here."""
    frames = dict.fromkeys(
        ("differences", "waits", "lists", "workforce", "staff", "flows", "services", "bands", "unit_costs"),
        pd.DataFrame({"a": [1]}),
    )
    one, others = ran.scenario, ran.others
    kpis = kpis_table(ran.results.main.measures, [others.baseline.name, one.name])
    return Study(
        name=one.name,
        baseline=others.baseline.name,
        titles={},
        questions={},
        meta={"versions": {}, "git_commit": ""},
        kpis=kpis,
        **frames,
    )


RUN, SWEEP = Case(("run", "slots_2"), POINTS[:1]), Case(("run", "-m", "slots=2,3"), POINTS)


@pytest.fixture(scope="module", autouse=True)
def all_known():
    for one in (ONE, *POINTS):
        for r in range(REPLICATIONS):
            measures_in(*known(Keyed(Task((one,), r), (key_of(one),))))  # what it imports is there for all copies


def kpis(out: Path) -> dict[str, set[bytes]]:
    """Scenario -> what there is of kpis.csv."""
    found = {}
    for file in out.glob("*/*/kpis.csv"):
        found.setdefault(file.parent.parent.name, set()).add(file.read_bytes())
    return found


def files(out: Path) -> set[str]:
    """What lies in the folder, but for results folders."""
    return {
        path.relative_to(out).as_posix()
        for path in out.rglob("*")
        if len(path.relative_to(out).parts) == 1 or path.relative_to(out).parts[0].startswith(".")
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Case -> its kpis.csv, what lies in its folder, and the kinds of writes it makes."""
    found = {}
    for case in (RUN, SWEEP):
        out = tmp_path_factory.mktemp("undisturbed") / "results"
        ended = in_child(lambda case=case, out=out: case.main(out), disk := Disk(out))
        assert (ended.code, ended.err) == (0, ""), ended
        assert disk.folder == str(out) and sound(out) and len(kpis(out)) == len(case.scenarios)
        found[case] = kpis(out), files(out), ended.kinds
    return found


def sound(out: Path, ended=None, midway: bool = False) -> bool:
    """Nothing is half written, and what was called done is there.

    `midway`: killed, it may be, after the parts of a results folder had got their names and before the folder had:
    a directory cannot be filled and named in one step.
    """
    damaged = [one for one in findings_in(out, folders_in(out), notes_in(out)) if one.damaged]
    assert damaged == []
    for path in out.rglob("*"):
        first, second, *_ = path.relative_to(out).parts + ("",)
        if path.name in SECTION_7 and not (second.startswith("folder-") and midway):
            assert first != PARTIAL and (path.parent / "manifest.json").is_file(), path
    if ended is not None:
        store, keys = Store(out), {one.name: key_of(one) for one in (ONE, *POINTS)}
        done = [json.loads(line) for line in ended.out.splitlines()]
        assert all(store.whole(keys[one["scenario"]], one["replication"]) for one in done if one["event"] == "done")
    return True


def finishes(case: Case, out: Path, undisturbed) -> None:
    """The same command finishes the job, and nothing of the fault stays."""
    ended = in_child(lambda: case.main(out))
    there, lies, _ = undisturbed[case]
    assert (ended.code, kpis(out)) == (0, there), ended
    assert sound(out) and files(out) == lies


def each_kind(case: Case, undisturbed) -> list[int]:
    """Numbers of writes: the first and the last of each kind that the run makes, and the first of each that only the
    sweep makes. What lies between is the same call on the next file of the same kind."""
    kinds, known = undisturbed[case][2], () if case is RUN else undisturbed[RUN][2]
    new = {kind for kind in kinds if kind.replace("folder-#", "folder#") not in known}
    first = {kinds.index(kind) for kind in new}
    last = {len(kinds) - 1 - kinds[::-1].index(kind) for kind in new}
    return sorted(first | last if case is RUN else first)


@pytest.mark.slow
@pytest.mark.parametrize("case, least", [(RUN, 60), (SWEEP, 20)], ids=["run", "sweep"])
def test_killed_at_every_kind_of_write(case, least, undisturbed, tmp_path):
    assert len(undisturbed[case][2]) > 100
    numbers = each_kind(case, undisturbed)
    assert len(numbers) >= least
    for number in numbers:
        out = tmp_path / str(number)
        ended = in_child(lambda out=out, number=number: case.main(out), Disk(out, number, KILL))
        assert ended.code == -signal.SIGKILL, (number, ended)
        assert sound(out, ended, midway=True)
        finishes(case, out, undisturbed)
        shutil.rmtree(out)


TROUBLES = [
    (errno.ENOSPC, True, "the disk is full"),
    (errno.ENOSPC, False, "the disk is full"),
    (errno.EROFS, True, "the disk is read-only"),
    (errno.EIO, False, "the disk has a fault"),
    (errno.EIO, True, "the disk has a fault"),
    (errno.EACCES, True, "permission is denied"),
]


@pytest.mark.parametrize("case, step", [(RUN, 4), (SWEEP, 9)], ids=["run", "sweep"])
def test_a_disk_that_fails_at_any_write_is_exit_5_and_one_sentence(case, step, undisturbed, tmp_path):
    there, _, kinds = undisturbed[case]
    codes = []
    for number in range(0, len(kinds), step):
        out = tmp_path / str(number)
        how, stays, sentence = TROUBLES[number // step % len(TROUBLES)]
        ended = in_child(
            lambda out=out, number=number, how=how, stays=stays: case.main(out), Disk(out, number, how, stays)
        )
        codes.append(ended.code)
        said = ended.err.splitlines()
        if ended.code == 0:  # what failed was of no consequence
            assert kpis(out) == there, (number, ended)
        else:
            assert ended.code == 5, (number, ended)
            assert (
                said
                and all(line.startswith(("cannot write ", "point ", "this tries")) for line in said)
                and sentence in ended.err
            ), (number, ended)
        assert sound(out, ended, midway=stays), number
        finishes(case, out, undisturbed)
        shutil.rmtree(out)
    assert codes.count(5) > 0.7 * len(codes)


# --- processes that die, hang and are stopped ---------------------------------------------------------------------

# In worker processes: each replication leaves a note; POISON says what it then does.
SITE = """
import importlib.abc, importlib.util, json, os, sys

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "sim.app.configuration.compose" and os.environ.get("UP"):
            open(os.environ["UP"], "w").close()
        if name != "sim.app.running.work" or "POISON" not in os.environ:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        sys.meta_path.insert(0, self)
        run = spec.loader.exec_module
        def exec_module(module):
            run(module)
            whole = module.stored_form
            def stored_form(payload):
                number = payload.task.replication
                open(os.path.join(os.environ["NOTES"], f"{number}-{os.getpid()}"), "w").close()
                poison = json.loads(os.environ["POISON"])
                with poisoned(poison.get(str(number), poison.get("all", ""))):
                    return whole(payload)
            module.stored_form = stored_form
        spec.loader.exec_module = exec_module
        return spec

class poisoned:
    def __init__(self, what):
        self.what = what
    def __enter__(self):
        import ctypes, resource, signal, time
        if self.what == "exception":
            raise ValueError("poison")
        if self.what == "leave":
            sys.exit(0)
        if self.what == "segfault":
            ctypes.string_at(0)
        if self.what == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.what == "slow":
            time.sleep(100)
        if self.what == "a while":
            time.sleep(0.3)
        while self.what == "loop":
            pass
        if self.what == "memory":
            before = resource.getrlimit(resource.RLIMIT_AS)
            held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (held + 2**26, before[1]))
            try:
                bytearray(2**28)
            finally:
                resource.setrlimit(resource.RLIMIT_AS, before)
    def __exit__(self, *error):
        pass

sys.meta_path.insert(0, Finder())
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "sitecustomize.py").write_text(SITE)
    return folder


@pytest.fixture
def apart(site, tmp_path, monkeypatch):
    """Starts a case whose replications run in workers, where `poison` (replication -> what it does) is set;
    gives a `Child`."""
    notes, children = tmp_path / "notes", []
    notes.mkdir()
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), str(ROOT)]))
    monkeypatch.setenv("NOTES", str(notes))

    def start(case, out, poison=None, before=lambda: None) -> Child:
        monkeypatch.setenv("POISON", json.dumps(poison or {}))
        children.append(Child(lambda: case.main(out, True, before)))
        return children[-1]

    start.notes = lambda: sorted(path.name for path in notes.iterdir())
    yield start
    for child in children:
        child.end()


def events(ended) -> list[tuple[str, str, int]]:
    """(event, scenario, replication) of what was told, in order."""
    said = [json.loads(line) for line in ended.out.splitlines()]
    return sorted(
        (one["event"], one["scenario"], one["replication"]) for one in said if one["event"] in ("done", "failed")
    )


def test_poison_costs_only_its_own_replication_and_the_same_command_tries_only_that_again(apart, tmp_path):
    case = Case(("run", "slots_2"), (scenario(2, replications=8, workers=2, limit_minutes=0.2),))
    there, out = tmp_path / "there", tmp_path / "out"
    assert in_child(lambda: case.main(there)).code == 0
    poison = {"1": "exception", "2": "leave", "3": "segfault", "4": "killed", "5": "memory", "6": "loop"}
    ended = apart(case, out, poison).wait()
    assert ended.code == 4 and kpis(out) == {}, ended
    both = [(name, r) for name in ("slots_1", "slots_2") for r in range(8)]
    assert events(ended) == sorted(("failed" if str(r) in poison else "done", name, r) for name, r in both)
    told = ended.err.splitlines()
    assert told[0] == "12 replications failed; the others are stored"
    assert told[-1] == f"this tries them again: mskflow run slots_2 out={out}"
    for r, why in {
        1: "ValueError: poison",
        2: "WorkerDied: its process ended with status 0",
        3: "WorkerDied: its process was killed by SIGSEGV",
        4: "WorkerDied: its process was killed by SIGKILL",
        5: "MemoryError",
        6: "TooLong: still running after 0.2 minutes, stopped",
    }.items():
        assert {f"{name}, replication {r}, seed 7: {why}" for name in ("slots_1", "slots_2")} <= set(told)
    tries = [note.partition("-")[0] for note in apart.notes()]
    assert {r: tries.count(r) for r in sorted(set(tries))} == {
        "0": 1,
        "1": 1,
        "2": 3,
        "3": 3,
        "4": 3,
        "5": 1,
        "6": 1,
        "7": 1,
    }
    assert sound(out, ended)
    healed = in_child(lambda: case.main(out))
    assert (healed.code, kpis(out)) == (0, kpis(there)), healed
    assert events(healed) == sorted(("done", name, int(r)) for name in ("slots_1", "slots_2") for r in poison)
    assert healed.err == "" and Store(out).failed == {}


BUSY = Case(("run", "slots_2"), (scenario(2, replications=6, workers=2),))


@pytest.mark.parametrize("whom, seed", [("worker", 1), ("main", 2), ("main", 3), ("group", 4), ("group", 5)])
def test_killed_at_a_random_moment(whom, seed, apart, tmp_path):
    there, out, chance = tmp_path / "there", tmp_path / "out", random.Random(seed)
    assert in_child(lambda: BUSY.main(there)).code == 0
    child = apart(BUSY, out, {"all": "a while"})
    until(apart.notes)
    for _ in range(2 if whom == "worker" else 1):
        time.sleep(chance.uniform(0, 0.7))
        workers = [
            one
            for one in session(child.pid)
            if one != child.pid and "spawn_main" in Path(f"/proc/{one}/cmdline").read_text()
        ]
        with suppress(ProcessLookupError):
            (os.killpg if whom == "group" else os.kill)(
                chance.choice(workers) if whom == "worker" else child.pid, signal.SIGKILL
            )
    ended = child.wait()
    until(lambda: not session(child.pid), 5, "a process is left")
    assert ended.code == (0 if whom == "worker" else -signal.SIGKILL), ended
    assert sound(out, ended, midway=True)
    healed = in_child(lambda: BUSY.main(out))
    assert (healed.code, kpis(out)) == (0, kpis(there)), healed
    assert not set(events(healed)) & set(events(ended)), "what was there is run again"


def stopped(child: Child, how, group: bool, case: Case, out: Path):
    """Sends the signal, and sees what has to follow."""
    (os.killpg if group else os.kill)(child.pid, how)
    began = time.monotonic()
    ended = child.wait(20)
    assert time.monotonic() - began < 5
    until(lambda: not session(child.pid), 5, "a process is left")
    assert ended.code == {signal.SIGINT: 130, signal.SIGTERM: 143}[how], ended
    assert (
        ended.err.splitlines()[-1] == f"stopped; this continues: {shlex.join(['mskflow', *case.words, f'out={out}'])}"
    )
    assert "Traceback" not in ended.err and kpis(out) == {}
    assert sound(out, ended)


@pytest.mark.parametrize(
    "case, how, group",
    [
        (RUN, signal.SIGINT, True),
        (RUN, signal.SIGTERM, False),
        (SWEEP, signal.SIGINT, False),
        (SWEEP, signal.SIGTERM, True),
    ],
    ids=["run-ctrl-c", "run-sigterm", "sweep-sigint", "sweep-sigterm"],
)
def test_stopped_while_it_simulates(case, how, group, apart, undisturbed, tmp_path):
    out = tmp_path / "a place"
    child = apart(case, out, {"1": "slow"})
    until(lambda: any(note.startswith("1-") for note in apart.notes()) and len(Store(out).entries) == 2)
    stopped(child, how, group, case, out)
    assert len(Store(out).entries) == 2
    finishes(case, out, undisturbed)


@pytest.mark.parametrize(
    "case, how",
    [(RUN, signal.SIGTERM), (RUN, signal.SIGINT), (SWEEP, signal.SIGTERM)],
    ids=["run-sigterm", "run-ctrl-c", "sweep"],
)
def test_stopped_while_it_writes_its_results(case, how, undisturbed, tmp_path):
    out, mark = tmp_path / "out", tmp_path / "mark"

    def slow():
        write = publish._write_tables
        publish._write_tables = lambda *words: (write(*words), mark.touch(), time.sleep(100))

    child = Child(lambda: case.main(out, before=slow))
    until(mark.exists)
    stopped(child, how, True, case, out)
    assert files(out) == {
        name for name in files(out) if name.startswith(".store") or name.endswith(".unfinished") or name == PARTIAL
    }
    finishes(case, out, undisturbed)


@pytest.mark.parametrize(
    "how, after", [(signal.SIGTERM, 0.0), (signal.SIGINT, 0.1), (signal.SIGTERM, 0.3), (signal.SIGINT, 0.6)]
)
def test_stopped_in_the_first_second(how, after, site, tmp_path):
    words = ["run", "gp_referral", "place.scale=0.02", "run.years=0.05", f"out={tmp_path / 'out'}"]
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(site), str(ROOT)]), "UP": str(tmp_path / "up")}
    with subprocess.Popen(
        [sys.executable, "-m", "sim", *words],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        until((tmp_path / "up").exists)
        time.sleep(after)
        os.killpg(process.pid, how)
        began = time.monotonic()
        said = process.communicate(timeout=20)[1]
        assert time.monotonic() - began < 5
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}[how], said
    assert said == f"stopped; this continues: {shlex.join(['mskflow', *words])}\n"
    until(lambda: not session(process.pid), 5, "a process is left")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("stop, code", [(stopping.Stopped, 143), (stopping.Interrupted, 130)])
def test_a_stop_that_strikes_while_a_class_is_made_is_a_stop(stop, code, monkeypatch, capsys):
    """Python 3.11 raises a RuntimeError from whatever a `__set_name__` raises."""

    class Struck:
        def __set_name__(self, owner, name):
            raise stop("while a field was given its name")

    monkeypatch.setattr(cli, "_command", lambda words: type("Made", (), {"field": Struck()}))
    assert cli.main(["check"]) == code
    assert capsys.readouterr().err == "stopped\n"


def test_a_signal_before_the_first_line_of_ours_runs_leaves_nothing(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "run", f"out={tmp_path / 'out'}"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(0.05)
    process.terminate()
    assert process.wait(20) in (-signal.SIGTERM, 143)
    assert not (tmp_path / "out").exists()


class _Finalised:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)


@pytest.mark.parametrize("swallowed", ["by a finaliser", "by a callback", "by whoever excepts everything"])
def test_a_stop_that_is_swallowed_comes_again(swallowed):
    def work():
        stopping._AGAIN_SECONDS = 0.3
        try:
            with stopping.stoppable():
                if swallowed == "by a finaliser":
                    _Finalised()
                elif swallowed == "by a callback":
                    target = Case((), ())
                    watch = weakref.ref(target, lambda _: (os.kill(os.getpid(), signal.SIGTERM), time.sleep(0.01)))
                    del target
                    assert watch() is None
                else:
                    try:
                        os.kill(os.getpid(), signal.SIGTERM)
                        time.sleep(0.01)
                    except BaseException:
                        pass
                for _ in range(500):
                    time.sleep(0.01)
        except stopping.Stopped:
            return 143

    ended = in_child(work, seconds=20)
    assert (ended.code, ended.err) == (143, "")


def test_the_kernel_ends_a_worker_first_where_memory_runs_out(apart, tmp_path):
    child = apart(BUSY, tmp_path / "out", {"all": "slow"})
    until(apart.notes)
    mine, theirs = (
        int(Path(f"/proc/{number}/oom_score_adj").read_text())
        for number in (child.pid, int(apart.notes()[0].partition("-")[2]))
    )
    assert theirs >= 500 > mine


@pytest.mark.skipif(launcher_names.fault_of("joblib") is not None, reason="joblib is not installed")
def test_stopped_while_a_launcher_s_jobs_simulate(site, tmp_path):
    words = [
        "run",
        "-m",
        "gp_referral",
        "place.scale=0.02",
        "run.years=0.05",
        "run.replications=2",
        "run.seed=1,2",
        "report=none",
        "hydra/launcher=joblib",
        "hydra.launcher.n_jobs=2",
        f"out={tmp_path / 'out'}",
    ]
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)]),
        "POISON": '{"all": "slow"}',
        "NOTES": str(tmp_path),
        "OMP_NUM_THREADS": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "sim", *words],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        until(lambda: list(tmp_path.glob("0-*")), 90)
        os.kill(process.pid, signal.SIGTERM)
        began = time.monotonic()
        said = process.communicate(timeout=20)[1]
        assert time.monotonic() - began < 5
    assert process.returncode == 143, said
    assert said == f"stopped; this continues: {shlex.join(['mskflow', *words])}\n"
    until(lambda: not session(process.pid), 5, "a process is left")
    assert sound(tmp_path / "out") and kpis(tmp_path / "out") == {}


# --- one folder, several commands ---------------------------------------------------------------------------------


def gated(gate: Path):
    """Makes replications wait for the gate, once the first is done."""

    def before():
        plain = batch.supervise

        def waiting(work, tasks, workers, **words):
            for one in plain(work, tasks, workers, **words):
                yield one
                until(gate.exists, 60)

        batch.supervise = waiting

    return before


@pytest.mark.parametrize("case", [RUN, SWEEP], ids=["run", "sweep"])
def test_the_same_command_twice_at_once_is_busy_and_harms_nothing(case, undisturbed, tmp_path):
    out, gate = tmp_path / "out", tmp_path / "gate"
    first = Child(lambda: case.main(out, before=gated(gate)))
    until(lambda: len(Store(out).entries) > 0)
    second = in_child(lambda: case.main(out))
    assert second.code == 3 and second.err.count("\n") == 1
    assert (
        f"is being written by process {first.pid} on " in second.err
        and "choose another folder with out=DIR" in second.err
    )
    gate.touch()
    ended = first.wait()
    assert (ended.code, kpis(out), files(out)) == (0, *undisturbed[case][:2]), ended
    assert sound(out)


def test_different_commands_at_once_both_end_and_share_what_they_can(undisturbed, tmp_path):
    out, gate = tmp_path / "out", tmp_path / "gate"
    other = Case(("run", "slots_3"), POINTS[1:])
    children = [Child(lambda case=case: case.main(out, before=gated(gate))) for case in (RUN, SWEEP, other)]
    until(lambda: len(Store(out).entries) >= 3)
    gate.touch()
    ended = [child.wait() for child in children]
    assert [one.code for one in ended] == [0, 0, 0], ended
    assert kpis(out) == undisturbed[SWEEP][0] and sound(out)
    again = in_child(lambda: SWEEP.main(out))  # two that end at once leave one manifest to whoever comes next
    assert again.code == 0 and events(again) == [] and files(out) == undisturbed[SWEEP][1]


# --- going on with something else ---------------------------------------------------------------------------------


def half(case: Case, out: Path) -> None:
    """The first replication is stored, then the command is killed."""
    disk = Disk(out)
    for disk.number in range(30, 200, 4):
        assert in_child(lambda: case.main(out), disk).code == -signal.SIGKILL
        if Store(out).entries and list(out.glob(f"{PARTIAL}/*.unfinished")):
            return


def _another_seed():
    return Case(RUN.words, (scenario(2, seed=8),))


def _another_configuration():
    config = json.loads(json.dumps(TWO.config))
    config["pathway"]["services"]["gp"]["earliest_notice_days"] = 3
    return Case(RUN.words, (sim.from_dict(config),))


def test_a_resume_with_something_else_is_refused_and_says_what(undisturbed, tmp_path):
    out = tmp_path / "out"
    half(RUN, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file() and path.suffix != ".lock"}

    def newer():
        sim.__version__ = "9.9.9"
        key_module.model_version.cache_clear()

    for case, first, differs in (
        (_another_seed(), lambda: None, "run.seed is 7 there and 8 here"),
        (
            _another_configuration(),
            lambda: None,
            "pathway.services.gp.earliest_notice_days is not set there and 3 here",
        ),
        (RUN, newer, f"it was begun by mskflow {key_module.model_version()}, and this is 9.9.9+"),
    ):
        refused = in_child(lambda case=case, first=first: case.main(out, before=first))
        assert refused.code == 3 and refused.out == "", refused
        assert f"holds an unfinished run of slots_2, and this one differs: {differs}" in refused.err
        assert f"to continue that one: mskflow run slots_2 out={out}" in refused.err
        assert {
            path: path.read_bytes() for path in out.rglob("*") if path.is_file() and path.suffix != ".lock"
        } == before
    finishes(RUN, out, undisturbed)


def test_a_sweep_is_taken_up_with_more_points_and_not_with_another_seed(undisturbed, tmp_path):
    out = tmp_path / "out"
    half(Case(SWEEP.words, POINTS[:1]), out)
    refused = in_child(lambda: Case(SWEEP.words, (scenario(2, seed=8), scenario(3, seed=8))).main(out))
    assert refused.code == 3 and "run.seed is 7 there and 8 here" in refused.err, refused
    finishes(SWEEP, out, undisturbed)


def test_a_point_of_a_search_that_fails_does_not_hold_up_the_next(apart, tmp_path):
    out = tmp_path / "out"

    def as_a_point():
        study.study = partial(study.study, kind=POINT)

    assert apart(RUN, out, {"1": "exception"}, as_a_point).wait().code == 4
    assert in_child(lambda: _another_configuration().main(out, before=as_a_point)).code == 0
    assert in_child(lambda: RUN.main(out, before=as_a_point)).code == 0
    assert sorted(path.name for path in out.iterdir()) == [".store", "slots_2"] and len(kpis(out)["slots_2"]) == 2


def test_a_disk_that_cannot_be_read_is_exit_5(undisturbed, tmp_path):
    out = tmp_path / "out"
    half(RUN, out)

    def broken():
        whole = store_module.plain_bytes

        def plain_bytes(path, size):
            if path.suffix == ".parquet":
                raise OSError(errno.EIO, "Input/output error", str(path))
            return whole(path, size)

        store_module.plain_bytes = plain_bytes

    ended = in_child(lambda: RUN.main(out, before=broken))
    assert (
        ended.code == 5
        and ended.err.splitlines()[-1].startswith(f"cannot read or write {out}/.store/")
        and "Traceback" not in ended.err
    ), ended
    finishes(RUN, out, undisturbed)


def test_more_replications_extend_and_a_changed_parameter_runs_only_what_changed(tmp_path):
    out = tmp_path / "out"
    assert len(events(in_child(lambda: RUN.main(out)))) == 4
    more = Case(RUN.words, (scenario(2, replications=4),))
    assert events(in_child(lambda: more.main(out))) == [
        ("done", name, r) for name in ("slots_1", "slots_2") for r in (2, 3)
    ]
    three = Case(("run", "slots_3"), (scenario(3, replications=4),))
    assert events(in_child(lambda: three.main(out))) == [("done", "slots_3", r) for r in range(4)]
    assert events(in_child(lambda: three.main(out))) == []
    whole = tmp_path / "whole"
    assert in_child(lambda: three.main(whole)).code == 0
    assert kpis(out)["slots_3"] == kpis(whole)["slots_3"]


def test_one_impossible_scenario_among_many_is_told_with_every_fault_and_nothing_starts(tmp_path):
    out = tmp_path / "out"
    words = ["run", "-m", "gp_referral", "place.scale=0.02,-1", "run.replications=2,0", "run.seed=1,2", f"out={out}"]
    ended = in_child(lambda: cli.main(words))
    assert ended.code == 2 and ended.out == "" and not out.exists()
    told = ended.err.splitlines()
    assert len(told) == 2 and {line.partition(" (point ")[0] for line in told} == {"place.scale", "run.replications"}, (
        told
    )
    assert all("of 8 and 3 more: " in line for line in told) and "Traceback" not in ended.err


def test_a_resume_with_a_changed_input_file_is_refused_and_with_the_old_one_goes_on(tmp_path):
    own, out = tmp_path / "own é.yaml", tmp_path / "out é [1]* 'x"
    words = [
        "run",
        str(own),
        "compare_with=null",
        "run.years=0.05",
        "run.replications=2",
        "run.progress=json",
        f'out="{out}"',
    ]
    tables, drawings, render = publish._write_tables, figures.drawings, report.render
    assert tables and drawings and render

    def main(broken_off=False):
        def run(_, tasks, workers, **__):
            for one in supervise("sim.app.running.work:stored_form", tasks, 1):
                yield one
                if broken_off:
                    raise KeyboardInterrupt

        batch.supervise, publish.svg_of, figures.drawings, report.render = (
            run,
            lambda _: "<svg/>",
            lambda _: [],
            lambda *_: "<html/>",
        )
        results_workbook.results_workbook = lambda _: b"a workbook"
        return cli.main(words)

    def write(scale):
        own.write_text(
            f"# @package _global_\ntitle: Mine\nquestion: Mine?\nplace:\n  scale: {scale}\n", encoding="utf-8"
        )

    write(0.02)
    ended = in_child(lambda: main(broken_off=True))
    assert ended.code == 130 and len(events(ended)) == 1, ended
    line = ended.err.splitlines()[-1]
    assert line.startswith("stopped; this continues: ") and shlex.split(line.partition(": ")[2]) == ["mskflow", *words]
    write(0.03)
    refused = in_child(main)
    assert refused.code == 3 and "place.scale is 0.02 there and 0.03 here" in refused.err, refused
    assert shlex.join(["mskflow", *words]) in refused.err
    write(0.02)
    ended = in_child(main)
    assert (ended.code, len(events(ended))) == (0, 1), ended
    whole, words[-1] = tmp_path / "whole", f"out={tmp_path / 'whole'}"
    assert in_child(main).code == 0
    assert list(kpis(out).values()) == list(kpis(whole).values())


# --- places -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case, name",
    [
        (RUN, "with spaces  two"),
        (RUN, "accents é ü 漢"),
        (RUN, "glob [a-z]* ?{x,y}"),
        (SWEEP, "glob é [a-z]* ?{x,y}"),
        (RUN, "quotes ' \" `"),
        (RUN, "-leads=with"),
        (RUN, "$HOME ~ %s #"),
        (RUN, "a\nline"),
        (SWEEP, "/".join(["n" * 200] * 15)),
    ],
    ids=["spaces", "accents", "glob", "sweep", "quotes", "dash", "dollar", "line", "long"],
)
def test_a_folder_may_be_called_anything(case, name, undisturbed, tmp_path):
    out = tmp_path / name
    writes = len(undisturbed[case][2])
    killed = in_child(lambda: case.main(out), Disk(out, writes // 2, KILL))
    assert killed.code == -signal.SIGKILL and sound(out, killed)
    finishes(case, out, undisturbed)


def test_a_path_that_is_too_long_is_exit_5(tmp_path):
    out = tmp_path / ("n" * 300)
    ended = in_child(lambda: RUN.main(out))
    assert ended.code == 5 and ended.err.count("\n") == 1 and ended.err.endswith("the name is too long\n"), ended


def test_a_link_to_a_folder_is_that_folder(undisturbed, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to("elsewhere", target_is_directory=True)
    finishes(RUN, tmp_path / "link", undisturbed)
    assert kpis(tmp_path / "elsewhere") == undisturbed[RUN][0] and (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("case", [RUN, SWEEP], ids=["run", "sweep"])
@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_file_in_the_place_of_the_folder_is_exit_5_and_stays(case, below, tmp_path):
    (tmp_path / "out").write_text("mine")
    ended = in_child(lambda: case.main(tmp_path / "out" / below))
    assert (
        ended.code == 5 and ended.err.count("\n") == 1 and ended.err.endswith("a file is in the place of a folder\n")
    ), ended
    assert [path.name for path in tmp_path.iterdir()] == ["out"] and (tmp_path / "out").read_text() == "mine"


def test_a_folder_that_may_not_be_written_is_exit_5(undisturbed, tmp_path):
    def nobody():
        if os.geteuid() == 0:  # who may write anywhere
            os.seteuid(65534)

    (out := tmp_path / "out").mkdir(mode=0o555)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(folder.stat().st_mode | 0o755)
    ended = in_child(lambda: RUN.main(out, before=nobody))
    assert (
        (ended.code, ended.out) == (5, "")
        and ended.err.endswith(": permission is denied\n")
        and ended.err.count("\n") == 1
    ), ended
    assert list(out.iterdir()) == []
    out.chmod(0o755)
    finishes(RUN, out, undisturbed)


@pytest.fixture
def little(tmp_path):
    """A disk of 256 kB, if we may have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        shutil.which("mount") is None
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no disk of our own can be mounted")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_is_really_full(little, undisturbed):
    codes = []
    for room in (1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 22, 26, 30, 34):  # pages of 4 kB that are left
        out = little / "out"
        (little / "others").write_bytes(bytes(2**18 - 4096 * room))
        ended = in_child(lambda out=out: RUN.main(out))
        codes.append(ended.code)
        if ended.code:
            assert ended.code == 5 and ended.err.count("\n") == 1 and ended.err.endswith("the disk is full\n"), ended
        if out.exists():
            assert sound(out, ended)
        (little / "others").unlink()
        finishes(RUN, out, undisturbed)
        shutil.rmtree(out)
    assert codes[0] == 5 and codes.count(5) > 5
