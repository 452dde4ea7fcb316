"""One person's way through one pathway, from the log: steps with days, waits and pounds, and what they come to."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.indicators.access import LEFT, THERE, days_to, way_to
from sim.analysis.journey.journey_walk import Stay, Step, Walk
from sim.analysis.reading.reading import Reading
from sim.analysis.statistics.survival import cumulative_incidence
from sim.domain.people.person import PERSON_ID, words_of
from sim.domain.record import Record
from sim.domain.scenario import Scenario
from sim.domain.words import SOURCES

ENDS = {
    "recovered": "recovered while waiting",
    "private": "went private",
    "other": "taken off a list",
    "dropped_out": "left a programme early",
    "discharged_after_missing": "discharged after missing",
    "gave_up": "gave up waiting",
    "resolved": "episode over",
    "waiting": "still waiting when the run ends",
    "in_care": "still in care when the run ends",
    "absent": "did not come",
}


@dataclass(frozen=True)
class Journey:
    """Days count from presenting. `first_contact`, `definitive_care`: None if never reached; `had_care`: whether the
    latter was care at or above the need, and not recovering or settling; `ahead_*`: the share (0-1) of `peers` (others
    of the same need and region) who got there sooner, None where the person did not get there."""

    scenario: str
    title: str
    replication: int
    patient_id: int
    presented: str
    facts: dict[str, str]
    steps: tuple[Step, ...]
    stays: tuple[Stay, ...]
    first_contact: int | None
    definitive_care: int | None
    had_care: bool
    ended: int | None
    end: str
    end_service: str
    contacts: dict[str, int]
    missed: int
    waited_days: int
    days_off_work: float | None
    cost_gbp: float
    peers: int
    ahead_first_contact: float | None
    ahead_definitive_care: float | None

    @property
    def waited_after(self) -> int:
        """Days on waiting lists after definitive care: what meets the need may send a person on to a list."""
        if self.definitive_care is None:
            return 0
        return sum(
            max((stay.last if stay.called is None else stay.called) - max(stay.first, self.definitive_care), 0)
            for stay in self.stays
            if not stay.passing
        )

    @property
    def end_words(self) -> str:
        """How it ended, without where."""
        return ENDS.get(self.end, self.end.replace("_", " "))


def journey_of(record: Record, scenario: Scenario, row: int) -> Journey:
    """The journey of the person in that row."""
    reading = Reading(record, scenario)
    steps, stays, ended, end, where = Walk(record, scenario, row).walked()
    reached = {}
    for which in ("first_contact", "definitive_care"):
        days, arrived = days_to(reading, which)
        reached[which] = int(days[row]) if arrived[row] else None
    off_work = None
    facts = words_of(record.patients, row)
    if facts["employment"] == "employed":
        off_work = (
            float(days_to(reading, "definitive_care")[0][row])
            * 5
            / 7
            * scenario.outcomes.off_work_share.get(facts["need"], 0.0)
        )
    contacts: dict[str, int] = {}
    for step in steps:
        if step.event == "attended" and (service := scenario.pathway.services[step.service]).contact:
            contacts[service.clinician] = contacts.get(service.clinician, 0) + 1
    peers = _peers(reading, row)
    ahead = {which: _ahead(reading, which, row, peers) for which in reached}
    return Journey(
        scenario=scenario.name,
        title=scenario.title or scenario.name,
        replication=record.replication,
        patient_id=int(record.patients.patient_id[row]),
        presented=record.calendar.date_of(record.patients.presented_day[row]).isoformat(),
        facts=facts,
        steps=steps,
        stays=stays,
        **reached,
        had_care=reached["definitive_care"] is not None and _care_day(reading, row) == reached["definitive_care"],
        ended=ended,
        end=end,
        end_service=where,
        contacts=dict(sorted(contacts.items(), key=lambda item: (-item[1], item[0]))),
        missed=sum(step.event == "missed" for step in steps),
        waited_days=sum(
            (stay.last if stay.called is None else stay.called) - stay.first for stay in stays if not stay.passing
        ),
        days_off_work=off_work,
        cost_gbp=round(sum(step.cost_gbp for step in steps), 2),
        peers=len(peers),
        ahead_first_contact=ahead["first_contact"],
        ahead_definitive_care=ahead["definitive_care"],
    )


def _care_day(reading: Reading, row: int) -> int:
    """Days from presenting to the first contact of care at or above the need; far beyond the run if never."""
    contacts = reading.first_episode(reading.contacts)
    met = contacts.where(reading.meets[reading.need_at(contacts), contacts.service])
    return int(reading.first_day_of(met)[row] - reading.patients.presented_day[row])


def _peers(reading: Reading, row: int) -> np.ndarray:
    """Rows of the others who came the same way with the same need and region; at the door, those whom indicators count.

    Whoever a story sends to a service is compared with those at the door: no stream from elsewhere is like them.
    """
    patients, presented = reading.patients, SOURCES.index("presented")
    source = presented if patients.patient_id[row] == PERSON_ID else patients.source[row]
    same = (patients.source == source) & (patients.facts["need"] == patients.facts["need"][row])
    same &= patients.facts["region"] == patients.facts["region"][row]
    if source == presented:
        same &= reading.in_window(patients.presented_day)
    same[row] = False
    return np.flatnonzero(same)


def _ahead(reading: Reading, which: str, row: int, peers: np.ndarray) -> float | None:
    """Share (0-1) of the peers who get there in fewer days: cumulative incidence, other ways out competing."""
    days, way = way_to(reading, which)
    if way[row] != THERE or not len(peers):
        return None
    share = cumulative_incidence(np.maximum(days[peers], 0), way[peers], LEFT).at(THERE, int(days[row]) - 1)
    return None if np.isnan(share) else share


__all__ = ["ENDS", "Journey", "Stay", "Step", "journey_of"]
