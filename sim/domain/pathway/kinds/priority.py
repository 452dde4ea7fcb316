"""Priority classes: whose turn is before whose on one list."""

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, Gt, Le

from sim.domain.pathway.rules import FactWord
from sim.domain.quantities import Minutes, Share, WholeDays
from sim.domain.settings import Settings


@dataclass(frozen=True)
class PriorityClass(Settings):
    """People whose facts match go into this class; classes are served in the order they are written, the one without
    `when` last.

    `earliest_notice_days`: the clinic's own if absent. `slots_share`: this class's own part of the slots for new
    people, which no other class may use (lists kept apart, such as anatomical ones); given to all classes or to none.
    `minutes`: mean length of a first visit (at a drop-in of any) of this class, in place of the service's own.
    `slots_released_days_before`: so many days before, slots that nobody of this class has taken are open to the others
    (0: on the day); never if absent.

    With `points_per_week` on any class the order is by points instead: `points` + `points_per_week` x weeks waited.
    Where people are drawn by weeks waited, classes with a `chance` are drawn together, each person with this times the
    chance of their weeks; the classes without one keep their order.
    """

    when: dict[str, FactWord] = field(default_factory=dict)
    earliest_notice_days: WholeDays | None = None
    points: Annotated[float, Ge(-1e6), Le(1e6)] = 0.0
    points_per_week: Annotated[float, Ge(0), Le(1e6)] = 0.0
    chance: Annotated[float, Gt(0), Le(1_000)] | None = None
    slots_share: Share | None = None
    slots_released_days_before: WholeDays | None = None
    minutes: Minutes | None = None


def in_class_order(priority: dict[str, PriorityClass]) -> dict[str, PriorityClass]:
    """Classes in the order in which they are served: as written, and last the one that takes everybody who is left."""
    named = {name: one for name, one in priority.items() if one.when}
    return named | {name: one for name, one in priority.items() if not one.when}
