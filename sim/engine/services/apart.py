"""Lists kept apart: each class has its own part of what a day holds, and what one leaves free is lost or released."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.shapes import Lengths
from sim.engine.waiting_list import Fifo

if TYPE_CHECKING:
    from sim.domain.pathway.kinds.priority import PriorityClass
    from sim.engine.world import World

EPS = 1e-9


@dataclass(frozen=True)
class Deal:
    """What the classes hold after a day: slots that each is still owed (its part less what it was given), minutes
    put aside."""

    owed: np.ndarray
    aside: np.ndarray


class KeptApart:
    """Whole slots of a day are dealt among the classes so that none goes twice and the parts hold over the weeks.

    A class never has more than the day holds. What it has nobody for goes to the others, in the order of the classes,
    where it is released; `slots_released_days_before` such a day its own people must have joined to come first.
    """

    def __init__(self, world: "World", lists: list[Fifo], classes: "list[PriorityClass]") -> None:
        self._world, self._lists = world, lists
        self._parts = np.array([one.slots_share or 0.0 for one in classes])
        self._released = [one.slots_released_days_before for one in classes]
        self.held = Deal(np.zeros(len(classes)), np.zeros(len(classes)))

    def heads(self, n: int, day: int) -> tuple[list[np.ndarray], Deal]:
        """Who of each list takes one of `n` slots, in order; and what the classes are owed once they are called."""
        wanted = self.held.owed + n * self._parts
        slots = dealt(n, wanted)
        heads, free = [], 0
        for one, count, before in zip(self._lists, slots.tolist(), self._released, strict=True):
            head = one.peek(count)
            if before is not None:
                head = head[: self._booked(head, day - before)] if before else head
                free += count - len(head)
            heads.append(head)
        return self._filled(heads, free), Deal(wanted - slots, self.held.aside)

    def _booked(self, head: np.ndarray, day: int) -> int:
        """How many at the front of a list had joined it by a day."""
        late = self._world.joined[head] > day
        return int(np.argmax(late)) if late.any() else len(head)

    def _filled(self, heads: list[np.ndarray], free: int) -> list[np.ndarray]:
        """Released slots go to whoever is next, class by class."""
        for code, one in enumerate(self._lists):
            if free <= 0:
                break
            more = one.peek(len(heads[code]) + free)
            free -= len(more) - len(heads[code])
            heads[code] = more
        return heads

    def heads_within(self, minutes: float, length: float, lengths_of: Lengths) -> tuple[list[np.ndarray], float, Deal]:
        """The same where visits differ in length: each class has its part of the minutes. Also the minutes that are
        spent."""
        budgets = self.held.aside + minutes * self._parts
        heads, free, spent, aside = [], 0.0, 0.0, np.zeros(len(budgets))
        for code, one in enumerate(self._lists):
            head, used, blocked = _fitting(one, budgets[code], length, lengths_of)
            left = budgets[code] - used
            if not blocked and self._released[code] is not None:
                free += left
            else:
                # Less than a visit, or than the visit that is waited for, adds up from day to day; the rest is lost.
                aside[code] = left if blocked else left % length
            heads.append(head)
            spent += used
        for code, one in enumerate(self._lists if free > 0 else ()):
            head, used, blocked = _fitting(one, budgets[code] + free, length, lengths_of)
            if len(head) > len(heads[code]):
                more = used - float(lengths_of(heads[code]).sum())
                own = min(aside[code], more)
                aside[code] -= own
                free -= more - own
                spent += more
                heads[code] = head
        return heads, spent, Deal(self.held.owed, aside)


def dealt(n: int, wanted: np.ndarray) -> np.ndarray:
    """(classes,) whole slots, `n` in all, as near as can be to what each class should have had by now."""
    slots = np.maximum(np.floor(wanted + EPS), 0).astype(int)
    by_remainder = np.argsort(-(wanted - slots), kind="stable")
    left = n - int(slots.sum())
    for code in by_remainder.tolist() * (left // len(slots) + 1) if left > 0 else ():
        if left == 0:
            break
        slots[code] += 1
        left -= 1
    for code in by_remainder[::-1].tolist():
        if left >= 0:
            break
        given = min(slots[code], -left)
        slots[code] -= given
        left += given
    return slots


def _fitting(one: Fifo, minutes: float, length: float, lengths_of: Lengths) -> tuple[np.ndarray, float, bool]:
    """(people at the front of a list whose visits fit, minutes that they take, whether somebody is left who does not
    fit)."""
    n = int(max(minutes, 0.0) / length * 3) + 3
    while True:
        rows = one.peek(n)
        used = np.cumsum(lengths_of(rows))
        fits = int(np.searchsorted(used, minutes + EPS, side="right"))
        if fits < n:
            break
        n *= 4  # many short visits
    return rows[:fits], float(used[fits - 1]) if fits else 0.0, fits < len(rows)
