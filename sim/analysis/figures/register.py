"""The register of figures: a figure is one decorated function from a Study to a Figure, or to None if there is
nothing to draw."""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from html import escape
from io import BytesIO, StringIO

from matplotlib.figure import Figure

from sim.analysis.figures import style
from sim.analysis.reading.tables import Study

FIGURES: dict[str, "Drawer"] = {}
"""name -> drawer, filled while the modules of this package are imported and not afterwards."""


@dataclass(frozen=True)
class Drawer:
    name: str
    title: str
    draw: Callable[[Study], Figure | None]


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG. `title` names it, `sentence` says what it shows, `note` how it is read.

    `svg` stands alone; `body` is the same without sentence and note, for a page that has them as text.
    """

    name: str
    title: str
    sentence: str
    note: str
    svg: str
    body: str


def figure(name: str, title: str):
    """Registers a function Study -> Figure (or None) under a name."""

    def register(draw):
        @wraps(draw)
        def in_style(study: Study) -> Figure | None:
            with style.styled():
                return draw(study)

        if name in FIGURES:
            raise ValueError(f"two figures are called {name}")
        FIGURES[name] = Drawer(name, title, in_style)
        return in_style

    return register


def drawing(drawer: Drawer, study: Study) -> Drawing | None:
    """The figure of that study as SVG."""
    fig = drawer.draw(study)
    if fig is None:
        return None
    sentence, note = style.sentence(fig), style.note(fig)
    text = StringIO()
    for axis in (one for ax in fig.axes for one in (ax.xaxis, ax.yaxis)):
        if not axis.get_label_text():
            axis.set_label_coords(0, 0)  # or its place is looked for, beside every tick's words, for no words at all
    with style.styled(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        fig.savefig(text, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    marks = _own_marks(text.getvalue(), drawer.name)
    width, height = (72 * x for x in (fig.get_figwidth(), fig.get_figheight()))
    above, below = (72 * x for x in style.margins(fig))
    return Drawing(
        drawer.name,
        drawer.title,
        sentence,
        note,
        _root(marks, drawer.name, sentence, width, 0, height),
        _root(marks, drawer.name, sentence, width, above - 4, height - above - below + 8),
    )


def png(drawer: Drawer, study: Study) -> bytes | None:
    """The figure of that study as PNG; None where there is nothing to draw."""
    fig = drawer.draw(study)
    if fig is None:
        return None
    data = BytesIO()
    with style.styled(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        fig.savefig(data, format="png", dpi=200, metadata={"Software": None})
    return data.getvalue()


def _own_marks(svg: str, name: str) -> str:
    """What is inside the root, with every id made this figure's own and fonts that any machine has."""
    inner = re.search(r"<svg\b[^>]*>(.*)</svg>\s*$", svg, re.DOTALL).group(1)
    inner = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", inner, flags=re.DOTALL)

    def own(tag):
        line = re.sub(r'(\sid=")', rf"\1{name}-", tag.group(0))
        line = re.sub(r'(href="#|url\(#)', rf"\1{name}-", line)
        line = re.sub(r"(\.\d\d)\d+", r"\1", line)
        return re.sub(r"'DejaVu Sans'", "Arial, Helvetica, 'DejaVu Sans', sans-serif", line)

    return re.sub(r"<[a-zA-Z][^>]*>", own, inner).strip()


def _root(marks: str, name: str, sentence: str, width: float, top: float, height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" class="{name}" '
        f'width="{width:.0f}pt" height="{height:.0f}pt" viewBox="0 {top:.1f} {width:.1f} {height:.1f}" '
        f'role="img" aria-label="{escape(sentence)}" stroke-linejoin="round" stroke-linecap="butt">\n{marks}\n</svg>\n'
    )
