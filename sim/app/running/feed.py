"""What is to be run next: the replications of every point, in turn, as many of each as are wanted by now."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sim.app.running.sequential import Sequential
from sim.app.running.work import Keyed, Task
from sim.app.store import Store
from sim.domain.scenario import Scenario

_REFRESH = 1
"""Replications handed out before the store is looked into again for what others have done."""


@dataclass(frozen=True)
class Point:
    """Scenarios that share their patients (comparator first), and how often they are run.

    `make`: gives them when the first of their replications is due, so that thousands of points cost no memory;
    `keys`: theirs in the store. `count`: replications, unless `rule` says how many.
    """

    keys: tuple[str, ...]
    make: Callable[[], tuple[Scenario, ...]]
    count: int
    rule: Sequential | None = None

    @property
    def wanted(self) -> int:
        """Replications that are wanted by now."""
        return self.count if self.rule is None else self.rule.wanted

    @property
    def final(self) -> int:
        """Replications that count in the end: of a rule those that it has read, whatever was run beyond them."""
        return self.count if self.rule is None else self.rule.verdict.seen

    def task(self, replication: int) -> Keyed:
        return Keyed(Task(self.make(), replication), self.keys)


@dataclass
class _Counted:
    """A point, and how many of its replications have been handed out or counted."""

    point: Point
    count: int = 0


class Expected:
    """The runs that are known to be needed by now: `runs` (key, replication),
    and how many of them were `there` before."""

    def __init__(self, points: Iterable[Point], store: Store):
        self._points, self._store = [_Counted(point) for point in points], store
        self.runs: set[tuple[str, int]] = set()
        self.there, self._mine = 0, set()
        self._look(self._points)
        self._points = [known for known in self._points if known.point.rule is not None]

    def took(self, key: str, replication: int) -> bool:
        """A replication has been stored, and the points that are watched have read it;
        whether there are more runs now."""
        before = len(self.runs)
        self._mine.add((key, replication))
        self._look(known for known in self._points if key in known.point.keys)
        return len(self.runs) > before

    def _look(self, points: Iterable[_Counted]) -> None:
        for known in points:
            point, known.count = known.point, max(known.count, known.point.wanted)
            new = {(key, r) for key in point.keys for r in range(known.count)} - self.runs
            self.there += sum(self._store.whole(*place) for place in new - self._mine)
            self.runs |= new


class Feed(Iterator):
    """Tasks for `complete`, which asks again after each result: a point that is watched may then want more.

    `shared`: when a sweep began (seconds since 1970) in which others work on the same points through the same store:
    what they have in hand comes last, and what has failed since is not tried again. None: nobody else does.
    """

    def __init__(self, points: Iterable[Point], store: Store, shared: float | None = None):
        self._store, self._shared, self._asks = store, shared, 0
        self._open = deque(_Counted(point) for point in points)
        self._watched = [known.point for known in self._open if known.point.rule is not None]
        self._full: list[_Counted] = []  # points that want no more for now
        self._later: deque[tuple[Point, int]] = deque()

    def __next__(self) -> Keyed:
        while True:
            if self._shared is not None and self._asks % _REFRESH == 0:
                self._store.refresh()
            self._asks += 1
            point, replication = self._due()
            if self._lost(point, replication):
                continue
            self._read(point, replication)
            if all(self._store.whole(key, replication) for key in point.keys):
                continue
            return point.task(replication)

    def took(self, key: str, replication: int, data: bytes) -> None:
        """A replication has been stored (see `complete`'s `put`)."""
        for point in self._watched:
            if key in point.keys:
                point.rule.took(key, replication, data)

    def _lost(self, point: Point, replication: int) -> bool:
        """Whether somebody else has tried it in this sweep, in vain."""
        failed = (self._store.failed.get((key, replication)) for key in point.keys)
        return self._shared is not None and any(one is not None and one.when >= self._shared for one in failed)

    def _read(self, point: Point, replication: int) -> None:
        """The rule reads what is there, of one scenario also where another's is still to be run."""
        for key in point.keys if point.rule is not None else ():
            if self._store.whole(key, replication):
                point.rule.took(key, replication, self._store.data(key, replication))

    def _due(self) -> tuple[Point, int]:
        """The next replication of a point; what somebody else has in hand only where nothing else is left."""
        found = self._next_of_open()
        if found is None and self._open_again():
            return self._due()
        if found is None and self._later:
            return self._later.popleft()
        if found is None:
            raise StopIteration
        return found

    def _next_of_open(self) -> tuple[Point, int] | None:
        while self._open:
            known = self._open[0]
            point, given = known.point, known.count
            if given >= point.wanted:
                self._open.popleft()
                if point.rule is not None and not point.rule.stop:
                    self._full.append(known)
                continue
            known.count += 1
            if not self._in_other_hands(point, given):
                return point, given
            self._later.append((point, given))  # if nothing else is left it is run here too
        return None

    def _in_other_hands(self, point: Point, replication: int) -> bool:
        """Whether somebody has begun it in this sweep and not stored it."""
        places = [(key, replication) for key in point.keys]
        begun, there = self._store.begun, self._store.has
        return self._shared is not None and all(place in begun and not there(*place) for place in places)

    def _open_again(self) -> bool:
        """Whether points that wanted no more want some now; those that are done for good are forgotten."""
        for known in tuple(self._full):
            more = known.count < known.point.wanted
            if not (more or known.point.rule.stop):
                continue
            self._full.remove(known)
            if more:
                self._open.append(known)
        return bool(self._open)
