"""A study: run a scenario and what it is compared with, and write the results folder."""

import hashlib
import json
import shlex
import sys
import time
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

from sim.app.check import build
from sim.app.comparator import Beside, beside
from sim.app.overrides import split
from sim.app.progress import Progress
from sim.app.same_budget import hold_same_budget
from sim.app.shelf import Shelf
from sim.app.supervisor import cores, supervise
from sim.app.work import Task
from sim.domain.scenario import Scenario

MAIN, SIDE, ASSUMED = "main", "beside", "assumption"


class Incomplete(RuntimeError):
    """Some replications failed; the others are stored."""

    exit_code = 4


def run(config: dict, progress: str = "auto", command: str = "mskflow run") -> Path:
    """Run `config` against its comparator, print the table and write the results folder; returns its path.

    Raises `ScenarioError` (before anything runs), `Incomplete` when replications failed, `Busy`, `CannotWrite`.
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
    with Shelf(out, identity) as shelf:
        results, failed = _run_all(tasks, shelf, scenario, progress)
        if failed:
            raise Incomplete(_told(failed, command))
        from sim.app.publish import publish  # drawing and tables are only needed now

        path = publish(config, scenario, others, results, out, command, identity, began)
        shelf.discard()
    return path


def tasks_of(scenario: Scenario, others: Beside) -> dict[tuple, Task]:
    """key -> task; a key is (which, name, replication)."""
    main = (scenario,) if others.baseline is None else (others.baseline, scenario)
    tasks = {(MAIN, scenario.name, r): Task(main, r) for r in range(scenario.run.replications)}
    few = min(others.replications, scenario.run.replications)
    for step in others.ladder:
        tasks |= {(SIDE, step.name, r): Task((step,), r) for r in range(few)}
    for _, variant, base in others.variants.values():
        both = (variant,) if base is others.baseline else (base, variant)
        tasks |= {(SIDE, variant.name, r): Task(both, r) for r in range(few)}
    for name, (_, ends) in others.assumptions.items():
        for value, pair in ends.items():
            tasks[ASSUMED, f"{name} {value:g}", 0] = Task(tuple(s for s in pair if s is not None), 0)
    return tasks


def identity_of(scenario: Scenario, others: Beside) -> str:
    """A hash of everything that the numbers depend on: scenarios less their labels, and the model's version."""
    from sim import __version__

    def plain(one: Scenario):
        kept = asdict(replace(one, config={}, title="", question="", run=replace(one.run, workers=0, progress="", keep_events=False, same_budget=False)))
        return kept

    every = [scenario, *([others.baseline] if others.baseline else []), *others.ladder, *(s for _, v, b in others.variants.values() for s in (v, b))]
    every += [s for _, ends in others.assumptions.values() for pair in ends.values() for s in pair]
    text = json.dumps([__version__, others.replications, [plain(s) for s in every]], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _run_all(tasks: dict, shelf: Shelf, scenario: Scenario, mode: str):
    results, failed = {}, []
    for key in tasks:
        if shelf.has(key):
            results[key] = shelf.get(key)
    left = [(key, task) for key, task in tasks.items() if key not in results]
    workers = scenario.run.workers or cores()
    total = sum(len(task.scenarios) for task in tasks.values())
    done_before = sum(len(tasks[key].scenarios) for key in results)
    with Progress(mode, total, scenario.title or scenario.name, done_before) as bar:
        if done_before and mode != "json":
            print(f"{done_before} of {total} runs were there already", file=sys.stderr)
        with closing(supervise("sim.app.work:replicate", left, min(workers, max(len(left), 1)))) as finished:
            for one in finished:
                if one.error is not None:
                    failed.append((one.key, one.error))
                    for each in tasks[one.key].scenarios:
                        bar.failed(each.name, one.key[2], str(one.error))
                    continue
                shelf.put(one.key, one.result)
                results[one.key] = one.result
                for each in tasks[one.key].scenarios:
                    bar.done(each.name, one.key[2])
    return results, failed


def _told(failed, command: str) -> str:
    lines = [f"{name}, replication {r}: {error}" for (_, name, r), error in failed[:20]]
    return "\n".join([f"{len(failed)} replications failed; the others are stored", *lines, f"this tries the rest again: {command}"])
