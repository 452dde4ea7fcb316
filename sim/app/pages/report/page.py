"""Puts the page together. What it says is in `sentences`, `sceptic` and `rows`; how it looks, in the template."""

import re
from pathlib import Path

import jinja2
from markupsafe import Markup

from sim.analysis.figures import Drawing, drawings
from sim.analysis.figures.values import pathways, title
from sim.analysis.reading.tables import Study
from sim.analysis.words.labels import tidy
from sim.app.pages.report import claims, fairness, money, outcomes, rows, sceptic, sentences, staffing

FIGURE_ORDER = ("headline", "waits_by_service", "lists_over_time", "flows", "waterfall", "variants")
"""Of the figures that stand on no page of their own."""
PAGES = (staffing.page, money.page, outcomes.page, fairness.page)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def render(study: Study, figures: tuple[Drawing, ...] | None = None) -> str:
    """The page as HTML. The same study always gives the same text. `figures`: those of the study, where they are drawn already.

    Of `study.meta` it uses, where present: place, years, replications, seed, start_date, warm_up_days, start (a
    sentence on the starting state), command, uncertainty_command, config_hash, git_commit, versions (name -> version),
    overturns (sentences), warnings (sentences, shown first), variants_group (the group that `variants` is about), parts and
    otherwise (variants that add or leave out mechanisms; that change how things work).
    """
    drawn = _drawn(drawings(study) if figures is None else figures)
    pages = [
        page
        for page in (make(study) for make in PAGES)
        if page.sentences or page.tables or any(name in drawn for name in page.figures)
    ]
    own = [name for page in pages for name in page.figures]
    home = jinja2.FileSystemLoader(Path(__file__).parent)
    page = jinja2.Environment(
        loader=home, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template("report.html.j2")
    text = page.render(
        title=_title(study),
        question=tidy(study.questions.get(study.name, "")),
        about=_about(study),
        both=bool(study.baseline),
        baseline=title(study, study.baseline) if study.baseline else "",
        scenario=title(study, study.name),
        warnings=[tidy(w, 600) for w in study.meta.get("warnings") or ()],
        sentences=sentences.lead(study),
        box=sceptic.box(study),
        key=rows.key(study),
        drawn=drawn,
        figures=[name for name in drawn if name not in own],
        pages=pages,
        load=rows.load(study),
        assumptions=rows.assumptions(study),
        claims=claims.beside(study),
        sure=rows.sure(study),
        again=rows.again(study),
    )
    return _UNPRINTABLE.sub("", text)


def _title(study: Study) -> str:
    names = [title(study, scenario) for scenario in pathways(study)]
    return " against ".join(names[::-1])


def _about(study: Study) -> str:
    meta = study.meta
    parts = [
        tidy(meta.get("place", "")),
        f"{meta['years']} years simulated" if meta.get("years") else "",
        f"from {tidy(meta['start_date'])}" if meta.get("start_date") else "",
        f"{sentences.replications(study)} replications" if sentences.replications(study) else "",
    ]
    return " · ".join(p for p in parts if p)


def _drawn(figures: tuple[Drawing, ...]) -> dict[str, dict]:
    """Every figure by its name, those of `FIGURE_ORDER` first."""
    drawn = {d.name: d for d in figures}
    order = [n for n in FIGURE_ORDER if n in drawn] + [n for n in drawn if n not in FIGURE_ORDER]
    return {
        d.name: {"name": d.name, "title": d.title, "sentence": d.sentence, "note": d.note, "svg": Markup(d.body)}
        for d in (drawn[n] for n in order)
    }
