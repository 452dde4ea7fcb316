"""One replication of a story: the scenarios with the same people, and one journey in each. Runs in a worker process."""

from dataclasses import dataclass, field

from sim.analysis.journey import Journey, journey_of
from sim.app.work import people_of
from sim.domain.chance import Chance
from sim.domain.person import PERSON_ID, row_of, with_person
from sim.domain.scenario import Scenario
from sim.engine.simulate import calendar_of, patients_of, simulate


@dataclass(frozen=True)
class Told:
    """Scenarios to be lived through in one replication by the person who presents on `day` with `facts`, one more among
    everyone; or by the patient `patient_id`, who is among them anyway."""

    scenarios: tuple[Scenario, ...]
    replication: int
    day: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    patient_id: int = PERSON_ID


def replicate(told: Told) -> dict[str, Journey | None]:
    """scenario name -> the journey; None where that patient is not among the scenario's people."""
    journeys, made = {}, []
    for scenario in told.scenarios:
        key = people_of(scenario)
        patients = next((people for known, people in made if known == key), None)
        if patients is None:
            patients = patients_of(scenario, told.replication, calendar_of(scenario))
            if told.patient_id == PERSON_ID:
                patients = with_person(patients, told.day, told.facts, scenario.demand, Chance(scenario.run.seed, told.replication))
            made.append((key, patients))
        row = row_of(patients, told.patient_id)
        # Under another demand the same number is another person.
        same = told.patient_id == PERSON_ID or key == made[0][0]
        journeys[scenario.name] = None if row is None or not same else journey_of(simulate(scenario, told.replication, patients), scenario, row)
    return journeys
