"""Lists as they are published, month by month: who waits and for how long, who joined and who left."""

from dataclasses import dataclass

import numpy as np

ENGLAND = "england"
"""Whose a list is that all providers of England have together."""


@dataclass(frozen=True)
class PublishedMonth:
    """One published month of one list.

    `month`: "2026-06", at whose end people are counted. `edges`: (bands,) days waited above which each band begins,
    rising from 0; the first has those of 0 days too, the last is open. `waiting`: (bands,) people at the end of the
    month; `decided`: (bands,) of them those for whom admission is decided. `starts`: those who joined in the month;
    `stops`: (bands,) those who left with a clock stop, by days waited then; `admitted`: (bands,) of the stops those
    that were admissions. None where nobody says.
    """

    month: str
    edges: np.ndarray
    waiting: np.ndarray
    decided: np.ndarray | None = None
    starts: float | None = None
    stops: np.ndarray | None = None
    admitted: np.ndarray | None = None


@dataclass(frozen=True)
class Origin:
    """Where the numbers of a month stand: the file's name, its SHA-256, and the rows or cells in words."""

    file: str
    sha256: str
    where: str


@dataclass(frozen=True)
class PublishedList:
    """A list of one provider or place, month after month, no month twice; months may be missing between two.

    `name`: as in `start.lists` (`trauma_orthopaedics`, `rheumatology`, `spinal`, `community`, `imaging`); `whose`: the
    code of who publishes it, or ENGLAND; `origins`: month -> where it stands.
    """

    name: str
    whose: str
    months: tuple[PublishedMonth, ...]
    origins: dict[str, tuple[Origin, ...]]

    def unbroken(self) -> tuple[PublishedMonth, ...]:
        """The latest months of which each follows the one before, as a fit needs them."""
        found: list[PublishedMonth] = []
        for month in reversed(self.months):
            if found and next_month(month.month) != found[-1].month:
                break
            found.append(month)
        return tuple(reversed(found))


def next_month(month: str) -> str:
    """ "2026-01" after "2025-12"."""
    year, number = map(int, month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02d}"
