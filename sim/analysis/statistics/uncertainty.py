"""Draws of what is not known, each with replications of chance: what comes of which.

The outer loop draws parameters, the inner one replications, and no two draws share a replication: so value j of draw
i is mean + (effect of draw i) + (luck of replication j in draw i), a one-way random-effects layout (Searle, Casella
and McCulloch 1992, ch. 3).
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from sim.analysis.statistics.paired import CONFIDENCE

ENDS = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)


@dataclass(frozen=True)
class Split:
    """Variance of one replication of one draw, split. `means` (draws,): the mean of each draw that is known.

    `ignorance`: variance between draws, unbiased, so that it may come out below 0 where there is next to none;
    `chance`: variance of one replication within a draw; `noise`: what chance leaves in the variance of `means`. NaN for
    fewer than two draws, or without a draw of two replications.
    """

    means: np.ndarray
    replications: int
    ignorance: float
    chance: float
    noise: float
    low: float
    high: float

    @property
    def mean(self) -> float:
        """Of the draws' means, each draw counting once."""
        return math.fsum(self.means.tolist()) / len(self.means) if len(self.means) else math.nan

    @property
    def share(self) -> float:
        """Share of the variance that is ignorance, 0 to 1; its 95% interval is `low` to `high`.
        NaN where nothing varies."""
        known = max(self.ignorance, 0.0)
        return known / (known + self.chance) if known + self.chance > 0 else math.nan


def split(draws: np.ndarray, values: np.ndarray) -> Split:
    """The split of `values` (n,) by the draw of each, `draws` (n,); values that are not finite do not count.

    The draws may have different numbers of replications: MSW = within, MSB = between mean square, n0 =
    (N - sum n_i^2 / N) / (k - 1), ignorance = (MSB - MSW) / n0. Interval of the share by the F distribution of MSB /
    MSW (normal values; exact for equal numbers).
    """
    known = np.isfinite(values)
    _, draw = np.unique(draws[known], return_inverse=True)
    values = values[known].astype(float)
    counts = np.bincount(draw)
    k, n = len(counts), len(values)
    means = np.bincount(draw, weights=values) / counts if k else np.zeros(0)
    if k < 2 or n == k:
        return Split(means, n, math.nan, math.nan, math.nan, math.nan, math.nan)
    within = math.fsum(((values - means[draw]) ** 2).tolist()) / (n - k)
    between = math.fsum((counts * (means - values.mean()) ** 2).tolist()) / (k - 1)
    usual = (n - math.fsum((counts**2).tolist()) / n) / (k - 1)
    ignorance = (between - within) / usual
    noise = within * float(np.mean(1 / counts))
    return Split(means, n, ignorance, within, noise, *_share_interval(between, within, usual, k - 1, n - k))


def _share_interval(between, within, usual, above, below) -> tuple[float, float]:
    """95% interval of ignorance / (ignorance + chance), within 0 to 1."""
    if within == 0:
        return (1.0, 1.0) if between > 0 else (math.nan, math.nan)
    ends = [(between / within / stats.f.ppf(q, above, below) - 1) / usual for q in ENDS[::-1]]
    return tuple(max(ratio, 0.0) / (1 + max(ratio, 0.0)) for ratio in ends)


def without_noise(parts: Split) -> np.ndarray:
    """(draws,) the means, drawn towards their own mean until they spread as far as ignorance alone would spread them.

    Their order stays; their variance is `ignorance`. Exact for normal effects, and the usual approximation for others.
    All equal to the mean where ignorance cannot be told from 0; as they are where the noise is not known.
    """
    spread = float(parts.means.var(ddof=1)) if len(parts.means) > 1 else 0.0
    if not math.isfinite(parts.noise) or spread == 0:
        return parts.means
    kept = math.sqrt(min(max((spread - parts.noise) / spread, 0.0), 1.0))
    centre = parts.means.mean()
    return centre + kept * (parts.means - centre)


def believed(values: np.ndarray) -> tuple[float, float]:
    """The 2.5% and 97.5% quantiles of draws (n,); NaN of fewer than two."""
    return tuple(np.quantile(values, ENDS).tolist()) if len(values) > 1 else (math.nan, math.nan)


@dataclass(frozen=True)
class Better:
    """Shares of draws whose difference is better, equal and worse; they add to 1.
    `low`, `high`: 95% Wilson interval of `better`.

    The interval is the Monte Carlo error of having so many draws and no more. An equal draw does not count as better.
    """

    better: float
    equal: float
    worse: float
    low: float
    high: float


def better_in(differences: np.ndarray, lower_is_better: bool) -> Better:
    """How often draws (n,) of scenario less comparator are to the better side of 0."""
    n = len(differences)
    if not n:
        return Better(*[math.nan] * 5)
    way = -differences if lower_is_better else differences
    better, equal = int((way > 0).sum()), int((way == 0).sum())
    ends = stats.binomtest(better, n).proportion_ci(CONFIDENCE, "wilson")
    return Better(better / n, equal / n, (n - better - equal) / n, float(ends.low), float(ends.high))
