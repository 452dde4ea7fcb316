"""Chains of services: visits, endings, days inside, rules by facts, tests, single points of access, recurrence."""

import numpy as np

from sim.analysis.exact import routing
from sim.app.studies.verification.case import AMPLE, Case, CaseRun, Trial, clinic, place

NAMES = ("gp", "physio", "hospital")
MOVES = np.array([[0.0, 0.4, 0.2], [0.2, 0.0, 0.0], [0.1, 0.5, 0.0]])
EXITS = np.diag(1 - MOVES.sum(axis=1))
SNELL = "fundamental matrix (I - P)^-1 (Kemeny and Snell 1960)"
PRODUCT = "product of shares"


def _cycle() -> dict:
    """The chain `MOVES`: whoever does not move on is resolved."""
    services = {}
    for row, (name, moves) in enumerate(zip(NAMES, MOVES, strict=True)):
        to = {NAMES[column]: float(share) for column, share in enumerate(moves) if share > 0}
        services[name] = clinic(AMPLE, {**to, "resolved": float(EXITS[row, row])})
    return services


def _visits(service: str, last: int):
    """First visits to a service for each person who presented before day `last`."""
    return lambda run: run.count(run.at(run.reading.attended_new, service))[run.early(last)].mean()


def _ended(service: str):
    return lambda run: run.count(run.at(run.reading.resolved, service))[run.early(80)].mean()


def _days_inside(run: CaseRun) -> float:
    done = run.reading.resolved
    began = run.record.patients.presented_day[done.row]
    return (done.day - began)[began < 80].mean()


def _ever_tested(run: CaseRun) -> float:
    return (run.count(run.at(run.reading.attended, "imaging"))[run.early(80)] > 0).mean()


def _episodes(run: CaseRun) -> float:
    return run.count(run.reading.presented)[run.early(60)].mean()


ONSETS = {"facts": {"onset": {"shares": {"acute": 0.6, "long_term": 0.4}}}}
BY_ONSET = {
    "quick": {"when": {"onset": "acute"}, "to": {"physio": 0.5, "next": 0.5}},
    "otherwise": {"to": {"hospital": 0.3, "resolved": 0.7}},
}
REFERRED = {
    "gp": clinic(AMPLE, setting="primary", routes=BY_ONSET),
    "triage": clinic(AMPLE, {"hospital": 0.25, "physio": 0.75}, setting="triage"),
    "physio": clinic(AMPLE),
    "hospital": clinic(AMPLE, setting="hospital", referrals_through="triage"),
}
IMAGING = {"scan": {"service": "imaging", "share": 0.35}}
TESTED = {
    "hospital": clinic(AMPLE, {"operation": 0.4, "resolved": 0.6}, orders=IMAGING),
    "imaging": clinic(AMPLE, {"return": 1.0}, setting="diagnostics"),
    "operation": clinic(AMPLE),
}

EXPERIMENTS = (
    Trial(
        "How often is each service visited, and where do people end, when they may be sent back and forth?",
        place(_cycle(), 10.0, 150),
        (
            *(
                Case(
                    f"chain with returns: visits to {name} a person",
                    _visits(name, 80),
                    lambda at=at: routing.visits_from(MOVES)[0, at],
                    SNELL,
                )
                for at, name in enumerate(NAMES)
            ),
            *(
                Case(
                    f"chain with returns: share that ends at {name}",
                    _ended(name),
                    lambda at=at: routing.ends(MOVES, EXITS)[0, at],
                    SNELL,
                )
                for at, name in enumerate(NAMES[1:], 1)
            ),
            Case(
                "chain with returns: days in the pathway",
                _days_inside,
                lambda: routing.days_inside(MOVES, np.ones(3))[0] - 1,
                SNELL + "; a night between two visits",
            ),
        ),
    ),
    Trial(
        "How long is the wait at a second service that gets 60% of those whom the first sees at once?",
        place({"triage": clinic(AMPLE, {"physio": 0.6, "resolved": 0.4}), "physio": clinic(4)}, 5.5, 420),
        (
            Case(
                "second service: mean wait from referral",
                lambda run: run.waits("physio", 60, 380).mean(),
                lambda: routing.second_service_wait(5.5, 0.6, 4),
                "thinned Poisson; seen from the next day on",
            ),
        ),
    ),
    Trial(
        "Do rules by fact, `next`, and a single point of access send the shares that they say?",
        place(REFERRED, 20.0, 60, demand=ONSETS),
        (
            Case("rules: share sent to triage", _visits("triage", 50), lambda: (0.4 + 0.6 * 0.5) * 0.3, PRODUCT),
            Case(
                "rules: share that reaches physio", _visits("physio", 50), lambda: 0.6 * 0.5 + 0.7 * 0.3 * 0.75, PRODUCT
            ),
            Case("rules: share that reaches hospital", _visits("hospital", 50), lambda: 0.7 * 0.3 * 0.25, PRODUCT),
        ),
    ),
    Trial(
        "Do people sent for a test come back, and is what follows decided then?",
        place(TESTED, 20.0, 60),
        (
            Case("tests: share that is sent for one", _visits("imaging", 50), lambda: 0.35, "as configured"),
            Case(
                "tests: visits to hospital a person",
                lambda run: run.count(run.at(run.reading.attended, "hospital"))[run.early(50)].mean(),
                lambda: 1.35,
                "1 + share",
            ),
            Case("tests: share operated on, tested or not", _visits("operation", 50), lambda: 0.4, "as configured"),
        ),
    ),
    Trial(
        "How many are sent for a test at some time, if four of five come back to be seen anew?",
        place(
            {
                "hospital": clinic(
                    AMPLE, {"gp": 0.8, "resolved": 0.2}, orders={"scan": {"service": "imaging", "share": 0.5}}
                ),
                "gp": clinic(AMPLE, {"hospital": 1.0}),
                "imaging": TESTED["imaging"],
            },
            10.0,
            220,
        ),
        (
            Case(
                "tests: share ever sent for one, if referred again",
                _ever_tested,
                lambda: 0.5 / (1 - 0.5 * 0.8),
                "T = s + (1 - s) x 0.8 x T: each referral is a chance of its own",
            ),
        ),
    ),
    Trial(
        "How many episodes does a person have if 30% of those resolved come back?",
        place({"gp": clinic(AMPLE)}, 10.0, 220, recurrence={"share": 0.3, "mean_days": 5.0}),
        (Case("recurrence: episodes a person", _episodes, lambda: 1 / 0.7, "geometric: 1 / (1 - share)"),),
    ),
)
