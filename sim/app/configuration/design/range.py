"""A factor that runs from one number to another."""

from dataclasses import dataclass
from decimal import Decimal
from math import floor, log10
from typing import Annotated

from annotated_types import Ge, Le

from sim.app.configuration.points import MOST_POINTS
from sim.domain.faults import Fault
from sim.domain.settings import Settings


@dataclass(frozen=True)
class Range(Settings):
    """From `low` to `high`: in steps, both ends among them, or any value between."""

    low: Annotated[float, Ge(-1e12), Le(1e12)]
    high: Annotated[float, Ge(-1e12), Le(1e12)]
    step: Annotated[float, Ge(0), Le(1e12)] | None = None

    def faults(self, where: str, in_steps: bool) -> list[Fault]:
        """What does not go together; `in_steps`: any value between is not in order."""
        if self.low > self.high:
            return [Fault(where, "its low is above its high", "low < high")]
        if self.low == self.high:
            return [
                Fault(
                    where,
                    "its low is its high",
                    "a factor has two values at least; one alone is an override of the command",
                )
            ]
        if self.step is None:
            return (
                [
                    Fault(
                        where,
                        "has no step",
                        f"{{low: {self.low:g}, high: {self.high:g}, step: ...}}, or a list of values",
                    )
                ]
                if in_steps
                else []
            )
        if self.step == 0:
            return [Fault(f"{where}.step", "is too small", "more than 0")]
        low, high, step = _exact(self.low), _exact(self.high), _exact(self.step)
        if (high - low) % step:
            last = low + (high - low) // step * step
            return [
                Fault(
                    f"{where}.step",
                    "does not lead from its low to its high",
                    f"high: {float(last or last + step):g} or {float(last + step):g}, or another step",
                )
            ]
        if (high - low) / step >= MOST_POINTS:
            return [Fault(f"{where}.step", f"makes more than {MOST_POINTS:,} values", "a larger step")]
        return []

    def levels(self) -> tuple[str, ...]:
        """The values of a range with a step; whole numbers where low and step are."""
        low, step = _exact(self.low), _exact(self.step)
        values = [low + place * step for place in range(int((_exact(self.high) - low) / step) + 1)]
        whole = low == int(low) and step == int(step)
        return tuple(str(int(value)) if whole else repr(float(value)) for value in values)

    def at(self, share: float) -> str:
        """The value at this share of the way, to a millionth of it."""
        digits = max(0, 6 - floor(log10(self.high - self.low)))
        return repr(min(self.high, max(self.low, round(self.low + share * (self.high - self.low), digits))))


def _exact(value: float) -> Decimal:
    """As it is written: 0.1 is a tenth."""
    return Decimal(repr(value))
