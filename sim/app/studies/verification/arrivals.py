"""Who comes when: days more uneven than Poisson, batches, Erlang gaps, people given one by one, and seasons."""

import numpy as np

from sim.analysis.exact import arrivals, slots
from sim.app.studies.verification.case import AMPLE, FIXED, Case, CaseRun, Trial, clinic, place

BATCHES = {"1": 0.6, "3": 0.3, "8": 0.1}
SIZES = {int(size): share for size, share in BATCHES.items()}
FIVE = {
    "ann": {"day": 0},
    "bob": {"day": 0},
    "cem": {"day": 1, "facts": {"urgency": "urgent"}},
    "dee": {"date": "2025-04-02", "facts": {"urgency": "urgent"}},
    "eve": {"day": 6},
}
"""One slot a day, urgent people first: Ann on day 0, Cem on 1, Dee on 2 (2 April), Bob on 3, Eve on 6."""
BY_URGENCY = {"urgent": {"when": {"urgency": "urgent"}}, "others": {}}
WINTER = [3.0, 2.0, 1.0, 1.0, 0.5, 0.5, 0.0, 0.5, 1.0, 1.0, 1.5, 3.0]


def _uneven(kind: str, **arriving) -> dict:
    return {"arrivals": kind, "arriving": arriving}


def _mean_list(run: CaseRun) -> float:
    return run.waiting("clinic").mean()


def _came(run: CaseRun) -> int:
    return len(run.record.patients)


EXPERIMENTS = (
    Trial(
        "How long is the list if the number of a day has three times the variance of Poisson?",
        place({"clinic": clinic(5)}, 4.0, 300, demand=_uneven("negative_binomial", variance_to_mean_ratio=3.0)),
        (
            Case(
                "negative binomial days: mean list",
                _mean_list,
                lambda: slots.mean_list_path(arrivals.negative_binomial(4.0, 3.0), 5, 300).mean(),
                "Lindley 1952, with the negative binomial day",
            ),
        ),
    ),
    Trial(
        "How long is the list, and who is seen the same day, if referrals come in batches of 1, 3 or 8?",
        place({"clinic": clinic(6)}, 4.5, 400, demand=_uneven("batches", batch_shares=BATCHES)),
        (
            Case(
                "batches: mean list",
                _mean_list,
                lambda: slots.mean_list_path(arrivals.in_batches(4.5, SIZES), 6, 400).mean(),
                "Lindley 1952, with the compound Poisson day",
            ),
            Case(
                "batches: share seen the same day",
                lambda run: (run.waits("clinic", 60, 370) == 0).mean(),
                lambda: slots.wait_pmf(arrivals.in_batches(4.5, SIZES), 6)[0],
                "stationary chain and size-biased day (Burke 1975)",
            ),
        ),
    ),
    Trial(
        "How much shorter is the list if people come at gaps of four Erlang stages?",
        place({"clinic": clinic(2)}, 1.8, 300, demand=_uneven("gamma_gaps", gap_shape=4.0)),
        (
            Case(
                "Erlang gaps: mean list",
                _mean_list,
                lambda: arrivals.erlang_mean_list_path(1.8, 4, 2, 300).mean(),
                "chain on the stages passed (Erlang 1917)",
            ),
        ),
    ),
    Trial(
        "On which days are five people seen who are given one by one, urgent ones first?",
        place({"clinic": clinic(1, priority=BY_URGENCY)}, 0.0, 10, demand={"trace": FIVE}),
        (
            Case(
                "five people given one by one: days seen",
                lambda run: run.reading.attended_new.day @ 10 ** np.arange(5),
                lambda: int(np.array([0, 1, 2, 3, 6]) @ 10 ** np.arange(5)),
                "worked by hand: days 0, 1, 2, 3 and 6 as digits",
            ),
            Case(
                "five people given one by one: mean wait, urgent",
                lambda run: run.waits_of("clinic", 0, 10)[0][
                    run.fact("urgency")[run.waits_of("clinic", 0, 10)[1]] == 1
                ].mean(),
                lambda: 0,
                "worked by hand",
            ),
        ),
        replications=2,
        certain=True,
    ),
    Trial(
        "Do as many people come in two years with a winter peak, Mondays and bank holidays as without?",
        place(
            {"clinic": clinic(AMPLE)},
            4.0,
            730,
            demand=FIXED | {"month_index": WINTER, "weekday_index": [3, 2, 1, 1, 1, 0, 0], "holiday_index": 0.0},
            calendar={"start_date": "2027-12-24", "bank_holidays": "GB-ENG"},
        ),
        (Case("a season: people in two years", _came, lambda: 4 * 730, "as many as without indices"),),
        replications=1,
        certain=True,
    ),
)
