"""The pages in docs/ say what the program does: every key, every indicator, every file; every example in them runs.

Of each page: its tables are compared with the settings they describe, its YAML is composed and checked, its commands
are understood, its Python is run, and its links lead somewhere.
"""

import contextlib
import io
import json
import re
import shlex
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, get_args, get_type_hints

import pandas as pd
import pytest
from commands import undrawn, workerless

import sim
from bench.settings_words import default_words, own_fields, settings_classes, type_words
from sim.analysis.figures import FIGURES
from sim.analysis.indicators import INDICATORS
from sim.analysis.indicators.groups import ETHNIC_GROUPS, FIFTHS, MINORITY
from sim.analysis.reading import tables
from sim.analysis.statistics.monthly import STATISTICS
from sim.analysis.words.indicator import BOUNDS, BY_SERVICE
from sim.app.cli import COMMANDS
from sim.app.configuration.arrange import arrange
from sim.app.configuration.check import OTHER_KEYS, SECTIONS
from sim.app.configuration.compose import compose
from sim.app.configuration.files.shipped import MECHANISMS, PEOPLE
from sim.app.configuration.request import Request, split
from sim.app.studies.forecast.asked import asked as forecast_asked
from sim.app.studies.options.options_asked import asked_options
from sim.app.studies.options.options_told import OPTIONS
from sim.app.studies.runs.runs_asked import words_of
from sim.app.studies.sweep.expand import expand
from sim.domain.pathway.kinds import KINDS
from sim.domain.pathway.rules import While
from sim.domain.scenario import Scenario
from sim.domain.words import ALL_FACTS, CALLED, DETAILS, EVENTS, NEEDS, PLACES, RTT, SETTINGS, SOURCES
from sim.domain.words import LIST_BANDS as BANDS
from sim.engine.conditions import CONDITIONS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(
    [
        *DOCS.rglob("*.md"),
        *(p for p in (ROOT / "README.md", ROOT / "bench/README.md", ROOT / "results/README.md") if p.is_file()),
    ]
)
WITH_EXAMPLES = ("scenarios.md", "model.md", "results.md", "precision.md")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


# --- reading a page -------------------------------------------------------------------------------------------


class Example(NamedTuple):
    """A fenced block: the word after the fence, its text, and what the next block is if that follows at once."""

    kind: str
    text: str
    prints: str | None


def examples(text: str, kind: str) -> list[Example]:
    """The blocks of one kind. A `text` block right after a `python` block is what that prints."""
    found = list(re.finditer(r"(?ms)^```(\w+)\n(.*?)^```$", text))
    after = {a.end(): b for a, b in pairwise(found) if not text[a.end() : b.start()].strip()}
    wanted = (one for one in found if one[1] == kind)
    return [
        Example(one[1], one[2], after[one.end()][2] if one.end() in after and after[one.end()][1] == "text" else None)
        for one in wanted
    ]


def rows(text: str, mark: str) -> list[list[str]]:
    """The cells of the table that follows `<!-- mark -->`, without its heading."""
    start = text.find(f"<!-- {mark} -->\n")
    assert start >= 0, f"there is no table marked '{mark}'"
    lines = text[start:].split("\n")[1:]
    count = next(i for i, line in enumerate(lines) if not line.startswith("|"))
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:count]]


def names(cell: str) -> list[str]:
    """The words in backquotes."""
    return re.findall(r"`([^`]+)`", cell)


# --- docs/scenarios.md ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", settings_classes(), ids=lambda kind: kind.__name__)
def test_every_key_is_in_the_page_with_its_type_and_default(kind):
    hints = get_type_hints(kind, include_extras=True)
    said = [(names(cells[0]), cells[1], cells[3]) for cells in rows(page("scenarios.md"), f"keys: {kind.__name__}")]
    assert said == [([one.name], type_words(hints[one.name]), default_words(one)) for one in own_fields(kind)]


def test_every_key_has_a_unit_and_a_meaning():
    text = page("scenarios.md")
    for mark in re.findall(r"<!-- (keys: \w+) -->", text):
        for cells in rows(text, mark):
            assert len(cells) == 5, cells
            assert cells[2], cells
            assert len(cells[4]) > 5, cells


def test_no_table_is_left_of_what_no_longer_exists():
    marks = re.findall(r"<!-- keys: (\w+) -->", page("scenarios.md"))
    assert sorted(marks) == sorted(kind.__name__ for kind in settings_classes())


def test_the_keys_of_a_whole_scenario():
    said = [names(cells[0])[0] for cells in rows(page("scenarios.md"), "top level")]
    assert sorted(said) == sorted(
        {*SECTIONS, *OTHER_KEYS, *(f.name for f in fields(Scenario))} - {"holidays", "config"}
    )


