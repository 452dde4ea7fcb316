"""From what is told and its tables to a results folder and the terminal."""

from datetime import datetime
from pathlib import Path

import pandas as pd
import yaml

from sim.app.configuration.request import Request
from sim.app.pages.html import html_of
from sim.app.pages.terminal import to_terminal
from sim.app.store.folder import ResultsFolder
from sim.app.store.provenance import provenance
from sim.app.studies.uncertainty.pair import Pair
from sim.app.studies.uncertainty.telling import Telling, in_short, page_of


def publish(
    telling: Telling, tables: dict[str, pd.DataFrame], pair: Pair, request: Request, began: float, said: dict
) -> None:
    """Writes `out`/<scenario>-<kind>/<time>/, whole or not at all, and says in short what is in it.
    `said`: what the manifest has beside the usual."""
    with ResultsFolder(
        Path(pair.scenario.config.get("out") or "results"), f"{pair.scenario.name}-{telling.kind}", datetime.now()
    ) as folder:
        for name, table in tables.items():
            folder.write_csv(f"{name}.csv", table)
        for one in telling.drawings:
            folder.write_text(f"figures/{one.name}.svg", one.svg)
        folder.write_text("report.html", html_of(page_of(telling, request.line)))
        for name, own in (("scenario", pair.scenario.config), ("comparator", pair.baseline.config)):
            folder.write_text(f"config/{name}.yaml", yaml.safe_dump(own, sort_keys=False, allow_unicode=True))
        folder.write_manifest(_manifest(telling.kind, pair, request, began, said))
    if pair.scenario.run.progress != "json":
        to_terminal(in_short(telling, folder.path))


def _manifest(kind: str, pair: Pair, request: Request, began: float, said: dict) -> dict:
    scenario = pair.scenario
    return {
        "status": "complete",
        "kind": kind,
        **request.said(),
        "scenario": scenario.name,
        "compare_with": pair.baseline.name,
        "seed": scenario.run.seed,
        "replications": scenario.run.replications,
        "horizon_days": scenario.run.horizon,
        **said,
        **provenance(began, *(("SALib",) if kind == "sensitivity" else ())),
    }
