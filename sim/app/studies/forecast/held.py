"""Staff in post beside what the lists say that they deliver: nothing is simulated for it."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.forecast.fitted import Fitted
from sim.app.configuration.compose import compose
from sim.app.studies.forecast.asked import ForecastAsked
from sim.app.studies.place.asked import TODAY
from sim.domain.pathway.kinds.clinic import ClinicSettings
from sim.domain.people.published import ENGLAND
from sim.domain.scenario import Scenario, calendar_of
from sim.domain.staff.job_plan import JobPlan

MOST_LIKE = 0.1


@dataclass(frozen=True)
class Held:
    """A clinic: the `wte` whose sessions it has, the first visits a week that their job plan `holds`, and how many a
    week the lists say that were `delivered`."""

    label: str
    wte: float
    holds: float
    delivered: float

    @property
    def share(self) -> float:
        return self.delivered / max(self.holds, 1e-9)

    @property
    def verdict(self) -> str:
        if abs(self.share - 1) <= MOST_LIKE:
            return "alike"
        return "the lists say more than they hold" if self.share > 1 else "they hold more than the lists say"


def today(ask: ForecastAsked) -> Scenario:
    """The old model there, whose staff is in post."""
    return compose(f"{ask.folder.name}{TODAY}", config_dirs=(str(ask.folder),))


def holds(ask: ForecastAsked, found: dict[tuple[str, str], Fitted]) -> list[Held]:
    """Of each clinic with a list of the place's own that tells its stops."""
    scenario, rows = today(ask), []
    for (name, whose), fit in found.items():
        service = scenario.pathway.services.get(name)
        if whose == ENGLAND or fit.months[-1].stops is None or not isinstance(service, ClinicSettings):
            continue
        rows.append(_held(scenario, name, service, fit))
    return rows


def _held(scenario: Scenario, name: str, service: ClinicSettings, fit: Fitted) -> Held:
    calendar = calendar_of(scenario)
    minutes = float(JobPlan(scenario, calendar).minutes(service, service.pattern).sum()) / (calendar.horizon / 7)
    each = service.minutes(True) if service.capacity.staff else 1.0
    first = minutes * (1 - service.follow_ups_first_share) / max(each or 1.0, 1e-9) / scenario.place.scale
    wte = sum(scenario.workforce[group].wte * share for group, share in service.capacity.staff.items())
    months = fit.months[1:]
    stops = np.array([(month.stops if month.stops is not None else np.zeros(1)).sum() for month in months])
    a_week = np.average(7 * stops / [month.days for month in months], weights=fit.weights)
    part = scenario.start.lists[name].part_of_list if name in scenario.start.lists else 1.0
    return Held(service.label or name, float(wte), first, float(a_week * part))
