"""Do the starting lists stand at services that have lists?"""

from collections.abc import Iterator, Mapping

from sim.domain.by_weeks import faults_of_steps
from sim.domain.coherence.common import TOLERANCE, adds_up
from sim.domain.coherence.demand import fact_holds
from sim.domain.faults import Fault, nearest
from sim.domain.pathway.ways import askers_of
from sim.domain.people.demand import Demand, Leaving, StartList, StartPlace
from sim.domain.people.starting import by_weeks, unsaid
from sim.domain.scenario import Scenario
from sim.domain.words import FACTS, NEEDS, OWN_FACTS


def start_holds(scenario: Scenario) -> Iterator[Fault]:
    start = scenario.start
    if start.kind == "lists" and not start.lists:
        yield Fault(
            "start.lists", "is empty", "give lists, or start.kind: warm_up with run.warm_up_days, or start.kind: empty"
        )
    if start.kind == "warm_up" and scenario.run.warm_up_days == 0:
        yield Fault("run.warm_up_days", "is 0, and the start is a warm-up", "at least a year, see docs/model.md")
    for name, leaving in start.leaving.items():
        yield from _leaving(f"start.leaving.{name}", leaving, scenario.demand)
    tests = askers_of(scenario.pathway)
    for name, one in start.lists.items():
        where = f"start.lists.{name}"
        yield from _bands(where, one, start.kind == "lists")
        yield from _shares(f"{where}.places", one)
        yield from _facts(f"{where}.facts", one, scenario)
        for label, place in one.places.items():
            yield from _place(f"{where}.places.{label}", place, scenario, tests)


def _leaving(where: str, one: Leaving, demand: Demand) -> Iterator[Fault]:
    if one.fact not in FACTS:
        yield Fault(f"{where}.fact", f"'{one.fact[:40]}' is not a fact of a patient", nearest(one.fact, FACTS))
        return
    mix = demand.facts.get(one.fact)
    if mix is not None and mix.given and one.fact != "need":
        yield Fault(f"{where}.fact", f"{one.fact} is given by another fact", "a fact with plain shares, or need")
    for word in one.share:
        if word not in FACTS[one.fact]:
            yield Fault(f"{where}.share.{word}", f"is not a word of {one.fact}", nearest(word, FACTS[one.fact]))
    for need in one.needs:
        if need not in NEEDS:
            yield Fault(f"{where}.needs", f"'{need[:40]}' is not a need", nearest(need, NEEDS))
    if not any(one.share.values()):
        yield Fault(f"{where}.share", "is of nobody", f"word of {one.fact} -> share that is gone, or leave it out")


def _bands(where: str, one: StartList, read: bool) -> Iterator[Fault]:
    wrong = [edge for edge in one.waiting if not _is_edge(edge)]
    for edge in wrong:
        yield Fault(
            f"{where}.waiting.{str(edge)[:20]}",
            f"is not a number of {one.unit}",
            f'the lower edge of a band in {one.unit}, in quotes: "0", "1"',
        )
    if read and not wrong and unsaid(one):
        yield Fault(
            f"{where}.open_band",
            "is missing",
            f"how many {one.unit} the last band reaches beyond its lower edge, or a band of 0 people that ends it",
        )


def _facts(where: str, one: StartList, scenario: Scenario) -> Iterator[Fault]:
    """Needs are told of each place, regions follow from them, and what goes with the time waited is worked out."""
    by_wait = {leaving.fact for leaving in scenario.start.leaving.values()}
    for name, mix in one.facts.items():
        yield from fact_holds(f"{where}.{name}", name, mix)
        if name in ("need", "region"):
            yield Fault(f"{where}.{name}", "is known from the needs of each place", "needs of the places")
        elif name in OWN_FACTS and name not in scenario.demand.facts:
            yield Fault(f"{where}.{name}", "is a fact of nobody else", f"demand.facts.{name} too")
        elif name in by_wait:
            yield Fault(f"{where}.{name}", "goes with the time waited, by start.leaving", "one of the two")


