"""How people of every day waited are published: in bands, which other bands than weeks are cut from."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from sim.analysis.flows.month import LONGEST
from sim.analysis.flows.rates import DAYS_A_WEEK


def seen(edges: np.ndarray) -> np.ndarray:
    """(bands, days waited) the part of the people of each day that each band has, adding to 1 over bands.

    Lists are counted by whole weeks. A band that ends within a week, as those of months do, was cut from weeks, whose
    people were spread evenly over their seven days: so are they here. `edges`: (bands,) days waited, rising from 0.
    """
    return _seen(tuple(float(edge) for edge in edges))


@lru_cache(maxsize=256)
def _seen(edges: tuple[float, ...]) -> np.ndarray:
    week = np.maximum(np.ceil(np.arange(LONGEST) / DAYS_A_WEEK), 1)  # the first has those of 0 days too
    low, high = (week - 1) * DAYS_A_WEEK, week * DAYS_A_WEEK
    ends = [*edges[1:], np.inf]
    parts = [np.clip(np.minimum(high, to) - np.maximum(low, begin), 0, None) for begin, to in zip(edges, ends)]
    found = np.array(parts) / DAYS_A_WEEK
    found.setflags(write=False)
    return found


def together(edges: np.ndarray, wide: Sequence[float]) -> np.ndarray:
    """(wide bands, bands) 0 or 1: which of the bands of `edges` each of those that begin at `wide` holds."""
    place = np.maximum(np.asarray(wide).searchsorted(np.asarray(edges) + 1e-9, "right") - 1, 0)
    return (place[None, :] == np.arange(len(wide))[:, None]).astype(float)
