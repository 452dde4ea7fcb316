"""Each service: waits completed and still going on, people on the list, slots."""

from typing import NamedTuple

import numpy as np

from sim.analysis.indicators.groups import fair_groups
from sim.analysis.indicators.register import indicator
from sim.analysis.reading.reading import NEVER, Reading, remembered
from sim.analysis.statistics.quantiles import quantile, quantiles

A_DAY = 1 / 7
"""In weeks: waits are of whole days."""


@remembered
def completed_weeks(reading: Reading) -> dict[str, np.ndarray]:
    """service -> weeks waited by people first seen in the window."""
    attended = reading.called
    attended = attended.where(reading.in_window(attended.day))
    order = np.argsort(attended.service, kind="stable")
    codes, weeks, rows = attended.service[order], ((attended.day - attended.since) / 7)[order], attended.row[order]
    edges = np.searchsorted(codes, np.arange(len(reading.services) + 1))
    return {
        name: (weeks[edges[i] : edges[i + 1]], rows[edges[i] : edges[i + 1]])
        for i, name in enumerate(reading.services)
        if reading.has_list[i]
    }


def still_waiting(reading: Reading) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """service -> (weeks on the list so far, rows) of people waiting at the end of the horizon."""
    return {
        reading.services[code]: ((reading.horizon - 1 - starts[stops == NEVER]) / 7, rows[stops == NEVER])
        for code, (rows, starts, stops) in reading.stays.items()
    }


ByService = dict[str, tuple[np.ndarray, np.ndarray]]
"""service -> (weeks, rows), each (n,)."""


class Wait(NamedTuple):
    """How long a group of people waited, in weeks; NaN of nobody."""

    people: float
    median: float
    p92: float
    mean: float


@remembered
def waits_by_group(reading: Reading) -> dict[tuple[str, str, str], Wait]:
    """(`completed` or `still_waiting`, service, group) -> the wait of all, of each fifth and of each ethnic group."""
    return by_fair_group(reading, {"completed": completed_weeks(reading), "still_waiting": still_waiting(reading)})


def by_fair_group(reading: Reading, kinds: dict[str, ByService]) -> dict[tuple[str, str, str], Wait]:
    """(kind, service, group) -> the wait of all, of each fifth and of each ethnic group."""
    found = {}
    for kind, by_service in kinds.items():
        for service, (weeks, rows) in by_service.items():
            groups = {group: weeks[positions] for group, positions in fair_groups(reading, rows).items()}
            for group, some in {"all": weeks, **groups}.items():
                middle, late = quantiles(some, (0.5, 0.92), A_DAY).tolist()
                found[kind, service, group] = Wait(
                    float(len(some)), middle, late, float(some.mean()) if len(some) else np.nan
                )
    return found


@indicator("wait_weeks_median", "weeks")
def wait_median(reading: Reading) -> dict[str, float]:
    """Median completed wait from joining the list to the first visit."""
    return {name: quantile(weeks, 0.5, A_DAY) for name, (weeks, _) in completed_weeks(reading).items()}


@indicator("wait_weeks_p92", "weeks")
def wait_p92(reading: Reading) -> dict[str, float]:
    """92nd percentile of completed waits."""
    return {name: quantile(weeks, 0.92, A_DAY) for name, (weeks, _) in completed_weeks(reading).items()}


@indicator("weeks_on_list_median", "weeks")
def weeks_on_list(reading: Reading) -> dict[str, float]:
    """Median weeks waited so far by people still waiting at the end of the horizon."""
    return {name: quantile(weeks, 0.5, A_DAY) for name, (weeks, _) in still_waiting(reading).items()}


@indicator("waiting_list", "people")
def waiting_list(reading: Reading) -> dict[str, float]:
    """People waiting for a first visit at the end of the horizon."""
    return {name: len(weeks) for name, (weeks, _) in still_waiting(reading).items()}


def _slots(reading: Reading, name: str) -> np.ndarray:
    """Offered, used, missed in the window."""
    table = reading.record.clinics[name]
    return table[reading.in_window(table[:, 0]), 1:4].sum(0)


def _by_service(reading: Reading, function) -> dict[str, float]:
    return {
        name: function(*_slots(reading, name).tolist())
        for i, name in enumerate(reading.services)
        if reading.has_list[i]
    }


@indicator("slot_use", "share")
def slot_use(reading: Reading) -> dict[str, float]:
    """Slots in which somebody was seen, of those offered. At a drop-in minutes, of those within its hours."""
    shares = _by_service(reading, lambda offered, used, missed: used / offered if offered else float("nan"))
    for name in shares:
        if reading.scenario.pathway.services[name].walk_in and name in reading.record.minutes:
            _, there, used = reading.record.minutes[name][reading.in_window(reading.record.clinics[name][:, 0])].sum(0)
            shares[name] = used / there if there else float("nan")
    return shares


@indicator("slots_missed_share", "share")
def slots_missed(reading: Reading) -> dict[str, float]:
    """Slots lost to people who did not attend, of those offered. At a drop-in nobody is booked, so none is lost."""
    shares = _by_service(reading, lambda offered, used, missed: missed / offered if offered else float("nan"))
    return {name: 0.0 if reading.scenario.pathway.services[name].walk_in else share for name, share in shares.items()}


@indicator("slots_offered_per_week", "slots a week")
def slots_offered(reading: Reading) -> dict[str, float]:
    """Slots offered, a week."""
    weeks = (reading.last_day - reading.first_day) / 7
    return _by_service(reading, lambda offered, used, missed: offered / weeks)
