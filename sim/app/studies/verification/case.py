"""What a case is: a small place, one number measured on it, and the exact value of that number."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.analysis.exact import identity
from sim.analysis.reading.events import Events
from sim.analysis.reading.reading import Reading
from sim.domain.calendar import DAYS_A_YEAR
from sim.domain.record import Record
from sim.domain.scenario import Scenario

SEED = 20250401
REPLICATIONS = 32
RESIDENTS = 365_250
"""So many that `rate` people a day are `rate` per 1,000 a year."""
AMPLE = 1_000
"""Slots that are never short."""


class CaseRun:
    """One replication of a case's place, as its measures read it."""

    def __init__(self, record: Record, scenario: Scenario):
        self.record, self.reading = record, Reading(record, scenario)
        self.days = record.calendar.horizon

    def at(self, events: Events, service: str) -> Events:
        """Those of `events` that happened at `service`."""
        return events.where(events.service == self.record.services.index(service))

    def waiting(self, service: str) -> np.ndarray:
        """(clinic days,) people left on the list after each clinic."""
        return self.record.clinics[service][:, 4]

    def slots(self, service: str, first: int = 0) -> np.ndarray:
        """(3,) slots offered, used and missed, a clinic day, from day `first` on."""
        table = self.record.clinics[service]
        return table[table[:, 0] >= first, 1:4].mean(axis=0)

    def lists(self, service: str) -> np.ndarray:
        """(days,) people on the list at the end of every day, open or not, from the stays in the log."""
        code = self.record.services.index(service)
        return identity.daily_lists(self.reading.joined[code], self.reading.stays[code][2], self.days)

    def waits(self, service: str, first: int, last: int) -> np.ndarray:
        """(people,) days from joining to the first visit, of those who joined on days `first` to `last` - 1."""
        return self.waits_of(service, first, last)[0]

    def waits_of(self, service: str, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        """The same, with the row of each person."""
        seen = self.at(self.reading.called, service)
        seen = seen.where((seen.since >= first) & (seen.since < last))
        return seen.day - seen.since, seen.row

    def fact(self, name: str) -> np.ndarray:
        """(patients,) codes of a fact."""
        return self.record.patients.facts[name]

    def early(self, last: int) -> np.ndarray:
        """(patients,) bool: presented before day `last`, and so followed to the end."""
        return self.record.patients.presented_day < last

    @cached_property
    def people(self) -> int:
        return len(self.record.patients)

    def count(self, events: Events) -> np.ndarray:
        """(patients,) how many of `events` each person has."""
        return np.bincount(events.row, minlength=self.people)


@dataclass(frozen=True)
class Case:
    """One number. `measure` takes it from a replication; `exact` is worked out without simulation; `source`: how."""

    name: str
    measure: Callable[[CaseRun], float]
    exact: Callable[[], float]
    source: str


@dataclass(frozen=True)
class Trial:
    """A place, what it is asked, and the cases that are measured in the same replications.

    `certain`: chance has no part in the numbers, so each replication must give the exact value.
    """

    question: str
    scenario: dict
    cases: tuple[Case, ...]
    replications: int = REPLICATIONS
    certain: bool = False


def clinic(slots: float, to: dict | None = None, **settings) -> dict:
    """A clinic that is open every day."""
    routes = {"otherwise": {"to": to or {"resolved": 1.0}}}
    return {
        "kind": "clinic",
        "capacity": {"slots_per_day": slots},
        "open_days": "every_day",
        "routes": routes,
    } | settings


def place(
    services: dict, rate: float, days: int, *, entry=None, demand=None, start=None, calendar=None, **pathway
) -> dict:
    """A scenario: `rate` people a day for `days` days from a Monday; by default all come to the first service."""
    entry = entry or {next(iter(services)): 1.0}
    return {
        "name": "verification",
        "demand": {"population": RESIDENTS, "presenting_per_1000_a_year": rate, **(demand or {})},
        "pathway": {"entry": {"otherwise": {"to": entry}}, "services": services, **pathway},
        "calendar": calendar or {"start_date": "2025-03-31"},
        "start": start or {"kind": "empty"},
        "run": {"years": days / DAYS_A_YEAR},
    }


def old_list(service: str, waiting: dict, need: str = "physiotherapy") -> dict:
    """A starting list at one service: weeks waited (lower edge of a band, as a word) -> people."""
    here = {"service": service, "share": 1.0, "needs": {need: 1.0}}
    return {"unit": "weeks", "waiting": waiting, "places": {"here": here}}


FIXED = {"arrivals": "fixed"}
