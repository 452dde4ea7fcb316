"""Caseloads: places held for a stay, the list beside them, and contacts in the course of a stay."""

import numpy as np
from scipy.stats import gamma, uniform

from sim.analysis.exact import caseload, delay, erlang, pollaczek
from sim.app.studies.verification.case import AMPLE, FIXED, Case, CaseRun, Trial, place
from sim.domain.words import FACTS

CHAIN = "chain N' = N - Bin(min(N, c), 1/stay) + A"
MONTH = 30.4375
SHAPE = 1 / 0.7**2
ASKING_DAYS = 69  # of a stay of 70: being taken on answers what is asked on the first day
TWO_FIFTHS = {
    "facts": {
        "imd_quintile": {"shares": {"1": 0.5, "5": 0.5}},
        "digital": {"shares": {"online": 0.5, "offline": 0.5}},
    }
}


def _caseload(places: float, stay: float, spread: str = "geometric", **settings) -> dict:
    return {
        "kind": "caseload",
        "capacity": {"places": places},
        "open_days": "every_day",
        "stay_days": stay,
        "stay_spread": spread,
        "routes": {"otherwise": {"to": {"resolved": 1.0}}},
    } | settings


def _held(run: CaseRun) -> np.ndarray:
    """(days,) places held after people were taken on."""
    return run.record.clinics["caseload"][:, 2]


def _full(first: int):
    """Share of days from `first` on with every place held."""
    return lambda run: (_held(run) == run.record.clinics["caseload"][:, 1])[first:].mean()


def _in_stay(people: float) -> dict:
    """A starting list of people who hold a place already."""
    here = {"service": "caseload", "share": 1.0, "needs": {"physiotherapy": 1.0}, "in_course": True}
    return {"kind": "lists", "lists": {"old": {"unit": "weeks", "waiting": {"0": people}, "places": {"here": here}}}}


def _cv(stay: np.ndarray) -> float:
    """Of whole days with chances `stay` (n,): standard deviation over mean."""
    days = np.arange(len(stay))
    return (stay @ days**2 / (stay @ days) ** 2 - 1) ** 0.5


def _still_there(stay: np.ndarray, days: int) -> np.ndarray:
    """(days,) chance that a stay that is under way on day 0 goes on beyond days 0, 1, ..."""
    longer = delay.longer_than(stay)
    return 1 - np.cumsum(longer / longer.sum())[:days]


def _contacts(run: CaseRun, last: int, missed: bool = False) -> np.ndarray:
    """Contacts (or missed ones) after the first, of each person who presented before day `last`."""
    seen = (
        run.reading.missed
        if missed
        else run.reading.attended.where(run.reading.attended.detail != run.record.details.index("new"))
    )
    return run.count(seen)[run.early(last)]


def _missed_share(quintile: str):
    """Share missed of the contacts after the first, of people of one fifth."""

    def of(run: CaseRun) -> float:
        them = run.fact("imd_quintile") == FACTS["imd_quintile"].index(quintile)
        missed, held = (_contacts(run, run.days, which)[them].sum() for which in (True, False))
        return missed / (missed + held)

    return of


