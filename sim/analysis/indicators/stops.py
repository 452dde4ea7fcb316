"""Completed RTT pathways, as they are published: admitted (an operation ends them) and non-admitted.

How long those waited whose wait is over says little of who still waits, and is what most returns and papers tell. So
both are here, this and the list at the end.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.analysis.indicators.hospital import clocks
from sim.analysis.indicators.lists import A_DAY
from sim.analysis.indicators.register import indicator
from sim.analysis.reading.clocks import CLOCK
from sim.analysis.reading.reading import Reading, remembered
from sim.analysis.statistics.quantiles import quantiles

KINDS = ("admitted", "non_admitted")


@dataclass(frozen=True)
class Completed:
    """Pathways that a stop ended, one a row: person, days waited on the clock, day of the stop, the hospital service
    that the pathway reached first, and whether an operation ended it."""

    row: np.ndarray
    days: np.ndarray
    stop: np.ndarray
    service: np.ndarray
    admitted: np.ndarray


@remembered
def completed(reading: Reading) -> Completed:
    """All of a run, whenever they stop."""
    all_clocks = clocks(reading)
    here = all_clocks.completed()
    stop = all_clocks.stop[here]
    waited = stop - all_clocks.started_by(all_clocks.stop)[here]
    return Completed(all_clocks.row[here], waited, stop, all_clocks.service[here], all_clocks.operated[here])


@remembered
def _told(reading: Reading, kind: str) -> dict[str, tuple[float, ...]]:
    """group -> median and 92nd percentile in weeks, shares within 18 and 52 weeks, of stops within the window."""
    found = completed(reading)
    counted = reading.in_window(found.stop) & (found.admitted == (kind == KINDS[0]))
    weeks, service = found.days[counted] / 7, found.service[counted]
    groups = {"all": weeks}
    groups |= {reading.services[code]: weeks[service == code] for code in np.flatnonzero(reading.rtt == CLOCK).tolist()}
    return {group: _four(some) for group, some in groups.items()}


def _four(weeks: np.ndarray) -> tuple[float, ...]:
    if not len(weeks):
        return (float("nan"),) * 4
    median, late = quantiles(weeks, (0.5, 0.92), A_DAY).tolist()
    return median, late, float((weeks <= 18).mean()), float((weeks <= 52).mean())


def _one(kind: str, place: int) -> Callable[[Reading], dict[str, float]]:
    return lambda reading: {group: four[place] for group, four in _told(reading, kind).items()}


for _kind in KINDS:
    for _place, (_word, _unit) in enumerate(
        (("median_weeks", "weeks"), ("p92_weeks", "weeks"), ("within_18_weeks", "share"), ("within_52_weeks", "share"))
    ):
        indicator(f"rtt_{_kind}_{_word}", _unit)(_one(_kind, _place))
