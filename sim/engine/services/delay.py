"""Kind `delay`: time passes and nobody is needed (self-management, an asset, a report, a letter)."""

from typing import TYPE_CHECKING

import numpy as np

from sim.domain.pathway.kinds.delay import DelaySettings
from sim.engine.diary import Diary
from sim.engine.lengths import drawn
from sim.engine.services.service import Service
from sim.engine.shapes import Process

if TYPE_CHECKING:
    from sim.domain.staff.job_plan import JobPlan
    from sim.engine.world import World

_ONE = np.array(1, np.uint16)


class Delay(Service):
    """No capacity, no list: whoever joins leaves when their time is up."""

    settings: DelaySettings

    def __init__(self, world: "World", name: str, settings: "DelaySettings", capacity: "JobPlan") -> None:
        super().__init__(world, name, settings, capacity)
        self._until = Diary(self.horizon)
        names = {"length": "days", "length_too": "days_too", "length_kind": "days_kind"}
        self._keys = {what: world.chance.key(f"{name}.{word}") for what, word in names.items()}
        self._lengths = settings.lengths
        self._met = np.zeros(world.n, np.uint16)

    def queue(self, rows: np.ndarray, ready: int) -> None:
        """`ready` does not matter: the time starts on joining."""
        since = self.world.since[rows]
        if not self._lengths.vary:
            days = round(self.settings.days)
            # The usual case; the people of a starting list come in the order of joining.
            if len(rows) and since[0] == since[-1]:
                first = int(since[0])
                self._until.put(max(first + days, 0, first + 1), rows, self.world.ticket[rows])
                return
            days = np.maximum(since + days, 0)
        else:
            met = self._met[rows]
            self._met[rows] = met + _ONE
            stays = self.settings.days * drawn(
                self._lengths, len(rows), lambda what: self.world.uniforms(self._keys[what], rows, met)
            )
            whole = np.ceil(stays) if self.settings.spread == "exponential" else np.rint(stays)
            days = np.maximum(since + whole.astype(np.int64), 0)
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
