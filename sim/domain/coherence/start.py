"""Do the starting lists stand at services that have lists?"""

from collections.abc import Iterator

from sim.domain.coherence.common import TOLERANCE, adds_up
from sim.domain.faults import Fault, nearest
from sim.domain.pathway.ways import askers_of
from sim.domain.people.demand import StartList, StartPlace
from sim.domain.scenario import Scenario
from sim.domain.words import NEEDS


def start_holds(scenario: Scenario) -> Iterator[Fault]:
    start = scenario.start
    if start.kind == "lists" and not start.lists:
        yield Fault(
            "start.lists", "is empty", "give lists, or start.kind: warm_up with run.warm_up_days, or start.kind: empty"
        )
    if start.kind == "warm_up" and scenario.run.warm_up_days == 0:
        yield Fault("run.warm_up_days", "is 0, and the start is a warm-up", "at least a year, see docs/model.md")
    tests = askers_of(scenario.pathway)
    for name, one in start.lists.items():
        where = f"start.lists.{name}"
        yield from _bands(where, one)
        total = sum(p.share for p in one.places.values())
        if abs(total - 1) > TOLERANCE:
            yield Fault(
                f"{where}.places", f"the shares add to {total:.6g}, not 1", f"change them by {1 - total:+.6g} in all"
            )
        for label, place in one.places.items():
            yield from _place(f"{where}.places.{label}", place, scenario, tests)


def _bands(where: str, one: StartList) -> Iterator[Fault]:
    for edge in one.waiting:
        try:
            ok = 0 <= float(edge) < 1200
        except ValueError:
            ok = False
        if not ok:
            yield Fault(
                f"{where}.waiting.{str(edge)[:20]}",
                f"is not a number of {one.unit}",
                f'the lower edge of a band in {one.unit}, in quotes: "0", "1"',
            )


def _place(where: str, place: StartPlace, scenario: Scenario, tests: dict[str, set[str]]) -> Iterator[Fault]:
    services = scenario.pathway.services
    if place.service not in services:
        yield Fault(f"{where}.service", f"'{place.service[:40]}' is not a service", nearest(place.service, services))
    elif place.in_course and not services[place.service].in_course_at_start:
        yield Fault(f"{where}.in_course", "only a clinic has courses, and only a caseload places", "false")
    clinics = [name for name, service in services.items() if service.takes_back]
    if place.asked_by is not None and (place.asked_by not in clinics or place.service not in tests):
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
    yield from adds_up(f"{where}.needs", place.needs, NEEDS)
