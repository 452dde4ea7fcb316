"""A diary: rows that fall due on days to come, kept by day."""

import numpy as np


class Diary:
    """Day -> batches. Days at or past `horizon` are never reached, so they are not kept."""

    def __init__(self, horizon: int):
        self._horizon = horizon
        self._days: dict[int, list] = {}

    def put(self, day: int, *columns) -> None:
        """Enter one batch (arrays of equal length) for one day."""
        if day < self._horizon and len(columns[0]):
            self._days.setdefault(day, []).append(columns)

    def spread(self, days: np.ndarray, *columns) -> None:
        """Enter each element for its own day (n,)."""
        inside = days < self._horizon
        if not inside.all():
            days, columns = days[inside], tuple(c[inside] for c in columns)
        if not len(days):
            return
        order = np.argsort(days, kind="stable")
        days, columns = days[order], tuple(c[order] for c in columns)
        edges = np.flatnonzero(days[1:] != days[:-1]) + 1
        starts, ends = [0, *edges.tolist()], [*edges.tolist(), len(days)]
        for day, start, end in zip(days[starts].tolist(), starts, ends, strict=True):
            self._days.setdefault(day, []).append(tuple(c[start:end] for c in columns))

    def take(self, day: int) -> list:
        """The batches of a day, and forget them."""
        return self._days.pop(day, ())

    def rows(self, day: int):
        """The rows of a day as one array, or None."""
        batches = self._days.pop(day, None)
        if batches is None:
            return None
        return batches[0][0] if len(batches) == 1 else np.concatenate([b[0] for b in batches])
