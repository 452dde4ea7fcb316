"""A worker process that stays between tasks, so that the next one begins at once; one that is no longer wanted is
ended in the middle of its task."""

import pickle
from collections.abc import Callable
from multiprocessing import connection

from sim.app.running.supervisor import Given, Worker
from sim.app.running.task import Finished

_LOOK_SECONDS = 0.2


class Warm:
    """`work`: "package.module:function". For one thread at a time; `close` ends its process."""

    def __init__(self, work: str):
        self._work = work
        self._worker: Worker | None = None

    def start(self) -> Worker:
        """Its process, which imports what `work` needs while nobody waits for it."""
        if self._worker is None:
            self._worker = Worker(self._work)
        return self._worker

    def do(self, payload, wanted: Callable[[], bool] = lambda: True, limit_minutes: float | None = None):
        """`Finished`, or None where it was not `wanted` to its end. A crash is tried three times in all."""
        worker = self.start()
        worker.give(Given("", pickle.dumps(payload, 5)))
        while True:
            connection.wait([worker.pipe], _LOOK_SECONDS)
            if not wanted():
                self.close()
                return None
            outcome = worker.look(limit_minutes)
            if outcome is None:
                continue
            if worker.task is not None:  # it is dead
                self._worker = None
            if isinstance(outcome, Finished):
                return outcome
            worker = self.start()
            worker.give(outcome)

    def close(self) -> None:
        """Ends the process, whatever it does; the next task starts another."""
        if self._worker is not None:
            self._worker.bury(0)
            self._worker = None
