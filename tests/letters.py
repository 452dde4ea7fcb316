"""A kind of service as another package would add it: one part for the domain, one for the engine,
a line in each register.

Not imported by a test, which would make it known to all of them: `test_kinds` runs it in a process of its own.
"""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from sim.domain.calendar import Calendar
from sim.domain.open_days import OpenDays
from sim.domain.pathway.kinds import KINDS
from sim.domain.pathway.kinds.kind import Asked
from sim.domain.pathway.kinds.priority import PriorityClass
from sim.domain.pathway.kinds.with_capacity import WithCapacity
from sim.domain.quantities import WholeDays
from sim.domain.staff.job_plan import JobPlan
from sim.domain.words import ATTENDED, DETAIL, STARTED
from sim.engine.diary import Diary
from sim.engine.services import PROCESSES
from sim.engine.services.new_list import NewList
from sim.engine.services.service import Service
from sim.engine.world import CLINICS


@dataclass(frozen=True)
class LetterSettings(WithCapacity):
    """Letters are taken up in order, so many a day, and answered `answered_after_days` later."""

    open_days: OpenDays = "working_days"
    answered_after_days: WholeDays = 3
    earliest_notice_days: WholeDays = 0
    priority: dict[str, PriorityClass] = field(default_factory=dict)

    starts: ClassVar[bool] = True
    slot_words: ClassVar[str] = "letters"
    asked_words: ClassVar[str] = "wrote to {}"

    @property
    def pattern(self) -> OpenDays:
        return self.open_days

    def load(self, asked: Asked, plan: JobPlan, calendar: Calendar) -> tuple[float, float]:
        return asked.started, float(plan.minutes(self, self.open_days).sum() / (calendar.horizon / 7))

    def pace_words(self) -> str:
        return f"answered after {self.answered_after_days} days"


class Letter(Service):
    """Each morning: letters that are due are answered, and others are taken up."""

    def __init__(self, world, name, settings: LetterSettings, capacity):
        super().__init__(world, name, settings, capacity)
        a_day = capacity.minutes(settings, settings.open_days)
        self._letters = np.diff(np.floor(np.cumsum(a_day) + 1e-9), prepend=0.0).astype(int).tolist()
        self.new, self._due = NewList(world, name, settings), Diary(self.horizon)

    def queue(self, rows, ready: int) -> None:
        self.new.expect_after_notice(int(self.world.env.now), ready, rows)

    def queue_at_start(self, rows, days) -> None:
        self.new.expect_from_start(rows, days)

    def run(self):
        world = self.world
        yield world.env.timeout(CLINICS)
        for day, letters in enumerate(self._letters):
            if (page := self._due.take(day)) is not None:
                rows = np.sort(page[0])
                world.write(day, self.code, ATTENDED, DETAIL["new"], rows)
                world.send(self, self.router.route(rows), day, day + 1)
            self.new.admit(day)
            rows = self.new.call(letters)
            if len(rows):
                world.write(day, self.code, STARTED, DETAIL["new"], rows, world.since[rows])
                self.leave_list(rows, day)
                self._due.put(day + max(self.settings.answered_after_days, 1), rows)
            if letters:
                self.record_day(day, letters, len(rows), 0)
            yield world.env.timeout(1)


KINDS["letter"] = LetterSettings
PROCESSES["letter"] = Letter
