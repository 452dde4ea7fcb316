"""docs/questions and docs/staffing.md: each question is one command that is there, each figure came from a run,
each line to type works."""

import re
import shlex
from pathlib import Path

import pytest

import sim
from bench.systems import MARK, PAGES
from sim.app.configuration.files.shipped import by_system, scenario_files
from sim.app.configuration.request import split

DOCS = Path(__file__).resolve().parents[1] / "docs"
QUESTIONS = sorted(page for page in (DOCS / "questions").glob("*.md") if page.name != "README.md")
STAFFING = DOCS / "staffing.md"
INDEX = DOCS / "questions" / "README.md"
ids = [page.stem for page in QUESTIONS]


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def commands(text: str) -> list[str]:
    return [line for block in re.findall(r"(?ms)^```bash\n(.*?)^```$", text) for line in block.splitlines() if line]


def test_the_questions_are_those_of_the_issue_and_the_index_has_them():
    assert ids == ["community_backlog", "group_or_one_to_one", "two_more_fcps", "who_gains_least"]
    for page in QUESTIONS:
        title = text_of(page).splitlines()[0].removeprefix("# ")
        assert f"[{title}]({page.name}) | `{commands(text_of(page))[0]}`" in text_of(INDEX)


@pytest.mark.parametrize("page", QUESTIONS, ids=ids)
def test_a_question_is_one_command_an_answer_numbers_and_what_they_are_worth(page):
    text = text_of(page)
    assert text.splitlines()[0].endswith("?")
    assert len(commands(text)) == 1
    asked = split(shlex.split(commands(text)[0])[2:])
    assert asked.scenario is None or asked.scenario in scenario_files()
    assert re.search(r"(?m)^\|[ :-]+\|", text), "a table of numbers"
    for part in ("**How sure.**", "**What is not in it.**"):
        assert part in text


@pytest.mark.parametrize("page", [*QUESTIONS, INDEX, STAFFING], ids=[*ids, "index", "staffing"])
def test_every_figure_came_from_a_run(page):
    text = text_of(page)
    assert page in PAGES, "the script that fills the figures knows the page"
    for name, words, value in MARK.findall(text):
        assert name in scenario_files(), name
        assert value.strip() not in ("", "?", "not known"), (name, words)
    assert not re.search(r"(?m)^[A-Z]{4,}$|\| [A-Z]{4,} \|", text), "a place that waits for its sentence"


def test_the_page_of_staff_has_every_scenario_of_staff():
    text = text_of(STAFFING)
    assert not [
        name
        for name in by_system(scenario_files())["Staff"]
        if name != "more_fcps" and f"mskflow run {name}" not in text
    ]
    assert "more_fcps" in text_of(INDEX)


def test_the_lines_to_type_go_together():
    table = text_of(STAFFING).split("## The levers")[1].split("## ")[0]
    lines = [
        line for row in re.findall(r"(?m)^\| .* \| (.+) \|$", table) for line in re.findall(r"`([^`]+=[^`]*)`", row)
    ]
    assert len(lines) >= 18
    words = [word for line in lines for word in shlex.split(line)]
    scenario = sim.load("integrated", "name=mine", "compare_with=integrated", *words)
    plain = sim.load("integrated")
    assert scenario.workforce["fcp_band_7"].joins and scenario.rooms and scenario.workforce != plain.workforce
