"""Priority classes of one list: whose turn is before whose, and how much notice each needs."""

from typing import TYPE_CHECKING

import numpy as np

from sim.engine import kernels

if TYPE_CHECKING:
    from sim.domain.pathway.kinds.priority import PriorityClass
    from sim.engine.world import World


class Classes:
    """`fixed`: whether nobody's class can change while they wait; else it is asked for whenever it is used."""

    def __init__(self, world: "World", classes: "list[PriorityClass]", notice: int) -> None:
        self._world, self._classes = world, classes
        own = [notice if one.earliest_notice_days is None else one.earliest_notice_days for one in classes]
        self._notices = np.array(own or [notice], np.int32)
        different, which = np.unique(self._notices, return_inverse=True)
        self._different: list[int] = different.tolist()
        self._which = which  # of the different notices is that of each class
        self.fixed = not any(fact in world.changing for one in classes for fact in one.when)
        self._known = self._asked(np.arange(world.n)) if classes and self.fixed else None
        self._lists, self.lists, self.drawn_together = self._in_lists()
        self._chances = np.array([one.chance or 1.0 for one in classes])
        self._known_notices = None if self._known is None else self._notices[self._known]
        self._which_known = None if self._known is None else which.astype(np.int8)[self._known]

    def of(self, rows: np.ndarray) -> np.ndarray:
        """(n,) number of each person's class: the first whose facts fit, or the last."""
        return self._known[rows] if self._known is not None else self._asked(rows)

    def _in_lists(self) -> tuple[np.ndarray | None, int, int | None]:
        """(list of each class, where it is not its own number; number of lists; the one of classes with a chance)."""
        classes = self._classes
        given = [code for code, one in enumerate(classes) if one.chance is not None]
        if not given:
            return None, max(len(classes), 1), None
        codes = np.arange(len(classes))
        after = codes > given[-1]
        return (
            np.where(after, codes - (len(given) - 1), np.minimum(codes, given[0])),
            len(classes) - len(given) + 1,
            given[0],
        )

    def list_of(self, rows: np.ndarray) -> np.ndarray:
        """(n,) number of the list on which each stands: that of their class, but classes with a chance share one."""
        codes = self.of(rows)
        found: np.ndarray = codes if self._lists is None else self._lists[codes]
        return found

    def chance(self, rows: np.ndarray) -> np.ndarray:
        """(n,) chance of being drawn that each one's class gives them, beside the others'."""
        found: np.ndarray = self._chances[self.of(rows)]
        return found

    def _asked(self, rows: np.ndarray) -> np.ndarray:
        codes = np.full(len(rows), max(len(self._classes) - 1, 0), np.int8)
        for code in range(len(self._classes) - 1, -1, -1):
            when = self._classes[code].when
            codes[self._world.fits(when, rows) if when else slice(None)] = code
        return codes

    def notice(self, rows: np.ndarray) -> np.ndarray | int:
        """Earliest notice of each in days: (n,), or one number where it is the same for everybody."""
        if len(self._different) == 1:
            return self._different[0]
        known = self._known_notices
        found: np.ndarray = self._notices[self._asked(rows)] if known is None else known[rows]
        return found

    def by_notice(self, rows: np.ndarray) -> list[tuple[int, np.ndarray]]:
        """(days of notice, the people who need it) for each that somebody needs."""
        if len(self._different) == 1:
            return [(self._different[0], rows)]
        which = self._which[self._asked(rows)] if self._which_known is None else self._which_known[rows]
        rows, people = kernels.parted(rows, which, len(self._different))
        found, start = [], 0
        for notice, n in zip(self._different, people.tolist(), strict=True):
            if n:
                found.append((notice, rows[start : start + n]))
                start += n
        return found
