"""Leaving a list unseen: removals, recovery and private care while people wait."""

from sim.analysis.exact import removal
from sim.app.studies.verification.case import AMPLE, Case, CaseRun, Trial, clinic, old_list, place
from sim.domain.words import DETAIL

WEEKLY = 0.2
STAY = (1 - WEEKLY) ** (1 / 7)
THINNED = "chain W' = max(0, Bin(W, q) + A - c)"
LATENT = "one exponential time an episode"
PRIVATE = {"private_exit": {"share_within_10_weeks": {"1": 0.1, "2": 0.1, "3": 0.1, "4": 0.1, "5": 0.4}}}
RECOVERY = {"recovery": {"share_within_6_weeks": {"acute": 0.6}, "needs": ["self_management"]}}
BY_WEEKS = {"0": 0.2, "2": 0.5}
WAITED_5_WEEKS = {"kind": "lists", "lists": {"old": old_list("clinic", {"5": 400, "6": 0})}}
QUINTILES = {"facts": {"imd_quintile": {"shares": {"1": 0.5, "5": 0.5}}}}


def _removing(rate: float, slots: int, days: int, words: str) -> Trial:
    """A clinic whose list loses a share of those on it each week."""
    path = lambda: removal.mean_list_path(rate, slots, STAY, days)  # noqa: E731
    return Trial(
        f"How long is the list, and how many leave it unseen, when a fifth go for each week waited ({words})?",
        place({"clinic": clinic(slots, removed_share_per_week_waited=WEEKLY)}, rate, days),
        (
            Case(
                f"removals, {words}: mean list",
                lambda run: run.waiting("clinic").mean(),
                lambda: path().mean(),
                THINNED,
            ),
            Case(
                f"removals, {words}: removed a day",
                lambda run: len(run.reading.removed) / days,
                lambda: (1 - STAY) * path()[:-1].sum() / days,
                "(1 - q) x the mean list of the day before",
            ),
        ),
    )


def _gone(run: CaseRun, within: int, last: int, quintile: int | None = None, detail: str = "private") -> float:
    """Share of those who presented before day `last` that left unseen within so many days of presenting."""
    who = run.early(last) & (run.record.patients.presented_day >= 0)
    if quintile is not None:
        who = who & (run.fact("imd_quintile") == quintile - 1)
    gone = run.reading.removed
    days = gone.day - run.record.patients.presented_day[gone.row]
    return run.count(gone.where((gone.detail == DETAIL[detail]) & (days <= within)))[who].mean()


EXPERIMENTS = (
    _removing(3.8, 4, 360, "slots for all"),
    _removing(6.0, 4, 360, "too few slots"),
    Trial(
        "How many are taken off a list in four weeks, a fifth in each of the first two and half in each after?",
        place({"clinic": clinic(0, removed_share_by_weeks_waited=BY_WEEKS)}, 20.0, 90, start=WAITED_5_WEEKS),
        (
            *(
                Case(
                    f"removals by weeks waited: share within {days} days",
                    lambda run, days=days: _gone(run, days, 60, detail="other"),
                    lambda left=left: 1 - left,
                    "one exponential time an episode; the hazard of each week waited",
                )
                for days, left in ((14, 0.8**2), (28, 0.8**2 * 0.5**2))
            ),
            Case(
                "removals by weeks waited: share of a starting list within a week",
                lambda run: run.count(run.reading.removed.where(run.reading.removed.day <= 7))[run.early(0)].mean(),
                lambda: 0.5,
                "they had waited over two weeks",
            ),
        ),
    ),
    Trial(
        "How many recover within six weeks on a list that nobody is called from?",
        place({"clinic": clinic(0, recovers=True)}, 20.0, 100, while_waiting=RECOVERY),
        (
            Case(
                "recovery while waiting: share within six weeks",
                lambda run: _gone(run, 42, 50, detail="recovered"),
                lambda: 0.6,
                LATENT,
            ),
            Case(
                "recovery while waiting: share within three weeks",
                lambda run: _gone(run, 21, 50, detail="recovered"),
                lambda: 1 - 0.4**0.5,
                LATENT,
            ),
        ),
    ),
    Trial(
        "How many of the most and the least deprived go private within ten weeks?",
        place({"clinic": clinic(0, private_exit=True)}, 20.0, 120, demand=QUINTILES, while_waiting=PRIVATE),
        (
            Case(
                "private exit: share of the most deprived fifth", lambda run: _gone(run, 70, 45, 1), lambda: 0.1, LATENT
            ),
            Case(
                "private exit: share of the least deprived fifth",
                lambda run: _gone(run, 70, 45, 5),
                lambda: 0.4,
                LATENT,
            ),
        ),
    ),
    Trial(
        "Do two lists of 30 and 40 days give the same chance to go private as one of ten weeks?",
        place(
            {
                "first": clinic(AMPLE, {"second": 1.0}, private_exit=True, earliest_notice_days=30),
                "second": clinic(AMPLE, private_exit=True, earliest_notice_days=40),
            },
            20.0,
            150,
            demand={"facts": {"imd_quintile": {"shares": {"5": 1.0}}}},
            while_waiting=PRIVATE,
        ),
        (Case("private exit over two lists: share", lambda run: _gone(run, 150, 75), lambda: 0.4, LATENT),),
    ),
)
