"""Options beside today: a small picture for each indicator, a dot with its interval for each of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.figures import style
from sim.analysis.figures.register import Drawer, Drawing, drawing
from sim.analysis.statistics.paired import Level
from sim.analysis.words.amounts import amount, more_than, number
from sim.analysis.words.indicator import about

_ACROSS, _ROW, _HEAD, _KEY = 2, 0.24, 0.74, 0.21


@dataclass(frozen=True)
class DottedRow:
    """An indicator in words, and the level of each option in their order; today's first."""

    words: str
    kpi: str
    levels: tuple[Level, ...]


def options_dots(titles: Sequence[str], rows: Sequence[DottedRow], sentence: str, note: str) -> Drawing | None:
    """`titles`: of today and the options, written out whole once and by letter in each panel; None without rows."""
    if not rows:
        return None
    return drawing(Drawer("options", "The options side by side", lambda _: _draw(titles, rows, sentence, note)), None)


def letters(count: int) -> list[str]:
    """`today`, `A`, `B` ..."""
    return ["today", *(chr(ord("A") + place) for place in range(count - 1))]


def in_short(kpi: str, value: float) -> str:
    """With its unit, unless that is a rate's, which stands in the words of the row."""
    return number(kpi, value) if "per 1,000" in about(kpi).unit else amount(kpi, value)


def _draw(titles, rows, sentence, note):
    with style.styled():
        names, deep = letters(len(titles)), math.ceil(len(rows) / _ACROSS)
        each = _ROW * len(titles) + _HEAD
        top = _KEY * len(titles) + 0.15
        fig = style.canvas(sentence, note, top + each * deep + 0.1)
        above, _ = style.margins(fig)
        inches = fig.get_figheight()
        for place, (name, words) in enumerate(zip(names, titles, strict=True)):
            y = 1 - (above + 0.1 + _KEY * place) / inches
            colour = style.BASELINE_INK if not place else style.SCENARIO
            fig.text(0.12 / style.WIDTH, y, name, fontsize=style.SIZE, fontweight="bold", color=colour, va="center")
            fig.text(0.7 / style.WIDTH, y, words, fontsize=style.SIZE, color=style.INK, va="center")
        width = (style.WIDTH - 0.24) / _ACROSS
        for place, row in enumerate(rows):
            left = 0.12 + width * (place % _ACROSS)
            up = above + top + each * (place // _ACROSS) + 0.44
            size = ((width - 1.65) / style.WIDTH, _ROW * len(titles) / inches)
            ax = fig.add_axes(((left + 0.55) / style.WIDTH, 1 - up / inches - size[1], *size))
            for line, part in enumerate(style.wrap(row.words, 58, 2).split("\n")):
                down = up - 0.3 + 0.15 * line
                fig.text(left / style.WIDTH, 1 - down / inches, part, fontsize=style.SMALL, fontweight="bold")
            _panel(ax, row, names)
        return fig


def _panel(ax, row: DottedRow, names: list[str]) -> None:
    factor = about(row.kpi).factor
    ax.set(ylim=(len(names) - 0.5, -0.5), yticks=[], xticks=[])
    ax.spines[["left", "right", "top"]].set_visible(False)
    for place, (name, level) in enumerate(zip(names, row.levels, strict=True)):
        colour, mark = (style.BASELINE_INK, "D") if not place else (style.SCENARIO, "o")
        style.label(ax, -0.03, place, name, ax.get_yaxis_transform(), size=style.SMALL, color=colour, fontweight="bold")
        value = level.mean if math.isfinite(level.mean) else level.more_than
        if not math.isfinite(value):
            words = "not known"
        else:
            long = not math.isfinite(level.mean)
            words = more_than(row.kpi, value, bare=True) if long else in_short(row.kpi, value)
            if math.isfinite(level.low):
                ax.plot([level.low * factor, level.high * factor], [place, place], color=colour, linewidth=1.8)
            ax.plot(value * factor, place, ">" if long else mark, color=colour, markersize=6)
        ax.annotate(
            words, (1.03, place), xycoords=ax.get_yaxis_transform(), va="center", fontsize=style.SMALL, color=style.INK
        )
    ax.margins(x=0.06)
