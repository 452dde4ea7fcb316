"""Kind `delay`: time passes and nobody is needed (self-management, an asset, a report, a letter)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from sim.domain.pathway.kinds.kind import ServiceSettings, UnitCost
from sim.domain.quantities import Days


@dataclass(frozen=True)
class DelaySettings(ServiceSettings):
    """`days`: how long, fixed or exponential (rounded up to whole days); then people go by `routes`."""

    days: Days = 0.0
    spread: Literal["fixed", "exponential"] = "fixed"

    only_time: ClassVar[bool] = True
    shape: ClassVar[tuple[str, str]] = ("round", "time passes, no capacity")
    asked_words: ClassVar[str] = "turned to {}"

    def unit_costs(
        self, visit: Callable[[bool], float], held: Callable[[int], float], room: Callable[[float], float]
    ) -> Iterator[UnitCost]:
        yield from ()

    def capacity_words(self, scale: float) -> str:
        return f"{'about ' if self.spread == 'exponential' else ''}{self.days:g} days"

    def left_words(self, label: str, came: int, missed: int, after: str, over: bool) -> str:
        return f"nothing further after {label}; the episode is over" if over else f"after {label}, on to"
