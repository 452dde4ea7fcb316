"""`mskflow run -m`: a sweep. Every point is checked before the first one starts;
then all their replications are one list.

The basic launcher goes through it here; any other launches shares of it.
What is stored already is not run again, and what has a results folder already is not written again.
"""

import hashlib
import json
import shlex
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sim.app.configuration import launcher_names
from sim.app.configuration.arrange import Plan, absolute, arrange, is_path
from sim.app.configuration.by_hydra import hydra_at
from sim.app.configuration.design.design import Design, read_design
from sim.app.configuration.files.shipped import SCENARIOS, cut
from sim.app.configuration.overrides import quoted
from sim.app.configuration.points import Points
from sim.app.configuration.request import Request
from sim.app.running.batch import Incomplete
from sim.app.running.clusters import launchers
from sim.app.running.progress import Progress, progress_of
from sim.app.running.supervisor import cores
from sim.app.store import Store
from sim.app.store.unfinished import Unfinished
from sim.app.studies.gather.asked import Ask, beside_a_sweep
from sim.app.studies.sweep import searching
from sim.app.studies.sweep.checked import NO_PAGES, Checker
from sim.app.studies.sweep.expand import Expanded, expand
from sim.app.studies.sweep.point import Brief
from sim.app.studies.sweep.sweep_folder import Sweep, folder_of
from sim.app.studies.sweep.sweep_work import publish_all, replications, work
from sim.app.studies.sweep.watch import Watch
from sim.domain.faults import Fault, ScenarioError

QUIET = ("hydra/hydra_logging=none", "hydra/job_logging=none", "hydra.output_subdir=null", "hydra.mode=MULTIRUN")
_WORD = "design="
_MOST_TOLD = 20


@dataclass(frozen=True)
class Words:
    """A sweep as it was asked for."""

    plan: Plan
    path: str | None  # of the scenario, if it is a user's own file
    config_dirs: tuple[str, ...]
    expanded: Expanded
    ask: Ask | None  # what is gathered when all points are done
    debug: bool
    out: str = "results"
    """As it was asked for."""


def run(request: Request, root: Path | None = None) -> int:
    """Sweeps; 0 if all points are done, else the worst of what became of them.
    ScenarioError with every fault of every point, before any starts; `Busy`, `Another`, `CannotWrite`."""
    words, checker = _checked(request, root)
    if not words.expanded.whole:
        return searching.run(words, checker)
    command = request.line
    out, began = Path(words.out).resolve(), time.time()
    briefs = checker.briefs
    identity = hashlib.sha256(json.dumps(sorted({brief.identity for brief in briefs})).encode()).hexdigest()[:16]
    with Unfinished(
        out,
        "sweep",
        identity,
        checker.scenario,
        command,
        tuple(brief.identity for brief in briefs),
        tuple(dict.fromkeys(key for brief in briefs for key in brief.keys)),
    ) as note:
        run_ = checker.scenario.run
        sweep = Sweep.write(
            folder_of(out, identity), out, began, run_.workers, run_.limit_minutes, briefs, checker.packed
        )
        checker.packed.clear()
        try:
            mode = progress_of(checker.first)
            broken = _run(sweep, words, note, mode)
            code = _told(sweep, broken, command, mode, _names(words.expanded.points))
            paths = [said["path"] for said in sweep.told("point").values() if not said["code"]]
        finally:
            sweep.remove()
        if code == 0:
            note.finished()
    return _gathered(paths, words, request, out, mode) if code == 0 else code


def _gathered(paths: list[str], words: Words, request: Request, out: Path, mode: str) -> int:
    """The points as one table, if they are to be gathered; else how to."""
    if words.ask is not None:
        from sim.app.studies.gather.gather import gather, tell  # drawing is only needed now

        return tell(gather(paths, replace(words.ask, out=str(out)), request.line), events=mode == "json")
    if mode != "json" and len(paths) > 1:
        print(f"one table of all: mskflow gather {shlex.quote(words.out)}")
    return 0


