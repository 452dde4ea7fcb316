"""`mskflow compare A B C --with TODAY`: several options in one report, each against the same today, on the same
people.
"""

import time
from pathlib import Path

import pandas as pd

from sim.analysis.reading.frames import kpis_table
from sim.app.configuration.request import Request
from sim.app.pages.terminal import say, to_terminal
from sim.app.running.batch import Incomplete, told_of
from sim.app.running.feed import Point
from sim.app.store import Store, key_of
from sim.app.store.unfinished import Unfinished
from sim.app.studies.comparison.study import identity_of_keys, run_all, together
from sim.app.studies.options.options_asked import AskedOptions, asked_options
from sim.app.studies.options.options_publish import KIND, publish
from sim.app.studies.options.options_told import options_in_short
from sim.domain.scenario import Scenario


def run(request: Request) -> int:
    """Runs what is not there yet, writes `out`/<today>-options/<time>/ and prints the table; 0. Raises
    `ScenarioError`, `Incomplete`, `Busy`, `CannotWrite`."""
    asked, began = asked_options(request.words), time.time()
    today, out = asked.today, Path(asked.today.config.get("out") or "results")
    points = options_points(asked)
    keys = tuple(point.keys[0] for point in points.values())
    with Unfinished(out, KIND, identity_of_keys(keys), today, request.line, keys=keys) as note:
        store = Store(out)
        failed = run_all(points, store, today, today.run.progress, note)
        if failed:
            raise Incomplete(told_of(failed, request.line))
        kpis = options_kpis(points, store)
        path, _ = publish(asked, kpis, out, request, began)
        note.finished()
    if today.run.progress != "json":
        to_terminal(options_in_short(asked, kpis))
        say(f"Intervals, a picture, what each changes and all numbers: {path / 'report.html'}")
    return 0


def options_points(asked: AskedOptions) -> dict[str, Point]:
    """Name -> what is run of today and of each option."""
    return {one.name: _point(one) for one in asked.every}


def _point(one: Scenario) -> Point:
    return Point((key_of(one),), lambda: (one,), one.run.replications)


def options_kpis(points: dict[str, Point], store: Store) -> pd.DataFrame:
    """Every indicator of all of them, from the store; `Damaged` if one is not whole."""
    measures = {name: together(point, store).measures[name] for name, point in points.items()}
    return kpis_table(measures, list(points))
