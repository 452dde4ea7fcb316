"""What a person sees in the terminal."""

from pathlib import Path

from rich.console import Console
from rich.table import Table as Shown
from rich.text import Text

from sim.app.studies.uncertainty.uncertainty_story import Story

WIDTH = 132


def print_story(story: Story, path: Path) -> None:
    """The answer, the first rows of each table, what belongs to it, and where the rest lies."""
    console = Console(highlight=False)
    console = console if console.is_terminal else Console(highlight=False, width=WIDTH)

    def say(text: str, style: str = "") -> None:
        console.print(Text(text, style=style), soft_wrap=True)

    console.print()
    say(story.headline, "bold")
    for table in story.tables:
        if table.shown and table.rows:
            shown = Shown(title=table.title, title_justify="left", pad_edge=False)
            for place, name in enumerate(table.head):
                shown.add_column(name, justify="right" if place in table.right else "left")
            for row in table.rows[: table.shown]:
                shown.add_row(*map(Text, row))
            console.print(shown)
    for text in story.sentences:
        say(text)
    say(f"Tables, figures and page: {path}")
