"""The event log: the only record of a run. Appended in batches, turned into columns once at the end."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.domain.words import LISTED

DAY, SERVICE, EVENT, DETAIL, TO, ROWS, SINCE, EPISODE = range(8)


class EventLog:
    """Batches of (day, service, event, detail, to, rows, since, episode); scalars stay scalars until the end.

    Few batches have a minute, so the minutes lie beside them: number of the batch -> minute of the day.
    """

    def __init__(self) -> None:
        self._batches: list[tuple[Any, ...]] = []
        self._minutes: dict[int, int | np.ndarray] = {}
        self.add = self._batches.append

    def __len__(self) -> int:
        return len(self._batches)

    def at_minute(self, minute: int | np.ndarray) -> None:
        """The last batch happened at `minute` 0-1439: one for all, or one each (n,)."""
        self._minutes[len(self._batches) - 1] = minute

    def at_minute_from(self, first: int, service: int, minute: int) -> None:
        """So did what happened at `service` from batch `first` on; of who joins a list the minute is not known by
        that."""
        for number in range(first, len(self._batches)):
            batch = self._batches[number]
            if batch[SERVICE] == service and batch[EVENT] != LISTED:
                self._minutes[number] = minute

    def columns(self) -> dict[str, np.ndarray]:
        """Columns of equal length, in the order written.

        `day` int32, `row` int32 (row of the patient), `service` int8 (-1 none), `event` int8, `detail` int16,
        `to` int8 (place a `moved` leads to), `since` int32 (day on which the wait that ends here began),
        `episode` int16; and `minute` int16 (-1 where only the day is known), if it is known anywhere.
        """
        if not self._batches:
            kinds = (
                ("day", "i4"),
                ("row", "i4"),
                ("service", "i1"),
                ("event", "i1"),
                ("detail", "i2"),
                ("to", "i1"),
                ("since", "i4"),
                ("episode", "i2"),
            )
            return {name: np.zeros(0, kind) for name, kind in kinds}
        batches = self._batches
        lengths = np.array([len(batch[ROWS]) for batch in batches])
        starts = np.cumsum(lengths) - lengths

        def spread(values: Iterable[Any], dtype: type[np.generic]) -> np.ndarray:
            return np.repeat(np.fromiter(values, dtype, len(batches)), lengths)

        def column(field: int, dtype: type[np.generic]) -> np.ndarray:
            return spread((batch[field] for batch in batches), dtype)

        def mixed(values: list[Any], dtype: type[np.generic]) -> np.ndarray:
            """A column of which some batches have a value for each person."""
            given = [i for i, value in enumerate(values) if isinstance(value, np.ndarray)]
            if not given:
                return spread(values, dtype)
            own = np.concatenate([values[i] for i in given])
            for i in given:
                values[i] = 0
            filled, n = spread(values, dtype), lengths[given]
            filled[np.arange(len(own)) + np.repeat(starts[given] - (np.cumsum(n) - n), n)] = own
            return filled

        columns = {
            "day": column(DAY, np.int32),
            "row": np.concatenate([batch[ROWS] for batch in batches], dtype=np.int32, casting="same_kind"),
            "service": column(SERVICE, np.int8),
            "event": column(EVENT, np.int8),
            "detail": mixed([batch[DETAIL] for batch in batches], np.int16),
            "to": column(TO, np.int8),
            "since": mixed([batch[SINCE] for batch in batches], np.int32),
            "episode": mixed([batch[EPISODE] for batch in batches], np.int16),
        }
        if self._minutes:
            columns["minute"] = mixed([self._minutes.get(number, -1) for number in range(len(batches))], np.int16)
        return columns
