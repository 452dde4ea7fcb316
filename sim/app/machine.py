"""What one machine has and another has not: locks, signals, accounts of time, letters. Nothing else here needs POSIX.

Imports nothing heavy: a worker process and the help of the command line begin with it.
"""

import codecs
import contextlib
import os
import signal
import stat
import sys
import time
from importlib import import_module
from typing import Any


def _there(name: str) -> Any:
    """A module of Python's own that not every system has; None where it is not."""
    try:
        return import_module(name)
    except ImportError:
        return None


fcntl, resource = _there("fcntl"), _there("resource")  # not on Windows
msvcrt = _there("msvcrt")  # on Windows only

_FAR = 1 << 30
"""Where Windows locks a file: it keeps others from reading what is locked."""
_OOM_SCORE = 500  # of 1,000: as if it held half of the memory beside its own
_SPELLED = {"−": "-", "–": "-", "…": "...", "·": "-", "“": '"', "”": '"', "’": "'", "‘": "'", "£": "GBP ", "\xa0": " "}
_SPELLED |= {"→": "->", "←": "<-", "≤": "<=", "≥": ">=", "×": "x", "—": "-"}
_SPELLING = "mskflow.spelled"


# --- files ------------------------------------------------------------------------------------------------------


class NotPlain(OSError):
    """A pipe, a device or a socket, which may never end, in the place of a file."""


def plain_file(path):
    """A file open for reading bytes; `NotPlain` at once where there is no plain one, however long that would go on."""
    file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0)))
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise NotPlain(0, "it is not a plain file", os.fspath(path))
    return file


def plain_bytes(path, most: int) -> bytes:
    """What a plain file holds; `NotPlain` also of one with more than `most` bytes, which is not of our making."""
    with plain_file(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise NotPlain(0, f"it is larger than {most:,} bytes", os.fspath(path))
    return data


def hold(file) -> bool:
    """Locks an open file until its process ends; BlockingIOError where another does; False without locks here."""
    if msvcrt is not None:
        _lock_far(file, msvcrt.LK_NBLCK)
        return True
    try:
        return fcntl is not None and fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB) is None
    except BlockingIOError:
        raise
    except OSError:
        return False


def is_held(file) -> bool:
    """Whether another process holds an open file; False also where nobody can know, or OSError."""
    try:
        if msvcrt is not None:
            _lock_far(file, msvcrt.LK_NBLCK)
            _lock_far(file, msvcrt.LK_UNLCK)
        elif fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _lock_far(file, how: int) -> None:
    file.seek(_FAR)
    try:
        msvcrt.locking(file.fileno(), how, 1)
    except OSError:
        raise BlockingIOError from None


# --- processes --------------------------------------------------------------------------------------------------


def cpu_seconds() -> float:
    """Of this process and, where the system counts them, of those that it has started and that have ended."""
    if resource is None:
        return time.process_time()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def cores() -> int:
    """Those that this process may use (a scheduler may have given it fewer than there are)."""
    if hasattr(os, "process_cpu_count"):
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def without_ctrl_c():
    """Ctrl-C is held back, also from a process that is started inside; nothing where a system cannot do that."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # to start it lets signals through again
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def ignore_ctrl_c() -> None:
    """It goes to a whole group of processes, of which the parent decides."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def alarm(seconds: float) -> None:
    """SIGALRM then, and each second from then on; 0: no more of them. Nothing where there is no such signal."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0 if seconds else 0.0)


def die_with(parent: int | None) -> None:
    """On Linux the kernel ends us with our parent, even inside a C call that never lets a listener run."""
    if parent is None or not sys.platform.startswith("linux"):
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def die_first() -> None:
    """On Linux, where memory runs out, the kernel ends this process, whose task is run again, and not the run."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "r+") as file:
        file.write(str(max(int(file.read()), _OOM_SCORE)))


def confine(memory: int, seconds: int) -> None:
    """From now on this process has so many bytes and so many seconds of processor time, writes no file and leaves no
    core; nothing of it where a system cannot limit them."""
    if resource is None:
        return
    limits = {"RLIMIT_AS": memory, "RLIMIT_CPU": seconds, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0}
    for name, most in limits.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):  # a system may know fewer, or allow less
            resource.setrlimit(getattr(resource, name), (most, most))


def lives(process: int) -> bool:
    """Whether there is such a process (0, our own group, always is); True where nobody can know."""
    if os.name == "nt":  # there, to ask is to kill
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


# --- letters ----------------------------------------------------------------------------------------------------


def spelled(words: str, encoding: str) -> str:
    """The same in letters that the encoding has, which on Windows may be few."""
    return words.encode(encoding, _SPELLING).decode(encoding)


def speak(*streams) -> None:
    """What a stream has no letter for is spelled from now on: a minus sign must not end a run that is finished."""
    for stream in streams:
        with contextlib.suppress(AttributeError, ValueError, OSError):  # of a notebook, or closed
            stream.reconfigure(errors=_SPELLING)


def _nearest_letters(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = "".join(_SPELLED.get(letter, "?") for letter in error.object[error.start : error.end])
    return letters, error.end


codecs.register_error(_SPELLING, _nearest_letters)
