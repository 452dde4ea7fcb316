"""The results folder of options side by side: report, tables, workbook, picture, everybody's configuration."""

from datetime import datetime
from pathlib import Path

import pandas as pd

from sim.analysis.statistics.paired import differences
from sim.app.configuration.leaves import differing
from sim.app.configuration.request import ONE_PAGE, Request
from sim.app.pages.document import GLANCE, Document, Section
from sim.app.pages.html import html_of
from sim.app.store import key_of, model_version
from sim.app.store.folder import ResultsFolder
from sim.app.store.provenance import provenance
from sim.app.studies.comparison.publish import write_one_page, yaml_text
from sim.app.studies.options.options_asked import AskedOptions
from sim.app.studies.options.options_told import OPTIONS, told_options

KIND = "options"


def publish(
    asked: AskedOptions, kpis: pd.DataFrame, out: Path, request: Request, began: float
) -> tuple[Path, Document]:
    """Writes the folder, whole or not at all; its path, and what is told. `request`: the command that was typed, or
    would have been; `began`: when, in seconds of the clock."""
    today, names = asked.today, [one.name for one in asked.options]
    changes = {one.name: differing(today.config, one.config) for one in asked.options}
    document, drawing = told_options(asked, kpis, changes, request.line)
    table = options_table(kpis, today.name, names)
    with ResultsFolder(out, f"{today.name}-{KIND}", datetime.now()) as folder:
        folder.write_csv("options.csv", table)
        folder.write_csv("kpis.csv", kpis)
        for one in asked.every:
            folder.write_text(f"config/{one.name}.yaml", yaml_text(one.config))
        if drawing is not None:
            folder.write_text(f"figures/{drawing.name}.svg", drawing.svg)
        folder.write_text("report.html", html_of(document))
        _write_workbook(folder, asked, document, table)
        if asked.request.wants(ONE_PAGE):
            sheet = Section("options", "", document.blocks, "Options side by side", GLANCE)
            write_one_page(folder, html_of(Document(document.title, sections=(sheet,), explained=False)))
        folder.write_manifest(
            {
                "status": "complete",
                "kind": KIND,
                **request.said(),
                "scenario": today.name,
                "compare_with": None,
                "options": names,
                "seed": today.run.seed,
                "replications": today.run.replications,
                "horizon_days": today.run.horizon,
                **provenance(began),
                "model": model_version(),
                "keys": {one.name: key_of(one) for one in asked.every},
            }
        )
    return folder.path, document


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


def _write_workbook(folder, asked: AskedOptions, document: Document, table: pd.DataFrame) -> None:
    """`results.xlsx`, where what writes workbooks is installed."""
    from sim.app.pages.spreadsheet import can_write

    if can_write():
        from sim.app.pages.options_workbook import options_workbook

        titles = {one.name: one.title or one.name for one in asked.every}
        services = {name: one.label or name for each in asked.every for name, one in each.pathway.services.items()}
        folder.write_bytes("results.xlsx", options_workbook(document, titles, services, table))
