"""Stopping a command: SIGTERM and Ctrl-C as exceptions that nothing can swallow."""

import contextlib
import signal
import sys
import threading

from sim.app.machine import alarm

_AGAIN_SECONDS = 4.0  # after a stop that something has swallowed; to clear up takes less


class Stopped(KeyboardInterrupt):
    """SIGTERM came. A KeyboardInterrupt, so that nobody takes it for a task's own exception or exit."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C came. Where KeyboardInterrupt itself passes through an `exec` of text (a dataclass that is being made),
    Python ends with the signal whatever the exit code."""


@contextlib.contextmanager
def stoppable():
    """Inside, SIGTERM raises `Stopped` as Ctrl-C raises KeyboardInterrupt (in the main thread only),
    and neither can be lost.

    What a signal raises is swallowed where it strikes inside a finaliser or a weak reference's callback;
    then it is raised again.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came, told = [], sys.unraisablehook

    def stop(number, frame):
        came.append(number)
        if hasattr(signal, "SIGALRM"):
            before.setdefault(signal.SIGALRM, signal.signal(signal.SIGALRM, lambda _, frame: stop(came[0], frame)))
        alarm(_AGAIN_SECONDS)
        raise Stopped("stopped by SIGTERM") if number == signal.SIGTERM else Interrupted("stopped by Ctrl-C")

    def swallowed(unraisable):
        if came and issubclass(unraisable.exc_type, KeyboardInterrupt):
            alarm(0.01)  # not here: it would be swallowed with the rest of the finaliser
        else:
            told(unraisable)

    # Whoever has Ctrl-C ignored (nohup) or answers it in another way keeps that.
    heard = [signal.SIGTERM] + [signal.SIGINT] * (signal.getsignal(signal.SIGINT) is signal.default_int_handler)
    before = {number: signal.signal(number, stop) for number in heard}
    sys.unraisablehook = swallowed
    try:
        yield
    finally:
        if came:
            alarm(0)
        sys.unraisablehook = told
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
