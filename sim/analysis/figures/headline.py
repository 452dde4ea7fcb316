"""The six main indicators, large, both pathways side by side."""

import math

from sim.analysis.figures import style
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import differences, levels, longer_than, pathways, shown_group, title
from sim.analysis.words.amounts import amount, interval, more_than, number
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import MAIN, about
from sim.analysis.words.plain import tidy

_TILES, _ACROSS, _ROW = 6, 3, 1.5


@figure("headline", "The main indicators")
def headline(study):
    found, gaps = longer_than(study) | levels(study, MAIN), differences(study, MAIN)
    shown = []
    for kpi in MAIN:
        group = shown_group(study, kpi)
        if any((scenario, kpi, group) in found for scenario in pathways(study)):
            shown.append((kpi, group))
    shown = shown[:_TILES]
    if not shown:
        return None
    rows = math.ceil(len(shown) / _ACROSS)
    fig = style.canvas(_sentence(gaps, shown, study), _note(study), _ROW * rows + 0.45)
    style.key(
        fig, [("■", style.fill(study, s), style.ink(study, s), title(study, s, 40)) for s in pathways(study)], 0.12
    )
    grid = style.grid(fig, rows, _ACROSS, top=0.4, bottom=0.1, left=0.14, right=0.14, hspace=0.18, wspace=0.12)
    for place, (kpi, group) in enumerate(shown):
        _tile(
            fig.add_subplot(grid[place // _ACROSS, place % _ACROSS]), study, found, gaps.get((kpi, group)), kpi, group
        )
    return fig


def _tile(ax, study, found, gap, kpi, group):
    present = [(s, found[s, kpi, group]) for s in pathways(study) if (s, kpi, group) in found]
    top = max(_end(level) for _, level in present) or 1
    ax.set(xlim=(0, top * 1.55), ylim=(-1.25, 3.4))
    ax.axis("off")
    like = about(kpi)
    words = like.words + (f" ({group_words(group)})" if group != "all" else "")
    if not (like.mark or like.sign or like.unit in ("days", "weeks")):
        words, like = f"{words}, {like.unit}", None
    ax.text(
        0,
        3.4,
        style.wrap(words, 36),
        transform=ax.transData,
        va="top",
        fontsize=style.SIZE,
        color=style.INK,
        linespacing=1.2,
    )
    for scenario, level in present:
        y = 1.35 if scenario == study.baseline else 0.3
        _bar(ax, y, level, style.fill(study, scenario))
        ax.text(
            _end(level) + top * 0.03,
            y,
            _value(kpi, level, like),
            va="center",
            fontsize=style.SIZE + 2,
            fontweight="bold",
            color=style.ink(study, scenario),
        )
    if study.baseline:
        _judged(ax, kpi, gap, len(present) == 2)


def _bar(ax, y, level, colour):
    """The mean with its interval; of a time that is not known what it is more than, hatched, since it goes on."""
    long = not math.isfinite(level.mean)
    shown = {"hatch": "/////", "edgecolor": "white"} if long else {}
    ax.barh(y, level.more_than if long else level.mean, height=0.85, color=colour, **shown)
    if math.isfinite(level.low) and level.high > level.low:
        ax.plot([level.low, level.high], [y, y], color=style.INK, linewidth=1.4, solid_capstyle="butt")


def _value(kpi, level, unit) -> str:
    """The number at the end of a bar; `unit`: whether with its unit."""
    if not math.isfinite(level.mean):
        return more_than(kpi, level.more_than, bare=not unit)
    return amount(kpi, level.mean) if unit else number(kpi, level.mean)


def _end(level) -> float:
    """Where a bar or its interval ends."""
    return max(value for value in (level.mean, level.high, level.more_than) if math.isfinite(value))


def _judged(ax, kpi, gap, both):
    """Below the bars: what the difference is. `both`: whether both pathways have the indicator."""
    if gap is not None and gap.told:
        judged = gap.verdict()
        colour = {"better": style.SCENARIO, "worse": style.WARNING}.get(judged, style.MUTED)
        ax.text(0, -0.42, judged.capitalize(), va="top", fontsize=style.SMALL, color=colour, fontweight="bold")
        size, _, inside = interval(kpi, gap.stated, gap.low, gap.high).partition(", 95% interval ")
        words = f"{size} ({inside})" if inside else size
        ax.text(0, -0.88, tidy(words, 52), va="top", fontsize=style.SMALL, color=style.MUTED)
    else:
        words = "Difference not known" if both else "Only in one of the two pathways"
        ax.text(0, -0.42, words, va="top", fontsize=style.SMALL, color=style.MUTED)


def _sentence(gaps, shown, study) -> str:
    if not study.baseline:
        return f"{title(study, study.name, 40)}: the main indicators, with no other pathway beside them"
    shown_gaps = [gap for key in shown if (gap := gaps.get(key)) is not None]
    judged = [gap.verdict() for gap in shown_gaps]
    known = [word for word in judged if word != "not known"]
    if not known:
        return f"{title(study, study.name, 40)} beside {title(study, study.baseline, 40)}: no difference is known"
    return f"Of {len(known)} main indicators, {title(study, study.name, 40)} is {_how(known)}"


def _how(known: list[str]) -> str:
    """`better on 4, worse on 1 and no clear difference on 1`, of what is known of each."""
    counts = [f"{word} on {known.count(word)}" for word in ("better", "worse") if word in known]
    other = [word for word in known if word not in ("better", "worse")]
    if other:
        unclear = set(other) <= {"no clear difference", "no difference"}
        counts.append(f"{'no clear difference' if unclear else 'neither'} on {len(other)}")
    elif len(counts) == 1 and len(known) > 1:
        return f"{known[0]} on all"
    return _join(counts)


def _join(parts) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _note(study) -> str:
    first = "Bars: means over replications; black lines: their 95% intervals."
    return first + (" In brackets: the 95% interval of the difference on the same patients." if study.baseline else "")
