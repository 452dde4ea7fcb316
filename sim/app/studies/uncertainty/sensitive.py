"""`mskflow sensitivity [SCENARIO] [method=morris|sobol]`: which of what is not known moves the answer."""

import time
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from sim.app.configuration.files.shipped import cut
from sim.app.configuration.request import Request
from sim.app.store import Store
from sim.app.studies.uncertainty.belief_kinds import KINDS
from sim.app.studies.uncertainty.believed_runs import in_words, matrix, outcomes_of, own_luck, same_luck
from sim.app.studies.uncertainty.pair import BelievedPoints, Pair
from sim.app.studies.uncertainty.parameter_moves import Movers, moved, moves_of, problem_of
from sim.app.studies.uncertainty.results import NET, Worth, information_table, worth_of
from sim.app.studies.uncertainty.uncertain import DRAWS, asked_pair, drawn_points, tell
from sim.app.studies.uncertainty.uncertainty_words import OneOf, Several, Whole, given_in
from sim.domain.faults import Fault, ScenarioError, nearest

MORRIS, SOBOL = "morris", "sobol"
PARAMETER, KIND = "parameter", "kind"
WORDS = {
    "method": OneOf((MORRIS, SOBOL)),
    "by": OneOf((PARAMETER, KIND)),
    "parameters": Several(),
    "trajectories": Whole(2, 1_000),
    "base": Whole(8, 65_536, power=True),
    "draws": Whole(0, 10_000),
}
EXAMPLES = {
    "method": SOBOL,
    "by": KIND,
    "parameters": "gp_accuracy,triage_accuracy",
    "trajectories": "8",
    "base": "64",
    "draws": "64",
}
TRAJECTORIES, BASE = 4, 32
"""Where the command does not say how many."""
LOOKED_AT = 10
"""Parameters that move net benefit most, of which the value of information is worked out."""


def _given(request: Request) -> dict:
    """The words of this command, checked."""
    given = given_in(request, WORDS, EXAMPLES)
    method = given.setdefault("method", MORRIS)
    other = "base" if method == MORRIS else "trajectories"
    if other in given:
        raise ScenarioError(
            [Fault(other, f"method={method} does not use it", "base= for sobol, trajectories= for morris")]
        )
    return given


def run(request: Request) -> int:
    """Moves, simulates, writes the folder and prints; 0. Raises `ScenarioError` with every fault, `Incomplete`,
    `CannotWrite`."""
    if find_spec("SALib") is None:
        raise ScenarioError(
            [Fault("sensitivity", "SALib is not installed", "pip install '.[doe]' in a clone of mskflow")]
        )
    given, began = _given(request), time.time()
    whole = asked_pair(request)
    pair = _of_those(whole, given.get("parameters"))
    method = given["method"]
    by_kind = given.get("by", PARAMETER if method == MORRIS or "parameters" in given else KIND) == KIND
    problem = problem_of(pair.beliefs, by_kind, method == MORRIS)
    count = given.get("trajectories", TRAJECTORIES) if method == MORRIS else given.get("base", BASE)
    points = BelievedPoints(pair, moved(problem, method == MORRIS, count, pair.scenario.run.seed))
    draws = given.get("draws", DRAWS)
    drawn = drawn_points(whole, draws) if draws >= 8 else None
    more = f"; and {in_words(draws, pair.scenario)} for the value of information" if drawn else ""
    tell(
        pair,
        (
            f"{len(problem.parameters)} {'kinds of parameter' if by_kind else 'parameters'}, "
            f"{in_words(len(points), pair.scenario)}{more}"
        ),
    )
    store = Store(Path(pair.scenario.config.get("out") or "results"))
    outcomes = outcomes_of(points, same_luck, store, method, request.line)
    moves = moves_of(problem, points, outcomes, method == MORRIS)
    worth = information = None
    if drawn:
        names = None if by_kind else _most(moves, pair)
        worth, information = _worth_of_knowing(drawn, names, store, request.line)
    from sim.app.studies.uncertainty.moved_words import telling_of  # drawing is only needed now
    from sim.app.studies.uncertainty.uncertainty_publish import publish

    telling = telling_of(points, moves, outcomes, worth, information, draws)
    tables = {"sensitivity": moves.table, "outcomes": outcomes.table} | ({"evppi": information} if drawn else {})
    said = {
        "method": method,
        "by": KIND if by_kind else PARAMETER,
        "points": len(points),
        "trajectories" if method == MORRIS else "base": count,
        "draws": draws,
        "parameters": len(pair.beliefs.parameters),
        "runs_made": outcomes.runs,
        "impossible_points": {str(k): v for k, v in outcomes.impossible.items()},
    }
    publish(telling, tables, pair, request, began, said)
    return 0


def _worth_of_knowing(drawn: BelievedPoints, names, store: Store, command: str) -> tuple[Worth, pd.DataFrame]:
    """What the draws are worth, and what knowing each of `names` (None: everything that is drawn) would be worth."""
    found, draws, scenario = outcomes_of(drawn, own_luck, store, "draws", command), len(drawn), drawn.pair.scenario
    worth, known = worth_of(found, draws, scenario.outcomes.gbp_per_qaly)
    net = matrix(found, NET, "all", draws).mean(axis=1)
    return worth, information_table(worth, known, drawn, net, names, scenario.run.seed)


def _of_those(pair: Pair, names) -> Pair:
    """The pair with only these parameters moved; `ScenarioError` names those that there are not."""
    if names is None:
        return pair
    known = [one.name for one in pair.beliefs.parameters]
    faults = [
        Fault("parameters", f"there is no '{cut(name)}' that has a range here", nearest(cut(name), known))
        for name in names
        if name not in known
    ]
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return Pair(pair.baseline, pair.scenario, pair.configs, pair.beliefs.keep(names))


def _most(moves: Movers, pair: Pair) -> list[str]:
    """The parameters that move net benefit most."""
    table = moves.table[moves.table["kpi"] == NET].sort_values("rank")
    named = [name for name in table["parameter"] if name not in KINDS][:LOOKED_AT]
    return named or [one.name for one in pair.beliefs.parameters]
