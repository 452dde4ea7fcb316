"""One person's rows of the log, read from the first to the last: steps in words, and the stays that they make."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.journey.journey_words import Teller, days_words, label_of
from sim.analysis.journey.log_row import LogRow
from sim.analysis.money.visit_costs import held_gbp, settings_on, visit_gbp
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
        index = np.flatnonzero(self.record.events["row"] == self.row)
        rows = [self._row(int(i)) for i in index]
        over = None
        for row, before, following in zip(rows, [None, *rows], [*rows[1:], None], strict=False):
            self._follow(row, before, following)
            if row.ends_episode:
                how = "resolved" if row.event == "resolved" else row.detail
                over = (row.day - self.presented, how, row.service)
            elif row.event == "presented":
                over = None
        if over is None:
            over = self._unfinished(bool(rows))
        kept = [{**stay, "visits": tuple(stay["visits"])} for stay in self.stays]
        return tuple(self.steps), tuple(Stay(**{k: v for k, v in stay.items() if k != "held"}) for stay in kept), *over

    def _row(self, i: int) -> LogRow:
        columns, names = self.record.events, (*self.record.services, "")
        return LogRow(
            day=int(columns["day"][i]),
            service=names[int(columns["service"][i])],
            event=EVENTS[int(columns["event"][i])],
            detail=self.record.details[int(columns["detail"][i])],
            to=names[int(columns["to"][i])],
            since=int(columns["since"][i]),
            minute=int(columns["minute"][i]) if "minute" in columns else -1,
        )

    def _follow(self, row: LogRow, before: LogRow | None, following: LogRow | None) -> None:
        """One row, with the rows beside it: a stay begins, goes on or ends, and a step is told."""
        lists = following is not None and following.event == "listed" and following.day == row.day
        if row.event == "presented" and lists:
            row = row._replace(to=following.service)
        if row.event == "listed":
            self._enter(row.day, row.service)
            self.arrived[row.service] = (row.day, row.minute)
        minutes, cost = self._minutes_waited(row), 0.0
        words = self.teller.tell(row, minutes)
        if row.event in ("started", "attended"):
            self._seen(row)
        if row.event == "attended":
            called = settings_on(self.scenario, row.service, row.day).class_of(self.record.patients.facts, self.row)
            cost += visit_gbp(self.scenario, row.service, row.detail == "new", row.day, called)
        if row.service and (row.ends_episode or row.goes_elsewhere):
            cost += self._leave(row.day, row.service)
        if row.goes_elsewhere and not (lists and following.service == row.to):
            self._enter(row.day, row.to, called=row.day - self.presented)  # a result goes back: no list is joined
        if not _told_before(row, before):
            self._step(row, cost, words, self._days_waited(row), minutes)

    def _ends_wait(self, row: LogRow) -> bool:
        if row.event == "attended":
            return row.detail == "new" and not self.scenario.pathway.services[row.service].starts
        return row.event == "started"

    def _days_waited(self, row: LogRow) -> int | None:
        return row.waited if self._ends_wait(row) or (row.ends_episode and row.waited > 0) else None

    def _minutes_waited(self, row: LogRow) -> int | None:
        """At a drop-in, from coming in to being seen or leaving."""
        came, at = self.arrived.get(row.service, (0, -1))
        if row.event in ("listed", "attended") or row.minute < 0 or at < 0 or self.teller.attended.get(row.service):
            return None
        return (row.day - came) * MINUTES_A_DAY + row.minute - at

    def _step(self, row: LogRow, cost: float, words: str, days: int | None = None, minutes: int | None = None) -> None:
        service = row.service or row.to
        setting = self.scenario.pathway.services[service].setting if service else ""
        self.steps.append(
            Step(
                row.day - self.presented,
                self.record.calendar.date_of(row.day).isoformat(),
                row.minute,
                service,
                setting,
                row.event,
                row.detail,
                days,
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
            aside=False,
            held=None,
        )
        self.stays.append(stay)
        return stay

    def _open(self, service: str) -> dict | None:
        return next((stay for stay in reversed(self.stays) if stay["service"] == service and not stay["over"]), None)

    def _seen(self, row: LogRow) -> None:
        since, aside = row.day - self.presented, row.detail == "side_contact"
        last = self.stays[-1] if self.stays else None
        if aside and last is not None and last["service"] == row.service and last["aside"]:
            stay = last
        else:
            stay = (None if aside else self._open(row.service)) or self._enter(row.day, row.service, since)
        if aside:
            stay |= {"over": True, "aside": True}
        if self._ends_wait(row) and stay["called"] is None:
            stay["called"] = stay["held"] = since
        if row.event == "attended":
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
            self._step(LogRow(self.presented, "", "end", "absent"), 0.0, "did not come to this pathway")
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
        self._step(LogRow(self.horizon, service, "end", end), cost, words)
        return None, end, service


def _told_before(row: LogRow, before: LogRow | None) -> bool:
    """Whether the row before a listing has told it already."""
    if row.event != "listed" or row.detail not in _SAID_BY_THE_MOVE or before is None:
        return False
    return before.day == row.day and before.event in ("presented", "moved")
