"""What every kind of service is to the others: a place that can be joined, and a SimPy process."""

from typing import TYPE_CHECKING

import numpy as np

from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.people.demand import StartPlace
from sim.domain.words import DETAIL, LISTED
from sim.engine import kernels
from sim.engine.pace import Pace
from sim.engine.router import Onward, Router
from sim.engine.services.changes import change_on, changes_of
from sim.engine.shapes import Process
from sim.engine.world import OVER

if TYPE_CHECKING:
    from sim.domain.pathway.rules import Rules
    from sim.domain.staff.job_plan import JobPlan
    from sim.engine.world import World


class Service:
    """A place on the pathway. A kind adds how time is spent there.

    `queue` takes in who joins, with `world.ticket[rows]`: whose ticket has changed since has left the list. `run` sees
    people: it writes what happens to the log (the end of a wait with the day since when), calls `leave_list`, sends
    them on by `world.send(self, self.router.route(rows), ...)`, and closes each day with `record_day`; where only time
    passes, nobody is seen and no day is closed. Further rules have a router of their own, made once by `onward`. What
    chance decides is `world.uniforms(key, rows, occasion)`: `key` made once by `world.chance.key`, `occasion` each
    person's times so far.

    `waiting`: people on the list for a first visit; `days` and `evenings`: for each clinic day (day, slots
    offered, used, missed), and who still waits at its end; `minutes`: of each clinic day that is counted in minutes,
    those that came fresh, those there were with what was kept, and those seen.
    """

    mean_days_waited_at_start = 0.0  # what is known of the wait before anybody has been seen
    pace: Pace | None = None  # how fast its list moves, where rules ask
    joined_today = 0  # since last evening, for rules that ask how long the list is
    last_evening = (0, 0.0)  # waiting and last_wait_days, for rules that ask: the order within a day must not matter

    def __init__(self, world: "World", name: str, settings: "ServiceSettings", capacity: "JobPlan") -> None:
        self.world, self.name, self.settings = world, name, settings.as_of(world.calendar.start)
        for day, later in changes_of(settings, world.calendar):
            world.env.process(change_on(self, day, later))
        self.code = world.service_names.index(name)
        self.primary = settings.setting == "primary"
        self.horizon = world.calendar.horizon
        self.waiting = 0
        self.days: list[tuple[int, int, int, int]] = []
        self.minutes: list[tuple[float, float, float]] = []
        self.evenings: list[int] = []
        self._may_exit, self._accrues = bool(world.exits.any[self.code]), bool(world.exits.accrues[self.code])
        self.router = self.onward(settings.routes, name)

    def onward(self, rules: "Rules", decision: str) -> Router | Onward:
        """The rules by which people go on from here; draws are keyed by `decision`."""
        world, settings = self.world, self.settings
        router = Router(world, rules, f"{decision}.route", self.primary)
        relapse = world.pathway.recurrence.ratio_after.get(self.name)
        if not settings.calls_urgent and relapse is None:
            return router
        return Onward(router, world, decision, self.code, settings, relapse)

    @property
    def last_wait_days(self) -> float:
        """How long those seen first last had waited, in days, for rules that ask."""
        return self.mean_days_waited_at_start

    def join(self, rows: np.ndarray, day: int, ready: int, detail: int, since: np.ndarray | None = None) -> None:
        """People join the list on `day`; they may be seen from `ready` on.
        `since` (n,): where an earlier wait counts."""
        world = self.world
        world.place[rows] = self.code
        world.since[rows] = day if since is None else since
        if world.backdates:
            world.joined[rows] = day
            if self.settings.keeps_place and detail != DETAIL["called_for_review"]:
                world.kept[rows] = world.since[rows]
        world.write(day, self.code, LISTED, detail, rows, since)
        self.waiting += len(rows)
        self.joined_today += len(rows)
        if self._may_exit:
            world.exits.join(rows, self.code, day)
        self.queue(rows, ready)

    def change(self, settings: "ServiceSettings") -> None:
        """Other settings from today on; people keep their place. A kind adds what depends on them."""
        self.settings = settings

    def asked_again(self, rows: np.ndarray) -> None:
        """What people on the list are has changed: a kind whose list depends on it asks for it again."""

    def leave_list(self, rows: np.ndarray, day: int, for_good: bool = False) -> None:
        """People no longer wait here, whatever the reason; `for_good`: nor will they anywhere in this episode."""
        world = self.world
        kernels.new_tickets(rows, world.ticket)
        self.waiting -= len(rows)
        if self._accrues and not for_good:
            world.exits.leave(rows, self.code, day)

    def place_at_start(self, rows: np.ndarray, days: np.ndarray, place: StartPlace) -> None:
        """The starting list: people who have waited since `days` (negative), in the order of joining."""
        world = self.world
        order = np.argsort(days, kind="stable")
        rows, days = rows[order], days[order]
        world.place[rows] = self.code
        world.came_from[rows] = self.code + 1
        if not self.primary:
            world.referred[rows] = 1
        if place.in_course:
            room = self.room_in_course()
            self.continue_course(rows[:room], place)
            rows, days = rows[room:], days[room:]
        world.since[rows] = world.joined[rows] = world.kept[rows] = days
        edges = np.flatnonzero(days[1:] != days[:-1]) + 1
        for some, since in zip(
            np.split(rows, edges), days[np.r_[0, edges]].tolist() if len(days) else (), strict=False
        ):
            world.write(since, self.code, LISTED, DETAIL["starting_list"], some)
        if len(rows):
            before = self.mean_days_waited_at_start * self.waiting
            self.mean_days_waited_at_start = (before - float(days.sum())) / (self.waiting + len(rows))
        self.waiting += len(rows)
        if self._may_exit:
            world.exits.join(rows, self.code, 0)
        self.queue_at_start(rows, days)

    def record_day(self, day: int, offered: int, used: int, missed: int) -> None:
        """A row of the `clinics` table. Who waits is counted in the evening,
        when every service has sent its people on."""
        self.days.append((day, offered, used, missed))
        self.world.open_today.append(self)

    def queue_at_start(self, rows: np.ndarray, days: np.ndarray) -> None:
        """People who joined on `days` before the first (n,)."""
        self.queue(rows, 0)

    def queue(self, rows: np.ndarray, ready: int) -> None:
        raise NotImplementedError(f"{type(self).__name__} has no list")

    def start_course(self, rows: np.ndarray, day: int) -> None:
        """Rules have chosen a course of follow-ups here."""
        raise NotImplementedError(f"{type(self).__name__} has no course")

    def still_due(self) -> np.ndarray:
        """(people, 2) int64: row and day due, of follow-ups that are due when the run ends and have not been held."""
        return np.zeros((0, 2), np.int64)

    def room_in_course(self) -> int:
        """How many people can be in the middle of their visits when the clock starts; the others wait."""
        return self.world.n

    def continue_course(self, rows: np.ndarray, place: StartPlace) -> None:
        """People who are in the middle of their visits when the clock starts."""
        raise NotImplementedError(f"{type(self).__name__} has no course")

    def run(self) -> Process:
        """The SimPy process."""
        raise NotImplementedError(type(self).__name__)


__all__ = ["OVER", "Service"]
