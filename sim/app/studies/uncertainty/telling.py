"""What uncertainty or sensitivity has to say: the whole as a page, the answer for the terminal."""

from dataclasses import dataclass
from pathlib import Path

from sim.analysis.figures.register import Drawing
from sim.analysis.words.plain import tidy
from sim.app.pages.document import FIRST, Bullets, CommandLine, Document, Section, Sentence, Table, figure_of, sentences

_FOOTER = (
    "Made by mskflow: a simulation of how people move through a pathway, not a forecast. A range is what the "
    "evidence leaves open "
    "for one number; that the pathway is drawn as it is, no range covers."
)


@dataclass(frozen=True)
class Telling:
    """`kind`: uncertainty or sensitivity; `headline`: the answer in a sentence; `sentences`: what belongs to it;
    `tables`: each with
    how many of its first rows are for the terminal."""

    kind: str
    title: str
    question: str
    about: str
    headline: str
    sentences: tuple[str, ...]
    tables: tuple[tuple[Table, int], ...]
    drawings: tuple[Drawing, ...]


def page_of(telling: Telling, command: str) -> Document:
    """All of it, with the figures."""
    figures = [figure_of(one) for one in telling.drawings]
    return Document(
        title=tidy(telling.title, 200),
        question=tidy(telling.question),
        about=telling.about,
        blocks=(Sentence(telling.headline, FIRST), Bullets(telling.sentences)),
        sections=(
            *(Section(f"figure-{one.name}", one.title, (one,)) for one in figures),
            *(
                Section(f"rows-{place}", table.caption, (table,) if table.rows else sentences(table.note, role="note"))
                for place, (table, _) in enumerate(telling.tables, 1)
            ),
            Section(
                "again",
                "Again",
                (
                    Sentence("This makes it again; more draws run only what is new:"),
                    CommandLine(tidy(command, 1000)),
                ),
            ),
        ),
        footer=_FOOTER,
    )


def in_short(telling: Telling, path: Path) -> Document:
    """The answer, the first rows of each table, what belongs to it, and where the rest lies."""
    return Document(
        blocks=(
            Sentence(telling.headline, FIRST),
            *(table.first(shown) for table, shown in telling.tables if shown and table.rows),
            *sentences(*telling.sentences, f"Tables, figures and page: {path}"),
        )
    )
