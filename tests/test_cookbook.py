"""Thirty questions of planners: each holds together, and answers as the page says."""

import re

import pytest
import yaml

import sim
from bench import cookbook

TEXT = cookbook.PAGE.read_text(encoding="utf-8")
TOWN, QUESTIONS = cookbook.town(TEXT), cookbook.questions(TEXT)


def test_there_are_thirty_and_each_is_read():
    assert [one.title for one in QUESTIONS] == re.findall(r"(?m)^### (.*)$", TEXT) and len(QUESTIONS) == 30
    assert all(re.fullmatch(rf"{n}\. .*\?|{n}\. .*\..*\?", one.title) for n, one in enumerate(QUESTIONS, 1))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.title[:30])
def test_each_is_a_scenario_that_holds_together_and_has_an_answer(question):
    sim.from_dict(yaml.safe_load(yaml.safe_dump(cookbook.laid_over(TOWN, question.over))))
    assert all(f"`{kpi}`, {group} |" in question.answer for kpi, group in question.asked), (
        "python -m bench.cookbook --write"
    )


@pytest.mark.parametrize("question", QUESTIONS[2::6], ids=lambda one: one.title[:30])
def test_some_are_asked_again(question):
    """Every sixth; `python -m bench.cookbook --write` asks them all."""
    assert cookbook.answered(TOWN, question) == question.answer
