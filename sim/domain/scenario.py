"""A scenario: everything that a run needs to know, frozen, checked, with no file and no clock behind it."""

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, Le

from sim.domain.calendar import CalendarSettings, RunSettings
from sim.domain.demand import Demand, Place, Start
from sim.domain.outcomes import Outcomes
from sim.domain.pathway import Pathway
from sim.domain.prices import Prices
from sim.domain.rooms import Rooms
from sim.domain.settings import Settings
from sim.domain.workforce import Workforce


@dataclass(frozen=True)
class Analysis(Settings):
    """`window`: first and last day counted (first included, last not); the whole run after warm-up if absent."""

    window: tuple[Annotated[int, Ge(0), Le(40_000)], Annotated[int, Ge(1), Le(40_000)]] | None = None


@dataclass(frozen=True)
class Scenario:
    """One way to run one place's MSK care. `config` is the plain dict that it was made from."""

    name: str
    title: str
    question: str
    place: Place
    demand: Demand
    pathway: Pathway
    workforce: Workforce
    calendar: CalendarSettings
    start: Start
    run: RunSettings
    analysis: Analysis
    prices: Prices
    outcomes: Outcomes
    compare_with: str | None
    rooms: dict[str, Rooms] = field(default_factory=dict)
    holidays: tuple[str, ...] = ()
    config: dict = field(default_factory=dict, repr=False, compare=False)
