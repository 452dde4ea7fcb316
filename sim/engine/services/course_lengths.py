"""How many follow-ups a course has, and how many are left of one that somebody is found in the middle of."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.domain.pathway.visits import FollowUps

MOST = 200


class CourseLengths:
    """Numbers of follow-ups by a service's settings, from uniform draws."""

    def __init__(self, settings: "FollowUps") -> None:
        self._mean, self._spread = settings.mean_visits, settings.spread
        self._edges: np.ndarray | None = None
        self._left: np.ndarray | None = None
        if self._spread == "poisson":
            self._edges = _poisson_edges(self._mean)
            at_least = 1 - np.concatenate([[0.0], self._edges])[1:-1]  # P(N >= 1), P(N >= 2), ...
            self._left = np.cumsum(at_least) / max(at_least.sum(), 1e-300)

    def drawn(self, u: np.ndarray) -> np.ndarray:
        """(n,) follow-ups of courses that begin."""
        if self._spread == "fixed":
            return np.full(len(u), round(self._mean), np.int16)
        if self._edges is not None:
            visits: np.ndarray = self._edges.searchsorted(u, "right").astype(np.int16)
            return visits
        return _geometric(u, self._mean)

    def left(self, u: np.ndarray) -> np.ndarray:
        """(n,) follow-ups left, 1 or more, of people found in a course on a day like any other.

        Long courses are met more often than short ones, and anywhere in them: P(r left) = P(N >= r) / E[N]. Where
        courses have no follow-ups one is left.
        """
        if self._spread == "fixed":
            left = np.floor(u * round(self._mean))
        elif self._left is not None:
            left = np.minimum(self._left.searchsorted(u, "right"), MOST)
        else:
            left = _geometric(u, self._mean)
        return (1 + left).astype(np.int16) if self._mean > 0 else np.ones(len(u), np.int16)


def _poisson_edges(mean: float) -> np.ndarray:
    """The cumulative Poisson distribution (k,), to be inverted."""
    top = int(mean + 10 * mean**0.5 + 10)
    terms = np.exp(-mean) * np.cumprod(np.concatenate([[1.0], mean / np.arange(1, top)]))
    return np.cumsum(terms)


def _geometric(u: np.ndarray, mean: float) -> np.ndarray:
    """0, 1, 2, ... with the given mean."""
    if mean <= 0:
        return np.zeros(len(u), np.int16)
    found: np.ndarray = np.minimum(np.floor(np.log1p(-u) / np.log(mean / (1 + mean))), MOST).astype(np.int16)
    return found
