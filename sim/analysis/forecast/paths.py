"""A list months ahead: the likely one, and paths on which what is not known is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.flows.month import ListMonth
from sim.analysis.flows.passage import Passage, aged, exposure
from sim.analysis.forecast.events import Effect, Event
from sim.analysis.forecast.fitted import LEAST, TREND_KEPT, Fitted
from sim.analysis.forecast.seen import seen
from sim.analysis.forecast.starts import Joiners

TOTAL_KEPT = 0.5
"""Of the change that flows make of a list's total: lists move less than their last months say, since somebody acts."""
WALK = 0.5
"""Of month-to-month noise (variance), which stays; the rest is of its month alone."""
PATHS, SEED = 500, 16


@dataclass(frozen=True)
class Ahead:
    """`months`: whose ends are told; `likely`: (months, bands) people; `paths`: (paths, months, bands), which may be
    below 0 where few wait: bands are put together first."""

    months: tuple[ListMonth, ...]
    likely: np.ndarray
    paths: np.ndarray

    def within(self, share: float) -> tuple[np.ndarray, np.ndarray]:
        """(months, bands) low and high ends between which so large a share of paths lies."""
        low, high = np.percentile(np.maximum(self.paths, 0), [50 - 50 * share, 50 + 50 * share], axis=0)
        return low, high


def likely(
    fit: Fitted, months: Sequence[ListMonth], starts: Sequence[float], events: Sequence[Event] = ()
) -> list[np.ndarray]:
    """(days waited,) people at the end of each of `months`, undamped."""
    people, found = fit.lists[-1], []
    for place, (month, come) in enumerate(zip(months, starts, strict=True)):
        effect = Effect.of(events, month.name, fit.weeks)
        rates = fit.leaving * np.exp(fit.moving * moved(place)) * effect.rates
        people = Passage.of(effect.on(people), month, fit.steps).stayed(come, rates)
        found.append(people)
    return found


def moved(place: int) -> float:
    """How many months of its movement a rate has made in the month of that place ahead."""
    return sum(TREND_KEPT ** (one + 1) for one in range(place + 1))


def damped(totals: np.ndarray, now: float) -> np.ndarray:
    """(months,) what a list is multiplied by so that its total keeps a part of its change."""
    return (now + TOTAL_KEPT * (totals - now)) / np.maximum(totals, 1e-9)


def ahead(
    fit: Fitted,
    months: Sequence[ListMonth],
    told: Sequence[float] | None = None,
    paths: int = PATHS,
    events: Sequence[Event] = (),
) -> Ahead:
    """`told`: (months,) starts in each, where they are known; `events`: that are known, which change a list by what
    they do, undamped. Chance is the same at every call."""
    starts = Joiners.of(fit)
    spread = starts.spread if told is None else 0.0
    come = np.array(told if told is not None else starts.likely(months), float)
    people = likely(fit, months, come)
    bands = [seen(month.edges) for month in months]
    now = float(fit.months[-1].waiting.sum())
    keep = damped(np.array([one.sum() for one in people]), now)
    changed = likely(fit, months, come, events) if events else people
    best = np.array([k * (part @ one) for k, part, one in zip(keep, bands, changed)])
    return Ahead(tuple(months), best, _drawn(fit, list(zip(months, come, keep)), spread, paths, events))


def _drawn(
    fit: Fitted,
    months: Sequence[tuple[ListMonth, float, float]],
    spread: float,
    paths: int,
    events: Sequence[Event],
) -> np.ndarray:
    """`months`: each with its starts, and what its list is multiplied by."""
    bands = len(months[0][0].edges)
    chance, steps = np.random.default_rng(SEED), len(fit.weeks)
    told = fit.counted + 1  # months that tell how wide noise is, and what is usual as one more
    wide = np.sqrt(told / chance.chisquare(told, (paths, 1)))
    numbers = np.concatenate([fit.leaving, fit.moving])
    values, vectors = np.linalg.eigh(fit.covariance)
    drawn = numbers + wide * chance.standard_normal((paths, 2 * steps)) * np.sqrt(np.maximum(values, 0)) @ vectors.T
    leaving, moving = np.maximum(drawn[:, :steps], LEAST), drawn[:, steps:]
    rates_off = wide * walk(chance, (paths, len(months)), fit.noise.together)
    starts_off = wide * walk(chance, (paths, len(months)), spread)
    band_off = wide * chance.standard_normal((paths, bands))
    people = np.repeat(fit.lists[-1][:, None], paths, axis=1)
    found = np.empty((paths, len(months), bands))
    for place, (month, come, keep) in enumerate(months):
        effect = Effect.of(events, month.name, fit.weeks)
        rates = leaving * np.exp(moving * moved(place) + rates_off[:, place, None]) * effect.rates
        joining = Passage.of(fit.lists[-1], month, fit.steps).joining
        people = aged(effect.on(people), month.days) + joining[:, None] * (come * np.exp(starts_off[:, place]))
        people = people * np.exp(-exposure(month.working, fit.steps) @ rates.T)
        there = keep * (seen(month.edges) @ people).T
        found[:, place] = there + band_off * fit.noise.of_counts(there)
    return found


def walk(chance: np.random.Generator, size: tuple[int, int], spread: float) -> np.ndarray:
    """(paths, months) by how much a month is out, as a logarithm: in part of its own, in part as a walk."""
    own, steps = chance.standard_normal(size), chance.standard_normal(size)
    return spread * (np.sqrt(1 - WALK) * own + np.sqrt(WALK) * steps.cumsum(axis=1))
