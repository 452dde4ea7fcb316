"""Kind `delay`: time passes and nobody is needed (self-management, an asset, a report, a letter)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from sim.domain.faults import Fault
from sim.domain.lengths import LengthRange, Lengths, Spread, Variation
from sim.domain.pathway.kinds.kind import ServiceSettings, UnitCost
from sim.domain.pathway.kinds.settings_from import DelayFrom
from sim.domain.quantities import Days, Share


@dataclass(frozen=True)
class DelaySettings(ServiceSettings):
    """`days`: how long, on average, in whole days; then people go by `routes`."""

    days: Days = 0.0
    spread: Spread = "fixed"
    length_cv: Variation = 0.0
    length_range: LengthRange = ()
    length_shares: dict[str, Share] = field(default_factory=dict)
    later: dict[str, DelayFrom] = field(default_factory=dict)

    only_time: ClassVar[bool] = True
    shape: ClassVar[tuple[str, str]] = ("round", "time passes, no capacity")
    asked_words: ClassVar[str] = "turned to {}"

    def changes(self) -> dict[str, DelayFrom]:
        return self.later

    @property
    def lengths(self) -> Lengths:
        return Lengths(self.spread, self.length_cv, self.length_range, self.length_shares)

    def faults(self, where: str) -> Iterator[Fault]:
        yield from self.lengths.faults(where)

    def unit_costs(
        self, visit: Callable[[bool, str], float], held: Callable[[int], float], room: Callable[[float], float]
    ) -> Iterator[UnitCost]:
        yield from ()

    def capacity_words(self, scale: float) -> str:
        return f"{'about ' if self.lengths.vary else ''}{self.days:g} days"

    def left_words(self, label: str, came: int, missed: int, after: str, over: bool) -> str:
        return f"nothing further after {label}; the episode is over" if over else f"after {label}, on to"
