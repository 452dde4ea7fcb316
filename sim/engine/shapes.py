"""Shapes of what passes between the parts of the engine."""

from collections.abc import Callable, Generator
from typing import Any, Protocol

import numpy as np
import simpy

Process = Generator[simpy.Event, Any, None]
"""What SimPy runs: it yields the events that it waits for."""
Move = tuple[str, np.ndarray, int | np.ndarray]
"""A place, the people who go there (n,), and the codes of the rules that send them: one for all, or one each (n,)."""
Lengths = Callable[[np.ndarray], np.ndarray]
"""Minutes that the visits of people (n,) take, of each (n,)."""


class Log(Protocol):
    """Where the world writes what happens: the event log, or what is put into order before it goes there."""

    def add(
        self,
        day: int,
        service: int,
        event: int,
        detail: int | np.ndarray,
        to: int,
        rows: np.ndarray,
        since: int | np.ndarray,
    ) -> None:
        """One batch: `rows` (n,); `detail` and `since` one for all or one each (n,). None of them is changed later."""

    def at_minute(self, minute: int | np.ndarray) -> None:
        """The last batch happened at `minute` 0-1439: one for all, or one each (n,)."""
