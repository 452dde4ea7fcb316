"""Differences of means of two runs that share nothing, with Welch's interval."""

import math

import numpy as np
import pandas as pd
from scipy import stats

from sim.analysis.reading.tables import DIFFERENCES
from sim.analysis.statistics.long_waits import AT_LEAST, unknown
from sim.analysis.statistics.paired import CONFIDENCE
from sim.analysis.words.side import FEW


def unpaired(kpis: pd.DataFrame, scenario: str, baseline: str) -> pd.DataFrame:
    """As `paired.differences`, but each mean over all replications of its own;
    `replications`: of the one that has fewer.

    The interval is that of Welch (1947), for variances that need not be equal; NaN with fewer than two replications. Of
    a time that is long in some of them (`long_waits`) it has the end that its bounds leave.
    """
    values = {
        key: part["value"].to_numpy(float)
        for key, part in kpis.groupby(["scenario", "kpi", "group", "unit"], sort=False)
    }
    keys = dict.fromkeys(key[1:] for key in values if (baseline, *key[1:]) in values and (scenario, *key[1:]) in values)
    rows = []
    for key in keys:
        of = [values[name, *key] for name in (baseline, scenario)]
        least = [values.get((name, key[0] + AT_LEAST, *key[1:])) for name in (baseline, scenario)]
        rows += [(*key, *row) for row in _row(key, of, least)]
    return pd.DataFrame(rows, columns=list(DIFFERENCES))


def _row(key: tuple, of: list[np.ndarray], least: list) -> list[tuple]:
    """The columns after the key; none of what is known nowhere in one of the two."""
    a, b = (one[np.isfinite(one)] for one in of)
    count = min(len(a), len(b))
    if not any(unknown(*key[:2], one) for one in of):
        return [(a.mean(), b.mean(), b.mean() - a.mean(), *_welch(a, b), count)] if count else []
    long = [bool(np.isnan(one).any()) for one in of]
    means = [math.nan if none else float(one.mean()) for none, one in zip(long, of, strict=True)]
    ends = (math.nan, math.nan)
    bounds = [
        one if bound is None else np.where(np.isnan(one), bound, one) for one, bound in zip(of, least, strict=True)
    ]
    if not all(long) and np.isfinite(np.concatenate(bounds)).all() and min(map(len, bounds)) >= FEW:
        low, high = _welch(*bounds)
        ends = (-math.inf, high) if long[0] else (low, math.inf)
    return [(*means, math.nan, *ends, count)]


def _welch(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    if min(len(a), len(b)) < 2:
        return math.nan, math.nan
    if not (a.std() or b.std()):
        return (float(b.mean() - a.mean()),) * 2
    low, high = stats.ttest_ind(b, a, equal_var=False).confidence_interval(CONFIDENCE)
    return float(low), float(high)
