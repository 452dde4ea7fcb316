"""The headline difference again, when somebody else pays or more people come."""

import math

from sim.analysis.figures import style
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import Difference, differences, number_rows, shown_group
from sim.analysis.words.amounts import gap as gap_words
from sim.analysis.words.amounts import number, one_sided
from sim.analysis.words.indicator import HEADLINE, about
from sim.analysis.words.plain import tidy

_ROW = 0.44


@figure("variants", "Does the answer hold?")
def variants(study):
    frame = study.variants
    if not len(number_rows(frame, "difference")):
        return None
    kpi = HEADLINE if (frame["kpi"] == HEADLINE).any() else frame["kpi"].iloc[0]
    group = shown_group(study, kpi)
    rows = [
        (tidy(r.title or r.variant, 80), Difference(kpi, group, *map(float, numbers), int(r.replications)))
        for r in frame[frame["kpi"] == kpi].itertuples()
        for numbers in [(r.baseline, r.scenario, r.difference, r.ci_low, r.ci_high)]
    ]
    asked = differences(study, (kpi,)).get((kpi, group))
    if asked is not None:
        rows.insert(0, ("As compared here", asked))
    like = about(kpi)
    fig = style.canvas(
        _sentence(kpi, rows),
        f"{like.words}: scenario less baseline, {like.points or like.unit}, with 95% intervals over "
        f"{int(frame['replications'].max())} replications (first row: as many as the run has).",
        _ROW * len(rows) + 0.85,
    )
    ax = style.quiet(fig.add_subplot(style.grid(fig, 1, 1, left=2.6, right=1.9, top=0.32, bottom=0.42)[0]))
    _lines(ax, kpi, rows, like.factor)
    return fig


def _lines(ax, kpi, rows, factor):
    ends = [v * factor for _, gap in rows for v in (gap.difference, gap.low, gap.high) if math.isfinite(v)] + [0.0]
    room = 0.08 * ((max(ends) - min(ends)) or 1)
    ax.axvline(0, color=style.INK, linewidth=1)
    for y, row in enumerate(rows):
        _line(ax, y, kpi, row, factor)
    ax.set(
        ylim=(len(rows) - 0.5, -0.5),
        xlim=(min(ends) - room, max(ends) + room),
        yticks=[],
        xlabel=f"difference, {about(kpi).points or about(kpi).unit}",
    )
    if about(kpi).better:
        _sides(ax, ends, *(("better", "worse") if about(kpi).better == "lower" else ("worse", "better")))


def _line(ax, y, kpi, row, factor):
    name, gap = row
    colour = style.MUTED if not gap.side else style.SCENARIO if _is_better(kpi, gap.side) else style.WARNING
    if math.isfinite(gap.low) and math.isfinite(gap.high):
        ax.plot([gap.low * factor, gap.high * factor], [y, y], color=colour, linewidth=2.4)
    if math.isfinite(gap.difference):
        ax.plot(gap.difference * factor, y, "o" if y else "D", color=colour, markersize=7)
    style.label(ax, -0.03, y, style.wrap(name, 33), ax.get_yaxis_transform(), fontweight="normal" if y else "bold")
    ax.text(
        1.03,
        y,
        _numbers(kpi, gap),
        transform=ax.get_yaxis_transform(),
        va="center",
        fontsize=style.SMALL,
        color=colour,
        fontweight="bold",
    )


def _sides(ax, ends, left, right):
    """What lies to either side of 0, where the axis has room for the word."""
    small = {"transform": ax.get_xaxis_transform(), "fontsize": style.SMALL, "color": style.MUTED}
    if min(ends) < -0.25 * (max(ends) - min(ends)):
        ax.text(0, 1.02, f"← {left}  ", ha="right", **small)
    if max(ends) > 0.25 * (max(ends) - min(ends)):
        ax.text(0, 1.02, f"  {right} →", **small)


def _numbers(kpi, gap) -> str:
    if not math.isfinite(gap.difference):
        of = (gap.difference, gap.low, gap.high)
        return gap_words(kpi, *of) if one_sided(*of) else "not known"
    text = number(kpi, gap.difference)
    return f"{text} ({number(kpi, gap.low)} to {number(kpi, gap.high)})" if gap.known else text


def _is_better(kpi, difference) -> bool:
    return (difference < 0) == (about(kpi).better == "lower")


def _sentence(kpi, rows) -> str:
    if not about(kpi).better:
        return f"{about(kpi).words}: the difference under {len(rows)} ways of asking"
    clear = [gap for _, gap in rows if gap.side]
    better = sum(_is_better(kpi, gap.side) for gap in clear)
    worse = len(clear) - better
    for count, word in ((better, "better"), (worse, "worse")):
        if count == len(rows):
            many = f"The answer holds: {word} in all {len(rows)} ways of asking"
            return many if len(rows) > 1 else f"{word.capitalize()} in the one way asked"
    unknown = sum(not gap.told for _, gap in rows)
    parts = [
        f"better in {better}",
        f"worse in {worse}",
        f"no clear difference in {len(rows) - len(clear) - unknown}",
        f"not known in {unknown}",
    ]
    kept = [p for p in parts if not p.endswith(" 0")]
    if len(kept) == 1 and not clear:
        return f"{kept[0].rpartition(' in ')[0].capitalize()} in any of the {len(rows)} ways of asking"
    return f"The answer depends on what is asked: of {len(rows)} ways, {', '.join(kept)}"
