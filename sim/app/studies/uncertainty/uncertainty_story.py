"""What a command has to say, for the terminal and the page alike."""

from dataclasses import dataclass

from sim.analysis.figures.register import Drawing


@dataclass(frozen=True)
class Table:
    """`rows` of text under `head`; columns in `right` are numbers; the first `shown` rows go to the terminal."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()
    note: str = ""
    shown: int = 0


@dataclass(frozen=True)
class Story:
    """`headline`: the answer in a sentence; `sentences`: what belongs to it."""

    title: str
    question: str
    about: str
    headline: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    drawings: tuple[Drawing, ...]