def test_the_kinds_of_service():
    assert [names(cells[0])[0] for cells in rows(page("scenarios.md"), "kinds")] == list(KINDS)


def test_the_facts_and_their_words():
    said = {names(cells[0])[0]: tuple(names(cells[1])) for cells in rows(page("scenarios.md"), "facts")}
    history = {name: said.pop(name) for name in ("came_from", "referred_before", "called")}
    assert said == ALL_FACTS
    assert history["came_from"] == ("door",)
    assert history["referred_before"] == ("no", "yes")
    assert history["called"] == CALLED


def test_the_places_and_conditions_that_a_rule_may_name():
    text = page("scenarios.md")
    assert [names(cells[0])[0] for cells in rows(text, "places")] == list(PLACES)
    conditions = get_args(get_type_hints(While)["condition"])
    assert [names(cells[0])[0] for cells in rows(text, "conditions")] == list(conditions)
    assert set(CONDITIONS) < set(conditions)


@pytest.mark.parametrize("mark, known", [("settings", SETTINGS), ("rtt", RTT), ("needs", NEEDS)])
def test_the_words_with_a_meaning_of_their_own(mark, known):
    assert [names(cells[0])[0] for cells in rows(page("scenarios.md"), mark)] == list(known)


def test_the_keys_of_the_report_section():
    said = [names(cells[0])[0] for cells in rows(page("scenarios.md"), "report")]
    with pytest.raises(sim.ScenarioError) as error:
        from sim.app.configuration.beside.comparator import beside

        beside(compose("gp_referral", ["+report.nonsense=1"]), Request(scenario="gp_referral"))
    assert [f.right for f in error.value.faults if "nonsense" in f.where] == [", ".join(said)]


def test_the_groups_and_their_files():
    said = {names(cells[0])[0]: names(cells[1]) for cells in rows(page("scenarios.md"), "groups")}
    folders = [
        folder
        for folder in sorted((ROOT / "conf").iterdir())
        if folder.is_dir() and folder.name not in (MECHANISMS, PEOPLE, "hydra")
    ]
    assert said == {folder.name: sorted(file.stem for file in folder.glob("*.yaml")) for folder in folders}


# --- examples -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder in which the files of all examples lie, under the paths that the pages give them."""
    folder = tmp_path_factory.mktemp("docs")
    for name in WITH_EXAMPLES:
        for example in examples(page(name), "yaml"):
            path = path_of(example.text)
            assert path, f"an example of {name} does not say in which file it lies:\n{example.text}"
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(example.text, encoding="utf-8")
    return folder


def path_of(text: str) -> str | None:
    """`# my_place/scenarios/x.yaml`, on the first line of a group's file and on the second of a scenario."""
    match = re.search(r"(?m)\A(?:# @package _global_\n)?# (\S+\.yaml)$", text)
    return match[1] if match else None


def yaml_examples() -> list:
    return [
        pytest.param(path_of(one.text), id=str(path_of(one.text)))
        for name in WITH_EXAMPLES
        for one in examples(page(name), "yaml")
    ]


@pytest.mark.parametrize("path", yaml_examples())
def test_every_yaml_example_holds_together(place, path, monkeypatch):
    monkeypatch.chdir(place)
    if "/scenarios/" in path:
        scenario = sim.load(path, config_dirs=[path.split("/")[0]])
        assert scenario.name == Path(path).stem
        assert scenario.title
        assert scenario.question.endswith("?")
    else:
        folder, group, name = path.removesuffix(".yaml").split("/", 2)
        assert compose("integrated", [f"{group}={name}"], [folder])


def test_a_phone_first_door_settles_the_share_that_its_rules_say(place, monkeypatch):
    monkeypatch.chdir(place)
    scenario = sim.load(
        "phone_first", "place.scale=0.05", "run.years=0.25", "start.kind=empty", config_dirs=["my_place"]
    )
    outcome = sim.simulate(scenario)
    here = outcome.events[outcome.events.service == "phone_first"]
    seen = here[here.event == "attended"].merge(outcome.patients, on="patient_id")
    settled = here[(here.event == "resolved") & here.detail.isin(["settled", "settled_for_now"])]
    counts = seen.assign(settled=seen.patient_id.isin(settled.patient_id)).groupby("need").settled.agg(["mean", "size"])
    for need, share in {"self_management": 0.5, "physiotherapy": 0.05, "surgery": 0.0}.items():
        one = counts.loc[need]
        assert one["mean"] == pytest.approx(share, abs=4.5 * (share * (1 - share) / one["size"]) ** 0.5 + 0.01), need
    assert set(here[here.event == "moved"].to) == {"gp", "fcp"} and len(seen) > 300


