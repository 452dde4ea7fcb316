"""Counts of real people, so that nobody is known by them: 1 to 7 is a star, what is more is rounded to 5."""

from collections.abc import Mapping, Sequence

import numpy as np

FEWEST = 8
"""Of fewer people than these no number is told."""
TO = 5


def rounded(people: np.ndarray) -> np.ndarray:
    """Counts of nobody, or of FEWEST people and more, to the nearest 5."""
    return np.floor(people / TO + 0.5) * TO


def few(people: np.ndarray) -> np.ndarray:
    """Whether counts are of too few people to be told."""
    return (people > 0) & (people < FEWEST)


def wide_enough(edges: np.ndarray, *counts: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Bands so wide that in each of them every one of `counts` (bands,) is of nobody or of FEWEST people at least.

    A band of too few joins the next shorter one, the first the next longer. One band of too few is left with nobody.
    """
    table, starts = np.stack(counts), np.arange(len(edges))
    while True:
        sums = np.add.reduceat(table, starts, axis=1)
        wrong = np.flatnonzero(few(sums).any(axis=0))
        if not len(wrong):
            return edges[starts], tuple(map(rounded, sums))
        if len(starts) == 1:
            return edges[:1], tuple(np.where(few(one), 0.0, rounded(one)) for one in sums)
        starts = np.delete(starts, wrong[-1] if wrong[-1] > 0 else 1)


def starred(counts: Mapping[str, float]) -> dict[str, int | None]:
    """Word -> count to the nearest 5, None for a star. No star stands alone, or what all add to would give it away."""
    stars = {word for word, people in counts.items() if 0 < people < FEWEST}
    others = sorted((people, word) for word, people in counts.items() if people >= FEWEST)
    if len(stars) == 1 and others:
        stars.add(others[0][1])
    return {word: None if word in stars else int(rounded(np.array(people))) for word, people in counts.items()}


def shown(count: int | None) -> str:
    """ "*" of a star."""
    return "*" if count is None else f"{count:,}"


def told(people: Sequence[object] | int) -> str:
    """How many rows, in words that give nobody away."""
    many = people if isinstance(people, int) else len(people)
    return "fewer than 8" if many < FEWEST else f"about {int(rounded(np.array(float(many)))):,}"
