"""What a plan has to say: the whole as a page that a manager can read, the answer for the terminal."""

from pathlib import Path

from sim.analysis.figures.frontier import Aim, Frontier, frontier_picture
from sim.analysis.figures.register import Drawing
from sim.analysis.words.amounts import number
from sim.analysis.words.plain import tidy
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
from sim.app.studies.plan import best_use_words, plan_steps, plan_words
from sim.app.studies.plan.answer import Answer, level
from sim.app.studies.plan.best_use import BestUse
from sim.app.studies.plan.targets import labels_of
from sim.app.studies.plan.trials import Tried

_MEANS = (
    "Means over fresh replications, with the 95% interval of the mean in brackets. The scenario as it stands and "
    "this plan meet the same people, with the same luck."
)
_FOOTER = (
    "Made by mskflow: a simulation of how people move through a pathway, not a forecast. What each number stands on "
    "is in the configuration beside this page and in the model's evidence table."
)


def words_for(answer: Answer | BestUse):
    """The module that tells such an answer: `headline`, `sure`, `reached`, `status`, `effort`, `note`."""
    return best_use_words if isinstance(answer, BestUse) else plan_words


def page_of(answer: Answer | BestUse, picture: Drawing, command: str) -> Document:
    """All of it, with the figure of what each sum buys."""
    terms, words = answer.problem.terms, words_for(answer)
    plan = _plan(answer)
    return Document(
        title=tidy(terms.title or f"A plan for {answer.scenario.title or answer.scenario.name}", 200),
        question=tidy(terms.question, 400),
        about=_about(answer),
        blocks=(Sentence(words.headline(answer), FIRST if answer.met else MISSED), *bullets(words.sure(answer))),
        sections=(
            Section("plan", plan.caption, (plan,) if plan.rows else sentences("Everything stays as it is.")),
            Section("targets", "What it buys", (_targets(answer, "What it buys", _MEANS),)),
            *_more_of_each(answer),
            Section(
                "frontier",
                "What each sum buys",
                (Figure(picture.name, "What each sum buys", "", picture.note, picture.body), _frontier_table(answer)),
            ),
            Section("found", "How it was found", (*_found(answer), *_again(command))),
        ),
        footer=_FOOTER,
    )


def in_short(answer: Answer | BestUse, path: Path) -> Document:
    """The plan, what it buys, how sure that is, and where the rest lies."""
    terms, plan, words = answer.problem.terms, _plan(answer), words_for(answer)
    return Document(
        title=terms.question or terms.title,
        about=_about(answer),
        blocks=(
            Sentence(words.headline(answer), FIRST),
            *([plan] if plan.rows else []),
            _targets(answer, "What it buys, in fresh replications (mean and its 95% interval)"),
            *(table for section in _more_of_each(answer) for table in section.blocks),
            *sentences(*words.sure(answer), words.effort(answer), f"Plan, frontier and page: {path}"),
        ),
    )


def picture_of(answer: Answer | BestUse) -> Drawing:
    """What each sum buys, as SVG."""
    plans, labels = answer.frontier, labels_of(answer.scenario)
    points = [one.point for one in plans]
    if isinstance(answer, BestUse):
        one = answer.problem.objective
        aims = (Aim(one.kpi, one.words(labels), None, tuple(answer.level(plan).mean for plan in plans)),)
    else:
        aims = tuple(
            Aim(t.kpi, t.words(labels), t.level, tuple(level(one, place, kpi=t.kpi).mean for one in plans))
            for place, t in enumerate(answer.problem.targets)
        )
    return frontier_picture(
        Frontier(
            tuple(one.cost for one in plans),
            aims,
            points.index(answer.problem.today),
            points.index(answer.plan.point),
            words_for(answer).headline(answer),
        )
    )


def _about(answer: Answer | BestUse) -> str:
    """Whose people, staff and lists it is about."""
    scenario = answer.scenario
    return " · ".join(
        part
        for part in (
            f"{tidy(scenario.place.name) or 'A place without a name'}, {scenario.demand.population:,.0f} people",
            f"as it stands: {tidy(scenario.title or scenario.name)}, with its own staff and lists",
            f"from {scenario.calendar.start_date}",
            f"{scenario.run.years:g} year{'s' * (scenario.run.years != 1)} simulated",
        )
        if part
    )


