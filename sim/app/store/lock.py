"""A file that one process holds at a time."""

import contextlib
import os
import socket
from pathlib import Path

from sim.app.machine import hold, is_held, plain_file
from sim.app.store.disk import writing


class Busy(RuntimeError):
    """Another command that runs now holds these results."""

    exit_code = 3


class Lock:
    """A file that one process holds. The system lets go of it with the process, so a dead one's is free.

    `take` raises `Busy`, or `CannotWrite`. It returns False on a file system without locks (some clusters'): then
    two identical commands do each other's work twice, but harm nothing, since files only ever appear whole.
    """

    def __init__(self, path):
        self.path, self._file, self._stays = Path(path), None, False

    def take(self) -> bool:
        while True:
            with writing(self.path):
                os.makedirs(self.path.parent, exist_ok=True)
                there = os.path.lexists(self.path)
                try:
                    file = open(self.path, "a+b", buffering=0)
                except FileNotFoundError:  # another command has just tidied the folder away
                    continue
            try:
                certain = hold(file)
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
            self._file, self._stays = file, there and not certain  # it may be another's
            with contextlib.suppress(OSError):  # for the message above only
                file.truncate(0)
                file.write(f"process {os.getpid()} on {socket.gethostname()}\n".encode())
            return certain

    def drop(self) -> None:
        """Lets go, and removes the file; one that stays harms nobody."""
        if self._file is None:
            return
        # POSIX: first remove, while we hold it, else it might be the next holder's. Windows removes no open file.
        steps = (self._file.close,) if self._stays else (self.path.unlink, self._file.close)
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
        with plain_file(path) as file:
            return is_held(file)
    except OSError:
        return False
