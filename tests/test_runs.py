"""`mskflow runs`: what is finished is listed, shown and compared; nothing wrong stays unseen;
nothing in use is pruned."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from make_store import pair, results, stored
from scipy import stats

import sim
from sim.app import cli
from sim.app.configuration.leaves import differing
from sim.app.running.batch import Terms, complete, keyed
from sim.app.running.work import Keyed, Task, stored_form
from sim.app.store import Newer, Store, Writer, key_of
from sim.app.store import store as store_module
from sim.app.store.disk import PARTIAL
from sim.app.store.folder import sealed
from sim.app.store.manifest import ALL, Failed, line_of, said_in
from sim.app.store.rows import COLUMNS
from sim.app.store.unfinished import Unfinished
from sim.app.studies import load
from sim.app.studies.load import load_table
from sim.app.studies.runs import prune as prune_module
from sim.app.studies.runs.folders import folders_in
from sim.app.studies.runs.notes import notes_in
from sim.app.studies.runs.runs_asked import words_of
from sim.app.studies.runs.unpaired import unpaired
from sim.app.studies.runs.verify_runs import findings_in

ROOT = Path(__file__).resolve().parent.parent
OLD = ROOT / "tests" / "stores" / "0.1.0"
posix = pytest.mark.skipif(os.name == "nt", reason="kills as POSIX has them")
ONE, TWO = pair()
KEYS = {one.name: key_of(one) for one in (ONE, TWO)}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Two scenarios, two replications each, and a results folder of both. Not to be changed."""
    out = tmp_path_factory.mktemp("kept") / "results"
    results(out, ONE, TWO, stored(out, (ONE, TWO)))
    return out


@pytest.fixture
def out(kept, tmp_path):
    """The same, to be changed."""
    return Path(shutil.copytree(kept, tmp_path / "out é [1]*"))


class Quiet:
    """Nobody is told."""

    def done(self, scenario: str, replication: int) -> None:
        pass

    def failed(self, scenario: str, replication: int, why: str) -> None:
        raise AssertionError(why)


def files(out: Path) -> list[Path]:
    return sorted(path for path in out.rglob("*") if path.is_file())


def bytes_of(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files(out)}


def found(out: Path, damaged: bool = True):
    return [one for one in findings_in(out, folders_in(out), notes_in(out)) if one.damaged == damaged]


