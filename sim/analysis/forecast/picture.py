"""Lists as they were and as they may become, drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

import numpy as np

from sim.analysis.figures import style


@dataclass(frozen=True)
class PicturedList:
    """`name` of a list; `was`: (months,) people; `likely`: (months ahead,); `ends`: of 95 and of 80%, each (low, high)
    of (months ahead,)."""

    name: str
    was: np.ndarray
    likely: np.ndarray
    ends: tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def picture(title: str, note: str, lists: Sequence[PicturedList], months: tuple[str, str, str]) -> str:
    """SVG, a panel a list; `months`: the names of the first, the last published and the last foretold."""
    with style.styled():
        rows = (len(lists) + 1) // 2
        fig = style.canvas(title, note, 2.1 * rows)
        grid = style.grid(fig, rows, 2, left=0.7, right=0.2, top=0.25, bottom=0.4, wspace=0.28, hspace=0.6)
        for place, one in enumerate(lists):
            ax = style.quiet(fig.add_subplot(grid[place]), "y")
            was, then = np.arange(1 - len(one.was), 1), np.arange(len(one.likely) + 1)
            for (low, high), colour in zip(one.ends, (style.BANDS[0], style.BANDS[1])):
                now = one.was[-1:]
                ax.fill_between(then, np.append(now, low), np.append(now, high), color=colour, linewidth=0)
            ax.plot(was, one.was, color=style.INK, linewidth=1.8)
            ax.plot(then, np.append(one.was[-1:], one.likely), color=style.SCENARIO, linewidth=2)
            ax.set_title(one.name)
            ax.set(xticks=[was[0], 0, then[-1]], xticklabels=months if len(was) > 1 else ("", *months[1:]))
            ax.set_ylim(bottom=0)
            ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        out = StringIO()
        fig.savefig(out, format="svg", metadata={"Date": None, "Creator": "mskflow"})
        return out.getvalue()
