"""What is told, whoever shows it: a document of sections, and what stands in them.

`html`, `markdown` and `terminal` each show one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.analysis.figures.register import Drawing

FIRST, MISSED, FINDING, NOTE, WARNING = "first", "missed", "finding", "note", "warning"
"""Roles of a sentence: the answer; an answer that is a failure; what was found; small print; what to beware of."""
BETTER, WORSE, TIGHT = "better", "worse", "tight"
"""Marks of a cell; its words say the same, so that nothing is told by colour alone."""
WRAP, WHOLE, CUT = "wrap", "whole", "cut"
"""How a column of words bears a screen that is too narrow: on more lines, not at all, or cut."""
BOX, PAGE, GLANCE = "box", "page", "glance"
"""Looks of a section: set apart from the others, or a page of its own in print; the first, which is one sheet of A4."""


@dataclass(frozen=True)
class Heading:
    """Inside a section."""

    words: str


@dataclass(frozen=True)
class Sentence:
    """One or several sentences that belong together."""

    words: str
    role: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list, without an order."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What is said of each name: (name, words)."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CommandLine:
    """To be typed, as it stands."""

    words: str


@dataclass(frozen=True)
class Column:
    """`number`: set to the right. `shared`: a heading over it and its neighbours that have the same."""

    words: str
    number: bool = False
    shared: str = ""
    fit: str = WRAP


def numbers(words: str, shared: str = "") -> Column:
    """A column of numbers, which are never broken."""
    return Column(words, True, shared, WHOLE)


@dataclass(frozen=True)
class Cell:
    """Words that are more than words: with a mark, with small print after them, or over `across` columns."""

    words: str
    mark: str = ""
    note: str = ""
    across: int = 1


@dataclass(frozen=True)
class Table:
    """Rows with a cell for every column; the first names its row. `chosen`: rows set apart, by place."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | Cell, ...], ...]
    foot: tuple[str | Cell, ...] = ()
    note: str = ""
    chosen: frozenset[int] = frozenset()

    @property
    def groups(self) -> list[tuple[Column, int]]:
        """The upper row of headings where some are shared: each with the columns that it spans, 0 for one alone."""
        found: list[tuple[Column, int]] = []
        for column in self.columns if any(c.shared for c in self.columns) else ():
            if not column.shared:
                found.append((column, 0))
            elif found and found[-1][1] and found[-1][0].shared == column.shared:
                found[-1] = (found[-1][0], found[-1][1] + 1)
            else:
                found.append((column, 1))
        return found

    def first(self, count: int) -> "Table":
        """The same with its first rows alone, and without its small print."""
        return replace(self, rows=self.rows[:count], note="")


@dataclass(frozen=True)
class Figure:
    """`svg`: its drawing; `file`: where it lies beside the document, for those that cannot hold it. `pause`: the words
    of a box that stops it, of one that moves."""

    name: str
    title: str
    sentence: str = ""
    note: str = ""
    svg: str = ""
    file: str = ""
    pause: str = ""


@dataclass(frozen=True)
class Fold:
    """Shown when asked for, under its words. `count`: how much there is."""

    words: str
    blocks: tuple["Block", ...]
    count: str = ""


Block = Heading | Sentence | Bullets | Facts | CommandLine | Table | Figure | Fold


@dataclass(frozen=True)
class Section:
    """`name`: its anchor; `short`: its words in the contents, and its label where it has no title. `folded`: shown when
    asked for, under its title, and printed only then."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    short: str = ""
    look: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Document:
    """`blocks` come before the sections. `contents`: the label of a list of the sections, `footer`: the end, of a
    page. `explained`: as a page, with a list of the words that it uses at its end."""

    title: str = ""
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    question: str = ""
    about: str = ""
    contents: str = ""
    footer: str = ""
    explained: bool = True


def words_of(cell: str | Cell) -> str:
    """What a cell says, with its small print."""
    return cell if isinstance(cell, str) else f"{cell.words} {cell.note}".rstrip()


def sentences(*words: str, role: str = "") -> tuple[Sentence, ...]:
    """Each as a sentence of its own; what is empty is left out."""
    return tuple(Sentence(one, role) for one in words if one)


def bullets(items: Iterable[str]) -> tuple[Bullets, ...]:
    """The list, or nothing where it is empty."""
    kept = tuple(one for one in items if one)
    return (Bullets(kept),) if kept else ()


def figure_of(drawing: "Drawing") -> Figure:
    """A drawing of the analysis as a block."""
    return Figure(drawing.name, drawing.title, drawing.sentence, drawing.note, drawing.body)
