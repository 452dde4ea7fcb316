"""Contacts with people who hold a place: set reviews for everybody, and contacts when somebody asks."""

from typing import TYPE_CHECKING

import numpy as np

from sim.domain.words import ATTENDED, DETAIL, FACTS, MISSED
from sim.engine.diary import Diary
from sim.engine.services.attendance import deprivation

if TYPE_CHECKING:
    from sim.domain.pathway.kinds.caseload import CaseloadSettings
    from sim.engine.services.caseload import Caseload
    from sim.engine.world import World

SESSION = DETAIL["session"]
ONLINE = FACTS["digital"].index("online")
DAYS_A_MONTH = 30.4375
_ONE = np.array(1, np.uint16)


class Contacts:
    """Whether contacts take place, and when the next ones are due, for the people who hold a place.

    `ends` (patients,) day on which each stay ends, from where the service writes it: no contact is due then or later.
    """

    def __init__(self, world: "World", service: "Caseload", ends: np.ndarray) -> None:
        self._world, self._service, self._ends = world, service, ends
        name, key = service.name, world.chance.key
        self._reviews, self._requests = Diary(service.horizon), Diary(service.horizon)
        self._asks, self._misses, self._remote = key(f"{name}.asks"), key(f"{name}.misses"), key(f"{name}.remote")
        self._asked_at = np.zeros(world.n)
        self._asked, self._held = np.zeros(world.n, np.uint16), np.zeros(world.n, np.uint16)
        self.change(service.settings)

    def change(self, settings: "CaseloadSettings") -> None:
        """What is booked or asked for from now on; who is booked keeps the day."""
        self._settings, asked = settings, settings.contacts_a_month_when_needed
        self._gap = DAYS_A_MONTH / asked if asked else None
        self._by_quintile = deprivation(settings.most_to_least_deprived_ratio, self._world.fifths)

    def begin(self, rows: np.ndarray, began: int, today: int) -> None:
        """Stays that began on a day, `today` or before the clock started; requests count from today on."""
        every = self._settings.contact_every_days
        if every:
            self._book_review(rows, began + every * max(1, -((began - today) // every)))
        if self._gap is None:
            return
        if began < today:
            # A stay that is under way on day 0 has been asked for what it asked for.
            self._next_request(rows, np.full(len(rows), float(today)), today - 1)
        else:  # being taken on answers what is asked later that day
            self._ask_again(rows, np.full(len(rows), float(today)), today)

    def hold(self, day: int) -> None:
        """Everything that is due today: one contact answers whatever somebody is due for and asks for on a day."""
        reviewed, asking = (
            page if page is None else np.sort(page[0]) for page in (self._reviews.take(day), self._requests.take(day))
        )
        due = [rows for rows in (reviewed, asking) if rows is not None]
        if due:
            self._see(due[0] if len(due) == 1 else np.union1d(*due), day)
        if reviewed is not None and self._settings.contact_every_days:
            self._book_review(reviewed, day + self._settings.contact_every_days)
        if asking is not None and self._gap is not None:
            self._ask_again(asking, self._asked_at[asking], day)

    def _book_review(self, rows: np.ndarray, due: int) -> None:
        rows = rows[self._ends[rows] > due]
        if len(rows):
            self._reviews.put(due, rows)

    def _next_request(self, rows: np.ndarray, after: np.ndarray, day: int) -> np.ndarray:
        """Draw when people ask next after times (n,), in days; those who do so later today are returned."""
        met = self._asked[rows]
        self._asked[rows] = met + _ONE
        at = after - self._gap * np.log1p(-self._world.uniforms(self._asks, rows, met))
        inside = at < self._ends[rows]
        rows, at = rows[inside], at[inside]
        self._asked_at[rows] = at
        days = np.floor(at).astype(np.int64)
        later = days > day
        if later.any():
            self._requests.spread(days[later], rows[later])
        found: np.ndarray = rows[~later]
        return found

    def _ask_again(self, rows: np.ndarray, after: np.ndarray, day: int) -> None:
        """When people ask next on a later day; what they ask today is answered today."""
        rows = self._next_request(rows, after, day)
        while len(rows):
            rows = self._next_request(rows, self._asked_at[rows], day)

    def _see(self, rows: np.ndarray, day: int) -> None:
        """One contact with each of `rows` (n,), or a missed one."""
        world, s = self._world, self._settings
        if s.contact_missed_share:
            met = self._held[rows]
            self._held[rows] = met + _ONE
            share = s.contact_missed_share * self._by_quintile[world.facts["imd_quintile"][rows]]
            if s.remote_share:
                remote = (world.facts["digital"][rows] == ONLINE) & (
                    world.uniforms(self._remote, rows, met) < s.remote_share
                )
                share[remote] *= s.remote_missed_ratio
            missed = world.uniforms(self._misses, rows, met) < share
            if missed.any():
                world.write(day, self._service.code, MISSED, SESSION, rows[missed])
                rows = rows[~missed]
        if len(rows):
            world.write(day, self._service.code, ATTENDED, SESSION, rows)
