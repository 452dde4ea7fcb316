"""Extra clinics: slots on days of their own, some of them only for some of those who wait, with routes of their own."""

from collections.abc import KeysView
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.router import Onward, Router
from sim.engine.services.day_time import DayTime, Filled

if TYPE_CHECKING:
    from sim.domain.pathway.capacity import ExtraClinic
    from sim.engine.services.clinic import Clinic
    from sim.engine.services.courses import DueQueue
    from sim.engine.services.new_list import NewList

USUAL = 0


class ExtraClinics:
    """The extra clinics of one clinic, by day. `_at` (patients,): at which of those that are another matter than a
    usual day somebody has a first visit today."""

    def __init__(self, clinic: "Clinic") -> None:
        self._world, self._clinic = clinic.world, clinic
        self._held: dict[int, list[tuple[int, int, ExtraClinic]]] = {}  # day -> (slots, which, what is said of it)
        self._routers: dict[int, Router | Onward] = {}
        missed = [np.nan]
        for label, extra in clinic.settings.extra_clinics.items():
            which = len(missed) if extra.apart else USUAL
            for day, slots in extra.slots_by_day(self._world.calendar, self._world.scale).items():
                self._held.setdefault(day, []).append((slots, which, extra))
            if extra.apart:
                missed.append(np.nan if extra.missed_share is None else extra.missed_share)
            if extra.routes:
                self._routers[which] = clinic.onward(extra.routes, f"{clinic.name}.extra_clinics.{label}")
        self._missed = np.array(missed)
        self._at = np.zeros(self._world.n if len(missed) > 1 else 0, np.int16)
        self._here: list[np.ndarray] = []

    @property
    def days(self) -> KeysView[int]:
        """Days on which there is one."""
        return self._held.keys()

    @property
    def may_be_missed(self) -> bool:
        """Whether one of them says how many miss a visit there."""
        return bool(np.nansum(self._missed))

    def fill(self, day: int, time: DayTime, new: "NewList", due: "DueQueue") -> tuple[Filled, int]:
        """Who is called to those of a day, and how many slots they have.

        Each is for those who have waited long enough for it and whom it is meant for; what first visits leave of one
        that is for everybody goes to follow-ups that are due.
        """
        called, again, slots, offered = [], [], 0, 0
        for held, which, extra in self._held[day]:
            called.append(new.call_long_waiters(held, 7 * extra.waited_over_weeks, extra.when))
            time.book_slots(called[-1])
            if which != USUAL:
                self._at[called[-1]] = which
                self._here.append(called[-1])
            free = held - len(called[-1])
            again.append(time.follow_ups_in(free if extra.for_everybody else 0, due))
            slots += held
            offered += held + max(len(again[-1]) - free, 0)
        return Filled(np.concatenate(again), np.concatenate(called), offered), slots

    def expect_missed(self, rows: np.ndarray, share: np.ndarray) -> None:
        """Sets the share missed (n,) of first visits that are booked at one which says how many miss it."""
        if self._here:
            own = self._missed[self._at[rows]]
            share[:] = np.where(np.isnan(own), share, own)

    def usual(self, rows: np.ndarray) -> np.ndarray:
        """(n,) bool: whose visit today is a matter of the usual clinic: what is cancelled of it, others may have."""
        found: np.ndarray = self._at[rows] == USUAL if self._here else np.ones(len(rows), bool)
        return found

    def send_on(self, rows: np.ndarray, day: int) -> np.ndarray:
        """Those first seen today at one with routes of its own go by them; returns the others."""
        if not self._here:
            return rows
        at = self._at[rows]
        for which, router in self._routers.items():
            here = rows[at == which]
            if len(here):
                self._world.send(self._clinic, router.route(here), day, day + 1)
        return rows[~np.isin(at, list(self._routers))]

    def end_day(self) -> None:
        """Tomorrow is another day for everybody."""
        for rows in self._here:
            self._at[rows] = USUAL
        self._here = []
