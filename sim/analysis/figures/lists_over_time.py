"""People waiting at month ends, by how long they have waited, service by service."""

import math
import re

from sim.analysis.figures import style
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
    names = labels(study)
    for place, service in enumerate(services):
        cell = outer[place // pairs, place % pairs].subgridspec(1, len(pathways(study)), wspace=0.08)
        for column, scenario in enumerate(pathways(study)):
            ax = fig.add_subplot(cell[column])
            if not column:
                ax.set_title(
                    style.wrap(names.get(service, str(service)), 40 if pairs == 2 else 24, 1),
                    pad=17,
                    fontsize=style.SIZE,
                )
            ax.text(
                0,
                1.06,
                style.wrap(title(study, scenario), 22, 1),
                transform=ax.transAxes,
                fontsize=style.SMALL,
                va="bottom",
                color=style.ink(study, scenario),
                fontweight="bold",
            )
            _stack(ax, sums, service, scenario, peak[service])
    return fig


def _stack(ax, sums, service, scenario, peak):
    ax.set(ylim=(0, peak * 1.12), yticks=[])
    ax.spines["left"].set_visible(False)
    if (service, scenario) not in sums.index.droplevel("day"):
        ax.text(
            0.5,
            0.4,
            "not in this pathway",
            transform=ax.transAxes,
            ha="center",
            fontsize=style.SMALL,
            color=style.MUTED,
        )
        ax.set(xticks=[])
        return
    part = sums.loc[(service, scenario)].sort_index()
    years = part.index.to_numpy(float) / 365.25
    if len(years) == 1:
        ax.bar(years, part.iloc[0].sum(), width=0.05, color=style.BANDS[1])
    else:
        ax.stackplot(years, part.to_numpy().T, colors=style.BANDS, linewidth=0)
    last = part.iloc[-1].sum()
    ax.text(
        years[-1],
        last + peak * 0.03,
        f"{last:,.0f}",
        ha="right",
        va="bottom",
        fontsize=style.SMALL,
        fontweight="bold",
        bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6},
    )
    ends = range(0, max(1, math.ceil(years[-1] - 0.01)) + 1)
    ends = list(ends)[:: max(1, math.ceil(len(ends) / 5))]
    ax.set(xlim=(min(0, years[0]), max(ends[-1], years[-1])), xticks=ends)
    marks = ax.set_xticklabels([*map(str, ends[:-1]), f"year {ends[-1]}"], fontsize=style.SMALL - 1)
    marks[0].set_horizontalalignment("left")
    marks[-1].set_horizontalalignment("right")


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
