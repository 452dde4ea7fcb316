"""What befalls people on a list: recovery, private care and other removals, a need that rises, asking the GP again.

Recovery has its own day, counted from presentation. The others accrue only while waiting: each has a
unit-exponential threshold, drawn once an episode, and the hazard of the list a person stands on is added up until
it is reached. A pathway with more lists therefore gives no more chances than the time spent on them.

Nothing befalls anybody on the day on which they join. So who joined and who left in the course of a day, wherever it
was, is noted down, and reckoned with for all of them at once the next morning.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.domain.pathway.routes import matches
from sim.domain.words import DETAIL, FACTS, MOVED, NEEDS
from sim.engine.diary import Diary
from sim.engine.hazards import ASKS_GP, REMOVED, WORSENED, causes_on, repeated
from sim.engine.removals import RemovalsByWait

if TYPE_CHECKING:
    from sim.engine.services.service import Service
    from sim.engine.world import World

NEVER = np.int32(2**30)
SIX_WEEKS, TEN_WEEKS, HALF_YEAR = 42.0, 70.0, 182.0
LONG = np.array(2**29, np.float32)
RECOVERED = DETAIL["recovered"]
STAY = (WORSENED, ASKS_GP)
"""What befalls people without taking them off the list."""


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
        self._look_at_lists()
        self._joined: list[tuple[np.ndarray, np.ndarray, int, int]] = []  # rows, tickets, list, day
        self._left: list[tuple[np.ndarray, np.ndarray, np.ndarray, int, int]] = []  # rows, joined, since, list, day

    def _look_at_lists(self) -> None:
        """What may happen on each list (services,)."""
        services = list(self._world.pathway.services.values())
        self._recovers = np.array([one.recovers and self.recovers for one in services])
        self._attend_anyway = np.array([one.attends_anyway_share for one in services]) * self._recovers
        self._causes = [cause for cause in causes_on(self, services) if cause.here.any()]
        tables = [one.removed_share_by_weeks_waited for one in services]
        self._by_wait = {code: RemovalsByWait(table) for code, table in enumerate(tables) if any(table.values())}
        if self._by_wait:
            self.threshold("other")
        self.accrues = np.isin(np.arange(len(services)), [*self._by_wait])
        for cause in self._causes:
            self.accrues |= cause.here
        """(services,) bool: whether time spent there counts towards an exit."""
        self.any = self.accrues | self._recovers
        """(services,) bool: whether anything may befall people there."""

    # --- joining and leaving lists -----------------------------------------------------------------------

    def join(self, rows: np.ndarray, code: int, day: int) -> None:
        """People wait at service `code` from `day` on."""
        self._joined.append((rows, self.tickets[rows], code, day))

    def leave(self, rows: np.ndarray, code: int, day: int) -> None:
        """People who wait there stop on `day`."""
        world = self._world
        if self._left and self._left[-1][-1] != day:  # a night that outlasts its day
            self._reckon()
        joined = world.joined[rows]
        self._left.append((rows, joined, world.since[rows] if world.backdates else joined, code, day))

    def _reckon(self) -> None:
        """What the time waited has taken from thresholds, and what befalls first those who have joined a list."""
        if self._left:
            rows, joined, since = (np.concatenate(part) for part in [*zip(*self._left, strict=True)][:3])
            codes, day = repeated(self._left)
            begun = np.maximum(joined, 0)
            self._left = []
            # Who leaves two lists on a day joined the second on that very day.
            waited = np.flatnonzero(day > begun)
            self._take_off(*(column[waited] for column in (rows, codes, begun, since, day)))
        if self._joined:
            rows, tickets = (np.concatenate(part) for part in [*zip(*self._joined, strict=True)][:2])
            codes, day = repeated(self._joined)
            self._joined = []
            here = np.flatnonzero(self.tickets[rows] == tickets)
            self._enter(rows[here], codes[here], day[here], day[here])

    def _take_off(
        self, rows: np.ndarray, codes: np.ndarray, begun: np.ndarray, since: np.ndarray, day: np.ndarray
    ) -> None:
        """People who have waited since `begun` (n,) stopped on `day` (n,): what is left of their thresholds."""
        days = day - begun
        for cause in self._causes:
            some = np.flatnonzero(cause.here[codes])
            if len(some):
                cause.take_off(rows[some], codes[some], days[some])
        for code, by_wait in self._by_wait.items():
            some = np.flatnonzero(codes == code)
            if len(some):
                waited, left = begun[some] - since[some], self._thresholds["other"]
                added = by_wait.reached(waited + days[some]) - by_wait.reached(waited)
                left[rows[some]] = np.maximum(left[rows[some]] - added, 0)

    def _enter(self, rows: np.ndarray, codes: np.ndarray, day: np.ndarray, today: np.ndarray) -> None:
        """People wait at the lists `codes` (n,) from `day` (n,) on: what befalls them first, after `today` (n,)."""
        due = np.where(self._recovers[codes], np.maximum(self.recovers_on[rows], today + 1), NEVER)
        share = self._attend_anyway[codes]
        if share.any():
            some = np.flatnonzero(share)
            due[some[self._indifference(rows[some]) < share[some]]] = NEVER
        causes = np.full(len(rows), RECOVERED, np.int16)

        def may_be(detail: int, some: np.ndarray, days: np.ndarray) -> None:
            here = np.minimum(days, LONG).astype(np.int32) + (day[some] + 1)
            here = np.maximum(here, today[some] + 1)
            sooner = here < due[some]
            some = some[sooner]
            due[some], causes[some] = here[sooner], detail

        for cause in self._causes:
            some = np.flatnonzero(cause.here[codes])
            if len(some):
                may_be(cause.detail, some, cause.days_left(rows[some], codes[some]))
        for code, by_wait in self._by_wait.items():
            some = np.flatnonzero(codes == code)
            if len(some):
                waited, left = day[some] - self.since[rows[some]], self._thresholds["other"][rows[some]]
                may_be(REMOVED, some, by_wait.days_at(by_wait.reached(waited) + left) - waited)
        inside = np.flatnonzero(due < self.horizon)
        if len(inside):
            rows = rows[inside]
            self.diary.spread(due[inside], rows, self.tickets[rows], causes[inside])

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

    def _indifference(self, rows: np.ndarray) -> np.ndarray:
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
        self._reckon()
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
                ones = np.ones(len(some), np.int32)
                self._enter(some, service.code * ones, np.maximum(world.joined[some], 0), day * ones)
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
