"""Removals that go with the time waited: the hazard of a list by days waited, added up."""

from collections.abc import Mapping

import numpy as np

from sim.domain.by_weeks import DAYS, Steps

SURE = 0.999999
"""A share of 1 a week is as good as this."""


class RemovalsByWait:
    """The hazard of being taken off a list, constant within each step of days waited.

    `reached` and `days_at` turn days waited into hazard added up since day 0, and back.
    """

    def __init__(self, share_by_weeks: Mapping[str, float]) -> None:
        steps = Steps.of(share_by_weeks)
        self._days = steps.days
        self._rates = -np.log1p(-np.minimum(steps.values, SURE)) / DAYS
        self._sums = np.concatenate([[0.0], np.cumsum(self._rates[:-1] * np.diff(self._days))])

    def reached(self, days: np.ndarray) -> np.ndarray:
        """(n,) hazard added up over the first `days` (n,) waited."""
        step = self._days.searchsorted(days, "right") - 1
        found: np.ndarray = self._sums[step] + self._rates[step] * (days - self._days[step])
        return found

    def days_at(self, sums: np.ndarray) -> np.ndarray:
        """(n,) days waited at which the hazard has added up to `sums` (n,); infinite where it never does."""
        step = self._sums.searchsorted(sums, "right") - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            more = (sums - self._sums[step]) / self._rates[step]
        found: np.ndarray = self._days[step] + np.where(self._rates[step] > 0, more, np.inf)
        return found
