"""Ctrl-C for this process alone, while a launcher's processes are at work beside it.

A terminal sends Ctrl-C to everybody in front of it, and what a launcher has started answers with its own tracebacks.
Processes inherit which signals are blocked, so it is blocked here, and a thread listens for it.
"""

import contextlib
import signal
import threading
from collections.abc import Iterator

_LOOK_SECONDS = 0.5


@contextlib.contextmanager
def ctrl_c_is_ours() -> Iterator[None]:
    """Inside, what is started never hears Ctrl-C: it ends as its sweep does. This process answers it as before.

    Nothing changes outside of the main thread, where Ctrl-C is ignored (nohup), or where a system cannot wait for a
    signal.
    """
    answer = signal.getsignal(signal.SIGINT)
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or not callable(answer) or not hasattr(signal, "sigtimedwait"):
        yield
        return
    main, over = threading.get_ident(), threading.Event()

    def listen() -> None:
        while not over.is_set():
            if signal.sigtimedwait({signal.SIGINT}, _LOOK_SECONDS) is not None:
                signal.pthread_kill(main, signal.SIGUSR1)  # wakes whatever the main thread waits for

    before = signal.signal(signal.SIGUSR1, lambda _, frame: answer(signal.SIGINT, frame))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield
    finally:
        over.set()
        listener.join()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGUSR1, signal.SIG_DFL if before is None else before)
