"""A worker process: one task after the other, until it is told to go or its parent is gone. Imports nothing heavy."""

import contextlib
import os
import pickle
import queue
import threading

from sim.app.machine import die_first, die_with, ignore_ctrl_c
from sim.app.running import rubbish
from sim.app.running.task import described, named

READY = b""


def serve(pipe, work, parent):
    """A worker's whole life: one task after the other, until it is told to go or its parent is gone."""
    ignore_ctrl_c()
    die_with(parent)
    die_first()
    rubbish.seldom()
    inbox = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, inbox), daemon=True).start()
    with contextlib.suppress(Exception):  # told with the first task
        named(work)
    with contextlib.suppress(OSError):
        pipe.send_bytes(READY)  # the limit of a task does not count how long Python takes to start
    while message := inbox.get():
        reply = _attempt(work, message)
        try:
            pipe.send_bytes(reply)
        except OSError:
            os._exit(1)


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
