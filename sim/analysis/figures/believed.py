"""What is believed of a few indicators: every draw as a mark, over the range that takes in 95% of them.
Not a figure of a study."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.figures import style
from sim.analysis.figures.register import Drawer, Drawing, drawing
from sim.analysis.words.amounts import size
from sim.analysis.words.indicator import about

MOST = 6
_PANEL = 0.95


@dataclass(frozen=True)
class Belief:
    """One indicator: its words, the difference of each draw that is known (draws,), their mean, and the 95% range with
    the noise of replications taken out; NaN or infinite where a time is long in some draw."""

    kpi: str
    words: str
    draws: np.ndarray
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Believed:
    beliefs: tuple[Belief, ...]
    sentence: str
    note: str


def believed_picture(believed: Believed) -> Drawing:
    """As SVG, at most MOST indicators."""
    return drawing(Drawer("believed", "What we believe possible", _styled), believed)


def _styled(believed: Believed):
    with style.styled():
        return _draw(believed)


def _draw(believed: Believed):
    shown = believed.beliefs[:MOST]
    fig = style.canvas(believed.sentence, believed.note, _PANEL * len(shown) + 0.35)
    spec = style.grid(fig, len(shown), 1, left=0.2, right=0.3, top=0.34, bottom=0.35, hspace=1.75)
    for row, one in enumerate(shown):
        ax = style.quiet(fig.add_subplot(spec[row]), "x")
        _strip(ax, one)
    return fig


def _strip(ax, one: Belief):
    like = about(one.kpi)
    values, ends = one.draws * like.factor, [one.low * like.factor, one.high * like.factor]
    mean = size(one.kpi, one.mean) if np.isfinite(one.mean) else "mean not known"
    ax.set_title(f"{style.wrap(one.words, 78, 1)}: {mean}", color=style.INK)
    ax.axvline(0, color=style.INK, linewidth=1)
    if np.isfinite(ends).all():
        ax.plot(ends, [0, 0], color=style.BANDS[1], linewidth=9, solid_capstyle="butt", alpha=0.7)
    height = np.resize([0.0, 0.16, -0.16, 0.08, -0.08], len(values))  # apart, so that equal draws can be counted
    ax.plot(values, height, "o", color=style.SCENARIO, alpha=0.5, markersize=3.4, markeredgewidth=0)
    ax.plot([one.mean * like.factor], [0], "D", color=style.WARNING, markersize=6, markeredgecolor="white")
    ax.set(ylim=(-0.5, 0.5), yticks=[])
    ax.margins(x=0.06)
