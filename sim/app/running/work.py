"""The unit of work: one replication of the scenarios that share its patients. Runs in a worker process."""

from collections.abc import Iterator
from dataclasses import dataclass

from sim.analysis.indicators.measures import measures_of
from sim.analysis.reading.measured import Measures
from sim.app.running import rubbish
from sim.app.running.simulated import Simulated
from sim.domain.scenario import Scenario, calendar_of, people_of
from sim.engine.simulate import patients_of, simulate


@dataclass(frozen=True)
class Task:
    """Scenarios to be run in one replication. Those with equal demand, start,
    calendar and luck meet one set of people."""

    scenarios: tuple[Scenario, ...]
    replication: int
    with_pairs: bool = False


@dataclass(frozen=True)
class Keyed:
    """A task whose results are to be stored, with the key of each of its scenarios."""

    task: Task
    keys: tuple[str, ...]


def replicate(task: Task) -> dict[str, Measures]:
    """scenario name -> measures of this replication."""
    return {scenario.name: measures for scenario, measures in zip(task.scenarios, _measured(task), strict=True)}


def _measured(task: Task) -> Iterator[Measures]:
    """The measures of each scenario in turn; those that meet the same people have them made once."""
    made: list[tuple] = []
    for scenario in task.scenarios:
        key = people_of(scenario)
        patients = next((people for known, people in made if known == key), None)
        if patients is None:
            patients = patients_of(scenario, task.replication, calendar_of(scenario))
            made.append((key, patients))
        Simulated.add(scenario)
        yield measures_of(simulate(scenario, task.replication, patients), scenario, task.with_pairs)


def stored_form(keyed: Keyed) -> tuple[bytes, ...]:
    """The Parquet bytes of each scenario's measures: made here, so that the main process has only to write them."""
    from sim.app.store.rows import parquet_of

    forms = []
    with rubbish.of_its_own():
        for scenario, key, measures in zip(keyed.task.scenarios, keyed.keys, _measured(keyed.task), strict=True):
            calendar = calendar_of(scenario)
            ends = [calendar.date_of(day).isoformat() for day in calendar.month_ends()]
            forms.append(parquet_of(measures, key, keyed.task.replication, list(scenario.pathway.services), ends))
            rubbish.now()
    return tuple(forms)


def refuse_own_indicators() -> None:
    """ValueError where this process has indicators that the workers', which are fresh, would leave out."""
    from sim.analysis.indicators.register import PACKAGES, only_here

    if own := only_here():
        raise ValueError(
            f"{', '.join(own)}: registered by this script alone, and processes of their own would leave it out; "
            f"sim.compare with workers=1 counts it, or make it a package with an entry point in {PACKAGES}"
        )
