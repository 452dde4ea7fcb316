"""What happens within a day, moment by moment, at services that know the minute.

Between the moments at which all others act (the morning, the clinics, the evening) nobody but they does anything. So
they come to the next such moment in one go, and what it means for the rest of the pathway is carried out then, for all
people at once; in the log it stands as it happened.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.domain.words import LISTED
from sim.engine.log import EventLog
from sim.engine.moments import minute_of

if TYPE_CHECKING:
    from sim.engine.world import World

COLUMNS = ("day", "service", "event", "detail", "to", "rows", "since", "number", "minute")


class Notebook:
    """A log of what is carried out for many at once: each entry knows to whom it happened, in which order and when.

    `number` (patients,): of what happens to each now, in the order of today; `minute` (patients,): at which it does.
    """

    def __init__(self, people: int) -> None:
        self.number, self.minute = np.zeros(people, np.int64), np.zeros(people, np.int16)
        self.service = -1
        self._columns: list[tuple[Any, ...]] = []

    def add(
        self,
        day: int,
        service: int,
        event: int,
        detail: int | np.ndarray,
        to: int,
        rows: np.ndarray,
        since: int | np.ndarray,
    ) -> None:
        """As `EventLog.add`. Of who joins a list the minute is not known by that."""
        known = service == self.service and event != LISTED
        minute: Any = self.minute[rows] if known else -1
        self._columns.append((day, service, event, detail, to, rows, since, self.number[rows], minute))

    def at_minute(self, minute: int | np.ndarray) -> None:
        """As `EventLog.at_minute`."""
        self._columns[-1] = (*self._columns[-1][:-1], minute)

    def write_to(self, log: EventLog) -> None:
        """Everything, in the order in which it happened; what happened to somebody at once stays in order."""
        if not self._columns:
            return
        people = [len(one[5]) for one in self._columns]
        columns = {
            name: np.concatenate([np.broadcast_to(one, n) for one, n in zip(column, people, strict=True)])
            for name, column in zip(COLUMNS, zip(*self._columns, strict=True), strict=True)
        }
        self._columns = []
        order = columns["number"].argsort(kind="stable")
        log.add_each({name: column[order] for name, column in columns.items()})


class Today:
    """The calendar of today. `now`: the moment that it has come to."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._to_come: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self._number = 0
        self._now: float | None = None
        self._tell: list[Callable[[], None]] = []
        self._notebook: Notebook | None = None

    @property
    def now(self) -> float:
        """In days."""
        return self._world.env.now if self._now is None else self._now

    def next_number(self) -> int:
        """Of what happens now: later things have greater ones."""
        self._number += 1
        return self._number

    def at(self, when: float, do: Callable[[Any], None], what: Any) -> None:
        """`do(what)` at a moment; of what is at the same one, what was entered first."""
        self._number += 1
        heappush(self._to_come, (when, self._number, do, what))

    def tells(self, tell: Callable[[], None]) -> None:
        """A service says what it owes to the rest of the pathway whenever that is asked for."""
        self._tell.append(tell)

    def go_on(self, until: float) -> None:
        """Comes to a moment: everything before it has happened, and is known everywhere."""
        to_come = self._to_come
        while to_come and to_come[0][0] < until:
            self._now, _, do, what = heappop(to_come)
            do(what)
        for tell in self._tell:
            tell()
        self._now = None
        if self._notebook is not None:
            self._notebook.write_to(self._world.events)

    @contextmanager
    def noting(self, service: int, rows: np.ndarray, numbers: np.ndarray, parts: np.ndarray) -> Iterator[None]:
        """What is written to the log now is about `rows` (n,) and things with these `numbers` (n,), at `parts` (n,) of
        the day, at `service`."""
        world, log = self._world, self._world.log
        notebook = self._notebook = self._notebook or Notebook(world.n)
        notebook.service = service
        notebook.number[rows] = numbers
        notebook.minute[rows] = minute_of(parts)
        world.log = notebook
        yield
        world.log = log
