"""report.html: the story as one page, with nothing from the network."""

import re
from dataclasses import asdict
from pathlib import Path

import jinja2
from markupsafe import Markup

from sim.analysis.words.labels import tidy
from sim.app.studies.uncertainty.uncertainty_story import Story

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def render(story: Story, command: str) -> str:
    """The page as HTML. The same story always gives the same text."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    figures = [
        {"title": one.title, "sentence": one.sentence, "note": one.note, "svg": Markup(one.body)}
        for one in story.drawings
    ]
    text = environment.get_template("page.html.j2").render(
        title=tidy(story.title, 200),
        question=tidy(story.question),
        about=story.about,
        headline=story.headline,
        sentences=story.sentences,
        tables=[asdict(table) for table in story.tables],
        figures=figures,
        command=tidy(command, 1000),
    )
    return _UNPRINTABLE.sub("", text)
