"""A hospital list has two doors: a clinic, which ends a wait or decides on an admission, and the theatre after it.

One clock runs over both, so a stop says neither how long somebody waited for the clinic nor for the theatre. What is
published of it: of those waiting, for whom admission is decided (Part 2A), by weeks on the clock; of the stops, which
were admissions (Part 1A). From these the rates at each door follow by weeks on the *clock*, if lists are near balance.
What nobody publishes is how long ago the decision was, and whether somebody undecided has been seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.analysis.flows.month import LONGEST
from sim.analysis.flows.rates import DAYS_A_WEEK, Rates

AROUND = 10
"""Days on either side of an edge over which the people who pass it are averaged."""
ROUNDS = 50


@dataclass(frozen=True)
class Stages:
    """By steps of weeks on the clock: `clinic`: of the undecided, who leave by a stop or by a decision, a working day;
    `theatre`: of the decided, who are admitted, a working day; `decided`: the share of those waiting for whom it is.

    `short`: (steps,) bool, where fewer decisions would be needed than none, or more admissions than there are stops.
    """

    clinic: np.ndarray
    theatre: np.ndarray
    decided: np.ndarray
    short: np.ndarray


def decided_by_day(by_weeks: Mapping[str, float], by_day: np.ndarray) -> np.ndarray:
    """(days waited,) share decided, from shares of wide bands (weeks from which -> share): rising evenly between the
    mean waits of the people of each band, of whom `by_day` (days waited,) are."""
    first = np.array(sorted(float(weeks) * DAYS_A_WEEK for weeks in by_weeks))
    shares = np.array([by_weeks[word] for word in sorted(by_weeks, key=float)])
    band = np.maximum(first.searchsorted(np.arange(LONGEST), "left") - 1, 0)
    people = np.maximum(by_day, 1e-12)
    middle = np.bincount(band, weights=people * np.arange(LONGEST)) / np.bincount(band, weights=people)
    return np.interp(np.arange(LONGEST), middle, shares)


def staged(
    by_day: np.ndarray, rates: Rates, decided: np.ndarray, admitted: float | np.ndarray, working: float
) -> Stages:
    """The rates at both doors, of a list of (days waited,) people that is near balance.

    `decided`: (days waited,) the share for whom admission is decided; `admitted`: the share of stops that are
    admissions, (steps,) or one for all, which then are taken to come alike from all who are decided; `working`: working
    days a day. The decided are removed like the others.
    """
    edges = np.minimum((rates.weeks * DAYS_A_WEEK).astype(int), LONGEST - 1)
    on_both, theirs = np.add.reduceat(by_day, edges), np.add.reduceat(by_day * decided, edges)
    stops = rates.stops * on_both
    admissions = stops * admitted if np.ndim(admitted) else _alike(theirs, stops, float(admitted))
    smooth = np.convolve(by_day * decided, np.full(2 * AROUND + 1, 1 / (2 * AROUND + 1)), "same")
    passing = np.concatenate([[0.0], smooth[edges[1:]], [0.0]])
    decisions = np.diff(passing) / working + admissions + rates.removals * theirs
    short = (decisions < 0) | (admissions > stops + 1e-9)
    leaving = np.maximum(stops - admissions, 0) + np.maximum(decisions, 0)
    share = np.divide(theirs, on_both, out=np.zeros(len(edges)), where=on_both > 0)
    return Stages(_over(leaving, on_both - theirs), _over(admissions, theirs), share, short)


def level(
    by_day: np.ndarray, rates: Rates, decided: np.ndarray, admitted: float, weeks: float, working: float
) -> float:
    """What `decided` is multiplied by so that as many are decided as are admitted in so many `weeks`."""
    edges = np.minimum((rates.weeks * DAYS_A_WEEK).astype(int), LONGEST - 1)
    a_day = admitted * working * (rates.stops * np.add.reduceat(by_day, edges)).sum()
    return float(a_day * weeks * DAYS_A_WEEK / (by_day @ decided))


def _alike(theirs: np.ndarray, stops: np.ndarray, admitted: float) -> np.ndarray:
    """(steps,) admissions, in proportion to the decided, but no more than there are stops."""
    wanted, found = admitted * stops.sum(), np.zeros(len(stops))
    for _ in range(ROUNDS):
        room = np.where(found < stops, theirs, 0.0)
        if wanted - found.sum() <= 1e-9 or room.sum() <= 0:
            break
        found = np.minimum(stops, found + room * (wanted - found.sum()) / room.sum())
    return found


def _over(flow: np.ndarray, people: np.ndarray) -> np.ndarray:
    return np.divide(flow, people, out=np.zeros(len(flow)), where=people > 0)
