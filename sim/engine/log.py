"""The event log: the only record of a run. Appended in batches, turned into columns once at the end."""

from collections.abc import Mapping, Sequence

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
Batch = tuple[int, int, int, int, np.ndarray, int | np.ndarray, int | np.ndarray]
"""Day, service, event, to, rows (n,); and detail and since, one for all or one each (n,)."""


class EventLog:
    """Batches of people to whom the same happens on a day: what differs from person to person (row, detail, since) is
    written into columns that grow, many batches at once; the rest is kept once a batch.

    Few batches have a minute, so the minutes lie beside them: number of the batch -> minute of the day. Few people have
    a second episode, so who begins one lies beside them too: (events so far, rows).
    """

    def __init__(self) -> None:
        self._row, self._detail, self._since = (np.empty(ROOM, COLUMNS[name]) for name in ("row", "detail", "since"))
        self._events = self._numbered = 0
        self._fresh: list[Batch] = []
        self._batches: list[np.ndarray] = []  # (batches, 5) each: day, service, event, to, people
        self._minutes: dict[int, int | np.ndarray] = {}
        self._begun_again: list[tuple[int, np.ndarray]] = []

    def __len__(self) -> int:
        return self._numbered + len(self._fresh)

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
        self._fresh.append((day, service, event, to, rows, detail, since))
        if len(self._fresh) == AT_ONCE:
            self._write_down()

    def _write_down(self) -> None:
        """What was added since the last time goes into the columns."""
        if not self._fresh:
            return
        *same, rows, details, sinces = zip(*self._fresh, strict=True)
        self._fresh = []
        people = np.array([len(one) for one in rows])
        self._batches.append(np.array([*same, people], np.int32).T)
        self._numbered += len(people)
        here = self._room_for(int(people.sum()))
        np.concatenate(rows, out=self._row[here], casting="unsafe")
        _lay_out(details, people, self._detail[here])
        _lay_out(sinces, people, self._since[here])

    def _room_for(self, n: int) -> slice:
        """Where in the columns `n` more events go."""
        begin, self._events = self._events, self._events + n
        if self._events > len(self._row):
            self._make_room(self._events)
        return slice(begin, self._events)

    def _make_room(self, end: int) -> None:
        for name in ("_row", "_detail", "_since"):
            old = getattr(self, name)
            fresh = np.empty(2 * end, old.dtype)
            fresh[: len(old)] = old
            setattr(self, name, fresh)

    def begin_again(self, rows: np.ndarray) -> None:
        """A further episode of these people begins with the next event of theirs."""
        self._write_down()
        self._begun_again.append((self._events, rows))

    def at_minute(self, minute: int | np.ndarray) -> None:
        """The last batch happened at `minute` 0-1439: one for all, or one each (n,)."""
        self._minutes[len(self) - 1] = minute

    def add_each(self, columns: Mapping[str, np.ndarray]) -> None:
        """People (n,) to each of whom something else happens: a batch each. `columns` as `add` has them, each (n,), and
        `minute`, -1 where it is not known."""
        self._write_down()
        first, minute, ones = len(self), columns["minute"], np.ones(len(columns["rows"]), np.int32)
        same = (columns[name] for name in ("day", "service", "event", "to"))
        self._batches.append(np.stack([*same, ones], axis=1, dtype=np.int32, casting="unsafe"))
        self._numbered += len(ones)
        here = self._room_for(len(ones))
        for name, column in (("rows", self._row), ("detail", self._detail), ("since", self._since)):
            column[here] = columns[name]
        known = np.flatnonzero(minute >= 0)
        self._minutes.update(zip((known + first).tolist(), minute[known].tolist(), strict=True))

    def columns(self) -> dict[str, np.ndarray]:
        """Columns of equal length, in the order written.

        `day` int32, `row` int32 (row of the patient), `service` int8 (-1 none), `event` int8, `detail` int16,
        `to` int8 (place a `moved` leads to), `since` int32 (day on which the wait that ends here began),
        `episode` int16; and `minute` int16 (-1 where only the day is known), if it is known anywhere.
        """
        self._write_down()
        batches = np.concatenate([np.zeros((0, 5), np.int32), *self._batches])
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
    each = [one.__class__ is np.ndarray for one in given]
    theirs = [one for one, own in zip(given, each, strict=True) if own]
    if theirs:
        given = [0 if own else one for one, own in zip(given, each, strict=True)]
    column[:] = np.repeat(np.array(given, column.dtype), people)
    if theirs:
        column[np.repeat(np.array(each), people)] = np.concatenate(theirs)
