"""A worker process: one task after the other, until it is told to go or its parent is gone. Imports nothing heavy."""

import contextlib
import ctypes
import gc
import os
import pickle
import queue
import signal
import sys
import threading

from sim.app.running.task import described, named

READY = b""
_OOM_SCORE = 500  # of 1,000: as if it held half of the memory beside its own


def serve(pipe, work, parent):
    """A worker's whole life: one task after the other, until it is told to go or its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _die_with(parent)
    _die_first()
    inbox = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, inbox), daemon=True).start()
    with contextlib.suppress(Exception):  # told with the first task
        named(work)
    with contextlib.suppress(OSError):
        pipe.send_bytes(READY)  # the limit of a task does not count how long Python takes to start
    frozen = False
    while message := inbox.get():
        reply = _attempt(work, message)
        try:
            pipe.send_bytes(reply)
        except OSError:
            os._exit(1)
        if not frozen:  # what the imports have made stays: not to be looked through for garbage again and again
            gc.freeze()
            frozen = True


def _listen(pipe, inbox):
    """Reads the pipe also while a task runs: its end means that the parent has died."""
    try:
        while True:
            inbox.put(pipe.recv_bytes())
    except (EOFError, OSError):
        os._exit(1)


def _attempt(work, message) -> bytes:
    try:
        return pickle.dumps((named(work)(pickle.loads(message)), None), 5)
    except Exception as error:
        return pickle.dumps((None, described(error)), 5)


def _die_with(parent):
    """On Linux the kernel ends us with our parent, even inside a C call that never lets the listener run."""
    if parent is None or not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def _die_first():
    """On Linux, where memory runs out, the kernel ends a worker, whose task is run again, and not the run."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "r+") as file:
        file.write(str(max(int(file.read()), _OOM_SCORE)))
