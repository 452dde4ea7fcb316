"""A document as one HTML page that needs nothing else: no script, no request to anywhere."""

import re
from functools import cache
from itertools import count
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from sim.app.pages.document import WHOLE, Cell, Column, Document
from sim.app.pages.explained import marked, with_list

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

_SIGNED, _KEPT = re.compile(r"[+−]£[\d.,]+m?"), r'<span class="kept">\g<0></span>'
"""Pounds with a sign before them, which a browser would leave on the line above."""


def html_of(document: Document) -> str:
    """The same document always gives the same text."""
    if document.explained:
        document = with_list(document)
    text = _UNPRINTABLE.sub("", _template().render(document=document, number=count(1).__next__))
    return marked(text) if document.explained else text


@cache
def _template() -> jinja2.Template:
    environment = pages_in(Path(__file__).parent)
    environment.filters |= {"kind": lambda block: type(block).__name__, "look": _look, "cells": _cells}
    return environment.get_template("page.html.j2")


def pages_in(folder: Path) -> jinja2.Environment:
    """The templates of a folder, in which every value is told as text."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _look(column: Column, mark: str = "") -> Markup:
    """The class of a cell in that column, as an attribute."""
    names = ["n"] * column.number + ["whole"] * (column.fit == WHOLE) + [mark] * bool(mark)
    return Markup(f' class="{" ".join(names)}"') if names else Markup("")


def _head(column: Column) -> str:
    """Its heading as an attribute, which a narrow screen shows before the cell, the table being cards there."""
    words = ": ".join(part for part in (column.shared, column.words) if part)
    return f' data-head="{escape(words)}"' if words else ""


def _cells(row: tuple[str | Cell, ...], columns: tuple[Column, ...]) -> Markup:
    """The cells of a row, its name first. Not in the template: a report has ten thousand of them."""
    parts, place = [], 0
    named = len(columns) > 2
    for one in row:
        cell = one if isinstance(one, Cell) else Cell(one)
        tag, scope = ("td", "") if parts else ("th", ' scope="row"')
        across = f' colspan="{cell.across}"' if cell.across > 1 else ""
        note = f' <span class="note">{_SIGNED.sub(_KEPT, str(escape(cell.note)))}</span>' if cell.note else ""
        head = _head(columns[place]) if named and (parts or columns[place].number) else ""
        look = _look(columns[place], cell.mark or "inner" * cell.words.startswith(" "))
        parts.append(f"<{tag}{scope}{head}{look}{across}>{escape(cell.words)}{note}</{tag}>")
        place += cell.across
    return Markup("".join(parts))
