"""What group programmes cost, and beside it, apart from all money of the model,
the social value that others state for it."""

from sim.analysis.indicators.register import indicator, measured
from sim.analysis.reading.reading import Reading


@indicator("group_programme_cost", "pounds a year")
def group_programme_cost(reading: Reading) -> dict[str, float]:
    """The model's own money in group programmes: what these services cost (`service_cost`), to the pound."""
    costs = measured(reading, "service_cost")
    groups = [name for name, service in zip(reading.services, reading.settings, strict=True) if service.cohorts]
    found = {name: float(round(costs.get(name, 0.0))) for name in groups}
    return {"all": sum(found.values(), 0.0)} | found


@indicator("group_social_value_stated", "pounds a year")
def group_social_value_stated(reading: Reading) -> dict[str, float]:
    """Social value of that money as the literature states it.
    Society's and not the NHS's: no other figure contains it."""
    each = reading.scenario.outcomes.social_return_per_gbp
    return {group: cost * each for group, cost in measured(reading, "group_programme_cost").items()}
