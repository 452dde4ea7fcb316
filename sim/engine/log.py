"""The event log: the only record of a run. Appended in batches, turned into columns once at the end."""

import numpy as np

DAY, SERVICE, EVENT, DETAIL, TO, ROWS, SINCE, EPISODE = range(8)


class EventLog:
    """Batches of (day, service, event, detail, to, rows, since, episode); scalars stay scalars until the end."""

    def __init__(self):
        self._batches = []
        self.add = self._batches.append

    def columns(self) -> dict[str, np.ndarray]:
        """Columns of equal length, in the order written.

        `day` int32, `row` int32 (row of the patient), `service` int8 (-1 none), `event` int8, `detail` int16,
        `to` int8 (place a `moved` leads to), `since` int32 (day on which the wait that ends here began),
        `episode` int8.
        """
        if not self._batches:
            kinds = (("day", "i4"), ("row", "i4"), ("service", "i1"), ("event", "i1"), ("detail", "i2"), ("to", "i1"), ("since", "i4"), ("episode", "i1"))
            return {name: np.zeros(0, kind) for name, kind in kinds}
        fields = list(zip(*self._batches, strict=True))
        lengths = np.fromiter(map(len, fields[ROWS]), np.int64, len(self._batches))
        starts = np.concatenate([[0], np.cumsum(lengths)])

        def spread(values, dtype) -> np.ndarray:
            return np.repeat(np.fromiter(values, dtype, len(values)), lengths)

        def mixed(values, default: np.ndarray) -> np.ndarray:
            """Fill in the batches that have a value for each person."""
            given = [i for i, value in enumerate(values) if isinstance(value, np.ndarray)]
            if given:
                where = np.repeat(starts[given] - np.concatenate([[0], np.cumsum(lengths[given])[:-1]]), lengths[given])
                default[np.arange(len(where)) + where] = np.concatenate([values[i] for i in given])
            return default

        def scalars(values, dtype) -> np.ndarray:
            return spread([0 if isinstance(v, np.ndarray) else v for v in values], dtype)

        day = spread(fields[DAY], np.int32)
        return {
            "day": day,
            "row": np.concatenate(fields[ROWS]).astype(np.int32, copy=False),
            "service": spread(fields[SERVICE], np.int8),
            "event": spread(fields[EVENT], np.int8),
            "detail": mixed(fields[DETAIL], scalars(fields[DETAIL], np.int16)),
            "to": spread(fields[TO], np.int8),
            "since": mixed(fields[SINCE], day.copy()),
            "episode": mixed(fields[EPISODE], scalars(fields[EPISODE], np.int8)),
        }
