"""The benchmark pathway in mskflow, as a user would write it: plain dicts, read by `sim.from_dict`.

A year of this place is a column a fact and a row a patient; each service is one SimPy process that
treats a clinic day at a time. Urgent is a fact that patients are made with: one in ten of all, which
only orthopaedics asks about, so one in ten of those sent there.

The time covers making the patients, the run and the event columns, as `sim.engine.simulate` does them
for every replication; not imports, not the check of the configuration, which is done once for a study.
"""

import time
from datetime import date

import numpy as np

import sim
from bench import pathway
from bench.outcome import one_line, outcome
from sim.domain.calendar import DAYS_A_YEAR
from sim.domain.record import Record
from sim.domain.words import ATTENDED, DETAIL, WEEKDAYS
from sim.engine.simulate import simulate

MONDAY = "2024-01-01"
OPEN_DAYS = [WEEKDAYS[day] for day in pathway.CLINIC_WEEKDAYS]
RESIDENTS = 345_300
if date.fromisoformat(MONDAY).weekday() != 0:
    raise AssertionError("day 0 of the benchmark is a Monday")


def onward(service: str) -> dict:
    """Rules by which people leave a service for another, or the pathway."""
    routes = pathway.ROUTES[service]
    return {"otherwise": {"to": {**routes, "resolved": round(1 - sum(routes.values()), 10)}}}


def clinic(service: str, slots: int) -> dict:
    """One service: first come first served, urgent ahead where there is such a class, follow-ups first."""
    settings = {
        "kind": "clinic",
        "capacity": {"slots_per_day": slots},
        "open_days": OPEN_DAYS,
        "routes": onward(service),
    }
    if follow_ups := pathway.FOLLOW_UPS.get(service):
        settings["follow_ups"] = {
            "mean_visits": follow_ups,
            "spread": "fixed",
            "interval_days": pathway.FOLLOW_UP_GAP_DAYS,
        }
        settings["routes"] = {"otherwise": {"to": {"course": 1.0}}}
        settings["after_course"] = onward(service)
    if pathway.URGENT_SHARE.get(service):
        settings["priority"] = {"urgent": {"when": {"urgency": "urgent"}}, "routine": {}}
    return settings


def config(seed: int, days: int) -> dict:
    """The scenario as plain dicts."""
    (urgent,) = pathway.URGENT_SHARE.values()
    slots = pathway.slots_per_clinic_day()
    return {
        "name": "benchmark",
        "calendar": {"start_date": MONDAY, "bank_holidays": None},
        "run": {"years": days / DAYS_A_YEAR, "seed": seed},
        "start": {"kind": "empty"},
        "demand": {
            "population": RESIDENTS,
            "presenting_per_1000_a_year": pathway.PRESENTING_PER_DAY * DAYS_A_YEAR / RESIDENTS * 1000,
            "facts": {"urgency": {"shares": {"urgent": urgent, "routine": 1 - urgent}}},
        },
        "pathway": {
            "entry": {"otherwise": {"to": pathway.ENTRY}},
            "services": {service: clinic(service, slots[service]) for service in pathway.SERVICES},
        },
    }


def visits(record: Record) -> tuple[list[tuple[str, int]], list[str]]:
    """(service, days waited) of every first visit, and the services of the follow-ups, from the log."""
    events = record.events
    attended = events["event"] == ATTENDED
    first = attended & (events["detail"] == DETAIL["new"])
    names = np.array(record.services, object)
    waited = (events["day"] - events["since"])[first]
    new = zip(names[events["service"][first]].tolist(), waited.tolist(), strict=True)
    return list(new), names[events["service"][attended & ~first]].tolist()


def run(seed: int, days: int = pathway.DAYS) -> dict:
    """One run, timed from making the first patient to the last line of the log."""
    scenario = sim.from_dict(config(seed, days))
    began = time.process_time()
    record = simulate(scenario)
    spent = time.process_time() - began
    return outcome("mskflow", days, spent, *visits(record))


if __name__ == "__main__":
    print(one_line(run(1)))
