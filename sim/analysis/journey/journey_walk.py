"""One person's rows of the log, read from the first to the last: steps in words, and the stays that they make."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.journey.journey_words import Teller, days_words, label_of
from sim.analysis.money.visit_costs import held_gbp, visit_gbp
from sim.domain.record import Record
from sim.domain.scenario import Scenario
from sim.domain.words import EVENTS

MINUTES_A_DAY = 1440
_SAID_BY_THE_MOVE = ("door", "referred", "test", "from_elsewhere", "induced", "called_for_review")
"""Listings that the row before them has told already."""


@dataclass(frozen=True)
class Step:
    """One thing that happened. `day` counts from presenting; `minute` of the day, -1 if not known.

    `waited_days` and `waited_minutes` (at a drop-in) only where a wait ends.
    """

    day: int
    date: str
    minute: int
    service: str
    setting: str
    event: str
    detail: str
    waited_days: int | None
    waited_minutes: int | None
    cost_gbp: float
    words: str


@dataclass(frozen=True)
class Stay:
    """A service on the way. Days since presenting: `first` to `called` waiting (None: never called), `visits`, `last`.

    `passing`: no queue, time that has to pass (self-management at home, a report);
    `aside`: visits while waiting elsewhere.
    """

    service: str
    label: str
    setting: str
    passing: bool
    first: int
    called: int | None
    last: int
    visits: tuple[int, ...]
    over: bool
    aside: bool = False


class Walk:
    """Reads one person's rows from the first to the last."""

    def __init__(self, record: Record, scenario: Scenario, row: int):
        self.record, self.scenario, self.row = record, scenario, row
        self.presented = int(record.patients.presented_day[row])
        self.horizon = record.calendar.horizon
        self.teller = Teller(scenario)
        self.steps: list[Step] = []
        self.stays: list[dict] = []
        self.arrived: dict[str, tuple[int, int]] = {}

    def walked(self):
        """(steps, stays, day of the end or None, how it ended, where)."""
        columns = self.record.events
        index = np.flatnonzero(columns["row"] == self.row)
        rows = [self._row(int(i)) for i in index]
        over = None
        for place, one in enumerate(rows):
            day, service, event, detail, *_ = one
            following = rows[place + 1] if place + 1 < len(rows) else None
            if self._follow(one, following, place, rows):
                over = (day - self.presented, "resolved" if event == "resolved" else detail, service)
            elif event == "presented":
                over = None
        if over is None:
            over = self._unfinished(bool(rows))
        kept = [{**stay, "visits": tuple(stay["visits"])} for stay in self.stays]
        return tuple(self.steps), tuple(Stay(**{k: v for k, v in stay.items() if k != "held"}) for stay in kept), *over

    def _row(self, i: int):
        columns, names = self.record.events, (*self.record.services, "")
        minute = int(columns["minute"][i]) if "minute" in columns else -1
        return (
            int(columns["day"][i]),
            names[int(columns["service"][i])],
            EVENTS[int(columns["event"][i])],
            self.record.details[int(columns["detail"][i])],
            names[int(columns["to"][i])],
            int(columns["since"][i]),
            minute,
        )

    def _follow(self, one, following, place, rows) -> bool:
        """One row; returns whether the episode ends with it."""
        day, service, event, detail, to, since, minute = one
        if event == "presented" and following and following[2] == "listed" and following[0] == day:
            to = following[1]
        minutes = None
        if event == "listed":
            self._enter(day, service)
            self.arrived[service] = (day, minute)
        elif (
            event != "attended"
            and minute >= 0
            and self.arrived.get(service, (0, -1))[1] >= 0
            and not self.teller.attended.get(service)
        ):
            came, at = self.arrived[service]
            minutes = (day - came) * MINUTES_A_DAY + minute - at
        ends_wait = event == "started" or (event == "attended" and detail == "new" and not self._starts(service))
        waited = day - since if ends_wait or (event in ("removed", "resolved") and since < day) else None
        words = self.teller.tell(day, service, event, detail, to, day - since, minutes)
        cost = visit_gbp(self.scenario, service, detail == "new") if event == "attended" else 0.0
        if event in ("started", "attended"):
            self._seen(day, service, ends_wait, event == "attended", aside=detail == "side_contact")
        leaves = event in ("removed", "resolved") or (event == "moved" and to != service)
        if leaves and service:
            cost += self._leave(day, service)
        if event == "moved" and to != service and not (following and following[:3] == (day, to, "listed")):
            self._enter(day, to, called=day - self.presented)  # a result goes back: no list is joined for it
        told = (
            event == "listed"
            and detail in _SAID_BY_THE_MOVE
            and place
            and rows[place - 1][0] == day
            and rows[place - 1][2] in ("presented", "moved")
        )
        if not told:
            self._step(day, minute, service or to, event, detail, waited, cost, words, minutes)
        return event in ("removed", "resolved")

    def _starts(self, service: str) -> bool:
        return self.scenario.pathway.services[service].starts

    def _step(self, day, minute, service, event, detail, waited, cost, words, minutes=None) -> None:
        setting = self.scenario.pathway.services[service].setting if service else ""
        self.steps.append(
            Step(
                day - self.presented,
                self.record.calendar.date_of(day).isoformat(),
                minute,
                service,
                setting,
                event,
                detail,
                waited,
                minutes,
                round(cost, 2),
                words,
            )
        )

    # --- stays ---------------------------------------------------------------------------------------------

    def _enter(self, day: int, service: str, called=None) -> dict:
        settings, since = self.scenario.pathway.services[service], day - self.presented
        stay = dict(
            service=service,
            label=label_of(self.scenario, service),
            setting=settings.setting,
            passing=settings.only_time,
            first=since,
            called=called,
            last=since,
            visits=[],
            over=False,
            held=None,
        )
        self.stays.append(stay)
        return stay

    def _open(self, service: str) -> dict | None:
        return next((stay for stay in reversed(self.stays) if stay["service"] == service and not stay["over"]), None)

    def _seen(self, day: int, service: str, ends_wait: bool, visit: bool, aside: bool) -> None:
        since = day - self.presented
        before = self.stays[-1] if self.stays else None
        if aside and before is not None and before["service"] == service and before.get("aside"):
            stay = before
        else:
            stay = (None if aside else self._open(service)) or self._enter(day, service, since)
        if aside:
            stay |= {"over": True, "aside": True}
        if ends_wait and stay["called"] is None:
            stay["called"] = stay["held"] = since
        if visit:
            stay["visits"].append(since)
        stay["last"] = max(stay["last"], since)

    def _leave(self, day: int, service: str) -> float:
        """The stay is over; returns what holding a place cost."""
        stay, since = self._open(service), day - self.presented
        if stay is None:
            return 0.0
        stay["over"], stay["last"] = True, since
        return held_gbp(self.scenario, service, since - stay["held"]) if stay["held"] is not None else 0.0

    def _unfinished(self, came: bool):
        """Where a person is when the run ends."""
        if not came:
            self._step(self.presented, -1, "", "end", "absent", None, 0.0, "did not come to this pathway")
            return 0, "absent", ""
        stay = next((stay for stay in reversed(self.stays) if not stay["over"]), None)
        last = self.horizon - self.presented
        service, end, words, cost = "", "in_care", "still in care when the run ends", 0.0
        if stay is not None:
            service, stay["last"] = stay["service"], last
            waiting = stay["called"] is None and not stay["passing"]
            end = "waiting" if waiting else "in_care"
            words = (
                f"still waiting for {stay['label']} when the run ends ({days_words(last - stay['first'])} so far)"
                if waiting
                else f"still with {stay['label']} when the run ends"
            )
            if stay["held"] is not None:
                cost = held_gbp(self.scenario, service, last - stay["held"])
        self._step(self.horizon, -1, service, "end", end, None, cost, words)
        return None, end, service
