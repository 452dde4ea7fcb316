"""A replication, and the indicators of several, as data frames."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from sim.analysis.reading.measured import Measures
from sim.analysis.reading.tables import KPIS
from sim.domain.record import Record
from sim.domain.words import ALL_FACTS, EVENTS, PRESENTED, SOURCES


def kpis_table(results: Mapping[str, Sequence[Measures]], names: Iterable[str]) -> pd.DataFrame:
    """One row a scenario, replication, kpi and group, in that order; `results`:
    scenario -> its replications, from 0."""
    rows = [(name, r, *row) for name in names for r, one in enumerate(results[name]) for row in one.kpis]
    table = pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "group", "value", "unit"])
    return table[list(KPIS)]


def patients_table(record: Record) -> pd.DataFrame:
    """A row a person who came: id, day presented, source and the facts they were made with."""
    people = record.patients
    came = people.source == SOURCES.index("starting_list")
    came[record.events["row"][record.events["event"] == PRESENTED]] = True  # not those who were spared, or stayed away
    columns = {"patient_id": people.patient_id, "presented_day": people.presented_day}
    for name, codes in people.facts.items():
        columns[name] = (
            codes.astype(np.int8) + 1 if name == "imd_quintile" else pd.Categorical.from_codes(codes, ALL_FACTS[name])
        )
    columns["source"] = pd.Categorical.from_codes(people.source, SOURCES)
    table = pd.DataFrame(columns)
    return table if came.all() else table[came].reset_index(drop=True)


def events_table(record: Record) -> pd.DataFrame:
    """A row an event, in the order in which things happened; `since` and `to` beside the contract's columns."""
    events = record.events
    places = ["", *record.services]
    return pd.DataFrame(
        {
            "day": events["day"],
            "minute": events.get("minute", np.full(len(events["day"]), -1, np.int16)),
            "patient_id": record.patients.patient_id[events["row"]],
            "episode": events["episode"],
            "service": pd.Categorical.from_codes(events["service"] + np.int8(1), places),
            "event": pd.Categorical.from_codes(events["event"], EVENTS),
            "detail": pd.Categorical.from_codes(events["detail"], record.details),
            "to": pd.Categorical.from_codes(events["to"] + np.int8(1), places),
            "since": events["since"],
        }
    )


def clinics_table(record: Record) -> pd.DataFrame:
    """A row a service and clinic day."""
    frames = []
    for name, table in record.clinics.items():
        frame = pd.DataFrame(table, columns=["day", "slots_offered", "slots_used", "slots_missed", "waiting"])
        frame.insert(1, "service", name)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True).sort_values(["day", "service"], kind="stable", ignore_index=True)
