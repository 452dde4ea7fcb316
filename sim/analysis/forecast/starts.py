"""Who joins a list in months ahead: by working day, with the season where two years show one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.flows.month import ListMonth
from sim.analysis.forecast.fitted import MOVES, TREND_KEPT, Fitted

TWO_YEARS = 24
SEASON_KEPT = 0.5
"""Of what a calendar month was above or below the others: two or three Januaries are few."""


@dataclass(frozen=True)
class Joiners:
    """`a_day`: starts a working day at the last month, season aside; `moving`: how they move a month, as a share;
    `season`: (12,) what each calendar month is multiplied by, January first; `spread`: by what share a month is out (a
    standard deviation)."""

    a_day: float
    moving: float
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
        even, age = np.log(a_day / season[calendar]), np.arange(len(a_day)) - (len(a_day) - 1.0)
        mean, middle = (np.average(one, weights=fit.weights) for one in (even, age))
        more = fit.counted / max(fit.counted - 1, 1.0)
        chance = np.average((even - mean) ** 2, weights=fit.weights) * more
        across = fit.weights @ (age - middle) ** 2
        moving = float(fit.weights @ ((age - middle) * (even - mean)) / max(across + chance / MOVES**2, 1e-12))
        off = np.average((even - mean - moving * (age - middle)) ** 2, weights=fit.weights) * more
        return cls(float(np.exp(mean - moving * middle)), moving, season, float(np.sqrt(off)))

    def likely(self, months: Sequence[ListMonth]) -> list[float]:
        """Starts in each of `months`."""
        moved = np.exp(self.moving * np.cumsum(TREND_KEPT ** np.arange(1, len(months) + 1)))
        return [
            float(self.a_day * more * self.season[_number(month)] * month.working.sum())
            for more, month in zip(moved, months)
        ]


def _number(month: ListMonth) -> int:
    return int(month.name[5:7]) - 1
