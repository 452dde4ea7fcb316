"""The state on day 0: published lists at three scales, courses that are met in the middle, and who is left on a
list."""

import numpy as np

from sim.analysis.exact import residual
from sim.app.studies.verification.case import AMPLE, Case, CaseRun, Trial, clinic, place
from sim.app.studies.verification.identities import kpi
from sim.domain.words import FACTS

THIN = {str(week): 4 for week in range(104)}
SHARES = (0.55, 0.25, 0.15, 0.05)
INTERVAL, OVERDUE = 10, 0.3
ACUTE = FACTS["onset"].index("acute")


def _here(service: str, **more) -> dict:
    return {"service": service, "share": 1.0, "needs": {"physiotherapy": 1.0}} | more


def _lists(places: dict, waiting: dict, **more) -> dict:
    return {"kind": "lists", "lists": {"old": {"unit": "weeks", "waiting": waiting, "places": places}}} | more


def _thin(scale: float) -> dict:
    """416 people in bands of four, half of them over 52 weeks, at four places; nobody comes and nobody is seen."""
    services = {f"clinic_{n}": clinic(0, setting="hospital", rtt="clock") for n in range(len(SHARES))}
    places = {name: _here(name, share=share) for name, share in zip(services, SHARES, strict=True)}
    start = _lists(places, THIN)
    start["lists"]["old"]["open_band"] = 1
    return place(services, 0.0, 1, start=start) | {"place": {"scale": scale}}


def _of_thin(scale: float, name: str) -> Trial:
    def placed(run: CaseRun) -> list[int]:
        return [len(rows) for rows in run.record.patients.placed.values()]

    return Trial(
        f"Does a list of thin bands keep its size, its places and its long waiters at {name}?",
        _thin(scale),
        (
            Case(
                f"list at {name}: people",
                lambda run: sum(placed(run)),
                lambda: round(416 * scale),
                "size x scale, rounded",
            ),
            Case(
                f"list at {name}: over 52 weeks",
                lambda run: round(kpi("rtt_over_52_weeks")(run) * sum(placed(run))),
                lambda: round(208 * scale),
                "size x scale, rounded",
            ),
            Case(
                f"list at {name}: places more than a person off",
                lambda run: sum(abs(n - 416 * scale * share) > 1 for n, share in zip(placed(run), SHARES, strict=True)),
                lambda: 0,
                "size x share x scale",
            ),
        ),
        replications=1,
        certain=True,
    )


def _in_course(spread: str, mean: float, **more) -> dict:
    follow_ups = {"mean_visits": mean, "spread": spread, "interval_days": INTERVAL}
    start = _lists({"here": _here("clinic", in_course=True, **more)}, {"0": 400})
    return place({"clinic": clinic(AMPLE, {"course": 1.0}, follow_ups=follow_ups)}, 0.0, 400, start=start)


def _visits(run: CaseRun) -> np.ndarray:
    return run.count(run.reading.attended)


def _met(spread: str, mean: float) -> Trial:
    def lengths():
        return residual.lengths(spread, mean)

    return Trial(
        f"How many follow-ups are left of {spread} courses that are met in the middle?",
        _in_course(spread, mean),
        (
            Case(
                f"{spread} course, met in the middle: mean visits left",
                lambda run: _visits(run).mean(),
                lambda: residual.mean_left(lengths()),
                "length-biased: (E[N^2] / E[N] + 1) / 2",
            ),
            Case(
                f"{spread} course, met in the middle: share with one left",
                lambda run: (_visits(run) == 1).mean(),
                lambda: residual.visits_left(lengths())[1],
                "P(N >= 1) / E[N]",
            ),
        ),
    )


def _day_due(run: CaseRun) -> np.ndarray:
    """(people,) day of each person's first visit."""
    seen = run.reading.attended
    first = np.full(run.people, run.days)
    np.minimum.at(first, seen.row, seen.day)
    return first


# Half of those who join are acute; 40% of these are gone after six weeks, and 5% of the others.
LEAVING = {"recovery": {"share": {"acute": 0.4, "long_term": 0.05}, "within_weeks": 6}}


def _acute_left(first: int, last: int) -> float:
    """Share of acute people among those who have waited `first` to `last` days, as many on each day."""
    days = np.arange(first, last + 1)
    acute, others = 0.6 ** (days / 42), 0.95 ** (days / 42)
    return float((acute / (acute + others)).mean())


def _acute(run: CaseRun, first: int, last: int) -> float:
    waited = -run.record.patients.presented_day
    return (run.fact("onset")[(waited >= first) & (waited <= last)] == ACUTE).mean()


EXPERIMENTS = (
    _of_thin(1.0, "full size"),
    _of_thin(0.3, "three tenths"),
    _of_thin(0.05, "a twentieth"),
    _met("fixed", 3.0),
    _met("poisson", 2.5),
    _met("geometric", 2.0),
    Trial(
        "On which days are people seen again who are met in the middle of a course, three in ten of them overdue?",
        _in_course("fixed", 1.0, overdue_share=OVERDUE, overdue_days=20),
        (
            Case(
                "overdue at the start: share seen on day 0",
                lambda run: (_day_due(run) == 0).mean(),
                lambda: OVERDUE + (1 - OVERDUE) / INTERVAL,
                "overdue, or due on any day of an interval",
            ),
            Case(
                "met in the middle: mean day of those not overdue",
                lambda run: _day_due(run)[_day_due(run) > 0].mean(),
                lambda: INTERVAL / 2,
                "uniform on the days of an interval",
            ),
        ),
    ),
    Trial(
        "Who is left of a list on which acute problems settle sooner?",
        place(
            {"clinic": clinic(0)},
            0.0,
            1,
            demand={"facts": {"onset": {"shares": {"acute": 0.5, "long_term": 0.5}}}},
            start=_lists({"here": _here("clinic")}, {"0": 3640, "52": 0}, leaving=LEAVING),
        ),
        (
            Case(
                "who is left: acute of those within 13 weeks",
                lambda run: _acute(run, 1, 91),
                lambda: _acute_left(1, 91),
                "exp(-rate t) of each, by Bayes",
            ),
            Case(
                "who is left: acute of those over 39 weeks",
                lambda run: _acute(run, 274, 364),
                lambda: _acute_left(274, 364),
                "exp(-rate t) of each, by Bayes",
            ),
        ),
    ),
)