def commands() -> list:
    found = []
    for file in PAGES:
        for example in examples(file.read_text(encoding="utf-8"), "bash"):
            lines = re.sub(r"\\\n\s*", "", example.text).splitlines()
            found += [line.split(" #")[0] for line in lines if line.startswith("mskflow")]
    return [pytest.param(line, id=line[:80]) for line in dict.fromkeys(found)]


@pytest.mark.parametrize("line", commands())
def test_every_command_is_understood(place, line, monkeypatch):
    monkeypatch.chdir(place)
    words = shlex.split(line)[1:]
    if not words or words[0].startswith("-"):
        return
    command, *rest = words
    assert command in COMMANDS
    if command == "runs":
        words_of(rest)
        return
    if command in ("fit", "forecast"):
        forecast_asked(command, rest)
        return
    if command == "compare":
        asked_options(rest)
        return
    asked = split(rest, command, COMMANDS[command].own)
    if asked.help:
        return
    if asked.multirun:
        from sim.app.studies.gather.asked import beside_a_sweep

        design = [word for word in asked.overrides if word.startswith("design=")]
        asked = replace(
            asked, overrides=tuple(beside_a_sweep([word for word in asked.overrides if word not in design])[1])
        )
        if design:  # its file stands on the page; tests/test_design.py runs it
            compose(asked.scenario, [word for word in asked.overrides if "," not in word], asked.config_dirs)
            return
        several = asked.scenario is not None and "," in asked.scenario
        chosen, overrides = (
            (None, (f"scenarios={asked.scenario}", *asked.overrides)) if several else (asked.scenario, asked.overrides)
        )
        plan = arrange(chosen, overrides, asked.config_dirs, sweep=True)
        faults = list(plan.faults)
        points = expand(plan, asked.config_dirs, faults).points
        assert not faults
        assert len(points) > 1
    elif command in ("run", "check", "draw"):
        compose(asked.scenario, asked.overrides, asked.config_dirs)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_every_python_example_runs_and_prints_what_the_page_says(place, name, monkeypatch):
    monkeypatch.chdir(place)
    known: dict = {}
    for example in examples(page(name), "python"):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(example.text, name, "exec"), known)  # later examples of a page go on from earlier ones
        if example.prints is not None:
            assert said.getvalue() == example.prints


# --- docs/model.md and docs/results.md ------------------------------------------------------------------------


def test_every_indicator_is_defined_with_its_unit():
    said = [(names(cells[0])[0], cells[1]) for cells in rows(page("model.md"), "indicators")]
    assert sorted(said) == sorted((name, unit) for name, (unit, _) in INDICATORS.items())


def test_an_indicator_that_is_told_of_services_only_is_not_told_of_everybody():
    """Left out of BY_SERVICE, it would be a row of the key table that has no value."""
    told = {names(cells[0])[0]: names(cells[2]) for cells in rows(page("model.md"), "indicators")}
    by_service = {kpi for kpi, groups in told.items() if groups == ["services"]}
    assert by_service and by_service <= {*BY_SERVICE, *BOUNDS}
    assert not set(BY_SERVICE) & {kpi for kpi, groups in told.items() if "all" in groups}


def test_every_group_of_every_indicator_is_named():
    """On a small run of the integrated pathway: what stands in `group` is in the third column of the table."""
    kinds = {names(cells[0])[0]: names(cells[2]) for cells in rows(page("model.md"), "indicators")}
    scenario = sim.load("integrated", "place.scale=0.01", "run.years=0.05")
    from sim.analysis.indicators.measures import measures_of
    from sim.engine.simulate import simulate

    services, staff = set(scenario.pathway.services), set(scenario.workforce)
    for kpi, group, _, _ in measures_of(simulate(scenario), scenario).kpis:
        allowed = kinds[kpi]
        if "needs_more_" in allowed and group.removeprefix("needs_more_") in (*FIFTHS, *ETHNIC_GROUPS, MINORITY):
            group = group.removeprefix("needs_more_")
        fits = (
            group in allowed
            or ("ethnic groups" in allowed and group in (*ETHNIC_GROUPS, MINORITY))
            or ("indicators" in allowed and group.removesuffix("_needs_more") in kinds)
            or ("needs" in allowed and group in NEEDS)
            or ("imd_1" in allowed and re.fullmatch("imd_[1-5]", group))
            or ("services" in allowed and group in services)
            or ("staff groups" in allowed and group in staff)
        )
        assert fits, f"{kpi}: {group}"


