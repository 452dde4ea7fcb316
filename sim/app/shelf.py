"""Completed replications of an unfinished run, so that the same command goes on where it was stopped.

They lie under DIR/.partial/<identity>/, one file each. A file says whose it is and carries its own checksum: one
that is torn, flipped, moved or not ours counts as absent. Nothing read here can run code.
"""

import contextlib
import errno
import hashlib
import io
import json
import os
import re
import socket
from pathlib import Path

import numpy as np

try:
    import fcntl
except ImportError:   # Windows
    import msvcrt

PARTIAL = ".partial"
_MAGIC = b"mskflow replication 1\n"
_SUFFIX, _ASIDE = ".replication", ".aside"
_ARRAY, _TREE = "$array", "tree"
_SENTENCES = {
    errno.ENOSPC: "the disk is full", errno.EDQUOT: "the disk quota is used up", errno.EROFS: "the disk is read-only",
    errno.EACCES: "permission is denied", errno.EPERM: "permission is denied",
    errno.ENOTDIR: "a file is in the place of a folder", errno.EEXIST: "a file is in the place of a folder",
    errno.ENAMETOOLONG: "the name is too long", errno.EIO: "the disk has a fault",
}


class CannotWrite(OSError):
    """A file or folder that cannot be written; `str` is one sentence that says where and why."""

    def __str__(self) -> str:
        why = _SENTENCES.get(self.errno) or (self.strerror or "unknown reason").lower()
        return f"cannot write {self.filename}: {why}"


class Busy(RuntimeError):
    """Another command that runs now holds these results."""


@contextlib.contextmanager
def writing(path):
    """Turns an OSError inside into `CannotWrite`, with `path` where the error itself names none."""
    try:
        yield
    except CannotWrite:
        raise
    except OSError as error:
        raise CannotWrite(error.errno or 0, error.strerror or str(error), os.fspath(error.filename or path)) from error


def synced(file) -> None:
    """What was written to `file` is on the disk when this returns."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(path) -> None:
    """The names in a folder are on the disk when this returns (Windows does that by itself)."""
    if os.name == "nt":
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def missing(path) -> list:
    """Those of `path` and the folders around it that do not exist yet, the innermost first."""
    return [folder for folder in (Path(path), *Path(path).parents) if not folder.exists()]


def remove_if_empty(*folders) -> None:
    """Removes those of `folders` that hold nothing, the innermost given first."""
    for folder in folders:
        with contextlib.suppress(OSError):
            os.rmdir(folder)


class Lock:
    """A file that one process holds. The system lets go of it with the process, so a dead one's is free.

    `take` raises `Busy`, or `CannotWrite`. It returns False on a file system without locks (some clusters'): then
    two identical commands do each other's work twice, but harm nothing, since files only ever appear whole.
    """

    def __init__(self, path):
        self.path, self._file = Path(path), None

    def take(self) -> bool:
        while True:
            with writing(self.path):
                os.makedirs(self.path.parent, exist_ok=True)
                try:
                    file = open(self.path, "a+b", buffering=0)
                except FileNotFoundError:   # another command has just tidied the folder away
                    continue
            try:
                certain = _hold(file)
                if certain and not self._is(file):   # who had it has removed it meanwhile
                    file.close()
                    continue
            except BlockingIOError:
                file.seek(0)
                holder = file.read(200).decode("utf-8", "replace").strip() or "another process"
                file.close()
                raise Busy(f"{self.path.with_suffix('')} is being written by {holder}; wait for it, or choose "
                           f"another folder with out=DIR") from None
            self._file = file
            with contextlib.suppress(OSError):   # for the message above only
                file.truncate(0)
                file.write(f"process {os.getpid()} on {socket.gethostname()}\n".encode())
            return certain

    def drop(self) -> None:
        """Lets go, and removes the file; one that stays harms nobody."""
        if self._file is None:
            return
        # POSIX: first remove, while we hold it, else it might be the next holder's. Windows removes no open file.
        steps = (self.path.unlink, self._file.close)
        for step in reversed(steps) if os.name == "nt" else steps:
            with contextlib.suppress(OSError):
                step()
        self._file = None

    def _is(self, file) -> bool:
        try:
            return os.path.samestat(os.fstat(file.fileno()), os.stat(self.path))
        except FileNotFoundError:
            return False


def _hold(file) -> bool:
    if os.name == "nt":
        file.seek(1 << 30)   # Windows keeps others from reading what is locked
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            raise BlockingIOError from None
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        raise
    except OSError:
        return False


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
            for left in _inside(self.folder, _ASIDE):   # from a process that was killed while it wrote
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
            data = self._path(key).read_bytes()
        except OSError:
            return None
        head = len(_MAGIC)
        body = data[head + 65:]
        if data[:head] != _MAGIC or data[head:head + 65] != _checksum(body):
            return None
        try:
            with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
                tree = json.loads(arrays[_TREE].tobytes())
                if tree["identity"] != self.identity or tree["key"] != json.loads(json.dumps(key)):
                    return None
                return _restored(tree["result"], arrays)
        except Exception:   # a checksum is no proof of origin: whatever cannot be read is not ours
            return None


def _inside(folder, suffix):
    return [path for path in folder.iterdir() if path.name.endswith(suffix)] if folder.is_dir() else []


def _checksum(data) -> bytes:
    return hashlib.sha256(data).hexdigest().encode() + b"\n"


def _plain(value, arrays, where):
    """`value` as JSON can hold it exactly; its arrays move to `arrays`, a reference stays."""
    if type(value) is np.ndarray:   # a masked array, say, would lose its mask
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
