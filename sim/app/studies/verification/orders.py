"""Lists that are called by chance, with the weeks waited as weights."""

import numpy as np

from sim.analysis.exact import drawn
from sim.app.studies.verification.case import Case, CaseRun, Trial, clinic, old_list, place
from sim.domain.words import NEEDS

SHORT, LONG = "4", "20"
WEIGHTS = {"0": 1.0, "12": 3.0}
EQUAL = {"0": 1.0}
STEEP = {"0": 1e-6, "8": 1.0, "16": 1e6}
WALLENIUS = "chain on who is left: people x weight (Wallenius 1963)"


TWICE = {"favoured": {"when": {"need": "surgery"}, "chance": 2.0}, "others": {"chance": 1.0}}


def _drawn(weights: dict, slots: float = 1, **settings) -> dict:
    return clinic(slots, order="by_weeks_waited", called_by_weeks_waited=weights, **settings)


def _two_lists(short: int, long: int, waited: str = LONG) -> dict:
    lists = {
        "short": old_list("clinic", {SHORT: short, "5": 0}, "surgery"),
        "long": old_list("clinic", {waited: long, str(int(waited) + 1): 0}),
    }
    return {"kind": "lists", "lists": lists}


def _short_seen_in(calls: int):
    def measure(run: CaseRun) -> float:
        seen = run.reading.attended_new
        seen = seen.where(seen.day < calls)
        return np.count_nonzero(run.fact("need")[seen.row] == NEEDS.index("surgery"))

    return measure


def _moment(run: CaseRun) -> float:
    waits = run.waits("clinic", 60, 1_100)
    return (waits * (waits + 1.0)).mean()


def _mean_day(weeks: int):
    def measure(run: CaseRun) -> float:
        seen = run.reading.attended_new
        waited = seen.day - seen.since
        return seen.day[(waited - seen.day - 1) // 7 == weeks].mean()

    return measure


def _by_week(weeks: tuple[int, ...]) -> dict:
    """Seven people who have waited so many weeks, one for each day, for each of `weeks`."""
    lists = {f"w{one}": old_list("clinic", {str(one): 7, str(one + 1): 0}) for one in weeks}
    return {"kind": "lists", "lists": lists}


EXPERIMENTS = (
    Trial(
        "Who is called when those who have waited over twelve weeks have three times the chance?",
        place({"clinic": _drawn(WEIGHTS)}, 0.0, 36, start=_two_lists(30, 20)),
        tuple(
            Case(
                f"weighted draw: people of the short wait among {calls} called",
                _short_seen_in(calls),
                lambda calls=calls: drawn.seen_of_first((30, 20), (1.0, 3.0), calls),
                WALLENIUS,
            )
            for calls in (10, 35)
        ),
        replications=200,
    ),
    Trial(
        "Who is called when people of one class have twice the chance of another's, and all have waited as long?",
        place({"clinic": _drawn(EQUAL, priority=TWICE)}, 0.0, 36, start=_two_lists(30, 20, SHORT)),
        tuple(
            Case(
                f"classes with chances 2 to 1: people of the first among {calls} called",
                _short_seen_in(calls),
                lambda calls=calls: drawn.seen_of_first((30, 20), (2.0, 1.0), calls),
                WALLENIUS,
            )
            for calls in (10, 35)
        ),
        replications=200,
    ),
    Trial(
        "How are waits spread when everybody on the list has the same chance of being called?",
        place({"clinic": _drawn(EQUAL)}, 0.7, 1_200),
        (
            Case(
                "equal weights: mean of days waited times the next day",
                _moment,
                lambda: drawn.wait_times_next(0.7),
                "first come's over 1 - rate / 2 (Kingman 1962, Takacs 1963)",
            ),
        ),
    ),
    Trial(
        "Do weights that rise a million times from one list to the next make it first come, first served?",
        place({"clinic": _drawn(STEEP)}, 0.0, 30, start=_by_week((2, 10, 18))),
        tuple(
            Case(
                f"steep weights: mean day of those who had waited {weeks} weeks",
                _mean_day(weeks),
                lambda turn=turn: 7 * turn + 3,
                "seven a week, longest first",
            )
            for turn, weeks in enumerate((18, 10, 2))
        ),
        replications=1,
        certain=True,
    ),
)
