"""`mskflow compare A B C --with TODAY`: several options in one report, each against the same today, on the same
people.
"""

import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from sim.analysis.reading.frames import kpis_table
from sim.analysis.statistics.paired import differences
from sim.app.configuration.leaves import differing
from sim.app.configuration.request import Request
from sim.app.pages.html import html_of
from sim.app.pages.terminal import say, to_terminal
from sim.app.running.batch import Incomplete, told_of
from sim.app.running.feed import Point
from sim.app.store import Store, key_of, model_version
from sim.app.store.folder import ResultsFolder
from sim.app.store.provenance import provenance
from sim.app.store.unfinished import Unfinished
from sim.app.studies.comparison.publish import yaml_text
from sim.app.studies.comparison.study import identity_of_keys, run_all, together
from sim.app.studies.options.options_asked import AskedOptions, asked_options
from sim.app.studies.options.options_told import OPTIONS, told_options

KIND = "options"


def run(request: Request) -> int:
    """Runs what is not there yet, writes `out`/<today>-options/<time>/ and prints the table; 0. Raises
    `ScenarioError`, `Incomplete`, `Busy`, `CannotWrite`."""
    asked, began = asked_options(request.words), time.time()
    today, out = asked.today, Path(asked.today.config.get("out") or "results")
    points = {one.name: _point(one) for one in asked.every}
    keys = tuple(point.keys[0] for point in points.values())
    with Unfinished(out, KIND, identity_of_keys(keys), today, request.line, keys=keys) as note:
        store = Store(out)
        failed = run_all(points, store, today, today.run.progress, note)
        if failed:
            raise Incomplete(told_of(failed, request.line))
        measures = {name: together(point, store).measures[name] for name, point in points.items()}
        kpis = kpis_table(measures, list(points))
        path, document = _publish(asked, kpis, out, request, began)
        note.finished()
    if today.run.progress != "json":
        short = tuple(one for one in document.sections if one.name != "changes")
        to_terminal(replace(document, sections=short))
        say(f"Report, figure and table: {path}")
    return 0


def _point(one) -> Point:
    return Point((key_of(one),), lambda: (one,), one.run.replications)


def options_table(kpis: pd.DataFrame, today: str, options: list[str]) -> pd.DataFrame:
    """Columns OPTIONS: today's own values, then each option with what differs from today, paired by replication."""
    frames = []
    for name in options:
        found = differences(kpis, name, today).rename(columns={"scenario": "value"})
        if not frames:
            own = found.assign(option=today, value=found["baseline"], difference=float("nan"))
            frames.append(own.assign(ci_low=float("nan"), ci_high=float("nan")))
        frames.append(found.assign(option=name))
    return pd.concat(frames, ignore_index=True)[list(OPTIONS)]


def _publish(asked: AskedOptions, kpis: pd.DataFrame, out: Path, request: Request, began: float):
    """The folder's path, and what is told."""
    today = asked.today
    changes = {one.name: differing(today.config, one.config) for one in asked.options}
    document, drawing = told_options(asked, kpis, changes, request.line)
    with ResultsFolder(out, f"{today.name}-{KIND}", datetime.now()) as folder:
        folder.write_csv("options.csv", options_table(kpis, today.name, [one.name for one in asked.options]))
        folder.write_csv("kpis.csv", kpis)
        for one in asked.every:
            folder.write_text(f"config/{one.name}.yaml", yaml_text(one.config))
        if drawing is not None:
            folder.write_text(f"figures/{drawing.name}.svg", drawing.svg)
        folder.write_text("report.html", html_of(document))
        folder.write_manifest(
            {
                "status": "complete",
                "kind": KIND,
                **request.said(),
                "scenario": today.name,
                "compare_with": None,
                "options": [one.name for one in asked.options],
                "seed": today.run.seed,
                "replications": today.run.replications,
                "horizon_days": today.run.horizon,
                **provenance(began),
                "model": model_version(),
                "keys": {one.name: key_of(one) for one in asked.every},
            }
        )
    return folder.path, document