def told(capsys, *words) -> tuple[int, str]:
    capsys.readouterr()
    code = cli.main(["runs", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out + said.err


def folder_of(out: Path) -> Path:
    return folders_in(out)[0].path


# --- the words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words, fault",
    [
        (["lsit"], "did you mean 'list'"),
        (["show"], "name one"),
        (["show", "a", "b"], "name one"),
        (["compare", "a"], "name two"),
        (["list", "extra"], "write: mskflow runs list"),
        (["list", "unused=true"], "does not use it"),
        (["prune", "older_than_days=-1"], "no number of days"),
        (["prune", "versions=new"], "versions=old"),
        (["prune", "dry=yes"], "neither true nor false"),
        (["prune", "dry=true", "dry=true"], "given twice"),
        (["verify", "out="], "no value"),
    ],
)
def test_words_that_cannot_be_meant_are_faults(words, fault):
    with pytest.raises(sim.ScenarioError, match=fault):
        words_of(words)


def test_every_fault_of_the_words_is_told_at_once():
    with pytest.raises(sim.ScenarioError) as error:
        words_of(["prune", "one", "versions=2", "unused=maybe", "limit=3"])
    assert [fault.where for fault in error.value.faults] == ["runs prune", "versions", "unused", "limit"]


def test_runs_alone_lists(out, capsys):
    assert words_of([]).verb == "list"
    assert told(capsys, f"out={out}")[0] == 0


@pytest.mark.parametrize("verb", ["verify", "prune"])
def test_a_folder_that_is_not_there_is_not_whole(verb, tmp_path, capsys):
    assert cli.main(["runs", verb, f"out={tmp_path / 'resluts'}"]) == 2
    assert "there is no folder" in capsys.readouterr().err and list(tmp_path.iterdir()) == []


# --- the manifest of a results folder -------------------------------------------------------------------------


def test_the_manifest_names_every_other_file_with_its_checksum_and_its_own(out):
    import hashlib

    path = folder_of(out)
    text = (path / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert manifest["files"] == {
        name: hashlib.sha256((path / name).read_bytes()).hexdigest()
        for name in ("comparison.csv", "config/scenario.yaml", "kpis.csv")
    }
    without = re.sub(r',\n  "sha256": "[0-9a-f]{64}"\n}\n\Z', "\n}\n", text)
    assert hashlib.sha256(without.encode()).hexdigest() == manifest["sha256"]
    assert sealed(manifest) == text
    assert manifest["keys"] == KEYS


# --- verify ---------------------------------------------------------------------------------------------------


def test_what_is_whole_is_called_whole(out, capsys):
    assert told(capsys, "verify", f"out={out}") == (0, "whole: 4 replications of 2 scenarios, 1 results folder\n")


@settings(max_examples=150, deadline=None)
@given(some.data())
def test_a_flipped_bit_is_found_wherever_it_is(kept, data):
    path = data.draw(some.sampled_from(files(kept)))
    whole = path.read_bytes()
    place, bit = data.draw(some.integers(0, len(whole) - 1)), data.draw(some.integers(0, 7))
    flipped = bytearray(whole)
    flipped[place] ^= 1 << bit
    try:
        path.write_bytes(flipped)
        assert any(one.where == str(path) for one in found(kept))
    finally:
        path.write_bytes(whole)


def test_a_flipped_bit_of_a_manifest_of_the_store_is_found_at_every_place(kept):
    whole = (kept / ".store" / ALL).read_bytes()
    for place in range(len(whole)):
        flipped = whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :]
        assert None in [said_in(line) for line in flipped.splitlines(keepends=True)], place


@settings(max_examples=60, deadline=None)
@given(some.data())
def test_a_file_that_is_cut_short_or_too_long_or_gone_is_found(kept, data):
    path = data.draw(some.sampled_from(files(kept)))
    whole = path.read_bytes()
    what = data.draw(some.sampled_from(["cut", "longer", "gone"]))
    try:
        path.unlink()
        if what != "gone":
            path.write_bytes(
                whole[: data.draw(some.integers(0, len(whole) - 1))]
                if what == "cut"
                else whole + data.draw(some.binary(min_size=1, max_size=9))
            )
        assert found(kept)
    finally:
        path.write_bytes(whole)


def test_any_two_files_that_changed_places_are_found(kept):
    every = files(kept)
    for a in every:
        for b in every[: every.index(a)]:
            one, other = a.read_bytes(), b.read_bytes()
            a.write_bytes(other)
            b.write_bytes(one)
            named = {finding.where for finding in found(kept)}
            a.write_bytes(one)
            b.write_bytes(other)
            assert {str(a), str(b)} & named, (a, b)


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        "x.parquet",
        f"{'0' * 32}-000000.parquet",
        f"{KEYS['one_slot']}-000009.parquet",
        f"{KEYS['one_slot']}-0000001.parquet",
        f"{'1' * 32}.scenario",
        "folder/inside.txt",
    ],
)
def test_a_foreign_file_in_the_store_is_found(out, name):
    path = out / ".store" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((out / ".store" / f"{KEYS['one_slot']}-000000.parquet").read_bytes())
    (one,) = found(out)
    assert one.where == str(out / ".store" / name.partition("/")[0])


def test_a_whole_replication_of_another_store_is_foreign(out, tmp_path):
    other = sim.from_dict(worlds.world({"gp": worlds.clinic(3)}, 40, a_day=2.0, name="three_slots"))
    stored(tmp_path / "other", (other,), 1)
    name = f"{key_of(other)}-000000.parquet"
    shutil.copy(tmp_path / "other" / ".store" / name, out / ".store" / name)
    (one,) = found(out)
    assert one.where == str(out / ".store" / name) and "another store" in one.what


