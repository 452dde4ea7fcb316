"""Kind `delay`: time passes and nobody is needed (self-management, an asset, a report, a letter)."""

from dataclasses import dataclass
from typing import Literal

from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.quantities import Days


@dataclass(frozen=True)
class DelaySettings(ServiceSettings):
    """`days`: how long, fixed or exponential (rounded up to whole days); then people go by `routes`."""

    days: Days = 0.0
    spread: Literal["fixed", "exponential"] = "fixed"
