"""From an answer to its results folder."""

import os
from datetime import datetime
from pathlib import Path

import yaml

from sim.app.configuration.request import Request
from sim.app.pages.html import html_of
from sim.app.store import model_version
from sim.app.store.folder import ResultsFolder
from sim.app.store.provenance import provenance
from sim.app.studies.plan.answer import Answer
from sim.app.studies.plan.best_use import BestUse
from sim.app.studies.plan.plan_document import page_of, picture_of, words_for
from sim.app.studies.plan.plan_steps import plan_table
from sim.app.studies.plan.pricing import together


def publish(answer: Answer | BestUse, file: str, out: Path, request: Request, identity: str, began: float) -> Path:
    """Writes the folder, whole or not at all; returns its path."""
    with ResultsFolder(out, answer.scenario.name, datetime.now()) as folder:
        words = words_for(answer)
        folder.write_csv("plan.csv", plan_table(answer, words.status(answer)))
        folder.write_csv("frontier.csv", words.frontier_table(answer))
        folder.write_csv("targets.csv", words.targets_table(answer))
        picture = picture_of(answer)
        folder.write_text("plan.html", html_of(page_of(answer, picture, request.line)))
        folder.write_text("figures/frontier.svg", picture.svg)
        config = {key: value for key, value in answer.scenario.config.items() if key != "out"}
        folder.write_text("config/scenario.yaml", yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
        folder.write_text("config/plan.yaml", Path(os.path.expanduser(file)).read_text(encoding="utf-8-sig"))
        folder.write_manifest(_manifest(answer, identity, request, began) | {"model": model_version(), "keys": {}})
    return folder.path


def _manifest(answer: Answer | BestUse, identity: str, request: Request, began: float) -> dict:
    terms, scenario = answer.problem.terms, answer.scenario
    return {
        "status": "complete",
        "kind": "plan",
        **request.said(),
        "scenario": scenario.name,
        "config_hash": identity,
        "met": answer.met,
        "cost": round(answer.plan.cost, 2) + 0.0,
        "cost_of_all_at_once": round(answer.plan.cost + together(answer.problem.levers, answer.plan.point, scenario), 2)
        + 0.0,
        "seed": scenario.run.seed,
        "replications": terms.replications,
        "fresh_replications": terms.confirm,
        **(_of_spending(answer) if isinstance(answer, BestUse) else _of_targets(answer)),
        "plans_within_limits": answer.problem.points,
        "plans_simulated": answer.tried,
        "plans_stopped_early": answer.stopped,
        "plans_that_do_not_go_together": answer.impossible,
        "every_cheaper_plan_tried": answer.every,
        "horizon_days": scenario.run.horizon,
        **provenance(began, "optuna"),
    }


def _of_targets(answer: Answer) -> dict:
    return {
        "probability": answer.problem.terms.probability,
        "held_in_search": answer.plan.held,
        "held_in_fresh_replications": answer.after.held,
        "held_if_demand_5_higher": answer.if_more.held,
        "plans_ruled_out_by_bounds": answer.ruled_out,
        "plans_not_simulated_for_their_cost": answer.dearer,
        "plans_turned_down_on_fresh_replications": len(answer.rejected),
        "targets_with_bounds": list(answer.bounded),
    }


def _of_spending(answer: BestUse) -> dict:
    objective = answer.problem.objective
    return {
        "objective": objective.kpi,
        "aim": "raise" if objective.rises else "lower",
        "budget": answer.problem.budget,
    }
