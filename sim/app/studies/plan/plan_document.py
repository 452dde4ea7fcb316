"""What a plan has to say: the whole as a page that a manager can read, the answer for the terminal."""

from pathlib import Path

from sim.analysis.figures.frontier import Aim, Frontier, frontier_picture
from sim.analysis.figures.register import Drawing
from sim.analysis.words.amounts import number
from sim.analysis.words.labels import tidy
from sim.app.pages.document import (
    FIRST,
    MISSED,
    Cell,
    Column,
    CommandLine,
    Document,
    Figure,
    Section,
    Sentence,
    Table,
    bullets,
    numbers,
    sentences,
)
from sim.app.studies.plan import plan_words as words
from sim.app.studies.plan.answer import Answer, level
from sim.app.studies.plan.targets import labels_of

_MEANS = (
    "Means over fresh replications, with the 95% interval of the mean in brackets. Today's plan and this plan meet "
    "the same people, with the same luck."
)
_FOOTER = (
    "Made by mskflow: a simulation of how people move through a pathway, not a forecast. What each number stands on "
    "is in the configuration beside this page and in the model's evidence table."
)


def page_of(answer: Answer, picture: Drawing, command: str) -> Document:
    """All of it, with the figure of what each sum buys."""
    terms = answer.problem.terms
    plan = _plan(answer)
    return Document(
        title=tidy(terms.title or f"A plan for {answer.scenario.title or answer.scenario.name}", 200),
        question=tidy(terms.question, 400),
        about=_about(answer),
        blocks=(Sentence(words.headline(answer), FIRST if answer.met else MISSED), *bullets(_sure(answer))),
        sections=(
            Section("plan", plan.caption, (plan,) if plan.rows else sentences("Everything stays as it is today.")),
            Section("targets", "What it buys", (_targets(answer, "What it buys", _MEANS),)),
            Section(
                "frontier",
                "What each sum buys",
                (Figure(picture.name, "What each sum buys", "", picture.note, picture.body), _frontier_table(answer)),
            ),
            Section("found", "How it was found", (*_found(answer), *_again(command))),
        ),
        footer=_FOOTER,
    )


def in_short(answer: Answer, path: Path) -> Document:
    """The plan, what it buys, how sure that is, and where the rest lies."""
    terms, plan = answer.problem.terms, _plan(answer)
    return Document(
        title=terms.question or terms.title,
        blocks=(
            Sentence(words.headline(answer), FIRST),
            *([plan] if plan.rows else []),
            _targets(answer, "What it buys, in fresh replications (mean and its 95% interval)"),
            *sentences(*_sure(answer), words.effort(answer), f"Plan, frontier and page: {path}"),
        ),
    )


def picture_of(answer: Answer) -> Drawing:
    """What each sum buys, as SVG."""
    plans, targets = answer.frontier, answer.problem.targets
    points = [one.point for one in plans]
    aims = tuple(
        Aim(
            t.kpi,
            t.words(labels_of(answer.scenario)),
            t.level,
            tuple(level(one, place, kpi=t.kpi).mean for one in plans),
        )
        for place, t in enumerate(targets)
    )
    return frontier_picture(
        Frontier(
            tuple(one.cost for one in plans),
            aims,
            points.index(answer.problem.today),
            points.index(answer.plan.point),
            words.headline(answer),
        )
    )


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


def _sure(answer: Answer) -> tuple[str, ...]:
    """How sure it is, what more people would do to it, and what the sums do not say."""
    told = (words.confidence, words.more_demand, words.dated, words.beside, words.part)
    return tuple(of(answer) for of in told)


def _plan(answer: Answer) -> Table:
    """What changes, the dearest first, with the sum; no rows where nothing does."""
    rows = tuple(
        (row.who, row.where, row.what, f"{row.before:g}", f"{row.after:g}", row.starts, words.pounds(row.cost))
        for row in words.steps(answer)
    )
    return Table(
        "The plan" if answer.met else "The nearest plan",
        (
            Column("Who"),
            Column("Where"),
            Column("What"),
            numbers("Today"),
            numbers("Plan"),
            Column("From"),
            numbers("Pounds a year"),
        ),
        rows,
        foot=(Cell("More than today's plan, a year", across=6), words.pounds(answer.plan.cost)) if rows else (),
    )


def _targets(answer: Answer, caption: str, note: str = "") -> Table:
    heads = ("Target", "Wanted", "Today's plan", "This plan", "This plan, 5% more people")
    rows = tuple((row.target, row.wanted, row.before, row.after, row.if_more) for row in words.reached(answer))
    return Table(caption, tuple(map(Column, heads)), rows, note=note)


def _frontier_table(answer: Answer) -> Table:
    """A row a plan, in order of cost; today's and the one that is told are set apart."""
    labels = labels_of(answer.scenario)
    rows, chosen = [], set()
    for place, one in enumerate(answer.frontier):
        note = words.note(answer, one)
        values = [
            number(target.kpi, level(one, at, kpi=target.kpi).mean) for at, target in enumerate(answer.problem.targets)
        ]
        held = f"{one.held} of {len(one.shorts)}"
        rows.append((words.pounds(one.cost), *values, held, words.moved(answer, one), note))
        chosen |= {place} if note else set()
    return Table(
        "The frontier",
        (
            numbers("Pounds a year"),
            *(numbers(target.words(labels)) for target in answer.problem.targets),
            Column("All targets hold in"),
            Column("What changes"),
            Column(""),
        ),
        tuple(rows),
        chosen=frozenset(chosen),
    )


def _found(answer: Answer):
    rejected = [_rejected(*pair) for pair in answer.rejected]
    return (
        *sentences(words.effort(answer)),
        *(sentences("Met the targets in the search, and not in fresh replications:") if rejected else ()),
        *bullets(rejected),
    )


def _rejected(searched, fresh) -> str:
    return (
        f"{words.pounds(searched.cost)} a year: the targets held in {searched.held} of {len(searched.shorts)} "
        f"replications of the search, and in {fresh.held} of {len(fresh.shorts)} fresh ones"
    )


def _again(command: str):
    return Sentence("This makes it again:"), CommandLine(tidy(command, 1000))
