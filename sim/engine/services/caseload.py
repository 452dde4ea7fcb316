"""Kind `caseload`: a place held for the whole stay, with contacts at set times and when somebody asks."""

from typing import TYPE_CHECKING

import numpy as np

from sim.domain.pathway.kinds.caseload import CaseloadSettings
from sim.domain.people.demand import StartPlace
from sim.domain.words import ATTENDED, DETAIL, STARTED
from sim.engine.diary import Diary
from sim.engine.services.contacts import Contacts
from sim.engine.services.new_list import NewList
from sim.engine.services.with_list import WithList
from sim.engine.shapes import Process
from sim.engine.stays import Stays
from sim.engine.world import CLINICS

if TYPE_CHECKING:
    from sim.domain.staff.job_plan import JobPlan
    from sim.engine.world import World

NEW = DETAIL["new"]
_ONE = np.array(1, np.uint16)


class Caseload(WithList):
    """Each day: stays that are over free their places, contacts are held, and people are taken on in order."""

    settings: CaseloadSettings

    def __init__(self, world: "World", name: str, settings: CaseloadSettings, capacity: "JobPlan") -> None:
        super().__init__(world, name, settings, capacity)
        self._open = capacity.open(settings.capacity, settings.pattern).tolist()
        settings = self.settings  # as they are on day 0
        places = capacity.places(settings) + 1e-9
        self._whole = np.floor(places).astype(int).tolist()
        self._part = np.where(places % 1 > 2e-9, places % 1, 0.0).tolist()
        self._part_there = self._part_idle = 0.0
        self.held = 0
        self.new = NewList(world, name, settings)
        self._leaving = Diary(self.horizon)
        self._ends = np.zeros(world.n, np.int32)
        self._contacts = Contacts(world, self, self._ends)
        self._lengths = Stays(settings.lengths, settings.stay_days) if settings.lengths.vary else None
        self._stay, self._before = world.chance.key(f"{name}.stay"), world.chance.key(f"{name}.before")
        self._stays = np.zeros(world.n, np.uint16)
        self._last_taken_on: tuple[int, np.ndarray] | None = None

    @property
    def last_wait_days(self) -> float:
        """Mean wait of those taken on last; before anybody is, of those on the starting list so far."""
        if self._last_taken_on is None:
            return self.mean_days_waited_at_start
        day, since = self._last_taken_on
        return float(day - since.mean())

    def change(self, settings: CaseloadSettings) -> None:  # type: ignore[override]
        """Stays that are under way end as they would have."""
        super().change(settings)
        self._lengths = Stays(settings.lengths, settings.stay_days) if settings.lengths.vary else None
        self._contacts.change(settings)

    # --- joining -----------------------------------------------------------------------------------------

    def room_in_course(self) -> int:
        return max(self._places(0) - self.held, 0)

    def continue_course(self, rows: np.ndarray, place: StartPlace) -> None:
        """People in the middle of a stay. How much of it is over is what a look at a random moment would find."""
        u = self.world.uniforms(self._stay, rows, self._stays[rows])
        if self._lengths is None:
            left = np.floor(u * self._fixed).astype(np.int64)
            began = left - self._fixed
        else:
            left = self._lengths.left(u)
            began = left - self._lengths.whole(left, self.world.uniforms(self._before, rows, self._stays[rows]))
        self._hold(rows, left)
        for day in np.unique(began).tolist():
            self._contacts.begin(rows[began == day], day, 0)

    # --- a day -------------------------------------------------------------------------------------------

    def run(self) -> Process:
        """Every day: stays end on closed days too."""
        env = self.world.env
        yield env.timeout(CLINICS)
        for day, is_open in enumerate(self._open):
            self._let_go(day)
            self._contacts.hold(day)
            if is_open:
                self._take_on(day)
            used = self.held > self._whole[day]
            self._part_there = min(self._part_there + self._part[day] - used, 1.0)  # what is not used is not saved up
            yield env.timeout(1)

    def _offered(self, day: int, places: int) -> int:
        """Places for the record: that of a part is one while somebody has it, and else on its part of the days."""
        if self.held >= places or places == self._whole[day]:
            return max(places, self.held)  # fewer than people, where staff have left: who has a place keeps it
        self._part_idle += self._part[day]
        there = self._part_idle >= 1
        self._part_idle -= there
        return int(self._whole[day]) + there

    def _places(self, day: int) -> int:
        """A part of a place is a place for a part of the time: who has it stays on, and it opens again once their days
        have been made up for."""
        there = self._part[day] > 0 and self._part_there >= -1e-9
        return int(self._whole[day]) + there

    def _let_go(self, day: int) -> None:
        page = self._leaving.take(day)
        if page is None:
            return
        rows = np.sort(page[0])
        self.held -= len(rows)
        self.world.send(self, self.router.route(rows), day, day + 1)

    def _take_on(self, day: int) -> None:
        world = self.world
        self.new.admit(day)
        places = self._places(day)
        rows = self.new.call(max(places - self.held, 0))
        if len(rows):
            since = world.since[rows]
            self._last_taken_on = (day, since)
            world.write(day, self.code, STARTED, NEW, rows, since)
            world.write(day, self.code, ATTENDED, NEW, rows)
            self.leave_list(rows, day)
            self._hold(rows, day + self._stay_lengths(rows))
            self._contacts.begin(rows, day, day)
        self.record_day(day, self._offered(day, places), self.held, 0)

    def _hold(self, rows: np.ndarray, ends: np.ndarray) -> None:
        self.held += len(rows)
        self._stays[rows] += _ONE
        self._ends[rows] = ends
        self._leaving.spread(ends, rows)

    @property
    def _fixed(self) -> int:
        return self.settings.fixed_days

    def _stay_lengths(self, rows: np.ndarray) -> np.ndarray:
        """Days of a stay (n,), at least 1."""
        if self._lengths is None:
            return np.full(len(rows), self._fixed)
        return self._lengths.drawn(self.world.uniforms(self._stay, rows, self._stays[rows]))
