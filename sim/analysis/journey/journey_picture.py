"""Both journeys as one picture on one time axis: a row for each service on the way, waits as bars, contacts as dots."""

from dataclasses import dataclass

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.analysis.figures import style
from sim.analysis.figures.register import Drawer, Drawing, drawing
from sim.analysis.journey.journey import Journey, Stay
from sim.analysis.journey.journey_words import days_words
from sim.analysis.words.plain import tidy

_ROW, _HEAD, _AXIS, _KEY = 0.30, 0.40, 0.52, 0.62  # inches
_LEFT, _RIGHT = 2.45, 0.2
_AFTER = 1.6  # inches after the last day, for the words on how it ended
_CHAR = 0.070  # inches that a character of small print may take
_SETTINGS = {
    "primary": "primary care",
    "triage": "triage",
    "community": "community",
    "diagnostics": "tests",
    "hospital": "hospital",
    "home": "at home",
}
_ENDS = {
    "resolved": "over",
    "recovered": "recovered",
    "other": "taken off the list",
    "dropped_out": "left early",
    "waiting": "still waiting",
    "in_care": "still in care",
    "discharged_after_missing": "off after missing",
}
"""Shorter than in the tables: they stand after the last mark."""
_MOST_ROWS = 30


@dataclass(frozen=True)
class Pictured:
    """`name` of the person; (words over a lane, journey) of one or two lanes, the way it is first."""

    name: str
    lanes: tuple[tuple[str, Journey], ...]


def timeline(pictured: Pictured) -> Drawing:
    """The picture, alone and for a page; the same journeys give the same bytes."""
    return drawing(Drawer("timeline", "The journey", figure_of), pictured)


def figure_of(pictured: Pictured) -> Figure:
    """The picture as matplotlib has it."""
    with style.styled():
        lanes = [(title, one, one.stays[-_MOST_ROWS:]) for title, one in pictured.lanes]
        heights = [_HEAD + _ROW * max(len(stays), 1) for _, _, stays in lanes]
        fig = style.canvas(_sentence(pictured), _note(lanes), sum(heights) + _AXIS + _KEY)
        above, _ = style.margins(fig)
        _key(fig, lanes)
        whole, end = fig.get_figheight(), max(1.0, *(_last(one) / 7 for _, one, _ in lanes))
        top = whole - above - _KEY
        axes = []
        for number, ((title, one, stays), height) in enumerate(zip(lanes, heights, strict=True)):
            rows = height - _HEAD
            ax = fig.add_axes(
                (
                    _LEFT / style.WIDTH,
                    (top - height) / whole,
                    (style.WIDTH - _LEFT - _RIGHT) / style.WIDTH,
                    rows / whole,
                )
            )
            ink = style.BASELINE_INK if number == 0 and len(lanes) == 2 else style.SCENARIO
            fig.text(
                0.12 / style.WIDTH,
                (top - 0.26) / whole,
                style.wrap(title, 84, 1),
                fontsize=style.SIZE + 1,
                fontweight="bold",
                color=ink,
                va="center",
            )
            _lane(ax, one, stays, end, number == len(lanes) - 1)
            axes.append(ax)
            top -= height
        axes[-1].set_xlabel("weeks since asking for help")
        return fig


def _last(one: Journey) -> int:
    return max([0, *(stay.last for stay in one.stays), *(() if one.ended is None else (one.ended,))])


def _lane(ax, one: Journey, stays: tuple[Stay, ...], end: float, lowest: bool) -> None:
    ax.spines[["left", "right", "top"]].set_visible(False)
    ax.spines["bottom"].set_visible(lowest)
    ax.grid(axis="x")
    inch = 1.015 * end / (style.WIDTH - _LEFT - _RIGHT - _AFTER)  # of the time axis, in weeks
    ax.set(xlim=(-0.015 * end, end + _AFTER * inch), ylim=(max(len(stays), 1) - 0.5, -0.5), yticks=[])
    ax.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    ax.tick_params(axis="x", labelbottom=lowest, length=3 if lowest else 0)
    for row, stay in enumerate(stays):
        if row % 2 == 0:
            ax.axhspan(row - 0.5, row + 0.5, color=style.PALE, linewidth=0, zorder=0)
        style.label(ax, -0.01, row, style.wrap(stay.label, 34, 1), ax.get_yaxis_transform(), style.SMALL)
        rest = _marks(ax, row, stay, inch)
        last = stay.last / 7
        if row == len(stays) - 1:
            last = _end(ax, one, stay, row, inch)
            rest.append(_ENDS.get(one.end, one.end_words))
        _beside(ax, row, ", ".join(rest), stay.first / 7, last, inch)


