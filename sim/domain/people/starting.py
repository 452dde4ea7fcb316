"""Starting lists: who of a published list stands where, and since which day.

A list is read as a mass of people over time waited. A person stands for each whole unit of it, counted from those who
have waited longest, at the unit's middle. So however many bands and places there are, and however small the place, a
list keeps its size and the people beyond any wait to within half a person, and each place of it to within one, also
where its share goes with the weeks waited.
"""

from collections.abc import Sequence
from functools import lru_cache
from heapq import heapify, heappop, heappush

import numpy as np

from sim.domain.by_weeks import Steps
from sim.domain.calendar import DAYS_A_YEAR
from sim.domain.people.demand import StartList

DAYS = {"weeks": 7.0, "months": DAYS_A_YEAR / 12}
ONE_BAND = 6.0
"""Weeks or months over which a list of one band is spread, if `open_band` does not say."""


def _in_order(settings: StartList) -> list[tuple[float, float]]:
    """(lower edge, people) of each band, shortest first."""
    return sorted((float(edge), people) for edge, people in settings.waiting.items())


def reach(settings: StartList) -> float:
    """How far the last band reaches beyond its lower edge, in the list's own unit."""
    return ONE_BAND if settings.open_band is None else settings.open_band


def unsaid(settings: StartList) -> bool:
    """Whether people stand in a last band of several, and nothing says how far it reaches."""
    order = _in_order(settings)
    return settings.open_band is None and len(order) > 1 and order[-1][1] > 0


def longest_band(settings: StartList) -> tuple[float, float]:
    """Weeks or months waited, from and to, of the last band that somebody is in; 0 and 0 of an empty list."""
    order = _in_order(settings)
    while order and order[-1][1] == 0:
        high = order.pop()[0]
    if not order:
        return 0.0, 0.0
    low = order[-1][0]
    return low, high if len(order) < len(settings.waiting) else low + reach(settings)


