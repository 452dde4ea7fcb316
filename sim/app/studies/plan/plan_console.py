"""What a person sees in the terminal."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.app.studies.plan import plan_words as words
from sim.app.studies.plan.answer import Answer

WIDTH = 132


def print_answer(answer: Answer, path: Path) -> None:
    """The plan, what it buys, how sure that is, and where the rest lies."""
    console = Console(highlight=False)
    console = console if console.is_terminal else Console(highlight=False, width=WIDTH)

    def say(text: str, style: str = "") -> None:
        console.print(Text(text, style=style), soft_wrap=True)

    console.print()
    if answer.problem.terms.question or answer.problem.terms.title:
        say(answer.problem.terms.question or answer.problem.terms.title, "bold")
    say(words.headline(answer), "bold")
    rows = words.steps(answer)
    if rows:
        table = _table(
            "The plan" if answer.met else "The nearest plan",
            ("Who", "Where", "What", "today", "plan", "from", "£ a year"),
            right=(3, 4, 6),
        )
        for row in rows:
            table.add_row(
                *map(
                    Text,
                    (
                        row.who,
                        row.where,
                        row.what,
                        f"{row.before:g}",
                        f"{row.after:g}",
                        row.starts,
                        words.pounds(row.cost),
                    ),
                )
            )
        console.print(table)
    table = _table(
        "What it buys, in fresh replications (mean and its 95% interval)",
        ("Target", "wanted", "today", "plan", "plan, 5% more people"),
        right=(),
    )
    for row in words.reached(answer):
        table.add_row(*map(Text, (row.target, row.wanted, row.before, row.after, row.if_more)))
    console.print(table)
    for text in (
        words.confidence(answer),
        words.more_demand(answer),
        words.dated(answer),
        words.beside(answer),
        words.part(answer),
        words.effort(answer),
    ):
        if text:
            say(text)
    say(f"Plan, frontier and page: {path}")


def _table(title: str, columns, right) -> Table:
    table = Table(title=title, title_justify="left", pad_edge=False)
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place in right else "left")
    return table
