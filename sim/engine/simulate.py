"""One replication of one scenario: patients in, columns out."""

import numpy as np

from sim.domain.calendar import DAYS_A_YEAR, Calendar
from sim.domain.chance import Chance
from sim.domain.pathway.ways import rule_maps
from sim.domain.people.facts import shares_of
from sim.domain.people.patients import Patients, make_patients
from sim.domain.record import Record
from sim.domain.scenario import Scenario, calendar_of
from sim.domain.staff.job_plan import JobPlan
from sim.domain.words import DETAIL, DETAILS, LISTED, PRESENTED, SOURCES
from sim.engine import kernels
from sim.engine.laws import BrokenLaw, hold_laws
from sim.engine.pace import Pace
from sim.engine.pool import share_out
from sim.engine.router import Router
from sim.engine.services import PROCESSES
from sim.engine.services.service import Service
from sim.engine.shapes import Process
from sim.engine.world import DOOR, EVENING, NOWHERE, World


def patients_of(scenario: Scenario, replication: int, calendar: Calendar | None = None) -> Patients:
    """The people of a replication, from demand and starting lists alone."""
    calendar = calendar or calendar_of(scenario)
    chance = Chance(scenario.run.seed, replication)
    return make_patients(scenario.demand, scenario.start, calendar, chance, scenario.place.scale)


def simulate(scenario: Scenario, replication: int = 0, patients: Patients | None = None) -> Record:
    """Run `scenario` once. `patients` may be given where several scenarios meet the same people."""
    calendar = calendar_of(scenario)
    if patients is None:
        patients = patients_of(scenario, replication, calendar)
    kernels.ready_for(len(patients))
    chance = Chance(scenario.run.seed, replication)
    world = World(scenario.pathway, patients, calendar, chance, scenario.place.scale, scenario.demand.takes_over)
    world.fifths = shares_of(scenario.demand, "imd_quintile")
    plan = JobPlan(scenario, calendar, chance)
    for name, settings in scenario.pathway.services.items():
        world.services[name] = PROCESSES[settings.kind](world, name, settings, plan)
    _place_starting_lists(scenario, world)
    watched = _watched(world)
    world.env.process(_mornings(scenario, world))
    for pool in plan.pools():
        world.env.process(share_out(pool, world))
    for service in world.services.values():
        world.env.process(service.run())
    world.env.process(_evenings(world, watched))
    world.env.run(until=calendar.horizon)
    record = Record(
        scenario=scenario.name,
        replication=replication,
        calendar=calendar,
        patients=patients,
        events=world.events.columns(),
        clinics={n: _clinic_days(s) for n, s in world.services.items()},
        services=world.service_names,
        details=(*DETAILS, *world.rules),
        inside=int((world.place >= 0).sum()),
        minutes={n: np.array(s.minutes) for n, s in world.services.items() if s.minutes},
        due={n: due for n, s in world.services.items() if len(due := s.still_due())},
    )
    world.close()
    hold_laws(record, scenario)
    return record


def _place_starting_lists(scenario: Scenario, world: World) -> None:
    patients = world.patients
    for (list_name, place_name), rows in patients.placed.items():
        place = scenario.start.lists[list_name].places[place_name]
        service = world.services.get(place.service)
        if place.asked_by is not None:
            world.asked_by[rows] = world.services[place.asked_by].code
        if service is not None and len(rows):
            rows = rows.astype(np.int64, copy=False)  # people who are given may come in any integers
            service.place_at_start(rows, patients.presented_day[rows], place)


