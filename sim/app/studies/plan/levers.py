"""Levers: settings that a plan may change, the values that they may take, and what each costs."""

import copy
from dataclasses import dataclass, field

from sim.app.configuration.check import build
from sim.domain.faults import ScenarioError
from sim.domain.scenario import Scenario

ARRIVALS = "plan"
"""What `starts` calls the people it adds to a group's `joins`."""


@dataclass(frozen=True)
class Lever:
    """A setting, the values that it may take in rising order, today's among them, and pounds a year of one more.

    `costs`: of each value, less today's, where these are not in proportion; `price` is None then.
    `by_budget`: whether the configuration says what it costs, not the file.
    """

    path: str
    values: tuple[float, ...]
    today: float
    price: float | None
    starts: str | None = None
    adds: dict = field(default_factory=dict)
    costs: tuple[float, ...] = ()
    by_budget: bool = False

    @property
    def way(self) -> list[str]:
        """The keys that lead to it."""
        return self.path.split(".")

    def cost(self, place: int) -> float:
        """Pounds a year of the value at `place`, less today's."""
        return (
            self.costs[place] if self.costs else self.price * (self.values[place] - self.today)
        ) + 0.0  # no cost is 0, never -0

    def price_at(self, place: int) -> float | None:
        """Pounds a year of one more, between today's value and that at `place`; None where nobody can say."""
        if self.price is not None:
            return self.price
        more = self.values[place] - self.today
        return round(self.cost(place) / more, 2) if more else None

    @property
    def block(self) -> str | None:
        """The block that it adds to the configuration, if it adds one."""
        above = self.path.rpartition(".")[0]
        return above if self.adds else f"{above}.joins.{ARRIVALS}" if self.starts is not None else None


def changed(config: dict, levers, point) -> dict:
    """A copy of the plain configuration with each lever at the place that `point` says;
    today's values are left as they stand."""
    config = copy.deepcopy(config)
    for lever, place in zip(levers, point, strict=True):
        value = lever.values[place]
        if value != lever.today:
            _put(config, lever, int(value) if float(value).is_integer() else value)
    return config


def _put(config: dict, lever: Lever, value) -> None:
    *way, leaf = lever.way
    here = config
    for key in way:
        if not isinstance(here.get(key), dict):
            here[key] = {}
        here = here[key]
    if lever.starts is not None:
        joins = here.get("joins") if isinstance(here.get("joins"), dict) else {}
        here["joins"] = {**joins, ARRIVALS: {"date": lever.starts, "wte": round(value - lever.today, 10)}}
        return
    here.update(copy.deepcopy(lever.adds))
    here[leaf] = value


def buildable(config: dict, levers, point) -> Scenario | None:
    """The scenario at a point, or None where its values do not go together (shares of a group that pass 100%, say)."""
    try:
        return build(changed(config, levers, point))
    except ScenarioError:
        return None
