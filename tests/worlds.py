"""Small worlds for tests: a pathway of a few services, and people whose days and facts are given one by one.

    run = lived(world({"gp": clinic(2), ...}, days=10), people(0, 0, 1))
    run.seen("gp")      # {patient: day of the first attended visit}
    run.story(1)        # everything that happened to patient 1

Day 0 is Monday 6 January 2025. Without `people`, demand is one person a day on fixed days.
"""

from typing import NamedTuple

import numpy as np

import sim
from sim.domain.calendar import DAYS_A_YEAR
from sim.domain.chance import Chance
from sim.domain.faults import ScenarioError
from sim.domain.people.patients import ELSEWHERE_IDS, STARTING_IDS, Patients
from sim.domain.record import Record
from sim.domain.scenario import calendar_of
from sim.domain.staff.job_plan import JobPlan
from sim.domain.words import ALL_FACTS, DETAILS, EVENTS, FACTS, SOURCES
from sim.engine.simulate import patients_of, simulate

MONDAY = "2025-01-06"
PHYSIO = {"wte": 1.0, "patient_facing_share": 0.8}
"""Ten sessions of 225 minutes a week, 180 of them with patients: 1,800 minutes, 360 a working day."""


# --- configurations ---------------------------------------------------------------------------------------


def way(to="resolved", **rules) -> dict:
    """Rules: named ones first, then everybody else to `to` (a place, or place -> share)."""
    return {**rules, "otherwise": {"to": {to: 1.0} if isinstance(to, str) else to}}


def rule(to, when=None, **more) -> dict:
    """One named rule."""
    return {"to": {to: 1.0} if isinstance(to, str) else to, **({"when": when} if when else {}), **more}


def clinic(slots=1, to="resolved", **settings) -> dict:
    """A clinic that is open every day, with `slots` a day."""
    return {
        "kind": "clinic",
        "capacity": {"slots_per_day": slots},
        "open_days": "every_day",
        "routes": way(to),
        **settings,
    }


def staffed(*groups, **settings) -> dict:
    """A clinic on working days with all sessions of `groups` (or the `capacity` given):
    ten visits of 36 minutes a day from one `PHYSIO`."""
    made = {
        **clinic(),
        "capacity": {"staff": dict.fromkeys(groups, 1.0)},
        "open_days": "working_days",
        **settings,
    }
    return made if "slots_per_day" in made["capacity"] else {"new_minutes": 36, **made}


def facts(**words) -> dict:
    """A section of demand in which each of these facts has all of its words alike, for settings that ask for them."""
    shares = {name: {word: 1 / len(FACTS[name]) for word in FACTS[name]} for name in words or FACTS}
    return {"facts": {name: {"shares": shares[name]} for name in shares}}


def delay(days=1, to="resolved", **settings) -> dict:
    """Time passes."""
    return {"kind": "delay", "days": days, "routes": way(to), **settings}


def group(seats=1_000_000, to="resolved", **settings) -> dict:
    """A group programme on Tuesdays and Thursdays with `seats` a week; four sessions unless stated."""
    least = settings.get("min_size", 1)
    return {
        "kind": "group",
        "capacity": {"slots_per_week": seats},
        "routes": way(to),
        "min_size": 1,
        "max_size": 4,
        **({"least_size": least} if least < 4 else {}),
        "sessions": 4,
        **settings,
    }


def caseload(places=1, to="resolved", **settings) -> dict:
    """A caseload that takes people on every day; each stays five days unless stated."""
    return {
        "kind": "caseload",
        "capacity": {"places": places},
        "open_days": "every_day",
        "stay_days": 5,
        "stay_spread": "fixed",
        "routes": way(to),
        **settings,
    }


