"""The list for first visits: classes in order, or points that grow with the wait."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.domain.pathway.kinds.kind import PriorityClass
from sim.engine.diary import Diary
from sim.engine.waiting_list import Fifo

if TYPE_CHECKING:
    from sim.domain.pathway.kinds.caseload import CaseloadSettings
    from sim.domain.pathway.kinds.clinic import ClinicSettings
    from sim.domain.pathway.kinds.group import GroupSettings
    from sim.engine.world import World

NOBODY = np.zeros(0, np.intp)


class NewList:
    """One FIFO for each priority class; those who join today may only be called from their ready day on."""

    nobody = NOBODY

    def __init__(self, world: "World", settings: "ClinicSettings | GroupSettings | CaseloadSettings") -> None:
        self._world = world
        self._expected = Diary(world.calendar.horizon)
        self._admitted = -1
        self._notice = settings.earliest_notice_days
        classes = list(settings.priority.values())
        self._notices = np.zeros(0, np.int32)  # of each class, where they differ
        self._different: list[int] = []
        if any(c.earliest_notice_days is not None for c in classes):
            own = [self._notice if c.earliest_notice_days is None else c.earliest_notice_days for c in classes]
            self._notices, self._notice = np.array(own, np.int32), max(own)
            self._different = sorted(set(own))
        self._classes = classes
        self._class_of: np.ndarray | None = None
        # By facts that never change each person's class is known beforehand; else it is asked when they join.
        if classes and not any(fact in world.changing for c in classes for fact in c.when):
            self._class_of = self._classified(np.arange(world.n))
        self._notice_of = self._notices[self._class_of] if self._different and self._class_of is not None else None
        self._shares, self._points = _shares_of(classes), _points_of(classes)
        self._owed = np.zeros(len(classes))
        self._lists = [Fifo(world.ticket) for _ in classes or (None,)]
        self._day = 0

    def _classified(self, rows: np.ndarray) -> np.ndarray:
        """(n,) class of each: the first whose facts fit, or the last."""
        codes = np.full(len(rows), len(self._classes) - 1, np.int8)
        for code in range(len(self._classes) - 1, -1, -1):
            codes[self._world.fits(self._classes[code].when, rows) if self._classes[code].when else slice(None)] = code
        return codes

    def _own_notice(self, rows: np.ndarray) -> np.ndarray:
        found: np.ndarray = self._notice_of[rows] if self._notice_of is not None else self._notices[self._class(rows)]
        return found

    def _class(self, rows: np.ndarray) -> np.ndarray:
        return self._class_of[rows] if self._class_of is not None else self._classified(rows)

    @property
    def size(self) -> int:
        """Entries on the lists: nobody is there if this is 0."""
        return sum(one._tail - one._head for one in self._lists)

    def expect_after_notice(self, day: int, ready: int, rows: np.ndarray) -> None:
        """People who join on `day` and may be called once the earliest notice of their class has passed."""
        if not self._different:
            self.expect(max(ready, day + self._notice), rows)
            return
        notices = self._own_notice(rows)
        for notice in self._different:
            mine = rows[notices == notice]
            if len(mine):
                self.expect(max(ready, day + notice), mine)

    def expect_from_start(self, rows: np.ndarray, joined: np.ndarray) -> None:
        """A starting list: people who joined on days before the first (n,); their notice counts from then."""
        ready = np.maximum(joined + (self._own_notice(rows) if self._different else self._notice), 0)
        for day in np.unique(ready).tolist():
            self.expect(day, rows[ready == day])

    def expect(self, ready: int, rows: np.ndarray) -> None:
        """People who may be called from day `ready` on."""
        self._expected.put(max(ready, self._admitted + 1), rows, self._world.ticket[rows])

    def admit(self, day: int) -> None:
        """Everyone expected up to today joins, by day and then by who presented first."""
        self._day = day
        for due in range(self._admitted + 1, day + 1):
            page = self._expected.take(due)
            if page is None:
                continue
            rows, tickets = page
            rows = rows[self._world.ticket[rows] == tickets]  # some left before they could be called
            # The order in which other services ran today must not matter.
            rows = rows[np.lexsort((rows, self._world.since[rows]))]
            if not self._classes:
                self._push(self._lists[0], rows)
            else:
                classes = self._class(rows)
                for code, one in enumerate(self._lists):
                    mine = rows[classes == code]
                    if len(mine):
                        self._push(one, mine)
        self._admitted = day

    def _push(self, one: Fifo, rows: np.ndarray) -> None:
        world = self._world
        if world.backdates and (world.since[rows] < world.joined[rows]).any():
            one.push_by_since(rows, world.since)
        else:
            one.push(rows)

    def longest_waiting(self, n: int, days: float, who: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Up to `n` people, longest wait first, who have waited at least `days` and whom `who`:
        rows -> (n,) bool chooses."""
        rows = np.concatenate([one.everyone() for one in self._lists])
        rows = rows[self._day - self._world.since[rows] >= days]
        rows = rows[who(rows)]
        found: np.ndarray = rows[np.argsort(self._world.since[rows], kind="stable")][:n]
        return found

    def _next(self, n: int) -> tuple[np.ndarray, Sequence[int]]:
        """The next `n` in order, and how many of them stand on each list."""
        if n <= 0:
            return NOBODY, ()
        if len(self._lists) == 1:
            rows = self._lists[0].peek(n)
            return rows, (len(rows),)
        if self._points is not None:
            return self._by_points(n)
        if self._shares is not None:
            heads = [one.peek(k) for one, k in zip(self._lists, self._allotted(n), strict=True)]
            return np.concatenate(heads), [len(head) for head in heads]
        heads = []
        for one in self._lists:
            heads.append(one.peek(n))
            n -= len(heads[-1])
            if n == 0:
                break
        return np.concatenate(heads), [len(head) for head in heads]

    def _allotted(self, n: int) -> list[int]:
        """Whole slots of each class out of `n`; parts of a slot are owed from day to day."""
        found: list[int] = np.floor(self._owed + n * np.asarray(self._shares) + 1e-9).astype(int).tolist()
        return found

    def _by_points(self, n: int) -> tuple[np.ndarray, list[int]]:
        heads = [one.peek(n) for one in self._lists]
        rows = np.concatenate(heads)
        codes = np.repeat(np.arange(len(heads)), [len(head) for head in heads])
        points = [
            # Nobody passes those ahead in their own class: who was booked again stands at its back.
            np.minimum.accumulate(base + rate * (self._day - self._world.since[head]))
            for head, (base, rate) in zip(heads, self._points or (), strict=True)
        ]
        order = np.argsort(-np.concatenate(points), kind="stable")[:n]
        return rows[order], np.bincount(codes[order]).tolist()

    def call_long_waiters(self, n: int, days: float) -> np.ndarray:
        """Take up to `n` who have waited at least `days`, in the order of the classes."""
        called = []
        for one in self._lists:
            rows = one.peek(n)
            waited = self._day - self._world.since[rows] >= days
            rows = rows if waited.all() else rows[: int(np.argmin(waited))]
            one.call(len(rows))
            called.append(rows)
            n -= len(rows)
        return np.concatenate(called)

    def peek(self, n: int) -> np.ndarray:
        """The next `n` in order, without calling them."""
        return self._next(n)[0]

    def call(self, n: int) -> np.ndarray:
        """Take the next `n` off the lists."""
        rows, counts = self._next(n)
        for one, count in zip(self._lists, counts, strict=False):
            one.call(count)
        if self._shares is not None and n > 0:
            # What a class has nobody for is lost; only the part of a slot is kept.
            self._owed += n * self._shares - self._allotted(n)
        return rows


def _shares_of(classes: list[PriorityClass]) -> np.ndarray | None:
    """(classes,) share of the slots that is each class's own, where lists are kept apart."""
    if all(c.slots_share is None for c in classes):
        return None
    return np.array([c.slots_share or 0.0 for c in classes])


def _points_of(classes: list[PriorityClass]) -> list[tuple[float, float]] | None:
    """(points, points a day waited) of each class, where the order is by points."""
    if not any(c.points_per_week or c.points for c in classes):
        return None
    return [(c.points, c.points_per_week / 7) for c in classes]
