"""plan.html: the answer as one page that a manager can read, with nothing from the network."""

import re
from pathlib import Path

import jinja2
from markupsafe import Markup

from sim.analysis.figures.frontier import Aim, Frontier, frontier_picture
from sim.analysis.words.amounts import number
from sim.analysis.words.labels import tidy
from sim.app.studies.plan import plan_words as words
from sim.app.studies.plan.answer import Answer, level
from sim.app.studies.plan.targets import labels_of

TEMPLATES = Path(__file__).parent
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def render(answer: Answer, command: str) -> tuple[str, str]:
    """The page as HTML, and its figure as SVG. The same answer always gives the same text."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    terms, figure = answer.problem.terms, frontier_picture(_frontier(answer))
    text = environment.get_template("plan.html.j2").render(
        title=tidy(terms.title or f"A plan for {answer.scenario.title or answer.scenario.name}", 200),
        question=tidy(terms.question, 400),
        about=_about(answer),
        met=answer.met,
        headline=words.headline(answer),
        steps=[_step(row) for row in words.steps(answer)],
        total=words.pounds(answer.plan.cost),
        reached=words.reached(answer),
        sentences=[
            text
            for text in (
                words.confidence(answer),
                words.more_demand(answer),
                words.dated(answer),
                words.beside(answer),
                words.part(answer),
            )
            if text
        ],
        effort=words.effort(answer),
        frontier=_rows(answer),
        targets=[target.words(labels_of(answer.scenario)) for target in answer.problem.targets],
        sentence=figure.sentence,
        note=figure.note,
        svg=Markup(figure.body),
        rejected=[_rejected(*pair) for pair in answer.rejected],
        command=tidy(command, 1000),
    )
    return _UNPRINTABLE.sub("", text), figure.svg


def _about(answer: Answer) -> str:
    scenario = answer.scenario
    return " · ".join(
        part
        for part in (
            tidy(scenario.place.name),
            tidy(scenario.title or scenario.name),
            f"from {scenario.calendar.start_date}",
            f"{scenario.run.years:g} year{'s' * (scenario.run.years != 1)} simulated",
        )
        if part
    )


def _step(row: words.PlanStep) -> dict:
    return {
        "who": row.who,
        "where": row.where,
        "what": row.what,
        "before": f"{row.before:g}",
        "after": f"{row.after:g}",
        "starts": row.starts,
        "cost": words.pounds(row.cost),
    }


def _rejected(searched, fresh) -> str:
    return (
        f"{words.pounds(searched.cost)} a year: the targets held in {searched.held} of {len(searched.shorts)} replications of the search, "
        f"and in {fresh.held} of {len(fresh.shorts)} fresh ones"
    )


def _frontier(answer: Answer) -> Frontier:
    plans, targets = answer.frontier, answer.problem.targets
    points = [one.point for one in plans]
    aims = tuple(
        Aim(t.kpi, t.words(labels_of(answer.scenario)), t.level, tuple(level(one, place).mean for one in plans))
        for place, t in enumerate(targets)
    )
    return Frontier(
        tuple(one.cost for one in plans),
        aims,
        points.index(answer.problem.today),
        points.index(answer.plan.point),
        words.headline(answer),
    )


def _rows(answer: Answer) -> list[dict]:
    rows = []
    for one in answer.frontier:
        moved = words.moved(answer, one)
        values = [number(target.kpi, level(one, place).mean) for place, target in enumerate(answer.problem.targets)]
        rows.append(
            {
                "cost": words.pounds(one.cost),
                "values": values,
                "share": f"{one.held} of {len(one.shorts)}",
                "moved": moved,
                "note": words.note(answer, one),
            }
        )
    return rows
