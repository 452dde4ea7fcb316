"""People waiting at month ends, by how long they have waited, service by service."""

import math
import re

import numpy as np

from sim.analysis.figures import style
from sim.analysis.figures.panel import Panel
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import labels, number_rows, pathways, title

_EDGES = (0, 6, 18, 52)
_NAMES = ("under 6 weeks", "6 to 18", "18 to 52", "over 52 weeks")
_ROW = 1.32


@figure("lists_over_time", "Waiting lists over time")
def lists_over_time(study):
    frame = number_rows(study.lists, "waiting")
    frame = number_rows(frame[frame["scenario"].isin(pathways(study))], "day")
    if not len(frame) or not frame["waiting"].gt(0).any():
        return None
    frame = frame.assign(band=[_band(b) for b in frame["band_weeks"]])
    sums = frame.groupby(["service", "scenario", "day", "band"])["waiting"].sum().unstack("band", fill_value=0.0)
    sums = sums.reindex(columns=range(len(_EDGES)), fill_value=0.0)
    peak = sums.sum(axis=1).groupby("service").max()
    services = [s for s in peak.sort_values(ascending=False, kind="stable").index if peak[s] >= 0.5]
    pairs = 2 if len(pathways(study)) == 2 else 4
    rows = math.ceil(len(services) / pairs)
    fig = style.canvas(
        _sentence(study, sums),
        "People waiting at month ends, by weeks waited so far. The scale is the service's own, the "
        "same for both pathways. Figures: people waiting at the end.",
        _ROW * rows + 0.66,
    )
    style.key(fig, [("■", colour, style.INK, name) for colour, name in zip(style.BANDS, _NAMES)], 0.12)
    outer = style.grid(fig, rows, pairs, left=0.16, right=0.3, top=0.68, bottom=0.3, hspace=0.75, wspace=0.14)
    names, there = labels(study), sums.index.droplevel("day")
    for place, service in enumerate(services):
        cell = outer[place // pairs, place % pairs].subgridspec(1, len(pathways(study)), wspace=0.08)
        for column, scenario in enumerate(pathways(study)):
            part = sums.loc[(service, scenario)].sort_index() if (service, scenario) in there else None
            panel = Panel.of(fig, cell[column], _span(part), (0.0, peak[service] * 1.12))
            if not column:
                panel.title(style.wrap(names.get(service, str(service)), 40 if pairs == 2 else 24, 1), pad=17)
            colour, words = style.ink(study, scenario), style.wrap(title(study, scenario), 22, 1)
            panel.text(0, 1.06, words, fontsize=style.SMALL, va="bottom", color=colour, fontweight="bold")
            _stack(panel, part, peak[service])
    return fig


def _span(part) -> tuple[float, float]:
    """Years, of what a panel shows of a service's rows (none: one that the pathway has not)."""
    if part is None:
        return 0.0, 1.0
    years = part.index.to_numpy(float) / 365.25
    return min(0.0, years[0]), max(_last(years), years[-1])


def _last(years) -> int:
    return max(1, math.ceil(years[-1] - 0.01))


def _stack(panel: Panel, part, peak) -> None:
    if part is None:
        words, look = "not in this pathway", {"fontsize": style.SMALL, "color": style.MUTED}
        panel.text(0.5, 0.4, words, ha="center", **look)
        panel.foot([])
        return
    years = part.index.to_numpy(float) / 365.25
    if len(years) == 1:
        edges = [years[0] - 0.025, years[0] + 0.025]
        panel.between(edges, [0.0, 0.0], [part.iloc[0].sum()] * 2, style.BANDS[1])
    else:
        tops = np.cumsum(part.to_numpy(), axis=1)
        for band, colour in enumerate(style.BANDS):
            low = tops[:, band - 1] if band else np.zeros(len(years))
            if (tops[:, band] > low).any():
                panel.between(years, low, tops[:, band], colour)
    last = part.iloc[-1].sum()
    behind = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6}
    look = {"ha": "right", "va": "bottom", "fontsize": style.SMALL, "fontweight": "bold", "bbox": behind}
    panel.said_at(years[-1], last + peak * 0.03, f"{last:,.0f}", **look)
    ends = list(range(_last(years) + 1))
    ends = ends[:: max(1, math.ceil(len(ends) / 5))]
    words = [*map(str, ends[:-1]), f"year {ends[-1]}"]
    panel.foot(
        [
            (end, said, "left" if end == ends[0] else "right" if end == ends[-1] else "center")
            for end, said in zip(ends, words, strict=True)
        ],
        style.SMALL - 1,
    )


def _band(words) -> int:
    """Which of the shown bands a band of the table ("6-12", "104+") lies in, by its lower edge."""
    found = re.match(r"\D*(\d+)", str(words))
    lower = int(found.group(1)) if found else 0
    return max(i for i, edge in enumerate(_EDGES) if lower >= edge)


def _sentence(study, sums) -> str:
    days = sums.index.get_level_values("day")
    ends = sums[days == days.max()].groupby("scenario").sum()
    totals, long = ends.sum(axis=1), ends[len(_EDGES) - 1]
    if study.name not in totals:
        return "People waiting, service by service"
    words = f"{totals[study.name]:,.0f} people wait at the end"
    if study.baseline in totals and study.baseline:
        gap = totals[study.name] - totals[study.baseline]
        words += f" instead of {totals[study.baseline]:,.0f} ({abs(gap):,.0f} {'fewer' if gap < 0 else 'more'})"
    return (
        words
        + f"; {long[study.name]:,.0f} of them over a year"
        + (f" instead of {long[study.baseline]:,.0f}" if study.baseline in long and study.baseline else "")
    )