def _checked(asked: Request, root: Path | None) -> tuple[Words, Checker]:
    ask, overrides = beside_a_sweep([word for word in asked.overrides if not word.startswith(_WORD)])
    scenario, path, several = _scenario_of(asked)
    overrides, dirs = [*several, *overrides], tuple(str(absolute(d)) for d in asked.config_dirs)
    plan = arrange(scenario, overrides, dirs, root, sweep=True)
    if plan.by_name and plan.file is None:
        plan.refuse()
    faults = list(plan.faults)
    design = _design(asked, faults)
    expanded = expand(plan, dirs, faults, design.points if design else ())
    faults += _faults_of_expanded(expanded)
    located = None
    if design:
        located = partial(_located, design)
        wrong = _key_faults(design, expanded, path, dirs, root)
        faults += wrong
        expanded = expand(plan, dirs, []) if wrong else expanded  # told once, and not of every point
    checker = Checker(path, dirs, plan.base, expanded.points, expanded.hydra_words, asked.scenario, located)
    faults += checker.check(keep=expanded.whole and not faults)
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    out = str(checker.first.get("out") or "results")
    return Words(plan, path, dirs, expanded, ask, asked.debug, out), checker


def _scenario_of(asked: Request) -> tuple[str | None, str | None, list[str]]:
    """The scenario; its path if it is named by its file; and of several (a,b) the override that sweeps over them."""
    named = asked.scenario
    if named and is_path(named):
        return named, str(absolute(named)), []
    return (None, None, [f"{SCENARIOS}={named}"]) if named and "," in named else (named, None, [])


def _design(asked: Request, faults: list[Fault]) -> Design | None:
    """The design that `design=FILE` names; what is wrong with it joins `faults`."""
    named = [word.removeprefix(_WORD).strip("'\"") for word in asked.overrides if word.startswith(_WORD)]
    if len(named) > 1:
        faults.append(Fault("design", "is given twice", "one file: design=FILE"))
    try:
        return read_design(named[0]) if len(named) == 1 else None
    except ScenarioError as error:
        faults += error.faults
        return None


def _faults_of_expanded(expanded: Expanded) -> list[Fault]:
    """A launcher that cannot be used, and what no point of a sweep has."""
    launcher = launcher_names.fault_of(launcher_names.chosen(expanded.hydra_words))
    return [
        *([launcher] if launcher else []),
        *(
            Fault(
                cut(word),
                "a sweep compares each point with its comparator only",
                "leave it out; run a point by itself for its ladder and variants",
            )
            for word in expanded.words
            if word.startswith("report=") and word != NO_PAGES
        ),
    ]


def _located(design: Design, fault: Fault, number: int) -> Fault:
    return design.located(fault, number % len(design.points))


def _key_faults(design: Design, expanded: Expanded, path: str | None, dirs, root: Path | None) -> list[Fault]:
    """Columns of a design that are no keys of the sweep's first point, whatever scenario and files that chooses."""
    words = expanded.points[0][: -len(design.factors)] if expanded.points else ()
    beside = [word for word in words if not (path and word.startswith(f"{SCENARIOS}="))]
    return design.key_faults(lambda row: Points(path, dirs, root, dict).compose([*beside, *row]))


def _run(sweep: Sweep, words: Words, note: Unfinished, mode: str) -> str:
    """Runs all that is left; what broke the launcher, or nothing."""
    store = Store(sweep.out)
    runs = _runs(sweep.briefs)
    left = {place: name for place, name in runs.items() if not store.whole(*place)}
    launcher = launcher_names.chosen(words.expanded.hydra_words)
    with Progress(
        mode, len(runs), f"runs of {len(sweep.briefs)} point{'s' * (len(sweep.briefs) > 1)}", len(runs) - len(left)
    ) as bar:
        if len(left) < len(runs) and mode != "json":
            print(f"{len(runs) - len(left)} of {len(runs)} runs were there already", file=sys.stderr)
        if launcher == launcher_names.BASIC or not (left or any(brief.sequential for brief in sweep.briefs)):
            work(sweep, 0, 1, sweep.workers or cores(), bar, note.begun, bar.expect)
            return ""
        more = {
            key: name
            for brief in sweep.briefs
            if brief.sequential
            for key, name in zip(brief.keys, brief.names, strict=True)
        }
        with Watch(store, bar, left, sweep.began, note.begun, more):
            broken = _launched(sweep, words, launcher, len(left))
    store.refresh()
    points = replications(sweep)
    publish_all(sweep, store, points, range(len(points)), sweep.workers or cores())  # of shares that were lost
    return broken