def test_a_line_that_says_a_file_is_another_is_found(out):
    """Its own checksum is right, and that of the file: only the file's inside tells."""
    path, key = out / ".store" / ALL, KEYS["one_slot"]
    lines = [said_in(line) for line in path.read_bytes().splitlines(keepends=True)]
    entries = {said["replication"]: said for said in lines if said["is"] == "stored" and said["key"] == key}
    entries[0]["sha256"], entries[0]["bytes"] = entries[1]["sha256"], entries[1]["bytes"]
    path.write_bytes(b"".join(map(line_of, lines)))
    shutil.copy(out / ".store" / entries[1]["file"], out / ".store" / entries[0]["file"])
    (one,) = found(out)
    assert one.where.endswith(entries[0]["file"]) and one.what == "it holds another replication"


def test_a_line_never_leads_out_of_the_store(out):
    path = out / ".store" / ALL
    lines = [said_in(line) for line in path.read_bytes().splitlines(keepends=True)]
    next(said for said in lines if said["is"] == "stored")["file"] = "../../secret"
    path.write_bytes(b"".join(map(line_of, lines)))
    assert all(Path(entry.file).name == entry.file for entry in Store(out).entries.values())
    assert any("line" in one.what for one in found(out))


@pytest.mark.parametrize(
    "name, what", [("extra.xlsx", "is not of this run"), ("config/more.yaml", "is not of this run")]
)
def test_a_foreign_file_in_a_results_folder_is_found(out, name, what):
    (folder_of(out) / name).write_text("mine")
    (one,) = found(out)
    assert one.what == what and one.where.endswith(name)


def test_a_folder_without_a_manifest_is_found_and_stories_are_none(out):
    (out / "integrated" / "2026-01-01_000000").mkdir(parents=True)
    (out / "stories" / "amina").mkdir(parents=True)
    (one,) = found(out)
    assert one.where.endswith("2026-01-01_000000") and one.what == "has no manifest.json"


def test_it_says_each_in_one_line_and_which_command_to_run_again(out, capsys):
    store = out / ".store"
    (store / f"{KEYS['two_slots']}-000001.parquet").unlink()
    (store / f"{KEYS['one_slot']}-000000.parquet").write_bytes(b"torn")
    code, said = told(capsys, "verify", f"out={out}")
    assert code == 4
    assert said.splitlines() == [
        *sorted(
            [
                f"{store}/{KEYS['two_slots']}-000001.parquet: is missing; the same command stores it again",
                (
                    f"{store}/{KEYS['one_slot']}-000000.parquet: is not as it was written; the same "
                    "command stores it again"
                ),
            ]
        ),
        "2 things are not as written",
        "run again:",
        "  mskflow run two_clinics pathway.services.gp.capacity.slots_per_day=2",
    ]


def test_what_belongs_to_an_unfinished_run_names_its_command(out, capsys):
    shutil.rmtree(out / "two_slots")
    with Unfinished(out, "run", "1a2b", ONE, "mskflow run one", keys=tuple(KEYS.values())) as note:
        note.begun()
    (out / ".store" / f"{KEYS['one_slot']}.scenario").unlink()
    code, said = told(capsys, "verify", f"out={out}")
    assert code == 4 and said.endswith("run again:\n  mskflow run one\n")
    (out / PARTIAL / "run-1a2b.unfinished").write_text("{")
    assert [one.what for one in found(out)][-1] == "the note of an unfinished run is torn"


@pytest.mark.parametrize("what", ["flipped", "gone", "cut"])
def test_the_same_command_repairs_whatever_it_was(out, what):
    before = bytes_of(out)
    for names in ((f"{KEYS['one_slot']}-000001.parquet", f"{KEYS['two_slots']}.scenario"), (ALL,)):
        for name in names:
            path = out / ".store" / name
            data = path.read_bytes()
            path.unlink()
            if what != "gone":
                path.write_bytes(data[:-9] + bytes([data[-9] ^ 4]) + data[-8:] if what == "flipped" else data[:-1])
        assert len(found(out)) >= len(names)
        assert complete(keyed((ONE, TWO), range(2)), Store(out), Quiet(), Terms(workers=1)) == []
        assert found(out) == [] and found(out, damaged=False) == []
        assert {name: data for name, data in bytes_of(out).items() if not name.endswith(ALL)} == {
            name: data for name, data in before.items() if not name.endswith(ALL)
        }


