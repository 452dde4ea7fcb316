"""Tables and sentences in the terminal, in 100 columns where nobody says how many there are."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDTH = 100


def console() -> Console:
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=WIDTH)


def say(text: str, style: str = "") -> None:
    """One line, however long; nothing in it is markup."""
    console().print(Text(text, style=style), soft_wrap=True)


def table(columns: dict[str, str], rows, title: str = "") -> None:
    """`columns`: heading -> how it is set: `right`, `whole` (never cut), or "" (cut where the terminal is narrow)."""
    made = Table(title=title or None, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, how in columns.items():
        made.add_column(name, justify="right" if "right" in how else "left", no_wrap=True, overflow="ellipsis" if not how else "fold",
                        min_width=None if not how else max([len(name), *(len(str(row[list(columns).index(name)])) for row in rows)]))
    for row in rows:
        made.add_row(*(Text(str(cell)) for cell in row))
    console().print(made)


def size(number: float) -> str:
    """Bytes in words: `512 B`, `3.4 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            return f"{number:,.0f} {unit}" if unit == "B" else f"{number:,.1f} {unit}"
        number /= 1000
    raise AssertionError


def ranges(numbers) -> str:
    """`0-19, 23`."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


def many(number: int, one: str, several: str = "") -> str:
    """`1 replication`, `3 replications`."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
