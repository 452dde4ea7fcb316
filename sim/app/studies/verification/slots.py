"""Daily slots with Poisson arrivals: lists, waits, their distribution, notice, and visits of varying length."""

import numpy as np
from scipy.stats import lognorm

from sim.analysis.exact import roots, slots
from sim.app.studies.verification.case import Case, Trial, clinic, place

LINDLEY = "Lindley 1952: the day's Markov chain from an empty list"
BURKE = "stationary chain and size-biased batch (Burke 1975): wait = floor(people ahead / slots)"


def renewals(time: float, spread: float, steps: int = 4_000) -> float:
    """Mean number of lognormal lengths (mean 1, coefficient of variation `spread`)
    that fit into `time` one after another.

    The renewal equation M = F + F * M on a grid, with the trapezium rule (error below 1e-6 here).
    """
    sigma = np.log1p(spread**2) ** 0.5
    fits = lognorm.cdf(np.linspace(0, time, steps + 1), sigma, scale=np.exp(-(sigma**2) / 2))
    pieces, mean = np.diff(fits), np.zeros(steps + 1)
    for k in range(1, steps + 1):
        known = (mean[k - 1 :: -1] + mean[k:0:-1]) / 2  # mean[k] itself, still 0, goes to the other side
        mean[k] = (fits[k] + pieces[:k] @ known) / (1 - pieces[0] / 2)
    return float(mean[-1])


def _called_on_day_0(run) -> float:
    seen = run.reading.attended_new
    return np.bincount(seen.service[seen.day == 0], minlength=len(run.record.services)).mean()


def _share_seen(run) -> float:
    return run.count(run.reading.attended_new)[run.early(300)].mean()


ROOMS = {f"room_{n}": clinic(10, length_cv=0.5) for n in range(20)}

EXPERIMENTS = (
    Trial(
        "How long is the list of a clinic with one slot a day, of which 75% are needed?",
        place({"clinic": clinic(1)}, 0.75, 300),
        (
            Case(
                "one slot a day: mean list",
                lambda run: run.waiting("clinic").mean(),
                lambda: slots.mean_list_path(0.75, 1, 300).mean(),
                LINDLEY,
            ),
        ),
    ),
    Trial(
        "How long do people wait for five slots a day at 84% load, and how are the waits spread?",
        place({"clinic": clinic(5)}, 4.2, 460),
        (
            Case(
                "five slots a day: mean wait",
                lambda run: run.waits("clinic", 60, 430).mean(),
                lambda: roots.mean_list(4.2, 5) / 4.2,
                "roots of z^c = exp(m(z - 1)) (Bailey 1954), and Little",
            ),
            Case(
                "five slots a day: share seen the same day",
                lambda run: (run.waits("clinic", 60, 430) == 0).mean(),
                lambda: slots.wait_pmf(4.2, 5)[0],
                BURKE,
            ),
            Case(
                "five slots a day: share that waits over 2 days",
                lambda run: (run.waits("clinic", 60, 430) > 2).mean(),
                lambda: 1 - slots.wait_pmf(4.2, 5)[:3].sum(),
                BURKE,
            ),
        ),
    ),
    Trial(
        "How long is the list of a large clinic that is 95% full?",
        place({"clinic": clinic(20)}, 19.0, 360),
        (
            Case(
                "twenty slots a day: mean list",
                lambda run: run.waiting("clinic").mean(),
                lambda: slots.mean_list_path(19.0, 20, 360).mean(),
                LINDLEY,
            ),
            Case(
                "twenty slots a day: mean list of the last day",
                lambda run: run.waiting("clinic")[-1],
                lambda: slots.spitzer_mean_list(19.0, 20, 360),
                "Spitzer 1956: sum of E[(S_k)+] / k",
            ),
        ),
    ),
    Trial(
        "What does a notice of three days do to the wait?",
        place({"clinic": clinic(4, earliest_notice_days=3)}, 3.2, 400),
        (
            Case(
                "three days' notice: mean wait",
                lambda run: run.waits("clinic", 60, 360).mean(),
                lambda: slots.mean_wait(3.2, 4, notice=3),
                "mean list / people a day (Little 1961), and the notice",
            ),
        ),
    ),
    Trial(
        "How many visits of varying length fit into a day of ten mean lengths?",
        place(ROOMS, 1_200.0, 1, entry=dict.fromkeys(ROOMS, 0.05)),
        (
            Case(
                "visits of varying length: seen in a full day",
                _called_on_day_0,
                lambda: renewals(10.0, 0.5),
                "renewal equation, lognormal lengths (Feller 1971, vol. 2, ch. XI)",
            ),
        ),
    ),
    Trial(
        "Is everybody seen in the end, though some visits are longer than a day of four mean lengths?",
        place({"clinic": clinic(4, length_cv=1.0)}, 0.4, 400),
        (
            Case(
                "visits longer than a day: share seen in the end",
                _share_seen,
                lambda: 1.0,
                "a tenth of the time is needed",
            ),
        ),
        replications=4,
        certain=True,
    ),
)
