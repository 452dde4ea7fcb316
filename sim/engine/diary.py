"""A diary: rows that fall due on days to come.

Near days have a page each; everything later lies in one heap that is sorted into pages a block of days at a
time, so an entry costs the same whether it is for tomorrow or for next year.
"""

import numpy as np

BLOCK_DAYS = 32


class Diary:
    """Day -> columns. Days at or past `horizon` are never reached, so they are not kept."""

    def __init__(self, horizon: int):
        self._horizon = horizon
        self._pages: dict[int, list] = {}
        self._later: list = []
        self._sorted_to = BLOCK_DAYS

    def put(self, day: int, *columns) -> None:
        """Enter one batch (arrays of equal length) for one day."""
        if day < self._horizon and len(columns[0]):
            self._pages.setdefault(day, []).append(columns)

    def spread(self, days: np.ndarray, *columns) -> None:
        """Enter each element for its own day (n,)."""
        inside = days < self._horizon
        if not inside.all():
            days, columns = days[inside], tuple(c[inside] for c in columns)
        if not len(days):
            return
        far = days >= self._sorted_to
        if far.any():
            self._later.append((days[far], *(c[far] for c in columns)))
            near = ~far
            days, columns = days[near], tuple(c[near] for c in columns)
        if len(days):
            self._to_pages(days, columns)

    def _to_pages(self, days, columns) -> None:
        order = np.argsort(days, kind="stable")
        days, columns = days[order], tuple(c[order] for c in columns)
        starts = np.concatenate([[0], np.flatnonzero(days[1:] != days[:-1]) + 1]).tolist()
        for start, end in zip(starts, [*starts[1:], len(days)], strict=True):
            self._pages.setdefault(int(days[start]), []).append(tuple(c[start:end] for c in columns))

    def take(self, day: int):
        """The columns of a day, in the order entered, or None; the page is gone afterwards."""
        while day >= self._sorted_to:
            self._sorted_to += BLOCK_DAYS
            if self._later:
                days, *columns = (np.concatenate(c) for c in zip(*self._later, strict=True))
                due = days < self._sorted_to
                self._later = [(days[~due], *(c[~due] for c in columns))] if not due.all() else []
                if due.any():
                    self._to_pages(days[due], tuple(c[due] for c in columns))
        batches = self._pages.pop(day, None)
        if batches is None:
            return None
        return batches[0] if len(batches) == 1 else tuple(np.concatenate(c) for c in zip(*batches, strict=True))
