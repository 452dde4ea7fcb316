"""Do the facts of people, and those who come by other doors, add up?"""

from collections.abc import Iterator

from sim.domain.coherence.common import adds_up
from sim.domain.faults import Fault, nearest
from sim.domain.people.demand import FactMix
from sim.domain.scenario import Scenario
from sim.domain.words import ALL_FACTS, NEEDS


def demand_holds(scenario: Scenario) -> Iterator[Fault]:
    demand = scenario.demand
    for name, mix in demand.facts.items():
        yield from fact_holds(f"demand.facts.{name}", name, mix)
    for name, stream in demand.elsewhere.items():
        yield from _is_service(f"demand.elsewhere.{name}.service", stream.service, scenario)
        yield from adds_up(f"demand.elsewhere.{name}.needs", stream.needs, NEEDS)
    for fact, ratios in demand.rate_ratio.items():
        yield from _ratios(f"demand.rate_ratio.{fact}", fact, ratios, demand.facts)
    if sum(demand.month_index) <= 0:
        yield Fault("demand.month_index", "is zero in every month", "1 is an average month")
    if sum(demand.weekday_index) <= 0:
        yield Fault("demand.weekday_index", "is zero on every day", "1 is an average day")
    yield from _prices(scenario)


def fact_holds(where: str, name: str, mix: FactMix) -> Iterator[Fault]:
    """What is wrong with how a fact is shared out."""
    if name not in ALL_FACTS:
        yield Fault(where, "is not a fact of a patient", nearest(name, ALL_FACTS))
        return
    if mix.given is None:
        yield from adds_up(f"{where}.shares", mix.shares, ALL_FACTS[name])
        if mix.shares_given:
            yield Fault(f"{where}.shares_given", "says nothing without 'given'", "add given: region, or use shares")
        return
    before = list(ALL_FACTS)[: list(ALL_FACTS).index(name)]
    if mix.given not in before:
        yield Fault(
            f"{where}.given",
            "is not a fact that is known before this one",
            f"one of {', '.join(before) or 'none'}",
        )
        return
    for word in ALL_FACTS[mix.given]:
        if word not in mix.shares_given:
            yield Fault(f"{where}.shares_given.{word}", "is missing", f"shares of {name} for {word}")
    for word, shares in mix.shares_given.items():
        if word not in ALL_FACTS[mix.given]:
            yield Fault(
                f"{where}.shares_given.{word}", f"is not a word of {mix.given}", nearest(word, ALL_FACTS[mix.given])
            )
        yield from adds_up(f"{where}.shares_given.{word}", shares, ALL_FACTS[name])


def _ratios(where: str, fact: str, ratios: dict[str, float], facts: dict[str, FactMix]) -> Iterator[Fault]:
    if fact not in ALL_FACTS:
        yield Fault(where, "is not a fact of a patient", nearest(fact, ALL_FACTS))
        return
    if fact in facts and facts[fact].given:
        yield Fault(where, f"{fact} is given by another fact", "a ratio needs a fact with plain shares")
    for word in ratios:
        if word not in ALL_FACTS[fact]:
            yield Fault(f"{where}.{word}", f"is not a word of {fact}", nearest(word, ALL_FACTS[fact]))


def _is_service(where: str, name: str, scenario: Scenario) -> Iterator[Fault]:
    services = scenario.pathway.services
    if name not in services:
        yield Fault(where, f"'{name[:40]}' is not a service", nearest(name, services))


def _prices(scenario: Scenario) -> Iterator[Fault]:
    services, prices = scenario.pathway.services, scenario.prices
    unseen = "has no visits to price, as it is a delay", "a service where people are seen"
    for name in prices.per_visit_gbp:
        where = f"prices.per_visit_gbp.{name}"
        if name not in services:
            yield Fault(where, "is not a service", nearest(name, services))
        elif services[name].only_time:
            yield Fault(where, *unseen)
    for name, procedure in prices.procedures.items():
        where = f"prices.procedures.{name}"
        if procedure.service is None:
            if procedure.clinician is None:
                yield Fault(where, "says nowhere where it is done", "name a 'service', or a 'clinician'")
            continue
        if procedure.clinician is not None:
            yield Fault(where, "names both a 'service' and a 'clinician'", "leave one of them out, or make it null")
        yield from _is_service(f"{where}.service", procedure.service, scenario)
        if procedure.service in services and services[procedure.service].only_time:
            yield Fault(f"{where}.service", *unseen)
