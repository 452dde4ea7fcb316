"""Paired differences over replications, with the t interval of their mean."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import stdtrit  # of scipy.stats, which takes a second to import, no more is needed

from sim.analysis.reading.tables import DIFFERENCES

CONFIDENCE = 0.95


def interval(values: np.ndarray) -> tuple[float, float]:
    """The 95% interval of the mean of independent values (n,); NaN for fewer than two."""
    n = len(values)
    if n < 2:
        return float("nan"), float("nan")
    half = t_quantile(n - 1) * values.std(ddof=1) / np.sqrt(n)
    return float(values.mean() - half), float(values.mean() + half)


@lru_cache(maxsize=10_000)
def t_quantile(freedom: int) -> float:
    """Half the width of a 95% interval in standard errors; asked for thousands of times a report."""
    return float(stdtrit(freedom, 0.5 + CONFIDENCE / 2))


@dataclass(frozen=True)
class Level:
    """A mean over replications with its 95% interval; NaN where it is not known (ends:
    with fewer than two replications)."""

    mean: float
    low: float
    high: float


def level_of(values) -> Level:
    """Of the finite ones among `values` (n,)."""
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    return Level(float(known.mean()) if len(known) else float("nan"), *interval(known))


def with_intervals(values: pd.DataFrame) -> pd.DataFrame:
    """One row for each combination of the columns beside `value`: the mean of the known values,
    `ci_low` and `ci_high` of its 95% interval."""
    groups = values.groupby([name for name in values if name != "value"], sort=False, observed=True)["value"]
    mean, n = groups.mean(), groups.count()
    half = stdtrit(n.where(n > 1) - 1, 0.5 + CONFIDENCE / 2) * groups.std() / np.sqrt(n)
    return pd.DataFrame({"value": mean, "ci_low": mean - half, "ci_high": mean + half}).reset_index()


def differences(kpis: pd.DataFrame, scenario: str, baseline: str) -> pd.DataFrame:
    """Scenario less baseline for each kpi and group, paired by replication (columns DIFFERENCES).

    A replication in which either is unknown does not count. What only one of the two has gets no difference.
    """
    if not baseline:
        return pd.DataFrame({name: [] for name in DIFFERENCES})
    index = ["kpi", "group", "unit"]
    wide = {
        name: kpis[kpis.scenario == name].set_index([*index, "replication"])["value"].unstack("replication")
        for name in (baseline, scenario)
    }
    order = kpis[kpis.scenario == baseline].drop_duplicates(index)[index]
    extra = kpis[kpis.scenario == scenario].drop_duplicates(index)[index]
    keys = pd.concat([order, extra]).drop_duplicates()
    rows = []
    for kpi, group, unit in keys.itertuples(index=False):
        key = (kpi, group, unit)
        a = wide[baseline].loc[key] if key in wide[baseline].index else None
        b = wide[scenario].loc[key] if key in wide[scenario].index else None
        if a is None or b is None:
            known = a if a is not None else b
            level = float(known.mean())
            rows.append(
                (
                    kpi,
                    group,
                    unit,
                    level if a is not None else np.nan,
                    level if b is not None else np.nan,
                    np.nan,
                    np.nan,
                    np.nan,
                    0,
                )
            )
            continue
        both = a.notna() & b.notna()
        if not both.any():
            rows.append((kpi, group, unit, float(a.mean()), float(b.mean()), np.nan, np.nan, np.nan, 0))
            continue
        a, b = a[both].to_numpy(), b[both].to_numpy()
        low, high = interval(b - a)
        rows.append((kpi, group, unit, float(a.mean()), float(b.mean()), float((b - a).mean()), low, high, len(a)))
    return pd.DataFrame(rows, columns=list(DIFFERENCES))
