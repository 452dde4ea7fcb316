"""What is said of people who wait, who come back and who come because it is easy."""

from sim.domain.faults import Fault, nearest
from sim.domain.words import FACTS, NEEDS


def waiting_holds(scenario):
    pathway, services = scenario.pathway, scenario.pathway.services
    waiting = pathway.while_waiting
    where = "pathway.while_waiting.worsening"
    for word in waiting.worsening.share_within_26_weeks:
        if word not in FACTS["onset"]:
            yield Fault(
                f"{where}.share_within_26_weeks.{word}", "is not a word of onset", nearest(word, FACTS["onset"])
            )
    for need, risen in waiting.worsening.to.items():
        unknown = [word for word in (need, risen) if word not in NEEDS]
        for word in unknown:
            yield Fault(f"{where}.to.{need}", f"'{word[:40]}' is not a need", nearest(word, NEEDS))
        if not unknown and NEEDS.index(risen) <= NEEDS.index(need):
            yield Fault(
                f"{where}.to.{need}", f"does not rise to {risen}", f"one of {', '.join(NEEDS[NEEDS.index(need) + 1 :])}"
            )
    if any(waiting.worsening.share_within_26_weeks.values()):
        if not waiting.worsening.to:
            yield Fault(f"{where}.to", "is empty, so no need rises", "to: {physiotherapy: specialist}, or shares of 0")
        if not any(service.worsens for service in services.values()):
            yield Fault(where, "happens on no list", "worsens: true at a service, or shares of 0")
    if waiting.gp_contact.per_month_waited > 0 and not any(service.recontacts_gp for service in services.values()):
        yield Fault(
            "pathway.while_waiting.gp_contact.per_month_waited",
            "happens on no list",
            "recontacts_gp: true at a service, or 0",
        )
    if waiting.gp_contact.per_month_waited > 0 and (
        waiting.gp_contact.service not in services or not services[waiting.gp_contact.service].takes_back
    ):
        clinics = [name for name, service in services.items() if service.takes_back]
        yield Fault(
            "pathway.while_waiting.gp_contact.service",
            f"'{waiting.gp_contact.service[:40]}' is not a clinic",
            nearest(waiting.gp_contact.service, clinics),
        )
    for name in pathway.recurrence.ratio_after:
        if name not in services:
            yield Fault(f"pathway.recurrence.ratio_after.{name}", "is not a service", nearest(name, services))
    access = pathway.access_is_wait_at
    if access is not None and (access not in services or services[access].only_time):
        yield Fault(
            "pathway.access_is_wait_at",
            f"'{access[:40]}' is not a service with a list",
            nearest(access, [n for n, s in services.items() if not s.only_time]),
        )
    if access is None and scenario.demand.induced.per_1000_a_year > 0:
        yield Fault(
            "pathway.access_is_wait_at",
            "is missing, and demand.induced asks for it",
            "the service whose wait people hear of",
        )
    recovery = waiting.recovery
    for need in recovery.needs:
        if need not in NEEDS:
            yield Fault("pathway.while_waiting.recovery.needs", f"'{need[:40]}' is not a need", nearest(need, NEEDS))
    for word in recovery.share_within_6_weeks:
        if word not in FACTS["onset"]:
            yield Fault(
                f"pathway.while_waiting.recovery.share_within_6_weeks.{word}",
                "is not a word of onset",
                nearest(word, FACTS["onset"]),
            )
    for word in scenario.pathway.while_waiting.private_exit.share_within_10_weeks:
        if word not in FACTS["imd_quintile"]:
            yield Fault(
                f"pathway.while_waiting.private_exit.share_within_10_weeks.{word}",
                "is not an IMD quintile",
                '"1" to "5", in quotes',
            )
