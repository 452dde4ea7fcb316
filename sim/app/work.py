"""The unit of work: one replication of the scenarios that share its patients. Runs in a worker process."""

from dataclasses import dataclass

from sim.analysis.measures import measures_of
from sim.domain.scenario import Scenario
from sim.engine.simulate import calendar_of, patients_of, simulate


@dataclass(frozen=True)
class Task:
    """Scenarios to be run in one replication. Those with equal demand, start, calendar and luck meet one set of people."""

    scenarios: tuple[Scenario, ...]
    replication: int
    with_pairs: bool = False


def people_of(scenario: Scenario) -> tuple:
    """What the people of a run depend on: scenarios that agree in it meet the same people."""
    return (scenario.place.scale, scenario.demand, scenario.start, scenario.calendar, scenario.holidays, scenario.run.horizon, scenario.run.seed)


def replicate(task: Task) -> dict:
    """scenario name -> measures of this replication."""
    results, made = {}, []
    for scenario in task.scenarios:
        key = people_of(scenario)
        patients = next((people for known, people in made if known == key), None)
        if patients is None:
            patients = patients_of(scenario, task.replication, calendar_of(scenario))
            made.append((key, patients))
        results[scenario.name] = measures_of(simulate(scenario, task.replication, patients), scenario, task.with_pairs)
    return results
