"""Staff in post and what they cost, by group, both pathways side by side."""

from sim.analysis.figures import style
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import number_rows, pathways, title
from sim.analysis.words.amounts import number
from sim.analysis.words.plain import plain, tidy

_ROW = 0.36


@figure("staff", "Staff and money")
def staff(study):
    frame = study.workforce[study.workforce["scenario"].isin(pathways(study))]
    frame = number_rows(number_rows(frame, "wte"), "cost_gbp_a_year")
    if not len(frame):
        return None
    sums = frame.groupby(["staff_group", "scenario"])[["wte", "cost_gbp_a_year"]].sum()
    wte, cost = (sums[c].unstack("scenario", fill_value=0.0) for c in ("wte", "cost_gbp_a_year"))
    groups = list(cost.max(axis=1).sort_values(ascending=False, kind="stable").index)
    fig = style.canvas(
        _sentence(study, wte.sum(), cost.sum()),
        "WTE in post and pounds a year at unit cost. Grey rows: the same in both pathways."
        if study.baseline
        else "WTE in post and pounds a year at unit cost.",
        _ROW * len(groups) + 0.85,
    )
    style.key(
        fig, [("■", style.fill(study, s), style.ink(study, s), title(study, s, 40)) for s in pathways(study)], 0.12
    )
    grid = style.grid(fig, 1, 2, left=2.15, right=0.6, top=0.55, bottom=0.12, wspace=0.24)
    left, right = fig.add_subplot(grid[0]), fig.add_subplot(grid[1])
    _bars(left, study, wte, groups, "WTE", lambda v: f"{v:,.1f}")
    _bars(right, study, cost / 1000, groups, "£ thousand a year", lambda v: f"{v:,.0f}")
    for row, group in enumerate(groups):
        same = _same(study, wte.loc[group]) and _same(study, cost.loc[group])
        style.label(
            left,
            -0.03,
            row,
            style.wrap(plain(tidy(group, 60)), 27),
            left.get_yaxis_transform(),
            color=style.MUTED if same else style.INK,
        )
    return fig


def _bars(ax, study, table, groups, unit, words):
    ax.set_title(unit, pad=6)
    shown = [p for p in pathways(study) if p in table.columns]
    top = float(table.to_numpy().max()) or 1.0
    for row, group in enumerate(groups):
        same = _same(study, table.loc[group])
        for place, scenario in enumerate(shown):
            value = float(table.loc[group, scenario])
            y = row + (0.19 * (2 * place - 1) if len(shown) == 2 else 0)
            ax.barh(y, value, height=0.34, color=style.RULE if same else style.fill(study, scenario))
            if same and place:
                continue
            ax.text(
                value + top * 0.015,
                row if same else y,
                words(value),
                va="center",
                fontsize=style.SMALL,
                color=style.MUTED if same else style.ink(study, scenario),
            )
    ax.set(ylim=(len(groups) - 0.45, -0.55), xlim=(0, top * 1.18), yticks=[], xticks=[])
    ax.spines[["bottom", "left"]].set_visible(False)


def _same(study, values) -> bool:
    both = [float(values[p]) for p in pathways(study) if p in values.index]
    return len(both) == 2 and abs(both[0] - both[1]) <= 1e-9 * max(map(abs, both), default=0)


def _sentence(study, wte, cost) -> str:
    if study.name not in cost:
        return "Staff and money"
    words = f"{wte[study.name]:,.1f} WTE for {number('staff_cost', cost[study.name])} a year"
    if not study.baseline or study.baseline not in cost:
        return f"{title(study, study.name, 40)} employs {words}"
    gap = cost[study.name] - cost[study.baseline]
    share = abs(gap) / cost[study.baseline] if cost[study.baseline] else float("inf")
    if share <= 0.001:
        return (
            f"Same money: {words}, instead of {wte[study.baseline]:,.1f} WTE for "
            f"{number('staff_cost', cost[study.baseline])}"
        )
    extra = f"{share:.1%} " if share != float("inf") else ""
    return (
        f"Not the same money: {words}, instead of {wte[study.baseline]:,.1f} WTE for "
        f"{number('staff_cost', cost[study.baseline])} "
        f"({extra}{'more' if gap > 0 else 'less'})"
    )