def world(services: dict, days: int = 30, entry="", a_day: float = 1.0, **sections) -> dict:
    """A configuration of `days` days. `entry`: a place or rules (the first service if absent); `a_day`: who presents.

    Further sections (`demand`, `run`, `start`, ...) are laid over these, key by key.
    """
    rules = entry if isinstance(entry, dict) else way(entry or next(iter(services)))
    thousands = 1 if a_day <= 200 else 1000
    config = {
        "name": "small_world",
        "demand": {
            "population": 1000 * thousands,
            "presenting_per_1000_a_year": DAYS_A_YEAR * a_day / thousands,
            "arrivals": "fixed",
        },
        "calendar": {"start_date": MONDAY},
        "run": {"years": days / DAYS_A_YEAR, "seed": 7},
        "pathway": {"services": services, "entry": rules},
    }
    for name, section in sections.items():
        config[name] = {**config.get(name, {}), **section} if isinstance(section, dict) else section
    return config


def meant(config: dict) -> dict:
    """The same without the settings that change nothing in it, of which a random world says many."""
    while True:
        try:
            sim.from_dict(config)
            return config
        except ScenarioError as error:
            idle = [one.where for one in error.faults if "says nothing" in one.what or "has nobody left" in one.what]
            if len(idle) < len(error.faults):
                raise
        for where in idle:
            *way_, last = where.split(".")
            here = config
            for key in way_:
                here = here[key]
            del here[last]


# --- people -----------------------------------------------------------------------------------------------


def _codes(name: str, words, n: int) -> np.ndarray:
    words = [words] * n if isinstance(words, str) else list(words)
    return np.array([ALL_FACTS[name].index(word) for word in words], np.int8)


def people(*days: int, ids=None, **facts) -> Patients:
    """People at the door, one on each of `days` (in order), numbered from 1. Facts: a word for all, or one each."""
    if len(days) == 1 and not isinstance(days[0], int):
        days = tuple(days[0])
    n = len(days)
    assert list(days) == sorted(days), "people come in the order of their days"
    return Patients(
        patient_id=np.arange(1, n + 1, dtype=np.int64) if ids is None else np.array(ids, np.int64),
        presented_day=np.array(days, np.int32),
        source=np.zeros(n, np.int8),
        facts={
            name: _codes(name, facts.get(name, words[0]), n)
            for name, words in ALL_FACTS.items()
            if name in FACTS or name in facts
        },
        elsewhere={},
        placed={},
    )


def without(patients: Patients, row: int) -> Patients:
    """The same people but for one."""
    keep = np.arange(len(patients)) != row

    def moved(rows):
        rows = rows[rows != row]
        return (rows - (rows > row)).astype(np.int32)

    return Patients(
        patients.patient_id[keep],
        patients.presented_day[keep],
        patients.source[keep],
        {name: codes[keep] for name, codes in patients.facts.items()},
        {name: moved(rows) for name, rows in patients.elsewhere.items()},
        {name: moved(rows) for name, rows in patients.placed.items()},
    )


# --- what happened ----------------------------------------------------------------------------------------


class Event(NamedTuple):
    """One row of the log, in words. `to` is "" unless somebody moved."""

    day: int
    who: int
    service: str
    what: str
    detail: str
    to: str
    since: int


class ClinicDay(NamedTuple):
    """One row of the clinics table."""

    day: int
    offered: int
    used: int
    missed: int
    waiting: int


