"""The event log: the only record of a run. Appended in batches, turned into columns once at the end."""

import numpy as np


class EventLog:
    """Batches of (day, service, event, detail, to, rows, since, episode); scalars stay scalars until the end."""

    def __init__(self):
        self._batches = []
        self.add = self._batches.append

    def __len__(self) -> int:
        return sum(len(batch[5]) for batch in self._batches)

    def columns(self) -> dict[str, np.ndarray]:
        """Columns of equal length, in the order written.

        `day` int32, `row` int32 (row of the patient), `service` int8 (-1 none), `event` int8, `detail` int16,
        `to` int8 (place a `moved` leads to), `since` int32 (day on which the wait that ends here began),
        `episode` int8.
        """
        batches = self._batches
        lengths = np.fromiter((len(b[5]) for b in batches), np.int64, len(batches))

        def spread(position: int, dtype) -> np.ndarray:
            values = [b[position] for b in batches]
            if any(isinstance(v, np.ndarray) for v in values):
                out = np.empty(int(lengths.sum()), dtype)
                at = 0
                for value, n in zip(values, lengths.tolist(), strict=True):
                    out[at : at + n] = value
                    at += n
                return out
            return np.repeat(np.array(values, dtype), lengths)

        day = spread(0, np.int32)
        since = day.copy()
        at = 0
        for batch, n in zip(batches, lengths.tolist(), strict=True):
            if batch[6] is not None:
                since[at : at + n] = batch[6]
            at += n
        row = np.concatenate([b[5] for b in batches]).astype(np.int32, copy=False) if batches else np.zeros(0, np.int32)
        return {
            "day": day,
            "row": row,
            "service": spread(1, np.int8),
            "event": spread(2, np.int8),
            "detail": spread(3, np.int16),
            "to": spread(4, np.int8),
            "since": since,
            "episode": spread(7, np.int8),
        }
