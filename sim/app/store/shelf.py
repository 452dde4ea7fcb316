"""Completed replications of an unfinished plan, so that the same command goes on where it was stopped.

They lie under DIR/.partial/<identity>/, one file each. A file says whose it is and carries its own checksum: one
that is torn, flipped, moved or not ours counts as absent. Nothing read here can run code.
"""

import hashlib
import io
import json
import os
import re
from pathlib import Path

import numpy as np

from sim.app.machine import plain_file
from sim.app.store.disk import PARTIAL, missing, remove_if_empty, sync_folder, synced, writing
from sim.app.store.lock import Lock

_MAGIC = b"mskflow replication 1\n"
_SUFFIX, _ASIDE = ".replication", ".aside"
_ARRAY, _TREE = "$array", "tree"


class Shelf:
    """The completed replications of one run, under `out`/.partial/`identity`/.

    Opening it takes its lock: raises `Busy` where the same run is going on, `CannotWrite` where nothing can be
    written, ValueError for an identity that is no plain word. A key is a string, a number or a tuple of them. As a
    context manager it closes, and keeps what it holds for the next time.
    """

    def __init__(self, out, identity: str):
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", identity):
            raise ValueError(f"identity is '{identity}'; it has letters, digits, _ . and - only, 100 at most")
        self.identity, self._partial = identity, Path(out) / PARTIAL
        self.folder = self._partial / identity
        self._lock = Lock(self._partial / f"{identity}.lock")
        with writing(self._partial):
            self._made = missing(out)
            self._lock.take()
            for left in _inside(self.folder, _ASIDE):  # from a process that was killed while it wrote
                left.unlink(missing_ok=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    def has(self, key) -> bool:
        """Whether the replication is here, whole and ours."""
        return self._read(key) is not None

    def get(self, key):
        """The result as it was put; raises KeyError where `has` is False."""
        result = self._read(key)
        if result is None:
            raise KeyError(key)
        return result

    def put(self, key, result: dict) -> None:
        """Stores `result`, durably when this returns.

        `result`: a dict with string keys of numbers, strings, None, lists, dicts and numpy arrays of plain types.
        Raises TypeError for anything else, `CannotWrite`.
        """
        if not isinstance(result, dict):
            raise TypeError(f"a result is a dict, not {type(result).__name__}")
        arrays = {}
        tree = {"identity": self.identity, "key": key, "result": _plain(result, arrays, "result")}
        body = io.BytesIO()
        np.savez(body, **{_TREE: np.frombuffer(json.dumps(tree).encode(), np.uint8)}, **arrays)
        path, data = self._path(key), body.getvalue()
        aside = path.with_name(f"{path.name}.{os.getpid()}{_ASIDE}")
        with writing(path):
            os.makedirs(self.folder, exist_ok=True)
            try:
                with open(aside, "wb") as file:
                    file.write(_MAGIC + _checksum(data) + data)
                    synced(file)
                os.replace(aside, path)
                sync_folder(self.folder)
            except BaseException:
                aside.unlink(missing_ok=True)
                raise

    def close(self) -> None:
        """Lets the next command have it; an empty one leaves nothing behind."""
        remove_if_empty(self.folder)
        self._lock.drop()
        remove_if_empty(self._partial, *self._made)

    def discard(self) -> None:
        """The run is finished: removes all that is held, and closes."""
        with writing(self.folder):
            for file in _inside(self.folder, _SUFFIX):
                file.unlink(missing_ok=True)
        self.close()

    def _path(self, key) -> Path:
        # A hash: scenarios may be called anything, also what no file may be called.
        return self.folder / (hashlib.sha256(json.dumps(key).encode()).hexdigest()[:40] + _SUFFIX)

    def _read(self, key):
        try:
            with plain_file(self._path(key)) as file:
                data = file.read()
        except OSError:
            return None
        head = len(_MAGIC)
        body = data[head + 65 :]
        if data[:head] != _MAGIC or data[head : head + 65] != _checksum(body):
            return None
        try:
            with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
                tree = json.loads(arrays[_TREE].tobytes())
                if tree["identity"] != self.identity or tree["key"] != json.loads(json.dumps(key)):
                    return None
                return _restored(tree["result"], arrays)
        except Exception:  # a checksum is no proof of origin: whatever cannot be read is not ours
            return None


def _inside(folder, suffix):
    return [path for path in folder.iterdir() if path.name.endswith(suffix)] if folder.is_dir() else []


def _checksum(data) -> bytes:
    return hashlib.sha256(data).hexdigest().encode() + b"\n"


def _plain(value, arrays, where):
    """`value` as JSON can hold it exactly; its arrays move to `arrays`, a reference stays."""
    if type(value) is np.ndarray:  # a masked array, say, would lose its mask
        if value.dtype.hasobject:
            raise TypeError(f"{where} is an array of Python objects; give a list, or codes")
        name = f"a{len(arrays)}"
        arrays[name] = value
        return {_ARRAY: name}
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, list):
        return [_plain(part, arrays, f"{where}[{place}]") for place, part in enumerate(value)]
    if isinstance(value, dict) and all(isinstance(key, str) and key != _ARRAY for key in value):
        return {key: _plain(part, arrays, f"{where}.{key}") for key, part in value.items()}
    raise TypeError(f"{where} is a {type(value).__name__}, which cannot be stored as it is")


def _restored(value, arrays):
    if isinstance(value, list):
        return [_restored(part, arrays) for part in value]
    if isinstance(value, dict):
        if _ARRAY in value:
            return arrays[value[_ARRAY]]
        return {key: _restored(part, arrays) for key, part in value.items()}
    return value
