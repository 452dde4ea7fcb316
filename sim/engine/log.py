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
        `episode` int16.
        """
        if not self._batches:
            kinds = (("day", "i4"), ("row", "i4"), ("service", "i1"), ("event", "i1"), ("detail", "i2"), ("to", "i1"), ("since", "i4"), ("episode", "i2"))
            return {name: np.zeros(0, kind) for name, kind in kinds}
        batches = self._batches
        lengths = np.array([len(batch[ROWS]) for batch in batches])
        starts = np.cumsum(lengths) - lengths

        def spread(values, dtype) -> np.ndarray:
            return np.repeat(np.fromiter(values, dtype, len(batches)), lengths)

        def column(field: int, dtype) -> np.ndarray:
            return spread((batch[field] for batch in batches), dtype)

        def mixed(field: int, dtype) -> np.ndarray:
            """A column of which some batches have a value for each person."""
            values = [batch[field] for batch in batches]
            given = [i for i, value in enumerate(values) if isinstance(value, np.ndarray)]
            if not given:
                return spread(values, dtype)
            own = np.concatenate([values[i] for i in given])
            for i in given:
                values[i] = 0
            filled, n = spread(values, dtype), lengths[given]
            filled[np.arange(len(own)) + np.repeat(starts[given] - (np.cumsum(n) - n), n)] = own
            return filled

        return {
            "day": column(DAY, np.int32),
            "row": np.concatenate([batch[ROWS] for batch in batches], dtype=np.int32, casting="same_kind"),
            "service": column(SERVICE, np.int8),
            "event": column(EVENT, np.int8),
            "detail": mixed(DETAIL, np.int16),
            "to": column(TO, np.int8),
            "since": mixed(SINCE, np.int32),
            "episode": mixed(EPISODE, np.int16),
        }
