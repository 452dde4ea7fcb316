"""Paired differences over replications, with the t interval of their mean."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import stdtrit  # of scipy.stats, which takes a second to import, no more is needed

from sim.analysis.reading.tables import DIFFERENCES
from sim.analysis.statistics.long_waits import AT_LEAST, unknown
from sim.analysis.words.side import FEW

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
    with fewer than two replications). `more_than`: a mean that is not known is longer than this;
    `replications`: in which the value is known."""

    mean: float
    low: float
    high: float
    more_than: float = float("nan")
    replications: int = FEW


def level_of(values) -> Level:
    """Of the finite ones among `values` (n,)."""
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    nan = float("nan")
    return Level(float(known.mean()) if len(known) else nan, *interval(known), nan, len(known))


def level_at(kpi: str, group: str, values, bounds=None) -> Level:
    """The level of an indicator over replications. A time that too few reached in one of them is not known: the mean of
    the others would be too short. `bounds`: its `_at_least` in the same replications, in the same order."""
    values = np.asarray(list(values), float)
    if not unknown(kpi, group, values):
        return level_of(values)
    nan = float("nan")
    least = np.full(len(values), nan) if bounds is None else np.asarray(list(bounds), float)
    more_than = _mean(np.where(np.isnan(values), least, values)) if np.isfinite(least).any() else nan
    return Level(nan, nan, nan, more_than, np.count_nonzero(np.isfinite(values)))


def with_intervals(values: pd.DataFrame) -> pd.DataFrame:
    """One row for each combination of the columns beside `value`: the mean of the known values,
    `ci_low` and `ci_high` of its 95% interval."""
    groups = values.groupby([name for name in values if name != "value"], sort=False, observed=True)["value"]
    mean, n = groups.mean(), groups.count()
    half = stdtrit(n.where(n > 1) - 1, 0.5 + CONFIDENCE / 2) * groups.std() / np.sqrt(n)
    return pd.DataFrame({"value": mean, "ci_low": mean - half, "ci_high": mean + half}).reset_index()


def differences(kpis: pd.DataFrame, scenario: str, baseline: str) -> pd.DataFrame:
    """Scenario less baseline for each kpi and group, paired by replication (columns DIFFERENCES).

    A replication in which either is unknown does not count, unless it is a time: unknown is long (`long_waits`), so the
    mean of the others is not told, and the interval has the end that the bounds leave it, the other being infinite.
    What only one of the two has gets no difference. `replications`: those in which both are known.
    """
    if not baseline:
        return pd.DataFrame({name: [] for name in DIFFERENCES})
    index = ["kpi", "group", "unit"]
    own = {name: kpis[kpis.scenario == name] for name in (baseline, scenario)}
    keys = pd.concat([frame[index] for frame in own.values()]).drop_duplicates()
    replications = np.sort(kpis["replication"].unique())
    numbers = {name: _by_replication(frame, index, replications) for name, frame in own.items()}
    rows = []
    for key in keys.itertuples(index=False, name=None):
        least = (key[0] + AT_LEAST, *key[1:])
        of = (numbers[name].get(one) for one in (key, least) for name in (baseline, scenario))
        rows.append((*key, *difference_of(*key[:2], *of)))
    return pd.DataFrame(rows, columns=list(DIFFERENCES))


def difference_of(kpi: str, group: str, a, b, a_least=None, b_least=None) -> tuple:
    """The columns of DIFFERENCES after the key, of values paired by their place: `a`, `b` (replications,), None where
    there are none; `a_least`, `b_least`: what a time cannot be shorter than there."""
    if a is not None and b is not None and (unknown(kpi, group, a) or unknown(kpi, group, b)):
        return _bounded(a, b, a_least, b_least)
    return _difference(a, b)


def _by_replication(frame: pd.DataFrame, index: list[str], replications) -> dict[tuple, np.ndarray]:
    """(kpi, group, unit) -> its values (replications,), NaN where it is not known."""
    wide = frame.set_index([*index, "replication"])["value"].unstack("replication").reindex(columns=replications)
    return dict(zip(wide.index, wide.to_numpy(float), strict=True))


def _difference(a: np.ndarray | None, b: np.ndarray | None) -> tuple:
    """The columns of DIFFERENCES after the key, of values paired by their place; None where a scenario has none."""
    both = ~(np.isnan(a) | np.isnan(b)) if a is not None and b is not None else np.zeros(1, bool)
    if not both.any():
        return _mean(a), _mean(b), np.nan, np.nan, np.nan, 0
    a, b = a[both], b[both]
    return float(a.mean()), float(b.mean()), float((b - a).mean()), *interval(b - a), len(a)


def _bounded(a: np.ndarray, b: np.ndarray, a_least: np.ndarray | None, b_least: np.ndarray | None) -> tuple:
    """The same of a time that is long in some replications. One that is known in all of them has its mean."""
    long_a, long_b = np.isnan(a), np.isnan(b)
    means = (np.nan if long_a.any() else _mean(a), np.nan if long_b.any() else _mean(b))
    ends = one_end(*bounded_gaps(a, b, a_least, b_least), interval)
    return *means, np.nan, *ends, int((~long_a & ~long_b).sum())


def bounded_gaps(a: np.ndarray, b: np.ndarray, a_least=None, b_least=None) -> tuple[np.ndarray, int]:
    """Of a time that is long in some replications, the differences b - a (n,) at its bounds, and which way they may be
    exceeded: -1 where only `a` is long (each is at most that), 1 where only `b` is; none where both are, since nothing
    is known of those."""
    long_a, long_b = np.isnan(a), np.isnan(b)
    if long_a.any() and long_b.any():
        return np.empty(0), 0
    a, b = _at_bounds(a, a_least), _at_bounds(b, b_least)
    gap = b - a
    return gap[np.isfinite(gap)], -1 if long_a.any() else 1


def one_end(gap: np.ndarray, way: int, interval_of: Callable) -> tuple[float, float]:
    """The interval of the mean of `bounded_gaps`, which has one end; NaN of fewer than three, of which none is told."""
    if len(gap) < FEW or not way:
        return np.nan, np.nan
    low, high = interval_of(gap)
    return (-np.inf, high) if way < 0 else (low, np.inf)


def _at_bounds(values: np.ndarray, least) -> np.ndarray:
    return values if least is None else np.where(np.isnan(values), np.asarray(least, float), values)


def _mean(values: np.ndarray | None) -> float:
    """Of those that are known; NaN where none is."""
    number = np.count_nonzero(~np.isnan(values)) if values is not None else 0
    return float(np.nan_to_num(values).sum() / number) if number else np.nan  # summed as pandas does, to the bit
