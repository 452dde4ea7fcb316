"""Waits of those seen, by service: the middle patient and the 92nd in a hundred, both pathways."""

import math

from sim.analysis.figures import style
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import differences, labels, levels, pathways, title

_MIDDLE, _LONG = "wait_weeks_median", "wait_weeks_p92"
_ROW = 0.42


@figure("waits_by_service", "Waits at each service")
def waits_by_service(study):
    waits = {key: level.mean for key, level in levels(study, (_MIDDLE, _LONG)).items() if level.mean >= 0}
    names = labels(study)
    services = {group for _, kpi, group in waits if kpi == _MIDDLE and group != "all"}
    if not services:
        return None
    longest = {s: max(waits.get((p, _MIDDLE, s), 0) for p in pathways(study)) for s in services}
    ordered = sorted(services, key=lambda s: (-longest[s], s))
    fig = style.canvas(
        _sentence(study, waits, ordered, names),
        "Weeks from referral to being seen, of those seen. Dot: half wait less. Bar end: 92 in 100 wait less."
        + (" A service with one line is in one pathway only." if study.baseline else ""),
        _ROW * len(ordered) + 0.85,
    )
    style.key(
        fig, [("●", style.fill(study, s), style.ink(study, s), title(study, s, 40)) for s in pathways(study)], 0.12
    )
    ax = style.quiet(fig.add_subplot(style.grid(fig, 1, 1, left=2.35, right=0.25, top=0.32, bottom=0.42)[0]))
    end = max(waits.values()) or 1
    for row, service in enumerate(ordered):
        _service(ax, row, study, waits, service, end)
        style.label(ax, -0.02, row, style.wrap(names.get(service, service), 29), ax.get_yaxis_transform())
        if row:
            ax.axhline(row - 0.5, color=style.RULE, linewidth=0.6)
    ax.set(ylim=(len(ordered) - 0.45, -0.55), xlim=(-0.055 * end, end * 1.07), yticks=[], xlabel="weeks")
    return fig


def _service(ax, row, study, waits, service, end):
    here = [p for p in pathways(study) if (p, _MIDDLE, service) in waits]
    for place, scenario in enumerate(here):
        y = row + (0.19 * (2 * place - 1) if len(here) == 2 else 0)
        middle, long = waits[scenario, _MIDDLE, service], waits.get((scenario, _LONG, service), math.nan)
        _dumbbell(ax, y, middle, long, end, style.fill(study, scenario), style.ink(study, scenario))


def _dumbbell(ax, y, middle, long, end, colour, ink):
    if math.isfinite(long):
        ax.plot([middle, long], [y, y], color=colour, linewidth=2.6, solid_capstyle="butt")
        ax.plot([long, long], [y - 0.13, y + 0.13], color=colour, linewidth=2.6, solid_capstyle="butt")
        if long - middle > 0.02 * end:
            ax.text(
                long + 0.012 * end,
                y,
                f"{long:.0f}" if long >= 10 else f"{long:.1f}",
                va="center",
                fontsize=style.SMALL,
                color=ink,
            )
    ax.plot(middle, y, "o", color=colour, markersize=6.5)
    ax.text(
        middle - 0.015 * end,
        y,
        f"{middle:.0f}" if middle >= 10 else f"{middle:.1f}",
        ha="right",
        va="center",
        fontsize=style.SMALL,
        color=ink,
        fontweight="bold",
    )


def _sentence(study, waits, ordered, names) -> str:
    known = differences(study, (_MIDDLE,)) if study.baseline else {}
    if gaps := {group: gap for (_, group), gap in known.items() if group in names and gap.known}:
        return _beside_each_other(gaps, names)
    slowest = max(ordered, key=lambda s: waits.get((study.name, _MIDDLE, s), -1))
    wait = waits.get((study.name, _MIDDLE, slowest))
    if wait is None:
        return "Waits at each service"
    return (
        f"{title(study, study.name, 40)}: the longest middle wait is {wait:.0f} weeks, at {names.get(slowest, slowest)}"
    )


def _beside_each_other(gaps, names) -> str:
    """At how many services half of patients are seen sooner, and where later."""
    shorter = [group for group, gap in gaps.items() if gap.side < 0]
    longer = [group for group, gap in gaps.items() if gap.side > 0]
    if len(gaps) == 1:
        judged = "is shorter" if shorter else "is longer" if longer else "does not clearly differ"
        return f"Both pathways share one service, {names[next(iter(gaps))]}: the middle wait there {judged}"
    both = f"the {len(gaps)} services that both pathways have"
    if not shorter and not longer:
        return f"At none of {both} does the middle wait clearly differ"
    which = ", ".join(names[group] for group in longer[:3]) + (" and others" if len(longer) > 3 else "")
    if not shorter:
        return f"Of those seen, half waited longer at {len(longer)} of {both} ({which}), and clearly less at none"
    words = f"Of those seen, half waited less at {len(shorter)} of {both}"
    return f"{words}, and longer at {f'{len(longer)} ({which})' if longer else 'none'}"
