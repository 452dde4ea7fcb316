"""A study: run a scenario and what it is compared with, and write the results folder."""

import hashlib
import json
import shlex
import sys
import time
from pathlib import Path

from sim.app.batch import Incomplete, Terms, complete, keyed, told_of
from sim.app.check import build
from sim.app.comparator import Beside, beside
from sim.app.overrides import split
from sim.app.progress import Progress
from sim.app.same_budget import hold_same_budget
from sim.app.store import Store, key_of
from sim.app.unfinished import Unfinished
from sim.app.work import Keyed
from sim.domain.scenario import Scenario

MAIN, SIDE, ASSUMED = "main", "beside", "assumption"

__all__ = ["Incomplete", "identity_of", "results_of", "run", "tasks_of"]


def run(config: dict, progress: str = "auto", command: str = "mskflow run") -> Path:
    """Run `config` against its comparator, print the table and write the results folder; returns its path.

    What `out`/.store/ has already is not run again. Raises `ScenarioError` (before anything runs), `Incomplete` when
    replications failed, `Busy`, `Another`, `CannotWrite`.
    """
    scenario = build(config)
    asked = split(shlex.split(command)[2:])
    others = beside(config, scenario, asked.overrides, asked.config_dirs, asked.scenario)
    if scenario.run.same_budget:
        hold_same_budget(scenario, others.baseline)
    out = Path(config.get("out") or "results")
    began = time.time(), time.process_time()
    tasks = tasks_of(scenario, others)
    identity = identity_of(scenario, others)
    with Unfinished(out, "run", identity, scenario, command) as note:
        store = Store(out)
        failed = _run_all(tasks, store, scenario, progress, note)
        if failed:
            raise Incomplete(told_of(failed, command))
        from sim.app.publish import publish  # drawing and tables are only needed now

        path = publish(config, scenario, others, results_of(tasks, store), out, command, identity, began)
        note.finished()
    return path


def tasks_of(scenario: Scenario, others: Beside) -> dict[tuple, Keyed]:
    """key -> task; a key is (which, name, replication)."""
    tasks: dict[tuple, Keyed] = {}

    def add(which: str, name: str, scenarios, replications) -> None:
        tasks.update({(which, name, one.task.replication): one for one in keyed(scenarios, replications)})

    add(MAIN, scenario.name, (scenario,) if others.baseline is None else (others.baseline, scenario), range(scenario.run.replications))
    few = range(min(others.replications, scenario.run.replications))
    for step in others.ladder:
        add(SIDE, step.name, (step,), few)
    for _, variant, base in others.variants.values():
        add(SIDE, variant.name, (variant,) if base is others.baseline else (base, variant), few)
    for name, (_, ends) in others.assumptions.items():
        for value, pair in ends.items():
            add(ASSUMED, f"{name} {value:g}", tuple(s for s in pair if s is not None), range(1))
    return tasks


def identity_of(scenario: Scenario, others: Beside) -> str:
    """A hash of everything that the numbers depend on, but how many replications there are."""
    every = [scenario, *([others.baseline] if others.baseline else []), *others.ladder, *(s for _, v, b in others.variants.values() for s in (v, b))]
    every += [s for _, ends in others.assumptions.values() for pair in ends.values() for s in pair]
    text = json.dumps([others.replications, list(map(key_of, every))])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def results_of(tasks: dict[tuple, Keyed], store: Store) -> dict[tuple, dict]:
    """key of a task -> scenario name -> measures, from the store; `Damaged` if one of them is not whole."""
    return {place: {scenario.name: store.read(key, one.task.replication) for scenario, key in zip(one.task.scenarios, one.keys, strict=True)}
            for place, one in tasks.items()}


def _run_all(tasks: dict, store: Store, scenario: Scenario, mode: str, note: Unfinished):
    runs = {(key, one.task.replication) for one in tasks.values() for key in one.keys}
    there = sum(store.whole(*one) for one in runs)
    with Progress(mode, len(runs), scenario.title or scenario.name, there) as bar:
        if there and mode != "json":
            print(f"{there} of {len(runs)} runs were there already", file=sys.stderr)
        return complete(list(tasks.values()), store, bar, Terms.of(scenario), lambda *_: note.begun())
