"""How many wait on each list, day by day, as means of five days: what a warm-up is judged by."""

import numpy as np

from sim.analysis.reading.measured import Batch
from sim.analysis.reading.reading import Reading
from sim.domain.scenario import Scenario

BATCH_DAYS = 5


def has_warm_up(scenario: Scenario) -> bool:
    """Whether there is anything to cut: only then is the series kept."""
    return scenario.start.kind == "warm_up" or scenario.run.warm_up_days > 0


def waiting_by_batch(reading: Reading) -> list[Batch]:
    """Mean numbers waiting in the evening over five days each; days beyond the last whole batch are left out.

    A person is on a list from the evening of the day on which they join to the day before they are seen or leave.
    """
    days = reading.horizon // BATCH_DAYS * BATCH_DAYS
    table = []
    for code, (_, _, stops) in reading.stays.items():
        joined = np.maximum(reading.joined[code], 0)
        change = np.bincount(joined[joined < days], minlength=days) - np.bincount(
            np.maximum(stops[stops < days], 0), minlength=days
        )
        means = np.cumsum(change).reshape(-1, BATCH_DAYS).mean(axis=1) if days else np.zeros(0)
        table += [
            Batch(reading.services[code], batch * BATCH_DAYS, value) for batch, value in enumerate(means.tolist())
        ]
    return table
