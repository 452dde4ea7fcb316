"""A record made ready for counting: which rows of the log are of which kind, and what each service is.

Every indicator reads from here, so the log is scanned once for each event word and not once an indicator.
"""

from collections.abc import Callable, Hashable
from functools import cached_property, wraps
from typing import Any, TypeVar, cast

import numpy as np

from sim.analysis.reading.before import last_before
from sim.analysis.reading.events import Events
from sim.analysis.reading.years import full_years
from sim.domain.calendar import DAYS_A_YEAR
from sim.domain.chance import Chance
from sim.domain.record import Record
from sim.domain.scenario import Scenario
from sim.domain.staff.job_plan import JobPlan
from sim.domain.words import (
    ATTENDED,
    CANCELLED,
    CARE_MEETS,
    DETAIL,
    EVENTS,
    LISTED,
    MISSED,
    MOVED,
    NEEDS,
    PRESENTED,
    REMOVED,
    RESOLVED,
    RTT,
    SOURCES,
    STARTED,
)

NEW = DETAIL["new"]
NEVER = np.int64(2**40)
FIRST_WORSE = DETAIL[f"worsened_to_{NEEDS[0]}"]
Answer = TypeVar("Answer")
Work = TypeVar("Work", bound=Callable[..., Any])
CALLED_ROUTINE, CALLED_URGENT = DETAIL["called_routine"], DETAIL["called_urgent"]


