"""docs/systems: what the pages name is there, the table of systems has no empty cell,
and figures come from the script."""

import re
from functools import lru_cache
from pathlib import Path

import pytest

from bench.systems import MARK, figure, told
from sim.app.configuration.compose import compose
from sim.app.configuration.evidence import rows as evidence_rows
from sim.app.configuration.files.shipped import scenario_files

PAGES = sorted((Path(__file__).parents[1] / "docs" / "systems").glob("*.md"))
SYSTEMS = [page for page in PAGES if page.name != "README.md"]
OVERVIEW = PAGES and next(page for page in PAGES if page.name == "README.md")
PATH = re.compile(r"`((?:pathway|workforce|demand|place|start|outcomes|prices|run)\.[\w.]+)(?:\s*[=:][^`]*)?`")


OFF = ("demand.induced", "pathway.while_waiting.worsening")
"""Sections that a page names to say that they are off there."""


def ids(pages):
    return [page.stem for page in pages]


@lru_cache(maxsize=64)
def composed(name: str) -> dict:
    return compose(name).config


def scenarios_of(text: str) -> list[str]:
    """Shipped scenarios that a page names, in markers or in code."""
    named = (
        {name for name, _, _ in MARK.findall(text)}
        | set(re.findall(r"`(?:mskflow run )?(\w+)`", text))
        | set(re.findall(r"mskflow run (\w+)", text))
    )
    return sorted(named & set(scenario_files()))


def there(config: dict, path: str) -> bool:
    """Whether a dotted path leads somewhere in a configuration."""
    here = config
    for key in path.split("."):
        if not isinstance(here, dict) or key not in here:
            return False
        here = here[key]
    return True


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a page: rows of cells."""
    found, table = [], []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            table.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        elif table:
            found.append(table)
            table = []
    return found


def test_each_source_document_has_a_page():
    assert ids(SYSTEMS) == ["cardiff", "cheshire_merseyside", "connect", "coventry", "sussex"]


@pytest.mark.parametrize("page", SYSTEMS, ids=ids(SYSTEMS))
def test_the_parameters_that_a_page_names_exist(page):
    text = page.read_text(encoding="utf-8")
    names = scenarios_of(text)
    paths = sorted({path.rstrip(".") for path in PATH.findall(text)})
    assert len(names) >= 2 and len(paths) >= 8
    missing = [path for path in paths if path not in OFF and not any(there(composed(name), path) for name in names)]
    assert not missing


@pytest.mark.parametrize("page", SYSTEMS, ids=ids(SYSTEMS))
def test_every_mechanism_has_the_words_the_model_the_parameter_and_the_result(page):
    text = page.read_text(encoding="utf-8")
    mechanisms = [table for table in tables(text) if "document's words" in table[0][0]]
    assert mechanisms, "no table of mechanisms with four columns"
    for table in mechanisms:
        for row in table[2:]:
            assert len(row) == 4 and all(cell and cell not in ("-", "?", "–") for cell in row), row
    assert all(
        re.search(r"\d{3}", table[0][0]) or all(re.search(r"\d{3}", row[0]) for row in table[2:])
        for table in mechanisms
    ), "a quotation without its document"


@pytest.mark.parametrize("page", PAGES, ids=ids(PAGES))
def test_every_figure_was_filled_in_by_the_script(page):
    for name, words, value in MARK.findall(page.read_text(encoding="utf-8")):
        assert name in scenario_files(), name
        assert value.strip() not in ("", "?", "not known"), (name, words)


@pytest.mark.parametrize("page", SYSTEMS, ids=ids(SYSTEMS))
def test_evidence_that_a_page_names_has_a_row(page):
    named = set(re.findall(r"`evidence: (\w+)`", page.read_text(encoding="utf-8")))
    assert named <= set(evidence_rows())


def test_the_table_of_systems_has_no_empty_cell():
    wide = [table for table in tables(OVERVIEW.read_text(encoding="utf-8")) if len(table[0]) == len(SYSTEMS) + 1]
    assert len(wide) == 1
    for row in wide[0]:
        assert len(row) == len(SYSTEMS) + 1 and all(row), row
    assert len(wide[0]) > 20


def test_every_scenario_is_in_the_overview():
    text = OVERVIEW.read_text(encoding="utf-8")
    missing = [name for name in scenario_files() if f"`{name}`" not in text]
    assert not missing, "no row of docs/systems/README.md names it"


def test_numbers_are_told_as_a_reader_wants_them():
    assert told(0.0312, "share") == "3.1%"
    assert told(-4.25, "weeks") == "-4.2 weeks"
    assert told(412.3, "pounds") == "£412"
    assert told(1234.5, "per 1,000 residents a year") == "1,234 per 1,000"
    assert told(float("nan"), "days") == "not known"


def test_a_marker_that_asks_for_nothing_known_says_so():
    class Made:
        name, baseline = "here", ""

    with pytest.raises(SystemExit, match="kpi, flow, ladder, answer or variant"):
        figure(Made(), "weather today")
