"""One person more among the people of a replication, with the facts that a story gives; nobody else is changed."""

from dataclasses import replace

import numpy as np

from sim.domain.chance import Chance
from sim.domain.faults import Fault
from sim.domain.people.demand import Demand, Elsewhere
from sim.domain.people.facts import draw_facts
from sim.domain.people.patients import Patients
from sim.domain.words import ALL_FACTS, SOURCES

PERSON_ID = 900_000_001
"""Of no stream, so that the person's luck is nobody else's."""
STORY = "by their own door"


def with_person(patients: Patients, day: int, given: dict[str, str], demand: Demand, chance: Chance) -> Patients:
    """The same people and one more, PERSON_ID, who presents by the pathway's door on `day`.

    `given`: fact -> word; the other facts are drawn as for anybody. The new row stands behind those who present on
    the same day: rows at the door are in the order of presenting, and the rows of `elsewhere` and `placed` move up.
    """
    presented = SOURCES.index("presented")
    door = np.flatnonzero(patients.source == presented)
    before = door[: np.searchsorted(patients.presented_day[door], day, side="right")]
    at = int(before[-1]) + 1 if len(before) else int(door[0]) if len(door) else int((patients.presented_day < 0).sum())
    # Where the need is known and the region is not, the region is drawn from those that lead to it.
    needs = {given["need"]: 1.0} if "need" in given and "region" not in given else None
    facts = draw_facts(demand, chance, np.array([PERSON_ID], np.int64), needs, given)

    def moved(rows: np.ndarray) -> np.ndarray:
        return rows + (rows >= at)

    return replace(
        patients,
        patient_id=np.insert(patients.patient_id, at, PERSON_ID),
        presented_day=np.insert(patients.presented_day, at, day),
        source=np.insert(patients.source, at, presented),
        facts={name: np.insert(codes, at, facts[name][0]) for name, codes in patients.facts.items()},
        elsewhere={name: moved(rows) for name, rows in patients.elsewhere.items()},
        placed={name: moved(rows) for name, rows in patients.placed.items()},
    )


def by_own_door(patients: Patients, demand: Demand, row: int, service: str) -> tuple[Patients, Demand]:
    """The person of `row` comes to `service` directly, as their story tells, and not where the rules of the door send
    them."""
    sources = patients.source.copy()
    sources[row] = SOURCES.index("elsewhere")
    stream = Elsewhere(service=service, per_1000_a_year=0.0, needs={})
    return (
        replace(patients, source=sources, elsewhere=patients.elsewhere | {STORY: np.array([row])}),
        replace(demand, elsewhere=demand.elsewhere | {STORY: stream}),
    )


def row_of(patients: Patients, patient_id: int) -> int | None:
    """The row of a person, None where nobody has that id."""
    rows = np.flatnonzero(patients.patient_id == patient_id)
    return int(rows[0]) if len(rows) else None


def words_of(patients: Patients, row: int) -> dict[str, str]:
    """fact -> word of one person."""
    return {name: ALL_FACTS[name][int(codes[row])] for name, codes in patients.facts.items()}


def contradictions(given: dict[str, str], demand: Demand) -> list[Fault]:
    """Facts that nobody of this demand has together."""
    faults = []
    for name, mix in demand.facts.items():
        if name not in given or mix.given not in given:
            continue
        shares = mix.shares_given.get(given[mix.given], {})
        if any(shares.values()) and not shares.get(given[name]):
            possible = ", ".join(word for word, share in shares.items() if share)
            faults.append(
                Fault(
                    f"facts.{name}",
                    f"nobody with {mix.given} {given[mix.given]} has {name} {given[name]} in this demand",
                    f"there is: {possible}",
                )
            )
    return faults
