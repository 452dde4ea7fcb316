"""The benchmark pathway in Ciw 3, as its documentation would have it done.

Each service is a node with a `Slotted` schedule: at 0.99 of a clinic day so many people
start a visit of 0.005 days, so that whoever is referred on joins the next list the same day
but after its slots have gone. Follow-ups wait out their 21 days at a node with unlimited
servers and come back to physiotherapy. A class says what a patient is on a list as, and
changes at the end of a visit by Ciw's class change matrices:

    routine            a first visit
    urgent             a first visit, ahead of routine: for one in ten sent to orthopaedics
    second, third      the follow-ups of a course, ahead of first visits

Ciw chooses the new class first and the next node by that class, so that only those sent to
orthopaedics become urgent, and shares are exactly the pathway's. Follow-ups and urgent
patients never meet on one list, so two priority classes are enough, which is faster than
three. Who presents in the last hundredth of a clinic day waits for the next; arrivals are
Ciw's exponential gaps, that is, Poisson a day.

After every event Ciw looks through everybody in the system for what is next, so its cost a
visit grows with the size of the place and, until some weeks in, with the days run. The
default horizon, shorter than a year, keeps the benchmark short and, if anything, favours
Ciw: it begins with an empty system. `run(seed, days=365)` does the whole year.
"""

import time

import ciw

from bench import pathway
from bench.outcome import one_line, outcome

DAYS = 120
SEEN_AT, VISIT_DAYS = 0.99, 0.005
CLASSES = ("routine", "urgent", "second", "third")
COURSE = ("routine", "second", "third")
AHEAD = {"routine": 1, "urgent": 0, "second": 0, "third": 0}
NODE = {s: i for i, s in enumerate(pathway.SERVICES)}
GAP_NODE = len(NODE)  # where follow-ups wait until they are due


def timetable(days: int, slots: int) -> ciw.Slotted:
    """So many slots at the end of every clinic day; none after the last."""
    dates = [day + SEEN_AT for day in range(days) if pathway.is_clinic_day(day)]
    return ciw.Slotted(slots=[*dates, float(days + 1)], slot_sizes=[slots] * len(dates) + [0])


def class_changes(service: str) -> dict[str, dict[str, float]]:
    """What each class becomes when a visit ends, before the next node is chosen."""
    ends = dict.fromkeys(CLASSES, 0.0) | {"routine": 1.0}
    for onward, urgent in pathway.URGENT_SHARE.items():
        share = urgent * pathway.ROUTES[service].get(onward, 0.0)
        ends |= {"urgent": share, "routine": ends["routine"] - share}
    changes = dict.fromkeys(CLASSES, ends)
    for visit in range(pathway.FOLLOW_UPS.get(service, 0)):
        after = dict.fromkeys(CLASSES, 0.0) | {COURSE[visit + 1]: 1.0}
        changes = changes | {COURSE[visit]: after}
    return changes


def routing(clss: str) -> list[list[float]]:
    """Where each service sends patients who are of this class after the visit."""
    matrix = [[0.0] * (GAP_NODE + 1) for _ in range(GAP_NODE + 1)]
    for service, routes in pathway.ROUTES.items():
        row = matrix[NODE[service]]
        urgent = {s: pathway.URGENT_SHARE.get(s, 0.0) * share for s, share in routes.items()}
        if clss in COURSE[1:] and service in pathway.FOLLOW_UPS:
            row[GAP_NODE] = 1.0
        elif clss == "routine":
            for onward, share in routes.items():
                row[NODE[onward]] = (share - urgent[onward]) / (1 - sum(urgent.values()))
        elif clss == "urgent" and sum(urgent.values()):
            for onward in routes:
                row[NODE[onward]] = urgent[onward] / sum(urgent.values())
    if clss in COURSE[1:]:
        for service in pathway.FOLLOW_UPS:
            matrix[GAP_NODE][NODE[service]] = 1.0
    return matrix


def network(days: int) -> ciw.network.Network:
    """The pathway as Ciw's arguments."""
    entry = {s: pathway.PRESENTING_PER_DAY * share for s, share in pathway.ENTRY.items()}
    noon = ciw.dists.Sequential([0.5] + [1.0] * days)
    arrivals = [noon if s in entry else None for s in NODE] + [None]
    one = ciw.dists.Deterministic(1)
    people = [ciw.dists.Poisson(entry[s]) if s in entry else one for s in NODE] + [one]
    stay = [ciw.dists.Deterministic(VISIT_DAYS)] * GAP_NODE
    # Back at midday of the day that is due, ahead of that day's slots.
    stay.append(ciw.dists.Deterministic(pathway.FOLLOW_UP_GAP_DAYS - 0.5))
    slots = pathway.slots_per_clinic_day()
    return ciw.create_network(
        arrival_distributions={
            c: arrivals if c == "routine" else [None] * (GAP_NODE + 1) for c in CLASSES
        },
        batching_distributions=dict.fromkeys(CLASSES, people),
        service_distributions=dict.fromkeys(CLASSES, stay),
        number_of_servers=[timetable(days, slots[s]) for s in NODE] + [float("inf")],
        class_change_matrices=[class_changes(s) for s in NODE]
        + [{c: dict.fromkeys(CLASSES, 0.0) | {c: 1.0} for c in CLASSES}],
        routing={c: routing(c) for c in CLASSES},
        priority_classes=AHEAD,
    )


def run(seed: int, days: int = DAYS) -> dict:
    """One run, timed from building the network to having every record."""
    began = time.process_time()
    ciw.seed(seed)
    simulation = ciw.Simulation(network(days))
    simulation.simulate_until_max_time(days)
    visits = [r for r in simulation.get_all_records() if r.node <= GAP_NODE]
    spent = time.process_time() - began
    services = dict(enumerate(pathway.SERVICES, start=1))
    first = (
        (services[r.node], int(r.service_start_date) - int(r.arrival_date))
        for r in visits
        if r.customer_class not in COURSE[1:]
    )
    again = (services[r.node] for r in visits if r.customer_class in COURSE[1:])
    return outcome("Ciw, slotted nodes", days, spent, first, again)


if __name__ == "__main__":
    print(one_line(run(1)))
