"""A clinic's time: the minutes of each day, what is left over for the next, and the visits that they hold."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.lengths import drawn

if TYPE_CHECKING:
    from sim.domain.pathway.kinds.clinic import ClinicSettings
    from sim.engine.services.classes import Classes
    from sim.engine.services.courses import DueQueue
    from sim.engine.services.new_list import NewList
    from sim.engine.world import World

EPS = 1e-9


@dataclass(frozen=True)
class Filled:
    """Who was called for a day, and the slots that were offered."""

    follow_ups: np.ndarray
    new: np.ndarray
    offered: int


class DayTime:
    """`minutes`: of each day (days,), a list; `carry`: what was left over for new people and for follow-ups, apart only
    where slots are ring-fenced; `owed`: minutes of their share that follow-ups have not had yet.

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
        self._world, self._bookings = world, bookings
        self._per_slot = 1.0 if by_slots else None
        self.minutes, self.carry, self.owed = minutes, [0.0, 0.0], 0.0
        self._key, self._kind = world.chance.key(f"{name}.length"), world.chance.key(f"{name}.length_kind")
        self._settings = settings
        self.change(settings)

    def change(self, settings: "ClinicSettings") -> None:
        """From now on visits are so long, and the day is shared so; what was left over stays."""
        if settings.ring_fenced != self._settings.ring_fenced:
            self._put_fence(settings.ring_fenced)
        self._settings, self._lengths = settings, settings.lengths
        self.new_length = self._per_slot or settings.new_minutes or 1.0
        self.follow_up_length = self._per_slot or settings.follow_up_minutes or self.new_length
        own = [one.minutes for one in settings.classes().values()] if self._per_slot is None else []
        self._by_class = np.array([minutes or self.new_length for minutes in own]) if any(own) else None
        self._longest = self.new_length if self._by_class is None else float(self._by_class.max())
        self._varies = self._lengths.vary or self._by_class is not None
        self._length_of = np.zeros(self._world.n) if self._varies else None

    def _put_fence(self, fenced: bool) -> None:
        """What follow-ups are owed becomes their own, as far as it is there; or everybody's."""
        own = min(self.owed, self.carry[0]) if fenced else self.owed
        self.owed = own
        self.carry[0] += -own if fenced else own

    def there(self, day: int) -> float:
        """Minutes of a day with what was kept for it, before anybody is called."""
        kept = self.owed if self._settings.ring_fenced else 0.0
        return self.minutes[day] + self.carry[0] + kept

    def begin(self, day: int) -> None:
        """The follow-ups' share of the day joins what they are owed."""
        s = self._settings
        self.owed += self.minutes[day] * s.follow_ups_first_share
        if not s.ring_fenced:
            there = self.minutes[day] + self.carry[0]
            # What is owed beyond today's time is a part of a visit that yesterday's could not hold: it is not lost.
            self.owed = there if s.follow_ups_first_share >= 1 else min(self.owed, there + self.follow_up_length)

    def for_side_contacts(self, day: int) -> int:
        """How many visits the follow-ups' share holds today: people who ask while they wait elsewhere come out of
        it."""
        theirs = self.owed if self._settings.ring_fenced else min(self.owed, self.minutes[day] + self.carry[0])
        return int((theirs + EPS) // self.follow_up_length)

    def spare(self, day: int, waiting: int) -> int:
        """Slots of a day that those who wait here leave free; parts of a slot add up."""
        return int((self.minutes[day] + self.carry[0] + EPS) // self.new_length) - waiting

    def fill(self, day: int, gone: float, new: "NewList", due: "DueQueue") -> Filled:
        """Who of the lists `new` and `due` is called today, `gone` minutes of which are spent already: follow-ups
        within their share, then new, then what is left."""
        self.owed = max(self.owed - gone, 0.0)
        return self._fenced(day, new, due) if self._settings.ring_fenced else self._shared(day, gone, new, due)

    def _fenced(self, day: int, new: "NewList", due: "DueQueue") -> Filled:
        """Neither may use what the other leaves."""
        s = self._settings
        time = self.minutes[day] * (1 - s.follow_ups_first_share) + self.carry[0]
        again, spent_again = self._call(due, self.owed, self.follow_up_length)
        fresh, spent = self._call(new, time, self.new_length)
        self.carry[0], spare = self._left(time - spent, self._longest, bool(new.size) and not len(fresh))
        self.owed, more = self._left(self.owed - spent_again, self.follow_up_length, bool(due.size) and not len(again))
        return Filled(again, fresh, len(again) + len(fresh) + spare + more)

    def _left(self, left: float, length: float, blocked: bool) -> tuple[float, int]:
        """(minutes kept for later, slots that stood empty): a visit longer than the day waits for several days'
        time."""
        if blocked and self._varies:
            return left, 0
        return max((left + EPS) % length - EPS, 0.0), int((left + EPS) // length)

    def _shared(self, day: int, gone: float, new: "NewList", due: "DueQueue") -> Filled:
        s, ln, lf = self._settings, self.new_length, self.follow_up_length
        time = self.minutes[day] + self.carry[0] - gone
        again, spent = self._call(due, min(self.owed, time), lf)
        self.owed -= spent
        if not due.size:  # what they have nobody for is no debt; only a part of a visit is
            self.owed %= lf
        fresh, spent_new = self._call(new, time - spent, ln)
        spent += spent_new
        # What is less than a first visit is kept for those who wait for one, however short follow-ups are.
        if s.follow_ups_first_share < 1 and due.size and time - spent >= (ln if new.size else lf) - EPS:
            more, spent_more = self._call(due, time - spent, lf)
            again, spent = np.concatenate([again, more]), spent + spent_more
        left = max(time - spent, 0.0)
        waiting, shortest = new.size or due.size, min(ln, lf)
        # Less than a slot is left: it adds up to a slot on a later day, as sessions do in a week's template.
        # A visit that is longer than the day waits until the time of several days holds it.
        kept = waiting and (left < max(self._longest, lf) or (self._varies and not len(again) and not len(fresh)))
        self.carry[0] = left if kept else (left + EPS) % shortest
        return Filled(again, fresh, len(again) + len(fresh) + (0 if kept else int((left + EPS) // shortest)))

    def fill_again(
        self, freed_new: float, freed_again: float, new: "NewList", due: "DueQueue"
    ) -> tuple[np.ndarray, np.ndarray]:
        """(new people, people for follow-ups) who take the minutes that cancelled visits have freed, and no others."""
        if self._settings.ring_fenced:
            fresh, _ = self._call(new, freed_new, self.new_length)
            again, _ = self._call(due, freed_again, self.follow_up_length)
            return fresh, again
        fresh, spent = self._call(new, freed_new + freed_again, self.new_length)
        again, _ = self._call(due, freed_new + freed_again - spent, self.follow_up_length)
        return fresh, again

    def follow_ups_in(self, slots: int, due: "DueQueue") -> np.ndarray:
        """Who of those due is called for the time of so many first visits."""
        return self._call(due, slots * self.new_length, self.follow_up_length)[0]

    def book_slots(self, rows: np.ndarray) -> None:
        """First visits at an extra clinic: each has a slot of it, which is as long as a first visit usually is."""
        if self._length_of is not None:
            self._length_of[rows] = self.new_length

    def taken(self, rows: np.ndarray, length: float) -> float:
        """Minutes that the visits booked for these people take together."""
        return len(rows) * length if self._length_of is None else float(self._length_of[rows].sum())

    def _call(self, queue: "NewList | DueQueue", minutes: float, length: float) -> tuple[np.ndarray, float]:
        """As many of `queue` as `minutes` hold; returns (rows, minutes spent)."""
        if self._length_of is None:
            if minutes < length - EPS:
                return queue.nobody, 0.0
            rows = queue.call(int((minutes + EPS) // length))
            return rows, len(rows) * length
        choice = queue.choose_within(minutes, length, lambda rows: self._minutes_of(rows, length, queue.classes))
        rows = queue.take(choice)
        self._length_of[rows] = self._minutes_of(rows, length, queue.classes)
        return rows, choice.spent

    def _minutes_of(self, rows: np.ndarray, length: float, classes: "Classes | None") -> np.ndarray:
        """(n,) minutes of each visit, whose mean is `length` or what its class says."""
        if self._by_class is None or classes is None:
            return length * self._relative_length(rows)
        found: np.ndarray = self._by_class[classes.of(rows)] * self._relative_length(rows)
        return found

    def _relative_length(self, rows: np.ndarray) -> np.ndarray:
        """(n,) with mean 1, keyed by the patient's booking."""
        met = self._bookings[rows].astype(np.int64)
        draws = {
            "length": (self._key, 2 * met),
            "length_too": (self._key, 2 * met + 1),
            "length_kind": (self._kind, met),
        }

        def draw(what: str) -> np.ndarray:
            key, occasion = draws[what]
            return self._world.uniforms(key, rows, occasion)

        return drawn(self._lengths, len(rows), draw)
