"""The Python API: load or write a scenario, simulate it, compare it with another on the same patients."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.analysis.paired import differences
from sim.analysis.tables import KPIS
from sim.app.check import build
from sim.app.design.words import is_number
from sim.app.same_budget import hold_same_budget
from sim.domain.record import Record
from sim.domain.scenario import Scenario
from sim.domain.words import EVENTS, FACTS, NEEDS, PRESENTED, SOURCES
from sim.engine.simulate import simulate as _simulate

PAIRS = [
    "replication", "patient_id", "need", "imd_quintile",
    *(f"days_to_{what}_{who}" for what in ("first_contact", "definitive_care") for who in ("baseline", "scenario")),
]


@dataclass(frozen=True)
class Outcome:
    """One replication as tables: `patients`, `events`, `clinics` (columns in docs/results.md)."""

    scenario: Scenario
    replication: int
    patients: pd.DataFrame
    events: pd.DataFrame
    clinics: pd.DataFrame


@dataclass(frozen=True)
class Comparison:
    """Two scenarios on the same patients: `kpis` by replication, paired `differences`, and `pairs` of patients' days."""

    kpis: pd.DataFrame
    differences: pd.DataFrame
    pairs: pd.DataFrame


def load(name: str, *overrides: str, config_dirs=()) -> Scenario:
    """A shipped scenario, or one of `config_dirs`, with Hydra overrides. `ScenarioError` lists every fault."""
    from sim.app.compose import compose

    return build(compose(name, list(overrides), list(config_dirs), build=build))


def from_dict(config: dict) -> Scenario:
    """A scenario from plain dicts, the same that `mskflow run --cfg job` prints. `ScenarioError` lists every fault."""
    return build(config)


def design(path) -> pd.DataFrame:
    """The points of a design's file (docs/designs.md), a row each, a column a factor; `ScenarioError` lists every fault.

    Numbers where all values of a factor are numbers, else text as overrides have it: `to_csv(..., index=False)` is the same design.
    """
    from sim.app.design.design import read_design

    made = read_design(path)
    table = pd.DataFrame([made.values(number) for number in range(len(made.points))], columns=list(made.factors))
    return table.apply(lambda column: pd.to_numeric(column) if column.map(is_number).all() else column)


def simulate(scenario: Scenario, replication: int = 0) -> Outcome:
    """Run one replication and keep everything."""
    if not isinstance(scenario, Scenario):
        raise TypeError("simulate takes a Scenario: sim.load(...) or sim.from_dict(...)")
    if not isinstance(replication, (int, np.integer)) or replication < 0:
        raise ValueError("replication is a whole number, 0 or more")
    record = _simulate(scenario, int(replication))
    return Outcome(scenario, int(replication), patients_table(record), events_table(record), clinics_table(record))


def compare(scenario: Scenario, baseline: Scenario, replications: int | None = None, workers: int = 1) -> Comparison:
    """Run both on the same patients and pair them by replication and by person.

    `pairs` is empty where the two do not meet the same people (other demand, start, calendar, seed or length).
    With `run.same_budget` a scenario that costs something else is refused (`ScenarioError`). `replications`: as the scenario says if absent. `workers`: processes; 0 = all cores. The result does not depend on it.
    """
    from sim.app.supervisor import supervise
    from sim.app.work import Task, people_of

    if scenario.name == baseline.name:
        baseline = replace(baseline, name=f"{baseline.name} (baseline)") if scenario != baseline else baseline
    if scenario.run.same_budget:
        hold_same_budget(scenario, baseline)
    same = scenario is baseline or scenario == baseline
    names = (baseline.name, f"{scenario.name} (again)" if same else scenario.name)
    both = (baseline, replace(scenario, name=names[1]))
    count = scenario.run.replications if replications is None else replications
    if count < 1:
        raise ValueError("replications is a whole number, 1 or more")
    results = {}
    for done in supervise("sim.app.work:replicate", (((r,), Task(both, r, True)) for r in range(count)), workers):
        if done.error is not None:
            raise RuntimeError(f"replication {done.key[0]} failed: {done.error}")
        results[done.key[0]] = done.result
    kpis = kpis_table(results, names)
    # Equal ids are the same person only where demand, start, calendar and luck are the same.
    paired = sorted(results) if people_of(both[0]) == people_of(both[1]) else []
    pairs = pd.concat([_pairs(r, results[r], *names) for r in paired], ignore_index=True) if paired else pd.DataFrame(columns=PAIRS)
    return Comparison(kpis, differences(kpis, names[1], names[0]), pairs)


def kpis_table(results: dict[int, dict], names) -> pd.DataFrame:
    """One row a scenario, replication, kpi and group, in that order."""
    rows = [(name, r, *row) for name in names for r in sorted(results) for row in results[r][name]["kpis"]]
    table = pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "group", "value", "unit"])
    return table[list(KPIS)]


def _pairs(replication: int, result: dict, baseline: str, scenario: str) -> pd.DataFrame:
    a, b = (pd.DataFrame(result[name]["pairs"]) for name in (baseline, scenario))
    both = a.merge(b[["patient_id", "days_to_first_contact", "days_to_definitive_care"]], on="patient_id", suffixes=("_baseline", "_scenario"))
    both.insert(0, "replication", replication)
    both["need"] = pd.Categorical.from_codes(both["need"], NEEDS)
    return both[PAIRS]


def patients_table(record: Record) -> pd.DataFrame:
    """A row a person who came: id, day presented, source and the facts they were made with."""
    people = record.patients
    came = people.source == SOURCES.index("starting_list")
    came[record.events["row"][record.events["event"] == PRESENTED]] = True  # not those who were spared, or stayed away
    columns = {"patient_id": people.patient_id, "presented_day": people.presented_day}
    for name, codes in people.facts.items():
        columns[name] = codes.astype(np.int8) + 1 if name == "imd_quintile" else pd.Categorical.from_codes(codes, FACTS[name])
    columns["source"] = pd.Categorical.from_codes(people.source, SOURCES)
    table = pd.DataFrame(columns)
    return table if came.all() else table[came].reset_index(drop=True)


def events_table(record: Record) -> pd.DataFrame:
    """A row an event, in the order in which things happened; `since` and `to` beside the contract's columns."""
    events = record.events
    places = ["", *record.services]
    return pd.DataFrame({
        "day": events["day"],
        "minute": events.get("minute", np.full(len(events["day"]), -1, np.int16)),
        "patient_id": record.patients.patient_id[events["row"]],
        "episode": events["episode"],
        "service": pd.Categorical.from_codes(events["service"] + np.int8(1), places),
        "event": pd.Categorical.from_codes(events["event"], EVENTS),
        "detail": pd.Categorical.from_codes(events["detail"], record.details),
        "to": pd.Categorical.from_codes(events["to"] + np.int8(1), places),
        "since": events["since"],
    })


def clinics_table(record: Record) -> pd.DataFrame:
    """A row a service and clinic day."""
    frames = []
    for name, table in record.clinics.items():
        frame = pd.DataFrame(table, columns=["day", "slots_offered", "slots_used", "slots_missed", "waiting"])
        frame.insert(1, "service", name)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True).sort_values(["day", "service"], kind="stable", ignore_index=True)
