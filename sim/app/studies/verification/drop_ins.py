"""Drop-ins: queues in minutes with one clinician or several, classes, people who give up, doors that open and close.

The places that are open day and night start empty; who comes in the first half day is left out, after which what is
left of that start is a small part of a standard error. Minutes in the log are whole, yet who comes does so at any part
of one, so the mean of whole minutes waited is the mean wait, and P(whole minutes waited >= k) is the mean of
P(wait > t) over t from k - 1 to k.
"""

from collections.abc import Callable

import numpy as np
from scipy.integrate import quad

from sim.analysis.exact import erlang, pollaczek
from sim.app.studies.verification.case import FIXED, Case, CaseRun, Trial, place
from sim.domain.words import FACTS

LENGTH, A_DAY = 4.0, 1440
SETTLES, LAST = A_DAY // 2, A_DAY // 4
"""Minutes at the start and at the end of a run: who comes in them is not counted, since the queue was empty, or since
the run may be over before they are seen."""
URGENT = {"facts": {"urgency": {"shares": {"routine": 0.7, "urgent": 0.3}}}}
BY_URGENCY = {"urgent": {"when": {"urgency": "urgent"}}, "others": {}}
LONG_URGENT = {
    "spread": "gamma",
    "length_cv": 0.7,
    "visit_minutes": 2.0,
    "priority": {"urgent": {"when": {"urgency": "urgent"}, "minutes": 11.0}, "others": {}},
}
PATIENCE = 6.0
SECOND = 3.0
ERLANG_A = "Erlang A (Palm 1957; Garnett et al. 2002)"


def drop_in(clinicians: float, to: str = "resolved", **settings) -> dict:
    routes = {"otherwise": {"to": {to: 1.0}}}
    return {
        "kind": "drop_in",
        "capacity": {"clinicians": clinicians},
        "open_days": "every_day",
        "hours": "always",
        "visit_minutes": LENGTH,
        "routes": routes,
    } | settings


def open_all_day(clinicians: int, load: float, days: int, demand: dict | None = None, **settings) -> dict:
    """One drop-in that never closes: each clinician is busy for `load` of the time if nobody gives up."""
    return place({"line": drop_in(clinicians, **settings)}, load * clinicians / LENGTH * A_DAY, days, demand=demand)


def rate(load: float, clinicians: int = 1) -> float:
    """People a minute."""
    return load * clinicians / LENGTH


def _counted(run: CaseRun, came: np.ndarray) -> np.ndarray:
    """Bool, of minutes since the run began: whether who came then is counted."""
    return (came >= SETTLES) & (came < run.days * A_DAY - LAST)


def waits(run: CaseRun) -> tuple[np.ndarray, np.ndarray]:
    """(people,) whole minutes from coming in to being seen or giving up,
    of those who came while they are counted, and the row of each."""
    came, end = np.full(run.people, -1), np.full(run.people, -1)
    for times, events in ((came, run.reading.listed), (end, run.reading.removed), (end, run.reading.called)):
        times[events.row] = events.day * A_DAY + events.minute
    rows = np.flatnonzero(_counted(run, came))
    return end[rows] - came[rows], rows


def _mean_wait(run: CaseRun) -> float:
    return waits(run)[0].mean()


def _mean_wait_of(urgency: str) -> Callable[[CaseRun], float]:
    def measure(run: CaseRun) -> float:
        minutes, rows = waits(run)
        return minutes[run.fact("urgency")[rows] == FACTS["urgency"].index(urgency)].mean()

    return measure


def _share_waiting(minutes: int) -> Callable[[CaseRun], float]:
    """Share that waits so many whole minutes or more."""
    return lambda run: (waits(run)[0] >= minutes).mean()


def _share_of(longer: Callable[[float], float], minutes: int) -> float:
    """The exact value of that, from P(wait > t)."""
    return quad(longer, minutes - 1, minutes)[0]


def _gave_up(run: CaseRun) -> float:
    """Share that gives up, of the same people."""
    gone = np.zeros(run.people, bool)
    gone[run.reading.removed.row] = True
    return gone[waits(run)[1]].mean()


def mean_wait_at(service: str) -> Callable[[CaseRun], float]:
    """Mean whole minutes from coming to `service` to being seen there, of those who came while they are counted."""

    def measure(run: CaseRun) -> float:
        came, seen = np.full(run.people, -1), np.full(run.people, -1)
        for times, events in ((came, run.reading.listed), (seen, run.reading.called)):
            there = run.at(events, service)
            times[there.row] = there.day * A_DAY + there.minute
        return (seen - came)[_counted(run, came) & (seen >= 0)].mean()

    return measure


def _fails(run: CaseRun) -> float:
    """Visits that do not begin when somebody comes to a free clinician or, if later, when the visit before ends.

    All minutes are rounded down, so a minute either way is no failure.
    """
    called = run.reading.called
    came = np.zeros(run.people)
    came[run.reading.listed.row] = run.reading.listed.minute
    starts, came = called.minute.astype(float), came[called.row]
    before = np.where(np.diff(called.day, prepend=-1) > 0, -np.inf, np.roll(starts, 1) + LENGTH)
    return float((np.abs(starts - np.maximum(came, before)) > 1).sum())


