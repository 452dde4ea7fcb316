"""A list as it is published at the end of a month, with what is told of those who joined and left in it."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

LONGEST = 1_500
"""Days waited that are told apart; who has waited longer stands with those of so many."""


@dataclass(frozen=True)
class ListMonth:
    """One published month of one list.

    `working`: (days of the month,) bool, the days on which people join and are called. `edges`: (bands,) days waited
    above which each band begins, rising from 0; the first has those of 0 days too, the last is open. `waiting`:
    (bands,) people at the end of the month. `starts`: those who joined in it, None where nobody says; `stops`:
    (bands,) those who left with a stop, by days waited then, None where nobody says; `admitted`: (bands,) of the
    stops those that were admissions, and `decided`: (bands,) of those waiting those for whom admission is decided.
    """

    name: str
    working: np.ndarray
    edges: np.ndarray
    waiting: np.ndarray
    starts: float | None = None
    stops: np.ndarray | None = None
    admitted: np.ndarray | None = None
    decided: np.ndarray | None = None

    @property
    def days(self) -> int:
        return len(self.working)


def band_of(edges: np.ndarray) -> np.ndarray:
    """(days waited,) the band in which people of 0, 1, ... days are published."""
    return np.maximum(edges.searchsorted(np.arange(LONGEST), "left") - 1, 0)


def spread(edges: np.ndarray, people: np.ndarray, reach: int) -> np.ndarray:
    """(days waited,) people of bands (bands,), each band with as many as it has, thinning out smoothly from one to the
    next; the open one reaches so many days beyond its edge."""
    up_to = np.concatenate([[-1.0], np.floor(edges[1:]), [min(edges[-1] + reach, LONGEST - 1)]])
    added = PchipInterpolator(up_to, np.concatenate([[0.0], np.cumsum(people)]))
    by_day = np.zeros(LONGEST)
    last = int(up_to[-1])
    by_day[: last + 1] = np.maximum(np.diff(added(np.arange(-1, last + 1))), 0.0)
    return by_day


def banded(by_day: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """(bands,) people of (days waited,) as they are published."""
    return np.bincount(band_of(edges), weights=by_day, minlength=len(edges))
