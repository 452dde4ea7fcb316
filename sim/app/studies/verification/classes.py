"""Classes of people at one clinic: strict and waiting-time-driven priority;
ring-fenced, shared and half-shared slots."""

from collections import deque

import numpy as np

from sim.analysis.exact import classes, identity, slots
from sim.analysis.exact.chain import poisson_pmf
from sim.app.studies.verification.case import Case, Trial, clinic, old_list, place
from sim.domain.words import DETAIL, FACTS, NEEDS

URGENT = {"facts": {"urgency": {"shares": {"routine": 0.7, "urgent": 0.3}}}}
BY_URGENCY = {"urgent": {"when": {"urgency": "urgent"}}, "others": {}}
POINTS = {
    "surgery": {"when": {"need": "surgery"}, "points": 0.05, "points_per_week": 2.0},
    "others": {"points_per_week": 1.0},
}
LISTS = {
    "operations": old_list("clinic", {"4": 14, "6": 0}, "surgery"),
    "others": old_list("clinic", {"9": 14, "11": 0}),
}
ONE_FOLLOW_UP = {"mean_visits": 1.0, "spread": "fixed", "interval_days": 1}
KLEINROCK = "first k classes are a list of their own (Kleinrock 1965)"


def followed_up(new_slots: int, again_slots: int, lend: bool, rate: float, days: int, size: int = 100) -> np.ndarray:
    """(2, days) mean list of new people, and of follow-ups due the next day or overdue, from an empty clinic.

    Everybody comes again the day after the first visit. Chain on the pair of lists, a day at a time: follow-ups
    within their slots, then new people, then (if slots are lent) follow-ups again.
    """
    joins = poisson_pmf(rate)
    now, means = np.zeros((size, size)), np.empty((2, days))
    now[0, 0] = 1.0
    new, due = np.meshgrid(np.arange(size + len(joins) - 1), np.arange(size), indexing="ij")
    again = np.minimum(due, again_slots)
    seen = np.minimum(new, new_slots + (again_slots - again if lend else 0))
    if lend:
        again = again + np.minimum(due - again, new_slots + again_slots - again - seen)
    cell = (np.minimum(new - seen, size - 1) * size + np.minimum(due - again + seen, size - 1)).ravel()
    for day in range(days):
        joined = np.apply_along_axis(np.convolve, 0, now, joins)
        now = np.bincount(cell, joined.ravel(), size * size).reshape(size, size)
        means[:, day] = np.arange(size) @ now.sum(axis=1), np.arange(size) @ now.sum(axis=0)
    return means


def _wait_of(urgency: str):
    def measure(run) -> float:
        waits, rows = run.waits_of("clinic", 60, 430)
        return waits[run.fact("urgency")[rows] == FACTS["urgency"].index(urgency)].mean()

    return measure


def _due(run) -> float:
    """Mean people between first visit and follow-up at the end of a day."""
    first, again = run.reading.attended_new, run.reading.attended
    again = again.where(again.detail == DETAIL["follow_up"])
    return identity.daily_lists(
        first.day, np.append(again.day, np.full(len(first) - len(again), run.days)), run.days
    ).mean()


def _by_points(who: str) -> float:
    """Mean days until those of a class are seen, the clinic followed by hand: one a day, most points first."""
    # Each list is a band of two weeks and 14 people: one for each day beyond 4 and beyond 9 weeks, longest first.
    lines = {"surgery": deque(range(42, 28, -1)), "others": deque(range(77, 63, -1))}
    seen = {"surgery": [], "others": []}
    for day in range(28):
        points = {name: (line[0] + day) / 7 for name, line in lines.items() if line}
        if "surgery" in points:
            points["surgery"] = 0.05 + 2 * points["surgery"]
        turn = max(points, key=points.get)
        lines[turn].popleft()
        seen[turn].append(day)
    return float(np.mean(seen[who]))


def _mean_day_of_surgery(run) -> float:
    seen = run.reading.attended_new
    return seen.day[run.fact("need")[seen.row] == NEEDS.index("surgery")].mean()


def _fenced(lend: bool, rate: float) -> dict:
    service = clinic(4, {"course": 1.0}, follow_ups=ONE_FOLLOW_UP, follow_ups_first_share=0.25, ring_fenced=not lend)
    return place({"clinic": service}, rate, 300)


_FENCED = {
    "ring_fenced": True,
    "follow_ups_first_share": 0.8,
    # Due after the last day: the time that is kept for them stays empty.
    "follow_ups": {"mean_visits": 1.0, "spread": "fixed", "interval_days": 365},
}

_IN_TURN = {
    "surgery": {"when": {"need": "surgery"}, "slots_share": 0.5},
    "others": {"slots_share": 0.5},
}
_RELEASED = {
    "urgent": {"when": {"urgency": "urgent"}, "slots_share": 0.5, "slots_released_days_before": 0},
    "others": {"slots_share": 0.5, "slots_released_days_before": 0},
}
_AMPLE_LISTS = {"surgery": old_list("clinic", {"4": 200, "5": 0}, "surgery"), "others": old_list("clinic", {"4": 200})}
_BOTH_WAIT = {
    "new": old_list("clinic", {"4": 200, "5": 0}),
    "again": {
        "unit": "weeks",
        "waiting": {"0": 100, "1": 0},
        "places": {
            "here": {
                "service": "clinic",
                "share": 1.0,
                "needs": {"physiotherapy": 1.0},
                "in_course": True,
                "overdue_share": 1.0,
                "overdue_days": 20,
            }
        },
    },
}


def _seen(need: str):
    """First visits of people of a need, in the whole run."""

    def measure(run) -> float:
        seen = run.reading.attended_new
        return np.count_nonzero(run.fact("need")[seen.row] == NEEDS.index(need))

    return measure


