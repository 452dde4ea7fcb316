"""Waiting lists: first in, first out, with people who left in between passed over.

An entry is (row, ticket). A person's ticket changes when they leave a list, so an entry with an old
ticket is nobody's: joining, leaving and being called cost the same however long the list is.
"""

import numpy as np

from sim.engine import kernels

_NOBODY = -1
"""A ticket that nobody has."""


class Fifo:
    """One class of one list, as growing columns. `tickets` (n,) is the world's column of live tickets."""

    def __init__(self, tickets: np.ndarray) -> None:
        self._live = tickets
        self._rows = np.empty(1024, np.intp)
        self._tickets = np.empty(1024, np.int32)
        self._head = self._tail = 0

    def begin(self, day: int) -> None:
        """Today is `day`, before anybody joins: the order stays as it is."""

    def push(self, rows: np.ndarray) -> None:
        """Join at the back, in the order given."""
        n = len(rows)
        if self._tail + n > len(self._rows):
            self._make_room(n)
        kernels.stand_behind(self._rows, self._tickets, self._tail, rows, self._live)
        self._tail += n

    def push_by_since(self, rows: np.ndarray, since: np.ndarray) -> None:
        """Join in the order of `since`, a column of everybody's (patients,): behind those who have waited as long."""
        here, rows = self.everyone(), rows[np.argsort(since[rows], kind="stable")]
        # Who was booked again stands behind others who joined later: nobody may pass those ahead of them.
        waited = np.maximum.accumulate(since[here])
        everyone = np.insert(here, waited.searchsorted(since[rows], "right"), rows)
        self._head = self._tail
        self.push(everyone)

    def everyone(self) -> np.ndarray:
        """Everybody still here, in order."""
        return self.peek(self._tail - self._head)

    def _make_room(self, n: int) -> None:
        used = self._tail - self._head
        size = max(1024, 2 * (used + n))
        for name in ("_rows", "_tickets"):
            old = getattr(self, name)
            fresh = np.empty(size, old.dtype)
            fresh[:used] = old[self._head : self._tail]
            setattr(self, name, fresh)
        self._head, self._tail = 0, used

    def peek(self, n: int) -> np.ndarray:
        """The first `n` people still here (fewer if there are fewer), in order, without calling them."""
        found, self._head = kernels.call_first(self._rows, self._tickets, self._live, (self._head, self._tail), n)
        return found

    def call(self, n: int) -> None:
        """Take the first `n` of the last `peek` off the list."""
        self._head += n

    def call_among(self, rows: np.ndarray) -> np.ndarray:
        """Take people off the list wherever they stand; returns those of `rows` who stood here, in order."""
        here = self.everyone()
        ours = np.isin(here, rows)
        # `everyone` has closed up over those who left, so places here are places there.
        self._tickets[self._head : self._head + len(here)][ours] = _NOBODY
        return here[ours]
