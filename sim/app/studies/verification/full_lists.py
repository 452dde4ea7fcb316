"""Lists with room for so many: who finds a drop-in full turns back at the minute, who would join a full list the
same day."""

import numpy as np

from sim.analysis.exact import erlang, full
from sim.app.studies.verification.case import FIXED, Case, CaseRun, Trial, clinic, place
from sim.app.studies.verification.drop_ins import LENGTH, mean_wait_at, open_all_day, rate, waits

ROOM, MOST = 5, 9
DETERRED_DAYS = 160
TURN_BACK = {"otherwise": {"to": {"resolved": 1.0}}}
ELSEWHERE = {"kind": "delay", "days": 1, "routes": TURN_BACK}
UNLESS_FULL = {
    "full": {
        "to": {"elsewhere": 1.0},
        "only_while": {"condition": "list_over", "service": "clinic", "threshold": MOST - 1},
    },
    "otherwise": {"to": {"clinic": 1.0}},
}


def _turned_back(run: CaseRun) -> float:
    """Share that is not seen, of the same people."""
    seen = np.zeros(run.people, bool)
    seen[run.reading.called.row] = True
    return 1 - seen[waits(run)[1]].mean()


def _unless_full(config: dict) -> dict:
    return config | {"pathway": config["pathway"] | {"entry": UNLESS_FULL}}


def _deterred(share: float) -> dict:
    """Five join a day, four are seen; `share` decline while the expected wait is over two weeks."""
    rule = {"condition": "expected_wait_over_weeks", "service": "clinic", "threshold": 2}
    entry = {"declines": {"to": {"elsewhere": share, "next": 1 - share}, "only_while": rule}} | {
        "otherwise": UNLESS_FULL["otherwise"]
    }
    config = place({"clinic": clinic(4), "elsewhere": ELSEWHERE}, 5.0, DETERRED_DAYS, demand=FIXED)
    return config | {"pathway": config["pathway"] | {"entry": entry}}


EXPERIMENTS = (
    Trial(
        "How many turn back, and how long do the others wait, if five may wait for two clinicians?",
        open_all_day(2, 1.0, 3, spread="exponential", room_for_waiting=ROOM, when_full=TURN_BACK),
        (
            Case(
                "M/M/2/7: share that turns back",
                _turned_back,
                lambda: erlang.bounded(rate(1.0, 2), 1 / LENGTH, 2, ROOM).blocked_share,
                "birth and death on 0 to K (Kendall 1953)",
            ),
            Case(
                "M/M/2/7: mean wait in minutes of those who get in",
                mean_wait_at("line"),
                lambda: erlang.bounded(rate(1.0, 2), 1 / LENGTH, 2, ROOM).mean_wait,
                "the same, and Little",
            ),
        ),
    ),
    Trial(
        "How many find a line of four clinicians engaged on which nobody can hold, if calls vary as a gamma?",
        open_all_day(4, 0.8, 2, spread="gamma", length_cv=1.3, room_for_waiting=0, when_full=TURN_BACK),
        (
            Case(
                "M/G/4/4: share that finds it engaged",
                _turned_back,
                lambda: erlang.blocked_share(4 * 0.8, 4),
                "Erlang B, whatever the lengths (Sevastyanov 1957)",
            ),
        ),
    ),
    Trial(
        "How long is a list that takes nobody while nine are on it, and how many are sent elsewhere?",
        _unless_full(place({"clinic": clinic(4), "elsewhere": ELSEWHERE}, 4.2, 300)),
        (
            Case(
                "a list that holds nine: mean list after clinics",
                lambda run: run.waiting("clinic").mean(),
                lambda: full.paths(4.2, 4, MOST, 300)[0].mean(),
                "chain N' = (min(N + A, 9) - 4)+",
            ),
            Case(
                "a list that holds nine: people sent elsewhere a day",
                lambda run: len(run.at(run.reading.listed, "elsewhere").day) / run.days,
                lambda: full.paths(4.2, 4, MOST, 300)[1].mean(),
                "chain N' = (min(N + A, 9) - 4)+",
            ),
        ),
    ),
    Trial(
        "How many decline of five a day, if the four who are seen make the 57th expect more than two weeks?",
        _deterred(1.0),
        (
            Case(
                "a wait that deters all: people who decline",
                lambda run: len(run.at(run.reading.listed, "elsewhere").day),
                lambda: DETERRED_DAYS - (2 * 28 + 1 - 4),
                "the list grows to 57 by one a day; then four of five join",
            ),
            Case(
                "a wait that deters all: list after the last clinic",
                lambda run: run.waiting("clinic")[-1],
                lambda: 2 * 28 + 1 - 4,
                "57 less the four who are seen",
            ),
        ),
        replications=1,
        certain=True,
    ),
    Trial(
        "And if half of those who expect more than two weeks decline?",
        _deterred(0.5),
        (
            Case(
                "a wait that deters half: mean list after the clinic, last 60 days",
                lambda run: run.waiting("clinic")[-60:].mean(),
                lambda: full.deterred_path(5, 4, 56, 0.5, DETERRED_DAYS)[-60:].mean(),
                "chain on the list, person by person",
            ),
        ),
    ),
)
