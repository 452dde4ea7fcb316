"""The event log: the only record of a run. Appended in batches, turned into columns once at the end."""

from collections.abc import Mapping, Sequence
from itertools import repeat

import numpy as np

COLUMNS = {
    "day": np.int32,
    "row": np.int32,
    "service": np.int8,
    "event": np.int8,
    "detail": np.int16,
    "to": np.int8,
    "since": np.int32,
    "episode": np.int16,
}
ROOM = 4096
AT_ONCE = 512
"""Batches that are written down together."""


class EventLog:
    """Batches of people to whom the same happens on a day: what differs from person to person (row, detail, since) is
    written into columns that grow, many batches at once; the rest is kept once a batch.

    Few batches have a minute, so the minutes lie beside them: number of the batch -> minute of the day. Few people have
    a second episode, so who begins one lies beside them too: (events so far, rows).
    """

    def __init__(self) -> None:
        self._row, self._detail, self._since = (np.empty(ROOM, COLUMNS[name]) for name in ("row", "detail", "since"))
        self._events = self._written = 0
        self._fresh: list[tuple[np.ndarray, int | np.ndarray, int | np.ndarray]] = []  # rows, detail, since
        self._batches: list[tuple[int, int, int, int, int]] = []  # day, service, event, to, people
        self._minutes: dict[int, int | np.ndarray] = {}
        self._begun_again: list[tuple[int, np.ndarray]] = []

    def __len__(self) -> int:
        return len(self._batches)

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
        """One batch: `rows` (n,); `detail` and `since` one for all or one each (n,). None of them is changed later."""
        self._events += len(rows)
        self._batches.append((day, service, event, to, len(rows)))
        self._fresh.append((rows, detail, since))
        if len(self._fresh) == AT_ONCE:
            self._write_down()

    def _write_down(self) -> None:
        """What was added since the last time goes into the columns."""
        if not self._fresh:
            return
        if self._events > len(self._row):
            self._make_room(self._events)
        rows, details, sinces = zip(*self._fresh, strict=True)
        self._fresh = []
        people = np.array([len(one) for one in rows])
        here = slice(self._written, self._events)
        np.concatenate(rows, out=self._row[here], casting="unsafe")
        _lay_out(details, people, self._detail[here])
        _lay_out(sinces, people, self._since[here])
        self._written = self._events

    def _make_room(self, end: int) -> None:
        for name in ("_row", "_detail", "_since"):
            old = getattr(self, name)
            fresh = np.empty(2 * end, old.dtype)
            fresh[: len(old)] = old
            setattr(self, name, fresh)

    def begin_again(self, rows: np.ndarray) -> None:
        """A further episode of these people begins with the next event of theirs."""
        self._begun_again.append((self._events, rows))

    def at_minute(self, minute: int | np.ndarray) -> None:
        """The last batch happened at `minute` 0-1439: one for all, or one each (n,)."""
        self._minutes[len(self._batches) - 1] = minute

    def add_each(self, columns: Mapping[str, np.ndarray]) -> None:
        """People (n,) to each of whom something else happens: a batch each. `columns` as `add` has them, each (n,), and
        `minute`, -1 where it is not known."""
        first, n, minute = len(self._batches), len(columns["rows"]), columns["minute"]
        self._events += n
        batches = (columns[name].tolist() for name in ("day", "service", "event", "to"))
        self._batches.extend(zip(*batches, repeat(1, n), strict=False))
        self._fresh.append((columns["rows"], columns["detail"], columns["since"]))
        known = np.flatnonzero(minute >= 0)
        self._minutes.update(zip((known + first).tolist(), minute[known].tolist(), strict=True))

    def columns(self) -> dict[str, np.ndarray]:
        """Columns of equal length, in the order written.

        `day` int32, `row` int32 (row of the patient), `service` int8 (-1 none), `event` int8, `detail` int16,
        `to` int8 (place a `moved` leads to), `since` int32 (day on which the wait that ends here began),
        `episode` int16; and `minute` int16 (-1 where only the day is known), if it is known anywhere.
        """
        self._write_down()
        batches = np.array(self._batches, np.int32).reshape(-1, 5)
        people = batches[:, 4]

        def column(name: str, number: int) -> np.ndarray:
            return np.repeat(batches[:, number].astype(COLUMNS[name]), people)

        columns = {
            "day": column("day", 0),
            "row": self._row[: self._events].copy(),
            "service": column("service", 1),
            "event": column("event", 2),
            "detail": self._detail[: self._events].copy(),
            "to": column("to", 3),
            "since": self._since[: self._events].copy(),
            "episode": self._episodes(),
        }
        if self._minutes:
            columns["minute"] = minute = np.full(self._events, -1, np.int16)
            ends = np.cumsum(people)
            for number, at in self._minutes.items():
                minute[ends[number] - people[number] : ends[number]] = at
        return columns

    def _episodes(self) -> np.ndarray:
        """(events,) int16: how many further episodes of theirs people have begun by each event."""
        row, episode = self._row[: self._events], np.zeros(self._events, np.int16)
        if not self._begun_again:
            return episode
        people = np.concatenate([rows for _, rows in self._begun_again]).astype(np.int64)
        first = np.repeat([events for events, _ in self._begun_again], [len(rows) for _, rows in self._begun_again])
        bits = max(self._events, 1).bit_length()
        begun = np.sort((people << bits) | first)
        again = np.zeros(int(max(row.max(initial=0), people.max(initial=0))) + 1, bool)
        again[people] = True
        theirs = again[row].nonzero()[0]
        whose = row[theirs].astype(np.int64) << bits
        episode[theirs] = begun.searchsorted(whose | theirs, "right") - begun.searchsorted(whose, "left")
        return episode


def _lay_out(given: Sequence[int | np.ndarray], people: np.ndarray, column: np.ndarray) -> None:
    """Fills `column` (n,) with what was given for each batch: one for all of its `people` (batches,), or one each."""
    each = [isinstance(one, np.ndarray) for one in given]
    column[:] = np.repeat(np.array([0 if own else one for one, own in zip(given, each)], column.dtype), people)
    if any(each):
        theirs = [one for one in given if isinstance(one, np.ndarray)]
        column[np.repeat(np.array(each), people)] = np.concatenate(theirs)