def test_what_cannot_be_read_is_exit_5(out, capsys, monkeypatch):
    bad, read = f"{KEYS['one_slot']}-000000.parquet", store_module.plain_bytes

    def fails(path, most):
        if path.name == bad:
            raise OSError(5, "Input/output error", str(path))
        return read(path, most)

    monkeypatch.setattr(store_module, "plain_bytes", fails)
    code, said = told(capsys, "verify", f"out={out}")
    assert code == 5 and f"{bad}: cannot be read: input/output error" in said


def test_while_another_command_writes_verify_finds_nothing_wrong(out):
    with Writer(Store(out)) as writer:
        writer.begin(KEYS["one_slot"], 7)
        (writer.folder / f"{writer._name}.aside").write_bytes(b"half")
        assert found(out) == [] and found(out, damaged=False) == []


# --- kills ----------------------------------------------------------------------------------------------------


def killed_at(number: int, work) -> bool:
    """Does `work` in a process that dies, at once, in its system call of that number; whether it did."""
    child = os.fork()
    if not child:
        left = [number]

        def counted(call):
            def made(*args, **keywords):
                left[0] -= 1
                if left[0] < 0:
                    os._exit(9)
                return call(*args, **keywords)

            return made

        try:
            for name in ("replace", "unlink", "fsync", "write", "rmdir"):
                setattr(os, name, counted(getattr(os, name)))
            work()
            os._exit(0)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9)
    return code == 9


@posix
def test_a_writer_killed_at_any_moment_leaves_a_store_that_verifies(kept, tmp_path):
    new = sim.from_dict(worlds.world({"gp": worlds.clinic(3)}, 40, a_day=2.0, name="three_slots"))
    other = stored_form(Keyed(Task((new,), 0), (key_of(new),)))[0]
    for number in range(100):
        out = Path(shutil.copytree(kept, tmp_path / str(number)))

        def work(out=out):
            with Writer(Store(out)) as writer:
                writer.put(new, key_of(new), 0, other)

        dead = killed_at(number, work)
        assert found(out) == [], number
        assert {(KEYS["two_slots"], 0), (KEYS["two_slots"], 1)} <= set(Store(out).entries)
        assert dead or (key_of(new), 0) in Store(out).entries
        work()  # again, without a kill
        assert cli.main(["runs", "prune", f"out={out}"]) == 0
        assert found(out) == [] and found(out, damaged=False) == []
        assert len(Store(out).entries) == 5
        if not dead:
            break
    assert not dead and number > 10


@posix
def test_a_prune_killed_at_any_moment_leaves_a_store_that_verifies_and_the_next_ends_it(kept, tmp_path):
    whole = Path(shutil.copytree(kept, tmp_path / "whole"))
    unused = sim.from_dict(worlds.world({"gp": worlds.clinic(3)}, 40, a_day=2.0, name="three_slots"))
    stored(whole, (unused,), 3)
    undisturbed = Path(shutil.copytree(whole, tmp_path / "undisturbed"))
    words = words_of(["prune", "unused=true", f"out={undisturbed}"])
    prune_module.run(words)
    for number in range(100):
        out = Path(shutil.copytree(whole, tmp_path / str(number)))
        dead = killed_at(number, lambda out=out: prune_module.run(replace(words, out=out)))
        assert found(out) == [], number
        prune_module.run(replace(words, out=out))
        assert bytes_of(out) == bytes_of(undisturbed), number
        if not dead:
            break
    assert not dead and number > 5


# --- prune ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mixed_kept(kept, tmp_path_factory):
    """Beside what the results folder uses: what an unfinished run uses, and what nobody does."""
    out = Path(shutil.copytree(kept, tmp_path_factory.mktemp("mixed") / "results"))
    mine, nobodys = (
        sim.from_dict(worlds.world({"gp": worlds.clinic(n)}, 40, a_day=2.0, name=f"slots_{n}")) for n in (3, 4)
    )
    stored(out, (mine,), 1)
    stored(out, (nobodys,), 3)
    with Unfinished(out, "run", "1a2b", mine, "mskflow run mine", keys=(key_of(mine),)) as note:
        note.begun()
    return out, key_of(mine), key_of(nobodys)