def _plan(answer: Answer | BestUse) -> Table:
    """What changes, the dearest first, with the sum; no rows where nothing does."""
    rows = tuple(
        (row.who, row.where, row.what, f"{row.before:g}", f"{row.after:g}", row.starts, plan_steps.pounds(row.cost))
        for row in plan_steps.steps(answer)
    )
    return Table(
        "The plan" if answer.met or isinstance(answer, BestUse) else "The nearest plan",
        (
            Column("Who"),
            Column("Where"),
            Column("What"),
            numbers("As it stands"),
            numbers("Plan"),
            Column("From"),
            numbers("Pounds a year"),
        ),
        rows,
        foot=(Cell("More than as it stands, a year", across=6), plan_steps.pounds(answer.plan.cost)) if rows else (),
    )


def _targets(answer: Answer | BestUse, caption: str, note: str = "") -> Table:
    if isinstance(answer, BestUse):
        heads = ("Indicator", "As it stands", "This plan", "Difference", "This plan, 5% more people")
        return Table(caption, tuple(map(Column, heads)), tuple(best_use_words.reached(answer)), note=note)
    heads = ("Target", "Wanted", "As it stands", "This plan", "This plan, 5% more people")
    rows = tuple((row.target, row.wanted, row.before, row.after, row.if_more) for row in plan_words.reached(answer))
    return Table(caption, tuple(map(Column, heads)), rows, note=note)


def _more_of_each(answer: Answer | BestUse) -> tuple[Section, ...]:
    """What a step more of each lever would buy, beyond the best use of a sum."""
    if not isinstance(answer, BestUse) or not answer.one_more:
        return ()
    what = "A step more of each, beyond the plan"
    table = Table(
        what,
        (Column("What"), numbers("Pounds a year"), numbers("Change (95% interval)"), Column("")),
        tuple(best_use_words.more_of_each(answer)),
        note="In the replications of the search, the most for the money first. Each alone; together they may do less.",
    )
    return (Section("more", what, (table,)),)


def _frontier_table(answer: Answer | BestUse) -> Table:
    """A row a plan, in order of cost; that of the scenario as it stands and the one that is told are set apart."""
    labels = labels_of(answer.scenario)
    rows, chosen = [], set()
    for place, one in enumerate(answer.frontier):
        note = words_for(answer).note(answer, one).replace("today", "as it stands")
        rows.append((plan_steps.pounds(one.cost), *_cells(answer, one), plan_steps.moved(answer, one), note))
        chosen |= {place} if one.point in (answer.problem.today, answer.plan.point) else set()
    asked = answer.problem.targets if isinstance(answer, Answer) else (answer.problem.objective,)
    heads = [numbers(target.words(labels)) for target in asked]
    if isinstance(answer, Answer):
        heads.append(Column("All targets hold in"))
    return Table(
        "The frontier",
        (numbers("Pounds a year"), *heads, Column("What changes"), Column("")),
        tuple(rows),
        chosen=frozenset(chosen),
    )


def _cells(answer: Answer | BestUse, one: Tried) -> tuple[str, ...]:
    if isinstance(answer, BestUse):
        return (number(answer.problem.objective.kpi, answer.level(one).mean),)
    values = (
        number(target.kpi, level(one, at, kpi=target.kpi).mean) for at, target in enumerate(answer.problem.targets)
    )
    return (*values, f"{one.held} of {len(one.shorts)}")


def _found(answer: Answer | BestUse):
    rejected = [_rejected(*pair) for pair in answer.rejected] if isinstance(answer, Answer) else []
    return (
        *sentences(words_for(answer).effort(answer)),
        *(sentences("Met the targets in the search, and not in fresh replications:") if rejected else ()),
        *bullets(rejected),
    )


def _rejected(searched: Tried, fresh: Tried) -> str:
    return (
        f"{plan_steps.pounds(searched.cost)} a year: the targets held in {searched.held} of {len(searched.shorts)} "
        f"replications of the search, and in {fresh.held} of {len(fresh.shorts)} fresh ones"
    )


def _again(command: str):
    return Sentence("This makes it again:"), CommandLine(tidy(command, 1000))
