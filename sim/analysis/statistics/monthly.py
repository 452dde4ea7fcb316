"""Tables by month: lists at month ends, and what each service did in between."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.analysis.reading.activity import ACTIVITY
from sim.analysis.reading.measured import Measures
from sim.analysis.reading.tables import ACTIVITIES, LISTS
from sim.analysis.statistics.paired import t_quantile
from sim.domain.scenario import Scenario, calendar_of
from sim.domain.words import LIST_BANDS

STATISTICS = (*ACTIVITY, "waiting", "follow_ups_overdue")
"""Of `activity.csv`: what was done in a month, and the lists at its end."""
UNITS = {"first_visits": "visits", "follow_ups": "visits", "side_contacts": "visits", "missed": "visits"} | {
    "cancelled": "visits",
    "group_sessions": "sessions",
    "operations": "operations",
    "resolved": "episodes",
}
"""The others are people."""


def lists_table(scenario: Scenario, measures: Sequence[Measures]) -> pd.DataFrame:
    """People waiting, and people whose follow-up is overdue, by service, month's end and band: means over
    replications."""
    calendar = calendar_of(scenario)
    ends, names = calendar.month_ends(), list(scenario.pathway.services)
    waiting, overdue = (
        np.mean([np.asarray(getattr(one, part), float) for one in measures], axis=0) for part in ("lists", "overdue")
    )
    rows = [
        (scenario.name, calendar.date_of(day).isoformat(), day, name, band, waiting[m, s, b], overdue[m, s, b])
        for s, name in enumerate(names)
        if not scenario.pathway.services[name].only_time
        for m, day in enumerate(ends)
        for b, band in enumerate(LIST_BANDS)
    ]
    return pd.DataFrame(rows, columns=list(LISTS))


def activity_table(scenario: Scenario, measures: Sequence[Measures]) -> pd.DataFrame:
    """Each of STATISTICS by service and calendar month: mean over replications with its 95% interval.

    What a service never did in any replication has no rows.
    """
    calendar, names = calendar_of(scenario), np.array(list(scenario.pathway.services))
    months = np.array([f"{calendar.date_of(day):%Y-%m}" for day in calendar.month_ends()])
    every = np.array([_of_one(one) for one in measures], float).transpose(0, 2, 3, 1)  # months last
    n = len(every)
    mean = every.mean(axis=0)
    half = t_quantile(n - 1) * every.std(axis=0, ddof=1) / np.sqrt(n) if n > 1 else np.full(mean.shape, np.nan)
    service, statistic = np.nonzero(every.any(axis=(0, 3)))
    low, high = (one[service, statistic].ravel() for one in (mean - half, mean + half))
    words = np.array(STATISTICS)[statistic]
    columns = (
        np.full(len(low), scenario.name),
        np.repeat(names[service], len(months)),
        np.tile(months, len(service)),
        np.repeat(words, len(months)),
        mean[service, statistic].ravel(),
        low,
        high,
        np.repeat([UNITS.get(word, "people") for word in words.tolist()], len(months)),
    )
    return pd.DataFrame(dict(zip(ACTIVITIES, columns, strict=True)))


def _of_one(one: Measures) -> np.ndarray:
    """(month ends, services, STATISTICS) of a replication."""
    at_end = [np.asarray(part).sum(axis=2)[:, :, None] for part in (one.lists, one.overdue)]
    return np.concatenate([np.asarray(one.activity), *at_end], axis=2)