@pytest.fixture
def mixed(mixed_kept, tmp_path):
    out, mine, nobodys = mixed_kept
    return Path(shutil.copytree(out, tmp_path / "mixed é [1]*")), mine, nobodys


def test_it_says_first_what_goes_and_what_stays_and_dry_does_nothing(mixed, capsys):
    out, _, nobodys = mixed
    before = bytes_of(out)
    code, said = told(capsys, "prune", "unused=true", "dry=true", f"out={out}")
    assert code == 0 and bytes_of(out) == before
    assert re.search(
        r"would remove: 3 replications \([\d.]+ kB\), 1 scenario, 0 notes of unfinished runs, 0 files left", said
    )
    assert f"slots_4, {nobodys[:12]}: 3 replications" in said
    assert re.search(r"keeps: 5 replications \([\d.]+ kB\) of 3 scenarios, and every results folder", said)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.sampled_from([None, 0.0, 10.0]), some.sampled_from(["", "old"]), some.booleans(), some.booleans())
def test_what_is_used_stays_whatever_is_asked_and_twice_is_once(mixed, tmp_path, older, versions, unfinished, unused):
    whole, mine, nobodys = mixed
    out = tmp_path / "copy"
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(whole, out)
    long_ago = time.time() - 20 * 86_400
    os.utime(out / ".store" / f"{nobodys}-000001.parquet", (long_ago, long_ago))
    words = replace(
        words_of(["prune", f"out={out}"]),
        older_than_days=older,
        versions=versions,
        unfinished=unfinished,
        unused=unused,
    )
    prune_module.run(words)
    left = {key: [r for one, r in Store(out).entries if one == key] for key in (*KEYS.values(), mine, nobodys)}
    assert all(len(left[key]) == 2 for key in KEYS.values())
    asked = unused or versions or older is not None
    forgotten = unfinished and older != 10
    assert len(left[mine]) == (0 if asked and forgotten and not versions else 1)
    assert left[nobodys] == ([0, 1, 2] if versions or not asked else [0, 2] if older == 10 else [])
    assert len(notes_in(out)) == (0 if forgotten else 1)
    assert found(out) == []
    after = bytes_of(out)
    prune_module.run(words)
    assert bytes_of(out) == after


def test_those_of_other_versions_go(mixed, monkeypatch):
    out, mine, _ = mixed
    monkeypatch.setattr(prune_module, "model_version", lambda: "0.2.0+01234567")
    prune_module.run(words_of(["prune", "versions=old", f"out={out}"]))
    assert {key for key, _ in Store(out).entries} == {*KEYS.values(), mine}


def test_an_unfinished_run_that_does_not_say_what_is_its_own_keeps_everything(mixed, capsys):
    out, _, _ = mixed
    with Unfinished(out, "sweep", "3c4d", ONE, "mskflow run -m one") as note:
        note.begun()
    assert "does not say which" in told(capsys, "prune", "unused=true", f"out={out}")[1]
    assert len(Store(out).entries) == 8


def test_a_results_folder_that_cannot_be_read_keeps_everything(mixed, capsys):
    out, _, _ = mixed
    (folder_of(out) / "manifest.json").write_text("{")
    code, said = told(capsys, "prune", "unused=true", f"out={out}")
    assert code == 4 and "nobody knows what it was made from" in said
    assert len(Store(out).entries) == 8


def test_while_another_command_writes_nothing_is_pruned(mixed, capsys):
    out, _, nobodys = mixed
    with Writer(Store(out)) as writer:
        writer.begin(nobodys, 7)
        code, said = told(capsys, "prune", "unused=true", f"out={out}")
        assert code == 3 and "is being written by another command" in said
        assert told(capsys, "prune", "unused=true", "dry=true", f"out={out}")[0] == 0
    assert len(Store(out).entries) == 8
    with Unfinished(out, "run", "1a2b", ONE, "mskflow run one"):
        assert told(capsys, "prune", "unfinished=true", f"out={out}")[0] == 3
    assert len(notes_in(out)) == 1


