"""Puts the report together. What it says is in `sentences`, `sceptic`, `rows` and the pages; how it looks, in
`html`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.analysis.figures.overdue import overdue_at_end
from sim.analysis.figures.values import pathways, title
from sim.analysis.reading.tables import Study
from sim.analysis.words.plain import tidy
from sim.app.pages.document import (
    BOX,
    FIRST,
    WARNING,
    Block,
    Bullets,
    Document,
    Figure,
    Section,
    Sentence,
    figure_of,
)
from sim.app.pages.html import html_of
from sim.app.pages.report import answers, claims, fairness, money, outcomes, rows, sceptic, staffing
from sim.app.pages.report.believed import about_ranges
from sim.app.pages.report.glance import glance, picture
from sim.app.pages.report.moving import TITLE, moving
from sim.app.pages.report.sentences import lead, replications

if TYPE_CHECKING:
    from sim.analysis.figures.register import Drawing

FIGURE_ORDER = (
    "headline",
    "waits_by_service",
    "lists_over_time",
    "follow_ups_overdue",
    "activity_by_month",
    "flows",
    "waterfall",
    "variants",
)
"""Of the figures that stand on no page of their own."""
PAGES = (staffing.page, money.page, outcomes.page, fairness.page)
_FOOTER = "A simulation, not a forecast. It says what follows from the assumptions above."


def render(study: Study, figures: "Iterable[Drawing] | None" = None) -> str:
    """The page as HTML. The same study always gives the same text. `figures`: those of it, where they are drawn
    already.
    """
    if figures is None:
        from sim.analysis.figures import drawings

        figures = drawings(study)
    return html_of(document_of(study, figures))


def document_of(study: Study, figures: "Iterable[Drawing]") -> Document:
    """The whole report.

    Of `study.meta` it uses, where present: place (whose people, lists and staff), shared_changes (what the command
    changes in both), years, replications, seed, start_date, warm_up_days, start (a
    sentence on the starting state), command, uncertainty_command, config_hash, git_commit, versions (name ->
    version), believed (date, draws, covers, and ranges by indicator), believed_answers (answer -> the same), moved
    (indicator -> ends), assumptions_moved and times_moved (how many, how often), gp_time (a sentence), overturns
    (sentences),
    warnings (sentences, shown first), variants_group (the group that `variants` is about), parts and otherwise
    (variants that add or leave out mechanisms; that change how things work).
    """
    sections = tuple(_sections(study, _drawn(figures)))
    return replace(
        first_screen(study), sections=sections, contents="Pages of this report", footer=_FOOTER, explained=True
    )


def first_screen(study: Study, figures: "Iterable[Drawing]" = ()) -> Document:
    """What stands on the first screen of it, and nothing else: no list of words, to fit on one sheet."""
    names = [title(study, scenario) for scenario in pathways(study)]
    return Document(
        title=" against ".join(names[::-1]),
        question=tidy(study.questions.get(study.name, "")),
        about=_about(study),
        blocks=tuple(Sentence(f"Warning. {tidy(w, 600)}", WARNING) for w in study.meta.get("warnings") or ()),
        sections=(glance(study, _drawn(figures)),),
        explained=False,
    )


def _sections(study: Study, drawn: dict[str, Figure]) -> Iterator[Section]:
    yield glance(study, drawn)
    if (side_by_side := answers.answers(study)) is not None:
        yield Section("answers", side_by_side.caption, (side_by_side,), "Answers side by side", folded=True)
    yield Section("answer", "", tuple(_answer(study)), "The answer")
    asked = tuple(block for one in sceptic.box(study) for block in one.blocks())
    yield Section("sceptic", "What a sceptical board member asks", asked, "What a sceptic asks", BOX, folded=True)
    if (key := rows.key(study)) is not None:
        yield Section("indicators", key.caption, (key,), "Indicators", folded=True)
    if moved := moving(study):
        yield Section("moving", TITLE, moved, "Lists that move", folded=True)
    yield from _with_figures(study, drawn)
    if load := rows.load(study):
        yield Section("load", rows.LOAD_TITLE, load, "Load", folded=True)
    if told := claims.beside(study):
        said = Sentence("These figures stand in source documents. Nothing in the model uses them.")
        yield Section("claims", claims.CLAIMS_TITLE, (said, *told), "Claims", folded=True)
    if assumed := rows.assumptions(study):
        said = Sentence("Every number of the configuration, by how well it is founded; the weakest first.")
        yield Section("assumptions", "What is assumed", (said, *assumed), "Assumptions", folded=True)
    yield Section("sure", "How sure we are", (Bullets(tuple(rows.sure(study))),), folded=True)
    yield Section("again", "How to run it again", rows.again(study), "Run it again", folded=True)


def _with_figures(study: Study, drawn: dict[str, Figure]) -> Iterator[Section]:
    """The figures of no page, then every page that has something to say or to show."""
    pages = [make(study) for make in PAGES]
    own = {picture(drawn), *(name for page in pages for name in page.figures)}
    if others := tuple(figure for name, figure in drawn.items() if name not in own):
        yield Section("figures", "Figures", others, folded=True)
    for page in pages:
        section = page.section(drawn)
        if section.blocks:
            yield replace(section, folded=True)


def _answer(study: Study) -> Iterator[Block]:
    if not study.baseline:
        alone = (
            f"{title(study, study.name)} was run alone: this report shows levels, and nothing here says whether "
            "another pathway would do better or worse."
        )
        yield Sentence(alone, WARNING)
    first, *others = lead(study) or ["The study has no headline indicator to tell."]
    yield Sentence(first, FIRST)
    if overdue := overdue_at_end(study):
        others = [*others, f"{overdue}."]
    yield from about_ranges(study)
    if others:
        yield Bullets(tuple(others))


def _about(study: Study) -> str:
    meta, count = study.meta, replications(study)
    shared = ", ".join(meta.get("shared_changes") or ())
    parts = [
        tidy(meta.get("place", "")),
        f"changed in both: {tidy(shared)}" if shared else "",
        f"{meta['years']} years simulated" if meta.get("years") else "",
        f"from {tidy(meta['start_date'])}" if meta.get("start_date") else "",
        f"{count} replications" if count else "",
    ]
    return " · ".join(p for p in parts if p)


def _drawn(figures: "Iterable[Drawing]") -> dict[str, Figure]:
    """Every figure by its name, those of `FIGURE_ORDER` first."""
    drawn = {d.name: figure_of(d) for d in figures}
    return {name: drawn[name] for name in dict.fromkeys((*FIGURE_ORDER, *drawn)) if name in drawn}
