"""A document on the terminal, as wide as that is; in a pipe or a file, in lines that other programs can read."""

import sys
from collections.abc import Iterator

from rich.cells import cell_len

from sim.app.machine import spelled
from sim.app.pages.document import (
    FIRST,
    MISSED,
    WARNING,
    Block,
    Bullets,
    CommandLine,
    Document,
    Facts,
    Figure,
    Fold,
    Heading,
    Sentence,
    Table,
)
from sim.app.pages.terminal_table import Line, table_lines, wrapped
from sim.domain.faults import printable

WIDTH = 132
"""Columns of a table where nobody says how many there are."""
_STYLES = {FIRST: "bold", MISSED: "bold", WARNING: "yellow"}


def to_terminal(document: Document, width: int = WIDTH) -> None:
    """On standard output. `width`: of tables, where it is no terminal; there a sentence is one line, however long."""
    console = _console()
    room = console.width if console else width
    for line in lines_of(document, room, wrap=console is not None):
        if console is None:
            print(_spelled("".join(words for words, _ in line)).rstrip())
        else:
            from rich.text import Text

            console.print(Text.assemble(*((_spelled(words), style) for words, style in line)), soft_wrap=True)


def say(words: str, role: str = "") -> None:
    """One sentence, as soon as it is known."""
    to_terminal(Document(blocks=(Sentence(words, role),)))


def lines_of(document: Document, width: int, wrap: bool) -> Iterator[Line]:
    """Spans of words and style. `wrap`: sentences too are broken at `width`, and tables without room told by row."""
    blocks: list[Block] = [Sentence(words, FIRST) for words in (document.title, document.question) if words]
    blocks += [Sentence(document.about)] if document.about else []
    blocks += document.blocks
    for section in document.sections:
        alike = section.blocks and isinstance(section.blocks[0], Table) and section.blocks[0].caption == section.title
        blocks += [*([Heading(section.title)] if section.title and not alike else []), *section.blocks]
    begun = False
    for block in blocks:
        for line in _lines(block, width, wrap, begun):
            yield line
            begun = True


def _lines(block: Block, width: int, wrap: bool, apart: bool) -> Iterator[Line]:
    """`apart`: something stands above, so that a table or a heading has an empty line over it."""
    room = width if wrap else None
    match block:
        case Sentence(words, role):
            yield from _sentence(words, _STYLES.get(role, ""), room)
        case Heading(words):
            yield from [()] * apart
            yield from _sentence(words, "bold", room)
        case Bullets(items):
            for item in items:
                yield from _sentence(item, "", room, "- ")
        case Facts(pairs):
            yield from _facts(pairs)
        case CommandLine(words):
            yield ((f"  {printable(words)}", ""),)
        case Fold(words, blocks):
            yield from _lines(Heading(words), width, wrap, apart)
            for one in blocks:
                yield from _lines(one, width, wrap, True)
        case Table():
            yield from [()] * apart
            yield from table_lines(block, width, wrap)
            if block.note:
                yield from _sentence(block.note, "", room)
        case Figure():
            return


def _facts(pairs: tuple[tuple[str, str], ...]) -> Iterator[Line]:
    """Names above each other, and their words."""
    broad = max((cell_len(printable(name)) for name, _ in pairs), default=0)
    for name, words in pairs:
        known = printable(name)
        yield ((f"  {known}{' ' * (broad - cell_len(known))}  {printable(words)}", ""),)


def _sentence(words: str, style: str, width: int | None, mark: str = "") -> Iterator[Line]:
    said = printable(words)
    lines = [said] if width is None else wrapped(said, max(width - len(mark), 1))
    for place, line in enumerate(lines):
        yield ((f"{mark if not place else ' ' * len(mark)}{line}", style),)


def _console():
    """That of rich on a terminal; None in a pipe or a file, where neither colours nor its import are of use."""
    if not sys.stdout.isatty():
        return None
    from rich.console import Console

    return Console(highlight=False)


def _spelled(words: str) -> str:
    """The same in the letters that standard output has."""
    return spelled(words, getattr(sys.stdout, "encoding", None) or "utf-8")
