"""A list from which people are called by chance, more often those whose weeks waited weigh more.

A weighted draw without replacement: everybody has an exponential time of their own for each week, divided by their
weight, and the least is called first (Efraimidis and Spirakis 2006). The draw is keyed by patient and week, so it does
not depend on who else waits or in what order services run. Whoever joins in the week enters the race at the time it has
come to, since those who are still in it have been passed over until then: each call is a fair draw among all.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim.domain.by_weeks import Steps
from sim.engine import kernels
from sim.engine.waiting_list import Fifo

if TYPE_CHECKING:
    from sim.engine.world import World

WEEK = 7
NEVER = 1e300
"""Beside any time that somebody with a chance draws."""


class DrawnList(Fifo):
    """A `Fifo` kept in the order of the week's draw: whoever joins in the week is put in their place in it.

    Weights are those of the first day of the week, or of the day on which somebody joined later: the order within a
    week does not change under those who were called in part.
    """

    def __init__(
        self,
        world: "World",
        name: str,
        weights: Steps,
        turns: np.ndarray,
        chance: Callable[[np.ndarray], np.ndarray] | None = None,
    ) -> None:
        super().__init__(world.ticket)
        self._world, self._weights, self._chance = world, weights, chance  # rows (n,) -> each one's own chance (n,)
        self._key = world.chance.key(f"{name}.order")
        self._turns = turns  # (patients,) each person's time in this week's draw: the lists of one clinic share it
        self._day, self._week = 0, -1
        self._reached = 0.0

    def begin(self, day: int) -> None:
        """Today is `day`; a new week is a new draw."""
        self._day = day
        if day // WEEK == self._week:
            return
        self._week, self._reached = day // WEEK, 0.0
        here = self.everyone()
        if len(here):
            self._draw(here)
            self._put(here[_by_turn(self._turns[here])])

    def push(self, rows: np.ndarray) -> None:
        self._draw(rows)
        turns = self._turns
        rows = rows[_by_turn(turns[rows])]
        if self._tail + len(rows) > len(self._rows):
            self._make_room(len(rows))
        ends = (self._head, self._tail)
        self._tail = kernels.merge_in(self._rows, self._tickets, self._live, ends, turns, rows)

    def call(self, n: int) -> None:
        if n:
            last = float(self._turns[self._rows[self._head + n - 1]])
            if last < NEVER:
                self._reached = last
        super().call(n)

    def push_by_since(self, rows: np.ndarray, since: np.ndarray) -> None:
        """Where somebody stands is a matter of the draw, which knows how long they have waited."""
        self.push(rows)

    def _put(self, everyone: np.ndarray) -> None:
        self._head = self._tail
        super().push(everyone)

    def _draw(self, rows: np.ndarray) -> None:
        world = self._world
        weights = kernels.weigh(rows, world.since, self._day, self._weights.days, self._weights.values)
        if self._chance is not None:
            weights = weights * self._chance(rows)
        drawn = -np.log1p(-world.uniforms(self._key, rows, self._week))
        if np.count_nonzero(weights) == len(weights):
            self._turns[rows] = self._reached + drawn / weights
            return
        with np.errstate(divide="ignore"):
            # Who has no chance this week comes after all who have one, in an order as random as theirs.
            self._turns[rows] = np.where(weights > 0, self._reached + drawn / weights, NEVER * (1 + drawn))


def _by_turn(turns: np.ndarray) -> np.ndarray:
    """Order (n,) of turns, of two that are equal the first first: a sort that does not promise this is faster, and
    hardly ever has to."""
    order = turns.argsort()
    in_turn = turns[order]
    return turns.argsort(kind="stable") if (in_turn[1:] == in_turn[:-1]).any() else order
