"""The one queue of what people have asked for: two workers that stay warm, each errand in turn, its state on disk."""

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sim.app.running.supervisor import cores
from sim.app.running.task import Finished
from sim.app.running.warm import Warm
from sim.app.running.work import Keyed
from sim.app.store import Store, Writer
from sim.app.web.errand import DONE, FAILED, RUNNING, STOPPED, WAITING, Errand, ErrandFiles, moved
from sim.app.web.line import Far, Numbers, WholeReport
from sim.app.web.work import WORK, Ready
from sim.domain.faults import Fault, ScenarioError

MOST_OPEN = 30
LIMIT_MINUTES = 15.0
"""For one replication, and for a report's tables and pictures."""
_WORKERS = 2


@dataclass
class _InHand:
    line: Numbers
    busy: int = 0
    alone: bool = field(default=False)  # a worker composes or writes: nothing else of it can be done meanwhile


class Errands:
    """`make`: what is to be run for an errand (it may raise `ScenarioError`); `out`: the folder of results."""

    def __init__(self, out: Path, files: ErrandFiles, make: Callable[[Errand], Numbers]):
        self.store, self._files, self._make = Store(out), files, make
        self._writer = Writer(self.store)
        self._lock = threading.Condition()
        self._known = {one.id: one for one in files.all()}
        self._turn = deque(one.id for one in self._known.values() if one.open)
        self._lines: dict[str, _InHand] = {}
        self._taken: set[tuple[str, int]] = set()
        self._closing, self._expected = False, 0
        self._threads = [
            threading.Thread(target=self._serve, args=(Warm(WORK),), daemon=True) for _ in range(min(cores(), _WORKERS))
        ]

    def start(self) -> None:
        for one in self._threads:
            one.start()

    def close(self) -> None:
        """Ends the workers in the middle of what they do; what is open stays open, and goes on at the next start."""
        with self._lock:
            self._closing = True
            self._lock.notify_all()
        for one in self._threads:
            one.join(5)
        with self._lock:
            self._writer.close()

    def all(self) -> list[Errand]:
        """The newest first."""
        with self._lock:
            return sorted(self._known.values(), key=lambda one: -one.created)

    def get(self, name: str) -> Errand | None:
        with self._lock:
            return self._known.get(name)

    def add(self, one: Errand) -> None:
        """To the end of the queue; `ScenarioError` where that is too long."""
        with self._lock:
            if len(self._turn) >= MOST_OPEN:
                right = "wait until some are done, or stop one"
                raise ScenarioError([Fault("queue", f"{MOST_OPEN} pieces of work are waiting", right)])
            self._files.keep(one)
            self._known[one.id] = one
            self._turn.append(one.id)
            self._lock.notify_all()

    def stop(self, name: str) -> None:
        """Ends it now; what it has stored stays."""
        with self._lock:
            if (one := self._known.get(name)) is not None and one.open:
                self._move(one, STOPPED)

    def go_on(self, name: str) -> None:
        """Takes up again what was stopped or has failed."""
        with self._lock:
            one = self._known.get(name)
            if one is not None and not one.open and one.state != DONE:
                self._move(one, WAITING)
                if name not in self._turn:
                    self._turn.append(name)
                self._lock.notify_all()

    def far(self, name: str) -> tuple[Far | None, int]:
        """How far it is, and how many are before it."""
        with self._lock:
            line = self._lines.get(name)
            before = self._turn.index(name) if name in self._turn else 0
            return (line.line.far(self.store) if line else None), before

    def read(self, wanted: Callable[[Store], object]):
        """Something from the store, while nobody writes to it."""
        with self._lock:
            return wanted(self.store)

    # --- the workers ----------------------------------------------------------------------------------------

    def expect(self, people: int) -> None:
        """A place of so many people is likely to be asked for: workers that have nothing to do load what that needs,
        while somebody fills in a form."""
        with self._lock:
            self._expected = max(self._expected, people)
            self._lock.notify_all()

    def _serve(self, warm: Warm) -> None:
        warm.start()
        loaded = 0
        try:
            while (found := self._next(loaded)) is not None:
                name, payload = found
                if isinstance(payload, Ready):
                    loaded = payload.people
                    warm.do(payload, lambda: not self._closing, LIMIT_MINUTES)
                    continue
                outcome = warm.do(payload, lambda name=name: self._wanted(name), LIMIT_MINUTES)
                loaded = loaded if outcome is not None else 0  # it was ended, and another begins
                with self._lock:
                    self._took(name, payload, outcome)
                    self._lock.notify_all()
                warm.start()
        finally:
            warm.close()

    def _wanted(self, name: str) -> bool:
        return not self._closing and self._known[name].open

    def _next(self, loaded: int) -> tuple[str, object] | None:
        """An errand and what is to be done for it now, or what is to be loaded beyond a place of `loaded` people; None
        when the page closes."""
        with self._lock:
            while not self._closing:
                for _ in range(len(self._turn)):
                    name = self._turn[0]
                    self._turn.rotate(-1)
                    payload = self._due(name)
                    if payload is not None:
                        return name, payload
                if self._expected > loaded:
                    return "", Ready(self._expected)
                self._lock.wait(1.0)
            return None

    def _due(self, name: str) -> object | None:
        one = self._known[name]
        if not one.open:
            self._turn.remove(name)
            return None
        held = self._lines.get(name)
        try:
            held = held or self._lines.setdefault(name, _InHand(self._make(one)))
        except ScenarioError as error:
            self._end(name, FAILED, str(error))
            return None
        except Exception as error:
            self._end(name, FAILED, f"it cannot be begun: {type(error).__name__}")
            return None
        if one.state == WAITING:
            self._move(one, RUNNING)
        if held.alone:
            return None
        payload = self._step(held)
        if payload is None and not held.busy and not held.line.left:
            self._end(name, DONE)
        held.busy += payload is not None
        return payload

    def _step(self, held: _InHand) -> object | None:
        line = held.line
        if isinstance(line, WholeReport) and (asked := line.compose()) is not None:
            held.alone = True
            return asked
        keyed = line.next(self.store, self._taken)
        if keyed is not None:
            self._taken.add((keyed.keys[0], keyed.task.replication))
            return keyed
        if isinstance(line, WholeReport) and not line.left and not held.busy:
            held.alone = True
            return line.publish()
        return None

    def _took(self, name: str, payload: object, outcome: Finished | None) -> None:
        """What a worker has brought; None where it was stopped."""
        held = self._lines.get(name)
        if isinstance(payload, Keyed):
            self._taken.discard((payload.keys[0], payload.task.replication))
        if held is not None:
            held.busy, held.alone = held.busy - 1, False
        if outcome is None:
            if not self._closing and not (held and held.busy):
                self._lines.pop(name, None)
            return
        if outcome.error is not None:
            if self._known[name].open:
                self._end(name, FAILED, _said(outcome))
            return
        try:
            self._keep(name, payload, outcome.result, held)
        except Exception as error:  # a disk that is full, most of all
            self._end(name, FAILED, str(error) or type(error).__name__)

    def _keep(self, name: str, payload: object, result, held: _InHand | None) -> None:
        if isinstance(payload, Keyed):
            (scenario,), (key,) = payload.task.scenarios, payload.keys
            self._writer.put(scenario, key, payload.task.replication, result[0])
            if held is not None:
                held.line.took()
        elif held is not None and isinstance(held.line, WholeReport):
            if isinstance(result, str):
                self._end(name, DONE, result="/".join(Path(result).parts[-2:]))
            else:
                held.line.composed(result)

    def _end(self, name: str, state: str, why: str = "", result: str = "") -> None:
        self._move(self._known[name], state, why, result)
        self._lines.pop(name, None)
        with contextlib.suppress(ValueError):
            self._turn.remove(name)

    def _move(self, one: Errand, state: str, why: str = "", result: str = "") -> None:
        self._known[one.id] = moved(one, state, why, result)
        with contextlib.suppress(OSError):  # a full disk: it goes on, and begins again after a new start
            self._files.keep(self._known[one.id])


def _said(outcome: Finished) -> str:
    """What went wrong in a worker: faults as they are told, else its kind."""
    error = outcome.error
    if error.type == "ScenarioError":
        return error.message
    if error.kind == "limit":
        return f"one replication took longer than {LIMIT_MINUTES:g} minutes: make the place smaller"
    return f"{error.type} in a worker process"