def test_pruned_of_everything_nothing_is_left(tmp_path):
    out = tmp_path / "out"
    stored(out, (ONE,), 1)
    with Writer(Store(out)) as writer:
        writer.fail(Failed("f" * 32, "poison", 3, 7, "crash", "it crashed", 3))
    load_table(ONE, Store(out))
    prune_module.run(words_of(["prune", "unused=true", f"out={out}"]))
    assert not (out / ".store").exists()


def test_what_services_are_asked_for_is_simulated_once_a_store(tmp_path, monkeypatch):
    first, table = load_table(ONE), load_table(ONE, Store(tmp_path))
    monkeypatch.setattr(load, "simulate", None)
    assert table.equals(first) and load_table(ONE, Store(tmp_path)).equals(first)


# --- list, show, compare --------------------------------------------------------------------------------------


def test_an_empty_folder_says_what_to_do(tmp_path, capsys):
    assert told(capsys, f"out={tmp_path / 'none'}") == (
        0,
        f"nothing is finished in {tmp_path / 'none'}; to begin: mskflow run out={tmp_path / 'none'}\n",
    )


def test_the_list_is_a_line_a_folder_newest_first_then_the_store_then_what_is_unfinished(mixed, capsys):
    out, _, _ = mixed
    older = folder_of(out).with_name("2025-12-31_235959")
    shutil.copytree(folder_of(out), older)
    with Writer(Store(out)) as writer:
        writer.fail(Failed("f" * 32, "poison", 3, 7, "crash", "it crashed", 3))
    code, said = told(capsys, "list", f"out={out}")
    lines = said.splitlines()
    assert code == 0 and all(len(line) <= 100 for line in lines[1:4])
    assert lines[2].split()[:5] == ["5f0c6e1b", "2026-01-31", "14:05", "two_slots", "one_slot"]
    assert lines[3].split()[:3] == ["5f0c6e1b", "2025-12-31", "23:59"]
    assert "2 −20 (−20 to −20) capacity.slots_per_day=2" in " ".join(lines[2].split())
    assert re.fullmatch(r"The store: 8 replications of 4 scenarios, [\d.]+ kB, failed: 1", lines[4])
    assert lines[5] == f"  by mskflow {Store(out).described(KEYS['one_slot'])['model']}: 8 replications"
    assert lines[6] == "  failed: poison, replication 3, seed 7: it crashed"
    assert lines[7] == "unfinished, slots_3 with seed 7; this continues: mskflow run mine"


@pytest.mark.parametrize("which", ["ID", "path", "part of the path"])
def test_a_results_folder_is_shown_by_its_id_or_its_path(out, capsys, which):
    path = folder_of(out)
    word = {"ID": "5f0c6e", "path": path, "part of the path": f"two_slots/{path.name}"}[which]
    code, said = told(capsys, "show", word, f"out={out}")
    assert code == 0
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert lines[0] == "Is one slot a day enough?"
    assert (
        "seed 7" in lines
        and "compared with one_slot" in lines
        and "overrides pathway.services.gp.capacity.slots_per_day=2" in lines
    )
    assert any(re.fullmatch(r"days_to_definitive_care_median 20 0 −20 \(−20 to −20\) days", line) for line in lines)
    assert f"two_slots {KEYS['two_slots'][:12]} 0-1" in lines
    assert lines[-1].startswith("4 files, ") and lines[-1].endswith(
        ": comparison.csv, config/, kpis.csv, manifest.json"
    )


def test_a_stored_scenario_is_shown_by_its_key(out, capsys):
    with Writer(Store(out)) as writer:
        writer.fail(Failed(KEYS["one_slot"], "one_slot", 2, 7, "limit", "it took longer than 1 minute", 1))
    code, said = told(capsys, "show", KEYS["one_slot"][:8], f"out={out}")
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert code == 0 and f"key {KEYS['one_slot']}" in lines
    assert any(re.fullmatch(r"days_to_first_contact_median 20 \(20 to 20\) days", line) for line in lines)
    assert lines[-1] == "failed: one_slot, replication 2, seed 7: it took longer than 1 minute"


