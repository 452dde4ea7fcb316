"""Rules compiled once to tables: a patient's facts -> a row of cumulative shares over places.

Facts are small integers, so a service's rules become one table (fact combination x place). Rules that
hold only in a state of the system give one table for each combination of conditions that is met.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.domain.pathway.rules import FactWord, Rule, Rules, Through
from sim.domain.words import ALL_FACTS, CALLED, NEXT, NO_YES

if TYPE_CHECKING:
    from sim.domain.pathway.kinds.kind import ServiceSettings

OTHERWISE = "otherwise"
_ALMOST_ONE = 1 - 1e-10


def in_order(rules: Rules) -> Rules:
    """Rules in the order they are tried: by rank, then as written; `otherwise` last."""
    named = sorted(((name, rule) for name, rule in rules.items() if name != OTHERWISE), key=lambda item: item[1].rank)
    return dict(named) | ({OTHERWISE: rules[OTHERWISE]} if OTHERWISE in rules else {})


def ways_in(services: "Mapping[str, ServiceSettings]", place: str) -> tuple[Through, ...]:
    """Where a referral by primary care to `place` really goes: by the first of these whose `when` fits the person.
    Single points of access, if it has some, and the place itself for everybody left."""
    service = services.get(place)
    found = [] if service is None else service.access
    for number, one in enumerate(found):
        if not one.when:
            return tuple(found[: number + 1])
    return (*found, Through(place))


def through(services: "Mapping[str, ServiceSettings]", place: str) -> set[str]:
    """Every place to which a referral by primary care to `place` may really go."""
    return {one.service for one in ways_in(services, place)}


def words_of(value: FactWord) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def known_facts(services: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Facts that a rule may ask about: those a patient is made with, and three of the patient's history."""
    return ALL_FACTS | {"came_from": ("door", *services), "referred_before": NO_YES, "called": CALLED}


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

    def choose(self, combination: int | np.ndarray, u: np.ndarray) -> np.ndarray:
        """Cells (n,) for fact combinations (n,), or one for all, and uniforms (n,)."""
        cells: np.ndarray = self.cumulative.searchsorted(combination + np.minimum(u, _ALMOST_ONE), "right")
        return cells


def compile_rules(
    rules: Rules,
    services: "Mapping[str, ServiceSettings]",
    rule_codes: dict[str, int],
    primary: bool = False,
    holding: frozenset[str] = frozenset(),
) -> RouteTable:
    """The table of `rules`.

    `services`: name -> settings; `primary`: whether primary care decides, so that single points of access apply;
    `holding`: names of the rules whose `only_while` condition is met now.
    """
    facts_known = known_facts(services)
    ordered = {n: r for n, r in in_order(rules).items() if r.only_while is None or n in holding}
    target = {place: ways_in(services, place) if primary else (Through(place),) for place in _sent_to(ordered)}
    ways = [one for some in target.values() for one in some]
    facts = _asked((*ordered.values(), *ways), facts_known)
    sizes = [len(facts_known[f]) for f in facts]
    strides = tuple(int(np.prod(sizes[i + 1 :])) for i in range(len(sizes)))
    combinations, grid = _combined(sizes)
    words = {fact: (facts_known[fact], grid[i]) for i, fact in enumerate(facts)}
    fits = {name: _fit(rule.when, words, combinations) for name, rule in ordered.items()}
    places = tuple(dict.fromkeys(one.service for one in ways))
    column = {place: _column(some, places, words, combinations) for place, some in target.items()}
    shares, sent_by = _claimed(ordered, fits, column, len(places), rule_codes)
    place = np.tile(np.arange(len(places), dtype=np.int16), combinations)
    return RouteTable(facts, strides, places, _raised(shares), place, sent_by.ravel())


def _asked(those: Iterable[Rule | Through], known: Iterable[str]) -> tuple[str, ...]:
    """The facts that some of them ask about, in the order in which they are known."""
    asked = {fact for one in those for fact in one.when}
    return tuple(fact for fact in known if fact in asked)


def _combined(sizes: list[int]) -> tuple[int, np.ndarray]:
    """How many combinations there are of facts with so many words each, and codes of words (facts, combinations)."""
    if not sizes:
        return 1, np.zeros((0, 1), int)
    return int(np.prod(sizes)), np.indices(sizes).reshape(len(sizes), -1)


def _sent_to(rules: Rules) -> list[str]:
    """Places that rules name, in their order."""
    return [place for rule in rules.values() for place, share in rule.to.items() if share > 0 and place != NEXT]


def _column(
    ways: tuple[Through, ...], places: tuple[str, ...], words: dict[str, tuple[tuple[str, ...], np.ndarray]], n: int
) -> np.ndarray:
    """(combinations,) column of `places` to which each is sent: the first of `ways` that fits counts."""
    column = np.zeros(n, int)
    for one in reversed(ways):
        column[_fit(one.when, words, n)] = places.index(one.service)
    return column


def _claimed(
    ordered: Rules, fits: dict[str, np.ndarray], column: dict[str, np.ndarray], places: int, rule_codes: dict[str, int]
) -> tuple[np.ndarray, np.ndarray]:
    """(combinations, places) shares, and codes of the rules that first send anybody there, -1 where none does.

    `fits`: rule -> (combinations,) bool, for whom it is; `column`: place that rules name -> (combinations,) column.
    """
    combinations = len(next(iter(fits.values()), np.ones(1)))
    shares, sent_by = np.zeros((combinations, places)), np.full((combinations, places), -1, np.int16)
    left = np.ones(combinations)  # the share that no rule has claimed yet
    for name, rule in ordered.items():
        here, whole = np.flatnonzero((left > 0) & fits[name]), sum(rule.to.values())
        for place, share in rule.to.items():
            if place == NEXT or share <= 0:
                continue
            to = column[place][here]
            shares[here, to] += left[here] * (share / whole)
            fresh = sent_by[here, to] < 0
            sent_by[here[fresh], to[fresh]] = rule_codes[name]
        left[here] *= rule.to.get(NEXT, 0.0) / whole
    return shares, sent_by


def _fit(when: dict[str, FactWord], words: dict[str, tuple[tuple[str, ...], np.ndarray]], n: int) -> np.ndarray:
    """(combinations,) bool: for whom a rule is. `words`: fact -> (its words, (combinations,) codes)."""
    fits = np.ones(n, bool)
    for fact, value in when.items():
        known, codes = words[fact]
        fits &= np.isin(codes, [known.index(word) for word in words_of(value)])
    return fits


def _raised(shares: np.ndarray) -> np.ndarray:
    """(cells,) upper edges of shares (combinations, places), end to end, those of combination c raised by c."""
    cumulative = np.cumsum(shares, axis=1)
    if shares.shape[1]:
        cumulative /= np.maximum(cumulative[:, -1:], 1e-300)
        # The last place that is open to a combination ends at 1, whatever the rounding.
        cumulative[cumulative > 1 - 1e-12] = 1.0
    return (cumulative + np.arange(len(shares))[:, None]).ravel()


def matches(
    when: Mapping[str, FactWord],
    columns: Mapping[str, np.ndarray],
    words: Mapping[str, tuple[str, ...]] = ALL_FACTS,
) -> np.ndarray:
    """(n,) bool: who fits `when` by the facts in `columns`, whose words are `words`."""
    n = len(next(iter(columns.values())))
    fits = np.ones(n, bool)
    for fact, value in when.items():
        fits &= np.isin(columns[fact], [words[fact].index(word) for word in words_of(value)])
    return fits
