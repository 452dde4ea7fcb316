"""Laws that hold in every replication, or it fails loudly: nobody is lost, nobody is in two places, nobody is passed
over.

They are held by person and from the log: a sum and a count would let two wrongs cancel.
"""

import numpy as np

from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.routes import matches
from sim.domain.record import Record
from sim.domain.scenario import Scenario
from sim.domain.words import (
    ATTENDED,
    CANCELLED,
    DETAIL,
    EVENTS,
    LISTED,
    MISSED,
    MOVED,
    PRESENTED,
    REMOVED,
    RESOLVED,
    STARTED,
)

DOOR, OVER, NOT_YET = -1, -2, -3
NEVER = 2**30


class BrokenLaw(RuntimeError):
    """A conservation law does not hold: the run is wrong and must not be used."""


def hold_laws(record: Record, scenario: Scenario) -> None:
    """Raises `BrokenLaw` with the first law that does not hold, and of how many people."""
    log = _PersonLog(record, scenario)
    log.hold_one_place_at_a_time()
    _hold_one_visit_a_day(record, scenario)
    _hold_slots(record, scenario)
    _hold_minutes(record)
    if scenario.demand.takes_over or any(service.keeps_place for service in scenario.pathway.services.values()):
        return  # lists are then in the order of a wait that began elsewhere
    for name, settings in scenario.pathway.services.items():
        chosen = any(extra.when for extra in settings.held_besides().values())  # by what people are, not in order
        if not (settings.walk_in or settings.only_time or settings.drawn_by or settings.sorts_anew or chosen):
            _hold_order(name, settings, log)


def _among(*words: int) -> np.ndarray:
    """(event words,) bool."""
    return np.isin(np.arange(len(EVENTS)), words)


_PLACING = _among(PRESENTED, LISTED, MOVED, REMOVED, RESOLVED)
_THERE = _among(STARTED, ATTENDED, MISSED, CANCELLED, MOVED, REMOVED, RESOLVED)
_CALLED = _among(STARTED, ATTENDED, MISSED, CANCELLED)
_SAME_DAY = (DETAIL["door"], DETAIL["from_elsewhere"], DETAIL["induced"])
"""How people join who may be called on that very day; the others may on the next."""


