"""Kind `delay`: time passes and nobody is needed (self-management, an asset, a report, a letter)."""

from typing import TYPE_CHECKING

import numpy as np

from sim.domain.pathway.kinds.delay import DelaySettings
from sim.engine.diary import Diary
from sim.engine.services.service import Service
from sim.engine.shapes import Process
from sim.engine.stays import Stays

if TYPE_CHECKING:
    from sim.domain.staff.job_plan import JobPlan
    from sim.engine.world import World

_ONE = np.array(1, np.uint16)


class Delay(Service):
    """No capacity, no list: whoever joins leaves when their time is up."""

    settings: DelaySettings

    def __init__(self, world: "World", name: str, settings: "DelaySettings", capacity: "JobPlan") -> None:
        super().__init__(world, name, settings, capacity)
        settings = self.settings  # as they are on day 0
        self._until = Diary(self.horizon)
        self._key = world.chance.key(f"{name}.days")
        self._stays = _stays(settings)
        self._met = np.zeros(world.n, np.uint16)

    def change(self, settings: "DelaySettings") -> None:  # type: ignore[override]
        super().change(settings)
        self._stays = _stays(settings)

    def queue(self, rows: np.ndarray, ready: int) -> None:
        """`ready` does not matter: the time starts on joining."""
        since = self.world.since[rows]
        if self._stays is None:
            days = int(self.settings.days)
            # The usual case; the people of a starting list come in the order of joining.
            if len(rows) and since[0] == since[-1]:
                first = int(since[0])
                self._until.put(max(first + days, 0, first + 1), rows, self.world.ticket[rows])
                return
            days = np.maximum(since + days, 0)
        else:
            met = self._met[rows]
            self._met[rows] = met + _ONE
            days = np.maximum(since + self._stays.drawn(self.world.uniforms(self._key, rows, met)), 0)
        # At least a night: a place with no time in it could be passed through again and again in one day.
        days = np.maximum(days, since + 1)
        self._until.spread(days, rows, self.world.ticket[rows])

    def run(self) -> Process:
        """Every morning: who is due goes on, and can be seen the same day."""
        env, world = self.world.env, self.world
        while True:
            day = int(env.now)
            page = self._until.take(day)
            if page is not None:
                rows, tickets = page
                rows = np.sort(rows[world.ticket[rows] == tickets])
                if len(rows):
                    self.leave_list(rows, day)
                    world.send(self, self.router.route(rows), day, day)
            yield env.timeout(1)


def _stays(settings: "DelaySettings") -> Stays | None:
    """None where all stay as many whole days. A part of a day is a day more for as many of them."""
    alike = not settings.lengths.vary and float(settings.days).is_integer()
    return None if alike else Stays(settings.lengths, settings.days)
