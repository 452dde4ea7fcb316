"""Do the facts of people, and those who come by other doors, add up?"""

from sim.domain.coherence.common import adds_up
from sim.domain.faults import Fault, nearest
from sim.domain.words import FACTS, NEEDS

NO_VISITS = "has no visits to price, as it is a delay"


def demand_holds(scenario):
    demand = scenario.demand
    order = list(FACTS)
    for name, mix in demand.facts.items():
        where = f"demand.facts.{name}"
        if name not in FACTS:
            yield Fault(where, "is not a fact of a patient", nearest(name, FACTS))
            continue
        if mix.given is None:
            yield from adds_up(f"{where}.shares", mix.shares, FACTS[name])
            if mix.shares_given:
                yield Fault(f"{where}.shares_given", "says nothing without 'given'", "add given: region, or use shares")
            continue
        if mix.given not in FACTS or order.index(mix.given) >= order.index(name):
            yield Fault(
                f"{where}.given",
                "is not a fact that is known before this one",
                f"one of {', '.join(order[: order.index(name)]) or 'none'}",
            )
            continue
        for word in FACTS[mix.given]:
            if word not in mix.shares_given:
                yield Fault(f"{where}.shares_given.{word}", "is missing", f"shares of {name} for {word}")
        for word, shares in mix.shares_given.items():
            if word not in FACTS[mix.given]:
                yield Fault(
                    f"{where}.shares_given.{word}", f"is not a word of {mix.given}", nearest(word, FACTS[mix.given])
                )
            yield from adds_up(f"{where}.shares_given.{word}", shares, FACTS[name])
    for name, stream in demand.elsewhere.items():
        where = f"demand.elsewhere.{name}"
        if stream.service not in scenario.pathway.services:
            yield Fault(
                f"{where}.service",
                f"'{stream.service[:40]}' is not a service",
                nearest(stream.service, scenario.pathway.services),
            )
        yield from adds_up(f"{where}.needs", stream.needs, NEEDS)
    for fact, ratios in demand.rate_ratio.items():
        if fact not in FACTS:
            yield Fault(f"demand.rate_ratio.{fact}", "is not a fact of a patient", nearest(fact, FACTS))
            continue
        if fact in demand.facts and demand.facts[fact].given:
            yield Fault(
                f"demand.rate_ratio.{fact}",
                f"{fact} is given by another fact",
                "a ratio needs a fact with plain shares",
            )
        for word in ratios:
            if word not in FACTS[fact]:
                yield Fault(f"demand.rate_ratio.{fact}.{word}", f"is not a word of {fact}", nearest(word, FACTS[fact]))
    if sum(demand.month_index) <= 0:
        yield Fault("demand.month_index", "is zero in every month", "1 is an average month")
    if sum(demand.weekday_index) <= 0:
        yield Fault("demand.weekday_index", "is zero on every day", "1 is an average day")
    for name in scenario.prices.per_visit_gbp:
        if name not in scenario.pathway.services:
            yield Fault(f"prices.per_visit_gbp.{name}", "is not a service", nearest(name, scenario.pathway.services))
        elif scenario.pathway.services[name].only_time:
            yield Fault(f"prices.per_visit_gbp.{name}", NO_VISITS, "a service where people are seen")
    for name, procedure in scenario.prices.procedures.items():
        if procedure.service not in scenario.pathway.services:
            yield Fault(
                f"prices.procedures.{name}.service",
                f"'{procedure.service[:40]}' is not a service",
                nearest(procedure.service, scenario.pathway.services),
            )
        elif scenario.pathway.services[procedure.service].only_time:
            yield Fault(f"prices.procedures.{name}.service", NO_VISITS, "a service where people are seen")
