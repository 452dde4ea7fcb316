"""Kind `drop_in`: people walk in, or ring, within opening hours and wait some minutes for the next clinician.

The one kind where minutes matter: one SimPy process a visit. Everything that is drawn for a visit is keyed by the
person and by how often they have come here, before the visit begins.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le

from sim.domain.pathway.capacity import Capacity, OpenDays
from sim.domain.pathway.kinds.kind import PriorityClass, ServiceSettings
from sim.domain.pathway.rules import Rules
from sim.domain.quantities import Minutes


@dataclass(frozen=True)
class DropInSettings(ServiceSettings):
    """Settings of a drop-in. Who joins comes the same day if it is still open, at any minute of what is left of it.

    `hours`: `["10:00", "16:00"]`, or `always`, which runs across midnight. At closing time nobody else is let in; who is
    inside is seen. `visit_minutes`: mean length, `fixed`, `exponential` or `lognormal` with `length_cv`.
    `gives_up_after_minutes`: mean patience, exponential; 0: nobody gives up. Who does goes by `after_giving_up`.
    """

    capacity: Capacity = field(default_factory=Capacity)
    open_days: OpenDays = "working_days"
    hours: Literal["always"] | tuple[str, str] = ("09:00", "17:00")
    visit_minutes: Minutes = 15.0
    spread: Literal["fixed", "exponential", "lognormal"] = "fixed"
    length_cv: Annotated[float, Ge(0), Le(3)] = 0.0
    gives_up_after_minutes: Annotated[float, Ge(0), Le(100_000)] = 0.0
    priority: dict[str, PriorityClass] = field(default_factory=dict)
    after_giving_up: Rules = field(default_factory=dict)
