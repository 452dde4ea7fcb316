"""A table in lines of one width: numbers to the right and whole, words on as many lines as they need."""

from collections.abc import Iterator
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size

from sim.app.pages.document import BETTER, CUT, TIGHT, WHOLE, WORSE, Cell, Column, Table, words_of
from sim.domain.faults import printable

Line = tuple[tuple[str, str], ...]
"""Spans of a line: (words, style)."""
STYLES = {BETTER: "green", WORSE: "red", TIGHT: "yellow"}
_GAP, _NARROWEST = 2, 12


def table_lines(table: Table, width: int, told_by_row: bool) -> Iterator[Line]:
    """`told_by_row`: where it has no room in `width` columns, each row is told as lines of `heading: words`;
    otherwise it is wider.
    """
    rows = [_cells(row) for row in (*table.rows, *([table.foot] if table.foot else []))]
    widths = _widths(table.columns, rows, width)
    if table.caption:
        said = printable(table.caption)
        yield from (((line, "bold"),) for line in (wrapped(said, width) if told_by_row else [said]))
    if told_by_row and _across(widths) > width:
        yield from _by_row(table.columns, rows, width)
        return
    if any(column.shared for column in table.columns):
        yield _shared(table, widths)
    heads = [Cell(column.words) for column in table.columns]
    yield from _laid(heads, table.columns, widths, "bold")
    for place, row in enumerate(rows):
        yield from _laid(
            row, table.columns, widths, "bold" if place in table.chosen or place == len(table.rows) else ""
        )


def wrapped(words: str, width: int) -> list[str]:
    """Lines of at most `width` columns, broken between words, and inside one only where it is longer than that."""
    bare = words.lstrip()
    if len(words) - len(bare) in range(1, width):
        indent = words[: -len(bare)] if bare else ""
        return [indent + line for line in wrapped(bare, width - len(indent))]
    lines = [""]
    for word in words.split(" "):
        line = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(line) <= width:
            lines[-1] = line
            continue
        if lines[-1]:
            lines.append("")
        while cell_len(word) > width:
            part = _beginning(word, width)
            lines[-1:] = [part, ""]
            word = word[len(part) :]
        lines[-1] = word
    return lines


def _beginning(word: str, width: int) -> str:
    """As many of its letters as have room, at least one."""
    size = 1
    while size < len(word) and cell_len(word[: size + 1]) <= width:
        size += 1
    return word[:size]


def _cells(row) -> list[Cell]:
    return [cell if isinstance(cell, Cell) else Cell(cell) for cell in row]


def _widths(columns: tuple[Column, ...], rows: list[list[Cell]], width: int) -> list[int]:
    """Of each column: what it needs, less what those of words can spare, the broadest first."""
    cells: list[list[str]] = [[] for _ in columns]
    for row in rows:
        place = 0
        for cell in row:
            if cell.across == 1:
                cells[place].append(printable(words_of(cell)))
            place += cell.across
    widths = [max(map(cell_len, (printable(c.words), *own)), default=0) for c, own in zip(columns, cells, strict=True)]
    least = [_least(column, own, broad) for column, own, broad in zip(columns, cells, widths, strict=True)]
    while _across(widths) > width:
        spare = [place for place, broad in enumerate(widths) if broad > least[place]]
        if not spare:
            break
        widths[max(spare, key=lambda place: widths[place])] -= 1
    return widths


def _least(column: Column, cells: list[str], width: int) -> int:
    """How narrow a column may become."""
    if column.fit == CUT:
        return min(width, _NARROWEST)
    head = max(map(cell_len, printable(column.words).split(" ")))
    own = max(map(cell_len, cells), default=0)
    return max(head, own if column.fit == WHOLE else min(own, _NARROWEST))


def _across(widths: list[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _shared(table: Table, widths: list[int]) -> Line:
    """The upper row of headings, each over the middle of its columns."""
    parts, place = [], 0
    for column, across in table.groups:
        broad = _across(widths[place : place + max(across, 1)])
        words = printable(column.shared) if across else ""
        parts.append(set_cell_size(words, broad) if cell_len(words) > broad else _centred(words, broad))
        place += max(across, 1)
    return (((" " * _GAP).join(parts), "bold"),)


def _centred(words: str, width: int) -> str:
    left = (width - cell_len(words)) // 2
    return " " * left + words + " " * (width - cell_len(words) - left)


def _laid(row: list[Cell], columns: tuple[Column, ...], widths: list[int], style: str) -> Iterator[Line]:
    """One row, on as many lines as its longest cell needs."""
    parts, places = [], []
    place = 0
    for cell in row:
        broad = _across(widths[place : place + cell.across])
        words = printable(words_of(cell))
        cut = columns[place].fit == CUT and cell_len(words) > broad
        parts.append([set_cell_size(words, broad - 1) + "…"] if cut else wrapped(words, broad))
        places.append((broad, columns[place].number and cell.across == 1, STYLES.get(cell.mark, style)))
        place += cell.across
    for line in zip_longest(*parts, fillvalue=""):
        spans: list[tuple[str, str]] = []
        for words, (broad, right, own) in zip(line, places, strict=True):
            room = " " * (broad - cell_len(words))
            spans += [(room + words if right else words + room, own), (" " * _GAP, "")]
        yield tuple(spans[:-1])


def _by_row(columns: tuple[Column, ...], rows: list[list[Cell]], width: int) -> Iterator[Line]:
    for row in rows:
        place = 0
        for cell in row:
            column, words = columns[place], printable(words_of(cell))
            head = printable(" ".join(part for part in (column.shared, column.words) if part))
            if words:
                lines = wrapped(f"{head}: {words}" if place and head else words, width - 2 * bool(place))
                yield from (((f"{'  ' * bool(place)}{line}", STYLES.get(cell.mark, "")),) for line in lines)
            place += cell.across
