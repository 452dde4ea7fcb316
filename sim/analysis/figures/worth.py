"""Money and health with everything drawn: the plane and the acceptability curve beside each other.
Not a figure of a study."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.figures import style
from sim.analysis.figures.register import Drawer, Drawing, drawing
from sim.analysis.money.economics import QUADRANTS, THRESHOLDS, acceptability, quadrant_shares


@dataclass(frozen=True)
class Drawn:
    """Extra pounds and QALYs per 1,000 residents a year of each draw (draws,), what a QALY is taken to be worth, the
    two names."""

    cost: np.ndarray
    qalys: np.ndarray
    gbp_per_qaly: float
    scenario: str
    baseline: str


def worth_picture(drawn: Drawn) -> Drawing:
    """As SVG."""
    return drawing(Drawer("worth", "Worth its money?", _styled), drawn)


def _styled(drawn: Drawn):
    with style.styled():
        return _draw(drawn)


def _draw(drawn: Drawn):
    shares = quadrant_shares(drawn.cost, drawn.qalys)
    most, curve = max(shares, key=shares.get), acceptability(drawn.cost, drawn.qalys)
    at = float(acceptability(drawn.cost, drawn.qalys, np.array([drawn.gbp_per_qaly]))[0])
    fig = style.canvas(
        f"{drawn.scenario}: {QUADRANTS[most]}, in {100 * shares[most]:.0f} of 100 draws; worth its money in "
        f"{100 * at:.0f} of 100 at £{drawn.gbp_per_qaly:,.0f} a QALY",
        f"{drawn.scenario} less {drawn.baseline}, per 1,000 residents a year. A point is a draw of everything that is "
        f"not known: demand, routes, times, recovery, prices and effects together, {len(drawn.cost):,} draws, the "
        f"noise of replications taken out. Dashed: £{drawn.gbp_per_qaly:,.0f} a QALY.",
        3.4,
    )
    spec = style.grid(fig, 1, 2, left=0.95, right=0.3, top=0.2, bottom=0.55, wspace=0.32)
    _plane(style.quiet(fig.add_subplot(spec[0]), "both"), drawn)
    _curve(style.quiet(fig.add_subplot(spec[1]), "y"), drawn, curve, at)
    return fig


def _plane(ax, drawn: Drawn):
    x, y = (1.15 * float(np.abs(values).max()) or 1.0 for values in (drawn.qalys, drawn.cost))
    ax.axhline(0, color=style.INK, linewidth=1)
    ax.axvline(0, color=style.INK, linewidth=1)
    ax.plot(
        [-x, x], [-x * drawn.gbp_per_qaly, x * drawn.gbp_per_qaly], color=style.MUTED, linewidth=1.2, linestyle="--"
    )
    ax.plot(drawn.qalys, drawn.cost, "o", color=style.SCENARIO, alpha=0.45, markersize=4, markeredgewidth=0)
    ax.plot(drawn.qalys.mean(), drawn.cost.mean(), "D", color=style.WARNING, markersize=7, markeredgecolor="white")
    ax.set(xlim=(-x, x), ylim=(-y, y), xlabel="extra QALYs", ylabel="extra pounds")


def _curve(ax, drawn: Drawn, curve: np.ndarray, at: float):
    ax.plot(THRESHOLDS / 1000, curve * 100, color=style.SCENARIO, linewidth=2.4)
    ax.axvline(drawn.gbp_per_qaly / 1000, color=style.MUTED, linewidth=1.2, linestyle="--")
    ax.plot(drawn.gbp_per_qaly / 1000, at * 100, "o", color=style.SCENARIO, markersize=7)
    ax.set(
        ylim=(-2, 103),
        xlim=(0, THRESHOLDS[-1] / 1000),
        yticks=[0, 25, 50, 75, 100],
        xlabel="what a QALY is worth, £ thousand",
        ylabel="% of draws worth it",
    )
