"""From a study to its results folder and the terminal."""

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import yaml

from sim.analysis.pathway.picture import svg_of
from sim.analysis.reading.frames import clinics_table, events_table, patients_table
from sim.analysis.reading.tables import Study
from sim.app.configuration.beside.comparator import Beside
from sim.app.configuration.request import ONE_PAGE, PNG, Request
from sim.app.store import Store, key_of, model_version
from sim.app.store.folder import ResultsFolder
from sim.app.store.provenance import provenance
from sim.app.studies.comparison.findings import study_of
from sim.app.studies.comparison.ran import Ran
from sim.domain.scenario import Scenario
from sim.engine.simulate import simulate

if TYPE_CHECKING:
    from sim.analysis.figures.register import Drawing


def publish(ran: Ran, out: Path, pages: bool = True) -> tuple[Path, Study]:
    """Make the study, write the folder (whole or not at all); returns the folder's path and the study.
    `pages`: with a report and pictures beside the tables."""
    study, scenario = study_of(ran, Store(out)), ran.scenario
    with ResultsFolder(out, scenario.name, datetime.now()) as folder:
        _write_tables(folder, study)
        _write_config(folder, scenario, ran.others)
        if pages:
            figures = _write_pages(folder, study, scenario)
            _write_forms(folder, study, figures, ran.request)
        if scenario.run.keep_events:
            _write_events(folder, ran.both)
        folder.write_manifest(_manifest(study, ran))
    return folder.path, study


def _manifest(study: Study, ran: Ran) -> dict:
    scenario = ran.scenario
    return {
        "status": "complete",
        **ran.request.said(),
        "scenario": study.name,
        "compare_with": study.baseline or None,
        "config_hash": ran.identity,
        "seed": scenario.run.seed,
        "replications": scenario.run.replications,
        "horizon_days": scenario.run.horizon,
        "price_year": scenario.prices.price_year,
        **provenance(ran.began),
        "model": model_version(),
        "keys": _keys(scenario, ran.others),
    }


def _keys(scenario: Scenario, others: Beside) -> dict[str, str]:
    """Scenario name -> its key in the store, of everything that these results were made from."""
    every = others.every(scenario)
    found: dict[str, str] = {}
    for one in every:
        key, names = key_of(one), (one.name, *(f"{one.name} ({number})" for number in range(2, len(every) + 1)))
        found[next(name for name in names if found.get(name, key) == key)] = key
    return found


def _write_tables(folder, study: Study) -> None:
    folder.write_csv("kpis.csv", study.kpis)
    folder.write_csv("comparison.csv", study.differences)
    folder.write_csv("waits.csv", study.waits)
    folder.write_csv("lists.csv", study.lists)
    folder.write_csv("activity.csv", study.activity)
    folder.write_csv("staff.csv", study.staff)
    folder.write_csv("workforce.csv", study.workforce)
    folder.write_csv("bands.csv", study.bands)
    folder.write_csv("unit_costs.csv", study.unit_costs)
    folder.write_csv("assumptions.csv", study.assumptions)
    for name, table in (
        ("ladder.csv", study.ladder),
        ("variants.csv", study.variants),
        ("answers.csv", study.answers),
        ("economics.csv", study.economics),
        ("plane.csv", study.plane),
        ("acceptability.csv", study.acceptability),
    ):
        if len(table):
            folder.write_csv(name, table)


def _write_config(folder, scenario: Scenario, others: Beside) -> None:
    """Enough to run it again: what `sim.from_dict` reads."""
    folder.write_text("config/scenario.yaml", yaml_text(scenario.config))
    if others.baseline is not None:
        folder.write_text("config/comparator.yaml", yaml_text(others.baseline.config))


def yaml_text(config: dict) -> str:
    """A configuration as YAML, its keys in their own order; where results go is of the command, and not of a file."""
    config = {key: value for key, value in config.items() if key != "out"}
    return yaml.dump(config, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False, allow_unicode=True)


def _write_pages(folder, study: Study, scenario: Scenario) -> "Iterable[Drawing]":
    """The figures that the report has."""
    from sim.analysis.figures import drawings  # drawing takes long to import
    from sim.app.pages.report import render
    from sim.app.pages.spreadsheet import can_write

    figures = drawings(study)
    for one in figures:
        folder.write_text(f"figures/{one.name}.svg", one.svg)
    folder.write_text("pathway.svg", svg_of(scenario))
    folder.write_text("report.html", render(study, figures))
    if can_write():
        from sim.app.pages.results_workbook import results_workbook

        folder.write_bytes("results.xlsx", results_workbook(study))
    return figures


def _write_forms(folder, study: Study, figures: "Iterable[Drawing]", request: Request) -> None:
    """The report in the forms that are asked for beside: what cannot be made is told in a line."""
    if request.wants(PNG):
        from sim.analysis.figures import pngs

        for name, data in pngs(study).items():
            folder.write_bytes(f"figures/{name}.png", data)
    if request.wants(ONE_PAGE):
        from sim.app.pages.html import html_of
        from sim.app.pages.report.page import first_screen

        write_one_page(folder, html_of(first_screen(study, figures)))


def write_one_page(folder, html: str) -> None:
    """The page on one sheet of A4 as `report.pdf`; what cannot be made is told in a line."""
    from sim.app.pages.printed import one_sheet

    pdf, why = one_sheet(html)
    if pdf is not None:
        folder.write_bytes("report.pdf", pdf)
    else:
        print(f"report.pdf: {why}; the first page that a browser prints of report.html is the same", file=sys.stderr)


def _write_events(folder, both: list[Scenario]) -> None:
    """One replication of each scenario, as the API gives it: replication 0."""
    frames = {"events": [], "patients": [], "clinics": []}
    for one in both:
        record = simulate(one, 0)
        for name, make in (("events", events_table), ("patients", patients_table), ("clinics", clinics_table)):
            table = make(record)
            table.insert(0, "scenario", one.name)
            frames[name].append(table)
    for name, tables in frames.items():
        joined = pd.concat(tables, ignore_index=True)
        for column in joined.columns:
            if isinstance(joined[column].dtype, (pd.CategoricalDtype,)) or joined[column].dtype == object:
                joined[column] = joined[column].astype(str)
        folder.write_parquet(f"{name}.parquet", joined)
