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

from sim.analysis.statistics.long_waits import AT_LEAST, unknown
from sim.analysis.statistics.paired import CONFIDENCE, bounded_gaps, one_end
from sim.analysis.words.side import FEW

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

    `kpis`: rows as in kpis.csv. A replication in which either value is unknown does not count for that scenario, unless
    it is a time: that is long, and the interval has the end that its bounds (`_at_least`) leave, with no mean and no
    test. With fewer than two there is no interval, with fewer than three, or where all differ by the same, no test.
    `ci_low`, `ci_high`: all intervals hold at once with probability `confidence`. Raises `ValueError` for a scenario,
    an indicator or a group that is not in the table, or one that is named twice.
    """
    rows = kpis[(kpis["kpi"] == kpi) & (kpis["group"] == group)]
    if len(set(scenarios)) < len(scenarios) or baseline in scenarios:
        raise ValueError("a scenario stands twice, or is the baseline")
    values, least = _by_scenario(rows), _by_scenario(kpis[(kpis["kpi"] == kpi + AT_LEAST) & (kpis["group"] == group)])
    absent = [name for name in (baseline, *scenarios) if name not in values]
    if absent:
        raise ValueError(f"no rows of {kpi} ({group}) in {', '.join(map(str, absent))}")
    found_gaps = [_gaps(kpi, group, *_both(values, least, baseline, name)) for name in scenarios]
    gaps = [gap for gap, _ in found_gaps]
    tests = max(sum(len(gap) > 1 for gap in gaps), 1)
    found = [_told(*one, 1 - (1 - confidence) / tests) for one in found_gaps]
    corrected = holm([p for _, _, _, p in found])
    return pd.DataFrame(
        [
            (name, mean, low, high, p, p_holm, bool(p_holm <= 1 - confidence), len(gap))
            for name, (mean, low, high, p), p_holm, gap in zip(scenarios, found, corrected.tolist(), gaps, strict=True)
        ],
        columns=list(COLUMNS),
    )


def _by_scenario(rows: pd.DataFrame) -> dict:
    """scenario -> its values by replication; `ValueError` for a replication that stands twice."""
    if rows.duplicated(["scenario", "replication"]).any():
        raise ValueError("a replication stands twice")
    return {
        name: part.set_index("replication")["value"].astype(float)
        for name, part in rows.groupby("scenario", sort=False)
    }


def _both(values: dict, least: dict, baseline: str, name: str) -> list[np.ndarray | None]:
    """Values of the two in the replications that both have, and their bounds there."""
    shared = values[baseline].index.intersection(values[name].index).sort_values()
    return [
        of[one].reindex(shared).to_numpy() if one in of else None for of in (values, least) for one in (baseline, name)
    ]


def _gaps(kpi: str, group: str, a, b, a_least, b_least) -> tuple[np.ndarray, int]:
    """Differences (n,), and which way they may be exceeded (`bounded_gaps`): 0 of what is known."""
    if unknown(kpi, group, [a, b]):
        return bounded_gaps(a, b, a_least, b_least)
    return (b - a)[np.isfinite(b - a)], 0


def _told(gap: np.ndarray, way: int, confidence: float) -> tuple[float, float, float, float]:
    """Mean, ends of its interval, p."""
    if not way:
        return _paired(gap, confidence)
    return math.nan, *one_end(gap, way, lambda of: _paired(of, confidence)[1:3]), math.nan


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
