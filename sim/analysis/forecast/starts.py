"""Who joins a list in months ahead: by working day, with the season where two years show one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.flows.month import ListMonth
from sim.analysis.forecast.fitted import Fitted

TWO_YEARS = 24
SEASON_KEPT = 0.5
"""Of what a calendar month was above or below the others: two or three Januaries are few."""


@dataclass(frozen=True)
class Joiners:
    """`a_day`: starts a working day, season aside; `season`: (12,) what each calendar month is multiplied by, January
    first; `spread`: by what share a month is out (a standard deviation)."""

    a_day: float
    season: np.ndarray
    spread: float

    @classmethod
    def of(cls, fit: Fitted) -> "Joiners":
        a_day, calendar = fit.starts_a_day, np.array([_number(month) for month in fit.months[1:]])
        season = np.ones(12)
        if len(a_day) >= TWO_YEARS:
            level = np.exp(np.polyval(np.polyfit(np.arange(len(a_day)), np.log(a_day), 2), np.arange(len(a_day))))
            season = np.array([(a_day / level)[calendar == one].mean() for one in range(12)])
            season = (season / season.mean()) ** SEASON_KEPT
        even = a_day / season[calendar]
        weights = np.maximum(fit.weights, 0)
        mean = float(np.average(even, weights=weights))
        off = np.average((even / mean - 1) ** 2, weights=weights) * fit.counted / max(fit.counted - 1, 1.0)
        return cls(mean, season, float(np.sqrt(off)))

    def likely(self, months: Sequence[ListMonth]) -> list[float]:
        """Starts in each of `months`."""
        return [float(self.a_day * self.season[_number(month)] * month.working.sum()) for month in months]


def _number(month: ListMonth) -> int:
    return int(month.name[5:7]) - 1
