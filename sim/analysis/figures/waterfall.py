"""The ladder: what each step from the baseline to the scenario contributes to the main indicators."""

import math

from sim.analysis.figures import style
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import number_rows
from sim.analysis.words.amounts import clear_side, number
from sim.analysis.words.indicator import MAIN, about
from sim.analysis.words.plain import plain, tidy
from sim.analysis.words.side import same

_MOST, _LABEL = 4, 2.35
_MANY = 8  # with more steps each bar is a smaller part of its column, so that there are fewer and wider columns


@figure("waterfall", "What each step contributes")
def waterfall(study):
    ladders = _ladders(study.ladder)
    if not ladders:
        return None
    steps = list(dict.fromkeys(r.place for rows in ladders.values() for r in rows))
    names = {r.place: tidy(r.title or plain(r.step), 70) for rows in ladders.values() for r in rows}
    fig = style.canvas(
        _sentence(ladders, names),
        "Each step is added to those above it; the steps add up to the whole. Number: what the "
        "step changes; thin lines: its 95% interval. Hatched: this step makes it worse. * no clear "
        "change."
        f"{_many(ladders)}",
        0.36 * (len(steps) + 1) + 0.9,
    )
    grid = style.grid(fig, 1, len(ladders), left=_LABEL, right=0.2, top=0.72, bottom=0.08, wspace=0.2)
    for column, (kpi, rows) in enumerate(ladders.items()):
        ax = fig.add_subplot(grid[column])
        _steps(ax, kpi, {r.place: r for r in rows}, steps, len(ladders))
        if not column:
            first, *others = [names[s] for s in steps]
            _rows(ax, [f"Start: {first}", *others, "All steps together"])
    return fig


def _ladders(ladder) -> dict[str, list]:
    """kpi -> its steps, of as many indicators as there is room for, the main ones first.

    Steps go by their place: one may be called like the scenario it begins or ends with.
    """
    frame = number_rows(ladder.assign(place=ladder.groupby("kpi").cumcount()), "value")
    known = dict.fromkeys(frame["kpi"])
    order = [*(k for k in MAIN if k in known), *(k for k in known if k not in MAIN)]
    found = {k: rows for k in order if len(rows := list(frame[frame["kpi"] == k].itertuples())) > 1}
    most = _MOST if max(map(len, found.values()), default=0) <= _MANY else _MOST - 1
    return dict(list(found.items())[:most])


def _many(ladders) -> str:
    """How many replications the steps stand on; of all that are known the least."""
    counts = [int(r.replications) for rows in ladders.values() for r in rows[1:]]
    return f" {min(counts)} replication{'s' * (min(counts) != 1)} of each step." if counts and min(counts) else ""


def _rows(ax, names):
    for y, name in enumerate(names):
        weight = "bold" if y in (0, len(names) - 1) else "normal"
        style.label(ax, -0.06, y, style.wrap(name, 31), ax.get_yaxis_transform(), fontweight=weight)


def _steps(ax, kpi, rows, steps, columns):
    like = about(kpi)
    values = [rows[s].value * like.factor for s in steps if s in rows]
    low, high = min(values), max(values)
    room = (high - low) or abs(high) or 1
    ax.set_title(style.wrap(like.words, max(17, 62 // columns), 4), fontsize=style.SMALL + 0.5, pad=5)
    before = None
    for y, step in enumerate(steps):
        if step not in rows:
            continue
        value = rows[step].value * like.factor
        if before is None:
            ax.plot([value, value], [y - 0.32, y + 0.32], color=style.BASELINE, linewidth=4)
            _word(ax, value, y, number(kpi, rows[step].value) + like.mark, style.BASELINE_INK, low, room)
        else:
            worse = like.better and (value > before) == (like.better == "lower") and value != before
            ax.barh(
                y,
                value - before,
                left=before,
                height=0.56,
                color="white" if worse else "#5C93C4",
                edgecolor=style.WARNING if worse else style.SCENARIO,
                linewidth=0.9,
                hatch="/////" if worse else None,
            )
            end = _whisker(ax, y, before, value, rows[step], like.factor)
            _word(
                ax,
                end,
                y,
                _change(kpi, rows[step], (value - before) / like.factor),
                style.WARNING if worse else style.INK,
                low,
                room,
            )
            ax.plot([before, before], [y - 1, y], color=style.MUTED, linewidth=0.7, linestyle=":", zorder=0)
        before = value
    last = len(steps)
    ax.plot([before, before], [last - 0.32, last + 0.32], color=style.SCENARIO, linewidth=4)
    _word(ax, before, last, number(kpi, before / like.factor) + like.mark, style.SCENARIO, low, room)
    ax.set(ylim=(last + 0.5, -0.5), xlim=(low - 0.12 * room, high + 0.155 * columns * room), xticks=[], yticks=[])
    ax.spines[["bottom", "left"]].set_visible(False)
    ax.axvline(low - 0.12 * room, color=style.RULE, linewidth=0.8)


def _whisker(ax, y, before, value, row, factor):
    low, high = float(row.ci_low) * factor, float(row.ci_high) * factor
    if not (math.isfinite(low) and math.isfinite(high)):
        return max(before, value)
    ax.plot([before + low, before + high], [y, y], color=style.INK, linewidth=1.1)
    return max(before, value, before + high)


def _word(ax, x, y, text, colour, low, room):
    ax.text(x + 0.06 * room, y, text, va="center", fontsize=style.SMALL, color=colour, fontweight="bold")


def _change(kpi, row, change) -> str:
    low, high = float(row.ci_low), float(row.ci_high)
    unclear = math.isfinite(low) and math.isfinite(high) and not same(low, high)
    unclear = unclear and not clear_side(kpi, change, low, high, int(row.replications))
    text = number(kpi, change, int(bool(change) and not any(c in number(kpi, change) for c in "123456789")))
    return ("" if change < 0 or not any(c in text for c in "123456789") else "+") + text + ("*" if unclear else "")


def _sentence(ladders, names) -> str:
    kpi, rows = next(iter(ladders.items()))
    gains = {r.place: r.value - b.value for b, r in zip(rows, rows[1:])}
    whole, like = rows[-1].value - rows[0].value, about(kpi)
    best = max(gains, key=lambda s: abs(gains[s]))
    unit = like.points or like.unit
    if not any(gains.values()):
        return f"{like.words}: no step changes it"
    short = like.short or like.words
    if min(gains.values()) < 0 < max(gains.values()):  # a part of the whole would say nothing
        change, all_of_it = ((f"{'+' if value > 0 else ''}{number(kpi, value)}") for value in (gains[best], whole))
        return f"The largest step is “{names[best]}”: {change} {unit}; all steps together {all_of_it} ({short})"
    return (
        f"The largest step is “{names[best]}”: {number(kpi, gains[best])} of {number(kpi, whole)} {unit} in all "
        f"({short})"
    )
