"""`mskflow uncertainty [SCENARIO] [draws=N]`: what we believe of the difference, and how much of it is ignorance."""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from sim.app.configuration.beside.same_budget import hold_same_budget
from sim.app.configuration.request import Request
from sim.app.store import Store
from sim.app.studies.uncertainty.beliefs import quantiles
from sim.app.studies.uncertainty.believed_runs import in_words, matrix, outcomes_of, own_luck, same_luck
from sim.app.studies.uncertainty.pair import BelievedPoints, InUse, Pair, pair_of
from sim.app.studies.uncertainty.results import NET, draws_table, information_table, uncertainty_table, worth_of
from sim.app.studies.uncertainty.uncertainty_words import Whole, given_in
from sim.domain.faults import Fault, ScenarioError

WORDS = {"draws": Whole(8, 10_000)}
EXAMPLES = {"draws": "64"}
DRAWS, REPLICATIONS = 128, 2
"""Where the command does not say how many."""
AS_CONFIGURED = 8
"""Replications with every number at its value in use, the first of those that `mskflow run` has."""


def run(request: Request) -> int:
    """Draws, simulates, writes the folder and prints; 0. Raises `ScenarioError` with every fault, `Incomplete`,
    `CannotWrite`."""
    began = time.time()
    given, pair = given_in(request, WORDS, EXAMPLES), asked_pair(request)
    draws = given.get("draws", DRAWS)
    points = drawn_points(pair, draws)
    tell(pair, f"{in_words(draws, pair.scenario)}; and {2 * AS_CONFIGURED} as configured")
    store = Store(Path(pair.scenario.config.get("out") or "results"))
    in_use = outcomes_of(InUse(pair), same_luck, store, "as configured", request.line, AS_CONFIGURED)
    outcomes = outcomes_of(points, own_luck, store, "draws", request.line)
    from sim.app.studies.uncertainty.believed_words import telling_of  # drawing is only needed now
    from sim.app.studies.uncertainty.uncertainty_publish import publish

    table = uncertainty_table(outcomes, draws, in_use)
    worth, known = worth_of(outcomes, draws, pair.scenario.outcomes.gbp_per_qaly)
    information = information_table(
        worth, known, points, matrix(outcomes, NET, "all", draws).mean(axis=1), seed=pair.scenario.run.seed
    )
    telling = telling_of(points, outcomes, table, worth, information)
    plane = pd.DataFrame(
        {"draw": np.flatnonzero(known), "incremental_cost": worth.cost, "incremental_qalys": worth.qalys}
    )
    tables = {
        "draws": draws_table(points),
        "outcomes": outcomes.table,
        "uncertainty": table,
        "evppi": information,
        "plane": plane,
        "acceptability": curve(worth),
    }
    said = {
        "draws": draws,
        "parameters": len(pair.beliefs.parameters),
        "runs_made": outcomes.runs + in_use.runs,
        "impossible_draws": {str(k): v for k, v in outcomes.impossible.items()},
    }
    publish(telling, tables, pair, request, began, said)
    return 0


def asked_pair(request: Request) -> Pair:
    """The pair of a request; `ScenarioError` with every fault."""
    pair = pair_of(request, None if request.sets("run.replications") else REPLICATIONS)
    run, faults = pair.scenario.run, []
    if run.replications < 2:
        faults.append(
            Fault("run.replications", "is 1, and then nobody can tell chance from ignorance", "2 or more for each draw")
        )
    if run.precision:
        faults.append(
            Fault(
                "run.precision",
                "is not used here: every draw has the same number of replications",
                "run.replications=2, or leave it out",
            )
        )
    if not pair.beliefs.parameters:
        faults.append(
            Fault(
                "conf/evidence.yaml",
                "gives no range to any number of this configuration",
                "report.assumptions: {name: {path: ..., range: [low, high]}}",
            )
        )
    if faults:
        raise ScenarioError(faults)
    if run.same_budget:
        hold_same_budget(pair.scenario, pair.baseline)
    return pair


def drawn_points(pair: Pair, draws: int) -> BelievedPoints:
    """The first `draws` draws of everything that is believed; more of them move none of these."""
    return BelievedPoints(pair, quantiles(pair.beliefs.axes, draws, pair.scenario.run.seed))


def tell(pair: Pair, text: str) -> None:
    """Before it starts, how much there is to do; not where a program reads."""
    if pair.scenario.run.progress not in ("json", "none"):
        print(text, file=sys.stderr, flush=True)


def curve(worth) -> pd.DataFrame:
    """The acceptability curve as a table."""
    from sim.analysis.money.economics import THRESHOLDS

    return pd.DataFrame({"gbp_per_qaly": THRESHOLDS, "share": worth.acceptability})
