"""What a replication leaves behind: the log as columns. The engine writes it, analysis reads it."""

from dataclasses import dataclass, field

import numpy as np

from sim.domain.calendar import Calendar
from sim.domain.people.patients import Patients


@dataclass(frozen=True)
class Record:
    """What one replication leaves behind, as columns.

    `events`: the log's columns (`row` points into `patients`); `clinics`: service -> (days, 5) int64 of
    day, slots offered, used, missed, waiting; `services`, `details`: the words behind the codes;
    `minutes`: clinic -> (days, 3) minutes that came fresh, that there were with what was kept, and that were seen;
    `inside`: how many episodes are still open at the end; `due`: service -> (people, 2) int64 of row and day due, of
    follow-ups that are due at the end and have not been held.
    """

    scenario: str
    replication: int
    calendar: Calendar
    patients: Patients
    events: dict[str, np.ndarray]
    clinics: dict[str, np.ndarray] = field(repr=False)
    services: tuple[str, ...]
    details: tuple[str, ...]
    inside: int
    minutes: dict[str, np.ndarray] = field(default_factory=dict, repr=False)
    due: dict[str, np.ndarray] = field(default_factory=dict, repr=False)
