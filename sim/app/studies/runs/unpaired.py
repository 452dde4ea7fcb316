"""Differences of means of two runs that share nothing, with Welch's interval."""

import math

import pandas as pd
from scipy import stats

from sim.analysis.reading.tables import DIFFERENCES
from sim.analysis.statistics.paired import CONFIDENCE


def unpaired(kpis: pd.DataFrame, scenario: str, baseline: str) -> pd.DataFrame:
    """As `paired.differences`, but each mean over all replications of its own;
    `replications`: of the one that has fewer.

    The interval is that of Welch (1947), for variances that need not be equal; NaN with fewer than two replications.
    """
    rows = []
    for (kpi, group, unit), part in kpis.groupby(["kpi", "group", "unit"], sort=False):
        a, b = (part.loc[part["scenario"] == name, "value"].dropna().to_numpy() for name in (baseline, scenario))
        if not (len(a) and len(b)):
            continue
        low = high = math.nan
        if min(len(a), len(b)) > 1:
            known = a.std() or b.std()
            low, high = (
                stats.ttest_ind(b, a, equal_var=False).confidence_interval(CONFIDENCE)
                if known
                else (b.mean() - a.mean(),) * 2
            )
        rows.append(
            (kpi, group, unit, a.mean(), b.mean(), b.mean() - a.mean(), float(low), float(high), min(len(a), len(b)))
        )
    return pd.DataFrame(rows, columns=list(DIFFERENCES))
