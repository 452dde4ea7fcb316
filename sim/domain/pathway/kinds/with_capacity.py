"""What the kinds have in common that need staff, slots or places."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from sim.domain.numerals import few
from sim.domain.pathway.capacity import Capacity
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.rules import Rules

if TYPE_CHECKING:
    from sim.domain.staff.job_plan import JobPlan


@dataclass(frozen=True)
class WithCapacity(ServiceSettings):
    """A service whose time comes from somewhere."""

    capacity: Capacity = field(default_factory=Capacity)

    ways: ClassVar[tuple[str, ...]] = ("slots_per_day", "slots_per_week")
    """How its capacity may be given beside `staff`; the first is the plain one."""
    slot_words: ClassVar[str] = "slots"
    speed_counts: ClassVar[bool] = False
    """How fast somebody is makes a difference; elsewhere sessions have a fixed length."""

    @property
    def provided(self) -> Capacity | None:
        return self.capacity

    @classmethod
    def stand_in(cls, kind: str, routes: Rules) -> Self:
        return cls(kind=kind, routes=routes).with_room_for(1.0)

    def with_room_for(self, people: float) -> Self:
        given: dict[str, Any] = {self.ways[0]: people}
        return replace(self, capacity=Capacity(**given))

    def capacity_words(self, scale: float) -> str | None:
        given = self.capacity
        for number, what in (
            (given.slots_per_day, f"{self.slot_words} a day"),
            (given.slots_per_week, f"{self.slot_words} a week"),
            (given.places, "places"),
            (given.clinicians, "clinicians"),
        ):
            if number is not None:
                return f"{few(number * scale)} {what}"
        return None

    def no_rooms(self, staffed: bool) -> str:
        """Why it cannot be said how many rooms it has, `staffed` or not; empty if it can."""
        return "" if staffed else "slots given directly say already what there is room for"

    # --- sessions in rooms ----------------------------------------------------------------------------------

    def roomed(self, plan: "JobPlan") -> np.ndarray | float:
        """(days,) part of its staff's sessions that there are rooms for; 1 where rooms are not said."""
        return plan.room_for(self.capacity, self.pattern)

    def room_sessions(self, plan: "JobPlan") -> np.ndarray:
        """(days,) sessions that it holds in its rooms on each day."""
        held = plan.staff_sessions(self.capacity, self.pattern) * plan.room_for(self.capacity, self.pattern)
        found: np.ndarray = np.multiply(held, plan.open(self.capacity, self.pattern))
        return found
