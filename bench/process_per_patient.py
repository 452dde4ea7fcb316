"""The benchmark pathway in SimPy, the usual way: a process a patient, a resource a service.

"n slots a day" is a `PriorityResource` of capacity n. A patient who is seen keeps the slot
until the clinic next opens, so no slot is used twice in a day and a weekend needs nothing
more than a longer hold. Three moments of a clinic day give the pathway's order:

    0.00  follow-ups due today ask for a slot (priority 0);
    0.25  the clinic opens: the slots of the last clinic day come free, and go to who is
          waiting; who was referred on at that clinic joins the next list;
    0.50  who presents today asks for a slot (after a weekend: all who did since Friday).

Capacity is thus free before people ask for it, and the resource's queue, which SimPy sorts
at every join, holds only those that a full clinic leaves waiting. Asking first and opening
afterwards would be as natural and a good deal slower. (Within 0.25 the order of patients
is SimPy's, so now and then a routine patient is seen a day before an urgent one referred by
the same morning: mean waits move by hundredths of a day.)

Chance costs little: arrivals are one numpy call, and a choice is one `random()` and a bisect.
"""

import random
import time
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate, count, islice

import numpy as np
import simpy

from bench import pathway
from bench.outcome import one_line, outcome

OPENS, PRESENTS = 0.25, 0.5
FOLLOW_UP, URGENT, ROUTINE = 0, 1, 2

# For each service the upper edges of its routes, and where each leads (None: leaves).
EDGES = {s: list(accumulate(pathway.ROUTES[s].values())) for s in pathway.SERVICES}
LEADS = {s: [*pathway.ROUTES[s], None] for s in pathway.SERVICES}
FOLLOW_UPS = {s: pathway.FOLLOW_UPS.get(s, 0) for s in pathway.SERVICES}
URGENT_SHARE = {s: pathway.URGENT_SHARE.get(s, 0.0) for s in pathway.SERVICES}


def simulate(seed: int, days: int) -> list[tuple]:
    """The log of one run: (day, patient, service, event).

    One closure, with what does not change looked up beforehand: in the inner loop that is
    worth an eighth of the time over passing everything to a function of its own.
    """
    env, log = simpy.Environment(), []
    record, timeout, chance = log.append, env.timeout, random.Random(seed).random
    clinics = {s: simpy.PriorityResource(env, capacity=n) for s, n in pathway.slots_per_clinic_day().items()}
    open_on = [pathway.is_clinic_day(day) for day in range(days)]
    next_clinic = [pathway.next_clinic_day(day) for day in range(days)]

    def patient(number: int, service: str | None, day: int) -> Iterator[simpy.Event]:
        record((day, number, service, "joins"))
        if not open_on[day]:
            yield timeout(next_clinic[day] - day)
        while service:
            here, clinic, follow_ups = service, clinics[service], FOLLOW_UPS[service]
            urgent_share = URGENT_SHARE[here]
            urgent = urgent_share and chance() < urgent_share
            priority = URGENT if urgent else ROUTINE
            for visit in range(follow_ups + 1):
                if visit:
                    yield timeout(day + pathway.FOLLOW_UP_GAP_DAYS - env.now)
                    priority = FOLLOW_UP
                slot = clinic.request(priority)
                yield slot
                now = env.now
                day = int(now)
                record((day, number, here, "followed up" if visit else "seen"))
                if visit == follow_ups:
                    service = LEADS[here][bisect(EDGES[here], chance())]
                    record((day, number, service, "joins" if service else "leaves"))
                yield timeout(next_clinic[day] + OPENS - now)
                clinic.release(slot)

    def presenting() -> Iterator[simpy.Event]:
        a_day = np.random.default_rng(seed).poisson(pathway.PRESENTING_PER_DAY, days)
        entries, edges = list(pathway.ENTRY), list(accumulate(pathway.ENTRY.values()))[:-1]
        numbers = count()
        yield timeout(PRESENTS)
        for day, people in enumerate(a_day.tolist()):
            for number in islice(numbers, people):
                env.process(patient(number, entries[bisect(edges, chance())], day))
            yield timeout(1)

    env.process(presenting())
    env.run(until=days)
    return log


def waits(log: list[tuple]) -> Iterator[tuple[str, int]]:
    """(service, days waited) of every first visit: a patient is on one list at a time."""
    joined: dict[int, int] = {}
    for day, number, service, event in log:
        if event == "joins":
            joined[number] = day
        elif event == "seen":
            yield service, day - joined[number]


def run(seed: int, days: int = pathway.DAYS) -> dict:
    """One run, timed from making the first patient to the last line of the log."""
    began = time.process_time()
    log = simulate(seed, days)
    spent = time.process_time() - began
    again = (service for _, _, service, event in log if event == "followed up")
    return outcome("SimPy, a process a patient", days, spent, waits(log), again)


if __name__ == "__main__":
    print(one_line(run(1)))
