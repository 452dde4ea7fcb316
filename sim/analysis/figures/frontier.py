"""Cost against wait: what each level of spending buys. Not a figure of a study, so it is not in their register."""

import math
from dataclasses import dataclass

from sim.analysis.figures import style
from sim.analysis.figures.register import Drawer, Drawing, drawing
from sim.analysis.words.amounts import amount
from sim.analysis.words.indicator import about

_PANEL = 2.1
_NOTE = (
    "Each mark is a plan, with its means over the replications of the search. Of the plans tried, none that costs less "
)
_WANTED = (
    "comes as near to all targets together; the scenario as it stands is shown in any case. Dashed: what is wanted."
)
_BEST = "does better; the scenario as it stands is shown too, and to the right of the plan a step more of one thing."
MOST_PANELS = 6


@dataclass(frozen=True)
class Aim:
    """One target: its indicator, what it is called, the level that is wanted (None where it is to be as good as it can
    be), and its value in each plan."""

    kpi: str
    words: str
    level: float | None
    values: tuple[float, ...]


@dataclass(frozen=True)
class Frontier:
    """Plans in order of cost (pounds a year more than as it stands); `today`, `plan`: places of two of them;
    `sentence` says what is seen."""

    costs: tuple[float, ...]
    aims: tuple[Aim, ...]
    today: int
    plan: int
    sentence: str


def frontier_picture(frontier: Frontier) -> Drawing:
    """The frontier as SVG: a panel a target, at most MOST_PANELS."""
    return drawing(Drawer("frontier", "What each sum buys", _styled), frontier)


def _styled(frontier: Frontier):
    with style.styled():
        return _draw(frontier)


def _draw(frontier: Frontier):
    aims = frontier.aims[:MOST_PANELS]
    fig = style.canvas(
        frontier.sentence,
        _NOTE + (_WANTED if any(aim.level is not None for aim in aims) else _BEST),
        _PANEL * len(aims) + 0.5,
    )
    spec = style.grid(fig, len(aims), 1, left=0.85, right=0.35, top=0.34, bottom=0.5, hspace=0.62)
    scale, unit = (1e-6, "£m") if max(map(abs, frontier.costs), default=0) >= 1e6 else (1e-3, "£ thousand")
    costs = [cost * scale for cost in frontier.costs]
    for row, aim in enumerate(aims):
        ax = style.quiet(fig.add_subplot(spec[row]), "both")
        _panel(ax, frontier, aim, costs)
        if row == len(aims) - 1:
            ax.set_xlabel(f"{unit} a year more than as it stands")
    return fig


def _panel(ax, frontier: Frontier, aim: Aim, costs):
    like = about(aim.kpi)
    known = [
        (cost, value * like.factor)
        for place, (cost, value) in enumerate(zip(costs, aim.values, strict=True))
        if math.isfinite(value) and (place != frontier.today or place == frontier.plan)  # today's has a mark of its own
    ]
    ax.set_title(style.wrap(aim.words, 100, 1), color=style.INK)
    if aim.level is not None:
        _wanted(ax, aim, aim.level * like.factor)
    if known:
        ax.plot(*zip(*known, strict=True), "o-", color=style.SCENARIO, linewidth=1.6, markersize=5)
    for place, words, colour in (
        (frontier.today, "as it stands", style.BASELINE_INK),
        (frontier.plan, "plan", style.SCENARIO),
    ):
        if place != frontier.plan or words == "plan":
            _mark(ax, costs[place], aim.values[place] * like.factor, words, colour)
    ax.set_ylabel("%" if like.mark == "%" else like.unit)
    ax.margins(x=0.06, y=0.22)


def _wanted(ax, aim: Aim, at: float):
    ax.axhline(at, color=style.WARNING, linewidth=1.2, linestyle=(0, (4, 3)))
    ax.text(
        1.0,
        at,
        f"{amount(aim.kpi, aim.level)} ",
        transform=ax.get_yaxis_transform(),
        ha="right",
        va="bottom",
        fontsize=style.SMALL,
        color=style.WARNING,
    )


def _mark(ax, x, y, words, colour):
    if math.isfinite(y):
        ax.plot([x], [y], "D", color=colour, markersize=8)
        ax.annotate(
            words,
            (x, y),
            (0, 9),
            textcoords="offset points",
            ha="center",
            fontsize=style.SIZE,
            color=colour,
            fontweight="bold",
        )
