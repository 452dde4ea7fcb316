"""Faults for tests: a disk that fails, or a process that dies, at its n-th write; processes of a session of their own.

    ended = in_child(lambda: study.run(...), Disk(out, 7, KILL))
    ended = in_child(lambda: study.run(...), Disk(out, 7, errno.ENOSPC, stays=True))

A write is whatever changes a disk below a folder: to open a file for writing, to write to it (half of it is written,
then the fault comes), to sync, rename, remove or cut it, and to make or remove a folder.
"""

import builtins
import errno
import gc
import io
import json
import os
import re
import signal
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

KILL = "kill"
_CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_STILL_WORK = {errno.ENOSPC: ("unlink", "remove", "rmdir")}
"""What a disk still does that is full."""


class Disk:
    """Fails at the `number`-th write below `folder` (None: never, and `writes` counts them):
    by the death of this process, or with an errno. `stays`: and at all that follow; `once` else."""

    def __init__(self, folder, number: int | None = None, how=KILL, stays: bool = False):
        self.folder, self.number, self.how, self.stays = os.path.realpath(folder), number, how, stays
        self.failed = 0
        self.kinds: list[str] = []
        """Of each write so far: the call and the name of what it changes, numbers and random letters left out."""

    @property
    def writes(self) -> int:
        return len(self.kinds)

    def install(self) -> None:
        """For good: in a process that is made for it."""
        for name in (
            "replace",
            "rename",
            "unlink",
            "remove",
            "rmdir",
            "mkdir",
            "fsync",
            "open",
            "truncate",
            "ftruncate",
        ):
            setattr(os, name, self._counted(name, getattr(os, name)))
        builtins.open = io.open = self._opened(open)

    def reach(self, what: str, path) -> None:
        """A write is about to be made."""
        if not self._below(path):
            return
        self.kinds.append(f"{what} {self._kind(path)}")
        due = self.number is not None and (self.writes - 1 == self.number or (self.stays and self.writes > self.number))
        if due and what not in _STILL_WORK.get(self.how, ()):
            self.failed += 1
            self.fail(path)

    def fail(self, path) -> None:
        if self.how == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(self.how, os.strerror(self.how), None if isinstance(path, int) else os.fspath(path))

    def _below(self, path) -> bool:
        if isinstance(path, int):
            path = os.readlink(f"/proc/self/fd/{path}")
        path = os.path.abspath(os.fsdecode(path))
        return path == self.folder or path.startswith(self.folder + os.sep)

    def _kind(self, path) -> str:
        """Below the folder."""
        path = os.readlink(f"/proc/self/fd/{path}") if isinstance(path, int) else os.path.abspath(os.fsdecode(path))
        return re.sub(r"[0-9a-f]{8,}|[\d_-]*\d[\w-]*", "#", os.path.relpath(path, self.folder))

    def _counted(self, name, call):
        def made(path, *args, **keywords):
            if name == "open" and not (args and args[0] & _CHANGING):
                return call(path, *args, **keywords)
            folder = keywords.get("dir_fd")
            self.reach(
                name,
                path
                if folder is None or isinstance(path, int)
                else os.path.join(os.readlink(f"/proc/self/fd/{folder}"), os.fsdecode(path)),
            )
            return call(path, *args, **keywords)

        return made

    def _opened(self, plain):
        disk = self

        class File(io.FileIO):
            def write(self, data):
                before = disk.failed
                try:
                    disk.reach("write", self.fileno()) if disk.how != KILL else disk._half(self, data)
                except OSError:
                    if disk.failed == before + 1 and disk.how == errno.ENOSPC and len(data) > 1 and not disk.stays:
                        return super().write(memoryview(data)[: len(data) // 2])  # as much as there is room for
                    raise
                return super().write(data)

            def raw_write(self, data):
                return super().write(data)

            def truncate(self, size=None):
                disk.reach("truncate", self.fileno())
                return super().truncate(size)

        def opened(file, mode="r", buffering=-1, *more, **named):
            if not set(mode) & set("wax+") or isinstance(file, int) or not disk._below(file):
                return plain(file, mode, buffering, *more, **named)
            given = dict(zip(("encoding", "errors", "newline", "closefd", "opener"), more, strict=False)) | named
            disk.reach("open", file)
            raw = File(file, mode.replace("b", "").replace("t", ""), given.get("closefd", True), given.get("opener"))
            if buffering == 0:
                return raw
            whole = (io.BufferedRandom if "+" in mode else io.BufferedWriter)(raw)
            return (
                whole
                if "b" in mode
                else io.TextIOWrapper(whole, *(given.get(name) for name in ("encoding", "errors", "newline")))
            )

        return opened

    def _half(self, file, data) -> None:
        """Dies with half of it written."""
        if self.number is not None and self.writes == self.number and self._below(file.fileno()):
            file.raw_write(memoryview(data)[: len(data) // 2])
        self.reach("write", file.fileno())


@dataclass(frozen=True)
class Ended:
    """How a child ended (`code`: below 0 for a signal), what it said,
    and the kinds of writes it made (none if it was killed)."""

    code: int
    out: str
    err: str
    kinds: tuple[str, ...]

    @property
    def writes(self) -> int:
        return len(self.kinds)


class Child:
    """A copy of this process, which begins a session and does `work`; its value is the exit code (None: 0)."""

    def __init__(self, work, disk: Disk | None = None):
        self._files = [os.memfd_create(name) for name in ("out", "err", "writes")]
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if not self.pid:
            self._live(work, disk)

    def _live(self, work, disk) -> None:
        code = 70
        try:
            os.setsid()
            gc.disable()  # it would copy all memory for nothing
            for number, handler in (
                (signal.SIGINT, signal.default_int_handler),
                (signal.SIGTERM, signal.SIG_DFL),
                (signal.SIGALRM, signal.SIG_DFL),
            ):
                signal.signal(number, handler)
            signal.setitimer(signal.ITIMER_REAL, 0)
            for number, file in zip((1, 2), self._files, strict=False):
                os.dup2(file, number)
            sys.stdout, sys.stderr = (os.fdopen(number, "w", buffering=1, closefd=False) for number in (1, 2))
            os.fsync = lambda number: None  # a write is called done when it is asked for: no power fails here
            if disk is not None:
                disk.install()
            code = work() or 0
        except BaseException:
            traceback.print_exc()
        finally:
            with suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os.write(self._files[2], json.dumps(disk.kinds if disk else []).encode())
            os._exit(code)

    def wait(self, seconds: float = 120) -> Ended:
        """Its end; AssertionError if that does not come in time."""
        end = time.monotonic() + seconds
        while not (done := os.waitpid(self.pid, os.WNOHANG))[0]:
            if time.monotonic() > end:
                self.end()
                os.waitpid(self.pid, 0)
                raise AssertionError(f"it does not end in {seconds} s")
            time.sleep(0.002)
        said = []
        for number in self._files:
            os.lseek(number, 0, os.SEEK_SET)
            with os.fdopen(number, "rb") as file:
                said.append(file.read().decode())
        return Ended(os.waitstatus_to_exitcode(done[1]), said[0], said[1], tuple(json.loads(said[2] or "[]")))

    def end(self) -> None:
        """Kills all of its session."""
        for one in session(self.pid):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)


def in_child(work, disk: Disk | None = None, seconds: float = 120) -> Ended:
    """How `work` ends in a process of its own."""
    return Child(work, disk).wait(seconds)


def session(number: int) -> list[int]:
    """The processes of a session that still run."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == number and fields[0] not in "ZX":
                found.append(int(entry.name))
    return found


def until(true, seconds: float = 30, what: str = "it takes too long"):
    """Waits for it to be true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)
