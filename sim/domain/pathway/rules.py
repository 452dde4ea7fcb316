"""Rules that send people on: maps, first match wins, `otherwise` is always last whatever its place."""

import datetime
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le

from sim.domain.quantities import Share
from sim.domain.settings import Settings

FactWord = str | tuple[str, ...]


@dataclass(frozen=True)
class While(Settings):
    """A registered condition: on the state of the system (`list_over` people, or `wait_over_weeks` of those seen last,
    or `expected_wait_over_weeks` of who would join, at `service`),
    or on the day: `after` an ISO `date`, from that day on, or `before` it, until the day before."""

    condition: Literal["list_over", "wait_over_weeks", "expected_wait_over_weeks", "after", "before"]
    service: str | None = None
    threshold: Annotated[float, Ge(0), Le(100_000_000)] | None = None
    date: str | None = None

    @property
    def dated(self) -> bool:
        """Whether it is known beforehand on which days it holds."""
        return self.condition in ("after", "before")

    def may_hold(self, today: datetime.date) -> bool:
        """Whether it holds on a day, as far as that day decides it."""
        if not self.dated or self.date is None:
            return True
        return (today >= datetime.date.fromisoformat(self.date)) == (self.condition == "after")


@dataclass(frozen=True)
class Rule(Settings):
    """`when`: fact -> word or words (all must hold); `to`: place -> share (adds to 1).

    The place `next` passes a share on to the rules that follow. Rules are tried by `rank`, then as written.
    """

    to: dict[str, Share]
    when: dict[str, FactWord] = field(default_factory=dict)
    only_while: While | None = None
    rank: Annotated[int, Ge(-1000), Le(1000)] = 0


Rules = dict[str, Rule]


@dataclass(frozen=True)
class Through(Settings):
    """A single point of access, `service`, for referrals of people who fit `when` (nothing: of everybody left)."""

    service: str
    when: dict[str, FactWord] = field(default_factory=dict)
