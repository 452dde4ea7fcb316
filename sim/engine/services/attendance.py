"""Who comes: did-not-attends by who people are and by wait, late cancellations, refills and discharges."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.domain.words import FACTS
from sim.engine import kernels

if TYPE_CHECKING:
    from sim.domain.pathway.kinds.clinic import ClinicSettings
    from sim.domain.pathway.visits import Missed
    from sim.engine.services.extra_clinics import ExtraClinics
    from sim.engine.world import World

MIDDLE_QUINTILE = 2
_ONE = np.array(1, np.uint16)


def deprivation(ratio: float, fifths: np.ndarray | None = None) -> np.ndarray:
    """(quintiles,) what multiplies the share missed: `ratio` between the most and the least deprived, about the mean of
    those who present, of whom `fifths` (quintiles,) are shares; about the middle quintile where that is not known."""
    by_quintile: np.ndarray = ratio ** ((MIDDLE_QUINTILE - np.arange(len(FACTS["imd_quintile"]))) / 4)
    return by_quintile if fifths is None else by_quintile / float(fifths @ by_quintile)


def by_facts(missed: "Missed", fifths: np.ndarray | None = None) -> list[tuple[str, np.ndarray]]:
    """(fact, (words,) what multiplies the share missed) for each fact that makes a difference.

    Deprivation is part of whom the share was found of, and keeps their mean. What help with language or by phone does
    is beside that share.
    """
    found = (
        [("imd_quintile", deprivation(missed.most_to_least_deprived_ratio, fifths))]
        if missed.most_to_least_deprived_ratio != 1.0
        else []
    )
    for fact, word, ratio in (
        ("language", "interpreter", missed.interpreter_ratio),
        ("digital", "offline", missed.offline_ratio),
    ):
        if ratio != 1.0:
            found.append((fact, np.where(np.array(FACTS[fact]) == word, ratio, 1.0)))
    return found


@dataclass(frozen=True)
class Seen:
    """Who came to a first visit and again, how many missed, and slots that were made out of others."""

    new: np.ndarray
    again: np.ndarray
    missed: int = 0
    more_slots: int = 0

    def with_others(self, other: "Seen") -> "Seen":
        return Seen(
            np.concatenate([self.new, other.new]),
            np.concatenate([self.again, other.again]),
            self.missed + other.missed,
            self.more_slots + other.more_slots,
        )


class Attendance:
    """The keyed draws of one clinic's bookings. `bookings` (n,) counts how often each person was booked here."""

    def __init__(self, world: "World", name: str, settings: "ClinicSettings", extra: "ExtraClinics") -> None:
        self._world, self._extra = world, extra
        self.bookings = np.zeros(world.n, np.uint16)
        self._visit = world.chance.key(f"{name}.visit")
        self._refill = world.chance.key(f"{name}.refill")
        self._discharge = world.chance.key(f"{name}.discharge")
        # How often each person has missed in this referral, where only the n-th miss ends it.
        self._misses: np.ndarray | None = None
        self.change(settings)

    def change(self, settings: "ClinicSettings") -> None:
        """From now on it is these shares; misses count from when the first that does not end a referral was known."""
        self._settings = settings
        missed, cancelled = settings.missed, settings.cancelled
        self.uncertain = bool(
            missed.new_share
            or missed.follow_up_share
            or missed.share_per_week_waited
            or cancelled.share
            or self._extra.may_be_missed
        )
        self._by_facts = by_facts(missed, self._world.fifths)
        if self._misses is None and missed.discharged_after_misses > 1:
            self._misses = np.zeros(self._world.n, np.uint16)

    def begin(self, rows: np.ndarray) -> None:
        """People are referred here (anew): their misses are counted from none."""
        if self._misses is not None:
            self._misses[rows] = 0

    def draw(
        self, rows: np.ndarray, n_new: int, day: int, may_cancel: bool = True
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """(missed, cancelled), each (n,) bool, for people booked today: the first `n_new` for a first visit."""
        missed, cancelled = self._settings.missed, self._settings.cancelled
        world = self._world
        u = world.next_uniforms(self._visit, rows, self.bookings)
        growing = (missed.share_per_week_waited / 7, 7 * missed.at_weeks_waited)
        usual = (missed.new_share, missed.follow_up_share)
        share = kernels.shares_missed(rows, n_new, world.since, day, usual, growing)
        self._extra.expect_missed(rows[:n_new], share[:n_new])
        of_all = share.copy()
        for fact, by_word in self._by_facts:
            kernels.multiply_by(share, by_word, world.facts[fact], rows)
        off = cancelled.share if may_cancel else 0.0
        gone, called_off = kernels.who_misses(u, share, of_all, off)
        return gone, called_off if off else None

    def refilled(self, rows: np.ndarray) -> np.ndarray:
        """(n,) bool: whose cancelled time is given to whoever is next."""
        share = self._settings.cancelled.refilled_share
        if not share:
            return np.zeros(len(rows), bool)
        found: np.ndarray = self._world.uniforms(self._refill, rows, self.bookings[rows]) < share
        return found

    def discharged(self, rows: np.ndarray) -> np.ndarray | None:
        """(n,) bool: whose referral ends with this miss; None if nobody's does."""
        share = self._settings.missed.discharged_share
        if share <= 0:
            return None
        ends = self._world.uniforms(self._discharge, rows, self.bookings[rows]) < share
        if self._misses is not None:
            times = self._misses[rows] + _ONE
            self._misses[rows] = times
            ends &= times >= self._settings.missed.discharged_after_misses
        return ends
