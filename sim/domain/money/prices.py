"""Prices: what is bought besides staff time, and what an hour of staff costs over its pay."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Le

from sim.domain.quantities import Money, Ratio, Share
from sim.domain.settings import Settings
from sim.domain.words import Clinician

if TYPE_CHECKING:  # services are asked what they are, which is no circle when a program runs
    from sim.domain.pathway.kinds.kind import ServiceSettings


@dataclass(frozen=True)
class Procedure(Settings):
    """Something done at a `share` of the attended visits to `service`, or to every service where a `clinician` meets
    people (at first visits only, unless said otherwise), for `gbp` each.

    Nobody is drawn to have it: its cost is share x visits x price. The time that it takes is the visit's.
    """

    share: Share
    gbp: Money
    service: str | None = None
    clinician: Clinician | None = None
    first_visits_only: bool = True

    def done_at(self, services: Mapping[str, "ServiceSettings"]) -> tuple[str, ...]:
        """The services at which it is done; by clinician, those of the pathway where people meet one, if any."""
        if self.service is not None:
            return (self.service,)
        return tuple(
            name
            for name, one in services.items()
            if one.clinician == self.clinician and one.contact and not one.only_time
        )


@dataclass(frozen=True)
class Prices(Settings):
    """`per_visit_gbp`: service -> pounds of each attended visit besides staff time; `procedures`: what is done at a
    part of the visits.

    `on_costs_share_of_pay` (employer's National Insurance and pension) and `overheads_share_of_pay` (management,
    premises,
    equipment) are added to the pay of staff groups with `pay_per_hour_gbp`, and split what an hour at a band costs in
    all.
    """

    price_year: Annotated[int, Ge(1990), Le(2100)] = 2023
    per_visit_gbp: dict[str, Money] = field(default_factory=dict)
    procedures: dict[str, Procedure] = field(default_factory=dict)
    on_costs_share_of_pay: Ratio = 0.0
    overheads_share_of_pay: Ratio = 0.0

    def cost_over_pay(self) -> float:
        """What an hour at work costs in all for each pound of pay."""
        return 1 + self.on_costs_share_of_pay + self.overheads_share_of_pay