def _mornings(scenario: Scenario, world: World) -> Process:
    """Each morning, before the clinics: who leaves a list, who comes back, who presents."""
    patients = world.patients
    door = Router(world, scenario.pathway.entry, "door", primary=False)
    days = np.arange(world.calendar.horizon + 1)
    presenting = _not_prevented(np.flatnonzero(patients.source == SOURCES.index("presented")), world)
    edges = np.searchsorted(patients.presented_day[presenting], days)
    pool = np.flatnonzero(patients.source == SOURCES.index("induced"))
    pool_edges = np.searchsorted(patients.presented_day[pool], days)
    tolerated = scenario.demand.induced.tolerated_wait_weeks * -np.log1p(
        -world.uniforms(world.chance.key("induced.tolerated"), pool)
    )
    others = []
    for name, rows in patients.elsewhere.items():
        cuts = np.searchsorted(patients.presented_day[rows], days)
        stream = scenario.demand.elsewhere[name]
        others.append(
            (rows.astype(np.int64, copy=False), cuts, world.services[stream.service], round(7 * stream.waited_weeks))
        )
    for day in range(world.calendar.horizon):
        world.exits.fall_due(day)
        page = world.comes_back.take(day) if world.recurs else None
        if page is not None:
            again = np.sort(page[0])
            world.begin_again(again, day)
            world.present(again, day, door.route(again))
        rows = presenting[edges[day] : edges[day + 1]]
        if len(rows):
            world.present(rows, day, door.route(rows))
        if len(pool):
            wait = world.services[str(scenario.pathway.access_is_wait_at)].last_evening[1] / 7
            here = slice(pool_edges[day], pool_edges[day + 1])
            rows = pool[here][tolerated[here] >= wait]
            if len(rows):
                world.present(rows, day, door.route(rows), DETAIL["induced"])
        for stream_rows, cuts, service, waited in others:
            rows = stream_rows[cuts[day] : cuts[day + 1]]
            if len(rows):
                world.write(day, NOWHERE, PRESENTED, DETAIL["from_elsewhere"], rows)
                world.came_from[rows] = DOOR
                since = np.full(len(rows), day - waited) if waited else None
                service.join(rows, day, day, DETAIL["from_elsewhere"], since)
        yield world.env.timeout(1)


def _not_prevented(rows: np.ndarray, world: World) -> np.ndarray:
    """Those who present in spite of prevention: who is spared early on is spared later too, if it holds."""
    prevention = world.pathway.prevention
    if not prevention.share_per_year:
        return rows
    spared = np.minimum(
        prevention.share_per_year * world.patients.presented_day[rows] / DAYS_A_YEAR, prevention.at_most
    )
    found: np.ndarray = rows[world.uniforms(world.chance.key("prevention"), rows) >= spared]
    return found


def _watched(world: World) -> list[Service]:
    """Services whose last evening is asked for: by rules, by courses, or by people who would come if it were easier."""
    asked = {
        rule.only_while.service
        for _, _, rules in rule_maps(world.pathway)
        for rule in rules.values()
        if rule.only_while and rule.only_while.service is not None
    }
    asked |= {
        condition.service
        for settings in world.pathway.services.values()
        for condition in settings.conditions().values()
        if condition.service is not None
    }
    if world.pathway.access_is_wait_at is not None:
        asked.add(world.pathway.access_is_wait_at)
    watched = [world.services[name] for name in asked]
    for service in watched:
        service.last_evening = (service.waiting, service.mean_days_waited_at_start)
        service.pace = Pace(service.waiting)
    return watched


def _evenings(world: World, watched: list[Service]) -> Process:
    """Each evening: how many wait at the services that were open."""
    yield world.env.timeout(EVENING)
    while True:
        for service in watched:
            service.last_evening = (service.waiting, service.last_wait_days)
            if service.pace is not None:
                service.pace.evening(service.joined_today, service.waiting)
            service.joined_today = 0
        for service in world.open_today:
            service.evenings.append(service.waiting)
        world.open_today.clear()
        yield world.env.timeout(1)


def _clinic_days(service: Service) -> np.ndarray:
    """(days, 5): day, slots offered, used, missed, waiting."""
    days = np.array(service.days, np.int64).reshape(-1, 4)
    return np.column_stack([days, np.array(service.evenings, np.int64)])


__all__ = ["LISTED", "BrokenLaw", "Record", "patients_of", "simulate"]
