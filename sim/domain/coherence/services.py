"""Does each service hold together: its capacity, its days, its classes, those who read its referrals?"""

from collections.abc import Iterator

from sim.domain.by_weeks import faults_of_steps
from sim.domain.coherence.common import TOLERANCE, covers, facts_of
from sim.domain.coherence.rules import Known, condition_holds, rules_hold
from sim.domain.faults import Fault, nearest
from sim.domain.open_days import SomeWeeks
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.kinds.priority import PriorityClass, in_class_order
from sim.domain.pathway.routes import known_facts
from sim.domain.pathway.rules import Through
from sim.domain.pathway.ways import askers_of, leads_back, places_of, rule_maps
from sim.domain.scenario import Scenario
from sim.domain.words import FACTS, OWN_FACTS, PLACES, RETURN

MAX_SERVICES = 100

Services = dict[str, ServiceSettings]
Facts = dict[str, tuple[str, ...]]


def services_hold(scenario: Scenario) -> Iterator[Fault]:
    services = scenario.pathway.services
    if len(services) > MAX_SERVICES:
        yield Fault("pathway.services", f"has {len(services)} services", f"at most {MAX_SERVICES}")
    nobodys = OWN_FACTS.keys() - scenario.demand.facts.keys()
    facts = {fact: words for fact, words in known_facts(services).items() if fact not in nobodys}
    tests = {
        name
        for name in askers_of(scenario.pathway)
        if name in services and (RETURN in places_of(services[name].routes) or leads_back(services, name))
    }
    for name in services:
        if name in (*PLACES, "door", ""):
            yield Fault(
                f"pathway.services.{name}",
                "is a word that rules use for something else",
                "another name for the service",
            )
    if not scenario.pathway.entry:
        yield Fault("pathway.entry", "has no rule", "say where people who present go: otherwise: {to: {gp: 1.0}}")
    for where, decides, rules in rule_maps(scenario.pathway):
        yield from rules_hold(where, decides, rules, Known(services, facts, tests))
    for name in services:
        yield from _service(name, services, facts)


def _service(name: str, services: Services, facts: Facts) -> Iterator[Fault]:
    service, where = services[name], f"pathway.services.{name}"
    if not service.routes:
        yield Fault(f"{where}.routes", "has no rule", "say where people go: otherwise: {to: {resolved: 1.0}}")
    yield from _access(f"{where}.referrals_through", service, services, facts)
    yield from _days(where, service)
    yield from _priority(where, service.classes(), facts)
    for label, change in service.changes().items():
        if priority := change.said().get("priority"):
            yield from _priority(f"{where}.later.{label}", in_class_order(priority), facts)
    yield from _readers(where, service)
    yield from _takes_from(where, name, services, facts)
    for key, order in service.tests().items():
        if order.service not in services:
            yield Fault(
                f"{where}.{key}.service",
                f"'{order.service[:40]}' is not a service",
                nearest(order.service, services),
            )
        yield from facts_of(f"{where}.{key}.when", order.when, facts)
    for label, extra in service.held_besides().items():
        yield from facts_of(f"{where}.extra_clinics.{label}.when", extra.when, facts)
    for key, condition in service.conditions().items():
        yield from condition_holds(f"{where}.{key}", condition, services)
    yield from service.faults(where)
    yield from _removals(where, service)


def _access(where: str, service: ServiceSettings, services: Services, facts: Facts) -> Iterator[Fault]:
    """Single points of access are services, and each is for somebody."""
    said = service.referrals_through
    by_name = (
        {where: Through(said)} if isinstance(said, str) else {f"{where}.{key}": x for key, x in (said or {}).items()}
    )
    before: list[tuple[str, Through]] = []
    for here, one in by_name.items():
        if one.service not in services:
            key = here if isinstance(said, str) else f"{here}.service"
            yield Fault(key, f"'{one.service[:40]}' is not a service", nearest(one.service, services))
        yield from facts_of(f"{here}.when", one.when, facts)
        first = next((name for name, other in before if covers(other.when, one.when)), None)
        if first is not None:
            taken = first.removeprefix(f"{where}.")
            yield Fault(here, f"has nobody left: '{taken}' takes them all before", "another `when`, or leave it out")
        before.append((here, one))


def _days(where: str, service: ServiceSettings) -> Iterator[Fault]:
    for key, said in service.days_said().items():
        if isinstance(said, str):
            continue
        days, at = (said, key) if isinstance(said, tuple) else (said.weekdays, f"{key}.weekdays")
        if len(set(days)) < len(days):
            yield Fault(f"{where}.{at}", "names a day twice", "each day once")
        if days == () and not service.cohorts:
            yield Fault(f"{where}.{at}", "names no day", "[mon, thu], working_days or every_day")
        if isinstance(said, SomeWeeks):
            yield from _some_weeks(f"{where}.{key}", said)


