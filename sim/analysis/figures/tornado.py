"""Which parameters move an outcome most: a bar each, the longest on top. Not a figure of a study."""

import textwrap
from dataclasses import dataclass

import numpy as np

from sim.analysis.figures import style
from sim.analysis.figures.register import Drawer, Drawing, drawing

MOST = 15
_BAR = 0.29


@dataclass(frozen=True)
class Bar:
    """`words` of a parameter, its index with both ends of its interval, and `other`:
    a mark beside it (NaN for none)."""

    words: str
    value: float
    low: float
    high: float
    other: float


@dataclass(frozen=True)
class Tornado:
    """Bars in any order; what the axis and the other mark are; `sentence` says what is seen, `note` how it is read."""

    bars: tuple[Bar, ...]
    axis: str
    other: str
    sentence: str
    note: str


def tornado_picture(tornado: Tornado) -> Drawing:
    """As SVG, at most MOST bars."""
    return drawing(Drawer("tornado", "What moves the answer", _styled), tornado)


def _styled(tornado: Tornado):
    with style.styled():
        return _draw(tornado)


def _draw(tornado: Tornado):
    bars = sorted(tornado.bars, key=lambda bar: -bar.value)[:MOST]
    fig = style.canvas(tornado.sentence, tornado.note, _BAR * len(bars) + 0.9)
    ax = style.quiet(fig.add_subplot(style.grid(fig, 1, 1, left=3.0, right=0.35, top=0.32, bottom=0.5)[0]), "x")
    values, places = np.array([bar.value for bar in bars]), np.arange(len(bars))
    ax.barh(places, values, height=0.62, color=style.SCENARIO)
    for place, bar in zip(places, bars, strict=True):
        if np.isfinite([bar.low, bar.high]).all():
            ax.plot([bar.low, bar.high], [place, place], color=style.BASELINE, linewidth=2.2)
        style.label(
            ax,
            -0.015,
            place,
            "\n".join(textwrap.wrap(bar.words, 44, max_lines=1, placeholder="…")),
            ax.get_yaxis_transform(),
            size=style.SMALL,
        )
    marked = [(place, bar.other) for place, bar in zip(places, bars, strict=True) if np.isfinite(bar.other)]
    if marked:
        ax.plot(
            [other for _, other in marked],
            [place for place, _ in marked],
            "D",
            color=style.WARNING,
            markersize=5,
            markeredgecolor="white",
        )
    items = [("▬", style.BASELINE, style.BASELINE_INK, "95% interval")] + (
        [("◆", style.WARNING, style.WARNING, tornado.other)] if marked else []
    )
    style.key(fig, items, 0.1, 3.0)
    ax.set(ylim=(len(bars) - 0.4, -0.6), yticks=[], xlabel=tornado.axis)
    ax.set_xlim(left=min([0.0, *values.tolist(), *(other for _, other in marked)]))
    return fig
