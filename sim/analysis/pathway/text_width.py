"""How much room a text takes on paper, and its lines: each word is measured once, and texts are added up from words.

Kerning and ligatures are between neighbours, and a word's neighbours are spaces, so the sum is exact; to lay out every
text that is tried while lines are broken was most of what a report cost.
"""

from functools import lru_cache
from math import inf
from typing import NamedTuple

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font
from matplotlib.path import Path
from matplotlib.textpath import text_to_path

_POINTS_AN_INCH = 72


class _Word(NamedTuple):
    """A word between spaces, in points at the font's scale from the space before it:
    its pen, its ink, the space after."""

    begins: float
    left: float
    right: float
    after: float


@lru_cache(maxsize=4096)
def wide(text: str, size: float, bold: bool = False) -> float:
    """Inches that the ink of a text takes."""
    words = [_word(part, bold) for part in text.split(" ")]
    left, right, at = inf, -inf, -words[0].begins
    for word in words:
        left, right, at = min(left, at + word.left), max(right, at + word.right), at + word.after
    scale = size / text_to_path.FONT_SCALE
    return (right * scale - left * scale) / _POINTS_AN_INCH if right > left else 0.0


@lru_cache(maxsize=4096)
def _word(word: str, bold: bool) -> _Word:
    font, outlines = _font(bold)
    marks, _, _ = text_to_path.get_glyphs_with_font(font, f" {word} ", outlines)
    ink = [(x, *_ink(glyph, bold)) for glyph, x, _, _ in marks]
    begins, after = marks[1][1], marks[-1][1]
    return _Word(begins, min(x + left for x, left, _ in ink), max(x + right for x, _, right in ink), after)


@lru_cache(maxsize=4096)
def _ink(glyph: str, bold: bool) -> tuple[float, float]:
    """Left and right end of a glyph's outline; of one without, nothing."""
    corners, codes = _font(bold)[1][glyph]
    box = Path(corners, codes).get_extents() if len(corners) else None
    return (inf, -inf) if box is None else (box.x0, box.x1)


@lru_cache(maxsize=2)
def _font(bold: bool) -> tuple[FT2Font, dict]:
    """A font of our own, whose size nobody else sets, and the outlines of its glyphs that have been met."""
    font = FT2Font(findfont(FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")))
    font.set_size(text_to_path.FONT_SCALE, text_to_path.DPI)
    return font, {}


def wrapped(text: str, width: float, size: float, lines: int, bold: bool = False) -> list[str]:
    """The text on at most so many lines, cut with an ellipsis where it is too long."""
    found, rest = [], text.split(" ") if text else []
    while rest and len(found) < lines:
        line = rest.pop(0)
        while rest and wide(f"{line} {rest[0]}", size, bold) <= width:
            line += f" {rest.pop(0)}"
        found.append(line)
    if rest:
        found[-1] += "…"
    return [cut(line, width, size, bold) for line in found]


def cut(line: str, width: float, size: float, bold: bool) -> str:
    """The line, shortened with an ellipsis where it is wider than `width`."""
    if wide(line, size, bold) <= width:
        return line
    while len(line) > 1 and wide(f"{line}…", size, bold) > width:
        line = line[:-1].rstrip("… ")
    return f"{line}…"