@pytest.mark.parametrize(
    "word, what",
    [("ffff", "no run in"), ("nonsense", "there is no such results folder"), ("ab", "there is no such results folder")],
)
def test_what_is_not_there_is_a_fault(out, capsys, word, what):
    code, said = told(capsys, "show", word, f"out={out}")
    assert code == 2 and what in said and len(said.splitlines()) == 1


def test_an_id_that_two_runs_share_is_a_fault_that_names_them(out, capsys):
    store = Store(out)
    results(out, ONE, TWO, store, identity="5f0c0000")
    code, said = told(capsys, "show", "5f0c", f"out={out}")
    assert code == 2 and "2 runs begin so; write more of it: 5f0c0000 (results), 5f0c6e1b9a7d (results)" in said


def test_two_that_met_the_same_people_are_paired(out, capsys, tmp_path):
    code, said = told(capsys, "compare", KEYS["one_slot"], KEYS["two_slots"], f"out={out}", f"csv={tmp_path / 'c.csv'}")
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert code == 0 and "pathway.services.gp.capacity.slots_per_day 1 2" in lines
    assert "They met the same people: paired over 2 replications that both have" in lines
    assert any(
        re.fullmatch(r"contacts_per_episode 0.50 1.00 \+0.50 \(\+0.50 to \+0.50\) contacts", line) for line in lines
    )
    with open(tmp_path / "c.csv", encoding="utf-8", newline="") as file:
        row = next(
            row
            for row in csv.DictReader(file)
            if (row["kpi"], row["group"]) == ("days_to_definitive_care_median", "all")
        )
    # Of 80 people half have been seen after the 40 days: the last of them on day 39, after 20 days.
    assert row == {
        "kpi": "days_to_definitive_care_median",
        "group": "all",
        "unit": "days",
        "a": "20.5",
        "b": "0.0",
        "difference": "-20.5",
        "ci_low": "-20.5",
        "ci_high": "-20.5",
        "replications": "2",
        "paired": "True",
    }


def test_a_results_folder_is_compared_with_what_is_stored(out, capsys):
    said = told(capsys, "compare", KEYS["one_slot"], folder_of(out), f"out={out}")[1]
    assert "paired over 2 replications" in said and "−20 (−20 to −20)" in said


def test_another_seed_or_other_people_are_not_paired_and_that_is_said(out, capsys):
    seed, people = (
        sim.from_dict(worlds.world({"gp": worlds.clinic(1)}, 40, a_day=2.0, name=f"other_{n}", **more))
        for n, more in enumerate(({"run": {"seed": 8}}, {"demand": {"population": 2000}}))
    )
    stored(out, (seed,))
    stored(out, (people,))
    said = told(capsys, "compare", KEYS["one_slot"], key_of(seed), f"out={out}")[1]
    assert "Warning: they have different seeds, 7 and 8" in said and "paired over" not in said
    assert (
        "Warning: they did not meet the same people"
        in told(capsys, "compare", KEYS["one_slot"], key_of(people), f"out={out}")[1]
    )


def test_a_configuration_that_was_changed_after_it_was_composed_is_not_paired(out, capsys):
    small = replace(ONE, place=replace(ONE.place, scale=0.5), name="half")
    stored(out, (small,))
    assert (
        "cannot be told from its configuration"
        in told(capsys, "compare", KEYS["one_slot"], key_of(small), f"out={out}")[1]
    )


def test_differences_of_what_shares_nothing_have_welchs_interval():
    rows = [("a", r, "k", "all", v, "days") for r, v in enumerate([1.0, 2.0, 3.0])] + [
        ("b", r, "k", "all", v, "days") for r, v in enumerate([2.0, 4.0, 6.0, 8.0])
    ]
    (row,) = unpaired(
        pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "group", "value", "unit"]), "b", "a"
    ).itertuples()
    freedom = 2.0**2 / ((1 / 3) ** 2 / 2 + (20 / 12) ** 2 / 3)  # squared standard errors 1/3 and 5/3, 2 together
    half = stats.t.ppf(0.975, freedom) * 2.0**0.5
    assert (row.baseline, row.scenario, row.difference) == (2.0, 5.0, 3.0)
    assert [row.ci_low, row.ci_high] == pytest.approx([3 - half, 3 + half])


