"""Counts everything that is kept of one replication."""

import numpy as np

from sim.analysis.indicators import measure
from sim.analysis.indicators.access import days_to
from sim.analysis.indicators.follow_ups import overdue_by_group
from sim.analysis.indicators.groups import MINORITY
from sim.analysis.indicators.lists import waits_by_group
from sim.analysis.indicators.outcomes import linear_pieces
from sim.analysis.reading.activity import activity_by_month
from sim.analysis.reading.measured import Flow, Kpi, Measures, Waits
from sim.analysis.reading.month_ends import overdue_at_month_ends, waiting_at_month_ends
from sim.analysis.reading.reading import Reading
from sim.analysis.reading.waiting_series import has_warm_up, waiting_by_batch
from sim.domain.record import Record
from sim.domain.scenario import Scenario
from sim.domain.words import DETAIL

PRESENTED, RESOLVED, REMOVED = "presented", "resolved", "removed"


def measures_of(record: Record, scenario: Scenario, with_pairs: bool = False) -> Measures:
    """kpis, waits, lists, activity, flows and pieces of economics of a replication;
    with `with_pairs` also each patient's own days.

    Where there is a warm-up, also how its lists fill: no other run pays for that.
    """
    reading = Reading(record, scenario)
    lists = waiting_at_month_ends(reading)
    return Measures(
        kpis=tuple(Kpi(*row) for row in measure(reading)),
        waits=tuple(_waits(reading)),
        lists=lists,
        overdue=overdue_at_month_ends(reading),
        activity=activity_by_month(reading, lists.sum(axis=2)),
        flows=tuple(_flows(reading)),
        economics=linear_pieces(reading),
        warm_up=tuple(waiting_by_batch(reading)) if has_warm_up(scenario) else None,
        pairs=_own_days(reading) if with_pairs else None,
    )


def _waits(reading: Reading) -> list[Waits]:
    """Completed and still waiting, for a first visit and for a follow-up, by IMD quintile and ethnic group."""
    table = []
    for (kind, service, group), wait in (waits_by_group(reading) | overdue_by_group(reading)).items():
        if group != MINORITY:
            names = (f"{kind}_people", f"{kind}_weeks_median", f"{kind}_weeks_p92", f"{kind}_weeks_mean")
            table += [
                Waits(service, name, group.removeprefix("ethnicity_"), value)
                for name, value in zip(names, wait, strict=True)
            ]
    return table


def _flows(reading: Reading) -> list[Flow]:
    """People within the window."""
    names = reading.services
    size = len(names)
    flows: dict[tuple[str, str], int] = {}
    moved = reading.moved
    counted = reading.in_window(moved.day) & (moved.to != moved.service)
    table = np.bincount(moved.service[counted].astype(np.int64) * size + moved.to[counted], minlength=size * size)
    for key in np.flatnonzero(table).tolist():
        flows[names[key // size], names[key % size]] = int(table[key])
    listed = reading.listed
    from_outside = np.isin(listed.detail, (DETAIL["door"], DETAIL["from_elsewhere"])) & reading.in_window(listed.day)
    for code, count in enumerate(np.bincount(listed.service[from_outside], minlength=size).tolist()):
        if count:
            flows[PRESENTED, names[code]] = count
    for word, events in ((RESOLVED, reading.resolved), (REMOVED, reading.removed)):
        here = events.service[reading.in_window(events.day)]
        for code, count in enumerate(np.bincount(here, minlength=size).tolist()):
            if count:
                flows[names[code], word] = count
    return [Flow(origin, to, count) for (origin, to), count in flows.items()]


def _own_days(reading: Reading) -> dict[str, np.ndarray]:
    """Each person of the cohort: id, need, quintile, days to first contact and to definitive care
    (NaN if not reached)."""
    rows = reading.cohort
    own = {
        "patient_id": reading.patients.patient_id[rows],
        "need": reading.need[rows],
        "imd_quintile": reading.imd[rows] + np.int8(1),
    }
    for which in ("first_contact", "definitive_care"):
        days, reached = days_to(reading, which)
        own[f"days_to_{which}"] = np.where(reached[rows], days[rows], np.nan).astype(np.float32)
    return own
