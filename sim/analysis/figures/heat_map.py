"""Two settings, one indicator: a cell a point with its value, the contour of the target, and which points meet it."""

import math

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patheffects import withStroke

from sim.analysis.figures import style
from sim.analysis.figures.register import Drawer, Drawing, drawing
from sim.analysis.figures.swept_words import TARGET, in_words, interval_text, key_of, note, sentence
from sim.analysis.statistics.swept import CERTAIN, PERHAPS, Swept
from sim.analysis.words.amounts import number
from sim.analysis.words.indicator import LOWER, about

_SHADES = LinearSegmentedColormap.from_list("waits", ["#F4F8FB", *style.BANDS])
_CELL, _HIGHEST = 0.62, 6.5
_WIDE, _NARROW = 7, 12
"""As many columns have room for intervals; more than the second have none for values."""


def heat_map(swept: Swept) -> Drawing | None:
    """The picture, if the points are a grid of two numeric settings: at most one in a cell, and most cells taken."""
    return drawing(Drawer("heat_map", "The indicator over two settings", _styled), swept) if is_grid(swept) else None


def is_grid(swept: Swept) -> bool:
    if len(swept.factors) != 2 or not all(factor.numeric for factor in swept.factors):
        return False
    cells = list(zip(*(factor.values for factor in swept.factors), strict=True))
    size = math.prod(len(set(factor.values)) for factor in swept.factors)
    return (
        len(set(cells)) == len(cells)
        and len(cells) > size / 2
        and all(len(set(factor.values)) > 1 for factor in swept.factors)
    )


def _styled(swept: Swept):
    with style.styled():
        return _draw(swept)


def _draw(swept: Swept):
    across, up = swept.factors
    xs, ys = sorted(set(across.values)), sorted(set(up.values))
    height = min(_CELL * len(ys), _HIGHEST)
    uneven = any(len({round(b - a, 9) for a, b in zip(steps, steps[1:], strict=False)}) > 1 for steps in (xs, ys))
    fig = style.canvas(
        sentence(swept),
        note(
            swept,
            "The darker, the higher. The line of the target runs between the means, as if they changed evenly from "
            "cell to cell." + (" Cells are of one size, whatever the step." if uneven else ""),
        ),
        height + 1.0,
    )
    key = key_of(swept, line=False)
    ax = fig.add_subplot(
        style.grid(fig, 1, 1, left=1.0, right=0.3, top=0.4 if key or swept.target is not None else 0.15, bottom=0.55)[0]
    )
    values = np.full((len(ys), len(xs)), np.nan)
    for place, (x, y) in enumerate(zip(across.values, up.values, strict=True)):
        values[ys.index(y), xs.index(x)] = swept.levels[place].mean
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    norm = Normalize(low, high if high > low else low + 1)
    if about(swept.kpi).better != LOWER:
        norm = Normalize(low - 0.25 * (high - low or 1), high if high > low else low + 1)
    ax.pcolormesh(
        np.arange(len(xs) + 1) - 0.5,
        np.arange(len(ys) + 1) - 0.5,
        np.ma.masked_invalid(values),
        cmap=_SHADES,
        norm=norm,
        edgecolors="white",
        linewidth=1.5,
    )
    drawn = _contour(ax, values, swept.target, low, high)
    if drawn:
        key = key_of(swept)
    style.key(fig, key, 0.16)
    for place, (x, y) in enumerate(zip(across.values, up.values, strict=True)):
        shade = _SHADES(norm(mean)) if math.isfinite(mean := swept.levels[place].mean) else (1, 1, 1)
        _cell(ax, swept, place, (xs.index(x), ys.index(y)), shade, len(xs))
    ax.set(xticks=range(len(xs)), yticks=range(len(ys)), xticklabels=map(in_words, xs), yticklabels=map(in_words, ys))
    ax.set_xlabel(across.words)
    ax.set_ylabel(style.wrap(up.words, 40))
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)
    return fig


def _contour(ax, values, target, low, high) -> bool:
    """The line of the target, where the target lies within the values."""
    if target is None or not low < target < high or min(values.shape) < 2:
        return False
    lines = ax.contour(np.ma.masked_invalid(values), levels=[target], colors=[TARGET], linewidths=2.4)
    lines.set_path_effects([withStroke(linewidth=5, foreground="white")])
    return True


def _cell(ax, swept: Swept, place: int, at: tuple[int, int], shade, columns: int):
    (x, y), small = at, max(style.SMALL - 2, 5.0)
    dark = 0.299 * shade[0] + 0.587 * shade[1] + 0.114 * shade[2] < 0.55
    ink = "white" if dark else style.INK
    behind = {"facecolor": shade, "edgecolor": "none", "pad": 0.8}  # the contour may pass there
    if columns <= _NARROW:
        between = interval_text(swept, place) if columns <= _WIDE else ""
        ax.text(
            x,
            y + (0.1 if between else 0),
            number(swept.kpi, swept.levels[place].mean),
            ha="center",
            va="center",
            color=ink,
            fontweight="bold",
            bbox=behind,
        )
        if between:
            ax.text(x, y - 0.24, between, ha="center", va="center", color=ink, fontsize=small, bbox=behind)
    meets = swept.meets[place]
    if meets in (CERTAIN, PERHAPS):
        ax.plot(
            [x - 0.4],
            [y + 0.3],
            "o",
            markersize=6,
            markerfacecolor=ink if meets == CERTAIN else "none",
            markeredgecolor=ink,
            markeredgewidth=1.2,
        )
