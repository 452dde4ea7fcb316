"""Staff and money."""

from sim.analysis.indicators.register import indicator
from sim.analysis.reading import Reading


@indicator("staff_wte", "WTE")
def staff_wte(reading: Reading) -> dict[str, float]:
    """Whole-time equivalents in post, in all and by staff group."""
    scale = reading.scenario.place.scale
    by_group = {name: staff.wte * scale for name, staff in reading.scenario.workforce.items()}
    return {"all": sum(by_group.values()), **by_group}


@indicator("staff_cost", "pounds a year")
def staff_cost(reading: Reading) -> dict[str, float]:
    """What the staff in post costs a year, in all and by staff group."""
    scale = reading.scenario.place.scale
    by_group = {name: round(staff.cost_a_year() * scale, 2) for name, staff in reading.scenario.workforce.items()}
    # To the pound: below that it is the rounding of WTE in the configuration.
    return {"all": float(round(sum(by_group.values()))), **by_group}


@indicator("cost_per_episode", "pounds")
def cost_per_episode(reading: Reading) -> dict[str, float]:
    """All staff in post, and the price of visits besides staff, for each person who presents."""
    scenario, attended = reading.scenario, reading.attended
    visits = attended.where(reading.in_window(attended.day))
    total = staff_cost(reading)["all"] * reading.years
    for name, price in scenario.prices.per_visit_gbp.items():
        total += price * int((visits.service == reading.services.index(name)).sum())
    return {"all": total / len(reading.cohort) if len(reading.cohort) else float("nan")}
