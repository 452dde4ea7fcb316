"""Extra clinics: slots on days of their own, some of them only for those who have waited long enough."""

from collections.abc import KeysView, Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.services.day_time import DayTime, Filled

if TYPE_CHECKING:
    from sim.domain.pathway.capacity import ExtraClinic
    from sim.engine.services.courses import DueQueue
    from sim.engine.services.new_list import NewList
    from sim.engine.world import World


class ExtraClinics:
    """The extra clinics of one clinic, by day."""

    def __init__(self, world: "World", settings: "Mapping[str, ExtraClinic]") -> None:
        self._held: dict[int, list[tuple[int, float]]] = {}  # day -> (slots, weeks that people must have waited)
        for extra in settings.values():
            for day, slots in extra.slots_by_day(world.calendar, world.scale).items():
                self._held.setdefault(day, []).append((slots, extra.waited_over_weeks))

    @property
    def days(self) -> KeysView[int]:
        """Days on which there is one."""
        return self._held.keys()

    def fill(self, day: int, time: DayTime, new: "NewList", due: "DueQueue") -> tuple[Filled, int]:
        """Who is called to those of a day, and how many slots they have.

        Each is for those who have waited long enough for it; what first visits leave of one that is for everybody goes
        to follow-ups that are due.
        """
        called, again, slots, offered = [], [], 0, 0
        for held, weeks in self._held[day]:
            called.append(new.call_long_waiters(held, 7 * weeks))
            time.book_slots(called[-1])
            free = held - len(called[-1])
            again.append(time.follow_ups_in(free if not weeks else 0, due))
            slots += held
            offered += held + max(len(again[-1]) - free, 0)
        return Filled(np.concatenate(again), np.concatenate(called), offered), slots
