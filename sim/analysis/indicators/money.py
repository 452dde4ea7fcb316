"""Staff and money."""

import math

import numpy as np

from sim.analysis.indicators.register import indicator
from sim.analysis.money.service_costs import Visits, priced_services, procedure_gbp
from sim.analysis.reading.reading import NEW, Reading, remembered
from sim.domain.money import budget


@indicator("staff_wte", "WTE")
def staff_wte(reading: Reading) -> dict[str, float]:
    """Whole-time equivalents in post, in all and by staff group; where people come and go, the mean over the window."""
    by_group = budget.staff_wte(reading.scenario, reading.plan, reading.first_day, reading.last_day)
    return {"all": sum(by_group.values()), **by_group}


@remembered
def running_costs(reading: Reading) -> dict[str, float]:
    """Pounds a year by staff group, and of rooms and one-off clinics where there are any."""
    return budget.budget(reading.scenario, reading.plan, reading.first_day, reading.last_day)


@indicator("staff_cost", "pounds a year")
def staff_cost(reading: Reading) -> dict[str, float]:
    """What the staff in post, overtime, rooms and one-off clinics cost a year, in all and by staff group."""
    by_group = {name: round(pounds, 2) for name, pounds in running_costs(reading).items()}
    # To the pound: below that it is the rounding of WTE in the configuration.
    return {"all": float(round(sum(by_group.values()))), **by_group}


@remembered
def visits_by_day(reading: Reading) -> dict[str, Visits]:
    """service -> attended visits on each day of the run, of the services whose visits have a price."""
    found, attended = {}, reading.attended
    for name in priced_services(reading.scenario):
        here = attended.where(attended.service == reading.services.index(name))
        every, first = (
            np.bincount(days, minlength=reading.horizon) for days in (here.day, here.day[here.detail == NEW])
        )
        found[name] = Visits(every, first)
    return found


def _visits(reading: Reading) -> dict[str, int]:
    """service -> visits attended in the window, of the services whose visits have a price of their own."""
    window, visits = slice(reading.first_day, reading.last_day), visits_by_day(reading)
    return {name: int(visits[name].every[window].sum()) for name in reading.scenario.prices.per_visit_gbp}


def _procedures(reading: Reading) -> dict[str, float]:
    """name -> pounds over the window of a procedure given to a share of the visits, wherever it is done."""
    window, visits = slice(reading.first_day, reading.last_day), visits_by_day(reading)
    return {
        name: math.fsum(
            float(procedure_gbp(one, visits[service])[window].sum())
            for service in one.done_at(reading.scenario.pathway.services)
        )
        for name, one in reading.scenario.prices.procedures.items()
    }


def total_cost(reading: Reading) -> float:
    """Pounds over the window: all staff in post, rooms, one-off clinics,
    and the price of visits and procedures besides staff."""
    prices = reading.scenario.prices.per_visit_gbp
    total = staff_cost(reading)["all"] * reading.years
    for name, count in _visits(reading).items():
        total += prices[name] * count
    return total + sum(_procedures(reading).values())


def cost_pieces(reading: Reading) -> dict[str, float]:
    """Dotted path of each price in the configuration -> pounds over the window that are in proportion to it.

    They add up to `total_cost`, but for its rounding. Rooms and one-off clinics, whose prices stand in many places,
    are under their own names.
    """
    scenario = reading.scenario
    running = {name: pounds * reading.years for name, pounds in running_costs(reading).items()}
    pieces = {_price_of(scenario.workforce, name): pounds for name, pounds in running.items()}
    pieces |= {
        f"prices.per_visit_gbp.{name}": count * scenario.prices.per_visit_gbp[name]
        for name, count in _visits(reading).items()
    }
    pieces |= {f"prices.procedures.{name}.gbp": pounds for name, pounds in _procedures(reading).items()}
    return {path: float(pounds) for path, pounds in pieces.items() if pounds}


def _price_of(workforce, name: str) -> str:
    """The dotted path of what a running cost is in proportion to."""
    if name not in workforce:
        return name
    return f"workforce.{name}.{'pay' if workforce[name].pay_per_hour_gbp else 'cost'}_per_hour_gbp"


@indicator("cost_per_episode", "pounds")
def cost_per_episode(reading: Reading) -> dict[str, float]:
    """All staff in post, one-off clinics, and the price of visits besides staff, for each person who presents."""
    people = len(reading.cohort) + reading.induced
    return {"all": total_cost(reading) / people if people else float("nan")}
