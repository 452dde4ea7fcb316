"""Who presents, when, and with what need: settings of demand. Patients are made in `patients.py`."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le, Len

from sim.domain.quantities import Count, Growth, Ratio, Scale, Share, Weeks
from sim.domain.settings import Settings

Index = Annotated[float, Ge(0), Le(100)]
Rate = Annotated[float, Ge(0), Le(100_000)]


@dataclass(frozen=True)
class Place(Settings):
    """`scale` multiplies residents, WTE, directly given slots and starting lists together."""

    name: str = ""
    scale: Scale = 1.0


@dataclass(frozen=True)
class FactMix(Settings):
    """How one fact is shared out: `shares` (word -> share), or `shares_given` (word of `given` -> word -> share)."""

    shares: dict[str, Share] = field(default_factory=dict)
    given: str | None = None
    shares_given: dict[str, dict[str, Share]] = field(default_factory=dict)


@dataclass(frozen=True)
class Elsewhere(Settings):
    """People who reach a hospital service by another door (A&E, fracture clinic, consultant to consultant)."""

    service: str
    per_1000_a_year: Rate
    needs: dict[str, Share]


@dataclass(frozen=True)
class Induced(Settings):
    """People who would come if it were easier: a pool of `per_1000_a_year` beside those who present in any case.

    Each comes if the wait that people hear of (`pathway.access_is_wait_at`) is no longer than what they would put up
    with: exponential with mean `tolerated_wait_weeks`.
    """

    per_1000_a_year: Rate = 0.0
    tolerated_wait_weeks: Weeks = 6.0


@dataclass(frozen=True)
class Demand(Settings):
    """Demand of a place. Indices multiply the mean of a day; `growth_per_year` compounds daily from day 0."""

    population: Count
    presenting_per_1000_a_year: Rate
    growth_per_year: Growth = 0.0
    arrivals: Literal["poisson", "fixed"] = "poisson"
    month_index: Annotated[tuple[Index, ...], Len(12, 12)] = (1.0,) * 12
    weekday_index: Annotated[tuple[Index, ...], Len(7, 7)] = (1.0,) * 7
    holiday_index: Index = 1.0
    facts: dict[str, FactMix] = field(default_factory=dict)
    elsewhere: dict[str, Elsewhere] = field(default_factory=dict)
    induced: Induced = field(default_factory=Induced)
    rate_ratio: dict[str, dict[str, Ratio]] = field(default_factory=dict)
    """Consulting rate relative to the mean, by the words of a fact: tilts that fact's shares."""


@dataclass(frozen=True)
class StartPlace(Settings):
    """Where a part of a starting list stands: waiting for a first visit, or `in_course` of follow-ups.

    `asked_by`: for a test (imaging), the clinic that waits for its result.
    """

    service: str
    share: Share
    needs: dict[str, Share]
    in_course: bool = False
    asked_by: str | None = None


@dataclass(frozen=True)
class StartList(Settings):
    """One real list: people by whole weeks or months waited.

    `waiting`: lower edge (weeks or months, as a word) -> people; the last band is open and spread over
    `open_band` more units. `part_of_list`: the share of that list which belongs to this place and pathway.
    """

    unit: Literal["weeks", "months"]
    waiting: dict[str, Annotated[float, Ge(0), Le(100_000_000)]]
    places: dict[str, StartPlace]
    part_of_list: Share = 1.0
    open_band: Annotated[float, Ge(0), Le(240)] = 6.0


@dataclass(frozen=True)
class Start(Settings):
    """`lists`: from lists by time waited; `warm_up`: empty, with `run.warm_up_days` to fill; `empty`: on purpose."""

    kind: Literal["lists", "warm_up", "empty"] = "empty"
    lists: dict[str, StartList] = field(default_factory=dict)
