"""Staff and money."""

from sim.analysis.indicators.register import indicator
from sim.analysis.reading import Reading

ONE_OFF = "one_off_clinics"


@indicator("staff_wte", "WTE")
def staff_wte(reading: Reading) -> dict[str, float]:
    """Whole-time equivalents in post, in all and by staff group."""
    scale = reading.scenario.place.scale
    by_group = {name: staff.wte * scale for name, staff in reading.scenario.workforce.items()}
    return {"all": sum(by_group.values()), **by_group}


def _one_off_clinics(reading: Reading) -> float:
    """Pounds a year of clinics on given dates within the window, used or not."""
    total = 0.0
    for service in reading.settings:
        for extra in getattr(service, "extra_clinics", {}).values():
            held = sum(reading.first_day <= day < reading.last_day for day in reading.record.calendar.days_of(extra.date))
            total += held * int(extra.slots * reading.scenario.place.scale + 1e-9) * extra.cost_per_slot_gbp
    return total / reading.years


@indicator("staff_cost", "pounds a year")
def staff_cost(reading: Reading) -> dict[str, float]:
    """What the staff in post and one-off clinics cost a year, in all and by staff group."""
    scale = reading.scenario.place.scale
    by_group = {name: round(staff.cost_a_year() * scale, 2) for name, staff in reading.scenario.workforce.items()}
    if one_off := _one_off_clinics(reading):
        by_group[ONE_OFF] = round(one_off, 2)
    # To the pound: below that it is the rounding of WTE in the configuration.
    return {"all": float(round(sum(by_group.values()))), **by_group}


@indicator("cost_per_episode", "pounds")
def cost_per_episode(reading: Reading) -> dict[str, float]:
    """All staff in post, one-off clinics, and the price of visits besides staff, for each person who presents."""
    scenario, attended = reading.scenario, reading.attended
    visits = attended.where(reading.in_window(attended.day))
    total = staff_cost(reading)["all"] * reading.years
    for name, price in scenario.prices.per_visit_gbp.items():
        total += price * int((visits.service == reading.services.index(name)).sum())
    people = len(reading.cohort) + reading.induced
    return {"all": total / people if people else float("nan")}
