"""The store by itself: what was put is there after any kill, whoever else writes; readers see whole files only."""

import hashlib
import json
import os
import random
import signal
import sys
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
import worlds
from faulty import Child
from hypothesis import example, given
from hypothesis import strategies as some

import sim
from sim.app.running import batch
from sim.app.running.batch import Terms, complete, keyed
from sim.app.running.task import Finished
from sim.app.store import Damaged, Failed, Store, Writer, key_of, lock, merging
from sim.app.store.manifest import ALL, SUFFIX, Tail, line_of, said_in

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kills and /proc as Linux has them")
SCENARIOS = [sim.from_dict(worlds.world({"gp": worlds.clinic(slots)}, 5, name=f"slots_{slots}")) for slots in (1, 2)]
KEYS = [key_of(one) for one in SCENARIOS]


@pytest.fixture(autouse=True)
def no_power_fails(monkeypatch):
    """A sync costs a hundred times what the rest does, and shows only where the power fails."""
    monkeypatch.setattr(os, "fsync", lambda number: None)


def bytes_of(key: str, replication: int) -> bytes:
    """The same for the same replication, whoever runs it."""
    return hashlib.sha256(f"{key} {replication}".encode()).digest() * (1 + replication % 3)


def put(writer: Writer, which: int, replication: int) -> tuple[str, int]:
    writer.put(SCENARIOS[which], KEYS[which], replication, bytes_of(KEYS[which], replication))
    return KEYS[which], replication


def fail(writer: Writer, which: int, replication: int) -> None:
    writer.fail(Failed(KEYS[which], SCENARIOS[which].name, replication, 7, "crash", "why", 3, 1.0))


def killed(writer: Writer) -> None:
    """As the system leaves it: files are closed, locks are free, nothing is cleared up."""
    if writer._file is not None:
        writer._file.close()
        writer._lock._file.close()


def holds(store: Store, stored: set, failed: set = frozenset()) -> bool:
    """Whether it knows these and no others, and each is whole."""
    assert set(store.entries) == stored and set(store.failed) == failed
    assert all(store.data(*place) == bytes_of(*place) for place in stored)
    assert set(store.scenarios) == {key for key, _ in stored} and all(
        store.described(key)["key"] == key for key in store.scenarios
    )
    assert store.torn == {}
    return True


STEP = some.tuples(
    some.integers(0, 2),
    some.sampled_from(["put", "put", "put", "fail", "begin", "close", "kill", "torn"]),
    some.integers(0, 1),
    some.integers(0, 5),
)


@example(
    [
        (0, "put", 0, 0),
        (1, "fail", 0, 0),
        (0, "kill", 0, 0),
        (2, "put", 1, 3),
        (1, "close", 0, 0),
        (2, "torn", 0, 0),
        (2, "kill", 0, 0),
    ]
)
@given(some.lists(STEP, max_size=25))
def test_whatever_several_writers_do_in_whatever_order(tmp_path_factory, steps):
    out = tmp_path_factory.mktemp("store")
    writers, stored, failed, watching = [Writer(Store(out)) for _ in range(3)], set(), set(), Store(out)
    for who, what, which, replication in steps:
        writer, place = writers[who], (KEYS[which], replication)
        if what == "put":
            stored.add(put(writer, which, replication))
            failed.discard(place)
        elif what == "fail" and place not in stored:
            fail(writer, which, replication)
            failed.add(place)
        elif what == "begin":
            writer.begin(*place)
        elif what == "torn" and writer._file is not None:  # in the middle of a line it is killed
            writer._file.write(
                line_of({"is": "stored", "key": KEYS[0], "replication": 99, "file": "x", "sha256": "", "bytes": 0})[:-9]
            )
            killed(writer)
            writers[who] = Writer(Store(out))
        elif what in ("close", "kill"):
            (writer.close if what == "close" else lambda writer=writer: killed(writer))()
            writers[who] = Writer(Store(out))
        watching.refresh()
        assert set(watching.entries) == stored and all(watching.whole(*place) for place in stored)
    assert holds(Store(out), stored, failed)
    for writer in writers:
        writer.close()
    with Writer(Store(out)) as last:
        last.mend()
    assert holds(Store(out), stored, failed)
    left = {path.name for path in (out / ".store").iterdir()} if (out / ".store").exists() else set()
    assert left - {ALL} == {f"{key}-{r:06}.parquet" for key, r in stored} | {f"{key}.scenario" for key, _ in stored}