@pytest.mark.parametrize(
    "mark, columns",
    [
        ("kpis.csv", tables.KPIS),
        ("comparison.csv", tables.DIFFERENCES),
        ("waits.csv", tables.WAITS),
        ("lists.csv", tables.LISTS),
        ("activity.csv", tables.ACTIVITIES),
        ("activity", STATISTICS),
        ("staff.csv", tables.STAFF),
        ("workforce.csv", tables.WORKFORCE),
        ("ladder.csv", tables.LADDER),
        ("variants.csv", tables.VARIANTS),
        ("answers.csv", tables.ANSWERS),
        ("economics.csv", tables.ECONOMICS),
        ("plane.csv", tables.PLANE),
        ("acceptability.csv", tables.ACCEPTABILITY),
        ("bands.csv", tables.BANDS),
        ("unit_costs.csv", tables.UNIT_COSTS),
        ("options.csv", OPTIONS),
    ],
)
def test_every_column_of_every_table_is_explained(mark, columns):
    assert [names(cells[0])[0] for cells in rows(page("results.md"), mark)] == list(columns)


def test_every_column_of_the_tables_of_the_api_is_explained():
    scenario = sim.load("integrated", "place.scale=0.01", "run.years=0.02")
    outcome, comparison = (
        sim.simulate(scenario),
        sim.compare(scenario, sim.load("gp_referral", "place.scale=0.01", "run.years=0.02"), replications=1),
    )
    for mark, table in (
        ("patients", outcome.patients),
        ("events", outcome.events),
        ("clinics", outcome.clinics),
        ("pairs", comparison.pairs),
    ):
        assert [names(cells[0])[0] for cells in rows(page("results.md"), mark)] == list(table.columns)
    assert list(comparison.kpis.columns) == list(tables.KPIS)
    assert list(comparison.differences.columns) == list(tables.DIFFERENCES)


def test_the_words_of_the_event_log():
    text = page("results.md")
    assert [names(cells[0])[0] for cells in rows(text, "event words")] == list(EVENTS)
    assert {word for cells in rows(text, "details") for word in names(cells[0])} == set(DETAILS) - {""}
    assert [names(cells[0])[0] for cells in rows(text, "sources")] == list(SOURCES)
    for band in BANDS:
        assert f"`{band}`" in text


@pytest.mark.slow
def test_every_file_of_a_results_folder_is_explained(tmp_path):
    from sim.app.configuration.beside.prepared import prepared
    from sim.app.studies.comparison.study import study

    command = (
        "mskflow run ladder_1_fcp place.scale=0.01 run.years=0.03 run.replications=1 run.workers=1 "
        f"run.keep_events=true out={tmp_path}"
    )
    asked = split([*shlex.split(command)[2:], "run.progress=none"])
    with workerless(), undrawn(), contextlib.redirect_stdout(io.StringIO()):
        folder = study(*prepared(asked), asked)
    said = [names(cells[0])[0] for cells in rows(page("results.md"), "files")]
    written = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    assert [name for name in written if name not in said and not re.fullmatch(r"figures/\w+\.svg", name)] == []
    assert set(said) - set(written) == {
        *("ladder.csv", "variants.csv", "answers.csv", "report.pdf", "figures/NAME.svg", "figures/NAME.png")
    }
    for name in ("patients", "events", "clinics"):
        columns = [names(cells[0])[0] for cells in rows(page("results.md"), name)]
        assert list(pd.read_parquet(folder / f"{name}.parquet").columns) == ["scenario", *columns]
    manifest = [names(cells[0])[0] for cells in rows(page("results.md"), "manifest")]
    assert manifest == list(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))


def test_every_figure_is_named():
    assert sorted(names(cells[0])[0] for cells in rows(page("results.md"), "figures")) == sorted(FIGURES)


# --- links ----------------------------------------------------------------------------------------------------


def _anchor(heading: str) -> str:
    """A heading's anchor as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _anchors(file: Path) -> set[str]:
    text = re.sub(r"(?ms)^```.*?^```$", "", file.read_text(encoding="utf-8"))
    return {_anchor(heading) for heading in re.findall(r"(?m)^#+ (.+)$", text)}


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(file):
    text = re.sub(r"(?ms)^```.*?^```$", "", file.read_text(encoding="utf-8"))
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        to = (file.parent / path).resolve() if path else file
        if not to.exists() or (anchor and (to.suffix != ".md" or anchor not in _anchors(to))):
            broken.append(target)
    assert not broken


def test_the_index_names_every_page():
    linked = {
        (DOCS / target).resolve() for target in re.findall(r"\]\(([^)#\s]+)", page("README.md")) if ":" not in target
    }
    assert set(DOCS.rglob("*.md")) - linked == {DOCS / "README.md"}


@pytest.mark.parametrize("file", sorted((DOCS / "decisions").glob("*.md")), ids=lambda file: file.stem)
def test_a_decision_is_a_page_at_most(file):
    text = file.read_text(encoding="utf-8")
    assert re.fullmatch(r"\d{3}-[a-z0-9-]+", file.stem)
    assert text.startswith(f"# {file.stem[:3]} ")
    assert len(text.split()) <= 500
