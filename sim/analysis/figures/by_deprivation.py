"""Days until a need is met or people settle for less, by deprivation fifth, and the gap between both ends."""

import math

import numpy as np

from sim.analysis.figures import style
from sim.analysis.figures.gap_words import clear
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import levels, pathways, title
from sim.analysis.statistics.paired import level_at
from sim.analysis.words.indicator import SETTLED

_FIFTHS = tuple(f"imd_{n}" for n in range(1, 6))
_MORE = "needs_more_"
_NO_GAP = (
    "No clear gap in days until a need is met or people settle for less, between the most and the least deprived fifth"
)


@figure("by_deprivation", "Need met, or settled for less, by deprivation")
def by_deprivation(study):
    found, of = levels(study, (SETTLED,)), _of(study)
    lines = {
        s: [(x, found[s, SETTLED, of + g]) for x, g in enumerate(_FIFTHS) if (s, SETTLED, of + g) in found]
        for s in pathways(study)
    }
    lines = {s: points for s, points in lines.items() if points}
    if not lines:
        return None
    who = "Of people who need more than self-management. " if of else ""
    fig = style.canvas(
        _sentence(study),
        f"{who}Median days from presentation to care at or above the need; bars: 95% intervals over "
        "replications (chance alone).",
        3.1,
    )
    ax = style.quiet(fig.add_subplot(style.grid(fig, 1, 1, left=0.6, right=1.75, top=0.1, bottom=0.62)[0]), "y")
    top = max(np.nanmax([level.mean, level.high]) for points in lines.values() for _, level in points)
    for scenario, points in lines.items():
        _line(ax, study, scenario, points)
    ax.set(xlim=(-0.25, 4.25), ylim=(0, top * 1.12), ylabel="days", xticks=range(5))
    ax.set_xticklabels(["Most deprived", "2nd", "3rd", "4th", "Least deprived"], fontsize=style.SIZE, color=style.INK)
    ax.set_xlabel("fifths of patients by deprivation (IMD)")
    return fig


def _line(ax, study, scenario, points):
    """One pathway: a line through its fifths, each with its interval and its days."""
    colour, ink = style.fill(study, scenario), style.ink(study, scenario)
    xs, means = [x for x, _ in points], [level.mean for _, level in points]
    how = "--" if scenario == study.baseline else "-"
    ax.plot(xs, means, marker="o", color=colour, linewidth=2.2, markersize=6.5, linestyle=how)
    for x, level in points:
        if math.isfinite(level.low):
            ax.plot([x, x], [level.low, level.high], color=colour, linewidth=1.6)
        ax.annotate(
            f"{level.mean:.0f}",
            (x, level.mean),
            (7, 7),
            textcoords="offset points",
            fontsize=style.SMALL,
            color=ink,
            fontweight="bold",
        )
    ax.annotate(
        style.wrap(title(study, scenario), 20, 3),
        (xs[-1], means[-1]),
        (26, 0),
        textcoords="offset points",
        va="center",
        color=ink,
        fontweight="bold",
        annotation_clip=False,
    )


def _of(study) -> str:
    """Fifths of those for whom self-management is not enough, where they are told:
    half of everybody have theirs within days."""
    return (
        _MORE
        if (
            study.kpis["group"].isin([_MORE + g for g in _FIFTHS])
            & (study.kpis["kpi"] == SETTLED)
            & study.kpis["value"].notna()
        ).any()
        else ""
    )


def gap_over_replications(study, scenario: str):
    """Most deprived less least deprived, days: one value a replication."""
    rows, ends = (
        study.kpis[(study.kpis["scenario"] == scenario) & (study.kpis["kpi"] == SETTLED)],
        [_of(study) + g for g in (_FIFTHS[0], _FIFTHS[-1])],
    )
    wide = rows[rows["group"].isin(ends)].pivot_table(index="replication", columns="group", values="value")
    return wide[ends[0]] - wide[ends[1]] if set(ends) <= set(wide.columns) else None


def _sentence(study) -> str:
    gaps = {s: gap_over_replications(study, s) for s in pathways(study)}
    if gaps[study.name] is None:
        return "Days until a need is met or people settle for less, by deprivation"
    now = _level(study, gaps[study.name])
    if not math.isfinite(now.mean):
        return "Days until a need is met or people settle for less: the gap is not known, too few of a fifth got so far"
    if not study.baseline or gaps.get(study.baseline) is None:
        return f"{_NO_GAP} ({abs(now.mean):.0f} days {_way(now.mean)})" if _unclear(now) else _gap(now)
    then = _level(study, gaps[study.baseline])
    if _unclear(now) and _unclear(then):
        return f"{_NO_GAP}, in either pathway"
    change = _level(study, gaps[study.name] - gaps[study.baseline])
    return f"{_gap(now)}{_instead_of(then, now)}{_change(change, then, now)}"


def _level(study, values):
    """Over replications; not known where a fifth's wait is long in one of them."""
    return level_at(SETTLED, _of(study) + _FIFTHS[0], values)


def _gap(now) -> str:
    if _unclear(now):
        return f"There is {_NO_GAP[0].lower()}{_NO_GAP[1:]}"
    days = f"{abs(now.mean):.0f} days {_way(now.mean)}"
    return (
        f"Until a need is met or people settle for less, the most deprived fifth waits {days} than the least deprived"
    )


def _instead_of(then, now) -> str:
    if _unclear(then):
        return ", instead of no clear one"
    return f", instead of {abs(then.mean):.0f}" + ("" if then.mean > 0 < now.mean else f" days {_way(then.mean)}")


def _change(change, then, now) -> str:
    """What becomes of the gap; nothing where one of the two is no clear gap itself."""
    if _unclear(change):
        return ": no clear change in the gap"
    if _unclear(now) or _unclear(then):
        return ""
    if now.mean * then.mean < 0:
        return ": the gap turns to the other side"
    return ": the gap widens" if abs(now.mean) > abs(then.mean) else ": the gap narrows"


def _way(days: float) -> str:
    return "longer" if days >= 0 else "less long"


def _unclear(level) -> bool:
    return not clear(level)
