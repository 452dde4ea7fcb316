"""Points of any experiment, in the order of the indicator, each with its interval."""

import math

from sim.analysis.figures import style
from sim.analysis.figures.register import Drawer, Drawing, drawing
from sim.analysis.figures.swept_words import TARGET, in_words, key_of, note, sentence
from sim.analysis.statistics.swept import CERTAIN, PERHAPS, Swept
from sim.analysis.words.amounts import amount
from sim.analysis.words.indicator import about
from sim.analysis.words.plain import tidy

MOST = 40
"""Of more points half as many from either end are drawn."""
_ROW = 0.24


def points_in_order(swept: Swept) -> Drawing | None:
    """The picture, if the indicator is known at some point."""
    known = [place for place, level in enumerate(swept.levels) if math.isfinite(level.mean)]
    return drawing(Drawer("points", "The points in order", lambda _: _styled(swept, known)), swept) if known else None


def _styled(swept: Swept, known):
    with style.styled():
        return _draw(swept, known)


def _draw(swept: Swept, known: list[int]):
    like = about(swept.kpi)
    order = sorted(known, key=lambda place: (swept.levels[place].mean, place))
    left_out = len(order) - MOST
    shown = order if left_out <= 0 else [*order[: MOST // 2], *order[-MOST // 2 :]]
    more = (
        f"{MOST // 2} points with the lowest and {MOST // 2} with the highest means; {left_out} between them are not "
        "drawn."
        if left_out > 0
        else "Bars: 95% intervals of each point alone."
    )
    unknown = len(swept.levels) - len(known)
    more += f" At {unknown} points it is not known." if unknown else ""
    fig = style.canvas(sentence(swept), note(swept, more), _ROW * len(shown) + 1.05)
    ax = style.quiet(fig.add_subplot(style.grid(fig, 1, 1, left=3.1, right=0.3, top=0.4, bottom=0.5)[0]))
    style.key(fig, key_of(swept), 0.16)
    for row, place in enumerate(shown):
        level, meets = swept.levels[place], swept.meets[place]
        if math.isfinite(level.low) and math.isfinite(level.high):
            ax.plot(
                [level.low * like.factor, level.high * like.factor],
                [row, row],
                color=style.SCENARIO,
                linewidth=2,
                solid_capstyle="butt",
            )
        big = meets in (CERTAIN, PERHAPS)
        ax.plot(
            [level.mean * like.factor],
            [row],
            "o",
            markersize=7 if big else 4,
            markerfacecolor="white" if meets == PERHAPS else style.SCENARIO,
            markeredgecolor=style.SCENARIO,
            markeredgewidth=1.4,
        )
        style.label(ax, -0.02, row, _called(swept, place), ax.get_yaxis_transform(), size=style.SMALL)
    if left_out > 0:
        ax.axhline(MOST // 2 - 0.5, color=style.MUTED, linewidth=1, linestyle=":")
    if swept.target is not None:
        ax.axvline(swept.target * like.factor, color=TARGET, linewidth=1.4, linestyle=(0, (4, 3)))
        ax.annotate(
            f" {amount(swept.kpi, swept.target)}",
            (swept.target * like.factor, 1),
            xycoords=ax.get_xaxis_transform(),
            va="bottom",
            fontsize=style.SMALL,
            color=TARGET,
        )
    ax.set(ylim=(len(shown) - 0.4, -0.6), yticks=[], xlabel="%" if like.mark == "%" else like.unit)
    ax.spines["left"].set_visible(False)
    return fig


def _called(swept: Swept, place: int) -> str:
    """A point by its settings; by its number where there are none."""
    said = ", ".join(f"{tidy(factor.words, 22)} {tidy(in_words(factor.values[place]), 18)}" for factor in swept.factors)
    return tidy(f"{place + 1}: {said}" if said else f"point {place + 1}", 52)