class _PersonLog:
    """The log with each person's events together, in the order in which they happened: columns (events,)."""

    def __init__(self, record: Record, scenario: Scenario) -> None:
        self.record, self.scenario = record, scenario
        events = record.events
        n = len(events["row"])
        bits = max(n, 1).bit_length()
        # One sort of plain numbers is several times faster than an argsort.
        packed = (events["row"].astype(np.int64) << bits) | np.arange(n)
        packed.sort()
        order = packed & ((1 << bits) - 1)
        packed >>= bits
        self.row = packed.astype(np.int32)
        self.day, self.event, self.service, self.detail, self.to = (
            events[name].take(order) for name in ("day", "event", "service", "detail", "to")
        )
        self.same_person = np.zeros(n, bool)  # as the event before
        self.same_person[1:] = self.row[1:] == self.row[:-1]
        self.aside = self.detail == DETAIL["side_contact"]
        # Numbers of the events that tell of waits, service after service.
        telling = (~self.aside & ((self.event != MOVED) | (self.to != self.service))).nonzero()[0]
        at = self.service[telling]
        self._telling = telling[at.argsort(kind="stable")]
        self._edges = np.cumsum(np.bincount(at + 1, minlength=len(record.services) + 1))

    def broken(self, people: int, what: str) -> BrokenLaw:
        return BrokenLaw(f"{people} {what} ({self.record.scenario}, replication {self.record.replication})")

    def let_go(self, numbers: np.ndarray) -> np.ndarray:
        """(n,) bool: whether people joined because time had passed elsewhere, and may be called on the same day."""
        services = list(self.scenario.pathway.services.values())
        passing = [code for code, one in enumerate(services) if one.only_time]
        found: np.ndarray = (self.event[numbers - 1] == MOVED) & np.isin(self.service[numbers - 1], passing)
        return found

    def hold_one_place_at_a_time(self) -> None:
        """Whoever is seen somewhere is there; whoever is there came from where they were; an episode ends once."""
        before, by_list = self._before()
        event, service = self.event, self.service
        elsewhere = _THERE[event] & ~self.aside & (before != service)
        self._none(elsewhere, "events are of people who are not where they happen")
        self._none(self.aside & (before < 0), "side contacts are with people who wait nowhere")
        listed = event == LISTED
        self._none(listed & (before != DOOR) & (before != service), "people join a list without having been sent there")
        self._none(listed & (before == service) & by_list, "people join a list on which they are")
        self._none(
            (event == PRESENTED) & (before != OVER) & (before != NOT_YET), "people present while an episode is open"
        )
        back = np.zeros(len(event), bool)
        back[1:] = self.same_person[1:] & (self.day[1:] < self.day[:-1])
        self._none(back, "events happen before what led to them")
        self._hold_nobody_is_lost()

    def _none(self, wrong: np.ndarray, what: str) -> None:
        if wrong.any():
            raise self.broken(int(np.count_nonzero(wrong)), what)

    def _after(self) -> np.ndarray:
        """(events,) int8: where each event leaves a person, if it places them anywhere."""
        after: np.ndarray = np.where(self.event == MOVED, self.to, self.service)
        after[self.event == PRESENTED] = DOOR
        after[(self.event == REMOVED) | (self.event == RESOLVED)] = OVER
        return after

    def _before(self) -> tuple[np.ndarray, np.ndarray]:
        """(events,) int8 where each person is just before an event of theirs, and (events,) bool whether a list put
        them there."""
        n = len(self.row)
        numbers = np.arange(n, dtype=np.int32)
        last = np.maximum.accumulate(np.where(_PLACING[self.event], numbers, np.int32(-1))) if n else numbers
        first = np.maximum.accumulate(np.where(self.same_person, np.int32(-1), numbers)) if n else numbers
        before = np.full(n, -1, np.int32)
        before[1:] = last[:-1]
        known = before >= first  # the last placing event is of the same person
        before = np.maximum(before, 0)
        start = self._at_start()
        where = np.where(known, self._after()[before], start[self.row]) if n else np.zeros(0, np.int8)
        return where, known & (self.event[before] == LISTED) if n else np.zeros(0, bool)

    def _at_start(self) -> np.ndarray:
        """(patients,) int8: where the starting lists put people; the others are nowhere yet."""
        place = np.full(len(self.record.patients), NOT_YET, np.int8)
        for (list_name, name), rows in self.record.patients.placed.items():
            place[rows] = self.record.services.index(self.scenario.start.lists[list_name].places[name].service)
        return place

    def _hold_nobody_is_lost(self) -> None:
        """Who is inside at the end is who began and has not ended."""
        ended = np.count_nonzero((self.event == REMOVED) | (self.event == RESOLVED))
        began = np.count_nonzero(self.event == PRESENTED)
        began += sum(len(rows) for rows in self.record.patients.placed.values())
        if began - ended != self.record.inside:
            lost = int(began - ended - self.record.inside)
            raise self.broken(lost, f"of {began} episodes are neither resolved, removed nor inside")

    def waits_at(self, code: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each time that somebody joined a list: number of the event, day called (NEVER), day on which the wait
        ended."""
        ours = self._telling[self._edges[code] : self._edges[code + 1]]
        joined = np.flatnonzero(self.event[ours] == LISTED)
        after = ours[np.minimum(joined + 1, len(ours) - 1)]
        joined = ours[joined]
        ended = (after > joined) & (self.row[after] == self.row[joined])
        day = np.where(ended, self.day[after], NEVER)
        return joined, np.where(_CALLED[self.event[after]], day, NEVER), day


def _hold_one_visit_a_day(record: Record, scenario: Scenario) -> None:
    """Nobody is seen twice by one service on a day; who walks in may walk in again."""
    events = record.events
    seen = events["event"] == ATTENDED
    again = [record.services.index(name) for name, one in scenario.pathway.services.items() if one.walk_in]
    if again:
        seen &= ~np.isin(events["service"], again)
    row, service, day = (events[name][seen].astype(np.int64) for name in ("row", "service", "day"))
    visits = (row << 32) | (service << 24) | day
    visits.sort()
    twice = np.count_nonzero(visits[1:] == visits[:-1])
    if twice:
        raise BrokenLaw(f"{twice} visits are the second of a person at a service on a day ({record.scenario})")


def _hold_slots(record: Record, scenario: Scenario) -> None:
    """What was used and what was missed was offered. Who gives up at a drop-in has taken nobody's time."""
    for name, table in record.clinics.items():
        if not scenario.pathway.services[name].walk_in and (table[:, 2] + table[:, 3] > table[:, 1]).any():
            raise BrokenLaw(f"{name} used more slots than it offered on a day ({record.scenario})")


def _hold_minutes(record: Record) -> None:
    """No day sees more minutes than it has with what was kept, and nothing is kept that was not there."""
    for name, table in record.minutes.items():
        fresh, there, seen = table.T
        if (seen > there + 1e-6).any() or (
            np.cumsum(seen) > np.cumsum(fresh) + 1e-6 * (1 + np.arange(len(seen)))
        ).any():
            raise BrokenLaw(f"{name} saw people for more minutes than there were ({record.scenario})")


def _hold_order(name: str, settings: ServiceSettings, log: _PersonLog) -> None:
    """Nobody waits who could have been called before somebody of the same class who came later, and who has been."""
    facts, classes = log.record.patients.facts, list(settings.classes().values())
    asked = {fact for one in classes for fact in one.when}
    worsens = any(log.scenario.pathway.while_waiting.worsening.share_within_26_weeks.values())
    if not asked <= set(facts) or (worsens and "need" in asked):
        return  # people change class while they wait
    joined, called, ended = log.waits_at(log.record.services.index(name))
    if not len(joined):
        return
    row, day = log.row[joined], log.day[joined]
    code = np.full(len(row), max(len(classes) - 1, 0))
    for number in range(len(classes) - 1, -1, -1):
        when = classes[number].when
        code[matches(when, {fact: facts[fact][row] for fact in when}) if when else slice(None)] = number
    own = [settings.notice_days if c.earliest_notice_days is None else c.earliest_notice_days for c in classes]
    notice = np.array(own or [settings.notice_days])[code]
    soonest = np.where(np.isin(log.detail[joined], _SAME_DAY) | log.let_go(joined), day, day + 1)
    soonest[log.detail[joined] == DETAIL["starting_list"]] = 0
    ready = np.maximum(soonest, day + notice)
    for number in np.unique(code).tolist():
        mine = np.flatnonzero(code == number)
        mine = mine[np.lexsort((row[mine], day[mine], ready[mine]))]
        first_later = np.minimum.accumulate(called[mine][::-1])[::-1]
        passed = int(np.count_nonzero(first_later[1:] < ended[mine][:-1]))
        if passed:
            raise log.broken(passed, f"people at {name} were passed over by somebody who came later")
