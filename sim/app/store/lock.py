"""A file that one process holds at a time."""

import contextlib
import os
import socket
import sys
from pathlib import Path

from sim.app.store.disk import writing

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Busy(RuntimeError):
    """Another command that runs now holds these results."""

    exit_code = 3


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
                except FileNotFoundError:  # another command has just tidied the folder away
                    continue
            try:
                certain = _hold(file)
                if certain and not self._is(file):  # who had it has removed it meanwhile
                    file.close()
                    continue
            except BlockingIOError:
                file.seek(0)
                holder = file.read(200).decode("utf-8", "replace").strip() or "another process"
                file.close()
                raise Busy(
                    f"{self.path.with_suffix('')} is being written by {holder}; wait for it, or choose "
                    f"another folder with out=DIR"
                ) from None
            self._file = file
            with contextlib.suppress(OSError):  # for the message above only
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


def held(path) -> bool:
    """Whether a process holds the lock at `path` now; False also where nobody can know. Nothing is written."""
    try:
        with open(path, "rb") as file:
            return _is_held(file)
    except BlockingIOError:
        return True
    except OSError:
        return False


if sys.platform == "win32":
    _FAR = 1 << 30
    """Where it is locked: Windows keeps others from reading what is."""

    def _is_held(file) -> bool:
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
            return False
        except OSError:
            return True

    def _hold(file) -> bool:
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            raise BlockingIOError from None
        return True

else:

    def _is_held(file) -> bool:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False

    def _hold(file) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            raise
        except OSError:
            return False