class Lived:
    """One replication, to be asked questions."""

    def __init__(self, scenario, record: Record):
        self.scenario, self.record = scenario, record
        columns = record.events
        names = (*record.services, "")
        ids = record.patients.patient_id
        self.events = [
            Event(day, who, names[service], EVENTS[event], record.details[detail], names[to], since)
            for day, who, service, event, detail, to, since in zip(
                columns["day"].tolist(),
                ids[columns["row"]].tolist(),
                columns["service"].tolist(),
                columns["event"].tolist(),
                columns["detail"].tolist(),
                columns["to"].tolist(),
                columns["since"].tolist(),
                strict=True,
            )
        ]

    def of(self, what: str, service: str | None = None, detail: str | None = None) -> list[Event]:
        """Events of one word, at one service, with one detail."""
        return [
            e
            for e in self.events
            if e.what == what and (service is None or e.service == service) and (detail is None or e.detail == detail)
        ]

    def days(self, what: str, service: str | None = None, detail: str | None = None) -> dict[int, list[int]]:
        """patient -> days on which it happened to them."""
        days: dict[int, list[int]] = {}
        for e in self.of(what, service, detail):
            days.setdefault(e.who, []).append(e.day)
        return days

    def seen(self, service: str) -> dict[int, int]:
        """patient -> day of their first attended visit."""
        return {who: days[0] for who, days in self.days("attended", service).items()}

    def story(self, who: int) -> list[tuple]:
        """(day, service, what, detail, to) of one person, in order."""
        return [(e.day, e.service, e.what, e.detail, e.to) for e in self.events if e.who == who]

    def clinic_days(self, service: str) -> list[ClinicDay]:
        """What the service offered and used, a day at a time."""
        return [ClinicDay(*row) for row in self.record.clinics[service].tolist()]


def lived(config: dict, patients: Patients | None = None, replication: int = 0) -> Lived:
    """Simulate a configuration once, with given people or with those of its own demand."""
    scenario = sim.from_dict(config)
    return Lived(scenario, simulate(scenario, replication, patients))


def planned(config: dict, replication: int | None = None) -> JobPlan:
    """The job plan of a configuration; sickness is its mean unless a replication says which luck."""
    scenario = sim.from_dict(config)
    return JobPlan(
        scenario, calendar_of(scenario), None if replication is None else Chance(scenario.run.seed, replication)
    )


def made(config: dict, replication: int = 0) -> Patients:
    """The people that a configuration's demand makes."""
    return patients_of(sim.from_dict(config), replication)


def written(
    config: dict, patients: Patients, rows: list[tuple], clinics: dict | None = None, inside: int = 0
) -> Record:
    """A record written by hand. `rows`: (day, patient id, service, what, detail, to, since[, episode]),
    shorter where the rest is empty."""
    scenario = sim.from_dict(config)
    services = tuple(scenario.pathway.services)
    row_of = {who: row for row, who in enumerate(patients.patient_id.tolist())}
    words = sorted({r[4] for r in rows if len(r) > 4} - set(DETAILS))
    details = (*DETAILS, *words)
    full = []
    for day, who, service, what, *rest in rows:
        detail, to, since, episode = (*rest, *("", "", None, 0)[len(rest) :])
        full.append(
            (
                day,
                row_of[who],
                services.index(service) if service else -1,
                EVENTS.index(what),
                details.index(detail),
                services.index(to) if to else -1,
                day if since is None else since,
                episode,
            )
        )
    kinds = (
        ("day", "i4"),
        ("row", "i4"),
        ("service", "i1"),
        ("event", "i1"),
        ("detail", "i2"),
        ("to", "i1"),
        ("since", "i4"),
        ("episode", "i1"),
    )
    columns = {name: np.array([r[i] for r in full], kind) for i, (name, kind) in enumerate(kinds)}
    tables = {name: np.array((clinics or {}).get(name, []), np.int64).reshape(-1, 5) for name in services}
    return Record(scenario.name, 0, calendar_of(scenario), patients, columns, tables, services, details, inside)


def source(word: str) -> int:
    """The code of a stream of people."""
    return SOURCES.index(word)


__all__ = [
    "ELSEWHERE_IDS",
    "MONDAY",
    "PHYSIO",
    "STARTING_IDS",
    "ClinicDay",
    "Event",
    "Lived",
    "caseload",
    "clinic",
    "delay",
    "group",
    "lived",
    "made",
    "people",
    "planned",
    "rule",
    "source",
    "staffed",
    "way",
    "without",
    "world",
    "written",
]
