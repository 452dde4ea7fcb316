"""`mskflow plan SCENARIO plan=FILE`: reads the question, looks for the plan, writes the folder."""

import hashlib
import json
import time
from dataclasses import asdict, replace
from pathlib import Path

from sim.app.configuration.compose import compose
from sim.app.configuration.request import Request
from sim.app.running.progress import Progress
from sim.app.running.supervisor import cores
from sim.app.store.disk import writing
from sim.app.store.shelf import Shelf
from sim.app.studies.plan.answer import MOST_ON_FRONTIER, Answer, answer_of
from sim.app.studies.plan.best_use import FINALISTS, BestUse, best_use_of
from sim.app.studies.plan.problem import Problem, Spending, problem_of, shape_of
from sim.app.studies.plan.search import Search
from sim.app.studies.plan.spending import Spender
from sim.app.studies.plan.suggestions import STORE, Suggestions, refuse_without_optuna
from sim.app.studies.plan.trials import Trials
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario

WORD = "plan="


def file_of(request: Request) -> str | None:
    """The file that `plan=FILE` names."""
    if len(request.own) > 1:
        raise ScenarioError([Fault("plan", "is given twice", "one file: plan=FILE")])
    return next((value for _, value in request.own), None)


def run(request: Request) -> int:
    """Looks for the cheapest plan, or for the best use of a sum, and writes its folder; 0, also where there is none.

    Raises `ScenarioError` with every fault of the scenario and of the file, `Incomplete`, `Busy`, `CannotWrite`.
    """
    file = file_of(request)
    scenario, problem = _asked(file, request)
    refuse_without_optuna()
    began = time.time()
    out, identity = Path(scenario.config.get("out") or "results"), identity_of(problem, scenario)
    workers = scenario.run.workers or cores()
    with Shelf(out, identity) as shelf:
        try:
            answer = _search(problem, scenario, shelf, workers)
        except ScenarioError:  # what was asked has no answer: nothing to go on with
            _clear(shelf)
            raise
        from sim.app.studies.plan.plan_publish import publish  # drawing and templates are only needed now

        path = publish(answer, file, out, request, identity, began)
        _clear(shelf)
    if scenario.run.progress != "json":
        from sim.app.pages.terminal import to_terminal
        from sim.app.studies.plan.plan_document import in_short

        to_terminal(in_short(answer, path))
    return 0


def _clear(shelf: Shelf) -> None:
    with writing(shelf.folder):
        for left in shelf.folder.glob(f"{STORE}*"):
            left.unlink(missing_ok=True)
    shelf.discard()


def _asked(file: str | None, request: Request) -> tuple[Scenario, Problem | Spending]:
    """The scenario and the file, or every fault of both."""
    faults: list[Fault] = []
    if not file:
        faults.append(
            Fault(
                "plan",
                "no file says what is wanted",
                f"write: mskflow plan {request.scenario or 'integrated'} {WORD}FILE",
            )
        )
    shape = shape_of(file, faults) if file else None
    try:
        scenario = compose(request.scenario, request.overrides, request.config_dirs)
    except ScenarioError as error:
        raise ScenarioError([*error.faults, *faults]) from None
    if shape is not None:
        problem = problem_of(shape, scenario, faults, request.sets("run.replications"))
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return scenario, problem


def _search(problem: Problem | Spending, scenario: Scenario, shelf: Shelf, workers: int) -> Answer | BestUse:
    terms = problem.terms
    beyond, fresh = (len(problem.levers), FINALISTS + 2) if isinstance(problem, Spending) else (MOST_ON_FRONTIER, 3)
    most = (min(terms.trials, problem.points) + beyond) * terms.replications + fresh * terms.confirm
    sizes = {lever.path: len(lever.values) for lever in problem.levers}
    with Progress(scenario.run.progress, most, "replications, at most") as bar:
        trials = Trials(problem, scenario, shelf, workers, bar.done)
        suggestions = Suggestions(shelf.folder, sizes, scenario.run.seed)
        try:
            with trials.at_work():
                if isinstance(problem, Spending):
                    spender = Spender(problem, trials, suggestions, scenario.run.seed)
                    answer: Answer | BestUse = best_use_of(problem, scenario, trials, spender)
                else:
                    search = Search(problem, trials, suggestions, scenario.run.seed)
                    answer = answer_of(problem, scenario, trials, search)
        finally:
            suggestions.close()
        bar.expect(bar.finished)
    return answer


def identity_of(problem: Problem | Spending, scenario: Scenario) -> str:
    """A hash of everything that the answer depends on: scenario, file, versions of the model and of the optimiser."""
    import optuna

    from sim import __version__

    kept = replace(
        scenario, config={}, title="", question="", run=replace(scenario.run, workers=0, progress="", keep_events=False)
    )
    text = json.dumps(
        [
            __version__,
            optuna.__version__,
            asdict(kept),
            asdict(replace(problem, terms=replace(problem.terms, title="", question=""))),
        ],
        sort_keys=True,
        default=str,
    )
    return f"plan-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
