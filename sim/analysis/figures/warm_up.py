"""How the lists fill from an empty start, and where MSER-5 would begin to count."""

from itertools import chain

import numpy as np

from sim.analysis.figures import style
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import labels, pathways, title
from sim.analysis.reading.waiting_series import BATCH_DAYS
from sim.analysis.statistics.warm_up import TOTAL, by_service, mser_of_batches

_ROW = 0.2


@figure("warm_up", "The warm-up")
def warm_up(study):
    series = _series(study)
    if not series:
        return None
    cuts = {name: dict(zip(own, map(mser_of_batches, own.values()), strict=True)) for name, own in series.items()}
    services = [service for service in dict.fromkeys(chain(*series.values())) if service != TOTAL]
    counted_from = int(study.meta.get("warm_up_days") or 0)
    fig = style.canvas(
        _sentence(study, cuts, counted_from),
        "Top: people on all lists, mean over replications, a point for five days. Middle: the MSER-5 statistic, by "
        "where the series is cut; its lowest point is the cut, if no more than half of the series lies before it. "
        "Bottom: the cut of each list; a cross at the right edge where it finds none.",
        4.3 + _ROW * len(services),
    )
    rows = style.grid(
        fig,
        3,
        1,
        left=2.1,
        right=0.3,
        top=0.4,
        bottom=0.5,
        hspace=0.22,
        height_ratios=(2.0, 1.2, 0.3 + _ROW * len(services)),
    )
    people, statistic, each = (style.quiet(fig.add_subplot(rows[row]), "both") for row in range(3))
    style.key(fig, [("●", style.fill(study, s), style.ink(study, s), title(study, s, 40)) for s in series], 0.16)
    for name, own in series.items():
        _total(people, statistic, style.fill(study, name), own[TOTAL], cuts[name][TOTAL])
    length = max(len(own[TOTAL]) for own in series.values()) * BATCH_DAYS
    _services(each, study, cuts, services, length)
    for ax in (people, statistic, each):
        ax.axvline(counted_from, color=style.WARNING, linewidth=1, linestyle=":")
        ax.set_xlim(-0.01 * length, length)
    for ax in (people, statistic):
        ax.tick_params(labelbottom=False)
    _counted_from(people, counted_from)
    people.set_ylim(bottom=0)
    people.set_ylabel("people waiting")
    statistic.set_ylabel("MSER-5")
    above_none = [len(own[TOTAL].statistic) and (own[TOTAL].statistic > 0).all() for own in cuts.values()]
    statistic.set_yscale("log" if all(above_none) else "linear")
    each.set_xlabel("days from the start")
    return fig


def _series(study) -> dict[str, dict]:
    """pathway -> how each of its lists fills, and all together; of those with a warm-up."""
    known = study.warm_up[np.isfinite(study.warm_up["waiting"].to_numpy(float))]
    series = {name: by_service(known, name) for name in pathways(study)}
    return {name: own for name, own in series.items() if own and len(own[TOTAL])}


def _total(people, statistic, colour, waiting, cut):
    """One pathway: all its lists, and its statistic; both with the cut."""
    people.plot(np.arange(len(waiting)) * BATCH_DAYS, waiting, ".-", color=colour, linewidth=1.2, markersize=3)
    statistic.plot(np.arange(len(cut.statistic)) * BATCH_DAYS, cut.statistic, color=colour, linewidth=1.4)
    if cut.days is not None:
        for ax in (people, statistic):
            ax.axvline(cut.days, color=colour, linewidth=1.6, linestyle=(0, (4, 3)))


def _counted_from(ax, days):
    ax.annotate(
        "counted from here",
        (days, 1),
        (4, -4),
        xycoords=ax.get_xaxis_transform(),
        textcoords="offset points",
        va="top",
        fontsize=style.SMALL,
        color=style.WARNING,
    )


def _services(ax, study, cuts, services, length):
    words = labels(study, 30)
    for row, service in enumerate(services):
        for place, (name, own) in enumerate(cuts.items()):
            if service in own:
                days = own[service].days
                ax.plot(
                    [days if days is not None else 0.99 * length],
                    [row + 0.16 * (2 * place - 1) * (len(cuts) > 1)],
                    "o" if days is not None else "x",
                    color=style.fill(study, name),
                    markersize=5,
                )
        style.label(ax, -0.015, row, words.get(service, service), ax.get_yaxis_transform(), size=style.SMALL)
    ax.set(ylim=(len(services) - 0.5, -0.5), yticks=[])


def _sentence(study, cuts, counted_from) -> str:
    found = {name: own[TOTAL].days for name, own in cuts.items()}
    if None in found.values():
        where = (
            ""
            if len({days is None for days in found.values()}) == 1
            else " of " + " and ".join(title(study, name, 40) for name, days in found.items() if days is None)
        )
        return f"The lists{where} do not settle, or the run is too short to tell; {counted_from} days are cut"
    longest = max(found.values())
    return f"MSER-5 would cut {longest} days; {counted_from} are cut" + ("" if counted_from >= longest else ": too few")
