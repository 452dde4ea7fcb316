"""What befalls people on a list: recovery, private care and other removals, a need that rises, asking the GP again.

Recovery has its own day, counted from presentation. The others accrue only while waiting: each has a
unit-exponential threshold, drawn once an episode, and the hazard of the list a person stands on is added up until
it is reached. A pathway with more lists therefore gives no more chances than the time spent on them.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.domain.calendar import DAYS_A_YEAR
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.routes import matches
from sim.domain.words import DETAIL, FACTS, MOVED, NEEDS
from sim.engine.diary import Diary
from sim.engine.removals import RemovalsByWait

if TYPE_CHECKING:
    from sim.engine.services.service import Service
    from sim.engine.world import World

NEVER = np.int32(2**30)
SIX_WEEKS, TEN_WEEKS, HALF_YEAR, MONTH = 42.0, 70.0, 182.0, DAYS_A_YEAR / 12
LONG = np.array(2**29, np.float32)
RECOVERED, REMOVED = (np.array(DETAIL[word], np.int16) for word in ("recovered", "other"))
WORSENED, ASKS_GP = np.array(DETAIL[f"worsened_to_{NEEDS[0]}"], np.int16), np.array(DETAIL["side_contact"], np.int16)
STAY = (int(WORSENED), int(ASKS_GP))
"""What befalls people without taking them off the list."""


class ListExits:
    """What may befall people on one service's list. `any`: whether there is anything."""

    def __init__(self, exits: "Exits", settings: ServiceSettings) -> None:
        self._exits = exits
        self._recovers = settings.recovers and exits.recovers
        self._attend_anyway = settings.attends_anyway_share if self._recovers else 0.0
        self._causes: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
        if settings.private_exit and exits.private_rate is not None:
            self._causes.append(
                (
                    np.array(DETAIL["private"], np.int16),
                    exits.threshold("private"),
                    exits.private_rate,
                    exits.private_mean,
                )
            )
        if settings.removed_share_per_week_waited > 0:
            rate = np.float32(-np.log1p(-min(settings.removed_share_per_week_waited, 0.999999)) / 7)
            self._causes.append((REMOVED, exits.threshold("other"), np.array(rate), np.array(1 / rate)))
        if settings.worsens and exits.worsening is not None:
            self._causes.append(
                (
                    WORSENED,
                    exits.threshold("worsening"),
                    exits.worsening,
                    1 / np.maximum(exits.worsening, np.float32(1e-12)),
                )
            )
        if settings.recontacts_gp and exits.gp_contacts > 0:
            rate = np.float32(exits.gp_contacts / MONTH)
            self._causes.append((ASKS_GP, exits.threshold("gp_contact"), np.array(rate), np.array(1 / rate)))
        by_weeks = settings.removed_share_by_weeks_waited
        self._by_wait = RemovalsByWait(by_weeks) if any(by_weeks.values()) else None
        if self._by_wait is not None:
            exits.threshold("other")
        self.any = bool(self._recovers or self._causes or self._by_wait is not None)

    def enter(self, rows: np.ndarray, day: int | np.ndarray, today: int | np.ndarray | None = None) -> None:
        """People wait here from `day` on (one, or each their own (n,)): enter what befalls them first after `today`."""
        exits = self._exits
        if today is None:
            today = day
        due: np.ndarray | None = None
        cause = RECOVERED
        if self._recovers:
            due = np.maximum(exits.recovers_on[rows], today + 1)
            if self._attend_anyway:
                due[exits.indifference(rows) < self._attend_anyway] = NEVER
        for detail, days in self._days_until(rows, day):
            here = np.minimum(days, LONG).astype(np.int32) + (day + 1)
            if today is not day:
                here = np.maximum(here, today + 1)
            if due is None:
                due, cause = here, detail
            else:
                cause = np.where(here < due, detail, cause)
                due = np.minimum(here, due)
        if due is None:
            return
        inside = (due < exits.horizon).nonzero()[0]
        if len(inside):
            rows = rows[inside]
            causes = cause[inside] if cause.ndim else np.full(len(rows), cause)
            exits.diary.spread(due[inside], rows, exits.tickets[rows], causes)

    def _days_until(self, rows: np.ndarray, day: int | np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(cause, days from `day` on until it befalls people (n,) who wait on) for each that adds up while waiting."""
        for detail, left, _, mean in self._causes:
            yield detail, left[rows] * (mean if mean.ndim == 0 else mean[rows])
        if self._by_wait is not None:
            waited = day - self._exits.since[rows]
            left = self._exits.threshold("other")[rows]
            yield REMOVED, self._by_wait.days_at(self._by_wait.reached(waited) + left) - waited

    def accrue(self, rows: np.ndarray, begun: np.ndarray, day: int) -> None:
        """People who have waited here since `begun` (n,) stop on `day`: what is left of their thresholds."""
        days = day - begun
        for _, left, rate, _ in self._causes:
            left[rows] = np.maximum(left[rows] - (rate if rate.ndim == 0 else rate[rows]) * days, 0)
        if self._by_wait is not None:
            waited, left = begun - self._exits.since[rows], self._exits.threshold("other")
            added = self._by_wait.reached(waited + days) - self._by_wait.reached(waited)
            left[rows] = np.maximum(left[rows] - added, 0)

    @property
    def accrues(self) -> bool:
        """Whether time spent here counts towards an exit."""
        return bool(self._causes or self._by_wait is not None)


class Exits:
    """The latent times of all patients, and the diary of those that fall due."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.horizon, self.tickets, self.since = world.calendar.horizon, world.ticket, world.since
        self.diary = Diary(self.horizon, lambda due, rows, tickets, causes: self.tickets[rows] == tickets)
        waiting = world.pathway.while_waiting
        shares = waiting.recovery.share_within_6_weeks
        self._recovery = np.array([-np.log1p(-min(shares.get(w, 0.0), 0.999999)) / SIX_WEEKS for w in FACTS["onset"]])
        self.recovers = bool(self._recovery.any() and waiting.recovery.needs)
        self._recovering = waiting.recovery.needs
        self._may_recover = matches({"need": self._recovering}, world.facts) if self.recovers else np.zeros(0, bool)
        self.private_rate: np.ndarray | None = None
        self.private_mean = np.zeros(0, np.float32)
        if any(waiting.private_exit.share_within_10_weeks.values()):
            by_word = [waiting.private_exit.share_within_10_weeks.get(q, 0.0) for q in FACTS["imd_quintile"]]
            rate = -np.log1p(-np.minimum(by_word, 0.999999)) / TEN_WEEKS
            self.private_rate = rate[world.facts["imd_quintile"]].astype(np.float32)
            self.private_mean = (1 / np.maximum(rate, 1e-12))[world.facts["imd_quintile"]].astype(np.float32)
        self.worsening: np.ndarray | None = None
        self._worse = np.zeros(0, np.int8)
        if "need" in world.changing:
            worsening = waiting.worsening
            rate = np.array(
                [
                    -np.log1p(-min(worsening.share_within_26_weeks.get(w, 0.0), 0.999999)) / HALF_YEAR
                    for w in FACTS["onset"]
                ]
            )
            self._worse = np.array([NEEDS.index(worsening.to.get(need, need)) for need in NEEDS], np.int8)
            rises = (self._worse != np.arange(len(NEEDS)))[world.facts["need"]]
            self.worsening = (rate[world.facts["onset"]] * rises).astype(np.float32)
        self.gp_contacts = waiting.gp_contact.per_month_waited
        self._asked_gp = np.zeros(world.n if self.gp_contacts > 0 else 0, np.uint16)
        self.recovers_on = np.full(world.n, NEVER, np.int32)
        self._thresholds: dict[str, np.ndarray] = {}
        self._everyone = np.arange(world.n)
        self._draw_recovery(self._everyone, np.maximum(world.patients.presented_day, 0))

    def _unit(self, cause: str, rows: np.ndarray) -> np.ndarray:
        world = self._world
        occasion = world.episode[rows].astype(np.int64) if world.recurs else 0
        drawn: np.ndarray = -np.log1p(-world.uniforms(world.chance.key(f"latent.{cause}"), rows, occasion))
        return drawn.astype(np.float32)

    def threshold(self, cause: str) -> np.ndarray:
        """What is left of everybody's threshold for a cause (patients,), drawn when first asked for."""
        if cause not in self._thresholds:
            self._thresholds[cause] = self._unit(cause, self._everyone)
        return self._thresholds[cause]

    def indifference(self, rows: np.ndarray) -> np.ndarray:
        """(n,) uniform, one an episode: how little it takes to attend although one has recovered."""
        world = self._world
        occasion = world.episode[rows].astype(np.int64) if world.recurs else 0
        return world.uniforms(world.chance.key("latent.attends_anyway"), rows, occasion)

    def _draw_recovery(self, rows: np.ndarray, first_day: int | np.ndarray) -> None:
        if not self.recovers:
            return
        rate = self._recovery[self._world.facts["onset"][rows]]
        with np.errstate(divide="ignore"):
            wait = np.where(self._may_recover[rows] & (rate > 0), self._unit("recovery", rows) / rate, np.inf)
        self.recovers_on[rows] = np.minimum(first_day + np.ceil(wait), NEVER).astype(np.int32)

    def begin_again(self, rows: np.ndarray, day: int) -> None:
        """A further episode begins: its latent times are drawn afresh."""
        if self.worsening is not None:
            self._begin_with_first_need(rows)
        self._draw_recovery(rows, day)
        for cause, left in self._thresholds.items():
            left[rows] = self._unit(cause, rows)

    def fall_due(self, day: int) -> None:
        """Everyone whose exit is today and who still stands on the list that it was entered for."""
        world = self._world
        page = self.diary.take(day)
        if page is None:
            return
        rows, tickets, causes = page
        here = world.ticket[rows] == tickets
        rows, causes = rows[here], causes[here]
        if not len(rows):
            return
        places = world.place[rows]
        order = np.lexsort((rows, causes, places))
        rows, causes, places = rows[order], causes[order], places[order]
        edges = ((places[1:] != places[:-1]) | (causes[1:] != causes[:-1])).nonzero()[0] + 1
        starts = [0, *edges.tolist()]
        for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
            service = world.services[world.service_names[places[start]]]
            some, cause = rows[start:end], int(causes[start])
            if cause in STAY:
                self._worsen(service, some, day) if cause == WORSENED else self._ask_gp(some, day)
                service.exits.enter(some, np.maximum(world.joined[some], 0), day)
            else:
                world.remove(service, some, cause, day)

    def _worsen(self, service: "Service", rows: np.ndarray, day: int) -> None:
        """Once an episode: the need rises, and who could have recovered may not be able to any more."""
        world = self._world
        self._thresholds["worsening"][rows] = np.inf
        need = self._worse[world.facts["need"][rows]]
        world.facts["need"][rows] = need
        if self.recovers:
            lost = ~matches({"need": self._recovering}, {"need": need})
            self.recovers_on[rows[lost]] = NEVER
        world.write(day, service.code, MOVED, np.int16(WORSENED) + need, rows, to=service.code)
        service.asked_again(rows)

    def _ask_gp(self, rows: np.ndarray, day: int) -> None:
        """The next time is as long again, counted in time waited."""
        world = self._world
        self._asked_gp[rows] += np.uint16(1)
        u = world.uniforms(world.chance.key("latent.gp_contact.again"), rows, self._asked_gp[rows])
        self._thresholds["gp_contact"][rows] -= np.log1p(-u).astype(np.float32)
        world.services[world.pathway.while_waiting.gp_contact.service].expect_aside(rows)

    def _begin_with_first_need(self, rows: np.ndarray) -> None:
        """A further episode begins with the need that the person was made with."""
        world = self._world
        need = world.patients.facts["need"][rows]
        world.facts["need"][rows] = need
