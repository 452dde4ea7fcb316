"""Rules compiled once to tables: a patient's facts -> a row of cumulative shares over places.

Facts are small integers, so a service's rules become one table (fact combination x place). Rules that
hold only in a state of the system give one table for each combination of conditions that is met.
"""

from dataclasses import dataclass

import numpy as np

from sim.domain.pathway.rules import Rules
from sim.domain.words import CALLED, FACTS, NEXT, NO_YES

OTHERWISE = "otherwise"
_ALMOST_ONE = 1 - 1e-10


def in_order(rules: Rules) -> dict:
    """Rules in the order they are tried: by rank, then as written; `otherwise` last."""
    named = sorted(((name, rule) for name, rule in rules.items() if name != OTHERWISE), key=lambda item: item[1].rank)
    return dict(named) | ({OTHERWISE: rules[OTHERWISE]} if OTHERWISE in rules else {})


def through(services, place: str) -> str:
    """Where a referral by primary care to `place` really goes: its single point of access, if it has one."""
    service = services.get(place)
    return place if service is None or service.referrals_through is None else service.referrals_through


def words_of(value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def known_facts(services) -> dict[str, tuple[str, ...]]:
    """Facts that a rule may ask about: those a patient is made with, and three of the patient's history."""
    return FACTS | {"came_from": ("door", *services), "referred_before": NO_YES, "called": CALLED}


@dataclass(frozen=True)
class RouteTable:
    """A cell is a combination of facts and a place: their shares, end to end.

    `cumulative` (cells,) upper edges, those of combination c raised by c: one search finds combination and place
    together; `place` (cells,) code of the place, `rule` (cells,) code of the rule that sends people there.
    """

    facts: tuple[str, ...]
    strides: tuple[int, ...]
    places: tuple[str, ...]
    cumulative: np.ndarray
    place: np.ndarray
    rule: np.ndarray

    def choose(self, combination, u: np.ndarray) -> np.ndarray:
        """Cells (n,) for fact combinations (n,), or one for all, and uniforms (n,)."""
        return self.cumulative.searchsorted(combination + np.minimum(u, _ALMOST_ONE), "right")


def compile_rules(
    rules: Rules, services, rule_codes: dict[str, int], primary=False, holding: frozenset[str] = frozenset()
) -> RouteTable:
    """The table of `rules`.

    `services`: name -> settings; `primary`: whether primary care decides, so that single points of access apply;
    `holding`: names of the rules whose `only_while` condition is met now.
    """
    facts_known = known_facts(services)
    ordered = {n: r for n, r in in_order(rules).items() if r.only_while is None or n in holding}
    facts = tuple(f for f in facts_known if any(f in rule.when for rule in ordered.values()))
    sizes = [len(facts_known[f]) for f in facts]
    strides = tuple(int(np.prod(sizes[i + 1 :])) for i in range(len(sizes)))

    def target(place: str) -> str:
        return through(services, place) if primary else place

    used = (target(p) for rule in ordered.values() for p, share in rule.to.items() if share > 0 and p != NEXT)
    places = tuple(dict.fromkeys(used))
    combinations = int(np.prod(sizes)) if sizes else 1
    grid = np.indices(sizes).reshape(len(sizes), -1) if sizes else np.zeros((0, 1), int)
    shares = np.zeros((combinations, len(places)))
    sent_by = np.full((combinations, len(places)), -1, np.int16)
    left = np.ones(combinations)  # the share that no rule has claimed yet
    for name, rule in ordered.items():
        fits = left > 0
        for fact, value in rule.when.items():
            codes = [facts_known[fact].index(word) for word in words_of(value)]
            fits &= np.isin(grid[facts.index(fact)], codes)
        whole = sum(rule.to.values())
        for place, share in rule.to.items():
            if place == NEXT or share <= 0:
                continue
            column = places.index(target(place))
            shares[fits, column] += left[fits] * (share / whole)
            fresh = fits & (sent_by[:, column] < 0)
            sent_by[fresh, column] = rule_codes[name]
        left[fits] *= rule.to.get(NEXT, 0.0) / whole
    cumulative = np.cumsum(shares, axis=1)
    if len(places):
        cumulative /= np.maximum(cumulative[:, -1:], 1e-300)
        # The last place that is open to a combination ends at 1, whatever the rounding.
        cumulative[cumulative > 1 - 1e-12] = 1.0
    raised = (cumulative + np.arange(combinations)[:, None]).ravel()
    place = np.tile(np.arange(len(places), dtype=np.int16), combinations)
    return RouteTable(facts, strides, places, raised, place, sent_by.ravel())


def matches(when: dict, columns: dict[str, np.ndarray], words=FACTS) -> np.ndarray:
    """(n,) bool: who fits `when` by the facts in `columns`, whose words are `words`."""
    n = len(next(iter(columns.values())))
    fits = np.ones(n, bool)
    for fact, value in when.items():
        fits &= np.isin(columns[fact], [words[fact].index(word) for word in words_of(value)])
    return fits
