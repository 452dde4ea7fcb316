"""The pathway as a graph: which rules there are, who may ask for a test, and where people can go from where."""

from collections.abc import Iterator, Mapping

from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.pathway import Pathway
from sim.domain.pathway.routes import in_order, through, words_of
from sim.domain.pathway.rules import Rules
from sim.domain.words import COURSE, NEXT, RESOLVED_PLACE, RETURN


def rule_maps(pathway: Pathway) -> Iterator[tuple[str, str | None, Rules]]:
    """(where, service name or None, rules) of every decision of a pathway."""
    yield "pathway.entry", None, pathway.entry
    for name, service in pathway.services.items():
        for part, rules in service.rule_maps().items():
            yield f"pathway.services.{name}.{part}", name, rules


def places_of(rules: Rules, need: str | None = None) -> set[str]:
    """Places that somebody (with this need) can be sent to by `rules`."""
    places: set[str] = set()
    for rule in in_order(rules).values():
        if need is not None and need not in words_of(rule.when.get("need", need)):
            continue
        places |= {place for place, share in rule.to.items() if share > 0}
        if need is not None and set(rule.when) <= {"need"} and rule.only_while is None and not rule.to.get(NEXT):
            break  # first match wins: nobody with this need gets further
    return places


def leads_back(services: Mapping[str, ServiceSettings], name: str) -> bool:
    """Whether a test passes people on to another that sends them back."""
    return any(
        place in services and RETURN in places_of(services[place].routes) for place in places_of(services[name].routes)
    )


def askers_of(pathway: Pathway) -> dict[str, set[str]]:
    """Test service -> clinics that people may come back to from it."""
    services = pathway.services
    askers: dict[str, set[str]] = {}
    for name, service in services.items():
        for order in service.tests().values():
            askers.setdefault(order.service, set()).add(name)
    # A test passes people along (scan, then report) before it sends them back to whoever asked.
    on = {name: places_of(service.routes) & services.keys() for name, service in services.items()}
    known = -1
    while (now := sum(map(len, askers.values()))) > known:
        known = now
        for name in services:
            if name in askers:
                for place in on[name]:
                    askers.setdefault(place, set()).update(askers[name])
    return askers


def onward(
    pathway: Pathway, need: str | None = None, askers: Mapping[str, set[str]] | None = None
) -> dict[str, set[str]]:
    """service -> places that somebody (with this need) can go to from it; `askers`: what `askers_of` says, if known."""
    services = pathway.services
    askers = askers_of(pathway) if askers is None else askers
    ways = {}
    for name, service in services.items():
        places = places_of(service.routes, need)
        if RETURN in places:
            places |= askers.get(name, set())  # nobody else could have sent them
        if COURSE in places:
            places |= places_of(ends, need) if (ends := service.after_a_course()) else {RESOLVED_PLACE}
        for rules in [rules for rules, _ in service.leavers()] + service.may_leave():
            places |= places_of(rules, need)
        for order in service.tests().values():
            places.add(order.service)
        if service.setting == "primary":
            places = {to for place in places for to in through(services, place)}
        ways[name] = places - {COURSE, RETURN, NEXT}
    return ways