@linux
@pytest.mark.parametrize("seed", [1, 2])
def test_processes_that_write_at_once_and_are_killed(seed, tmp_path):
    def work(number: int, told: int):
        chance = random.Random(10 * seed + number)
        while True:
            with Writer(Store(tmp_path)) as writer:
                for _ in range(chance.randrange(1, 6)):
                    key, replication = put(writer, chance.randrange(2), chance.randrange(150))
                    os.write(told, f"{key} {replication}\n".encode())

    chance, (hear, told) = random.Random(seed), os.pipe()
    children = [Child(lambda number=number: work(number, told)) for number in range(4)]
    os.close(told)
    watching, ends = Store(tmp_path), time.monotonic() + 0.5
    try:
        for child in children:
            while time.monotonic() < ends:
                watching.refresh()
                assert all(watching.data(*place) == bytes_of(*place) for place in list(watching.entries)[-20:])
                fresh = Store(tmp_path)
                assert set(fresh.entries) >= set(watching.entries)
            os.kill(child.pid, signal.SIGKILL)
            assert child.wait().code == -signal.SIGKILL
            ends += chance.uniform(0.1, 0.3)
    finally:
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
    with os.fdopen(hear) as file:
        durable = {(line.split()[0], int(line.split()[1])) for line in file}
    watching.refresh()
    store = Store(tmp_path)
    assert len(durable) > 40 and set(store.entries) == set(watching.entries) >= durable
    with Writer(Store(tmp_path)) as last:
        last.mend()
    assert holds(Store(tmp_path), set(store.entries))
    assert [path.name for path in (tmp_path / ".store").iterdir() if path.suffix not in (".parquet", ".scenario")] == [
        ALL
    ]


@linux
def test_put_returns_when_all_is_on_the_disk_in_this_order(tmp_path, monkeypatch):
    steps, replace = [], os.replace
    monkeypatch.setattr(
        os, "fsync", lambda number: steps.append(("sync", Path(os.readlink(f"/proc/self/fd/{number}")).name))
    )
    monkeypatch.setattr(os, "replace", lambda old, new: (steps.append(("rename", Path(new).name)), replace(old, new)))
    with Writer(Store(tmp_path)) as writer:
        put(writer, 0, 0)
        steps.clear()
        put(writer, 0, 1)
        name = writer._name
        assert steps == [
            ("sync", f"{name}.aside"),
            ("rename", f"{KEYS[0]}-000001.parquet"),
            ("sync", ".store"),
            ("sync", f"{name}{SUFFIX}"),
        ]


def test_a_manifest_that_is_cut_anywhere_keeps_the_lines_that_are_whole(tmp_path):
    writer = Writer(Store(tmp_path))
    for replication in range(3):
        put(writer, 0, replication)
    killed(writer)
    manifest = next((tmp_path / ".store").glob(f"*{SUFFIX}"))
    whole = manifest.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == 10]
    for cut in range(0, len(whole), 7):
        manifest.write_bytes(whole[:cut])
        store = Store(tmp_path)
        assert set(store.entries) == {
            (KEYS[0], r) for r in range(3) if ends[r + 2] <= cut
        }  # after the header and the scenario
        assert store.torn == {}  # it may be being written
    manifest.write_bytes(whole[: ends[3] - 5])
    with Writer(Store(tmp_path)) as later:
        put(later, 0, 7)
    assert holds(Store(tmp_path), {(KEYS[0], 0), (KEYS[0], 7)})


@given(some.data())
def test_a_line_with_any_byte_changed_is_no_line(data):
    line = bytearray(
        line_of(
            {
                "is": "stored",
                "key": KEYS[0],
                "replication": data.draw(some.integers(0, 10**6)),
                "file": "a.parquet",
                "sha256": "0" * 64,
                "bytes": 5,
            }
        )
    )
    assert said_in(bytes(line)) is not None
    place = data.draw(some.integers(0, len(line) - 1))
    line[place] ^= data.draw(some.integers(1, 255))
    assert said_in(bytes(line)) is None


def test_a_line_in_which_two_writes_ran_together_costs_only_itself(tmp_path):
    lines = [line_of({"is": "begun", "key": KEYS[0], "replication": r}) for r in range(3)]
    (tmp_path / "x.manifest").write_bytes(lines[0] + lines[1][:20] + b"\n" + lines[2])
    tail = Tail(tmp_path / "x.manifest")
    assert [said["replication"] for said in tail.news()] == [0, 2] and tail.torn == 1


