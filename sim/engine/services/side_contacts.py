"""Side contacts: people who ask a clinic again while they wait elsewhere. They take a slot and are moved nowhere."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.engine.world import World

NOBODY = np.zeros(0, np.intp)


class SideContacts:
    """People who are expected at a clinic beside its own, in the order in which they asked.

    Who no longer stands on the list that they waited on when they asked does not come.
    """

    def __init__(self, world: "World") -> None:
        self._tickets_now = world.ticket
        self._rows, self._tickets = NOBODY, np.zeros(0, np.int32)

    def expect(self, rows: np.ndarray) -> None:
        """People who ask today. One visit answers all that somebody has asked by then."""
        asked = self._rows[self._tickets_now[self._rows] == self._tickets]
        if len(asked):
            rows = rows[~np.isin(rows, asked)]
        self._rows = np.concatenate([self._rows, rows])
        self._tickets = np.concatenate([self._tickets, self._tickets_now[rows]])

    def call(self, n: int) -> np.ndarray:
        """The first `n` who still wait."""
        if not len(self._rows):
            return NOBODY
        here = self._tickets_now[self._rows] == self._tickets
        rows, tickets = self._rows[here], self._tickets[here]
        self._rows, self._tickets = rows[n:], tickets[n:]
        found: np.ndarray = rows[:n]
        return found
