"""How fast a list moves: people who left it in the last weeks, seen or not, for rules that ask how long it takes."""

from collections import deque

FIRST_DAYS, DAYS = 7, 28
"""Nothing is known before a week has passed; after that it is of the last four weeks, or of those that there were."""


class Pace:
    """Told each evening who waits. `a_week`: people who leave the list in a week; None until it is known."""

    def __init__(self, waiting: int) -> None:
        self.a_week: float | None = None
        self._waiting = waiting
        self._left: deque[int] = deque(maxlen=DAYS)

    def evening(self, joined: int, waiting: int) -> None:
        """The end of a day on which so many `joined`, with so many `waiting` now."""
        self._left.append(self._waiting + joined - waiting)
        self._waiting = waiting
        if len(self._left) >= FIRST_DAYS:
            self.a_week = 7 * sum(self._left) / len(self._left)
