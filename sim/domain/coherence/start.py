"""Do the starting lists stand at services that have lists?"""

from sim.domain.coherence.common import TOLERANCE, adds_up
from sim.domain.faults import Fault, nearest
from sim.domain.pathway.ways import askers_of
from sim.domain.words import NEEDS


def start_holds(scenario):
    start = scenario.start
    tests = askers_of(scenario.pathway)
    clinics = [name for name, service in scenario.pathway.services.items() if service.takes_back]
    if start.kind == "lists" and not start.lists:
        yield Fault(
            "start.lists", "is empty", "give lists, or start.kind: warm_up with run.warm_up_days, or start.kind: empty"
        )
    if start.kind == "warm_up" and scenario.run.warm_up_days == 0:
        yield Fault("run.warm_up_days", "is 0, and the start is a warm-up", "at least a year, see docs/model.md")
    for name, one in start.lists.items():
        where = f"start.lists.{name}"
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
        total = sum(p.share for p in one.places.values())
        if abs(total - 1) > TOLERANCE:
            yield Fault(
                f"{where}.places", f"the shares add to {total:.6g}, not 1", f"change them by {1 - total:+.6g} in all"
            )
        for label, place in one.places.items():
            if place.service not in scenario.pathway.services:
                yield Fault(
                    f"{where}.places.{label}.service",
                    f"'{place.service[:40]}' is not a service",
                    nearest(place.service, scenario.pathway.services),
                )
            elif place.in_course and not scenario.pathway.services[place.service].in_course_at_start:
                yield Fault(
                    f"{where}.places.{label}.in_course",
                    "only a clinic has courses, and only a caseload places",
                    "false",
                )
            if place.asked_by is not None and (place.asked_by not in clinics or place.service not in tests):
                yield Fault(
                    f"{where}.places.{label}.asked_by",
                    "is not a clinic that waits for this service",
                    "the name of a clinic; only for tests",
                )
            elif place.asked_by is None and place.service in tests and not place.in_course:
                yield Fault(
                    f"{where}.places.{label}.asked_by",
                    "is missing",
                    f"a clinic that orders it: {', '.join(sorted(tests[place.service]))}",
                )
            yield from adds_up(f"{where}.places.{label}.needs", place.needs, NEEDS)
