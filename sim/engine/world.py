"""The state of one replication: columns over patients, the services, the log and the clock."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.domain.calendar import Calendar
from sim.domain.chance import Chance, counters, key_at
from sim.domain.pathway.pathway import Pathway
from sim.domain.pathway.routes import known_facts, matches
from sim.domain.pathway.rules import FactWord
from sim.domain.pathway.ways import rule_maps
from sim.domain.people.patients import Patients
from sim.domain.words import (
    COURSE,
    DETAIL,
    DETAILS,
    FACTS,
    LISTED,
    MOVED,
    OWN_FACTS,
    PRESENTED,
    REMOVED,
    RESOLVED,
    RESOLVED_PLACE,
    RETURN,
)
from sim.engine import kernels
from sim.engine.diary import Diary
from sim.engine.exits import Exits
from sim.engine.log import EventLog
from sim.engine.moments import CLINICS, EVENING
from sim.engine.shapes import Log, Move
from sim.engine.today import Today

if TYPE_CHECKING:
    from sim.engine.services.service import Service

NOWHERE, OVER = -1, -2
DOOR = 0


def rule_names(pathway: Pathway) -> tuple[str, ...]:
    """Every rule name of a pathway, sorted: the log's details beyond the fixed words."""
    names = {name for _, _, rules in rule_maps(pathway) for name in rules}
    return tuple(sorted(names))


