"""A scenario: everything that a run needs to know, frozen, checked, with no file and no clock behind it."""

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, Le

from sim.domain.calendar import CalendarSettings, RunSettings
from sim.domain.demand import Demand, Place, Start
from sim.domain.pathway import Pathway
from sim.domain.quantities import Money, Share
from sim.domain.settings import Settings
from sim.domain.workforce import Workforce


@dataclass(frozen=True)
class Analysis(Settings):
    """`window`: first and last day counted (first included, last not); the whole run after warm-up if absent."""

    window: tuple[Annotated[int, Ge(0), Le(40_000)], Annotated[int, Ge(1), Le(40_000)]] | None = None


@dataclass(frozen=True)
class Prices(Settings):
    """What is not staff time: pounds for each attended visit, by service."""

    price_year: Annotated[int, Ge(1990), Le(2100)] = 2023
    per_visit_gbp: dict[str, Money] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcomes(Settings):
    """What waiting costs people: EQ-5D lost a month by need, and the share of employed people off work."""

    utility_loss_per_month_waited: dict[str, Share] = field(default_factory=dict)
    off_work_share: Share = 0.0


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
    holidays: tuple[str, ...] = ()
    config: dict = field(default_factory=dict, repr=False, compare=False)