def _held_again(run) -> float:
    attended = run.reading.attended
    return np.count_nonzero(attended.detail == DETAIL["follow_up"])


EXPERIMENTS = (
    Trial(
        "How long do urgent and routine people wait when the urgent ones always go first?",
        place({"clinic": clinic(5, priority=BY_URGENCY)}, 4.2, 460, demand=URGENT),
        tuple(
            Case(
                f"strict priority: mean wait, {word}",
                _wait_of(word),
                lambda at=at: classes.priority_mean_waits([1.26, 2.94], 5)[at],
                KLEINROCK,
            )
            for at, word in enumerate(("urgent", "routine"))
        ),
    ),
    Trial(
        "In what order are people called when points grow twice as fast for those who need surgery?",
        place({"clinic": clinic(1, priority=POINTS)}, 0.0, 28, start={"kind": "lists", "lists": LISTS}),
        (
            Case(
                "priority that grows with the wait: mean day of surgery",
                _mean_day_of_surgery,
                lambda: _by_points("surgery"),
                "the 28 days worked through by hand",
            ),
        ),
        replications=1,
        certain=True,
    ),
    Trial(
        "Two clinics of two slots with lists of their own, or one of four with one list?",
        place(
            {"east": clinic(2), "west": clinic(2), "both": clinic(4)},
            6.4,
            400,
            entry={"east": 0.25, "west": 0.25, "both": 0.5},
        ),
        (
            Case(
                "two clinics, two lists: mean wait",
                lambda run: np.concatenate([run.waits(name, 60, 350) for name in ("east", "west")]).mean(),
                lambda: classes.ring_fenced_mean_waits([1.6, 1.6], [2, 2]).mean(),
                "two lists that never meet (Lindley 1952)",
            ),
            Case(
                "one clinic, one list: mean wait",
                lambda run: run.waits("both", 60, 350).mean(),
                lambda: classes.shared_mean_wait([1.6, 1.6], [2, 2]),
                "one pooled list (Lindley 1952)",
            ),
        ),
    ),
    *(
        Trial(
            f"How long are both lists when a quarter of four slots is for follow-ups, {words}?",
            _fenced(lend, rate),
            (
                Case(
                    f"{name} slots: mean list of new people",
                    lambda run: run.waiting("clinic").mean(),
                    lambda lend=lend, rate=rate: followed_up(3, 1, lend, rate, 300)[0].mean(),
                    "chain on the pair of lists",
                ),
                Case(
                    f"{name} slots: mean follow-ups due",
                    _due,
                    lambda lend=lend, rate=rate: followed_up(3, 1, lend, rate, 300)[1].mean(),
                    "chain on the pair of lists",
                ),
            ),
        )
        for name, words, lend, rate in (
            ("ring-fenced", "and nothing is lent", False, 0.8),
            ("half-shared", "and what is left is lent", True, 1.6),
        )
    ),
    Trial(
        "Do new people have three slots of fifteen, and no more, when 80% are ring-fenced for follow-ups?",
        place({"clinic": clinic(15, {"course": 1.0}, **_FENCED)}, 2.4, 300),
        (
            Case(
                "80% ring-fenced: mean list of new people",
                lambda run: run.waiting("clinic").mean(),
                lambda: slots.mean_list_path(2.4, 3, 300).mean(),
                "Lindley 1952: three slots a day",
            ),
            Case(
                "80% ring-fenced: slots offered a day",
                lambda run: run.slots("clinic")[0],
                lambda: 15.0,
                "as configured",
            ),
        ),
    ),
    Trial(
        "Who has a slot a day, when two classes have half of it each and both have people enough?",
        place({"clinic": clinic(1, priority=_IN_TURN)}, 0.0, 100, start={"kind": "lists", "lists": _AMPLE_LISTS}),
        (
            Case("half a slot each: people seen of the first class", _seen("surgery"), lambda: 50, "every second day"),
            Case("half a slot each: people seen of the second", _seen("physiotherapy"), lambda: 50, "every second day"),
            Case("half a slot each: slots offered a day", lambda run: run.slots("clinic")[0], lambda: 1, "as given"),
        ),
        replications=1,
        certain=True,
    ),
    Trial(
        "How many wait when two classes hold two of four slots each, and release on the day what they leave free?",
        place({"clinic": clinic(4, priority=_RELEASED)}, 3.0, 300, demand=URGENT),
        (
            Case(
                "released slots: mean list",
                lambda run: run.waiting("clinic").mean(),
                lambda: slots.mean_list_path(3.0, 4, 300).mean(),
                "Lindley 1952: what is released is lost to nobody",
            ),
            Case(
                "released slots: mean wait, urgent",
                _wait_of("urgent"),
                lambda: classes.lent_mean_lists([0.9, 2.1], [2, 2])[0] / 0.9,
                "chain on the pair of lists, and Little",
            ),
        ),
    ),
    Trial(
        "How many follow-ups are held in a hundred days, all overdue, when three tenths of one slot a day are theirs?",
        place(
            {
                "clinic": clinic(
                    1,
                    {"course": 1.0},
                    follow_ups={"mean_visits": 1.0, "spread": "fixed", "interval_days": 365},
                    follow_ups_first_share=0.3,
                )
            },
            0.0,
            100,
            start={"kind": "lists", "lists": _BOTH_WAIT},
        ),
        (
            Case("parts of a slot: follow-ups held", _held_again, lambda: 30, "three tenths of a hundred slots"),
            Case("parts of a slot: new people seen", _seen("physiotherapy"), lambda: 70, "the others"),
        ),
        replications=1,
        certain=True,
    ),
)
