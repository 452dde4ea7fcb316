"""Draws of what is not known, each with replications of chance: what comes of which.

The outer loop draws parameters, the inner one replications, and no two draws share a replication: so value j of draw
i is mean + (effect of draw i) + (luck of replication j in draw i), a one-way random-effects layout (Searle, Casella
and McCulloch 1992, ch. 3).
"""

import math
from collections.abc import Callable
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


def believed(lowest: np.ndarray, highest: np.ndarray | None = None) -> tuple[float, float]:
    """The range that holds 95% of what draws are drawn from, as well as so many say; NaN of fewer than two.

    Draw i lies between `lowest` and `highest` (n,), which may be infinite, or is known (None). The ends are order
    statistics of rank 0.025 (n + 1) and 0.975 (n + 1), between two of them on a line, so that the range holds 95% on
    average whatever the distribution; of fewer than 39 draws it is the least and the most, and holds less (`covered`).
    """
    highest = lowest if highest is None else highest
    if len(lowest) < 2:
        return math.nan, math.nan
    first, last = _ranks(len(lowest))
    return _at_rank(np.sort(lowest), first, math.floor), _at_rank(np.sort(highest), last, math.ceil)


def _ranks(n: int) -> tuple[float, float]:
    """Of both ends among n draws, from 1."""
    first = max(ENDS[0] * (n + 1), 1.0)
    return first, n + 1 - first


def _at_rank(ordered: np.ndarray, rank: float, outwards: Callable[[float], int]) -> float:
    """Between two of `ordered`; next to an infinite one, the one that is further out."""
    below = min(math.floor(rank), len(ordered) - 1)
    one, other = float(ordered[below - 1]), float(ordered[below])
    if not (math.isfinite(one) and math.isfinite(other)):
        return float(ordered[outwards(rank) - 1])
    return one + (rank - below) * (other - one)


@dataclass(frozen=True)
class Covered:
    """How much of what draws are drawn from the range of `believed` holds: on average, and in 95 of 100 such runs
    between `low` and `high`, which is the Monte Carlo error of having so many draws and no more."""

    mean: float
    low: float
    high: float


def covered(n: int) -> Covered:
    """Of n draws, whatever they are drawn from; NaN of fewer than two.

    What lies between two order statistics is beta distributed (Wilks 1941, "Determination of sample sizes for setting
    tolerance limits", Ann Math Stat 12, 91-96).
    """
    if n < 2:
        return Covered(math.nan, math.nan, math.nan)
    first, last = _ranks(n)
    between = stats.beta(last - first, n + 1 - (last - first))
    return Covered(float(between.mean()), *map(float, between.ppf(ENDS)))


@dataclass(frozen=True)
class Better:
    """Shares of draws whose difference is better, equal, worse and undecided; they add to 1.
    `low`, `high`: 95% Wilson interval of `better`, from none of the undecided to all of them.

    The interval is the Monte Carlo error of having so many draws and no more. An equal draw does not count as better.
    """

    better: float
    equal: float
    worse: float
    low: float
    high: float
    undecided: float = 0.0


def better_in(lowest: np.ndarray, lower_is_better: bool, highest: np.ndarray | None = None) -> Better:
    """How often draws (n,) of scenario less comparator are to the better side of 0: draw i lies between `lowest` and
    `highest`, or is known (None); a draw that may be on either side is undecided."""
    n = len(lowest)
    if not n:
        return Better(*[math.nan] * 6)
    highest = lowest if highest is None else highest
    least, most = (-highest, -lowest) if lower_is_better else (lowest, highest)
    better, equal, worse = int((least > 0).sum()), int(((least == 0) & (most == 0)).sum()), int((most < 0).sum())
    undecided = n - better - equal - worse
    low = stats.binomtest(better, n).proportion_ci(CONFIDENCE, "wilson").low
    high = stats.binomtest(better + undecided, n).proportion_ci(CONFIDENCE, "wilson").high
    return Better(better / n, equal / n, worse / n, float(low), float(high), undecided / n)