def _runs(briefs: tuple[Brief, ...]) -> dict[tuple[str, int], str]:
    """(key, replication) -> scenario, each once; of a point whose precision decides,
    those that are wanted in any case."""
    return {
        (key, r): name
        for brief in briefs
        for key, name in zip(brief.keys, brief.names, strict=True)
        for r in range(brief.replications)
    }


def _launched(sweep: Sweep, words: Words, launcher: str, runs: int) -> str:
    from sim.app.studies.sweep.shares import Share, launch

    plan, expanded = words.plan, words.expanded
    job = Share(sweep.folder, len(sweep.briefs), runs, sweep.workers, words.debug)
    hydra_words = [word for word in expanded.hydra_words if not word.startswith(("hydra/sweeper=", "hydra.sweeper."))]
    told = [*plan.reach, *QUIET, f"hydra.sweep.dir={quoted(sweep.folder)}", *hydra_words, *expanded.points[0]]
    try:
        with hydra_at(plan.base) as hydra, launchers.ready(launcher):
            launch(hydra, job, told)
    except Exception as error:
        if words.debug:
            raise
        return launchers.told(error)
    return ""


def _told(sweep: Sweep, broken: str, command: str, mode: str, names: list[str]) -> int:
    """Says what became of the points, by their `names`; the worst exit code."""
    points = sweep.told("point")
    shares = [said for said in sweep.told("share").values() if said["code"]]
    wrong = {number: said for number, said in points.items() if said["code"]}
    done, total = len(points) - len(wrong), len(sweep.briefs)
    lines = [
        *([broken] if broken else []),
        *(line for said in shares for line in said["said"]),
        *_failures(sweep, names),
        *(f"point {number + 1} ({names[number]}): {line}" for number, said in wrong.items() for line in said["said"]),
        *([f"this tries the rest again: {command}"] if done < total else []),
    ]
    if lines:
        print(*lines, sep="\n", file=sys.stderr)
    if mode == "json":
        print(json.dumps({"event": "finished", "points": total, "done": done}))
    else:
        print(*_made(points, names), f"sweep: {done} of {total} points done", sep="\n")
    return max(
        [said["code"] for said in [*shares, *wrong.values()]] + [Incomplete.exit_code] * bool(done < total or broken),
        default=0,
    )


def _failures(sweep: Sweep, names: list[str]) -> list[str]:
    """The replications of this sweep that failed for good, the first of them with their points."""
    failed = {place: one for place, one in Store(sweep.out).failed.items() if one.when >= sweep.began}
    mine = _points_of(sweep, failed)
    if not mine:
        return []
    first = sorted(mine, key=lambda place: (mine[place], place[1]))[:_MOST_TOLD]
    told = [f"{_where(mine[place], names)}{failed[place]}" for place in first]
    return [f"{len(mine)} replications failed; the others are stored", *told]


def _made(points: dict[int, dict], names: list[str]) -> list[str]:
    """Where the results of the points lie, of the first of them."""
    done = sum(not said["code"] for said in points.values())
    lines = [
        f"point {number + 1} ({names[number]}): {'as before, ' if said['there'] else ''}{said['path']}"
        for number, said in list(points.items())[:_MOST_TOLD]
        if not said["code"]
    ]
    return [*lines, *([f"and {done - _MOST_TOLD} more"] if done > _MOST_TOLD else [])]


def _points_of(sweep: Sweep, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], list[int]]:
    """Those of `places` (key, replication) that the sweep needs, each with the numbers of its points."""
    wanted: dict[str, list[Brief]] = {}
    for brief in sweep.briefs:
        for key in dict.fromkeys(brief.keys):
            wanted.setdefault(key, []).append(brief)
    found = {
        (key, r): [brief.number for brief in wanted.get(key, ()) if brief.sequential or r < brief.replications]
        for key, r in places
    }
    return {place: numbers for place, numbers in found.items() if numbers}


def _where(numbers: list[int], names: list[str]) -> str:
    if len(numbers) == len(names):  # the comparator of them all
        return ""
    others = f" and {len(numbers) - 1} more" if len(numbers) > 1 else ""
    return f"point {numbers[0] + 1}{others} ({names[numbers[0]]}): "


def _names(points) -> list[str]:
    """What tells each point from the others: those of its overrides that not all have."""
    common = set.intersection(*map(set, points))
    return [cut(" ".join(word for word in point if word not in common) or "as it is", 140) for point in points]
