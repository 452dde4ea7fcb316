"""Who presents, when, and with what need: settings of demand. Patients are made in `patients.py`."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Len

from sim.domain.by_weeks import SharesByWeeks
from sim.domain.quantities import Count, Growth, Positive, Ratio, Scale, Share, Weeks, WholeDays
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


Arrivals = Literal["poisson", "fixed", "negative_binomial", "gamma_gaps", "batches"]
"""How the people of a day scatter around their mean."""


@dataclass(frozen=True)
class Arriving(Settings):
    """What some kinds of `arrivals` need, each its own.

    `variance_to_mean_ratio`: of the number of a day, for `negative_binomial` (1 would be Poisson); `gap_shape`: of
    the gaps from one person to the next, for `gamma_gaps` (1 is Poisson, 4 is Erlang's of four stages, below 1 they
    come in bursts); `batch_shares`: people in a batch -> share of batches, for `batches`.
    """

    variance_to_mean_ratio: Annotated[float, Gt(1), Le(10_000)] | None = None
    gap_shape: Annotated[float, Ge(0.01), Le(10_000)] | None = None
    batch_shares: dict[str, Share] = field(default_factory=dict)


@dataclass(frozen=True)
class Trace(Settings):
    """People given one by one: `people` alike, on a `day` (0 is the first) or an ISO `date`, with the `facts` that
    are known."""

    day: WholeDays | None = None
    date: str | None = None
    people: Positive = 1
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Elsewhere(Settings):
    """People who reach a hospital service by another door (A&E, fracture clinic, consultant to consultant).

    `arrivals`: as those of `demand`, unless it has its own, and what these need; `trace`: more people, one by one.
    `waited_weeks`: taken over from another provider, they join with a wait, and a clock, that has run for so long.
    """

    service: str
    per_1000_a_year: Rate
    needs: dict[str, Share]
    waited_weeks: Weeks = 0.0
    arrivals: Arrivals | None = None
    arriving: Arriving = field(default_factory=Arriving)
    trace: dict[str, Trace] = field(default_factory=dict)


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
    """Demand of a place. Indices multiply the mean of a day; `growth_per_year` compounds daily from day 0.

    `trace`: people besides, each given with their day; `place.scale` cannot be told to multiply them.
    """

    population: Count
    presenting_per_1000_a_year: Rate
    growth_per_year: Growth = 0.0
    arrivals: Arrivals = "poisson"
    arriving: Arriving = field(default_factory=Arriving)
    month_index: Annotated[tuple[Index, ...], Len(12, 12)] = (1.0,) * 12
    weekday_index: Annotated[tuple[Index, ...], Len(7, 7)] = (1.0,) * 7
    holiday_index: Index = 1.0
    facts: dict[str, FactMix] = field(default_factory=dict)
    elsewhere: dict[str, Elsewhere] = field(default_factory=dict)
    induced: Induced = field(default_factory=Induced)
    trace: dict[str, Trace] = field(default_factory=dict)
    rate_ratio: dict[str, dict[str, Ratio]] = field(default_factory=dict)
    """How often people consult, by the words of a fact, against one another: only the ratios count. It tilts that
    fact's shares; as many people come as without it."""

    @property
    def takes_over(self) -> bool:
        """Whether anybody comes from another provider with a wait that is under way."""
        return any(stream.waited_weeks for stream in self.elsewhere.values())


@dataclass(frozen=True)
class StartPlace(Settings):
    """Where a part of a starting list stands: waiting for a first visit, or `in_course` of follow-ups, of a stay or
    of a group.

    `share` of the whole list, or `shares_by_weeks_waited` (weeks waited from which it holds -> share of those who have
    waited so long), which then every place of the list has. `asked_by`: for a test (imaging), the clinic that waits for
    its result. `overdue_share` of people in a clinic's courses should have been seen again already, up to
    `overdue_days` ago.
    """

    service: str
    needs: dict[str, Share]
    share: Share | None = None
    shares_by_weeks_waited: SharesByWeeks = field(default_factory=dict)
    in_course: bool = False
    asked_by: str | None = None
    overdue_share: Share = 0.0
    overdue_days: WholeDays = 0


@dataclass(frozen=True)
class StartList(Settings):
    """One real list: people by whole weeks or months waited.

    `waiting`: lower edge (weeks or months, as a word) -> people: from "1" to "2" are those who have waited more than
    one and at most two. The last band is open, and spread over `open_band` more units, which is said wherever a list
    has more than one. `part_of_list`: the share of that list which belongs to this place and pathway. `facts`: who
    stands on it, where that is known of the list itself; other facts are those of all who come.
    """

    unit: Literal["weeks", "months"]
    waiting: dict[str, Annotated[float, Ge(0), Le(100_000_000)]]
    places: dict[str, StartPlace]
    part_of_list: Share = 1.0
    open_band: Annotated[float, Ge(0), Le(240)] | None = None
    facts: dict[str, FactMix] = field(default_factory=dict)


@dataclass(frozen=True)
class Leaving(Settings):
    """What has taken people off lists before day 0, some sooner than others: who has waited long is who stays longer.

    Of people who wait, `share` (word of `fact` -> share) are gone within `within_weeks`, if their need is one of
    `needs` (any, if none is named).
    """

    share: dict[str, Share]
    within_weeks: Annotated[float, Gt(0), Le(5_200)]
    fact: str = "onset"
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Start(Settings):
    """`lists`: from lists by time waited; `warm_up`: empty, with `run.warm_up_days` to fill; `empty`: on purpose.

    `leaving`: name -> what took people off these lists, so that needs and facts go with the time waited.
    """

    kind: Literal["lists", "warm_up", "empty"] = "empty"
    lists: dict[str, StartList] = field(default_factory=dict)
    leaving: dict[str, Leaving] = field(default_factory=dict)