class World:
    """Columns over patients: where each is, since when, and what has happened to them in this episode."""

    def __init__(
        self,
        pathway: Pathway,
        patients: Patients,
        calendar: Calendar,
        chance: Chance,
        scale: float = 1.0,
        taken_over: bool = False,
    ) -> None:
        """`taken_over`: some come with a wait that began before they were here."""
        self.fifths: np.ndarray | None = None
        """(quintiles,) shares of those who present; None where the place does not say."""
        self.scale = scale
        self.pathway, self.patients, self.calendar, self.chance = pathway, patients, calendar, chance
        self.n = len(patients)
        self.env = simpy.Environment()
        self.events = EventLog()
        self.log: Log = self.events  # what is written now goes here
        self.facts = {name: np.zeros(self.n, np.int8) for name in OWN_FACTS} | patients.facts
        self.changing: dict[str, np.ndarray] = {}  # facts that change as people go; the others never do
        self.counters = counters(patients.patient_id)
        self.service_names = tuple(pathway.services)
        self.rules = rule_names(pathway)
        self.rule_codes = {name: len(DETAILS) + i for i, name in enumerate(self.rules)}
        self.services: dict[str, Any] = {}
        self.open_today: list[Service] = []
        self.place = np.full(self.n, NOWHERE, np.int8)
        self.ticket = np.zeros(self.n, np.int32)
        self.since = np.zeros(self.n, np.int32)
        self.came_from = np.zeros(self.n, np.int16)
        self.referred = np.zeros(self.n, np.int16)
        self.asked_by = np.full(self.n, NOWHERE, np.int8)
        self.remaining = np.zeros(self.n, np.int16)
        self.episode = np.zeros(self.n, np.int16)
        self.recurs = pathway.recurrence.share > 0
        self.changing |= {
            "came_from": self.came_from,
            "referred_before": self.referred,
            "called": np.zeros(self.n, np.int8),
        }
        if any(pathway.while_waiting.worsening.share_within_26_weeks.values()):
            # The patients belong to all scenarios; a need that rises in this one is this one's.
            self.facts["need"] = self.changing["need"] = patients.facts["need"].copy()
        self.words = known_facts(pathway.services)
        # Where people may join a list as of an earlier day, the day they really joined is another column.
        self.backdates = taken_over or any(service.keeps_place for service in pathway.services.values())
        self.joined = np.zeros(self.n, np.int32) if self.backdates else self.since
        self.kept = np.zeros(self.n, np.int32) if self.backdates else self.since
        self.relapse: np.ndarray | None = np.ones(self.n, np.float32) if pathway.recurrence.ratio_after else None
        self.on_foot = False
        """Who is sent on now leaves a drop-in this minute: another one has them at once."""
        self.today = Today(self)
        self.exits = Exits(self)
        self.comes_back = Diary(calendar.horizon)

    def close(self) -> None:
        """Lets go of all there is. A world holds itself in circles (services know it, and it them), so what it takes
        would else stay until Python looks for rubbish, and a process of many replications would hold several."""
        self.env._queue.clear()
        for part in (*self.services.values(), self.exits, self):
            vars(part).clear()

    def uniforms(self, key: np.ndarray, rows: np.ndarray, occasion: int | np.ndarray = 0) -> np.ndarray:
        """Keyed draws for rows: the patient's id is the key, never the row."""
        if isinstance(occasion, np.ndarray):
            return kernels.draws_at(int(key), self.counters, rows, occasion)
        return kernels.draws(key_at(key, occasion), self.counters, rows)

    def next_uniforms(self, key: np.ndarray, rows: np.ndarray, met: np.ndarray) -> np.ndarray:
        """Keyed draws for rows at the occasion that `met` (patients,) has come to, which is counted."""
        return kernels.draws_next(int(key), self.counters, rows, met)

    def fits(self, when: Mapping[str, FactWord], rows: np.ndarray) -> np.ndarray:
        """(n,) bool: who of `rows` fits `when` now."""
        if not when:
            return np.ones(len(rows), bool)
        columns = {fact: self.changing[fact] if fact in self.changing else self.facts[fact] for fact in when}
        return matches(when, {fact: column[rows] for fact, column in columns.items()}, self.words)

    def write(
        self,
        day: int,
        service: int,
        event: int,
        detail: int | np.ndarray,
        rows: np.ndarray,
        since: int | np.ndarray | None = None,
        to: int = -1,
    ) -> None:
        """One batch to the log; every row is a patient.

        `since`: the day on which the wait began, for an event that ends one; `to`: the code of where they go.
        """
        self.log.add(day, service, event, detail, to, rows, day if since is None else since)

    def send(self, origin: "Service", moves: "Iterable[Move]", day: int, ready: int, from_list: bool = False) -> None:
        """Carry out a router's moves: `ready` is the first day on which the next service may act.

        `from_list`: these people leave a list without having been seen.
        """
        for place, rows, rules in moves:
            if place == RESOLVED_PLACE:
                self.resolve(origin.code, rows, rules, day, self.since[rows] if from_list else None)
            elif place == COURSE:
                self.write(day, origin.code, MOVED, rules, rows, to=origin.code)
                origin.start_course(rows, day)
            elif place == RETURN:
                asked = self.asked_by[rows]
                for code in np.unique(asked).tolist():
                    back = rows[asked == code]
                    asker = self.services[self.service_names[code]]
                    self.write(
                        day,
                        origin.code,
                        MOVED,
                        rules if isinstance(rules, int) else rules[asked == code],
                        back,
                        to=code,
                    )
                    self.place[back] = code
                    asker.take_back(back, day, ready)
            else:
                target = self.services[place]
                self.write(day, origin.code, MOVED, rules, rows, self.since[rows] if from_list else None, target.code)
                self.came_from[rows] = origin.code + 1
                if origin.primary and not target.primary:
                    self.referred[rows] = 1
                target.join(
                    rows, day, ready, DETAIL["referred"], self.kept[rows] if origin.settings.keeps_place else None
                )

    def order(self, origin: "Service", service: str, rows: np.ndarray, day: int) -> None:
        """A test on the way to a decision: the patient waits for it and comes back to `origin`."""
        target = self.services[service]
        self.write(day, origin.code, MOVED, DETAIL["test"], rows, to=target.code)
        target.join(rows, day, day + 1, DETAIL["test"])

    def present(self, rows: np.ndarray, day: int, moves: "Iterable[Move]", detail: int = DETAIL["door"]) -> None:
        """People come to the pathway's door (their first or a further episode)."""
        self.write(day, NOWHERE, PRESENTED, detail, rows)
        for place, some, _ in moves:
            self.came_from[some] = DOOR
            self.services[place].join(some, day, day, DETAIL["door"])

    def resolve(
        self, service: int, rows: np.ndarray, detail: int | np.ndarray, day: int, since: np.ndarray | None = None
    ) -> None:
        """The episode is over; some come back later with the same problem."""
        self.place[rows] = OVER
        self.write(day, service, RESOLVED, detail, rows, since)
        self._plan_recurrence(rows, day)

    def remove(self, service: "Service", rows: np.ndarray, detail: int, day: int) -> None:
        """Taken off a list; the episode ends here."""
        service.leave_list(rows, day, for_good=True)
        self.drop(service.code, rows, detail, day, self.since[rows])

    def drop(self, service: int, rows: np.ndarray, detail: int, day: int, since: np.ndarray | None = None) -> None:
        """The episode ends unresolved."""
        self.place[rows] = OVER
        self.write(day, service, REMOVED, detail, rows, since)

    def _plan_recurrence(self, rows: np.ndarray, day: int) -> None:
        settings = self.pathway.recurrence
        if not self.recurs:
            return
        episode = self.episode[rows].astype(np.int64)
        share = settings.share if self.relapse is None else settings.share * self.relapse[rows]
        again = self.uniforms(self.chance.key("recurrence"), rows, episode) < share
        rows, episode = rows[again], episode[again]
        u = self.uniforms(self.chance.key("recurrence.day"), rows, episode)
        days = day + 1 + np.floor(-settings.mean_days * np.log1p(-u)).astype(np.int32)
        self.comes_back.spread(days, rows)

    def begin_again(self, rows: np.ndarray, day: int) -> None:
        """A new episode: the history of the last one is forgotten, its latent times are drawn afresh."""
        self.episode[rows] += 1
        self.events.begin_again(rows)
        self.came_from[rows] = DOOR
        self.referred[rows] = 0
        self.changing["called"][rows] = 0
        if self.relapse is not None:
            self.relapse[rows] = 1
        self.exits.begin_again(rows, day)


__all__ = ["CLINICS", "DOOR", "EVENING", "FACTS", "LISTED", "NOWHERE", "OVER", "World"]
