"""Missed and cancelled appointments: lost or rebooked, by deprivation, by the wait, and refilled."""

from sim.analysis.exact import missed, slots
from sim.app.studies.verification.case import AMPLE, FIXED, Case, Trial, clinic, place
from sim.domain.words import CANCELLED

QUINTILES = {"facts": {"imd_quintile": {"shares": dict.fromkeys("12345", 0.2)}}}
CHAIN = "chain W' = Y - S + Bin(S, p r), Y = W + A, S = min(Y, c)"
GEOMETRIC = "geometric number of bookings: m (1 - p) / (1 - p r)"


def _rebooked(share: float, discharged: float, rate: float, slots_a_day: int, what: str) -> Trial:
    """A clinic with misses, of which a share is discharged."""
    keep = 1 - discharged
    settings = {"new_share": share, "discharged_share": discharged}
    path = {
        True: lambda: missed.mean_list_path(rate, slots_a_day, share, 360, keep).mean(),
        False: lambda: slots.mean_list_path(rate, slots_a_day, 360).mean(),
    }[keep > 0]
    return Trial(
        f"How long is the list, and how many are seen, when {share:.0%} do not come and {what}?",
        place({"clinic": clinic(slots_a_day, missed=settings)}, rate, 360),
        (
            Case(
                f"missed, {what}: mean list",
                lambda run: run.waiting("clinic").mean(),
                path,
                CHAIN if keep else "Lindley 1952: the list does not know who missed",
            ),
            Case(
                f"missed, {what}: seen a day",
                lambda run: run.slots("clinic", 60)[1],
                lambda: missed.attended(rate, share, keep),
                GEOMETRIC,
            ),
        ),
    )


def _missed_share(run, who=None) -> float:
    """Share of first bookings that are missed; all who miss are discharged."""
    came, not_come = run.reading.attended_new, run.reading.missed
    if who is None:
        return len(not_come) / (len(came) + len(not_come))
    came, not_come = ((run.fact("imd_quintile")[events.row] == who).sum() for events in (came, not_come))
    return not_come / (came + not_come)


def _refilled(missed_share: float, cancelled: float, refilled: float) -> float:
    """People seen in a full slot: those booked who come, and stand-ins who come."""
    return (1 - missed_share) * (1 - cancelled + cancelled * refilled)


EXPERIMENTS = (
    _rebooked(0.15, 0.0, 3.0, 4, "all are rebooked"),
    _rebooked(0.2, 1.0, 3.4, 4, "all are discharged"),
    _rebooked(0.2, 0.5, 3.0, 4, "half are discharged"),
    Trial(
        "Do the most deprived miss 2.25 times as often as the least deprived, about the mean given?",
        place(
            {
                "clinic": clinic(
                    AMPLE, missed={"new_share": 0.2, "discharged_share": 1.0, "most_to_least_deprived_ratio": 2.25}
                )
            },
            20.0,
            60,
            demand=QUINTILES,
        ),
        (
            Case(
                "missed by the most deprived fifth",
                lambda run: _missed_share(run, 0),
                lambda: 0.2 * 2.25**0.5,
                "share x ratio^(1/2)",
            ),
            Case(
                "missed by the least deprived fifth",
                lambda run: _missed_share(run, 4),
                lambda: 0.2 / 2.25**0.5,
                "share x ratio^(-1/2)",
            ),
        ),
    ),
    Trial(
        "How many miss a visit after a wait of two weeks, when each week adds 3%?",
        place(
            {
                "clinic": clinic(
                    AMPLE,
                    earliest_notice_days=14,
                    missed={"new_share": 0.05, "share_per_week_waited": 0.03, "discharged_share": 1.0},
                )
            },
            20.0,
            60,
        ),
        (Case("missed after two weeks' wait", _missed_share, lambda: 0.05 + 2 * 0.03, "share + 2 x share a week"),),
    ),
    Trial(
        "How many are seen when slots are full, some miss, some cancel late and most of those slots are refilled?",
        place(
            {"clinic": clinic(10, missed={"new_share": 0.1}, cancelled={"share": 0.2, "refilled_share": 0.6})},
            20.0,
            100,
            demand=FIXED,
        ),
        (
            Case(
                "cancelled late and refilled: seen a day",
                lambda run: run.slots("clinic")[1],
                lambda: 10 * _refilled(0.1, 0.2, 0.6),
                "c (1 - p)(1 - x + x f)",
            ),
            Case(
                "cancelled late: cancellations a day",
                lambda run: (run.record.events["event"] == CANCELLED).sum() / run.days,
                lambda: 10 * 0.2,
                "c x",
            ),
        ),
    ),
)
