"""How typical one journey is: the same person over the replications, in words that count those who never arrive."""

import math
from collections import Counter
from dataclasses import dataclass

from sim.analysis.journey.journey import Journey

MIDDLE_80 = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Spread:
    """10th, 50th and 90th in a hundred of the replications; infinite where the person never got there."""

    low: float
    median: float
    high: float
    reached: int
    of: int


def spread(days: list[float | None]) -> Spread:
    """Of days over replications, each a value that was lived through; None counts as later than all."""
    ordered = sorted(math.inf if day is None else float(day) for day in days)
    values = (ordered[max(math.ceil(share * len(ordered) - 1e-9) - 1, 0)] for share in MIDDLE_80)
    return Spread(*values, reached=sum(day is not None for day in days), of=len(days))


def middle(journeys: list[Journey]) -> int:
    """The replication whose days to definitive care are the median one's; of equals the lowest number."""
    days = [math.inf if one.definitive_care is None else one.definitive_care for one in journeys]
    median = sorted(days)[(len(days) - 1) // 2]
    return journeys[days.index(median)].replication


def ends(journeys: list[Journey], labels: dict[str, str]) -> list[tuple[str, int]]:
    """(how it ended and where, in how many replications), the most frequent first. `labels`: service -> words."""
    counts = Counter(
        f"{one.end_words}: {labels.get(one.end_service, one.end_service)}" if one.end_service else one.end_words
        for one in journeys
    )
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def sooner(before: list[Journey], now: list[Journey], which: str) -> tuple[int, int, int]:
    """Replications in which the person got there sooner, later and as soon as `before`;
    never counts as later than any day."""
    days = [
        tuple(math.inf if getattr(one, which) is None else getattr(one, which) for one in pair)
        for pair in zip(before, now, strict=True)
    ]
    return sum(b < a for a, b in days), sum(b > a for a, b in days), sum(a == b for a, b in days)


def mean_ahead(journeys: list[Journey], which: str) -> float | None:
    """Mean over replications of the share of peers who got there sooner, where the person got there."""
    shares = [share for one in journeys if (share := getattr(one, f"ahead_{which}")) is not None]
    return math.fsum(shares) / len(shares) if shares else None
