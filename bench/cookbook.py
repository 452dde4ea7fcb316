"""The answers of docs/cookbook.md: `python -m bench.cookbook` prints them, `--write` puts them into the page.

A question there is a heading, a block of YAML that lies over the town of the page (a key that is null takes what the
town has away), and the indicators that answer it, in a comment: `<!-- ask: KPI GROUP, KPI GROUP -->`. The answer is the
mean over three replications, of the town as it is and with the block; the place is small, so that all thirty take
seconds.
"""

import re
import sys
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

import sim
from sim.analysis.indicators import INDICATORS
from sim.analysis.reading.reading import Reading
from sim.engine.simulate import simulate

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cookbook.md"
REPLICATIONS = 3
QUESTION = re.compile(
    r"(?ms)^### (?P<title>\d+\. [^\n]+)\n(?P<between>.*?)^```yaml\n(?P<yaml>.*?)^```\n\n"
    r"<!-- ask: (?P<ask>[^\n]*?) -->\n(?P<answer>.*?)<!-- /ask -->"
)
UNITS = {"share": "%", "people": "", "slots a week": " a week", "pounds a year": " pounds a year"}


class Question(NamedTuple):
    """`over`: what lies over the town; `asked`: (indicator, group) of the answer, which now reads `answer`."""

    title: str
    over: dict
    asked: list[tuple[str, str]]
    answer: str


def town(text: str) -> dict:
    """The configuration of the first block of the page."""
    found: dict = yaml.safe_load(re.search(r"(?ms)^```yaml\n# the town\n(.*?)^```$", text)[1])
    return found


def questions(text: str) -> list[Question]:
    """Every question of the page, in its order."""
    return [
        Question(
            one["title"],
            yaml.safe_load(one["yaml"]),
            [tuple(words.split()) for words in one["ask"].split(", ")],
            one["answer"].strip(),
        )
        for one in QUESTION.finditer(text)
    ]


def laid_over(base: dict, over: dict) -> dict:
    """`over` on `base`, key by key; null takes away."""
    made = deepcopy(base)
    for key, value in over.items():
        if value is None:
            made.pop(key, None)
        elif isinstance(value, dict) and isinstance(made.get(key), dict):
            made[key] = laid_over(made[key], value)
        else:
            made[key] = deepcopy(value)
    return made


@cache
def _runs(config: str) -> list[Reading]:
    """Every replication of a configuration as YAML."""
    scenario = sim.from_dict(yaml.safe_load(config))
    return [Reading(simulate(scenario, replication), scenario) for replication in range(REPLICATIONS)]


def _measured(config: str, kpi: str, group: str) -> tuple[float, str]:
    """Mean of an indicator over replications, NaN where it is unknown in one, and its unit."""
    unit, measure = INDICATORS[kpi]
    return float(np.mean([measure(run).get(group, np.nan) for run in _runs(config)])), unit


def answered(base: dict, question: Question) -> str:
    """The answer as a table: the town as it is, and with the question's block."""
    both = [yaml.safe_dump(one) for one in (base, laid_over(base, question.over))]
    lines = ["| | the town as it is | with this |", "|---|---:|---:|"]
    lines += [
        f"| `{kpi}`, {group} | {' | '.join(_told(*_measured(one, kpi, group)) for one in both)} |"
        for kpi, group in question.asked
    ]
    return "\n".join(lines)


def _told(value: float, unit: str) -> str:
    if not np.isfinite(value):
        return "none"
    value *= 100 if unit == "share" else 1
    return (
        f"{value:,.0f}{UNITS.get(unit, ' ' + unit)}"
        if abs(value) >= 100
        else f"{value:.1f}{UNITS.get(unit, ' ' + unit)}"
    )


def main(words: list[str]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    base = town(text)
    for question in questions(text):
        try:
            answer = answered(base, question)
        except sim.ScenarioError as error:
            raise SystemExit(f"{question.title}\n{error}") from error
        print(f"{question.title}\n{answer}\n")
        text = _put(text, question.title, answer)
    if "--write" in words:
        PAGE.write_text(text, encoding="utf-8")


def _put(text: str, title: str, answer: str) -> str:
    """The page with this answer below this question."""

    def filled(one: re.Match) -> str:
        if one["title"] != title:
            return one[0]
        at = one.start("answer") - one.start(), one.end("answer") - one.start()
        return f"{one[0][: at[0]]}{answer}\n{one[0][at[1] :]}"

    return QUESTION.sub(filled, text)


if __name__ == "__main__":
    main(sys.argv[1:])
