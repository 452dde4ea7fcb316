"""One setting, one indicator: its means with their intervals, and the target."""

import math

from sim.analysis.figures import style
from sim.analysis.figures.register import Drawer, Drawing, drawing
from sim.analysis.figures.swept_words import TARGET, key_of, note, sentence
from sim.analysis.statistics.swept import CERTAIN, PERHAPS, Swept
from sim.analysis.words.amounts import amount
from sim.analysis.words.indicator import about


def factor_line(swept: Swept) -> Drawing | None:
    """The picture, if one numeric setting varies and each of its values is at one point."""
    return drawing(Drawer("line", "The indicator over one setting", _styled), swept) if is_line(swept) else None


def is_line(swept: Swept) -> bool:
    return (
        len(swept.factors) == 1
        and swept.factors[0].numeric
        and len(set(swept.factors[0].values)) == len(swept.levels) > 1
    )


def _styled(swept: Swept):
    with style.styled():
        return _draw(swept)


def _draw(swept: Swept):
    like, factor = about(swept.kpi), swept.factors[0]
    fig = style.canvas(
        sentence(swept), note(swept, "Band: 95% interval of the mean over replications, of each point alone."), 3.6
    )
    ax = style.quiet(fig.add_subplot(style.grid(fig, 1, 1, left=0.85, right=0.35, top=0.4, bottom=0.5)[0]), "both")
    style.key(fig, key_of(swept), 0.16)
    order = sorted(range(len(swept.levels)), key=lambda place: factor.values[place])
    known = [place for place in order if math.isfinite(swept.levels[place].mean)]
    ranged = [place for place in known if math.isfinite(swept.levels[place].low)]

    def shown(places, name):
        return [getattr(swept.levels[place], name) * like.factor for place in places]

    ax.fill_between(
        [factor.values[place] for place in ranged],
        shown(ranged, "low"),
        shown(ranged, "high"),
        color=style.BANDS[0],
        linewidth=0,
    )
    ax.plot([factor.values[place] for place in known], shown(known, "mean"), color=style.SCENARIO, linewidth=1.8)
    for place in known:
        level, meets = swept.levels[place], swept.meets[place]
        if place in ranged:
            ax.plot(
                [factor.values[place]] * 2,
                [level.low * like.factor, level.high * like.factor],
                color=style.SCENARIO,
                linewidth=1,
            )
        ax.plot(
            [factor.values[place]],
            [level.mean * like.factor],
            "o" if meets in (CERTAIN, PERHAPS) else ".",
            markersize=8 if meets in (CERTAIN, PERHAPS) else 6,
            markerfacecolor="white" if meets == PERHAPS else style.SCENARIO,
            markeredgecolor=style.SCENARIO,
            markeredgewidth=1.4,
        )
    if swept.target is not None:
        ax.axhline(swept.target * like.factor, color=TARGET, linewidth=1.4, linestyle=(0, (4, 3)))
        ax.text(
            1.0,
            swept.target * like.factor,
            f"{amount(swept.kpi, swept.target)} ",
            transform=ax.get_yaxis_transform(),
            ha="right",
            va="bottom",
            fontsize=style.SMALL,
            color=TARGET,
        )
    ax.set_xlabel(factor.words)
    ax.set_ylabel("%" if like.mark == "%" else like.unit)
    ax.margins(x=0.04, y=0.15)
    return fig
