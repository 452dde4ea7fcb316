"""Leaving a list by oneself: recovery, private care and other removals, as latent times drawn once an episode.

Recovery has its own day, counted from presentation. Private care and removals accrue only while waiting:
each has a unit-exponential threshold, and the hazard of the list a person stands on is added up until it is
reached. A pathway with more lists therefore gives no more chances to leave than the time spent on them.
"""

import numpy as np

from sim.domain.routes import matches
from sim.domain.words import DETAIL, FACTS
from sim.engine.diary import Diary

NEVER = np.int32(2**30)
SIX_WEEKS, TEN_WEEKS = 42.0, 70.0


class Exits:
    """The latent times of all patients, and the diary of those that fall due."""

    def __init__(self, world):
        self._world = world
        self.diary = Diary(world.calendar.horizon)
        waiting = world.pathway.while_waiting
        self._recovery = {w: -np.log1p(-min(s, 0.999999)) / SIX_WEEKS for w, s in waiting.recovery.share_within_6_weeks.items()}
        self._recovers = self._private_rate = None
        if any(self._recovery.values()) and waiting.recovery.needs:
            self._recovers = matches({"need": waiting.recovery.needs}, world.facts)
        if any(waiting.private_exit.share_within_10_weeks.values()):
            by_word = np.array([waiting.private_exit.share_within_10_weeks.get(q, 0.0) for q in FACTS["imd_quintile"]])
            rate = -np.log1p(-np.minimum(by_word, 0.999999)) / TEN_WEEKS
            self._private_rate = rate[world.facts["imd_quintile"]].astype(np.float32)
        self.recovers_on = np.full(world.n, NEVER, np.int32)
        self._left = {}
        everyone = np.arange(world.n, dtype=np.int32)
        self.draw(everyone, np.maximum(world.patients.presented_day, 0))

    def _threshold(self, cause: str, rows) -> np.ndarray:
        world = self._world
        u = world.uniforms(world.chance.key(f"latent.{cause}"), rows, world.episode[rows].astype(np.int64))
        return (-np.log1p(-u)).astype(np.float32)

    def draw(self, rows, first_day) -> None:
        """Draw the latent times of an episode that begins on `first_day` (a day, or one a person)."""
        world = self._world
        if self._recovers is not None:
            onset = world.facts["onset"][rows]
            rate = np.array([self._recovery.get(word, 0.0) for word in FACTS["onset"]])[onset]
            with np.errstate(divide="ignore"):
                wait = np.where(self._recovers[rows] & (rate > 0), self._threshold("recovery", rows) / rate, np.inf)
            self.recovers_on[rows] = np.minimum(first_day + np.ceil(wait), NEVER).astype(np.int32)
        for cause in ("private", "other"):
            if cause == "private" and self._private_rate is None:
                continue
            column = self._left.setdefault(cause, np.empty(world.n, np.float32))
            column[rows] = self._threshold(cause, rows)

    def rates(self, settings) -> dict:
        """cause -> daily hazard (a scalar, or a column over patients) of waiting on a service's list."""
        rates = {}
        if settings.private_exit and self._private_rate is not None:
            rates["private"] = self._private_rate
        if settings.removed_share_per_week_waited > 0:
            rates["other"] = np.float32(-np.log1p(-min(settings.removed_share_per_week_waited, 0.999999)) / 7)
        return rates

    def enter(self, service, rows, day: int) -> None:
        """People begin to wait: enter the first of their exits in the diary."""
        due = np.full(len(rows), NEVER, np.int32)
        cause = np.zeros(len(rows), np.int16)
        if service.settings.recovers and self._recovers is not None:
            due = np.maximum(self.recovers_on[rows], day + 1)
            cause[:] = DETAIL["recovered"]
        for name, rate in service.exit_rates.items():
            rate_here = rate[rows] if isinstance(rate, np.ndarray) else rate
            with np.errstate(divide="ignore", invalid="ignore"):
                wait = np.ceil(np.maximum(self._left[name][rows], 0) / rate_here)
            here = day + np.maximum(np.minimum(wait, NEVER - day - 1), 1).astype(np.int32)
            sooner = here < due
            due = np.where(sooner, here, due)
            cause[sooner] = DETAIL[name]
        self.diary.spread(due, rows, self._world.ticket[rows], cause)

    def accrue(self, service, rows, days) -> None:
        """People stop waiting: what is left of their thresholds."""
        for name, rate in service.exit_rates.items():
            self._left[name][rows] -= (rate[rows] if isinstance(rate, np.ndarray) else rate) * days

    def fall_due(self, day: int) -> None:
        """Everyone whose exit is today and who still stands on the list that it was entered for."""
        world = self._world
        page = self.diary.take(day)
        if page is None:
            return
        rows, tickets, causes = page
        here = world.ticket[rows] == tickets
        rows, causes = rows[here], causes[here]
        key = world.place[rows].astype(np.int32) * 64 + causes
        for code in np.flatnonzero(np.bincount(key)).tolist() if len(rows) else ():
            some = np.sort(rows[key == code])
            world.remove(world.services[world.service_names[code // 64]], some, code % 64, day)