class Reading:
    """One record with its scenario. Days are counted from `first_day` up to `last_day`, which is not included."""

    def __init__(self, record: Record, scenario: Scenario):
        self.record, self.scenario = record, scenario
        self._known: dict[tuple[Hashable, ...], Any] = {}
        self.services = record.services
        self.horizon = record.calendar.horizon
        window = scenario.analysis.window or (scenario.run.warm_up_days, self.horizon)
        self.first_day, self.last_day = window
        self.years = (self.last_day - self.first_day) / DAYS_A_YEAR
        self.full_years = full_years(self.first_day, self.last_day)
        self.residents = scenario.demand.population * scenario.place.scale
        self.patients = record.patients
        self.n = len(record.patients)
        self.need = record.patients.facts["need"]
        self.imd = record.patients.facts["imd_quintile"]
        self.from_door = record.patients.source == SOURCES.index("presented")
        waiting = scenario.pathway.while_waiting
        self._worsens = any(waiting.worsening.share_within_26_weeks.values())
        settings = [scenario.pathway.services[name] for name in self.services]
        self.settings = settings
        self._calls = any(s.calls_urgent for s in settings)
        self.setting = np.array([s.setting for s in settings])
        self.contact = np.array([s.contact and not s.only_time for s in settings])
        self.clinician = np.array([s.clinician for s in settings])
        self.rtt = np.array([RTT.index(s.rtt) for s in settings])
        self.no_outcome = np.array([s.no_outcome for s in settings])
        self.has_list = np.array([not s.only_time for s in settings])
        care = [CARE_MEETS.get(s.care, ()) if c else () for s, c in zip(settings, self.contact, strict=True)]
        self.meets = np.array([[need in met for met in care] for need in NEEDS]).reshape(len(NEEDS), -1)

    def once(self, make: Callable[..., Answer], *words: Hashable) -> Answer:
        """`make(self, *words)`, worked out when it is first asked for."""
        key = (make, *words)
        if key not in self._known:
            self._known[key] = make(self, *words)
        return self._known[key]

    @cached_property
    def plan(self) -> JobPlan:
        """Who was in post and whose time went where, as the engine had it."""
        return JobPlan(self.scenario, self.record.calendar, Chance(self.scenario.run.seed, self.record.replication))

    def per_1000_a_year(self, count: float) -> float:
        """A count within the window as a rate per 1,000 residents a year."""
        base = self.residents / 1000 * self.years
        return count / base if base > 0 else float("nan")

    def in_window(self, days: np.ndarray) -> np.ndarray:
        """(n,) bool: days that are counted."""
        return (days >= self.first_day) & (days < self.last_day)

    def services_with(self, mask: np.ndarray) -> np.ndarray:
        """Service codes for which `mask` holds."""
        return np.flatnonzero(mask)

    # --- rows of the log by word -------------------------------------------------------------------------

    @cached_property
    def _by_word(self) -> list[np.ndarray]:
        event = self.record.events["event"]
        order = np.argsort(event, kind="stable")
        edges = np.searchsorted(event[order], np.arange(len(EVENTS) + 1))
        return [order[edges[i] : edges[i + 1]] for i in range(len(EVENTS))]

    def _events(self, word: int) -> Events:
        return Events(self.record.events, self._by_word[word])

    @cached_property
    def presented(self) -> Events:
        return self._events(PRESENTED)

    @cached_property
    def listed(self) -> Events:
        return self._events(LISTED)

    @cached_property
    def attended(self) -> Events:
        return self._events(ATTENDED)

    @cached_property
    def started(self) -> Events:
        return self._events(STARTED)

    @cached_property
    def missed(self) -> Events:
        return self._events(MISSED)

    @cached_property
    def cancelled(self) -> Events:
        return self._events(CANCELLED)

    @cached_property
    def removed(self) -> Events:
        return self._events(REMOVED)

    @cached_property
    def moved(self) -> Events:
        events = self._events(MOVED)
        if self._calls:
            events = events.where(~_is_call(events.detail))
        return events.where(~_is_worsening(events.detail)) if self._worsens else events

    @cached_property
    def calls(self) -> Events:
        """Referrals that were read: what each was called is written as a move from the desk to itself,
        which is none."""
        events = self._events(MOVED)
        return events.where(_is_call(events.detail) & self._calls)

    @cached_property
    def worsened(self) -> Events:
        """Needs that rose while people waited: written as a move from a list to itself, which is none."""
        events = self._events(MOVED)
        return events.where(_is_worsening(events.detail) & self._worsens)

    def need_at(self, events: Events) -> np.ndarray:
        """(n,) each person's need on the day of each of `events` of first episodes."""
        if not self._worsens:
            return self.need[events.row]
        risen = self.first_episode(self.worsened)
        day, need = np.full(self.n, NEVER), self.need.copy()
        day[risen.row], need[risen.row] = risen.day, risen.detail - FIRST_WORSE
        return np.where(events.day >= day[events.row], need[events.row], self.need[events.row])

    @cached_property
    def resolved(self) -> Events:
        return self._events(RESOLVED)

    @cached_property
    def attended_new(self) -> Events:
        return self.attended.where(self.attended.detail == NEW)

    @cached_property
    def contacts(self) -> Events:
        """Attended clinical contacts: a person and a clinician, not a desk."""
        return self.attended.where(self.contact[self.attended.service])

    @cached_property
    def cohort(self) -> np.ndarray:
        """Rows of people who presented by the pathway's own door within the window, in any case: nobody induced."""
        day = self.patients.presented_day
        here = self.from_door & self.in_window(day)
        if self.scenario.pathway.prevention.share_per_year:
            came = np.zeros(self.n, bool)
            came[self.presented.row] = True
            here &= came
        return np.flatnonzero(here)

    @cached_property
    def induced(self) -> int:
        """People who presented in the window because access was easy."""
        who = self.presented.where(self.presented.detail == DETAIL["induced"])
        return int(self.in_window(who.day).sum())

    def first_day_of(self, events: Events) -> np.ndarray:
        """(patients,) day of each person's first of `events`, NEVER where there is none."""
        first = np.full(self.n, NEVER)
        first[events.row[::-1]] = events.day[::-1]  # the log is in order of days: the earliest is written last
        return first

    def first_episode(self, events: Events) -> Events:
        """Only what belongs to people's first episodes."""
        return events.where(events.episode == 0) if self.scenario.pathway.recurrence.share > 0 else events

    # --- stays on lists ----------------------------------------------------------------------------------

    @cached_property
    def called(self) -> Events:
        """What ends a wait by being seen: the first visit to a clinic; a seat,
        a place or a walk-in visit that starts."""
        starts = np.array([s.starts for s in self.settings])
        visits = self.attended_new.index[~starts[self.attended_new.service]]
        return Events(self.record.events, np.sort(np.concatenate([visits, self.started.index])))

    @cached_property
    def stays(self) -> dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """service -> (rows, first day, last day) of every stay on its list; NEVER where it still lasts at the end.

        A stay that ends unseen on the day on which it began is left out: it was no wait.
        """
        columns, size = self.record.events, len(self.services)
        gone = [e.index for e in (self.removed, self.moved, self.resolved)]
        ended = Events(columns, np.concatenate([self.called.index, *gone]))
        leaves = ended.of_each_service(size, np.sort(ended.index))  # in the order of the log: who leaves twice, last
        seen = np.arange(len(ended)) < len(self.called)
        overs = ended.of_each_service(size, ended.index[seen | (ended.since < ended.day)])
        joins = self.listed.of_each_service(size)
        stays = {}
        for code in np.flatnonzero(self.has_list).tolist():
            joined, left, over = joins[code], leaves[code], overs[code]
            last_join, last_left = np.full(self.n, -1), np.full(self.n, -1)
            last_join[joined.row], last_left[left.row] = joined.index, left.index
            waiting = np.flatnonzero(last_join > last_left)
            stays[code] = (
                np.concatenate([over.row, waiting]),
                np.concatenate([over.since, columns["since"][last_join[waiting]].astype(np.int64)]),
                np.concatenate([over.day, np.full(len(waiting), NEVER)]),
            )
        return stays

    @cached_property
    def joined(self) -> dict[int, np.ndarray]:
        """service -> the day on which each of `stays` began: later than its wait where a service `keeps_place`."""
        if not any(s.keeps_place for s in self.settings):
            return {code: since for code, (_, since, _) in self.stays.items()}
        listed, days = self.listed, {}
        first = int(listed.day.min(initial=0))
        keys = listed.service.astype(np.int64) * self.n + listed.row
        for code, (rows, _, left) in self.stays.items():
            at = np.minimum(left, self.horizon) - first + 1
            found = last_before(
                keys, listed.day - first, code * self.n + rows.astype(np.int64), at, self.horizon - first + 2
            )
            days[code] = found + first
        return days


def remembered(make: Work) -> Work:
    """A function of a reading, and of words in their places, that is worked out once a reading."""

    @wraps(make)
    def told(reading: Reading, *words: Hashable) -> Any:
        return reading.once(make, *words)

    return cast(Work, told)


def _is_call(details: np.ndarray) -> np.ndarray:
    return (details == CALLED_ROUTINE) | (details == CALLED_URGENT)


def _is_worsening(details: np.ndarray) -> np.ndarray:
    return (details >= FIRST_WORSE) & (details < FIRST_WORSE + len(NEEDS))
