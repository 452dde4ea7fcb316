"""The Python API: load or write a scenario, simulate or run it, compare it with another on the same patients."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis.indicators.access import curves_table
from sim.analysis.reading import event_log as log
from sim.analysis.reading import object_log
from sim.analysis.reading.frames import clinics_table, events_table, kpis_table, patients_table
from sim.analysis.reading.measured import Measures
from sim.analysis.reading.reading import Reading
from sim.analysis.statistics.long_waits import AT_LEAST
from sim.analysis.statistics.paired import differences, level_at
from sim.app.configuration.beside.same_budget import hold_same_budget
from sim.app.configuration.check import build
from sim.app.configuration.design.override_words import is_number
from sim.domain.record import Record
from sim.domain.scenario import Scenario, calendar_of, people_of
from sim.domain.words import NEEDS
from sim.engine.simulate import simulate as _simulate

PAIRS = [
    "replication",
    "patient_id",
    "need",
    "imd_quintile",
    *(f"days_to_{what}_{who}" for what in ("first_contact", "definitive_care") for who in ("baseline", "scenario")),
]

WAYS = ("first_contact", "definitive_care")


@dataclass(frozen=True)
class Outcome:
    """One replication as tables: `patients`, `events`, `clinics` (columns in docs/results.md); `record`: the same as
    it was written, for what is counted of it."""

    scenario: Scenario
    replication: int
    patients: pd.DataFrame
    events: pd.DataFrame
    clinics: pd.DataFrame
    record: Record = field(repr=False)


@dataclass(frozen=True)
class Run:
    """One scenario by itself: `kpis`, a row a replication, indicator and group (columns of kpis.csv)."""

    scenario: Scenario
    kpis: pd.DataFrame

    @cached_property
    def levels(self) -> pd.DataFrame:
        """A row an indicator and group: kpi, group, unit, `mean` over the replications in which it is known with the
        95% interval `ci_low` to `ci_high`, how many these are, and `more_than` where too few got so far to tell."""
        units = dict(zip(self.kpis["kpi"], self.kpis["unit"], strict=True))
        found = {key: rows["value"].tolist() for key, rows in self.kpis.groupby(["kpi", "group"], sort=False)}
        rows = []
        for (kpi, group), values in found.items():
            one = level_at(kpi, group, values, found.get((kpi + AT_LEAST, group)))
            rows.append((kpi, group, units[kpi], one.mean, one.low, one.high, one.replications, one.more_than))
        names = ("kpi", "group", "unit", "mean", "ci_low", "ci_high", "replications", "more_than")
        return pd.DataFrame(rows, columns=list(names))

    def value(self, kpi: str, group: str = "all") -> float:
        """The mean of one indicator. `KeyError` if it is not counted here."""
        return float(self.levels.set_index(["kpi", "group"]).loc[(kpi, group), "mean"])


@dataclass(frozen=True)
class Comparison:
    """Two scenarios on the same patients: `kpis` by replication, paired `differences`,
    and `pairs` of patients' days."""

    kpis: pd.DataFrame
    differences: pd.DataFrame
    pairs: pd.DataFrame


def load(name: str, *overrides: str, config_dirs=()) -> Scenario:
    """A shipped scenario, or one of `config_dirs`, or a file: YAML, or a workbook that `mskflow workbook` has written;
    with Hydra overrides. `ScenarioError` lists every fault."""
    from sim.app.configuration.compose import compose
    from sim.app.importing.opened_workbook import is_workbook, opened

    if is_workbook(name):
        book = opened(name, config_dirs)
        return compose(book.scenario, [*book.overrides, *overrides], list(config_dirs))
    return compose(name, list(overrides), list(config_dirs))


def from_dict(config: dict) -> Scenario:
    """A scenario from plain dicts, the same that `mskflow run --cfg job` prints. `ScenarioError` lists every fault."""
    return build(config)


def design(path) -> pd.DataFrame:
    """The points of a design's file (docs/designs.md), a row each, a column a factor;
    `ScenarioError` lists every fault.

    Numbers where all values of a factor are numbers, else text as overrides have it:
    `to_csv(..., index=False)` is the same design.
    """
    from sim.app.configuration.design.design import read_design

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
    tables = patients_table(record), events_table(record), clinics_table(record)
    return Outcome(scenario, int(replication), *tables, record)


def run(scenario: Scenario, replications: int | None = None, workers: int = 1) -> Run:
    """The indicators of one scenario, with nothing that it is compared with.

    `replications`: as the scenario says if absent. `workers`: processes; 0 = all cores.
    """
    count = _counted(scenario, replications)
    results = _replicated((scenario,), count, workers, False)
    return Run(scenario, kpis_table({scenario.name: [one[scenario.name] for one in results]}, [scenario.name]))


