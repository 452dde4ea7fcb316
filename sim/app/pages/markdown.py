"""A document as Markdown, its figures by the names of their files."""

import re

from sim.app.pages.document import (
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
    words_of,
)


def markdown_of(document: Document) -> str:
    """The same document always gives the same text."""
    lines = [f"# {_plain(document.title)}", ""] if document.title else []
    for words in (document.question, document.about):
        lines += [_plain(words), ""] if words else []
    for block in document.blocks:
        lines += _block(block, "")
    for section in document.sections:
        lines += [f"## {_plain(section.title)}", ""] if section.title else []
        for block in section.blocks:
            lines += _block(block, section.title)
    return "\n".join(lines)


def _block(block: Block, above: str) -> list[str]:
    """The lines of one block, the last of them empty; `above`: the heading over it, which need not be said again."""
    match block:
        case Sentence(words):
            return [_plain(words), ""]
        case Heading(words):
            return [f"### {_plain(words)}", ""]
        case Bullets(items):
            return [*(f"- {_plain(item)}" for item in items), ""]
        case Facts(pairs):
            return [*(f"- {_plain(name)}: {_plain(words)}" for name, words in pairs), ""]
        case CommandLine(words):
            return ["```sh", " ".join(words.split()), "```", ""]
        case Figure(title=title, file=file):
            return [f"![{_plain(title)}]({file})", ""] if file else []
        case Fold(words, blocks):
            return [f"### {_plain(words)}", "", *(line for one in blocks for line in _block(one, words))]
        case Table():
            return _table(block, above)


def _table(table: Table, above: str) -> list[str]:
    marks = "|".join("---:" if column.number else "---" for column in table.columns)
    heads = [f"{column.shared}: {column.words}" if column.shared else column.words for column in table.columns]
    return [
        *([f"### {_plain(table.caption)}", ""] if table.caption and table.caption != above else []),
        _row(heads),
        f"|{marks}|",
        *(_row(_cells(row)) for row in (*table.rows, table.foot) if row),
        "",
        *([_plain(table.note), ""] if table.note else []),
    ]


def _cells(row) -> list[str]:
    """The words of a row, with empty cells after one that is wider than one."""
    return [words for cell in row for words in (words_of(cell), *[""] * (getattr(cell, "across", 1) - 1))]


def _row(cells) -> str:
    return f"| {' | '.join(map(_plain, cells))} |"


def _plain(words: str) -> str:
    """Words that a reader of Markdown shows as they are."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(words.split()))
