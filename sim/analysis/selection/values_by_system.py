"""What a procedure has been told so far."""

import math

import numpy as np


class ValuesBySystem:
    """Values by system, in the order of replications, however they come."""

    def __init__(self, systems: int, largest: bool):
        self._sign = 1.0 if largest else -1.0
        self._values: list[dict[int, float]] = [{} for _ in range(systems)]

    def tell(self, system: int, replication: int, value: float) -> None:
        """One result. `ValueError` for one that is no number: what is unknown cannot be ranked."""
        if not math.isfinite(value):
            raise ValueError(f"system {system}, replication {replication}: the value is unknown and cannot be ranked")
        self._values[system].setdefault(replication, self._sign * value)

    def values(self, system: int) -> np.ndarray:
        """(n,) what was told of a system, in the order of replications up to the first that is not there."""
        known, n = self._values[system], 0
        while n in known:
            n += 1
        return self._sign * self._first(system, n)

    def _missing(self, system: int, upto: int) -> list[tuple[int, int]]:
        return [(system, r) for r in range(upto) if r not in self._values[system]]

    def _first(self, system: int, n: int) -> np.ndarray:
        """(n,) values; the larger the better."""
        known = self._values[system]
        return np.array([known[r] for r in range(n)])
