"""Shapes of what passes between the parts of the engine."""

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy

Process = Generator[simpy.Event, Any, None]
"""What SimPy runs: it yields the events that it waits for."""
Move = tuple[str, np.ndarray, int | np.ndarray]
"""A place, the people who go there (n,), and the codes of the rules that send them: one for all, or one each (n,)."""
Lengths = Callable[[np.ndarray], np.ndarray]
"""Minutes that the visits of people (n,) take, of each (n,)."""
