"""Who is still there after so long a wait: needs and facts of a starting list go with the time waited.

Whoever leaves lists sooner is found less among those who have waited long: after t days the share of a word is what it
was among those who joined, times what is left of them, exp(-rate t). The needs of a place are published for all of it;
so what they were among those who joined is worked out such that the whole place has the published shares.
"""

import numpy as np

from sim.domain.people.demand import Demand, Leaving
from sim.domain.words import FACTS, NEEDS

ROUNDS, CLOSE = 1_000, 1e-9


class Survivors:
    """The mix of needs and facts by days waited, for people who leave lists as `leaving` says."""

    def __init__(self, leaving: dict[str, Leaving], demand: Demand):
        self._rates: dict[str, np.ndarray] = {}  # fact -> (needs, words) a day
        for one in leaving.values():
            rate = self._rates.setdefault(one.fact, np.zeros((len(NEEDS), len(FACTS[one.fact]))))
            of_word = [-np.log1p(-min(one.share.get(word, 0.0), 0.999999)) for word in FACTS[one.fact]]
            some = [NEEDS.index(need) for need in one.needs or NEEDS]
            rate[some] += np.array(of_word) / (7 * one.within_weeks)
        self._joined = {fact: _shares(demand, fact) for fact in self._rates if fact != "need"}

    def needs(self, shares: dict[str, float], waited: np.ndarray) -> np.ndarray:
        """(n, needs) shares of needs by days waited (n,), whose mean over the n people is `shares`."""
        days, which, people = np.unique(waited, return_inverse=True, return_counts=True)
        target = np.array([shares.get(need, 0.0) for need in NEEDS])
        target, weight = target / target.sum(), people / len(waited)
        left, mix = self._left(days), np.tile(target, (len(days), 1))
        joined = target.copy()
        for _ in range(ROUNDS):
            mix = joined * left
            mix /= mix.sum(1, keepdims=True)
            whole = weight @ mix
            if np.abs(whole - target).max() < CLOSE:
                break
            joined *= np.divide(target, whole, out=np.ones_like(whole), where=whole > 0)
        of_each: np.ndarray = mix[which]
        return of_each

    def _left(self, days: np.ndarray) -> np.ndarray:
        """(days, needs) of people of each need who joined, the part that is left, against that of who leaves last."""
        left = np.ones((len(days), len(NEEDS)))
        for fact, rate in self._rates.items():
            if fact == "need":
                left *= np.exp(-np.diagonal(rate)[None, :] * days[:, None])
            else:
                left *= (self._joined[fact] * np.exp(-rate * days[:, None, None])).sum(2)
        at_least: np.ndarray = np.maximum(left, 1e-200)
        return at_least

    def tilted(self, fact: str, shares: np.ndarray, needs: np.ndarray, waited: np.ndarray) -> np.ndarray:
        """(n, words) of `shares` (words,) what is left by need code (n,) and days waited (n,)."""
        rate = self._rates[fact][needs]
        slowest = rate[:, shares > 0].min(1, keepdims=True)
        left = shares * np.exp(-(rate - slowest) * waited[:, None])
        of_each: np.ndarray = left / left.sum(1, keepdims=True)
        return of_each

    def tells(self, fact: str) -> bool:
        """Whether a fact other than the need goes with the time waited."""
        return fact in self._joined


def _shares(demand: Demand, fact: str) -> np.ndarray:
    """(words,) shares of a fact among those who join."""
    mix, ratio = demand.facts.get(fact), demand.rate_ratio.get(fact, {})
    if mix is None:
        certain: np.ndarray = np.eye(1, len(FACTS[fact]))[0]
        return certain
    weights = np.array([mix.shares.get(word, 0.0) * ratio.get(word, 1.0) for word in FACTS[fact]])
    shares: np.ndarray = weights / weights.sum()
    return shares
