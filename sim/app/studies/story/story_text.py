"""A story's page as the terminal shows it, and as Markdown."""

import re

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from sim.app.pages.console import WIDTH
from sim.app.studies.story.story_page import Heading, Says, Table


def show(page: list, console: Console | None = None) -> None:
    """On stdout, as wide as the terminal."""
    if console is None:
        console = Console(highlight=False)
        console = console if console.is_terminal else Console(highlight=False, width=WIDTH)
    for block in page:
        if isinstance(block, Table):
            console.print()
            console.print(_grid(block))
        elif isinstance(block, Heading):
            console.print()
            console.print(Text(block.words, style="bold"))
        else:
            console.print(Text(block.words))


def _grid(table: Table) -> Grid:
    grid = Grid(title=Text(table.title, style="bold"), title_justify="left", pad_edge=False)
    for place, name in enumerate(table.columns):
        grid.add_column(Text(name), justify="right" if place in table.right else "left", overflow="fold")
    for row in table.rows:
        grid.add_row(*(Text(cell) for cell in row))
    return grid


def markdown(page: list, picture: str) -> str:
    """The page as Markdown, with the picture under the first sentences."""
    lines, pictured = [], False
    for block in page:
        if isinstance(block, Heading):
            lines += [f"# {_plain(block.words)}", ""]
        elif isinstance(block, Says):
            lines += [_plain(block.words), ""]
        else:
            if not pictured:
                lines, pictured = [*lines, f"![Both journeys as a timeline]({picture})", ""], True
            marks = ["---:" if place in block.right else "---" for place in range(len(block.columns))]
            lines += [
                f"## {_plain(block.title)}",
                "",
                _row(block.columns),
                f"|{'|'.join(marks)}|",
                *map(_row, block.rows),
                "",
            ]
    return "\n".join(lines)


def _row(cells) -> str:
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _plain(words: str) -> str:
    """Words that a reader of Markdown shows as they are."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(words.split()))


__all__ = ["Says", "markdown", "show"]
