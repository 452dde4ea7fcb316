"""Tables and sentences in the terminal, in 100 columns where nobody says how many there are."""

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

WIDTH = 100
_NARROWEST = 12


def console() -> Console:
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=WIDTH)


def say(text: str, style: str = "") -> None:
    """One line, however long; nothing in it is markup."""
    console().print(Text(one_line(text), style=style), soft_wrap=True)


def table(columns: dict[str, str], rows, title: str = "", gap: int = 2) -> None:
    """`columns`: heading -> how it is set: `right`, `whole` (never cut), or "" (cut where there is no room, the last one first)."""
    cells = [list(columns), *([one_line(str(cell)) for cell in row] for row in rows)]
    widths = [max(cell_len(row[place]) for row in cells) for place in range(len(columns))]
    loose = [place for place, how in enumerate(columns.values()) if not how]
    for place in reversed(loose):
        too_much = sum(widths) + gap * (len(widths) - 1) - console().width
        widths[place] = max(widths[place] - max(too_much, 0), min(widths[place], _NARROWEST))
    if title:
        say(title)
    for number, row in enumerate(cells):
        parts = [
            _set(cell, width, "right" in how) for cell, width, how in zip(row, widths, columns.values(), strict=True)
        ]
        say((" " * gap).join(parts).rstrip(), "" if number else "bold")


def one_line(text: str) -> str:
    """What is printed of a text from a file: no line end, and nothing that moves the cursor."""
    return "".join(c if c.isprintable() else " " for c in text)


def _set(text: str, width: int, right: bool) -> str:
    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + "…"
    space = " " * (width - cell_len(text))
    return space + text if right else text + space


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
