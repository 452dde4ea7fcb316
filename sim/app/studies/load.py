"""Offered load against capacity, before running: how much of each service its demand would take.

Demand is followed through the pathway with room for everybody (a part of the place, a year after a warm-up), so
nobody waits and nobody leaves a list; what is used then is what would be needed. `mskflow check` prints it.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.reading.measured import FollowUpLoad, ServiceLoad
from sim.app.configuration.beside.prepared import prepared
from sim.app.configuration.beside.warned import place_words, warnings_of
from sim.app.configuration.request import Request
from sim.domain.pathway.kinds.kind import Asked, ServiceSettings
from sim.domain.pathway.routes import matches
from sim.domain.people.demand import Start
from sim.domain.record import Record
from sim.domain.scenario import Scenario, calendar_of
from sim.domain.staff.job_plan import JobPlan
from sim.domain.words import ATTENDED, CANCELLED, DETAIL, MISSED, STARTED
from sim.engine.simulate import simulate

if TYPE_CHECKING:
    import pandas as pd

    from sim.app.store import Store

RESIDENTS = 40_000
WARM_UP_DAYS = 200
ROOM = 1e6
TIGHT, OVER = 0.92, 1.0
CLEARLY = 0.02
"""How much more of a clinic than is kept for them follow-ups must need before it is told: one replication is noisy."""


def loads(scenario: Scenario, store: "Store | None" = None) -> tuple[list[ServiceLoad], list[FollowUpLoad]]:
    """Of each service with capacity; `load_share` is what is needed over what there is. And of those whose follow-ups
    are a larger share of what is asked than of what they have before first visits: they fall behind while people wait
    for a first visit.

    `store`: what it knows is not simulated again, and what is simulated it keeps.
    """
    part = min(1.0, RESIDENTS / max(scenario.demand.population * scenario.place.scale, 1))
    if scenario.demand.trace or any(stream.trace for stream in scenario.demand.elsewhere.values()):
        part = 1.0  # people given one by one cannot be scaled
    roomy = _with_room(scenario, part)
    calendar = calendar_of(roomy)
    plan, weeks = JobPlan(scenario, calendar), (calendar.horizon - WARM_UP_DAYS) / 7
    counts = _counts(simulate(roomy, 0), roomy) if store is None else _kept_counts(scenario, roomy, store)
    rows, behind = [], []
    for (name, service), times in zip(scenario.pathway.services.items(), counts, strict=True):
        asked, label = Asked(*(number / weeks / part for number in times)), service.label or name
        if (load := service.load(asked, plan, calendar)) is not None:
            need, there = load
            share = need / there if there > 0 else (np.inf if need > 0 else 0.0)
            verdict = "more than it can do" if share > OVER else "tight" if share > TIGHT else "fits"
            rows.append(ServiceLoad(scenario.name, name, label, float(there), float(need), float(share), verdict))
        shares = service.follow_up_shares(asked, calendar)
        if shares is not None and shares[0] > shares[1] + CLEARLY:
            behind.append(FollowUpLoad(label, *shares))
    return rows, behind


def load_table(scenario: Scenario, store: "Store | None" = None) -> "pd.DataFrame":
    """The same as a table (columns LOAD)."""
    import pandas as pd  # which `check` does without

    return pd.DataFrame(loads(scenario, store)[0], columns=list(ServiceLoad._fields))


def idle(scenario: Scenario) -> list[str]:
    """Staff groups and sets of rooms that no service uses and, of staff, that supervise nobody:
    `workforce.NAME`, `rooms.NAME`."""
    used = {group for staff in scenario.workforce.values() for group in staff.supervised_by}
    rooms: set[str] = set()
    for service in scenario.pathway.services.values():
        if (capacity := service.provided) is not None:
            used |= {*capacity.staff, *(group for change in capacity.later.values() for group in change.staff)}
            rooms |= set(capacity.rooms)
    return [f"workforce.{name}" for name in scenario.workforce if name not in used] + [
        f"rooms.{name}" for name in scenario.rooms if name not in rooms
    ]


def _with_room(scenario: Scenario, part: float) -> Scenario:
    services = {name: service.with_room_for(ROOM) for name, service in scenario.pathway.services.items()}
    return replace(
        scenario,
        pathway=replace(scenario.pathway, services=services),
        workforce={},  # room is given, so that who is in post does not matter: other staff, the same world
        rooms={},
        place=replace(scenario.place, scale=scenario.place.scale * part),
        start=Start(kind="empty"),
        run=replace(scenario.run, years=1.0, warm_up_days=WARM_UP_DAYS),
    )


def _kept_counts(scenario: Scenario, roomy: Scenario, store: "Store") -> list[list[int]]:
    """The counts from the store; those that are new to it are simulated and put there."""
    from sim.app.store import Writer, key_of  # what `check` does without

    key = key_of(roomy)
    if key not in store.asked:
        with Writer(store) as writer:
            writer.ask(key, key_of(scenario), _counts(simulate(roomy, 0), roomy))
    return store.asked[key]


def _counts(record: Record, scenario: Scenario) -> list[list[int]]:
    """For each service in turn, how often after the warm-up: first visits booked, later ones, and stays begun. A first
    visit counts for as many as it is long, where a class has minutes of its own."""
    events = record.events
    later = (events["day"] >= WARM_UP_DAYS) & (events["service"] >= 0)
    new = events["detail"] == DETAIL["new"]
    booked = np.isin(events["event"], (ATTENDED, MISSED, CANCELLED))
    masks = [later & mask for mask in (booked & new, booked & ~new, events["event"] == STARTED)]
    counts = np.stack([np.bincount(events["service"][mask], minlength=len(record.services)) for mask in masks], axis=1)
    for code, service in enumerate(scenario.pathway.services.values()):
        if (lengths := _lengths(service, record.patients.facts)) is not None:
            for column in (0, 2):
                rows = events["row"][masks[column] & (events["service"] == code)]
                counts[code, column] = round(float(lengths[rows].sum()))
    return counts.tolist()


def _lengths(service: ServiceSettings, facts: dict[str, np.ndarray]) -> np.ndarray | None:
    """(patients,) how long a first visit of each is beside the usual one; None where classes have no minutes of their
    own, or go by what changes as people go, which is not known before."""
    classes, usual = service.classes(), service.minutes(True)
    if not usual or not any(one.minutes for one in classes.values()):
        return None
    if any(fact not in facts for one in classes.values() for fact in one.when):
        return None
    found = np.ones(len(next(iter(facts.values()))))
    for label, one in reversed(classes.items()):
        found[matches(one.when, facts) if one.when else slice(None)] = (service.minutes(True, label) or usual) / usual
    return found


def run(request: Request) -> int:
    """`mskflow check`: prints load against capacity; 0. `ScenarioError` with every fault that `run` would tell of."""
    from sim.app.pages.load_in_short import load_in_short
    from sim.app.pages.terminal import to_terminal

    scenario, others = prepared(request)
    for _, path in request.own:
        _write_parameters(scenario, request, Path(path))
    about = (place_words(scenario), warnings_of(scenario, others.baseline, request))
    to_terminal(load_in_short(scenario, *loads(scenario), idle(scenario), about))
    return 0


def _write_parameters(scenario: Scenario, request: Request, path: Path) -> None:
    """Every number of the configuration with its unit, range and source."""
    from sim.app.configuration.evidence import assumptions  # what `check` does without
    from sim.app.configuration.files.shipped import MECHANISMS
    from sim.app.configuration.own_files import own_files
    from sim.app.store.disk import writing

    table = assumptions(scenario.config, own=own_files(request, scenario.config.get(MECHANISMS) or ()))
    with writing(path):
        path.write_text(table.to_csv(index=False, lineterminator="\n"), encoding="utf-8")
    print(f"{len(table)} numbers with unit, range and source: {path}")
