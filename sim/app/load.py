"""Offered load against capacity, before running: how much of each service's time its demand would take.

Demand is followed through the pathway with room for everybody (a part of the place, a year after a warm-up), so
nobody waits and nobody leaves a list; the time that is used then is what would be needed. `mskflow check` prints it.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.analysis.tables import LOAD
from sim.domain.demand import Start
from sim.domain.pathway import Capacity
from sim.domain.scenario import Scenario
from sim.domain.words import ATTENDED, CANCELLED, DETAIL, MISSED
from sim.engine.job_plan import JobPlan
from sim.engine.simulate import simulate

RESIDENTS = 40_000
WARM_UP_DAYS = 200
ROOM = 1e6
TIGHT, OVER = 0.92, 1.0


def load_table(scenario: Scenario) -> pd.DataFrame:
    """One row a service with capacity (columns LOAD); `load_share` is needed time over time in post."""
    part = min(1.0, RESIDENTS / max(scenario.demand.population * scenario.place.scale, 1))
    services = {}
    for name, service in scenario.pathway.services.items():
        if service.kind != "delay":
            service = replace(service, capacity=Capacity(slots_per_day=ROOM))
        if service.kind == "clinic":
            service = replace(service, length_cv=0.0, ring_fenced=False, extra_clinics={})
        services[name] = service
    roomy = replace(
        scenario,
        pathway=replace(scenario.pathway, services=services),
        place=replace(scenario.place, scale=scenario.place.scale * part),
        start=Start(kind="empty"),
        run=replace(scenario.run, years=1.0, warm_up_days=WARM_UP_DAYS),
    )
    record = simulate(roomy, 0)
    events = record.events
    counted = (events["day"] >= WARM_UP_DAYS) & np.isin(events["event"], (ATTENDED, MISSED, CANCELLED))
    weeks = (record.calendar.horizon - WARM_UP_DAYS) / 7
    plan = JobPlan(scenario.workforce, scenario.place.scale)
    rows = []
    for code, (name, service) in enumerate(scenario.pathway.services.items()):
        if service.kind == "delay":
            continue
        here = counted & (events["service"] == code)
        new = (here & (events["detail"] == DETAIL["new"])).sum()
        again = (here & (events["detail"] != DETAIL["new"])).sum()
        if service.kind == "group":
            starts = (here & (events["detail"] == DETAIL["new"])).sum() / service.max_size / weeks / part
            need = starts * service.sessions * service.session_minutes
            has = plan.scarcest_a_week(service.capacity) if service.capacity.staff else plan.a_week(service.capacity, service.session_days)
            if not service.capacity.staff:
                need = starts * service.sessions * service.max_size
        else:
            by_time = bool(service.capacity.staff)
            minutes = (service.new_minutes, service.follow_up_minutes or service.new_minutes) if by_time else (1, 1)
            need = (new * minutes[0] + again * minutes[1]) / weeks / part
            has = plan.minutes(service, service.open_days, record.calendar).sum() / (record.calendar.horizon / 7)
        share = need / has if has > 0 else (np.inf if need > 0 else 0.0)
        verdict = "more than it can do" if share > OVER else "tight" if share > TIGHT else "fits"
        rows.append((scenario.name, name, service.label or name, float(has), float(need), float(share), verdict))
    return pd.DataFrame(rows, columns=list(LOAD))


def run(config: dict) -> int:
    """`mskflow check`: the configuration has been checked when this is called; print load against capacity."""
    from sim.app.check import build
    from sim.app.console import print_load

    scenario = build(config)
    print_load(scenario, load_table(scenario))
    return 0
