"""A diary: rows that fall due on days to come.

What is entered today is sorted into pages the next morning, all at once; what is far off lies in a heap that is
sorted a block of days at a time. An entry costs the same whether it is for tomorrow or for next year.
"""

from collections.abc import Callable

import numpy as np

BLOCK_DAYS = 32


class Diary:
    """Day -> columns. Entries are for later days than the one on which they are made.

    Days at or past `horizon` are never reached, so they are not kept. `live`: columns -> (n,) bool, of entries that
    still mean something: the others go when the heap is sorted.
    """

    def __init__(self, horizon: int, live: Callable[..., np.ndarray] | None = None) -> None:
        self._horizon, self._live = horizon, live
        self._pages: dict[int, list[tuple[np.ndarray, ...]]] = {}
        self._fresh: list[tuple[np.ndarray, ...]] = []
        self._later: list[tuple[np.ndarray, ...]] = []
        self._sorted_to = BLOCK_DAYS

    def put(self, day: int, *columns: np.ndarray) -> None:
        """Enter one batch (arrays of equal length) for one day."""
        if day < self._horizon:
            page = self._pages.get(day)
            if page is None:
                self._pages[day] = [columns]
            else:
                page.append(columns)

    def spread(self, *columns: np.ndarray) -> None:
        """Enter each element for its own day: the first column (n,)."""
        self._fresh.append(columns)

    def _sort_in(self) -> None:
        columns = (
            self._fresh[0] if len(self._fresh) == 1 else tuple(map(np.concatenate, zip(*self._fresh, strict=True)))
        )
        self._fresh = []
        days = columns[0]
        far = days >= self._sorted_to
        if far.any():
            keep = far & (days < self._horizon)
            if keep.any():
                self._later.append(tuple(c[keep] for c in columns))
            columns = tuple(c[~far] for c in columns)
        if len(columns[0]):
            self._to_pages(columns)

    def _to_pages(self, columns: tuple[np.ndarray, ...]) -> None:
        order = np.argsort(columns[0], kind="stable")
        days = columns[0][order]
        columns = tuple(c[order] for c in columns[1:])
        starts = np.concatenate([[0], np.flatnonzero(days[1:] != days[:-1]) + 1])
        pages = self._pages
        for day, start, end in zip(
            days[starts].tolist(), starts.tolist(), [*starts[1:].tolist(), len(days)], strict=True
        ):
            pages.setdefault(day, []).append(tuple(c[start:end] for c in columns))

    def take(self, day: int) -> tuple[np.ndarray, ...] | None:
        """The columns of a day, in the order entered, or None; the page is gone afterwards."""
        if self._fresh:
            self._sort_in()
        while day >= self._sorted_to:
            self._sorted_to += BLOCK_DAYS
            if self._later:
                columns = tuple(map(np.concatenate, zip(*self._later, strict=True)))
                if self._live is not None:
                    live = self._live(*columns)
                    columns = tuple(c[live] for c in columns)
                due = columns[0] < self._sorted_to
                self._later = [] if due.all() else [tuple(c[~due] for c in columns)]
                if due.any():
                    self._to_pages(tuple(c[due] for c in columns))
        batches = self._pages.pop(day, None)
        if batches is None:
            return None
        return batches[0] if len(batches) == 1 else tuple(map(np.concatenate, zip(*batches, strict=True)))
