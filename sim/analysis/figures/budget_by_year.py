"""What a pathway costs in each year of the run, and the impact on the budget: the difference from the other pathway."""

import math
import re

from sim.analysis.figures import style
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import differences, levels, pathways, title
from sim.analysis.words.amounts import interval, number

_KPI, _ROW = "cost_by_year", 0.85


@figure("budget_by_year", "The budget, year by year")
def budget_by_year(study):
    found, gaps = levels(study, (_KPI,)), differences(study, (_KPI,))
    years = sorted(
        {group for _, _, group in found if re.fullmatch(r"year_\d+", group)}, key=lambda group: int(group[5:])
    )
    if not years:
        return None
    year = study.meta.get("price_year")
    fig = style.canvas(
        _sentence(study, found, gaps, years),
        f"Pounds of each whole year{f', at prices of {year}' if year else ''}, not discounted: all staff in post, "
        "rooms, one-off clinics, and the price of visits and operations, so that fewer operations cost less. Black "
        "lines: 95% intervals over replications (chance alone).",
        _ROW * len(years) + 0.5,
    )
    style.key(
        fig, [("■", style.fill(study, s), style.ink(study, s), title(study, s, 40)) for s in pathways(study)], 0.12
    )
    ax = fig.add_subplot(
        style.grid(fig, 1, 1, left=0.75, right=3.1 if study.baseline else 1.0, top=0.42, bottom=0.08)[0]
    )
    top = max(level.mean for level in found.values()) or 1.0
    for row, group in enumerate(years):
        _bars(ax, row, study, {s: found[s, _KPI, group] for s in pathways(study) if (s, _KPI, group) in found}, top)
        gap = gaps.get((_KPI, group))
        if study.baseline and gap is not None and math.isfinite(gap.difference):
            _impact(ax, row, gap)
        style.label(ax, -0.015, row, f"Year {group[5:]}", ax.get_yaxis_transform())
    ax.set(ylim=(len(years) - 0.5, -0.5), xlim=(0, top * 1.16), yticks=[], xticks=[])
    ax.spines["bottom"].set_visible(False)
    return fig


def _bars(ax, row, study, here, top):
    for scenario, level in here.items():
        y = row + (0.17 * (2 * pathways(study).index(scenario) - 1) if study.baseline else 0)
        ax.barh(y, level.mean, height=0.3, color=style.fill(study, scenario))
        if math.isfinite(level.low) and level.high > level.low:
            ax.plot([level.low, level.high], [y, y], color=style.INK, linewidth=1.4, solid_capstyle="butt")
        ax.text(
            max(level.mean, level.high if math.isfinite(level.high) else 0.0) + top * 0.012,
            y,
            number(_KPI, level.mean),
            va="center",
            fontsize=style.SMALL,
            color=style.ink(study, scenario),
            fontweight="bold",
        )


def _impact(ax, row, gap):
    ax.annotate(
        interval(_KPI, gap.difference, gap.low, gap.high).replace(", 95% interval", ",\n95% interval"),
        (1, row),
        (8, 0),
        xycoords=ax.get_yaxis_transform(),
        textcoords="offset points",
        va="center",
        fontsize=style.SMALL,
        annotation_clip=False,
    )


def _sentence(study, found, gaps, years) -> str:
    name, last = title(study, study.name, 40), years[-1]
    gap, now = gaps.get((_KPI, last)), found.get((study.name, _KPI, last))
    if not study.baseline or gap is None or not math.isfinite(gap.difference):
        return f"{name} costs {number(_KPI, now.mean)} in year {last[5:]}" if now else "What each year costs"
    other, when = title(study, study.baseline, 40), f"in year {last[5:]}"
    if gap.known and gap.verdict() in ("no difference", "no clear difference"):
        return f"No clear difference between what {name} and {other} cost {when}"
    share = f" ({abs(gap.difference) / gap.baseline:.1%})" if gap.baseline > 0 else ""
    return (
        f"{name} costs {number(_KPI, abs(gap.difference))}{share} {'less' if gap.difference < 0 else 'more'} than "
        f"{other} {when}"
    )
