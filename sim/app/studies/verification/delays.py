"""Places where only time passes: how many are inside, and when they go on."""

from datetime import date, timedelta

import numpy as np
from scipy.stats import lognorm, poisson

from sim.analysis.exact import delay, identity
from sim.app.studies.verification.case import AMPLE, Case, CaseRun, Trial, clinic, place

MEAN = 12.0
LEAVE = 1 / MEAN
SIGMA = np.log1p(0.6**2) ** 0.5
CHANGE = 30
CHANGE_DATE = (date(2025, 3, 31) + timedelta(CHANGE)).isoformat()
INFINITY = "M/G/infinity (Eick, Massey and Whitt 1993)"


def _delay(days: float, spread: str, to: str = "resolved", **settings) -> dict:
    return {"kind": "delay", "days": days, "spread": spread, "routes": {"otherwise": {"to": {to: 1.0}}}} | settings


def _inside(run: CaseRun) -> np.ndarray:
    """(days,) people inside at the end of each day."""
    joined, gone = run.reading.listed, run.reading.resolved
    left = np.append(gone.day, np.full(len(joined) - len(gone), run.days))
    return identity.daily_lists(joined.day, left, run.days)


def _days_inside(run: CaseRun) -> float:
    """Mean days from joining the delay to the visit after it."""
    seen = run.reading.attended_new
    return (seen.day - run.record.patients.presented_day[seen.row]).mean()


EXPERIMENTS = (
    Trial(
        "How many are inside a place where everybody stays ten days, from the first day on?",
        place({"home": _delay(10.0, "fixed")}, 4.0, 60),
        (
            Case(
                "fixed delay: mean inside",
                lambda run: _inside(run).mean(),
                lambda: delay.mean_inside_path(4.0, delay.fixed(10), 60).mean(),
                INFINITY,
            ),
        ),
    ),
    Trial(
        "And where the stay is exponential with a mean of twelve days, each of which ends it with the same chance?",
        place({"home": _delay(MEAN, "exponential")}, 4.0, 400),
        (
            Case(
                "exponential delay: mean inside",
                lambda run: _inside(run).mean(),
                lambda: delay.mean_inside_path(4.0, delay.geometric(LEAVE), 400).mean(),
                INFINITY,
            ),
            Case(
                "exponential delay: share of days with over 55 inside",
                lambda run: (_inside(run)[150:] > 55).mean(),
                lambda: poisson.sf(55, delay.mean_inside(4.0, delay.geometric(LEAVE))),
                INFINITY + ": Poisson",
            ),
        ),
    ),
    Trial(
        "And where stays of nine days on average are lognormal?",
        place({"home": _delay(9.0, "lognormal", length_cv=0.6)}, 4.0, 60),
        (
            Case(
                "lognormal delay: mean inside",
                lambda run: _inside(run).mean(),
                lambda: delay.mean_inside_path(
                    4.0, delay.rounded(lognorm(SIGMA, scale=9 * np.exp(-(SIGMA**2) / 2)).sf, 90), 60
                ).mean(),
                INFINITY,
            ),
        ),
    ),
    Trial(
        "And where everybody stays ten days, but four from the thirtieth day on?",
        place({"home": _delay(10.0, "fixed", later={"shorter": {"date": CHANGE_DATE, "days": 4}})}, 4.0, 60),
        (
            Case(
                "a delay that is shorter from a date on: mean inside",
                lambda run: _inside(run).mean(),
                lambda: (
                    4.0
                    * np.mean(
                        [
                            sum(day < joined + (10 if joined < CHANGE else 4) for joined in range(day + 1))
                            for day in range(60)
                        ]
                    )
                ),
                INFINITY,
            ),
        ),
    ),
    Trial(
        "Are people seen on the morning on which a delay of ten days ends?",
        place({"home": _delay(10.0, "fixed", "clinic"), "clinic": clinic(AMPLE)}, 4.0, 60),
        (
            Case(
                "fixed delay: days until the visit after it",
                _days_inside,
                lambda: 10.0,
                "who falls due today can be seen today",
            ),
        ),
        replications=1,
        certain=True,
    ),
)
