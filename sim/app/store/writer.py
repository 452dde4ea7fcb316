"""Puts replications into the store: each is on the disk, under its name and in the manifest, when `put` returns."""

import contextlib
import errno
import hashlib
import json
import os
import secrets
from io import FileIO
from pathlib import Path

from sim.app.store.disk import missing, remove_if_empty, sync_folder, synced, writing
from sim.app.store.key import model_version
from sim.app.store.lock import Busy, Lock
from sim.app.store.manifest import ASKED, BEGUN, FAILED, FORMAT, HEADER, SCENARIO, STORED, SUFFIX, Failed, line_of
from sim.app.store.merging import ASIDE, LOCK, has_leftovers, is_whole, merge, replace_whole
from sim.app.store.names import file_of
from sim.app.store.store import Damaged, Store
from sim.domain.scenario import Scenario

__all__ = ["Writer", "replace_whole"]

_NOT_KEPT = ("out", "report")
"""Keys of a configuration that say where results go and how they are told."""


class Writer:
    """Writes to a `Store`, which sees it at once. Any number of them may write to one folder at the same time.

    Each has a manifest of its own, and closing adds it to the common one, with those of writers that were killed.
    Raises `CannotWrite`. Nothing is made before the first thing is put.
    """

    def __init__(self, store: Store):
        self.store, self.folder = store, store.folder
        self._name = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._lock = Lock(self.folder / f"{self._name}{LOCK}")
        self._file: FileIO | None = None
        self._made: list[Path] = []
        self._described: set[str] = set()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    def put(self, scenario: Scenario, key: str, replication: int, data: bytes) -> None:
        """Stores a replication's Parquet bytes, and what the scenario is when it is new here."""
        self.describe(scenario, key)
        self._keep(
            {"is": STORED, "key": key, "replication": replication, "seed": scenario.run.seed},
            file_of(key, replication),
            data,
        )

    def describe(self, scenario: Scenario, key: str) -> None:
        """Stores what the scenario is, unless that is here whole."""
        if key in self._described:
            return
        try:
            self.store.described(key)
        except (KeyError, Damaged):
            described = json.dumps(_described(scenario, key), ensure_ascii=False).encode()
            self._keep(
                {"is": SCENARIO, "key": key, "name": scenario.name, "model": model_version()}, file_of(key), described
            )
        self._described.add(key)

    def mend(self) -> None:
        """Has the common manifest made anew by `close`, where it is damaged or lacks what a writer that
        was killed has stored."""
        if not is_whole(self.folder) or has_leftovers(self.folder):
            self._open()

    def fail(self, failed: Failed) -> None:
        """Records a replication that failed for good."""
        self._say({"is": FAILED, **vars(failed)})

    def begin(self, key: str, replication: int) -> None:
        """Tells others that it is being run, so that they take another; nothing hangs on it."""
        self._say({"is": BEGUN, "key": key, "replication": replication}, lasting=False)

    def ask(self, key: str, of: str, counts: list[list[int]]) -> None:
        """Records what services are asked for in the world `key`, the scenario `of` with room for everybody."""
        self._say({"is": ASKED, "key": key, "of": of, "counts": counts})

    def close(self) -> None:
        """Adds the manifest to the common one."""
        if self._file is None:
            return
        with writing(self.folder):
            try:
                with contextlib.suppress(Busy):  # then the next one who closes does it
                    merge(self.folder, self._name)
            finally:
                self._drop()

    def _open(self) -> FileIO:
        """The own manifest, made when it is first needed."""
        if self._file is None:
            with writing(self.folder):
                self._made = missing(self.folder.parent)
                try:
                    self._lock.take()
                    self._file = open(self.folder / f"{self._name}{SUFFIX}", "ab", buffering=0)
                    _append(self._file, {"is": HEADER, "format": FORMAT, "model": model_version()})
                    sync_folder(self.folder)
                except BaseException:
                    with contextlib.suppress(OSError):
                        (self.folder / f"{self._name}{SUFFIX}").unlink(missing_ok=True)
                    self._drop()
                    raise
        return self._file

    def _drop(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        self._lock.drop()
        remove_if_empty(self.folder, *self._made)

    def _say(self, said: dict, lasting: bool = True) -> None:
        file = self._open()
        with writing(self.folder / f"{self._name}{SUFFIX}"):
            _append(file, said)
            if lasting:
                synced(file)
        self.store.take(said, f"{self._name}{SUFFIX}")

    def _keep(self, said: dict, name: str, data: bytes) -> None:
        self._open()
        path, aside = self.folder / name, self.folder / f"{self._name}{ASIDE}"
        try:
            replace_whole(path, data, aside)
            self._say(said | {"file": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)})
        except BaseException:
            with contextlib.suppress(OSError):
                aside.unlink(missing_ok=True)
                self._forget(path)
            raise

    def _forget(self, path) -> None:
        """Removes a file that nothing says is there; another writer may have said so of the same one."""
        self.store.refresh()
        if all(
            entry.file != path.name for known in (self.store.entries, self.store.scenarios) for entry in known.values()
        ):
            path.unlink(missing_ok=True)


def _described(scenario: Scenario, key: str) -> dict:
    from sim.app.store.provenance import versions

    config = {name: value for name, value in scenario.config.items() if name not in _NOT_KEPT}
    return {
        "format": FORMAT,
        "key": key,
        "model": model_version(),
        "name": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "seed": scenario.run.seed,
        "scale": scenario.place.scale,
        "versions": versions(),
        "config": config,
    }


def _append(file: FileIO, said: dict) -> None:
    """A line at the end of an unbuffered file, whole or not counted."""
    line = line_of(said)
    if file.write(line) != len(line):  # the disk is full in the middle of a line: end it, so that the next one counts
        file.write(b"\n")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), os.path.dirname(file.name))
