"""A study: run a scenario and what it is compared with, and write the results folder."""

import hashlib
import json
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sim.analysis.words.side import SETTLES
from sim.app.configuration.beside.comparator import Beside, most_replications
from sim.app.configuration.beside.prepared import prepared
from sim.app.configuration.request import WHOLE_TABLE, Request
from sim.app.running.batch import Incomplete, Terms, complete, told_of
from sim.app.running.feed import Expected, Feed, Point
from sim.app.running.progress import Progress
from sim.app.running.sequential import Sequential, told
from sim.app.store import Store, key_of
from sim.app.store.unfinished import Unfinished
from sim.app.studies.comparison.believed_range import to_be_run
from sim.app.studies.comparison.ran import Ran, Results, Together
from sim.domain.scenario import Scenario

MAIN, STEP, VARIANT, ASSUMED, ANSWER = "main", "step", "variant", "assumption", "answer"
"""What results are kept by, beside a name: a step, a variant, an assumption or an answer may be called like any
scenario."""

__all__ = ["Incomplete", "identity_of", "results_of", "run", "study", "together"]


def run(request: Request) -> int:
    """`mskflow run`: a scenario against its comparator; prints the table and writes the results folder. 0."""
    study(*prepared(request), request)
    return 0


def study(scenario: Scenario, others: Beside, request: Request, kind: str = "run") -> Path:
    """Runs a scenario against its comparator, prints the table and writes the results folder; returns its path.

    `kind`: "point" of a search, which may differ from other unfinished ones of the same scenario.
    What `out`/.store/ has already is not run again. Raises `Incomplete` when replications failed, `Busy`, `Another`,
    `CannotWrite`.
    """
    out, mode = Path(scenario.config.get("out") or "results"), scenario.run.progress
    began = time.time()
    others, kept = to_be_run(scenario, others)
    points = points_of(scenario, others)
    keys = tuple(dict.fromkeys(key for one in points.values() for key in one.keys))
    identity = identity_of(scenario, others)
    with Unfinished(out, kind, identity, scenario, request.line, keys=keys) as note:
        store = Store(out)
        failed = run_all(points, store, scenario, mode, note)
        if failed:
            raise Incomplete(told_of(failed, request.line))
        from sim.app.studies.comparison.publish import publish  # drawing and tables are only needed now

        scenario, said = settled(scenario, points[MAIN, scenario.name])
        ran = Ran(scenario, others, results_of(points, store), request, identity, began, said, kept)
        path, written = publish(ran, out)
        note.finished()
    if mode != "json":  # then only events go to standard output
        from sim.app.pages.comparison_in_short import comparison_in_short
        from sim.app.pages.terminal import to_terminal

        to_terminal(comparison_in_short(written, path, request.wants(WHOLE_TABLE)))
    return path


def points_of(scenario: Scenario, others: Beside) -> dict[tuple[str, str], Point]:
    """(kind, name) -> what is run together, and how often; the name is the one that the report section gives it."""
    points: dict[tuple[str, str], Point] = {}

    def add(kind: str, name, scenarios: tuple[Scenario, ...], count: int) -> None:
        points[kind, name] = Point(tuple(map(key_of, scenarios)), lambda: scenarios, count)

    points[MAIN, scenario.name] = main_point(scenario, others.baseline)
    few = min(others.replications, scenario.run.replications, most_replications(scenario))
    for step in others.ladder:
        add(STEP, step.name, (step,), few)
    for name, (_, variant, base) in others.variants.items():
        add(VARIANT, name, (variant,) if base is others.baseline else (base, variant), few)
    for name, (_, ends) in others.assumptions.items():
        for value, pair in ends.items():
            add(ASSUMED, (name, value), tuple(s for s in pair if s is not None), max(few, SETTLES))
    for name, (_, answer) in others.answers.items():
        if answer is not scenario:
            add(ANSWER, name, (answer,), few)
    return points


def main_point(scenario: Scenario, baseline: Scenario | None) -> Point:
    """The scenario with its comparator: `run.replications` of them, or as many as `run.precision` needs."""
    both = (scenario,) if baseline is None else (baseline, scenario)
    keys = tuple(map(key_of, both))
    rule = Sequential(keys, [s.name for s in both], scenario) if scenario.run.precision > 0 else None
    return Point(keys, lambda: both, scenario.run.replications, rule)


def settled(scenario: Scenario, point: Point) -> tuple[Scenario, str]:
    """The scenario with as many replications as the precision has needed, and the sentence that says so
    ("" without)."""
    if point.rule is None:
        return scenario, ""
    return replace(scenario, run=replace(scenario.run, replications=point.final)), told(
        point.rule.verdict, scenario.run.precision
    )


def identity_of(scenario: Scenario, others: Beside) -> str:
    """A hash of everything that the numbers depend on, but how many replications there are."""
    return identity_of_keys(map(key_of, others.every(scenario)), others.replications)


def identity_of_keys(keys: Iterable[str], beside: int = 1) -> str:
    """The same of what is in the store under these keys, the scenario's first;
    `beside`: replications of those at the side."""
    text = json.dumps([beside, list(keys)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def results_of(points: dict[tuple[str, str | tuple[str, float]], Point], store: Store) -> Results:
    """What came of all points, from the store; `Damaged` if one of them is not whole."""
    found: dict[str, dict] = {kind: {} for kind in (MAIN, STEP, VARIANT, ASSUMED, ANSWER)}
    for (kind, name), point in points.items():
        found[kind][name] = together(point, store)
    ((_, main),) = found[MAIN].items()
    return Results(main, found[STEP], found[VARIANT], found[ASSUMED], found[ANSWER])


def together(point: Point, store: Store) -> Together:
    """All replications of a point's scenarios that count."""
    return Together(
        {
            one.name: tuple(store.read(key, r) for r in range(point.final))
            for one, key in zip(point.make(), point.keys, strict=True)
        }
    )


def run_all(points: dict, store: Store, scenario: Scenario, mode: str, note: Unfinished | None = None):
    """Runs of all points what the store has not, of which `note` is told; returns what failed."""
    every = list(points.values())
    expected, feed = Expected(every, store), Feed(every, store)
    there, runs = expected.there, expected.runs
    with Progress(mode, len(runs), scenario.title or scenario.name, there) as bar:
        if there and mode != "json":
            print(f"{there} of {len(runs)} runs were there already", file=sys.stderr)

        def stored(key: str, replication: int, data: bytes) -> None:
            if note is not None:
                note.begun()
            feed.took(key, replication, data)
            if expected.took(key, replication):
                bar.expect(len(expected.runs), expected.there)

        return complete(feed, store, bar, Terms.of(scenario, len(runs) - there), stored)
