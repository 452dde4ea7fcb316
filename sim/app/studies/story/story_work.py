"""One replication of a story: the scenarios with the same people, and one journey in each. Runs in a worker process."""

from dataclasses import dataclass, field, replace

from sim.analysis.journey.journey import Journey, journey_of
from sim.domain.chance import Chance
from sim.domain.people.person import PERSON_ID, by_own_door, row_of, with_person
from sim.domain.scenario import Scenario, calendar_of, people_of
from sim.engine.simulate import patients_of, simulate


@dataclass(frozen=True)
class StoryTask:
    """Scenarios to be lived through in one replication by the person who presents on `day` with `facts`, one more among
    everyone; or by the patient `patient_id`, who is among them anyway. `enters`: scenario -> the service to which the
    person comes, where the story tells it; otherwise the door's own rules decide."""

    scenarios: tuple[Scenario, ...]
    replication: int
    day: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    patient_id: int = PERSON_ID
    enters: dict[str, str] = field(default_factory=dict)


def replicate(told: StoryTask) -> dict[str, Journey | None]:
    """scenario name -> the journey; None where that patient is not among the scenario's people."""
    journeys, made = {}, []
    for scenario in told.scenarios:
        key = people_of(scenario)
        patients = next((people for known, people in made if known == key), None)
        if patients is None:
            patients = patients_of(scenario, told.replication, calendar_of(scenario))
            if told.patient_id == PERSON_ID:
                patients = with_person(
                    patients, told.day, told.facts, scenario.demand, Chance(scenario.run.seed, told.replication)
                )
            made.append((key, patients))
        row = row_of(patients, told.patient_id)
        # Under another demand the same number is another person.
        same = told.patient_id == PERSON_ID or key == made[0][0]
        if row is None or not same:
            journeys[scenario.name] = None
            continue
        lived, who = scenario, patients
        if scenario.name in told.enters:
            who, demand = by_own_door(patients, scenario.demand, row, told.enters[scenario.name])
            lived = replace(scenario, demand=demand)
        journeys[scenario.name] = journey_of(simulate(lived, told.replication, who), lived, row)
    return journeys
