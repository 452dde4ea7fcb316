"""Do people arrive in a way that has all it needs, and nothing that it does not use?"""

from collections.abc import Iterator
from datetime import date

from sim.domain.coherence.common import adds_up, facts_of
from sim.domain.faults import Fault
from sim.domain.people.arrivals import day_of
from sim.domain.people.demand import Arriving, Trace
from sim.domain.people.facts import made_with
from sim.domain.people.person import contradictions
from sim.domain.scenario import Scenario
from sim.domain.words import ALL_FACTS

NEEDED = {
    "negative_binomial": ("variance_to_mean_ratio", "a ratio above 1"),
    "gamma_gaps": ("gap_shape", "1 for Poisson, a whole number for Erlang, below 1 for bursts"),
    "batches": ("batch_shares", 'people in a batch, in quotes -> share of batches: {"1": 0.6, "4": 0.4}'),
}


def arrivals_hold(scenario: Scenario) -> Iterator[Fault]:
    demand = scenario.demand
    yield from _kind("demand", demand.arrivals, demand.arriving)
    yield from _trace("demand.trace", demand.trace, scenario)
    for name, stream in demand.elsewhere.items():
        yield from _kind(f"demand.elsewhere.{name}", stream.arrivals, stream.arriving)
        yield from _trace(f"demand.elsewhere.{name}.trace", stream.trace, scenario)


def _kind(where: str, kind: str | None, arriving: Arriving) -> Iterator[Fault]:
    for of, (key, what) in NEEDED.items():
        given = getattr(arriving, key)
        if kind == of and not given:
            yield Fault(f"{where}.arriving.{key}", f"is missing for arrivals: {of}", what)
        elif given and kind != of:
            yield Fault(
                f"{where}.arriving.{key}", "says nothing with these arrivals", f"arrivals: {of}, or leave it out"
            )
    if kind == "batches" and arriving.batch_shares:
        yield from _batches(f"{where}.arriving.batch_shares", arriving.batch_shares)


def _batches(where: str, shares: dict[str, float]) -> Iterator[Fault]:
    wrong = [size for size in shares if not (size.isdecimal() and 0 < int(size) <= 100_000)]
    for size in wrong:
        yield Fault(f"{where}.{size[:20]}", "is not a number of people", 'a whole number above 0, in quotes: "3"')
    if not wrong:
        yield from adds_up(where, shares, shares)


def _trace(where: str, trace: dict[str, Trace], scenario: Scenario) -> Iterator[Fault]:
    if trace and scenario.place.scale != 1:
        yield Fault("place.scale", f"multiplies people, and {where} gives them one by one", "1, or no trace")
    known = {name: ALL_FACTS[name] for name in made_with(scenario.demand)}
    for name, one in trace.items():
        here = f"{where}.{name}"
        if (one.day is None) == (one.date is None):
            yield Fault(f"{here}.day", "is not said once", "a day (0 is the first) or a date")
        elif one.date is not None:
            yield from _date(f"{here}.date", one, scenario)
        wrong = list(facts_of(f"{here}.facts", one.facts, known))
        yield from wrong
        if not wrong:
            for fault in contradictions(one.facts, scenario.demand):
                yield Fault(f"{here}.{fault.where}", fault.what, fault.right)


def _date(where: str, one: Trace, scenario: Scenario) -> Iterator[Fault]:
    try:
        early = day_of(one, date.fromisoformat(scenario.calendar.start_date)) < 0
    except ValueError:
        yield Fault(where, "is not a date", 'as "2025-11-03", in quotes')
        return
    if early:
        yield Fault(where, "is before the first day", "calendar.start_date or later")
