"""Several scenarios against one baseline: the more are compared, the more often one of them looks better by chance.

Tests are paired t tests over replications. Their p-values are corrected by Holm's step-down procedure (1979, "A
simple sequentially rejective multiple test procedure", Scand J Stat 6, 65-70), which keeps the chance of any false
alarm at what was asked for, however the scenarios hang together: common random numbers are no obstacle. Intervals
are those of Bonferroni, of which all hold at once with 95%. Holm's procedure has no simple intervals of its own and
finds a little more than Bonferroni's: a difference may be significant and its simultaneous interval just touch 0,
never the other way round.
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from sim.analysis.statistics.long_waits import unknown
from sim.analysis.statistics.paired import CONFIDENCE

FEW = 3
"""With fewer replications an interval is told, and no p."""
COLUMNS = ("scenario", "difference", "ci_low", "ci_high", "p", "p_holm", "significant", "replications")


def holm(p: Sequence[float]) -> np.ndarray:
    """(m,) p-values of m tests, corrected for there being m of them; NaN where there is none, which is then no test."""
    p = np.asarray(p, float)
    corrected = np.full(len(p), np.nan)
    order = np.argsort(p, kind="stable")
    order = order[np.isfinite(p[order])]
    steps = p[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return corrected


def several_against_one(
    kpis: pd.DataFrame,
    baseline: str,
    scenarios: Sequence[str],
    kpi: str,
    group: str = "all",
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Each of `scenarios` less `baseline` on one indicator, as one family of comparisons
    (columns COLUMNS, in the order given).

    `kpis`: rows as in kpis.csv. A replication in which either value is unknown does not count for that scenario (a time
    that is long in one of them has no difference); with fewer than two there is no interval, with fewer than three, or
    where all differ by the same, no test. `ci_low`, `ci_high`: all intervals hold at once with
    probability `confidence`. Raises `ValueError` for a scenario, an indicator or a group that is not in the table, or
    one that is named twice.
    """
    rows = kpis[(kpis["kpi"] == kpi) & (kpis["group"] == group)]
    if len(set(scenarios)) < len(scenarios) or baseline in scenarios:
        raise ValueError("a scenario stands twice, or is the baseline")
    wide = rows.pivot(index="replication", columns="scenario", values="value")
    absent = [name for name in (baseline, *scenarios) if name not in wide]
    if absent:
        raise ValueError(f"no rows of {kpi} ({group}) in {', '.join(map(str, absent))}")
    gaps = [
        np.empty(0)
        if unknown(kpi, group, wide[[name, baseline]])
        else (wide[name] - wide[baseline]).dropna().to_numpy()
        for name in scenarios
    ]
    tests = max(sum(len(gap) > 1 for gap in gaps), 1)
    found = [_paired(gap, 1 - (1 - confidence) / tests) for gap in gaps]
    corrected = holm([p for _, _, _, p in found])
    return pd.DataFrame(
        [
            (name, mean, low, high, p, p_holm, bool(p_holm <= 1 - confidence), len(gap))
            for name, (mean, low, high, p), p_holm, gap in zip(scenarios, found, corrected.tolist(), gaps, strict=True)
        ],
        columns=list(COLUMNS),
    )


def _paired(gap: np.ndarray, confidence: float) -> tuple[float, float, float, float]:
    """Mean, ends of its interval, two-sided p of no difference.
    No p where all of `gap` (n,) are equal, or of fewer than three: there chance has shown nothing to judge by."""
    n = len(gap)
    if n < 2:
        return float(gap.mean()) if n else math.nan, math.nan, math.nan, math.nan
    mean, spread = float(gap.mean()), float(gap.std(ddof=1))
    if (gap == gap[0]).all():
        return float(gap[0]), float(gap[0]), float(gap[0]), math.nan
    error = spread / math.sqrt(n)
    half = float(stdtrit(n - 1, 0.5 + confidence / 2)) * error
    return mean, mean - half, mean + half, math.nan if n < FEW else float(2 * stdtr(n - 1, -abs(mean) / error))
