"""How lengths of visits, calls and stays vary about their mean: what is said of it, and what cannot be.

Spreads give a shape; the mean stands beside them. A table of kinds (`shares`) and a spread multiply: with `fixed` the
table is an empirical distribution, with `exponential` a mixture of exponentials.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le

from sim.domain.faults import Fault

Spread = Literal["fixed", "exponential", "lognormal", "gamma", "uniform", "triangular"]
Variation = Annotated[float, Ge(0), Le(3)]
LengthRange = tuple[Annotated[float, Ge(0), Le(36_525)], ...]

WITH_CV = ("lognormal", "gamma")
RANGES = {
    "uniform": (2, "[5, 25]: the shortest and the longest"),
    "triangular": (3, "[5, 10, 30]: the most common too"),
}
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Lengths:
    """`cv`: standard deviation over the mean; `between`: shortest and longest, and the most common between them;
    `shares`: length of a kind, as a word -> share. Only ratios of the lengths count in the last two."""

    spread: Spread = "fixed"
    cv: float = 0.0
    between: tuple[float, ...] = ()
    shares: dict[str, float] = field(default_factory=dict)

    @property
    def vary(self) -> bool:
        return self.spread != "fixed" or bool(self.shares)

    # --- what cannot be -------------------------------------------------------------------------------------

    def faults(self, where: str, key: str = "spread") -> Iterator[Fault]:
        """A spread has what it needs, and nothing that it does not use; kinds add up. `key`: what says the spread."""
        said = "geometric" if (self.spread, key) == ("exponential", "stay_spread") else self.spread
        if self.spread in WITH_CV and self.cv == 0:
            yield Fault(
                f"{where}.length_cv",
                f"is missing, and {key}: {self.spread} asks for it",
                "spread of the length over its mean: 0.6",
            )
        if self.spread not in WITH_CV and self.cv > 0:
            yield Fault(
                f"{where}.length_cv",
                f"says nothing without {key}: lognormal or gamma",
                f"0, as {key} is {said}",
            )
        yield from self._range_faults(f"{where}.length_range", key)
        if self.shares:
            yield from self._kind_faults(f"{where}.length_shares")

    def _range_faults(self, where: str, key: str) -> Iterator[Fault]:
        if self.spread not in RANGES:
            if self.between:
                yield Fault(where, f"says nothing without {key}: uniform or triangular", "leave it out")
            return
        many, right = RANGES[self.spread]
        between = self.between
        if len(between) != many:
            yield Fault(where, f"is not {many} lengths, and {key}: {self.spread} asks for them", right)
        elif list(between) != sorted(between) or between[0] == between[-1]:
            yield Fault(where, "does not go from the shortest to the longest", right)

    def _kind_faults(self, where: str) -> Iterator[Fault]:
        wrong = [word for word in self.shares if not _is_length(word)]
        for word in wrong:
            yield Fault(f"{where}.{word[:20]}", "is not a length above 0", 'a number in quotes: "12.5"')
        total = sum(self.shares.values())
        if abs(total - 1) > TOLERANCE:
            yield Fault(where, f"the shares add to {total:.6g}, not 1", f"change them by {1 - total:+.6g} in all")


def _is_length(word: str) -> bool:
    try:
        return 0 < float(word) <= 36_525
    except ValueError:
        return False
