"""What is known to happen to a list: a validation drive, a closed theatre, a list that is transferred."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.flows.month import LONGEST
from sim.analysis.flows.rates import DAYS_A_WEEK

VALIDATION, CLOSED, TRANSFER = "validation", "closed", "transfer"
KINDS = (VALIDATION, CLOSED, TRANSFER)


@dataclass(frozen=True)
class Event:
    """`month`, and for one that lasts `to` too: "2025-03". `share`: of those who have waited `from_weeks`, a validation
    takes off so many when the month begins; a closure has so many fewer leave while it lasts. `people`: those whom a
    transfer brings (or takes, below 0) when the month begins, who have waited as the list has. `list`: whose; all if
    none is named."""

    kind: str
    month: str
    to: str = ""
    list: str = ""
    share: float = 0.0
    from_weeks: float = 0.0
    people: float = 0.0

    def holds(self, month: str) -> bool:
        return self.month <= month <= (self.to or self.month)


@dataclass(frozen=True)
class Effect:
    """Of a month: `kept` (days waited,) of those who wait when it begins; `rates` (steps,) what rates of leaving are
    multiplied by; `people` who come, spread as the list is."""

    kept: np.ndarray
    rates: np.ndarray
    people: float

    @classmethod
    def of(cls, events: Sequence[Event], month: str, weeks: np.ndarray) -> "Effect":
        kept, rates, people = np.ones(LONGEST), np.ones(len(weeks)), 0.0
        for event in (one for one in events if one.holds(month)):
            if event.kind == VALIDATION:
                kept[np.arange(LONGEST) > event.from_weeks * DAYS_A_WEEK] *= 1 - event.share
            elif event.kind == CLOSED:
                rates[weeks >= event.from_weeks] *= 1 - event.share
            else:
                people += event.people
        return cls(kept, rates, people)

    def on(self, people: np.ndarray) -> np.ndarray:
        """(days waited, ...) those who wait when the month begins, after it."""
        left = (people.T * self.kept).T
        whole = left.sum(axis=0)
        return left * np.maximum(1 + self.people / np.maximum(whole, 1e-9), 0)


def past(events: Sequence[Event], months: Sequence[str]) -> list[str]:
    """Those of `months` in which an event was: a fit leaves them out."""
    return [month for month in months if any(event.holds(month) for event in events)]
