"""A scenario: everything that a run needs to know, frozen, checked, with no file and no clock behind it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le

from sim.domain.calendar import Calendar, CalendarSettings, RunSettings
from sim.domain.money.prices import Prices
from sim.domain.outcomes import Outcomes
from sim.domain.pathway.pathway import Pathway
from sim.domain.pathway.rooms import Rooms
from sim.domain.people.demand import Demand, Place, Start
from sim.domain.settings import Settings
from sim.domain.staff.workforce import Workforce


@dataclass(frozen=True)
class Analysis(Settings):
    """`window`: first and last day counted (first included, last not); the whole run after warm-up if absent.

    `interface_clocks`: what services of `rtt: provisional` do to RTT clocks: a referral there counts once it reaches a
    consultant (`provisional`), from its own day whatever comes of it (`clock`), or not at all (`none`).
    """

    window: tuple[Annotated[int, Ge(0), Le(40_000)], Annotated[int, Ge(1), Le(40_000)]] | None = None
    interface_clocks: Literal["provisional", "clock", "none"] = "provisional"


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
    config: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


def calendar_of(scenario: Scenario) -> Calendar:
    """The simulated days of a scenario."""
    holidays = [date.fromisoformat(day) for day in scenario.holidays]
    return Calendar.of(date.fromisoformat(scenario.calendar.start_date), scenario.run.horizon, holidays)


def people_of(scenario: Scenario) -> tuple[object, ...]:
    """What the people of a run depend on: scenarios that agree in it meet the same people."""
    return (
        scenario.place.scale,
        scenario.demand,
        scenario.start,
        scenario.calendar,
        scenario.holidays,
        scenario.run.horizon,
        scenario.run.seed,
    )
