"""The list for first visits: classes in order, lists kept apart, points that grow with the wait, or a draw."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.engine import kernels
from sim.engine.diary import Diary
from sim.engine.drawn_list import DrawnList
from sim.engine.services.apart import Deal, KeptApart
from sim.engine.services.classes import Classes
from sim.engine.shapes import Lengths
from sim.engine.waiting_list import Fifo

if TYPE_CHECKING:
    from sim.domain.pathway.kinds.kind import ServiceSettings
    from sim.domain.pathway.kinds.priority import PriorityClass
    from sim.domain.pathway.rules import FactWord
    from sim.engine.world import World

NOBODY = np.zeros(0, np.intp)


@dataclass(frozen=True)
class Chosen:
    """Who would be called now: `rows` (n,) in order, `counts` of each list, and the minutes that they take of the
    day's, with what is put aside.

    Whoever is chosen can be looked at, and is then taken: no second look at the list decides who it was. `held`: what
    lists kept apart hold afterwards.
    """

    rows: np.ndarray
    counts: tuple[int, ...]
    spent: float = 0.0
    held: Deal | None = None


class NewList:
    """One list for each priority class, first in first out or as `drawn` makes them; one for all classes with a chance.

    Those who join today may only be called from their ready day on.
    """

    nobody = NOBODY

    def __init__(
        self,
        world: "World",
        name: str,
        settings: "ServiceSettings",
    ) -> None:
        self._world, self._name = world, name
        self._expected = Diary(world.calendar.horizon)
        self._admitted = -1
        self._day = 0
        self._sort(settings)
        # Who has missed stands at the back, also where others stand in the order of an earlier wait.
        self._at_the_back = np.zeros(world.n, bool) if world.backdates else None

    def _sort(self, settings: "ServiceSettings") -> None:
        """Empty lists for these classes, in this order."""
        world, self._given = self._world, _order_of(settings)
        classes, weights = list(settings.classes().values()), settings.drawn_by
        self.classes = self._classes = Classes(world, classes, settings.notice_days)
        together = self._classes.drawn_together
        make: Callable[..., Fifo] = partial(Fifo, world.ticket)
        if weights is not None:
            make = partial(DrawnList, world, self._name, weights, np.zeros(world.n))
        self._lists = [
            make(self._classes.chance) if code == together else make() for code in range(self._classes.lists)
        ]
        apart = any(one.slots_share is not None for one in classes)
        self._apart = KeptApart(world, self._lists, classes) if apart else None
        by_points = any(one.points_per_week or one.points for one in classes)
        self._points = [(one.points, one.points_per_week / 7) for one in classes] if by_points else None

    def change(self, settings: "ServiceSettings") -> None:
        """Another order from today on, in which people stand by how long they have waited; who was booked again behind
        those whom they stood behind, where nobody was drawn. Other notice is for who joins."""
        if self._given == _order_of(settings):
            return
        here, since = [one.everyone() for one in self._lists], self._world.since
        if self._given[-1]:  # those who were drawn have no order but that in which they came
            here = [rows[np.lexsort((rows, since[rows]))] for rows in here]
        waited = [np.maximum.accumulate(since[rows]) for rows in here]
        self._sort(settings)
        rows = np.concatenate(here)[np.argsort(np.concatenate(waited), kind="stable")]
        codes = self._classes.list_of(rows)
        for code, one in enumerate(self._lists):
            one.begin(self._day)
            one.push(rows[codes == code])

    @property
    def size(self) -> int:
        """Entries on the lists: nobody is there if this is 0."""
        entries = 0
        for one in self._lists:
            entries += one._tail - one._head
        return entries

    @property
    def minutes_aside(self) -> float:
        """Minutes that lists kept apart have put aside for visits that did not fit."""
        return 0.0 if self._apart is None else float(self._apart.held.aside.sum())

    # --- joining -----------------------------------------------------------------------------------------

    def expect_after_notice(self, day: int, ready: int, rows: np.ndarray, again: bool = False) -> None:
        """People who join on `day` and may be called once the earliest notice of their class has passed; `again`:
        after a miss."""
        if self._at_the_back is not None:
            self._at_the_back[rows] = again
        for notice, some in self._classes.by_notice(rows):
            self.expect(max(ready, day + notice), some)

    def expect_from_start(self, rows: np.ndarray, joined: np.ndarray) -> None:
        """A starting list: people who joined on days before the first (n,); their notice counts from then."""
        ready = np.maximum(joined + self._classes.notice(rows), 0)
        for day in np.unique(ready).tolist():
            self.expect(day, rows[ready == day])

    def expect(self, ready: int, rows: np.ndarray) -> None:
        """People who may be called from day `ready` on."""
        self._expected.put(max(ready, self._admitted + 1), rows, self._world.ticket[rows])

    def admit(self, day: int) -> None:
        """Everyone expected up to today joins, by day and then by who presented first."""
        self._day = day
        for one in self._lists:
            one.begin(day)
        for due in range(self._admitted + 1, day + 1):
            page = self._expected.take(due)
            if page is None:
                continue
            # The order in which other services ran today must not matter, and some left before they could be called.
            rows, tickets = page
            self._push(kernels.in_order(rows, tickets, self._world.ticket, self._world.since))
        self._admitted = day

    def _push(self, rows: np.ndarray) -> None:
        if len(self._lists) == 1:
            self._push_to(self._lists[0], rows)
            return
        rows, people = kernels.parted(rows, self._classes.list_of(rows), len(self._lists))
        start = 0
        for one, n in zip(self._lists, people.tolist(), strict=True):
            if n:
                self._push_to(one, rows[start : start + n])
                start += n

    def _push_to(self, one: Fifo, rows: np.ndarray) -> None:
        world, last = self._world, self._at_the_back
        if last is None or not (world.since[rows] < world.joined[rows]).any():
            one.push(rows)
            return
        again = last[rows]
        one.push_by_since(rows[~again], world.since)
        one.push(rows[again])

    def asked_again(self, rows: np.ndarray) -> None:
        """What people are has changed: whose class is another now stands in that one, by how long they have waited."""
        if self._classes.fixed:
            return
        lists = self._classes.list_of(rows)
        for code, one in enumerate(self._lists):
            moved = one.call_among(rows[lists != code])
            for other in np.unique(lists[np.isin(rows, moved)]).tolist():
                self._lists[other].push_by_since(moved[np.isin(moved, rows[lists == other])], self._world.since)

    # --- being called --------------------------------------------------------------------------------------

    def choose(self, n: int) -> Chosen:
        """The next `n` in order (fewer if there are fewer)."""
        if n <= 0:
            return Chosen(NOBODY, ())
        if len(self._lists) == 1:
            rows = self._lists[0].peek(n)
            return Chosen(rows, (len(rows),))
        if self._apart is not None:
            return _chosen(*self._apart.heads(n, self._day))
        if self._points is not None:
            rows, codes = self._by_points(n)
            return Chosen(rows, tuple(np.bincount(codes).tolist()))
        heads = []
        for one in self._lists:
            heads.append(one.peek(n))
            n -= len(heads[-1])
            if n == 0:
                break
        return _chosen(heads)

    def choose_within(self, minutes: float, length: float, lengths_of: Lengths) -> Chosen:
        """The next in order whose visits fit into `minutes`; whoever does not fit is waited for.

        `length`: of a mean visit; `lengths_of`: rows -> minutes of each (n,).
        """
        if self._apart is not None:
            heads, spent, held = self._apart.heads_within(minutes, length, lengths_of)
            return _chosen(heads, held, spent + float(held.aside.sum()) - self.minutes_aside)
        n = int(minutes / length * 3) + 3
        while True:
            if self._points is not None:
                rows, codes = self._by_points(n)
            else:
                chosen = self.choose(n)
                rows, codes = chosen.rows, np.repeat(np.arange(len(chosen.counts)), chosen.counts)
            used = np.cumsum(lengths_of(rows))
            fits = int(np.searchsorted(used, minutes + 1e-9, side="right"))
            if fits < n:
                break
            n *= 4  # many short visits
        spent = float(used[fits - 1]) if fits else 0.0
        return Chosen(rows[:fits], tuple(np.bincount(codes[:fits]).tolist()), spent)

    def take(self, choice: Chosen) -> np.ndarray:
        """Call exactly those who were chosen."""
        for one, count in zip(self._lists, choice.counts, strict=False):
            one.call(count)
        if self._apart is not None and choice.held is not None:
            self._apart.held = choice.held
        return choice.rows

    def call(self, n: int) -> np.ndarray:
        """Take the next `n` off the lists."""
        return self.take(self.choose(n))

    def _by_points(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        heads = [one.peek(n) for one in self._lists]
        rows = np.concatenate(heads)
        codes = np.repeat(np.arange(len(heads)), [len(head) for head in heads])
        points = [
            # Nobody passes those ahead in their own class: who was booked again stands at its back.
            np.minimum.accumulate(base + rate * (self._day - self._world.since[head]))
            for head, (base, rate) in zip(heads, self._points or (), strict=True)
        ]
        order = np.argsort(-np.concatenate(points), kind="stable")[:n]
        return rows[order], codes[order]

    def longest_waiting(self, n: int, days: float, who: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Up to `n` people, longest wait first, who have waited at least `days` and whom `who`: rows -> (n,) bool
        chooses."""
        rows = np.concatenate([one.everyone() for one in self._lists])
        rows = rows[self._day - self._world.since[rows] >= days]
        rows = rows[who(rows)]
        found: np.ndarray = rows[np.argsort(self._world.since[rows], kind="stable")][:n]
        return found

    def call_long_waiters(self, n: int, days: float, when: "Mapping[str, FactWord]") -> np.ndarray:
        """Take up to `n` who have waited at least `days` today and fit `when`, wherever they stand, in the order of the
        classes."""
        called = []
        for one in self._lists:
            rows = one.everyone()
            rows = rows[self._day - self._world.since[rows] >= days]
            rows = (rows[self._world.fits(when, rows)] if when else rows)[:n]
            called.append(one.call_among(rows))
            n -= len(rows)
        return np.concatenate(called)


def _order_of(
    settings: "ServiceSettings",
) -> "tuple[list[PriorityClass], int, list[tuple[float, float]]]":
    """What decides who is called next: classes in order, days of notice, and (days waited, weight) of a draw."""
    drawn = settings.drawn_by
    weights = [] if drawn is None else list(zip(drawn.days.tolist(), drawn.values.tolist(), strict=True))
    return list(settings.classes().values()), settings.notice_days, weights


def _chosen(heads: list[np.ndarray], held: Deal | None = None, spent: float = 0.0) -> Chosen:
    """Those at the front of each list, list after list."""
    return Chosen(np.concatenate(heads), tuple(map(len, heads)), spent, held)
