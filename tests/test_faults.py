"""What a fault costs, wherever it strikes: the same command finishes the job, and kpis.csv is byte for byte the undisturbed one.

Most of it runs `mskflow run` in copies of this process, with a world of one clinic whose replications are known already, so that
every single write can be struck. What only real processes show (signals, workers that die) comes afterwards.
"""

import errno
import json
import os
import shutil
import signal
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import worlds
from faulty import KILL, Disk, in_child

import sim
from sim.analysis import figures
from sim.analysis.tables import Study
from sim.app import batch, cli, compose, publish, report, study, versions
from sim.app.api import kpis_table
from sim.app.comparator import alone
from sim.app.disk import PARTIAL
from sim.app.runs.folders import folders_in
from sim.app.runs.notes import notes_in
from sim.app.runs.verify import findings_in
from sim.app.store import Store, key_of
from sim.app.supervisor import supervise
from sim.app.sweep import command as sweep_command
from sim.app.sweep import work as sweep_work
from sim.app.sweep.expand import Expanded
from sim.app.sweep.point import Brief, SweepPoint
from sim.app.work import Keyed, Task, stored_form

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kills and /proc as Linux has them")
SECTION_7 = {"manifest.json", "kpis.csv", "comparison.csv", "waits.csv", "lists.csv", "staff.csv", "pathway.svg", "report.html",
             "events.parquet", "patients.parquet", "clinics.parquet"}
REPLICATIONS = 2


def scenario(slots: int, **run):
    """Two people a day; so many slots."""
    name = f"slots_{slots}"
    return sim.from_dict(worlds.world({"gp": worlds.clinic(slots)}, 40, a_day=2.0, name=name, title=name, compare_with="slots_1" if slots > 1 else None,
                                      run={"replications": REPLICATIONS, "progress": "json", "workers": 1, **run}))


ONE, TWO, THREE = scenario(1), scenario(2), scenario(3)
POINTS = (TWO, THREE)


class Case:
    """A command, ready to run in a copy of this process."""

    def __init__(self, words: tuple[str, ...], scenarios):
        self.words, self.scenarios = words, scenarios

    def main(self, out: Path) -> int:
        """The command itself; what takes long and writes nothing is known before."""
        batch.supervise = lambda _, tasks, workers, **__: supervise(f"{__name__}:known", tasks, 1)
        sweep_work.supervise = lambda work, tasks, workers, **__: supervise(work, tasks, 1)
        compose.compose = lambda *_, **__: self.scenarios[0].config | {"out": str(out)}
        study.beside = lambda config, *_: alone(config, ONE)
        sweep_command._checked = lambda *_: self._checked(out)
        publish.study_of, publish.svg_of = _study_of, lambda _: "<svg/>"
        publish._write_tables = lambda folder, made: [folder.write_csv(name, table) for name, table in (("kpis.csv", made.kpis), ("waits.csv", made.waits))]
        versions.versions = dict
        figures.drawings = lambda _: []
        report.render = lambda *_: "<html/>"
        return cli.main([*self.words, f"out={out}"])

    def _checked(self, out: Path):
        packed, briefs = [], []
        for number, one in enumerate(self.scenarios):
            config, keys, names = one.config | {"out": str(out)}, (key_of(ONE), key_of(one)), (ONE.name, one.name)
            said = SweepPoint(number, (), f"mskflow run {one.name}", config, ONE.config, (ONE.name, ONE.title), keys, names, f"{number}" * 16)
            packed.append(said.packed())
            briefs.append(Brief(number, keys, names, said.identity, REPLICATIONS, False))
        checker = sweep_command.Checker(None, (), Path(), (), ())
        checker.packed, checker.briefs, checker.first, checker.scenario = packed, briefs, self.scenarios[0].config | {"out": str(out)}, self.scenarios[0]
        return SimpleNamespace(plan=None, expanded=Expanded((), (), tuple((one.name,) for one in self.scenarios), True), ask=None, debug=False), checker


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


