"""The cost-effectiveness plane: extra QALYs against extra money, a point for each draw of what is not known."""

import numpy as np

from sim.analysis.figures import style
from sim.analysis.figures.acceptability import marks
from sim.analysis.figures.register import figure
from sim.analysis.figures.values import number_rows, title
from sim.analysis.money.economics import DOMINANT, DOMINATED, NORTH_EAST, QUADRANTS, SOUTH_WEST, quadrant_shares

SHOWN = 400
_CORNERS = {
    NORTH_EAST: (0.99, 0.99, "right", "top"),
    DOMINATED: (0.01, 0.99, "left", "top"),
    SOUTH_WEST: (0.01, 0.02, "left", "bottom"),
    DOMINANT: (0.99, 0.02, "right", "bottom"),
}
_WORDS = {
    NORTH_EAST: "more health, more money",
    DOMINATED: "less health, more money",
    SOUTH_WEST: "less health, less money",
    DOMINANT: "more health, less money",
}


@figure("cost_effectiveness_plane", "Health and money")
def cost_effectiveness_plane(study):
    frame = number_rows(number_rows(study.plane, "incremental_cost"), "incremental_qalys")
    if not study.baseline or not len(frame):
        return None
    cost, qalys = (frame[c].to_numpy(float) for c in ("incremental_cost", "incremental_qalys"))
    shares = quadrant_shares(cost, qalys)
    drawn = f"The first {SHOWN} of {len(cost):,} draws are shown, all are counted. " if len(cost) > SHOWN else ""
    fig = style.canvas(
        _sentence(study, shares),
        f"{title(study, study.name)} less {title(study, study.baseline)}, per 1,000 residents a year; a point is one "
        f"draw of prices and effects from their evidence, in one replication. {drawn}QALYs are counted to the end of "
        "the run. Below and to the right of a line, QALYs at that worth exceed the extra money.",
        4.0,
    )
    ax = style.quiet(fig.add_subplot(style.grid(fig, 1, 1, left=0.95, right=0.3, top=0.32, bottom=0.55)[0]), "both")
    x, y = _reach(qalys), _reach(cost)
    ax.axhline(0, color=style.INK, linewidth=1)
    ax.axvline(0, color=style.INK, linewidth=1)
    ax.plot(qalys[:SHOWN], cost[:SHOWN], "o", color=style.SCENARIO, alpha=0.35, markersize=3.5, markeredgewidth=0)
    ax.plot(qalys.mean(), cost.mean(), "D", color=style.WARNING, markersize=7, markeredgecolor="white")
    key = [("◆", style.WARNING, style.WARNING, "mean")]
    for position, (worth, _) in enumerate(marks(study)):
        line, mark = (("--", "- -"), (":", "····"))[position % 2]
        ax.plot([-x, x], [-x * worth, x * worth], color=style.MUTED, linewidth=1.2, linestyle=line)
        key.append((mark, style.MUTED, style.MUTED, f" £{worth:,.0f} a QALY"))
    style.key(fig, key, 0.1)
    for where, (left, up, ha, va) in _CORNERS.items():
        ax.text(
            left,
            up,
            f"{_WORDS[where]}: {shares[where]:.0%}",
            transform=ax.transAxes,
            ha=ha,
            va=va,
            fontsize=style.SMALL,
            color=style.INK,
            fontweight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
        )
    ax.set(
        xlim=(-x, x),
        ylim=(-y, y),
        xlabel="extra QALYs per 1,000 residents a year",
        ylabel="extra pounds per 1,000 residents a year",
    )
    return fig


def _reach(values: np.ndarray) -> float:
    """How far an axis goes to either side of 0."""
    return 1.25 * float(np.quantile(np.abs(values), 0.995)) or 1.0


def _sentence(study, shares: dict[str, float]) -> str:
    most = max(shares, key=shares.get)
    return (
        f"{title(study, study.name)}: {QUADRANTS[most]}, in {100 * shares[most]:.0f} of 100 draws of what is not known"
    )
