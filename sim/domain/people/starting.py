"""Starting lists: who of a published list stands where, and since which day.

A list is read as a mass of people over time waited. A person stands for each whole unit of it, counted from those who
have waited longest, at the unit's middle. So however many bands and places there are, and however small the place, a
list keeps its size and the people beyond any wait to within half a person, and each place of it to within one.
"""

from functools import lru_cache
from heapq import heappop, heappush

import numpy as np

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
    whose = taking_turns(tuple(place.share for place in settings.places.values()), len(days))
    return {name: days[whose == number][::-1] for number, name in enumerate(places)}


@lru_cache(maxsize=256)
def taking_turns(shares: tuple[float, ...], people: int) -> np.ndarray:
    """(people,) which of `shares` each belongs to, so that every first k hold each share of k to within one person.

    A chair taken in turns (Tijdeman 1980, Discrete Math. 32): of those whose share has room for one more, the one that
    would be short of it first.
    """
    whole = sum(shares) or 1.0
    weights = [share / whole for share in shares]
    if sum(weight > 0 for weight in weights) <= 1:
        turns = np.full(people, next((i for i, weight in enumerate(weights) if weight > 0), 0))
    else:
        turns = _turns(weights, people)
    turns.flags.writeable = False  # the cache hands out one object
    return turns


def _turns(weights: list[float], people: int) -> np.ndarray:
    turns, had = np.empty(people, int), [0] * len(weights)
    later = [(0.0, i) for i, weight in enumerate(weights) if weight > 0]  # (from when on there is room, whose)
    ready: list[tuple[float, int]] = []  # (by when one more is due, whose)
    for k in range(people):
        while later and later[0][0] <= k + 0.5 + 1e-9:
            _, i = heappop(later)
            heappush(ready, ((had[i] + 1) / weights[i], i))
        _, i = heappop(ready)
        turns[k] = i
        had[i] += 1
        heappush(later, (had[i] / weights[i], i))
    return turns