def compare(scenario: Scenario, baseline: Scenario, replications: int | None = None, workers: int = 1) -> Comparison:
    """Run both on the same patients and pair them by replication and by person.

    `pairs` is empty where the two do not meet the same people (other demand, start, calendar, seed or length).
    With `run.same_budget` a scenario that costs something else is refused (`ScenarioError`).
    `replications`: as the scenario says if absent. `workers`: processes; 0 = all cores.
    The result does not depend on it.
    """
    if scenario.name == baseline.name:
        baseline = replace(baseline, name=f"{baseline.name} (baseline)") if scenario != baseline else baseline
    if scenario.run.same_budget:
        hold_same_budget(scenario, baseline)
    same = scenario is baseline or scenario == baseline
    names = (baseline.name, f"{scenario.name} (again)" if same else scenario.name)
    both = (baseline, replace(scenario, name=names[1]))
    results = _replicated(both, _counted(scenario, replications), workers, True)
    kpis = kpis_table({name: [one[name] for one in results] for name in names}, names)
    pairs = pd.DataFrame(columns=PAIRS)
    # Equal ids are the same person only where demand, start, calendar and luck are the same.
    if people_of(both[0]) == people_of(both[1]):
        pairs = pd.concat([_pairs(r, one, *names) for r, one in enumerate(results)], ignore_index=True)
    return Comparison(kpis, differences(kpis, names[1], names[0]), pairs)


def survival(outcome: Outcome, to: str = "definitive_care") -> pd.DataFrame:
    """How long people wait from presentation `to` their first contact or definitive care, day by day.

    Columns group, day and shares of the group's people (0-1): `there` by that day, `left` otherwise, and `waiting`
    still, which is the survival curve; by Aalen and Johansen, who goes another way being a competing risk. Groups as in
    kpis.csv. `ValueError` for another `to`.
    """
    if to not in WAYS:
        raise ValueError(f"to is one of {', '.join(WAYS)}")
    return curves_table(Reading(outcome.record, outcome.scenario), to)


def event_log(outcome: Outcome) -> pd.DataFrame:
    """The log as process-mining tools have it: a row an event, a case an episode, with the person's facts as `case:`
    columns. Where the log knows a day and no minute, moments only keep the order."""
    return log.event_log(outcome.events, outcome.patients, calendar_of(outcome.scenario).start)


def write_xes(outcome: Outcome, path: str | Path) -> Path:
    """Writes the same as a file of the XES standard (IEEE 1849); its path. `OSError` if it cannot be written."""
    path = Path(path)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(log.xes_of(event_log(outcome)))
    return path


def write_ocel(outcome: Outcome, path: str | Path) -> Path:
    """Writes the same as a file of the OCEL 2.0 standard (JSON): events with their patient, episode and services as
    objects; its path. `OSError` if it cannot be written."""
    path = Path(path)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(object_log.ocel_of(event_log(outcome)))
    return path


def parameters(scenario: Scenario) -> pd.DataFrame:
    """Every number of a scenario's configuration: path, value, unit, status, source, low and high of its range, note.
    What `mskflow check SCENARIO parameters=FILE` writes."""
    from sim.app.configuration.evidence import assumptions

    return assumptions(scenario.config)


def _counted(scenario: Scenario, replications: int | None) -> int:
    count = scenario.run.replications if replications is None else replications
    if count < 1:
        raise ValueError("replications is a whole number, 1 or more")
    return count


def _replicated(them: tuple[Scenario, ...], count: int, workers: int, with_pairs: bool) -> list[dict[str, Measures]]:
    """scenario -> measures, of each replication in turn."""
    from sim.app.running.supervisor import supervise
    from sim.app.running.work import Task, refuse_own_indicators

    if workers != 1:
        refuse_own_indicators()
    results = {}
    tasks = (((r,), Task(them, r, with_pairs)) for r in range(count))
    for done in supervise("sim.app.running.work:replicate", tasks, workers):
        if done.error is not None:
            raise RuntimeError(f"replication {done.key[0]} failed: {done.error}")
        results[done.key[0]] = done.result
    return [results[r] for r in sorted(results)]


def _pairs(replication: int, result: dict[str, Measures], baseline: str, scenario: str) -> pd.DataFrame:
    a, b = (pd.DataFrame(result[name].pairs) for name in (baseline, scenario))
    both = a.merge(
        b[["patient_id", "days_to_first_contact", "days_to_definitive_care"]],
        on="patient_id",
        suffixes=("_baseline", "_scenario"),
    )
    both.insert(0, "replication", replication)
    both["need"] = pd.Categorical.from_codes(both["need"], NEEDS)
    return both[PAIRS]