def _study_of(config, one, others, results, command, identity) -> Study:
    """The kpis as they are; the other tables are of no matter here."""
    frames = dict.fromkeys(("differences", "waits", "lists", "workforce", "staff", "flows", "services", "bands", "unit_costs"), pd.DataFrame({"a": [1]}))
    kpis = kpis_table({key[2]: result for key, result in results.items()}, [others.baseline.name, one.name])
    return Study(name=one.name, baseline=others.baseline.name, titles={}, questions={}, meta={"versions": {}, "git_commit": ""}, kpis=kpis, **frames)


RUN, SWEEP = Case(("run", "slots_2"), POINTS[:1]), Case(("run", "-m", "slots=2,3"), POINTS)


@pytest.fixture(scope="module", autouse=True)
def all_known():
    for one in (ONE, *POINTS):
        for r in range(REPLICATIONS):
            known(Keyed(Task((one,), r), (key_of(one),)))


def kpis(out: Path) -> dict[str, set[bytes]]:
    """Scenario -> what there is of kpis.csv."""
    found = {}
    for file in out.glob("*/*/kpis.csv"):
        found.setdefault(file.parent.parent.name, set()).add(file.read_bytes())
    return found


def files(out: Path) -> set[str]:
    """What lies in the folder, but for results folders."""
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if len(path.relative_to(out).parts) == 1 or path.relative_to(out).parts[0].startswith(".")}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Case -> its kpis.csv, what lies in its folder, and how many writes it makes."""
    found = {}
    for case in (RUN, SWEEP):
        out = tmp_path_factory.mktemp("undisturbed") / "results"
        ended = in_child(lambda case=case, out=out: case.main(out), disk := Disk(out))
        assert (ended.code, ended.err) == (0, ""), ended
        assert disk.folder == str(out) and sound(out) and len(kpis(out)) == len(case.scenarios)
        found[case] = kpis(out), files(out), ended.writes
    return found


def sound(out: Path, ended=None, midway: bool = False) -> bool:
    """Nothing is half written, and what was called done is there.

    `midway`: killed, it may be, after the parts of a results folder had got their names and before the folder had: a directory cannot be
    filled and named in one step.
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


@pytest.mark.parametrize("case, step", [(RUN, 1), (SWEEP, 3)], ids=["run", "sweep"])
def test_killed_at_every_write(case, step, undisturbed, tmp_path):
    writes = undisturbed[case][2]
    assert writes > 100
    for number in range(0, writes, step):
        out = tmp_path / str(number)
        ended = in_child(lambda out=out, number=number: case.main(out), Disk(out, number, KILL))
        assert ended.code == -signal.SIGKILL, (number, ended)
        assert sound(out, ended, midway=True)
        finishes(case, out, undisturbed)
        shutil.rmtree(out)


TROUBLES = [(errno.ENOSPC, True, "the disk is full"), (errno.ENOSPC, False, "the disk is full"), (errno.EROFS, True, "the disk is read-only"),
            (errno.EIO, False, "the disk has a fault"), (errno.EIO, True, "the disk has a fault"), (errno.EACCES, True, "permission is denied")]


@pytest.mark.parametrize("case, step", [(RUN, 3), (SWEEP, 7)], ids=["run", "sweep"])
def test_a_disk_that_fails_at_any_write_is_exit_5_and_one_sentence(case, step, undisturbed, tmp_path):
    there, lies, writes = undisturbed[case]
    codes = []
    for number in range(0, writes, step):
        out = tmp_path / str(number)
        how, stays, sentence = TROUBLES[number // step % len(TROUBLES)]
        ended = in_child(lambda out=out, number=number, how=how, stays=stays: case.main(out), Disk(out, number, how, stays))
        codes.append(ended.code)
        said = ended.err.splitlines()
        if ended.code == 0:     # what failed was of no consequence
            assert kpis(out) == there and not stays, (number, ended)
        else:
            assert ended.code == 5, (number, ended)
            assert said and all(line.startswith(("cannot write ", "point ", "this tries")) for line in said) and sentence in ended.err, (number, ended)
        assert sound(out, ended, midway=stays), number
        finishes(case, out, undisturbed)
        shutil.rmtree(out)
    assert codes.count(5) > 0.7 * len(codes)
