"""Facts of people: keyed draws of each person's own id, so that one more person changes nobody else."""

from typing import NamedTuple

import numpy as np

from sim.domain.chance import Chance
from sim.domain.people.demand import Demand, FactMix
from sim.domain.people.survivors import Survivors
from sim.domain.words import ALL_FACTS, FACTS, NEEDS, OWN_FACTS

Codes = dict[str, np.ndarray]
"""Fact -> code of its word of each person (n,)."""


class Waited(NamedTuple):
    """Of people on a starting list: days waited (n,), and what these say of who they are."""

    days: np.ndarray
    survivors: Survivors


def _cumulative(shares: dict[str, float], words: tuple[str, ...]) -> np.ndarray:
    weights = np.array([shares.get(word, 0.0) for word in words])
    return np.cumsum(weights / weights.sum())


def _pick(cumulative: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Codes by inverse of the cumulative shares (k,) or of each person's own row (n, k)."""
    if cumulative.ndim == 1:
        return np.minimum(np.searchsorted(cumulative, u, side="right"), len(cumulative) - 1).astype(np.int8)
    codes: np.ndarray = np.minimum((u[:, None] >= cumulative).sum(1), cumulative.shape[1] - 1).astype(np.int8)
    return codes


def _tilted(mix: FactMix, ratio: dict[str, float], words: tuple[str, ...]) -> FactMix:
    if not ratio:
        return mix
    return FactMix(shares={word: mix.shares.get(word, 0.0) * ratio.get(word, 1.0) for word in words})


def shares_of(demand: Demand, fact: str) -> np.ndarray | None:
    """(words,) what part of those who present has each word of a fact; None of one that is not known of the place."""
    mix, words = demand.facts.get(fact), ALL_FACTS[fact]
    if mix is None:
        return None
    if mix.given is None:
        return np.diff(_cumulative(_tilted(mix, demand.rate_ratio.get(fact, {}), words).shares, words), prepend=0.0)
    given = shares_of(demand, mix.given)
    if given is None:
        return None
    rows = [np.diff(_cumulative(mix.shares_given[word], words), prepend=0.0) for word in FACTS[mix.given]]
    marginal: np.ndarray = given @ np.array(rows)
    return marginal


def _draw_fact(
    name: str, mix: FactMix | None, known: Codes, chance: Chance, ids: np.ndarray, ratio: dict[str, float]
) -> np.ndarray:
    words = ALL_FACTS[name]
    if mix is None:
        return np.zeros(len(ids), np.int8)
    u = chance.uniforms(f"fact.{name}", ids)
    if mix.given is None:
        return _pick(_cumulative(_tilted(mix, ratio, words).shares, words), u)
    codes = np.zeros(len(ids), np.int8)
    given = known[mix.given]
    for code, word in enumerate(FACTS[mix.given]):
        of_word = np.flatnonzero(given == code)
        if len(of_word):
            codes[of_word] = _pick(_cumulative(mix.shares_given[word], words), u[of_word])
    return codes


def made_with(demand: Demand) -> list[str]:
    """The facts that people are made with, in the order in which they are known."""
    return [*FACTS, *(name for name in OWN_FACTS if name in demand.facts)]


def _region_given_need(demand: Demand) -> FactMix | None:
    """Bayes: the regions of people whose need is known first (lists, other doors)."""
    region, need = demand.facts.get("region"), demand.facts.get("need")
    if region is None or need is None or need.given != "region":
        return region
    regions = FACTS["region"]
    table = {
        word: {r: region.shares.get(r, 0.0) * need.shares_given[r].get(word, 0.0) for r in regions} for word in NEEDS
    }
    overall = {r: max(region.shares.get(r, 0.0), 1e-12) for r in regions}
    return FactMix(given="need", shares_given={w: t if sum(t.values()) > 0 else overall for w, t in table.items()})


def draw_facts(
    demand: Demand,
    chance: Chance,
    ids: np.ndarray,
    needs: dict[str, float] | None,
    given: dict[str, str] | None = None,
    waited: Waited | None = None,
) -> Codes:
    """name -> codes (n,). `needs`: shares of needs where they are known first; `given`: fact -> the word that all
    have."""
    facts: Codes = {}
    order = made_with(demand)
    mixes: dict[str, FactMix | None] = dict(demand.facts)
    if needs is not None:
        order = ["need", "region", *[name for name in order if name not in ("need", "region")]]
        mixes |= {"need": FactMix(shares=needs), "region": _region_given_need(demand)}
    for name in order:
        if given and name in given:
            facts[name] = np.full(len(ids), ALL_FACTS[name].index(given[name]), np.int8)
            continue
        ratio = demand.rate_ratio.get(name, {})
        rows = None if waited is None else _by_wait(name, mixes.get(name), facts, waited, ratio)
        if rows is None:
            facts[name] = _draw_fact(name, mixes.get(name), facts, chance, ids, ratio)
        else:
            facts[name] = _pick(np.cumsum(rows, axis=1), chance.uniforms(f"fact.{name}", ids))
    return facts


def _by_wait(
    name: str, mix: FactMix | None, known: Codes, waited: Waited, ratio: dict[str, float]
) -> np.ndarray | None:
    """(n, words) shares of a fact that goes with the time waited; None of any other."""
    if name == "need" and mix is not None:
        return waited.survivors.needs(mix.shares, waited.days)
    if mix is None or not waited.survivors.tells(name):
        return None
    shares = np.diff(_cumulative(_tilted(mix, ratio, FACTS[name]).shares, FACTS[name]), prepend=0.0)
    return waited.survivors.tilted(name, np.maximum(shares, 0.0), known["need"], waited.days)