def bands(settings: StartList) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(bands,) whole days waited at which each begins, the day itself not included, and ends, and its people,
    shortest first.

    As they are published: 0 to 1 weeks is up to 7 days, 1 to 2 weeks is 8 to 14; 18 weeks are within 18 weeks.
    """
    order = _in_order(settings)
    low = np.array([edge for edge, _ in order])
    high = np.append(low[1:], low[-1:] + reach(settings))
    first, last = (np.floor(edge * DAYS[settings.unit] + 1e-9) for edge in (low, high))
    return first, last, np.array([people for _, people in order], float)


def listed_days(settings: StartList, factor: float) -> np.ndarray:
    """(people,) days, negative, on which the people of a list joined it, the longest waiters first; `factor`: of its
    people."""
    low, high, people = bands(settings)
    up_to = np.cumsum(people * factor)
    total = float(up_to[-1]) if len(up_to) else 0.0
    mass = total - (np.arange(int(total + 0.5 + 1e-9)) + 0.5)
    band = np.minimum(np.searchsorted(up_to - 1e-9, mass), len(people) - 1)
    within = np.clip(1 - (up_to[band] - mass) / (people[band] * factor), 0.0, 1.0)
    waited = np.ceil(low[band] + within * (high - low)[band] - 1e-9)
    # Nobody stands on a band's lower edge, which belongs to the band before; nobody joined on day 0.
    waited = np.maximum(waited, np.where(high > low, low + 1, 1.0)[band])
    joined: np.ndarray = -np.maximum(waited, 1).astype(np.int32)
    return joined


def days_by_place(settings: StartList, factor: float) -> dict[str, np.ndarray]:
    """place -> (people,) days, negative, on which its people joined, the shortest waiters first."""
    days = listed_days(settings, factor)
    places = list(settings.places)
    whose = places_of(settings, -days)
    return {name: days[whose == number][::-1] for number, name in enumerate(places)}


def by_weeks(settings: StartList) -> bool:
    """Whether the places of a list share it by weeks waited."""
    return any(place.shares_by_weeks_waited for place in settings.places.values())


def places_of(settings: StartList, waited: np.ndarray) -> np.ndarray:
    """(people,) the number of the place where each stands, of people who have `waited` (people,) days, the longest
    first."""
    places = settings.places.values()
    if not by_weeks(settings):
        return taking_turns(tuple(place.share or 0.0 for place in places), len(waited))
    steps = [Steps.of(place.shares_by_weeks_waited) for place in places]
    # As bands of a list: who has waited 18 weeks to the day is not yet among those of more than 18.
    first = np.floor(steps[0].days + 1e-9)
    step = np.maximum(first.searchsorted(waited, "left") - 1, 0)
    longest_first = range(len(first) - 1, -1, -1)
    return turns_by_stretch(
        tuple(int((step == one).sum()) for one in longest_first),
        tuple(tuple(float(place.values[one]) for place in steps) for one in longest_first),
    )


def taking_turns(shares: tuple[float, ...], people: int) -> np.ndarray:
    """(people,) which of `shares` each belongs to, so that every first k hold each share of k to within one person."""
    return turns_by_stretch((people,), (shares,))


@lru_cache(maxsize=256)
def turns_by_stretch(people: tuple[int, ...], shares: tuple[tuple[float, ...], ...]) -> np.ndarray:
    """(all people,) which place each belongs to, where stretches of so many `people` have each their own `shares`
    (places,): every first k hold what is due to each place of them to within one person.

    A chair taken in turns (Tijdeman 1980, Discrete Math. 32): of those to whom one more is due, the one that would be
    short of it first.
    """
    weights = [[share / (sum(here) or 1.0) for share in here] for here in shares]
    somewhere = [place for place in range(len(weights[0])) if any(here[place] > 0 for here in weights)]
    if len(somewhere) <= 1:
        turns = np.full(sum(people), somewhere[0] if somewhere else 0)
    else:
        due = [_Due(people, [here[place] for here in weights]) for place in range(len(weights[0]))]
        turns = _turns(due, sum(people))
    turns.flags.writeable = False  # the cache hands out one object
    return turns


class _Due:
    """What is due to one place of the first so many people: a line that rises by the share of each stretch.

    Both are asked with a number that never falls.
    """

    def __init__(self, people: Sequence[int], shares: Sequence[float]) -> None:
        self._stretches = [(many, share) for many, share in zip(people, shares, strict=True) if many]
        self._at, self._passed, self._before = 0, 0, 0.0

    def room_from(self, had: int) -> float:
        """After how many people more than `had` are due; infinite where they never are."""
        return self._passing(had, 1e-9)

    def short_from(self, had: int) -> float:
        """After how many people one more than `had` is due; infinite where it never is."""
        return self._passing(had + 1, -1e-9)

    def _passing(self, due: int, more: float) -> float:
        while self._at < len(self._stretches):
            many, share = self._stretches[self._at]
            last = self._at == len(self._stretches) - 1
            if share > 0 and (last or self._before + many * share > due + more):
                return self._passed + (due - self._before) / share
            self._at, self._passed, self._before = self._at + 1, self._passed + many, self._before + many * share
        return float("inf")


def _turns(due: list[_Due], people: int) -> np.ndarray:
    turns, had = np.empty(people, int), [0] * len(due)
    later = [(one.room_from(0), place) for place, one in enumerate(due)]  # (from when on there is room, whose)
    heapify(later)
    ready: list[tuple[float, int]] = []  # (by when one more is due, whose)
    for k in range(people):
        while later and later[0][0] <= k + 0.5 + 1e-9:
            _, place = heappop(later)
            heappush(ready, (due[place].short_from(had[place]), place))
        _, place = heappop(ready)
        turns[k] = place
        had[place] += 1
        heappush(later, (due[place].room_from(had[place]), place))
    return turns