def _same_day(run: CaseRun) -> float:
    """Of those seen at the first: share that is seen at the second on the same day."""
    first, second = np.full(run.people, -1), np.full(run.people, -2)
    for days, name in ((first, "first"), (second, "second")):
        seen = run.at(run.reading.called, name)
        days[seen.row] = seen.day
    early = (first >= 0) & (first < run.days - 2)
    return (first == second)[early].mean()


def _two(first_hours: list, second_hours: list) -> dict:
    services = {"first": drop_in(60, "second", hours=first_hours), "second": drop_in(60, hours=second_hours)}
    return place(services, 60.0, 12)


EXPERIMENTS = (
    Trial(
        "How long do people hold on a line with one clinician, calls of exponential length, day and night?",
        open_all_day(1, 0.7, 8, spread="exponential"),
        (
            Case(
                "M/M/1: mean wait in minutes",
                _mean_wait,
                lambda: erlang.mean_wait(rate(0.7), 1 / LENGTH),
                "C / (mu - lambda) (Erlang 1917)",
            ),
            Case(
                "M/M/1: share that waits ten minutes",
                _share_waiting(10),
                lambda: _share_of(lambda t: erlang.longer_share(t, rate(0.7), 1 / LENGTH), 10),
                "C exp(-(mu - lambda) t) (Erlang 1917)",
            ),
        ),
    ),
    Trial(
        "And with three clinicians?",
        open_all_day(3, 0.75, 3, spread="exponential"),
        (
            Case(
                "M/M/3: mean wait in minutes",
                _mean_wait,
                lambda: erlang.mean_wait(rate(0.75, 3), 1 / LENGTH, 3),
                "C / (c mu - lambda) (Erlang 1917)",
            ),
            Case(
                "M/M/3: share that waits a minute",
                _share_waiting(1),
                lambda: _share_of(lambda t: erlang.longer_share(t, rate(0.75, 3), 1 / LENGTH, 3), 1),
                "C exp(-(c mu - lambda) t) (Erlang 1917)",
            ),
        ),
    ),
    Trial(
        "And with one clinician whose calls all take the same time?",
        open_all_day(1, 0.7, 5),
        (
            Case(
                "M/D/1: mean wait in minutes",
                _mean_wait,
                lambda: pollaczek.mean_wait(rate(0.7), LENGTH, 0.0),
                "lambda s^2 / (2 (1 - rho)) (Pollaczek 1930, Khinchin 1932)",
            ),
        ),
    ),
    Trial(
        "And where lengths are lognormal, with a spread of 0.8?",
        open_all_day(1, 0.7, 7, spread="lognormal", length_cv=0.8),
        (
            Case(
                "M/G/1, lognormal: mean wait in minutes",
                _mean_wait,
                lambda: pollaczek.mean_wait(rate(0.7), LENGTH, 0.8),
                "lambda s^2 (1 + v^2) / (2 (1 - rho)) (Pollaczek 1930, Khinchin 1932)",
            ),
        ),
    ),
    Trial(
        "And where lengths are gamma, with a spread of 1.3?",
        open_all_day(1, 0.7, 9, spread="gamma", length_cv=1.3),
        (
            Case(
                "M/G/1, gamma: mean wait in minutes",
                _mean_wait,
                lambda: pollaczek.mean_wait(rate(0.7), LENGTH, 1.3),
                "lambda s^2 (1 + v^2) / (2 (1 - rho)) (Pollaczek 1930, Khinchin 1932)",
            ),
        ),
    ),
    Trial(
        "And where one call in four takes five times as long as the others, each kind exponential?",
        open_all_day(1, 0.7, 9, spread="exponential", length_shares={"2": 0.75, "10": 0.25}),
        (
            Case(
                "M/G/1, one call in four long: mean wait in minutes",
                _mean_wait,
                lambda: pollaczek.mean_wait(rate(0.7), LENGTH, (2 * (0.75 * 4 + 0.25 * 100) / LENGTH**2 - 1) ** 0.5),
                "the same; v^2 of a mixture of exponentials",
            ),
        ),
    ),
    Trial(
        "And where calls take one to nine minutes, most of them two?",
        open_all_day(1, 0.7, 5, spread="triangular", length_range=[1, 2, 9]),
        (
            Case(
                "M/G/1, triangular: mean wait in minutes",
                _mean_wait,
                lambda: pollaczek.mean_wait(rate(0.7), LENGTH, (57 / 18) ** 0.5 / LENGTH),
                "the same; v^2 of a triangle",
            ),
        ),
    ),
    Trial(
        "How many ring in the first of four hours, if in that six times as many a minute ring as later?",
        place({"line": drop_in(60, hours=["08:00", "12:00"], arrivals_index={"08:00": 6, "09:00": 1})}, 90.0, 12),
        (
            Case(
                "a rush at eight: share that rings by nine",
                lambda run: (run.reading.listed.minute < 9 * 60).mean(),
                lambda: 6 / 9,
                "six parts of nine",
            ),
        ),
    ),
    Trial(
        "How long do urgent and routine callers wait for two clinicians, if nobody is interrupted?",
        open_all_day(2, 0.75, 4, URGENT, spread="exponential", priority=BY_URGENCY),
        tuple(
            Case(
                f"M/M/2 with classes: mean wait in minutes, {word}",
                _mean_wait_of(word),
                lambda at=at: erlang.priority_mean_waits([0.3 * rate(0.75, 2), 0.7 * rate(0.75, 2)], 1 / LENGTH, 2)[at],
                "C / (c mu) / ((1 - s)(1 - s')) (Cobham 1954)",
            )
            for at, word in enumerate(("urgent", "routine"))
        ),
    ),
    Trial(
        "And for one clinician who needs eleven minutes for an urgent call and two for any other, each a gamma?",
        open_all_day(1, 0.0, 9, URGENT | {"presenting_per_1000_a_year": 0.75 / 4.7 * A_DAY}, **LONG_URGENT),
        tuple(
            Case(
                f"M/G/1, classes of other lengths: mean wait in minutes, {word}",
                _mean_wait_of(word),
                lambda at=at: pollaczek.priority_mean_waits(
                    [0.3 * 0.75 / 4.7, 0.7 * 0.75 / 4.7], [11.0, 2.0], [0.7, 0.7]
                )[at],
                "R / ((1 - s)(1 - s')) (Cobham 1954)",
            )
            for at, word in enumerate(("urgent", "routine"))
        ),
    ),
    Trial(
        "How many give up, when two clinicians have more calls than they can take?",
        open_all_day(2, 1.1, 2, spread="exponential", gives_up_after_minutes=PATIENCE),
        (
            Case(
                "people who give up: share of all",
                _gave_up,
                lambda: erlang.impatient(rate(1.1, 2), 1 / LENGTH, 2, 1 / PATIENCE).abandoned_share,
                ERLANG_A,
            ),
            Case(
                "people who give up: mean wait of all in minutes",
                _mean_wait,
                lambda: erlang.impatient(rate(1.1, 2), 1 / LENGTH, 2, 1 / PATIENCE).mean_wait,
                ERLANG_A,
            ),
            Case(
                "people who give up: share that waits a minute",
                _share_waiting(1),
                lambda: _share_of(
                    lambda t: erlang.impatient_longer_share(t, rate(1.1, 2), 1 / LENGTH, 2, 1 / PATIENCE), 1
                ),
                ERLANG_A,
            ),
        ),
    ),
    Trial(
        "How long do people wait at a second clinician to whom the first sends everybody?",
        place(
            {
                "first": drop_in(1, "second", spread="exponential"),
                "second": drop_in(1, spread="exponential", visit_minutes=SECOND),
            },
            rate(0.7) * A_DAY,
            6,
            entry={"first": 1.0},
        ),
        (
            Case(
                "M/M/1 to M/M/1: mean wait in minutes at the first",
                mean_wait_at("first"),
                lambda: erlang.mean_wait(rate(0.7), 1 / LENGTH),
                "C / (mu - lambda) (Erlang 1917)",
            ),
            Case(
                "M/M/1 to M/M/1: mean wait in minutes at the second",
                mean_wait_at("second"),
                lambda: erlang.mean_wait(rate(0.7), 1 / SECOND),
                "who leaves the first is Poisson (Burke 1956)",
            ),
        ),
    ),
    Trial(
        "Within opening hours: does each visit begin when it can, and not before?",
        place({"line": drop_in(1, hours=["10:00", "16:00"])}, 70.0, 40, demand=FIXED),
        (
            Case(
                "Lindley's recursion in minutes: visits on which it fails",
                _fails,
                lambda: 0.0,
                "start = max(comes, end of the visit before), every path",
            ),
        ),
        replications=2,
        certain=True,
    ),
    Trial(
        "How many visits do 2.4 clinicians offer in five days of six hours, if nobody comes?",
        place({"line": drop_in(2.4, hours=["10:00", "16:00"])}, 0.0, 5),
        (
            Case(
                "2.4 clinicians: visits offered a day",
                lambda run: run.slots("line")[0],
                lambda: 2.4 * 360 / LENGTH,
                "two, two, three, two and three clinicians",
            ),
        ),
        replications=1,
        certain=True,
    ),
    Trial(
        "Is whoever is sent on from a morning drop-in seen at one that is open till five, the same day?",
        _two(["09:00", "12:00"], ["09:00", "17:00"]),
        (
            Case(
                "two drop-ins in a row: share seen at both the same day",
                _same_day,
                lambda: 1.0,
                "the last leaves the first long before the second closes",
            ),
        ),
        replications=2,
        certain=True,
    ),
    Trial(
        "And if the second closes while the first is still open?",
        _two(["09:00", "17:00"], ["09:00", "12:00"]),
        (
            Case(
                "the second closes at noon: share seen at both the same day",
                _same_day,
                lambda: (180 - LENGTH) / 480,
                "who comes so early that the first visit ends by noon",
            ),
        ),
    ),
)