def _shares(where: str, one: StartList) -> Iterator[Fault]:
    """What is wrong with how a list is shared out to its places."""
    if by_weeks(one):
        yield from _shares_by_weeks(where, one.places)
        return
    missing = [label for label, place in one.places.items() if place.share is None]
    for label in missing:
        yield Fault(f"{where}.{label}.share", "is missing", "a share of the list, or shares_by_weeks_waited")
    if not missing:
        yield from _to_one(where, sum(place.share or 0.0 for place in one.places.values()))


def _shares_by_weeks(where: str, places: Mapping[str, StartPlace]) -> Iterator[Fault]:
    weeks = {week for place in places.values() for week in place.shares_by_weeks_waited}
    wrong: list[Fault] = []
    for label, place in places.items():
        key = f"{where}.{label}.shares_by_weeks_waited"
        if place.share is not None:
            yield Fault(f"{where}.{label}.share", "stands beside shares by weeks waited", "null, or leave it out")
        wrong += faults_of_steps(key, place.shares_by_weeks_waited)
        left_out = sorted(weeks - place.shares_by_weeks_waited.keys())
        if left_out:
            what = f"has no share from {', '.join(left_out)[:40]} weeks"
            wrong.append(Fault(key, what, "the same weeks in all places"))
    yield from wrong
    for week in sorted(weeks, key=float) if not wrong else ():
        total = sum(place.shares_by_weeks_waited[week] for place in places.values())
        yield from _to_one(where, total, f" from {week} weeks")


def _to_one(where: str, total: float, of: str = "") -> Iterator[Fault]:
    if abs(total - 1) > TOLERANCE:
        yield Fault(where, f"the shares{of} add to {total:.6g}, not 1", f"change them by {1 - total:+.6g} in all")


def _is_edge(text: str) -> bool:
    try:
        return 0 <= float(text) < 1200
    except ValueError:
        return False


def _place(where: str, place: StartPlace, scenario: Scenario, tests: dict[str, set[str]]) -> Iterator[Fault]:
    services = scenario.pathway.services
    if place.service not in services:
        yield Fault(f"{where}.service", f"'{place.service[:40]}' is not a service", nearest(place.service, services))
    elif place.in_course and not services[place.service].in_course_at_start:
        yield Fault(f"{where}.in_course", "only a clinic has courses, a caseload places and a group sessions", "false")
    elif place.in_course and getattr(services[place.service], "sessions", 2) == 1:
        yield Fault(f"{where}.in_course", "is of a group with one session, in whose middle nobody can be", "false")
    clinics = [name for name, service in services.items() if service.takes_back]
    if place.service not in services:
        pass  # whether it is a test nobody knows
    elif place.asked_by is not None and (place.asked_by not in clinics or place.service not in tests):
        yield Fault(
            f"{where}.asked_by",
            "is not a clinic that waits for this service",
            "the name of a clinic; only for tests",
        )
    elif place.asked_by is None and place.service in tests and not place.in_course:
        yield Fault(
            f"{where}.asked_by",
            "is missing",
            f"a clinic that orders it: {', '.join(sorted(tests[place.service]))}",
        )
    yield from _overdue(where, place, place.service in clinics)
    yield from adds_up(f"{where}.needs", place.needs, NEEDS)


def _overdue(where: str, place: StartPlace, at_clinic: bool) -> Iterator[Fault]:
    if bool(place.overdue_share) != bool(place.overdue_days):
        key = "overdue_days" if place.overdue_share else "overdue_share"
        yield Fault(f"{where}.{key}", "is 0, and so nobody is overdue", "both above 0, or both 0")
    elif place.overdue_share and not (place.in_course and at_clinic):
        yield Fault(
            f"{where}.overdue_share", "only follow-ups in a clinic's courses can be overdue", "0, with overdue_days 0"
        )
