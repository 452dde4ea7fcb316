"""A clinic's time: the minutes of each day, what is left over for the next, and the visits that they hold."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.domain.pathway.kinds.clinic import ClinicSettings
    from sim.engine.services.courses import DueQueue
    from sim.engine.services.new_list import NewList
    from sim.engine.world import World

EPS = 1e-9


class DayTime:
    """`minutes`: of each day (days,), a list; `carry`: what was left over for new people and for follow-ups,
    apart only where slots are ring-fenced.

    `bookings` (n,): how often each person was booked here, which keys how long their visit is.
    """

    def __init__(
        self,
        world: "World",
        name: str,
        settings: "ClinicSettings",
        minutes: list[float],
        by_slots: bool,
        bookings: np.ndarray,
    ) -> None:
        self._world, self._settings, self._bookings = world, settings, bookings
        per_slot = 1.0 if by_slots else None
        self.new_length = per_slot or settings.new_minutes or 1.0
        self.follow_up_length = per_slot or settings.follow_up_minutes or self.new_length
        self.minutes, self.carry = minutes, [0.0, 0.0]
        self._key = world.chance.key(f"{name}.length")

    def hold(self, day: int, length: float, share: float = 1.0) -> int:
        """Visits of one length that a share of the day holds."""
        return int((self.minutes[day] * share + EPS) // length)

    def spare(self, day: int, waiting: int) -> int:
        """Slots of a day that those who wait here leave free; parts of a slot add up."""
        return int((self.minutes[day] + self.carry[0] + EPS) // self.new_length) - waiting

    def fill(self, day: int, gone: float, new: "NewList", due: "DueQueue") -> tuple[np.ndarray, np.ndarray, int]:
        """Who of the lists `new` and `due` is called today, `gone` minutes of which are spent already:
        follow-ups within their share, then new, then what is left. Returns (follow-ups, new people, slots offered)."""
        s, ln, lf = self._settings, self.new_length, self.follow_up_length
        if s.ring_fenced:
            return self._fill_apart(day, gone, new, due)
        time = self.minutes[day] + self.carry[0]
        again, spent = self._call(due, time * s.follow_ups_first_share - gone, lf)
        time -= gone
        fresh, spent_new = self._call(new, time - spent, ln)
        spent += spent_new
        if s.follow_ups_first_share < 1 and due.size and time - spent >= lf - EPS:
            more, spent_more = self._call(due, time - spent, lf)
            again, spent = np.concatenate([again, more]), spent + spent_more
        left = max(time - spent, 0.0)
        waiting = new.size or due.size
        shortest = min(ln, lf)
        # Less than a slot is left: it adds up to a slot on a later day, as sessions do in a week's template.
        # A visit that is longer than the day waits until the time of several days holds it.
        kept = waiting and (left < max(ln, lf) or (s.length_cv and not len(again) and not len(fresh)))
        self.carry[0] = left if kept else (left + EPS) % shortest
        return again, fresh, len(again) + len(fresh) + (0 if kept else int((left + EPS) // shortest))

    def _fill_apart(self, day: int, gone: float, new: "NewList", due: "DueQueue") -> tuple[np.ndarray, np.ndarray, int]:
        """The same where slots are ring-fenced: neither may use what the other leaves."""
        s, ln, lf = self._settings, self.new_length, self.follow_up_length
        for_new = self.minutes[day] * (1 - s.follow_ups_first_share) + self.carry[0]
        for_again = max(self.minutes[day] * s.follow_ups_first_share + self.carry[1] - gone, 0.0)
        again, spent_again = self._call(due, for_again, lf)
        fresh, spent_new = self._call(new, for_new, ln)
        left_new, left_again = for_new - spent_new, for_again - spent_again
        blocked_new = bool(s.length_cv and new.size and not len(fresh))
        blocked_again = bool(s.length_cv and due.size and not len(again))
        self.carry = [
            left_new if blocked_new else max((left_new + EPS) % ln - EPS, 0.0),
            left_again if blocked_again else max((left_again + EPS) % lf - EPS, 0.0),
        ]
        spare = (0 if blocked_new else int((left_new + EPS) // ln)) + (
            0 if blocked_again else int((left_again + EPS) // lf)
        )
        return again, fresh, len(again) + len(fresh) + spare

    def _call(self, queue: "NewList | DueQueue", minutes: float, length: float) -> tuple[np.ndarray, float]:
        """As many of `queue` as `minutes` hold; returns (rows, minutes spent)."""
        if minutes < length - EPS and not self._settings.length_cv:
            return queue.nobody, 0.0
        if not self._settings.length_cv:
            rows = queue.call(int((minutes + EPS) // length))
            return rows, len(rows) * length
        cv = self._settings.length_cv
        rows = queue.peek(int(minutes / length * 3) + 3)
        lengths = length * self._relative_length(rows, cv)
        fits = int(np.searchsorted(np.cumsum(lengths), minutes + EPS, side="right"))
        queue.call(fits)
        return rows[:fits], float(lengths[:fits].sum())

    def _relative_length(self, rows: np.ndarray, cv: float) -> np.ndarray:
        """Lognormal with mean 1, keyed by the patient's booking (Box and Muller 1958)."""
        met = self._bookings[rows].astype(np.int64)
        u1 = self._world.uniforms(self._key, rows, 2 * met)
        u2 = self._world.uniforms(self._key, rows, 2 * met + 1)
        sigma2 = np.log1p(cv * cv)
        z = np.sqrt(-2 * np.log1p(-u1)) * np.cos(2 * np.pi * u2)
        found: np.ndarray = np.exp(np.sqrt(sigma2) * z - sigma2 / 2)
        return found
