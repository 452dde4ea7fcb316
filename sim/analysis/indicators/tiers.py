"""Money and people by tier, by year, and money for each person whose problem care has resolved.

Tiers are those of the services (`tier`): 1 to 4 as in the integrated pathway, 5 hospital, 0 what is of no tier (general
practice, imaging). All are told in every pathway, so that none where there is none can be compared.
"""

import math

import numpy as np

from sim.analysis.indicators.money import staff_cost, total_cost, visits_by_day
from sim.analysis.indicators.register import indicator
from sim.analysis.money.service_costs import NOT_IN_JOB_PLANS, STAFF, Cost, costs_of, summed
from sim.analysis.reading.reading import Reading, remembered
from sim.domain.calendar import DAYS_A_YEAR
from sim.domain.money.budget import ONE_OFF, ROOMS
from sim.domain.words import DETAIL, NEEDS

NO_CONTACT = "no_contact"
TIERS = tuple(f"tier_{number}" for number in range(6))
SELF_MANAGEMENT = NEEDS.index("self_management")


@remembered
def service_costs(reading: Reading) -> tuple[Cost, ...]:
    """What each service costs on each day, worked out once."""
    return costs_of(reading.scenario, reading.plan, visits_by_day(reading))


def _tier(reading: Reading, cost: Cost) -> str:
    return (
        NOT_IN_JOB_PLANS
        if cost.service == NOT_IN_JOB_PLANS
        else f"tier_{reading.scenario.pathway.services[cost.service].tier}"
    )


def _by_tier(reading: Reading) -> dict[str, float]:
    """Tier -> pounds over the window."""
    found = summed(service_costs(reading), lambda cost: _tier(reading, cost), reading.first_day, reading.last_day)
    return dict.fromkeys((*TIERS, NOT_IN_JOB_PLANS), 0.0) | found


@indicator("cost_total", "pounds a year")
def cost_total(reading: Reading) -> dict[str, float]:
    """All that `cost_per_episode` counts, in all, by what it is for, and by tier.

    Components add up to the whole, and so do tiers and what is in no job plan.
    """
    components = summed(service_costs(reading), lambda cost: cost.component, reading.first_day, reading.last_day)
    a_year = {word: pounds / reading.years for word, pounds in components.items()}
    staff = staff_cost(reading)
    a_year[STAFF] = staff["all"] - staff.get(ROOMS, 0.0) - staff.get(ONE_OFF, 0.0)  # to the pound, as it is told there
    return {
        "all": total_cost(reading) / reading.years,
        **a_year,
        **{tier: pounds / reading.years for tier, pounds in _by_tier(reading).items()},
    }


@indicator("service_cost", "pounds a year")
def service_cost(reading: Reading) -> dict[str, float]:
    """What each service costs: its part of its staff's time, used or not, rooms, one-off clinics,
    and the price of its visits."""
    found = summed(service_costs(reading), lambda cost: cost.service, reading.first_day, reading.last_day)
    return {service: pounds / reading.years for service, pounds in found.items()}


@indicator("cost_share_by_tier", "share")
def cost_share_by_tier(reading: Reading) -> dict[str, float]:
    """Of all pounds: those of each tier."""
    found = _by_tier(reading)
    whole = math.fsum(found.values())
    return {tier: pounds / whole if whole else float("nan") for tier, pounds in found.items()}


@indicator("patients_share_by_tier", "share")
def patients_share_by_tier(reading: Reading) -> dict[str, float]:
    """Of the cohort: the highest tier that each reached in the window, by an attended contact.

    Where nobody is seen (community assets, a `delay` with a tier) to go there is to reach it.
    """
    highest = np.full(reading.n, -1, np.int8)
    tier = np.array([one.tier for one in reading.settings], np.int8)
    without = np.array([one.only_time and one.tier > 0 for one in reading.settings])
    for events in (
        reading.contacts,
        reading.listed.where(without[reading.listed.service]) if without.any() else reading.contacts,
    ):
        reached = np.where(reading.in_window(events.day), tier[events.service], np.int8(-1))
        for number in np.unique(tier).tolist():
            rows = events.row[reached == number]
            highest[rows] = np.maximum(highest[rows], number)
    counts = np.bincount(highest[reading.cohort] + 1, minlength=len(TIERS) + 1)
    people = len(reading.cohort)
    names = [NO_CONTACT, *(f"tier_{number}" for number in range(len(counts) - 1))]
    return {
        name: count / people if people else float("nan") for name, count in zip(names, counts.tolist(), strict=True)
    }


@indicator("cost_per_patient_resolved", "pounds")
def cost_per_patient_resolved(reading: Reading) -> dict[str, float]:
    """All pounds of the window for each episode that care resolved in it, whoever's it was.

    Such an episode ends (`resolved`, or recovered on a later list) after an attended contact that met its need, or is
    resolved with a need for self-management. Who recovered unseen, settled for less, gave up or left is not among them.
    """
    episodes = int(reading.record.events["episode"].max(initial=0)) + 1
    contacts = reading.contacts

    def of(events) -> np.ndarray:
        return events.row.astype(np.int64) * episodes + events.episode

    met = np.zeros(reading.n * episodes, bool)
    met[of(contacts.where(reading.meets[reading.need_at(contacts), contacts.service]))] = True
    recovered = reading.removed.where(reading.removed.detail == DETAIL["recovered"])
    count = 0
    for ended in (reading.resolved, recovered):
        enough = met[of(ended)]
        if ended is not recovered:
            enough = enough | (reading.need_at(ended) == SELF_MANAGEMENT)
        count += int((enough & reading.in_window(ended.day)).sum())
    return {"all": total_cost(reading) / count if count else float("nan")}


@indicator("cost_by_year", "pounds a year")
def cost_by_year(reading: Reading) -> dict[str, float]:
    """Pounds of each whole year of the window; beside another pathway, the impact on the budget of that year."""
    found = {}
    a_day = sum((cost.pounds for cost in service_costs(reading)), np.zeros(reading.horizon))
    for number, (start, end) in enumerate(reading.full_years, 1):
        # Years of 365 and of 366 days cost the same if every day does.
        found[f"year_{number}"] = float(a_day[start:end].sum()) / (end - start) * DAYS_A_YEAR
    return found
