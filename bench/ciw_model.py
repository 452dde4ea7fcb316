"""The benchmark pathway in Ciw 3, as its documentation would have it done.

Each service is a node with a `Slotted` schedule: at 0.99 of a clinic day so many people
start a visit of 0.005 days, so that whoever is referred on joins the next list the same day
but after its slots have gone. People present once a day in a Poisson batch: the same flow
as exponential gaps, and less work. Follow-ups wait out their 21 days at a node of their own
and come back to physiotherapy. A class says what a patient is on a list as, and changes at
the end of a visit by Ciw's class change matrices:

    routine            a first visit
    urgent             a first visit, ahead of routine: for one in ten sent to orthopaedics
    second, third      the follow-ups of a course, ahead of first visits

Ciw chooses the new class first and the next node by that class, so that only those sent to
orthopaedics become urgent, and shares are exactly the pathway's. Follow-ups and urgent
patients never meet on one list, so two priority classes are enough, which is faster.

After every event Ciw looks through everybody in the system for what comes next, so a visit
costs more in a larger place. We help where Ciw allows it: the follow-ups' node has as many
servers as it can need, not infinitely many, searched more slowly (1,300 visits a CPU second,
not 2,000); 120 days are run, a year going at the same pace; and `place=0.1` is a tenth of it.
"""

import time
from math import ceil

import ciw

from bench import pathway
from bench.outcome import one_line, outcome

DAYS = 120
PRESENT_AT, SEEN_AT, VISIT_DAYS = 0.5, 0.99, 0.005
CLASSES = ("routine", "urgent", "second", "third")
COURSE = ("routine", "second", "third")
AHEAD = {"routine": 1, "urgent": 0, "second": 0, "third": 0}
NODE = {s: i for i, s in enumerate(pathway.SERVICES)}
GAP = len(NODE)  # the node where follow-ups wait until they are due


def timetable(days: int, slots: int) -> ciw.Slotted:
    """So many slots at the end of every clinic day; none after the last."""
    dates = [day + SEEN_AT for day in range(days) if pathway.is_clinic_day(day)]
    return ciw.Slotted(slots=[*dates, float(days + 1)], slot_sizes=[slots] * len(dates) + [0])


def urgent_shares(service: str) -> dict[str, float]:
    """Share of those finished at a service who go on to each other one as urgent."""
    routes = pathway.ROUTES[service]
    return {s: pathway.URGENT_SHARE.get(s, 0.0) * share for s, share in routes.items()}


def class_changes(service: str) -> dict[str, dict[str, float]]:
    """What each class becomes when a visit ends, before the next node is chosen."""
    urgent = sum(urgent_shares(service).values())
    ends = {"routine": 1 - urgent, "urgent": urgent, "second": 0.0, "third": 0.0}
    changes = dict.fromkeys(CLASSES, ends)
    for visit in range(pathway.FOLLOW_UPS.get(service, 0)):
        changes[COURSE[visit]] = dict.fromkeys(CLASSES, 0.0) | {COURSE[visit + 1]: 1.0}
    return changes


def routing(clss: str) -> list[list[float]]:
    """Where each node sends patients who are of this class after it."""
    matrix = [[0.0] * (GAP + 1) for _ in range(GAP + 1)]
    for service, routes in pathway.ROUTES.items():
        row, urgent = matrix[NODE[service]], urgent_shares(service)
        all_urgent = sum(urgent.values())
        if clss in COURSE[1:] and service in pathway.FOLLOW_UPS:
            row[GAP], matrix[GAP][NODE[service]] = 1.0, 1.0
        for onward, share in routes.items():
            if clss == "routine":
                row[NODE[onward]] = (share - urgent[onward]) / (1 - all_urgent)
            elif clss == "urgent" and all_urgent:
                row[NODE[onward]] = urgent[onward] / all_urgent
    return matrix


def network(days: int, place: float) -> ciw.network.Network:
    """The pathway as Ciw's arguments, for the whole place or a part of it."""
    a_day = {s: place * pathway.PRESENTING_PER_DAY * n for s, n in pathway.ENTRY.items()}
    once, daily = ciw.dists.Deterministic(1), ciw.dists.Sequential([PRESENT_AT, *[1.0] * days])
    arrivals = [daily if s in a_day else None for s in NODE] + [None]
    people = [ciw.dists.Poisson(a_day[s]) if s in a_day else once for s in NODE] + [once]
    gap_days = pathway.FOLLOW_UP_GAP_DAYS - 0.5  # back at midday, ahead of the day's slots
    stay = [ciw.dists.Deterministic(VISIT_DAYS)] * GAP + [ciw.dists.Deterministic(gap_days)]
    courses = pathway.referrals_per_day()
    waiting = place * gap_days * sum(courses[s] * n for s, n in pathway.FOLLOW_UPS.items())
    slots = {s: ceil(place * n) for s, n in pathway.slots_per_clinic_day().items()}
    same = {c: dict.fromkeys(CLASSES, 0.0) | {c: 1.0} for c in CLASSES}
    return ciw.create_network(
        arrival_distributions=dict.fromkeys(CLASSES, [None] * (GAP + 1)) | {"routine": arrivals},
        batching_distributions=dict.fromkeys(CLASSES, people),
        service_distributions=dict.fromkeys(CLASSES, stay),
        number_of_servers=[timetable(days, slots[s]) for s in NODE] + [ceil(1.15 * waiting)],
        class_change_matrices=[class_changes(s) for s in NODE] + [same],
        routing={c: routing(c) for c in CLASSES},
        priority_classes=AHEAD,
    )


def run(seed: int, days: int = DAYS, place: float = 1.0) -> dict:
    """One run, timed from building the network to having every record."""
    began = time.process_time()
    ciw.seed(seed)
    simulation = ciw.Simulation(network(days, place))
    simulation.simulate_until_max_time(days)
    records = simulation.get_all_records()
    spent = time.process_time() - began
    visits: dict[bool, list] = {False: [], True: []}  # by whether they are follow-ups
    for r in (r for r in records if r.node <= GAP):
        waited = int(r.service_start_date) - int(r.arrival_date)
        visits[r.customer_class in COURSE[1:]].append((pathway.SERVICES[r.node - 1], waited))
    follow_ups = (service for service, _ in visits[True])
    return outcome(f"Ciw, {place:.0%} of the place", days, spent, visits[False], follow_ups)


if __name__ == "__main__":
    print(one_line(run(1)))
