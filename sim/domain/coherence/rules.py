"""Do the rules lead somewhere, for everybody, and out again?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.domain.coherence.common import TOLERANCE, facts_of
from sim.domain.faults import Fault, nearest
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.routes import OTHERWISE
from sim.domain.pathway.rules import Rules, While
from sim.domain.pathway.stretches import stretches
from sim.domain.pathway.ways import askers_of, leads_back, onward, places_of
from sim.domain.scenario import Scenario, calendar_of
from sim.domain.words import COURSE, NEEDS, NEXT, PLACES, RESOLVED_PLACE, RETURN

NO_WAY_OUT = "nobody who comes here can ever leave the pathway"


@dataclass(frozen=True)
class Known:
    """What rules may name: services, facts and their words, and `tests`, the services that send people back."""

    services: dict[str, ServiceSettings]
    facts: dict[str, tuple[str, ...]]
    tests: set[str]


def rules_hold(where: str, name: str | None, rules: Rules, known: Known) -> Iterator[Fault]:
    """Faults of the rules at `where`, which decide at the service `name`, or at the door."""
    if OTHERWISE not in rules:
        yield Fault(where, "has no rule 'otherwise'", "the last rule, for everybody left, is called otherwise")
    elif rules[OTHERWISE].when or rules[OTHERWISE].only_while:
        yield Fault(f"{where}.otherwise", "has a condition", "otherwise is for everybody left")
    for rule_name, rule in rules.items():
        here = f"{where}.{rule_name}"
        yield from facts_of(f"{here}.when", rule.when, known.facts)
        if rule.only_while is not None:
            yield from condition_holds(f"{here}.only_while", rule.only_while, known.services)
        if not rule.to:
            yield Fault(f"{here}.to", "leads nowhere", "to: {resolved: 1.0}")
            continue
        for place in rule.to:
            fault = _place(place, name, where.endswith("routes"), known)
            if fault is not None:
                yield Fault(f"{here}.to.{place}", *fault)
        if NEXT in rule.to and rule_name == OTHERWISE:
            yield Fault(f"{here}.to.next", "no rule follows otherwise", "a service, or resolved")
        total = sum(rule.to.values())
        if abs(total - 1) > TOLERANCE:
            yield Fault(
                f"{here}.to", f"the shares add to {total:.6g}, not 1", f"change them by {1 - total:+.6g} in all"
            )


def condition_holds(where: str, one: While, services: Mapping[str, ServiceSettings]) -> Iterator[Fault]:
    """A date for `after` and `before`, a service and a threshold for the others, and nothing besides: told in one."""
    example = {"date": '"2025-10-01"', "service": next(iter(services), "a service"), "threshold": "20"}
    needed = ("date",) if one.dated else ("service", "threshold")
    given = [key for key in example if getattr(one, key) is not None]
    missing, idle = [key for key in needed if key not in given], [key for key in given if key not in needed]
    if missing or idle:
        wrong = [f"needs {' and '.join(missing)}"] * bool(missing)
        wrong += [f"has no use for {' and '.join(idle)}"] * bool(idle)
        right = ", ".join(f"{key}: {example[key]}" for key in needed)
        yield Fault(
            where, f"the condition {one.condition} {', and '.join(wrong)}", f"{{condition: {one.condition}, {right}}}"
        )
    if one.service is not None and not one.dated:
        yield from _looked_at(f"{where}.service", one.condition, one.service, services)


def _looked_at(where: str, condition: str, name: str, services: Mapping[str, ServiceSettings]) -> Iterator[Fault]:
    """The service that a condition asks about is there and has what is asked for."""
    if name not in services:
        yield Fault(where, f"'{name[:40]}' is not a service", nearest(name, services))
    elif condition == "expected_wait_over_weeks" and services[name].only_time:
        lists = [other for other, service in services.items() if not service.only_time]
        yield Fault(where, f"{name} has no list: time passes there", nearest(name, lists))


def _place(place: str, name: str | None, routes: bool, known: Known) -> tuple[str, str] | None:
    """What is wrong with sending people to `place`, and what would be right;
    `routes`: whether these are a service's."""
    services = known.services
    if place in services:
        if place in known.tests and name not in known.tests:
            return (
                "is a test, which sends people back to whoever ordered it",
                "order it: orders: {name: {service: ..., share: ...}}",
            )
        return None
    if place not in PLACES:
        return "is not a service", nearest(place, [*services, *PLACES])
    if name is None and place != NEXT:
        return "is no service, and people come in by one", nearest(place, services)
    if place in (COURSE, RETURN) and (name is None or not routes):
        return "can only stand in the routes of a service", f"a service, or {RESOLVED_PLACE}"
    if place == COURSE and name is not None and not services[name].has_courses:
        return "only a clinic has courses of follow-ups", f"a service, or {RESOLVED_PLACE}"
    return None


def ways_out(scenario: Scenario) -> Iterator[Fault]:
    """Nobody may walk in a circle for ever, whatever their need: one fault names the first circle.

    What counts are the rules as they are in the end: out of a circle that a date opens people do get.
    """
    try:
        pathway = stretches(scenario.pathway, calendar_of(scenario))[-1].pathway
    except ValueError:
        return  # a date that cannot be read is told already
    askers = askers_of(pathway)
    for need in (None, *NEEDS):
        ways = onward(pathway, need, askers)
        out = {name for name, places in ways.items() if RESOLVED_PLACE in places}
        while more := {name for name, places in ways.items() if name not in out and places & out}:
            out |= more
        stuck = [name for name in ways if name not in out]
        if stuck:
            who = f" with need {need}" if need else ""
            yield Fault(
                f"pathway.services.{stuck[0]}.routes",
                f"{NO_WAY_OUT}{who} (" + " -> ".join(stuck[:6]) + ")",
                f"give one of its rules a way to '{RESOLVED_PLACE}'",
            )
            return


def returns(scenario: Scenario) -> Iterator[Fault]:
    """Only who was sent for a test has somebody to return to."""
    services = scenario.pathway.services
    askers = askers_of(scenario.pathway)
    for name, service in services.items():
        if RETURN in places_of(service.routes) and name not in askers:
            yield Fault(
                f"pathway.services.{name}.routes",
                "sends people back with 'return', but no clinic orders it as a test",
                "a service, or resolved; or orders at a clinic",
            )
    for name, stream in scenario.demand.elsewhere.items():
        if stream.service in askers and (
            RETURN in places_of(services[stream.service].routes) or leads_back(services, stream.service)
        ):
            yield Fault(
                f"demand.elsewhere.{name}.service",
                "is a test, which sends people back to whoever ordered it",
                "a service that decides",
            )