def test_a_lock_that_a_dead_process_left_holds_nobody_up_and_goes(tmp_path):
    (tmp_path / ".store").mkdir()
    for name in ("123-abcdef.lock", "merging.lock"):
        (tmp_path / ".store" / name).write_text("process 123 on elsewhere\n")
    with Writer(Store(tmp_path)) as writer:
        place = put(writer, 0, 0)
    assert holds(Store(tmp_path), {place})
    assert not list((tmp_path / ".store").glob("*.lock"))


def test_on_a_disk_without_locks_nothing_is_lost(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(lock, "hold", lambda file: False)
        one, other = Writer(Store(tmp_path)), Writer(Store(tmp_path))
        stored = {put(one, 0, 0), put(other, 0, 0), put(other, 1, 4)}
        one.close()
        stored |= {put(other, 0, 5)}
        other.close()
        assert holds(Store(tmp_path), stored)
        assert (
            len(list((tmp_path / ".store").glob(f"*{SUFFIX}"))) == 2
        )  # nobody knows whether somebody writes: each keeps its own
    with Writer(Store(tmp_path)) as later:
        later.mend()
    assert holds(Store(tmp_path), stored) and [path.name for path in (tmp_path / ".store").glob(f"*{SUFFIX}")] == [ALL]


def test_a_failed_write_leaves_the_store_as_it_was_and_what_others_put(tmp_path, monkeypatch):
    mine, theirs = Writer(Store(tmp_path)), Writer(Store(tmp_path))
    put(mine, 0, 0)
    place = put(theirs, 0, 1)
    before = {path.name: path.read_bytes() for path in (tmp_path / ".store").iterdir()}
    for replication in (1, 2):  # one that another writer has, one that nobody has
        with monkeypatch.context() as patch, pytest.raises(OSError, match="the disk has a fault"):
            patch.setattr(
                merging,
                "sync_folder",
                lambda folder: (_ for _ in ()).throw(OSError(5, "Input/output error", str(folder))),
            )
            put(mine, 0, replication)
    assert {path.name: path.read_bytes() for path in (tmp_path / ".store").iterdir()} == before
    mine.close()
    theirs.close()
    assert holds(Store(tmp_path), {(KEYS[0], 0), place})


def test_what_is_damaged_is_never_handed_out(tmp_path):
    with Writer(Store(tmp_path)) as writer:
        key, replication = put(writer, 0, 1)
    file = tmp_path / ".store" / f"{key}-{replication:06}.parquet"
    whole = file.read_bytes()
    for torn in (whole[:-1], whole + b"x", b"", bytes([whole[0] ^ 1]) + whole[1:]):
        file.write_bytes(torn)
        assert not Store(tmp_path).whole(key, replication)
        with pytest.raises(Damaged):
            Store(tmp_path).data(key, replication)
    file.unlink()
    assert Store(tmp_path).has(key, replication) and not Store(tmp_path).whole(key, replication)


class Nobody:
    def done(self, scenario: str, replication: int) -> None:
        pass

    def failed(self, scenario: str, replication: int, why: str) -> None:
        raise AssertionError(why)


def test_memory_does_not_grow_with_the_number_of_runs(tmp_path, monkeypatch):
    size = 20_000

    def here(work, tasks, workers, **_):
        for number, asked in tasks:
            yield Finished(
                number, tuple(json.dumps([key, asked.task.replication]).encode().ljust(size) for key in asked.keys)
            )

    monkeypatch.setattr(batch, "supervise", here)
    peaks = {}
    for runs in (50, 200, 2000):  # the first warms up
        tracemalloc.start()
        store = Store(tmp_path / str(runs))
        assert (
            complete(
                iter(keyed(SCENARIOS[:1], range(runs)))
                if runs < 100
                else (one for r in range(runs) for one in keyed(SCENARIOS[:1], [r])),
                store,
                Nobody(),
                Terms(workers=1),
            )
            == []
        )
        peaks[runs] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(store.entries) == runs
    a_run = (peaks[2000] - peaks[200]) / 1800
    assert a_run < 2_000, f"{a_run:.0f} bytes a run: more than an entry of the index"
