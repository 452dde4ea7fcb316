"""Small pictures side by side, drawn on the figure itself: a pair of axes costs more than all that stands on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.ticker import MaxNLocator

from sim.analysis.figures import style

_INCH = 72.0
_TICK, _PAD = 3 / _INCH, 3.5 / _INCH


@dataclass(frozen=True)
class Panel:
    """Where it lies on the figure, in inches from the lower left corner, and what its sides stand for."""

    fig: Figure
    left: float
    bottom: float
    width: float
    height: float
    across: tuple[float, float]
    up: tuple[float, float]

    @classmethod
    def of(cls, fig: Figure, cell, across: tuple[float, float], up: tuple[float, float]) -> "Panel":
        """In a cell of a grid."""
        box, (wide, high) = cell.get_position(fig), fig.get_size_inches()
        return cls(fig, box.x0 * wide, box.y0 * high, box.width * wide, box.height * high, across, up)

    def line(self, xs: Iterable[float], ys: Iterable[float], **look) -> None:
        """A line through points; what is not a number breaks it."""
        self._put(Line2D(self._x(xs), self._y(ys), **look))

    def between(self, xs: Iterable[float], low: Iterable[float], high: Iterable[float], colour: str) -> None:
        """The area between two lines."""
        x, below, above = self._x(xs), self._y(low), self._y(high)
        corners = np.column_stack([[*x, *x[::-1]], [*below, *above[::-1]]])
        self._put(Polygon(corners, facecolor=colour, linewidth=0))

    def text(self, x: float, y: float, words: str, **look) -> None:
        """Words at a place that is told in parts of the panel's sides."""
        self._say(self.left + x * self.width, self.bottom + y * self.height, words, **look)

    def said_at(self, x: float, y: float, words: str, **look) -> None:
        """Words at a point of the panel."""
        self._say(*self._x([x]), *self._y([y]), words, **look)

    def title(self, words: str, pad: float = 5.0) -> None:
        """Above, so many points up."""
        top = self.bottom + self.height + pad / _INCH
        self._say(self.left, top, words, fontsize=style.SIZE, fontweight="bold", va="baseline")

    def foot(self, ticks: Sequence[tuple[float, str, str]], size: float = style.SMALL) -> None:
        """The lower side with marks: (where, words, where the words lie: left, center or right)."""
        x = self._x([at for at, _, _ in ticks])
        gap = np.full(len(ticks), np.nan)
        xs = [self.left, self.left + self.width, np.nan, *np.column_stack([x, x, gap]).ravel()]
        down, none = np.full(len(ticks), self.bottom - _TICK), np.full(len(ticks), self.bottom)
        ys = [self.bottom, self.bottom, np.nan, *np.column_stack([none, down, gap]).ravel()]
        self._put(Line2D(xs, ys, color=style.RULE, linewidth=0.8, zorder=1.5))
        for at, (_, words, side) in zip(x, ticks, strict=True):
            self._say(at, self.bottom - _TICK - _PAD, words, ha=side, va="top", fontsize=size, color=style.MUTED)

    def levels(self, most: int = 4) -> None:
        """Hairlines across at round numbers, at most so many steps, with the numbers to the left."""
        low, high = self.up
        found = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        shown = [float(one) for one in found if low <= one <= high * (1 + 1e-9)]
        places = next((n for n in range(6) if np.allclose(shown, np.round(shown, n), rtol=0, atol=1e-9)), 6)
        ends = [self.left, self.left + self.width, np.nan]
        heights = np.repeat(self._y(shown), 3)
        self._put(Line2D(ends * len(shown), heights, color=style.RULE, linewidth=0.6, zorder=0.5))
        for at, level in zip(heights[::3], shown, strict=True):
            self._say(self.left - _PAD, at, f"{level:,.{places}f}", ha="right", va="center_baseline")

    def _x(self, values: Iterable[float]) -> np.ndarray:
        low, high = self.across
        return self.left + (np.asarray(list(values), float) - low) / (high - low) * self.width

    def _y(self, values: Iterable[float]) -> np.ndarray:
        low, high = self.up
        return self.bottom + (np.asarray(list(values), float) - low) / (high - low) * self.height

    def _put(self, mark) -> None:
        mark.set_transform(self.fig.dpi_scale_trans)
        self.fig.add_artist(mark, clip=False)

    def _say(self, x: float, y: float, words: str, **look) -> None:
        self.fig.text(x, y, words, transform=self.fig.dpi_scale_trans, **look)