def _marks(ax, row: int, stay: Stay, inch: float) -> list[str]:
    """Bar, line and dots of a row; returns the words that have no place on the bar."""
    colour = style.SETTINGS.get(stay.setting, style.MUTED)
    first, last, rest = stay.first / 7, stay.last / 7, []
    called = last if stay.called is None else stay.called / 7
    if stay.passing:
        ax.plot([first, last], [row, row], color=colour, linewidth=1.8, linestyle=(0, (2, 1.2)), zorder=2)
        rest.append(days_words(stay.last - stay.first) if stay.last > stay.first else "")
    elif called > first:
        ax.barh(
            row, called - first, left=first, height=0.56, color=_pale(colour), edgecolor=colour, linewidth=0.8, zorder=2
        )
        days = round((called - first) * 7)
        words = f"{days} days’ wait" if days > 1 else "1 day’s wait"
        if (called - first) / inch > _CHAR * len(words) + 0.12:
            ax.text(
                (first + called) / 2,
                row,
                words,
                ha="center",
                va="center",
                fontsize=style.SMALL,
                color=style.INK,
                zorder=5,
            )
        else:
            rest.append(words)
    if last > called and not (stay.passing or stay.aside):
        ax.plot([called, last], [row, row], color=colour, linewidth=1.4, zorder=2)
    visits = np.unique(np.array(stay.visits, float)) / 7
    if len(visits):
        ax.plot(
            visits,
            np.full(len(visits), row),
            "o",
            color=colour,
            markeredgecolor="white",
            markeredgewidth=0.7,
            markersize=6.4,
            zorder=3,
        )
    if stay.aside:
        rest.append("asked again")
    elif len(stay.visits) > 1:
        rest.append(f"{len(stay.visits)} visits")
    return [words for words in rest if words]


def _end(ax, one: Journey, stay: Stay, row: int, inch: float) -> float:
    """A diamond where it ended, an arrow head where only the run did; beside the dot of a visit, not on it."""
    at = stay.last / 7 if one.ended is None else one.ended / 7
    at += 0.12 * inch if any(abs(visit / 7 - at) < 0.1 * inch for visit in stay.visits) else 0.0
    colour = (
        style.WARNING
        if one.end in ("waiting", "other", "gave_up", "discharged_after_missing", "dropped_out")
        else style.INK
    )
    ax.plot(
        at,
        row,
        ">" if one.ended is None else "D",
        color=colour,
        markeredgecolor="white",
        markeredgewidth=0.7,
        markersize=7,
        zorder=4,
        clip_on=False,
    )
    return at


def _beside(ax, row: int, words: str, first: float, last: float, inch: float) -> None:
    """Words to the right of the row's marks if there is room, else to their left, else shortened."""
    if not words:
        return
    low, high = ax.get_xlim()
    needed, gap = _CHAR * len(words) * inch, 0.11 * inch
    if last + gap + needed > high and first - gap - needed >= low:
        ax.text(first - gap, row, words, ha="right", va="center", fontsize=style.SMALL, color=style.INK, zorder=5)
        return
    room = int((high - last - gap) / inch / _CHAR)
    if len(words) > room:  # the visits can be counted, and the last words say how it ended
        parts = words.split(", ")
        words = ", ".join(part for part in parts if not part.endswith(" visits")) or words
        words = words if len(words) <= room else parts[-1]
    words = tidy(words, max(room, 12))
    ax.text(last + gap, row, words, ha="left", va="center", fontsize=style.SMALL, color=style.INK, zorder=5)


def _pale(colour: str) -> tuple[float, ...]:
    """The colour on paper, a third as strong."""
    return tuple(1 - 0.32 * (1 - part) for part in to_rgb(colour))


def _key(fig: Figure, lanes) -> None:
    """The settings on the way by colour, and below what each mark is."""
    stays = [stay for _, _, some in lanes for stay in some]
    used = [name for name in _SETTINGS if any(stay.setting == name for stay in stays)]
    style.key(fig, [("■", style.SETTINGS[name], style.INK, _SETTINGS[name]) for name in used], 0.12)
    marks = [
        ("▭", "wait"),
        ("●", "contact"),
        *([("┄", "time passes")] if any(stay.passing for stay in stays) else []),
        *([("◆", "end")] if any(one.ended is not None for _, one, _ in lanes) else []),
        *([("▶", "goes on after the run")] if any(one.ended is None for _, one, _ in lanes) else []),
    ]
    style.key(fig, [(mark, style.MUTED, style.MUTED, words) for mark, words in marks], 0.38)


def _sentence(pictured: Pictured) -> str:
    said = [_when(one) for _, one in pictured.lanes]
    if len(said) == 1:
        return f"{pictured.name}: {said[0]}"
    return (
        f"{pictured.name}, {said[0]} both ways"
        if said[0] == said[1]
        else f"{pictured.name}: as it is, {said[0]}; as it could be, {said[1]}"
    )


def _when(one: Journey) -> str:
    """Days to care that meets the need, and how much longer the person waited then; or how it ended without it."""
    if one.definitive_care is None:
        return one.end_words
    if not one.had_care:
        how = "recovered" if one.end == "recovered" else "over"
        return f"{how} {'' if one.definitive_care == 0 else 'after '}{days_words(one.definitive_care)}"
    met = "the same day" if one.definitive_care == 0 else f"after {days_words(one.definitive_care)}"
    more = f", then {days_words(one.waited_after)} more on lists" if one.waited_after else ""
    return f"care at the level of the need {met}{more}"


def _note(lanes) -> str:
    cut = any(len(one.stays) > len(stays) for _, one, stays in lanes)
    return (
        "Each row is a service on the way, the first at the top; a line between dots is a course of visits. "
        "Simulated: one of many ways it could have gone."
    ) + (f" Only the last {_MOST_ROWS} services are drawn." if cut else "")
