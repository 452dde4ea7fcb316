"""A difference between a scenario and its comparator, and how sure it is."""

from dataclasses import dataclass

from sim.analysis.words.amounts import verdict
from sim.analysis.words.indicator import HEADLINE
from sim.analysis.words.side import SETTLES


@dataclass(frozen=True)
class Gap:
    """A difference with the 95% interval of its mean over `count` replications; NaN where it is not known."""

    mean: float
    low: float
    high: float
    count: int

    def verdict(self) -> str:
        return verdict(HEADLINE, self.mean, self.low, self.high, self.count)

    def differs_from(self, other: "Gap") -> bool:
        """Whether the answer is another one: the two intervals exclude each other, and not by size alone. Never by
        few replications."""
        if min(self.count, other.count) < SETTLES:
            return False
        apart = self.high < other.low or other.high < self.low
        return apart and self.verdict() != other.verdict()


Gaps = dict[str, dict[float, Gap]]
"""Assumption -> end of its range -> scenario less comparator there; `AS_IT_IS` has one end, 0."""
