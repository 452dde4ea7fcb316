"""Rules compiled once to tables: a patient's facts -> a row of cumulative shares over places.

Facts are small integers, so a service's rules become one table (fact combination x place). Rules that
hold only in a state of the system give one table for each combination of conditions that is met.
"""

from dataclasses import dataclass

import numpy as np

from sim.domain.pathway import Rules
from sim.domain.words import FACTS, NO_YES

OTHERWISE = "otherwise"


def in_order(rules: Rules) -> dict:
    """Rules in the order they are tried: as written, `otherwise` last."""
    named = {name: rule for name, rule in rules.items() if name != OTHERWISE}
    return named | ({OTHERWISE: rules[OTHERWISE]} if OTHERWISE in rules else {})


def words_of(value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def known_facts(services) -> dict[str, tuple[str, ...]]:
    """Facts that a rule may ask about: those a patient is made with, and two of the patient's history."""
    return FACTS | {"came_from": ("door", *services), "referred_before": NO_YES}


@dataclass(frozen=True)
class RouteTable:
    """`cumulative` (combinations, places), `rule` (combinations,) code of the rule that matched."""

    facts: tuple[str, ...]
    strides: tuple[int, ...]
    places: tuple[str, ...]
    cumulative: np.ndarray
    rule: np.ndarray

    def choose(self, combination: np.ndarray, u: np.ndarray) -> np.ndarray:
        """Place codes (n,) for fact combinations (n,) and uniforms (n,)."""
        if len(self.places) == 1:
            return np.zeros(len(u), np.intp)
        return (u[:, None] >= self.cumulative[combination, :-1]).sum(1)


def compile_rules(rules: Rules, services, rule_codes: dict[str, int], holding: frozenset[str] = frozenset()) -> RouteTable:
    """The table of `rules`. `holding`: names of rules whose `only_while` condition is met now."""
    facts_known = known_facts(services)
    ordered = {n: r for n, r in in_order(rules).items() if r.only_while is None or n in holding}
    facts = tuple(f for f in facts_known if any(f in rule.when for rule in ordered.values()))
    sizes = [len(facts_known[f]) for f in facts]
    strides = tuple(int(np.prod(sizes[i + 1 :])) for i in range(len(sizes)))
    places = tuple(dict.fromkeys(p for rule in ordered.values() for p, share in rule.to.items() if share > 0))
    combinations = int(np.prod(sizes)) if sizes else 1
    grid = np.indices(sizes).reshape(len(sizes), -1) if sizes else np.zeros((0, 1), int)
    cumulative = np.zeros((combinations, len(places)))
    matched = np.full(combinations, -1, np.int16)
    for name, rule in ordered.items():
        fits = matched < 0
        for fact, value in rule.when.items():
            codes = [facts_known[fact].index(word) for word in words_of(value)]
            fits &= np.isin(grid[facts.index(fact)], codes)
        shares = np.array([rule.to.get(place, 0.0) for place in places])
        cumulative[fits] = np.cumsum(shares / shares.sum())
        matched[fits] = rule_codes[name]
    if len(places):
        cumulative[:, -1] = 1.0
    return RouteTable(facts, strides, places, cumulative, matched)


def matches(when: dict, columns: dict[str, np.ndarray]) -> np.ndarray:
    """(n,) bool: who fits `when` by the facts they were made with."""
    n = len(next(iter(columns.values())))
    fits = np.ones(n, bool)
    for fact, value in when.items():
        fits &= np.isin(columns[fact], [FACTS[fact].index(word) for word in words_of(value)])
    return fits
