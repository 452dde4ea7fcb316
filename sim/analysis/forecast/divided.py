"""What a fit says of those who leave: with a stop or without, by weeks waited, and who is called; with intervals."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.flows.chances import Chances, span
from sim.analysis.flows.month import banded
from sim.analysis.flows.passage import Passage
from sim.analysis.flows.rates import NOISE, Rates, sharpness
from sim.analysis.flows.stops import StopsOf, shares_stopped
from sim.analysis.forecast.fitted import Fitted

DRAWS, SEED = 200, 16
FEWEST = 25


@dataclass(frozen=True)
class Divided:
    """`rates` at the last month; `chances` of it, and of `drawn` fits; all by `weeks` waited, (steps,)."""

    rates: Rates
    chances: Chances
    drawn: tuple[Chances, ...]

    @property
    def weeks(self) -> np.ndarray:
        return self.chances.weeks

    def ends(self, what: str) -> tuple[np.ndarray, np.ndarray]:
        """(low, high) of 95% of `called` or `removed`."""
        return span([getattr(one, what) for one in self.drawn])


def divided(fit: Fitted) -> Divided:
    """Steps in which few people wait are one with the step before; nobody leaves at less than no rate."""
    stopped = _stopped(fit)
    working = float(np.concatenate([month.working for month in fit.months]).mean())
    people = np.mean([banded(one, fit.steps) for one in fit.lists[1:]], axis=0)
    step = _steps(people)
    chance = np.random.default_rng(SEED)
    values, vectors = np.linalg.eigh(fit.covariance[: len(fit.weeks), : len(fit.weeks)])
    off = chance.standard_normal((DRAWS, len(values))) * np.sqrt(np.maximum(values, 0)) @ vectors.T
    rates = _rates(fit, fit.leaving, stopped, people, step)
    drawn = tuple(
        Chances.of(_rates(fit, fit.leaving + one, stopped, people, step), np.bincount(step, people), working)
        for one in off
    )
    return Divided(rates, Chances.of(rates, np.bincount(step, people), working), drawn)


def _rates(fit: Fitted, leaving: np.ndarray, stopped: np.ndarray | None, people: np.ndarray, step: np.ndarray) -> Rates:
    out = np.maximum(leaving, 0)
    there = np.maximum(np.bincount(step, people), 1e-9)
    together = np.bincount(step, people * out) / there
    weeks = np.array([fit.weeks[step == one][0] for one in range(step[-1] + 1)])
    if stopped is None:
        return Rates(weeks, together, None, fit.starts)
    stops = np.bincount(step, people * out * stopped) / there
    return Rates(weeks, together, np.divide(stops, together, out=np.ones(len(weeks)), where=together > 0), fit.starts)


def _steps(people: np.ndarray) -> np.ndarray:
    """(steps,) the place of each among those that are kept: of one with few people, that of the one before."""
    kept = [0]
    for one in range(1, len(people)):
        if people[kept[-1] : one].sum() >= FEWEST and people[one:].sum() >= FEWEST:
            kept.append(one)
    return np.array(kept).searchsorted(np.arange(len(people)), "right") - 1


def _stopped(fit: Fitted) -> np.ndarray | None:
    if any(month.stops is None for month in fit.months[1:]):
        return None
    out, used = np.maximum(fit.leaving, 0), [m for m, weight in enumerate(fit.weights) if weight > 0]
    parts = []
    for m in used:
        month = fit.months[m + 1]
        passage = Passage.of(fit.lists[m], month, fit.steps)
        parts.append(StopsOf.of(month, passage, fit.steps, sharpness(month.stops, NOISE)))
    return shares_stopped(parts, out, fit.starts[used], fit.weights[used])
