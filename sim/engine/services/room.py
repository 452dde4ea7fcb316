"""The clinicians of a drop-in and the line before them: SimPy's resource with priorities, for a number that changes."""

from bisect import insort
from operator import attrgetter
from typing import Any, ClassVar

import simpy
from simpy.resources.resource import PriorityRequest


class Line(list[Any]):
    """Who waits, in order. SimPy sorts its own line again at every request; here each finds their place."""

    def append(self, request: Any) -> None:
        insort(self, request, key=attrgetter("key"))


class Room(simpy.PriorityResource):
    """Clinicians, whose number changes from day to day. Who is being seen is not interrupted."""

    PutQueue: ClassVar[Any] = Line

    def staff(self, clinicians: int) -> None:
        """So many are there from now on."""
        self._capacity = clinicians
        while self.put_queue and len(self.users) < clinicians:
            self._trigger_put(None)

    def ask(self, priority: int, patience: float) -> PriorityRequest:
        """A request for a clinician: `triggered` at once if one is free. Its value is True if patience (days; 0: no end
        to it) ended first, and then there is nothing to release."""
        request = self.request(priority)
        if patience and not request.triggered:
            self._env.timeout(patience).callbacks.append(lambda _: _give_up(request))
        return request


def _give_up(request: PriorityRequest) -> None:
    """The end of somebody's patience, unless their turn has come."""
    if not request.triggered:
        request.cancel()
        request.succeed(True)