@given(
    some.dictionaries(
        some.sampled_from("abc"),
        some.one_of(some.integers(), some.dictionaries(some.sampled_from("xyz"), some.integers())),
    ),
    some.dictionaries(
        some.sampled_from("abc"),
        some.one_of(some.integers(), some.dictionaries(some.sampled_from("xyz"), some.integers())),
    ),
)
def test_two_configurations_differ_where_they_are_not_equal(one, other):
    there, back = differing(one, other), differing(other, one)
    assert (there == []) == (one == other)
    assert sorted(there) == sorted((key, after, before) for key, before, after in back)


def test_values_of_starting_lists_are_not_shown(out, capsys):
    private = replace(TWO, config={**TWO.config, "start": {"lists": {"gp": {"waiting": {"0": 47114711}}}}})
    path = results(
        out, ONE, private, Store(out), command="mskflow run mine start.lists.gp.waiting.0=47114711", identity="bbbb"
    )
    manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    (path / "manifest.json").write_text(
        sealed(manifest | {"overrides": ["start.lists.gp.waiting.0=47114711"]}), encoding="utf-8"
    )
    for words in (["list"], ["show", "bbbb"], ["compare", "5f0c", "bbbb"]):
        code, said = told(capsys, *words, f"out={out}")
        assert code == 0 and "47114711" not in said
        assert "start.lists" in said


# --- old stores, and later ones -------------------------------------------------------------------------------


def test_a_store_of_0_1_0_is_listed_shown_and_verified_and_its_values_are_known(tmp_path, capsys):
    out = Path(shutil.copytree(OLD, tmp_path / "old"))
    store = Store(out)
    names = {store.described(key)["name"]: key for key in store.scenarios}
    assert sorted(names) == ["one_slot", "two_slots"] and len(store.entries) == 4
    assert (
        json.loads((out / ".store" / ALL).read_text(encoding="utf-8").splitlines()[0].partition(" ")[2])["format"] == 1
    )
    for name, contacts, days in (("one_slot", 0.5, 15.0), ("two_slots", 1.0, 0.0)):
        for replication in store.replications(names[name]):
            kpis = {(kpi, group): value for kpi, group, value, _ in store.read(names[name], replication).kpis}
            assert kpis["contacts_per_episode", "all"] == contacts
            assert kpis["days_to_first_contact_median", "all"] == days
            assert tuple(store.table(names[name], replication).column_names) == COLUMNS
    assert told(capsys, "verify", f"out={out}") == (0, "whole: 4 replications of 2 scenarios, 1 results folder\n")
    assert "5f0c6e1b  2026-01-31 14:05" in told(capsys, "list", f"out={out}")[1]
    for word in ("5f0c", names["one_slot"]):
        assert told(capsys, "show", word, f"out={out}")[0] == 0
    assert (
        "pathway.services.gp.capacity.slots_per_day"
        in told(capsys, "compare", names["one_slot"], names["two_slots"], f"out={out}")[1]
    )


def test_a_store_of_a_later_format_is_refused_in_one_line(out, capsys):
    path = out / ".store" / ALL
    _, *rest = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(line_of({"is": "header", "format": 2, "model": "9.0.0"}) + b"".join(rest))
    for words in (["list"], ["verify"], ["prune", "unused=true"], ["show", KEYS["one_slot"]]):
        code, said = told(capsys, *words, f"out={out}")
        assert code == 3 and len(said.splitlines()) == 1 and "9.0.0" in said
    with pytest.raises(Newer):
        Store(out)


# --- the page -------------------------------------------------------------------------------------------------


def page() -> str:
    return (ROOT / "docs" / "store.md").read_text(encoding="utf-8")


def test_the_page_has_every_column():
    table = page().partition("<!-- columns -->\n")[2].partition("\n\n")[0].splitlines()[2:]
    assert tuple(re.search("`(.+?)`", line)[1] for line in table) == COLUMNS


def test_the_page_reads_the_store_as_it_says(kept, tmp_path):
    shutil.copytree(kept, tmp_path / "results")
    pytest.importorskip("duckdb")
    for code in re.findall(r"(?ms)^```python\n(.*?)^```$", page()):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "one_slot" in done.stdout and "20.5" in done.stdout
