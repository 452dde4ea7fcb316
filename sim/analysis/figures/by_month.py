"""Small pictures of services, one line a pathway, month by month."""

import pandas as pd

from sim.analysis.figures import style
from sim.analysis.figures.panel import Panel
from sim.analysis.figures.values import labels, pathways, title

ACROSS, ROW = 3, 1.5


def by_month(study, rows: pd.DataFrame, services: list[str], sentence: str, note: str):
    """A figure of `rows` (scenario, service, month as `2025-10`, value), a cell for each of `services`."""
    down = -(-len(services) // ACROSS)
    fig = style.canvas(sentence, note, ROW * down + 0.55)
    keys = [("━", style.fill(study, s), style.ink(study, s), title(study, s, 40)) for s in pathways(study)]
    style.key(fig, keys, 0.12)
    across = min(ACROSS, len(services))
    grid = style.grid(fig, down, across, left=0.6, right=0.25, top=0.6, bottom=0.35, wspace=0.28, hspace=0.6)
    months, names = sorted(rows["month"].unique()), labels(study)
    wide = rows.pivot_table(index=["service", "scenario"], columns="month", values="value", aggfunc="sum", fill_value=0)
    wide = wide.reindex(columns=months)
    for place, service in enumerate(services):
        values = {s: wide.loc[service, s].to_numpy() for s in pathways(study) if (service, s) in wide.index}
        top = max((float(one.max()) for one in values.values()), default=0.0)
        panel = Panel.of(fig, grid[place // across, place % across], sides(months), (0.0, top * 1.12 or 1.0))
        for scenario, one in values.items():
            line = "--" if scenario == study.baseline else "-"
            # A month alone is a point.
            mark = "o" if len(one) == 1 else ""
            look = {"color": style.fill(study, scenario), "linewidth": 1.8, "linestyle": line, "marker": mark}
            panel.line(range(len(one)), one, **look)
        say_months(panel, months)
        panel.title(style.wrap(names.get(service, str(service)), 30, 1))
    return fig


def sides(months: list[str]) -> tuple[float, float]:
    """What the sides of a panel stand for, in months from the first."""
    room = 0.05 * (len(months) - 1) or 0.5
    return -room, len(months) - 1 + room


def say_months(panel: Panel, months: list[str]) -> None:
    """Round numbers beside a panel, and under it four months or a few more."""
    panel.levels()
    step = max(1, -(-len(months) // 4))
    words = [pd.Period(month, freq="M").strftime("%b %y") for month in months[::step]]
    panel.foot([(place * step, said, "center") for place, said in enumerate(words)])
