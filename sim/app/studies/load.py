"""Offered load against capacity, before running: how much of each service its demand would take.

Demand is followed through the pathway with room for everybody (a part of the place, a year after a warm-up), so
nobody waits and nobody leaves a list; what is used then is what would be needed. `mskflow check` prints it.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.analysis.reading.tables import LOAD
from sim.domain.calendar import Calendar
from sim.domain.pathway.capacity import Capacity
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.people.demand import Start
from sim.domain.record import Record
from sim.domain.scenario import Scenario
from sim.domain.staff.hours import opening_minutes
from sim.domain.staff.job_plan import JobPlan
from sim.domain.words import ATTENDED, CANCELLED, DETAIL, MISSED, STARTED
from sim.engine.simulate import simulate

RESIDENTS = 40_000
WARM_UP_DAYS = 200
ROOM = 1e6
TIGHT, OVER = 0.92, 1.0


@dataclass(frozen=True)
class Asked:
    """What a service was asked for in a week with room for everybody, by the whole place."""

    new: float
    again: float
    started: float


def _clinic(service, asked: Asked, plan: JobPlan, calendar: Calendar) -> tuple[float, float]:
    """Minutes a week where staff give them, else slots."""
    by_time = bool(service.capacity.staff)
    first, later = (service.new_minutes, service.follow_up_minutes or service.new_minutes) if by_time else (1, 1)
    there = plan.minutes(service, service.open_days).sum() / (calendar.horizon / 7)
    return asked.new * first + asked.again * later, there


def _group(service, asked: Asked, plan: JobPlan, calendar: Calendar) -> tuple[float, float]:
    """Minutes a week where staff give them, else seats; cohorts are full."""
    cohorts, capacity, days = asked.new / service.max_size, service.capacity, service.session_days
    held = (
        plan.open(capacity, days).sum() / max(calendar.open_days(days).sum(), 1) if capacity.closed else 1.0
    )  # a holiday only puts a session off
    if capacity.staff:
        return cohorts * service.sessions * service.session_minutes, float(
            plan.scarcest_a_week(capacity, days, service.supervision).mean()
        ) * held
    return cohorts * service.sessions * service.max_size, float(plan.a_week(capacity, days).mean()) * held


def _caseload(service, asked: Asked, plan: JobPlan, calendar: Calendar) -> tuple[float, float]:
    """Places at a time: people a day x days of a stay (Little)."""
    stay = max(round(service.stay_days), 1) if service.stay_spread == "fixed" else service.stay_days
    return asked.started / 7 * stay, float((plan.places(service) + 1e-9).astype(int).mean())


def _drop_in(service, asked: Asked, plan: JobPlan, calendar: Calendar) -> tuple[float, float]:
    """Clinicians' minutes a week within opening hours."""
    opens, closes = opening_minutes(service.hours)
    there = plan.clinicians(service).sum() * (closes - opens) / (calendar.horizon / 7)
    return asked.started * service.visit_minutes, there


NEEDS = {"clinic": _clinic, "group": _group, "caseload": _caseload, "drop_in": _drop_in}
"""Kind -> what it would take, and what there is, in one unit. A kind without a line has no capacity."""

ROOMY = {
    "clinic": {
        "capacity": Capacity(slots_per_day=ROOM),
        "length_cv": 0.0,
        "ring_fenced": False,
        "extra_clinics": {},
        "takes_from": None,
    },
    "group": {"capacity": Capacity(slots_per_day=ROOM)},
    "caseload": {"capacity": Capacity(places=ROOM)},
    "drop_in": {"capacity": Capacity(clinicians=ROOM)},
}
"""Kind -> the settings that give it room for everybody."""


def load_table(scenario: Scenario) -> pd.DataFrame:
    """One row a service with capacity (columns LOAD); `load_share` is what is needed over what there is."""
    part = min(1.0, RESIDENTS / max(scenario.demand.population * scenario.place.scale, 1))
    record = simulate(_with_room(scenario, part), 0)
    plan = JobPlan(scenario, record.calendar)
    rows = []
    for (name, service), asked in zip(scenario.pathway.services.items(), _asked(record, part), strict=True):
        if service.kind in NEEDS:
            need, there = NEEDS[service.kind](service, asked, plan, record.calendar)
            share = need / there if there > 0 else (np.inf if need > 0 else 0.0)
            verdict = "more than it can do" if share > OVER else "tight" if share > TIGHT else "fits"
            rows.append((scenario.name, name, service.label or name, float(there), float(need), float(share), verdict))
    return pd.DataFrame(rows, columns=list(LOAD))


def idle(scenario: Scenario) -> list[str]:
    """Staff groups and sets of rooms that no service uses and, of staff, that supervise nobody: `workforce.NAME`, `rooms.NAME`."""
    used = {group for staff in scenario.workforce.values() for group in staff.supervised_by}
    rooms: set[str] = set()
    for service in scenario.pathway.services.values():
        if (capacity := getattr(service, "capacity", None)) is not None:
            used |= {*capacity.staff, *(group for change in capacity.later.values() for group in change.staff)}
            rooms |= set(capacity.rooms)
    return [f"workforce.{name}" for name in scenario.workforce if name not in used] + [
        f"rooms.{name}" for name in scenario.rooms if name not in rooms
    ]


def _with_room(scenario: Scenario, part: float) -> Scenario:
    services = {name: _roomy(service) for name, service in scenario.pathway.services.items()}
    return replace(
        scenario,
        pathway=replace(scenario.pathway, services=services),
        place=replace(scenario.place, scale=scenario.place.scale * part),
        start=Start(kind="empty"),
        run=replace(scenario.run, years=1.0, warm_up_days=WARM_UP_DAYS),
    )


def _roomy(service: ServiceSettings) -> ServiceSettings:
    return replace(service, **ROOMY.get(service.kind, {}))


def _asked(record: Record, part: float) -> list[Asked]:
    """For each service in turn, after the warm-up; `part`: how much of the place was simulated."""
    events = record.events
    later = events["day"] >= WARM_UP_DAYS
    new = events["detail"] == DETAIL["new"]
    booked = np.isin(events["event"], (ATTENDED, MISSED, CANCELLED))
    weeks = (record.calendar.horizon - WARM_UP_DAYS) / 7

    def a_week(mask) -> np.ndarray:
        return (
            np.bincount(events["service"][later & mask & (events["service"] >= 0)], minlength=len(record.services))
            / weeks
            / part
        )

    counts = (a_week(booked & new), a_week(booked & ~new), a_week(events["event"] == STARTED))
    return [Asked(*of_service) for of_service in zip(*(column.tolist() for column in counts), strict=True)]


def run(config: dict) -> int:
    """`mskflow check`: the configuration has been checked when this is called; print load against capacity."""
    from sim.app.configuration.beside.report_section import read_report
    from sim.app.configuration.check import build
    from sim.app.pages.console import print_load
    from sim.domain.faults import Fault, ScenarioError

    scenario = build(config)
    faults: list[Fault] = []
    read_report(config, faults)
    if faults:
        raise ScenarioError(faults)
    print_load(scenario, load_table(scenario), idle(scenario))
    return 0