def _some_weeks(where: str, days: SomeWeeks) -> Iterator[Fault]:
    """In one of the two ways, whole."""
    weeks = days.weeks_of_month
    if weeks and (days.first_day is not None or days.every_weeks > 1):
        yield Fault(
            where,
            "has both weeks of the month and every_weeks or first_day",
            "weeks_of_month alone, or every_weeks with first_day",
        )
    if 0 in weeks:
        yield Fault(f"{where}.weeks_of_month", "has a week 0", "1 for the first of a month, -1 for the last")
    if len(set(weeks)) < len(weeks):
        yield Fault(f"{where}.weeks_of_month", "names a week twice", "each week once")
    if days.every_weeks > 1 and days.first_day is None:
        yield Fault(f"{where}.first_day", "is missing", "the first of these days, from which weeks are counted")


def _removals(where: str, service: ServiceSettings) -> Iterator[Fault]:
    by_weeks = service.removed_share_by_weeks_waited
    yield from faults_of_steps(f"{where}.removed_share_by_weeks_waited", by_weeks)
    if by_weeks and service.removed_share_per_week_waited:
        here = f"{where}.removed_share_per_week_waited"
        yield Fault(here, "stands beside removed_share_by_weeks_waited", "one of the two")
    if by_weeks and not any(by_weeks.values()):
        yield Fault(f"{where}.removed_share_by_weeks_waited", "says nothing: nobody is removed", "leave it out")


def _priority(where: str, classes: dict[str, PriorityClass], facts: Facts) -> Iterator[Fault]:
    for label, one in classes.items():
        yield from facts_of(f"{where}.priority.{label}.when", one.when, facts)
    yield from _left_for(where, classes)
    for label, one in classes.items():
        if one.slots_released_days_before is not None and one.slots_share is None:
            key = f"{where}.priority.{label}.slots_released_days_before"
            yield Fault(key, "releases slots that this class does not hold", "give it a slots_share, or leave this out")
    shares = [one.slots_share for one in classes.values() if one.slots_share is not None]
    if shares and (len(shares) < len(classes) or abs(sum(shares) - 1) > TOLERANCE):
        yield Fault(
            f"{where}.priority",
            f"slots_share is given to {len(shares)} of {len(classes)} classes and adds to {sum(shares):.6g}",
            "give it to all, adding to 1, or to none",
        )
    if shares and any(one.points or one.points_per_week for one in classes.values()):
        yield Fault(f"{where}.priority", "has both points and slots_share", "lists kept apart, or one order by points")


def _left_for(where: str, classes: dict[str, PriorityClass]) -> Iterator[Fault]:
    """Classes that nobody comes into, since those before take everybody."""
    before: dict[str, PriorityClass] = {}
    for label, one in in_class_order(classes).items():
        first = next((name for name, other in before.items() if covers(other.when, one.when)), None)
        if first is not None:
            yield Fault(
                f"{where}.priority.{label}",
                f"has nobody left: '{first}' takes them all before",
                "another `when`, or leave it out",
            )
        before[label] = one


def _readers(where: str, service: ServiceSettings) -> Iterator[Fault]:
    total = sum(reader.of_referrals for reader in service.calls_urgent.values())
    if service.calls_urgent and abs(total - 1) > TOLERANCE:
        yield Fault(
            f"{where}.calls_urgent",
            f"of_referrals adds to {total:.6g}, not 1",
            f"change them by {1 - total:+.6g} in all",
        )
    for label, reader in service.calls_urgent.items():
        for word in reader.share:
            if word not in FACTS["impact"]:
                yield Fault(
                    f"{where}.calls_urgent.{label}.share.{word}",
                    "is not a word of impact",
                    nearest(word, FACTS["impact"]),
                )


def _takes_from(where: str, name: str, services: Services, facts: Facts) -> Iterator[Fault]:
    service = services[name]
    for key, taken in service.works_down().items():
        if taken.service == name or taken.service not in services or not services[taken.service].lends_list:
            yield Fault(
                f"{where}.{key}.service",
                f"'{taken.service[:40]}' is not another clinic",
                nearest(taken.service, [n for n, s in services.items() if s.lends_list and n != name]),
            )
        if not service.keeps_place:
            yield Fault(
                f"{where}.{key}",
                "whoever is sent back to that list would lose the place they had",
                "add keeps_place: true to this clinic",
            )
        yield from facts_of(f"{where}.{key}.when", taken.when, facts)
