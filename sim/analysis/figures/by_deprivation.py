"""Days to the right care by deprivation fifth, with the gap between the most and the least deprived."""

import math

import numpy as np

from ..labels import HEADLINE
from . import style
from .register import figure
from .values import interval, levels, pathways, title

_FIFTHS = tuple(f"imd_{n}" for n in range(1, 6))


@figure("by_deprivation", "The right care, by deprivation")
def by_deprivation(study):
    found = levels(study, (HEADLINE,))
    lines = {s: [(x, found[s, HEADLINE, g]) for x, g in enumerate(_FIFTHS) if (s, HEADLINE, g) in found] for s in pathways(study)}
    lines = {s: points for s, points in lines.items() if points}
    if not lines:
        return None
    fig = style.canvas(_sentence(study), "Median days from presentation to care at or above the need; bars: 95% intervals over "
                       "replications (chance alone).", 3.1)
    ax = style.quiet(fig.add_subplot(style.grid(fig, 1, 1, left=0.6, right=1.75, top=0.1, bottom=0.62)[0]), "y")
    top = max(np.nanmax([level.mean, level.high]) for points in lines.values() for _, level in points)
    for scenario, points in lines.items():
        colour, ink = style.fill(study, scenario), style.ink(study, scenario)
        xs, means = [x for x, _ in points], [level.mean for _, level in points]
        ax.plot(xs, means, marker="o", color=colour, linewidth=2.2, markersize=6.5, linestyle="--" if scenario == study.baseline else "-")
        for x, level in points:
            if math.isfinite(level.low):
                ax.plot([x, x], [level.low, level.high], color=colour, linewidth=1.6)
            ax.annotate(f"{level.mean:.0f}", (x, level.mean), (7, 7), textcoords="offset points", fontsize=style.SMALL, color=ink,
                        fontweight="bold")
        ax.annotate(style.wrap(title(study, scenario), 20, 3), (xs[-1], means[-1]), (26, 0), textcoords="offset points",
                    va="center", color=ink, fontweight="bold", annotation_clip=False)
    ax.set(xlim=(-0.25, 4.25), ylim=(0, top * 1.12), ylabel="days", xticks=range(5))
    ax.set_xticklabels(["Most deprived", "2nd", "3rd", "4th", "Least deprived"], fontsize=style.SIZE, color=style.INK)
    ax.set_xlabel("fifths of patients by deprivation (IMD)")
    return fig


def gap_over_replications(study, scenario: str):
    """Most deprived less least deprived, days: one value a replication."""
    rows = study.kpis[(study.kpis["scenario"] == scenario) & (study.kpis["kpi"] == HEADLINE)]
    wide = rows[rows["group"].isin(("imd_1", "imd_5"))].pivot_table(index="replication", columns="group", values="value")
    return wide["imd_1"] - wide["imd_5"] if {"imd_1", "imd_5"} <= set(wide.columns) else None


def _sentence(study) -> str:
    gaps = {s: gap_over_replications(study, s) for s in pathways(study)}
    if gaps[study.name] is None:
        return "Days to the right care by deprivation"
    now = interval(gaps[study.name])
    way = "longer" if now.mean >= 0 else "less long"
    words = f"The most deprived fifth waits {abs(now.mean):.0f} days {way} for the right care than the least deprived"
    before = gaps.get(study.baseline) if study.baseline else None
    if before is None:
        return words
    then, change = interval(before), interval(gaps[study.name] - before)
    words += f", instead of {then.mean:.0f}" if then.mean >= 0 else f", instead of {-then.mean:.0f} days less long"
    if not math.isfinite(change.low) or change.low <= 0 <= change.high:
        return words + ": no clear change in the gap"
    return words + (": the gap widens" if change.mean > 0 else ": the gap narrows")
