"""One indicator over draws, and what is known of it where it is a time that is long in some of them."""

import math
from dataclasses import dataclass

import numpy as np

from sim.analysis.statistics.long_waits import AT_LEAST, is_time
from sim.app.studies.uncertainty.believed_runs import PointOutcomes, matrix

EQUAL = 1e-9
"""Parts of the level within which a difference is none: the rounding of sums."""


_NAMES = ("baseline", "scenario")


@dataclass(frozen=True)
class DrawnIndicator:
    """Of a time that is unknown in a replication only this is known, that it is longer than its bound: so a draw's mean
    difference lies between `lowest` and `highest` (draws,), which are one where it is known, infinite where nothing
    says how long, and NaN of a draw that could not be, or has no such indicator.

    `levels`: `baseline` and `scenario` -> (draws, replications) values, NaN where unknown; `least`: the same with each
    unknown time at its bound. `gap`: (draws, replications) scenario less baseline; `there`: (draws, replications) where
    there is something that may be known.
    """

    levels: dict[str, np.ndarray]
    least: dict[str, np.ndarray]
    gap: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    there: np.ndarray

    @property
    def told(self) -> np.ndarray:
        """(draws,) of which anything is known."""
        return ~np.isnan(self.lowest)

    @property
    def known(self) -> np.ndarray:
        """(draws,) whose mean difference is known."""
        return np.isfinite(self.lowest) & (self.lowest == self.highest)

    @property
    def long(self) -> int:
        """Draws in which it is long in a replication of either scenario: then no mean over the others is told."""
        return int((self.told & ~self.known).sum())

    def mean(self, which: str) -> float:
        """Of `baseline`, `scenario` or their `difference`; NaN where it is long in some draw."""
        values = self.gap if which == "difference" else self.levels[which]
        return float(values[self.there].mean()) if self.there.any() else math.nan

    def more_than(self, which: str) -> float:
        """What the mean of `baseline` or `scenario` is more than, where it is long in some draw; else NaN."""
        return (
            float(self.least[which][self.there].mean())
            if math.isnan(self.mean(which)) and self.there.any()
            else math.nan
        )


def drawn_of(outcomes: PointOutcomes, kpi: str, group: str, draws: int) -> DrawnIndicator:
    """An indicator of `draws` draws, a mean over the replications of each."""
    levels = {name: matrix(outcomes, kpi, group, draws, name) for name in _NAMES}
    before, after = levels.values()
    gap = after - before
    gap[np.abs(gap) <= EQUAL * np.maximum(np.abs(before), 1.0)] = 0.0
    if not is_time(kpi, group):
        lowest = _means(gap)
        return DrawnIndicator(levels, levels, gap, lowest, lowest, np.isfinite(gap))
    bounds = [matrix(outcomes, kpi + AT_LEAST, group, draws, name) for name in _NAMES]
    there = ~np.isnan([before, after, *bounds]).all(axis=0)
    least = {
        name: np.where(np.isnan(levels[name]), np.nan_to_num(bound), levels[name])
        for name, bound in zip(_NAMES, bounds, strict=True)
    }
    ends = least["scenario"] - least["baseline"]
    low = np.where(np.isnan(before), -np.inf, ends)
    high = np.where(np.isnan(after), np.inf, ends)
    low, high = (np.where(there, np.where(np.isnan(gap), of, gap), np.nan) for of in (low, high))
    return DrawnIndicator(levels, least, gap, _means(low), _means(high), there)


def _means(values: np.ndarray) -> np.ndarray:
    """(draws,) over the replications that are not NaN; NaN where all are."""
    counts = (~np.isnan(values)).sum(axis=1)
    return np.where(counts > 0, np.nansum(values, axis=1) / np.maximum(counts, 1), math.nan)
