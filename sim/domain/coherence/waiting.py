"""What is said of people who wait, who come back and who come because it is easy."""

from collections.abc import Iterable, Iterator

from sim.domain.faults import Fault, nearest
from sim.domain.scenario import Scenario
from sim.domain.words import FACTS, NEEDS


def waiting_holds(scenario: Scenario) -> Iterator[Fault]:
    yield from _worsening(scenario)
    yield from _gp_contact(scenario)
    services = scenario.pathway.services
    for name in scenario.pathway.recurrence.ratio_after:
        if name not in services:
            yield Fault(f"pathway.recurrence.ratio_after.{name}", "is not a service", nearest(name, services))
    yield from _access(scenario)
    yield from _exits(scenario)


def _words(where: str, words: Iterable[str], fact: str) -> Iterator[Fault]:
    for word in words:
        if word not in FACTS[fact]:
            yield Fault(f"{where}.{word}", f"is not a word of {fact}", nearest(word, FACTS[fact]))


def _worsening(scenario: Scenario) -> Iterator[Fault]:
    worsening, where = scenario.pathway.while_waiting.worsening, "pathway.while_waiting.worsening"
    yield from _words(f"{where}.share_within_26_weeks", worsening.share_within_26_weeks, "onset")
    for need, risen in worsening.to.items():
        unknown = [word for word in (need, risen) if word not in NEEDS]
        for word in unknown:
            yield Fault(f"{where}.to.{need}", f"'{word[:40]}' is not a need", nearest(word, NEEDS))
        if not unknown and NEEDS.index(risen) <= NEEDS.index(need):
            yield Fault(
                f"{where}.to.{need}", f"does not rise to {risen}", f"one of {', '.join(NEEDS[NEEDS.index(need) + 1 :])}"
            )
    if any(worsening.share_within_26_weeks.values()):
        if not worsening.to:
            yield Fault(f"{where}.to", "is empty, so no need rises", "to: {physiotherapy: specialist}, or shares of 0")
        if not any(service.worsens for service in scenario.pathway.services.values()):
            yield Fault(where, "happens on no list", "worsens: true at a service, or shares of 0")


def _gp_contact(scenario: Scenario) -> Iterator[Fault]:
    contact, services = scenario.pathway.while_waiting.gp_contact, scenario.pathway.services
    where = "pathway.while_waiting.gp_contact"
    if contact.per_month_waited <= 0:
        return
    if not any(service.recontacts_gp for service in services.values()):
        yield Fault(f"{where}.per_month_waited", "happens on no list", "recontacts_gp: true at a service, or 0")
    clinics = [name for name, service in services.items() if service.takes_back]
    if contact.service not in clinics:
        yield Fault(f"{where}.service", f"'{contact.service[:40]}' is not a clinic", nearest(contact.service, clinics))
    elif services[contact.service].recontacts_gp:  # the visit that they wait for, and one that they ask for, on one day
        why = f"people who wait at '{contact.service}' would ask there, as it has recontacts_gp: true"
        yield Fault(f"{where}.service", why, "recontacts_gp: false there, or another clinic")


def _access(scenario: Scenario) -> Iterator[Fault]:
    access, where = scenario.pathway.access_is_wait_at, "pathway.access_is_wait_at"
    lists = [name for name, service in scenario.pathway.services.items() if not service.only_time]
    if access is not None and access not in lists:
        yield Fault(where, f"'{access[:40]}' is not a service with a list", nearest(access, lists))
    if access is None and scenario.demand.induced.per_1000_a_year > 0:
        yield Fault(where, "is missing, and demand.induced asks for it", "the service whose wait people hear of")


def _exits(scenario: Scenario) -> Iterator[Fault]:
    waiting, where = scenario.pathway.while_waiting, "pathway.while_waiting"
    for need in waiting.recovery.needs:
        if need not in NEEDS:
            yield Fault(f"{where}.recovery.needs", f"'{need[:40]}' is not a need", nearest(need, NEEDS))
    yield from _words(f"{where}.recovery.share_within_6_weeks", waiting.recovery.share_within_6_weeks, "onset")
    for word in waiting.private_exit.share_within_10_weeks:
        if word not in FACTS["imd_quintile"]:
            yield Fault(
                f"{where}.private_exit.share_within_10_weeks.{word}",
                "is not an IMD quintile",
                '"1" to "5", in quotes',
            )
