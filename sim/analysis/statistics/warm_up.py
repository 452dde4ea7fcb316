"""How long the system fills before what it shows is its own: MSER-5 on the lengths of waiting lists.

White (1997), "An effective truncation heuristic for bias reduction in simulation output", Simulation 69, 323-334, and
Spratt and White's batches of five: of all places to cut, the one after which the mean of what is left has the smallest
standard error. A cut in the second half means that the series is too short to tell, or that the list does not settle.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.analysis.reading.tables import WARM_UP
from sim.analysis.reading.waiting_series import BATCH_DAYS

LEFT = 5
"""Batches that are left at least: the statistic of fewer is small by chance (Hoad, Robinson and Davies 2010,
J Simulation 4)."""
TOTAL = "all"
"""All lists together."""


@dataclass(frozen=True)
class Cut:
    """Where MSER-5 cuts a series: after `days`, None where it finds no place. `statistic` (places,): at 0, 1, 2, ...
    batches cut."""

    days: int | None
    statistic: np.ndarray = field(repr=False)


def mser_of_batches(batches: Sequence[float], days: int = BATCH_DAYS, left: int = LEFT) -> Cut:
    """MSER on batch means (k,) of `days` days each.

    With d batches cut, the statistic is the sum of squared distances of the k - d others from their mean, over
    (k - d)². The first of the lowest counts, if no more than half of the batches lie before it. Fewer than
    `left` batches tell nothing.
    """
    z = np.asarray(batches, float)
    k = len(z)
    if k < max(left, 2) or not np.isfinite(z).all():
        return Cut(None, np.zeros(0))
    z = z - z[-1]  # the sums of a list that has stopped moving are then exact
    remain = np.arange(k, 0, -1)
    total, squares = np.cumsum(z[::-1])[::-1], np.cumsum(z[::-1] ** 2)[::-1]
    statistic = (np.maximum(squares - total**2 / remain, 0.0) / remain**2)[: k - left + 1]
    best = int(statistic.argmin())
    return Cut(best * days if 2 * best <= k else None, statistic)


def mser5(daily: Sequence[float]) -> Cut:
    """MSER-5 on a series of one value a day (n,); the last days, if fewer than five, are left out."""
    values = np.asarray(daily, float)
    return mser_of_batches(values[: len(values) // BATCH_DAYS * BATCH_DAYS].reshape(-1, BATCH_DAYS).mean(axis=1))


def warm_up_table(series: dict[str, Iterable[list]]) -> pd.DataFrame:
    """Mean over replications (columns WARM_UP). `series`: scenario -> what `waiting_by_batch` gives,
    of one replication after the other."""
    rows = [(name, *row) for name, several in series.items() for one in several for row in one]
    frame = pd.DataFrame(rows, columns=list(WARM_UP))
    return frame.groupby(["scenario", "service", "day"], sort=False, as_index=False)["waiting"].mean()


def by_service(frame: pd.DataFrame, scenario: str) -> dict[str, np.ndarray]:
    """service -> (batches,) people waiting; `all`: of all services together, and first."""
    own = frame[frame["scenario"] == scenario]
    found = {service: rows["waiting"].to_numpy(float) for service, rows in own.groupby("service", sort=False)}
    return {TOTAL: np.sum(list(found.values()), axis=0), **found} if found else {}


def advice(frame: pd.DataFrame, scenario: str, warm_up_days: int, labels: dict[str, str]) -> str:
    """Sentences for the report: what MSER-5 would cut, beside what is cut; "" where the scenario has no series.
    `labels`: of services."""
    cuts = {service: mser_of_batches(values) for service, values in by_service(frame, scenario).items()}
    if not cuts:
        return ""
    whole = cuts.pop(TOTAL).days
    words = (
        f"MSER-5 would cut {whole} days of all lists together"
        if whole is not None
        else "MSER-5 finds no place to cut all lists together (they do not settle, or the run is too short to tell)"
    ) + f"; run.warm_up_days is {warm_up_days}."
    never = [service for service, cut in cuts.items() if cut.days is None]
    longer = {service: cut.days for service, cut in cuts.items() if cut.days is not None and cut.days > warm_up_days}
    if longer:
        words += (
            " It would cut more than that from "
            f"{_named(f'{labels.get(service, service)} ({days} days)' for service, days in longer.items())}."
        )
    if never:
        words += f" It finds no place for {_named(labels.get(service, service) for service in never)}."
    return words


def _named(words: Iterable[str], most: int = 4) -> str:
    words = list(words)
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} others"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