EXPERIMENTS = (
    Trial(
        "How long is the list for eight places, held for four days on average, at 70% load?",
        place({"caseload": _caseload(8, 4.0)}, 1.4, 1500),
        (
            Case(
                "eight places, geometric stays: mean list",
                lambda run: run.waiting("caseload").mean(),
                lambda: caseload.paths(1.4, 8, 4.0, 1500)[1].mean(),
                CHAIN,
            ),
            Case(
                "eight places, geometric stays: mean places held",
                lambda run: _held(run).mean(),
                lambda: caseload.paths(1.4, 8, 4.0, 1500)[0].mean(),
                CHAIN,
            ),
            Case(
                "eight places, geometric stays: mean wait",
                lambda run: run.waits("caseload", 150, 1450).mean(),
                lambda: caseload.mean_wait(1.4, 8, 4.0),
                CHAIN + ", settled, and Little",
            ),
        ),
    ),
    Trial(
        "And for ten places held for 20 days, all of them taken at the start, at 90% load?",
        place({"caseload": _caseload(10, 20.0)}, 0.45, 200, start=_in_stay(10)),
        (
            Case(
                "ten places, full at the start: mean list",
                lambda run: run.waiting("caseload").mean(),
                lambda: caseload.paths(0.45, 10, 20.0, 200, start=10)[1].mean(),
                CHAIN,
            ),
            Case(
                "ten places, full at the start: mean places held",
                lambda run: _held(run).mean(),
                lambda: caseload.paths(0.45, 10, 20.0, 200, start=10)[0].mean(),
                CHAIN,
            ),
        ),
    ),
    Trial(
        "How long is the list for three places, each held for exactly eight days?",
        place({"caseload": _caseload(3, 8.0, "fixed")}, 0.25, 1500),
        (
            Case(
                "three places, fixed stays: mean list",
                lambda run: run.waiting("caseload").mean(),
                lambda: caseload.fixed_mean_list_path(0.25, 3, 8, 1500).mean(),
                "N' = (N - c)+ + A of a stay (Crommelin 1932)",
            ),
        ),
    ),
    Trial(
        "On how many days are all of four places held, when stays are long beside a day?",
        place({"caseload": _caseload(4, 16.0)}, 0.15, 2500),
        (
            Case(
                "long stays: share of days with all places held",
                _full(300),
                lambda: erlang.waiting_share(0.15, 1 / 16, 4),
                "Erlang C, which the chain is within 0.0001 of",
            ),
        ),
    ),
    Trial(
        "How long is the wait for one place, held for two to ten days, each length as likely?",
        place({"caseload": _caseload(1, 6.0, "uniform", length_range=[2, 10])}, 0.1, 4000),
        (
            Case(
                "one place, uniform stays: mean wait",
                lambda run: run.waits("caseload", 200, 3800).mean(),
                lambda: pollaczek.mean_wait(0.1, 6.0, _cv(delay.rounded(uniform(2, 8).sf, 10))),
                "lambda E[S^2] / (2 (1 - rho)) (Pollaczek 1930, Khinchin 1932), whole days",
            ),
        ),
    ),
    Trial(
        "How many of those who hold a place at the start still hold it, if stays are gamma?",
        place({"caseload": _caseload(AMPLE, 20.0, "gamma", length_cv=0.7)}, 0.0, 40, start=_in_stay(400)),
        (
            Case(
                "gamma stays under way: mean places held",
                lambda run: _held(run).mean(),
                lambda: 400 * _still_there(delay.rounded(gamma(SHAPE, scale=20 / SHAPE).sf, 400), 40).mean(),
                "residual stay: P(r left) = P(S > r) / E[S]",
            ),
        ),
    ),
    Trial(
        "How many set reviews does a stay of twelve weeks have?",
        place({"caseload": _caseload(AMPLE, 84.0, "fixed", contact_every_days=28)}, 2.0, 120, demand=FIXED),
        (
            Case(
                "set reviews, fixed stays: least of a person",
                lambda run: _contacts(run, 36).min(),
                lambda: 2,
                "days 28 and 56 of 84",
            ),
            Case(
                "set reviews, fixed stays: most of a person",
                lambda run: _contacts(run, 36).max(),
                lambda: 2,
                "days 28 and 56 of 84",
            ),
        ),
        replications=1,
        certain=True,
    ),
    Trial(
        "How many does a stay of twelve days on average have, with a review each week?",
        place({"caseload": _caseload(AMPLE, 12.0, contact_every_days=7)}, 10.0, 300),
        (
            Case(
                "set reviews, geometric stays: mean",
                lambda run: _contacts(run, 150).mean(),
                lambda: caseload.reviews(12.0, 7),
                "sum of P(stay > k x interval)",
            ),
        ),
    ),
    Trial(
        "How many contacts do people ask for in ten weeks, at two a month?",
        place({"caseload": _caseload(AMPLE, 70.0, "fixed", contacts_a_month_when_needed=2.0)}, 10.0, 160),
        (
            Case(
                "contacts on request: mean",
                lambda run: _contacts(run, 90).mean(),
                lambda: ASKING_DAYS * -np.expm1(-2 / MONTH),
                "one contact a day: days x (1 - exp(-rate))",
            ),
            Case(
                "contacts on request: share who never ask",
                lambda run: (_contacts(run, 90) == 0).mean(),
                lambda: np.exp(-2 * ASKING_DAYS / MONTH),
                "Poisson: exp(-rate x days)",
            ),
        ),
    ),
    Trial(
        "How many contacts do the most and the least deprived miss, half of them online and then mostly by telephone?",
        place(
            {
                "caseload": _caseload(
                    AMPLE,
                    28.0,
                    "fixed",
                    contact_every_days=7,
                    contact_missed_share=0.1,
                    most_to_least_deprived_ratio=4.0,
                    remote_share=0.8,
                    remote_missed_ratio=0.5,
                )
            },
            10.0,
            100,
            demand=TWO_FIFTHS,
        ),
        tuple(
            Case(
                f"contacts: share missed, fifth {quintile}",
                _missed_share(quintile),
                lambda part=part: 0.1 * part * (1 - 0.5 * 0.8 * (1 - 0.5)),
                "share x 4^(+-1/2) over the mean of both x (1 - online x remote x (1 - ratio))",
            )
            for quintile, part in (("1", 2 / 1.25), ("5", 0.5 / 1.25))
        ),
    ),
)
