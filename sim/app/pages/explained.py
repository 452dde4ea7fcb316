"""What a page explains of its words: on the spot where a short form is first used, and all in a list at the end."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from html import escape
from itertools import chain

from sim.analysis.words.glossary import GLOSSARY, SHORT_FORMS, pattern
from sim.app.pages.document import CommandLine, Document, Facts, Section

TITLE = "Words and units"
_UNMARKED = r"<(?P<tag>svg|style|title|pre|caption|thead|a|dl)\b.*?</(?P=tag)>"
"""Where no word is marked: no text of the page, hidden on some screens, or explained there."""
_PIECES = re.compile(rf"({_UNMARKED}|<[^>]*>)", re.DOTALL)
_USED = re.compile(pattern(GLOSSARY).pattern, re.IGNORECASE)
_SHORT = pattern(SHORT_FORMS, escape)
_TITLES = {escape(one.word): escape(one.told) for one in SHORT_FORMS}


def with_list(document: Document) -> Document:
    """The same with a last section that explains the words that it uses."""
    used: set[str] = set()
    for text in _texts(document):
        used.update(map(str.lower, _USED.findall(text)))
    pairs = tuple((one.word, one.told) for one in GLOSSARY if one.word.lower() in used)
    if not pairs:
        return document
    return replace(
        document, sections=(*document.sections, Section("words", TITLE, (Facts(pairs),), "Words", folded=True))
    )


def _texts(part) -> Iterator[str]:
    """All that a part of a document says, without what is typed and drawn."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        yield from chain.from_iterable(map(_texts, part))
    elif is_dataclass(part) and not isinstance(part, CommandLine):
        for one in fields(part):
            if one.name not in ("svg", "file"):
                yield from _texts(getattr(part, one.name))


def marked(html: str) -> str:
    """The page with the first use of every short form in each section as `<abbr>` with what it means."""
    told: set[str] = set()

    def explained(found: re.Match[str]) -> str:
        word = found[1]
        if word in told:
            return word
        told.add(word)
        return f'<abbr title="{_TITLES[word]}">{word}</abbr>'

    parts, last = [], 0
    for piece in _PIECES.finditer(html):
        text = html[last : piece.start()]
        parts.append(_SHORT.sub(explained, text) if text.strip() else text)
        if piece[0].startswith("<section"):
            told.clear()
        parts.append(piece[0])
        last = piece.end()
    return "".join((*parts, html[last:]))
