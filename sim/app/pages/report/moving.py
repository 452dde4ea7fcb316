"""The waiting lists of both pathways as they move from month to month: an SVG that style sheets move, without script.

People are counts, means over replications; between month ends a bar goes straight from one count to the next.
"""

from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import pairwise

import numpy as np
import pandas as pd

from sim.analysis.figures.inks import BASELINE_INK, INK, MUTED, SCENARIO
from sim.analysis.figures.values import labels, number_rows, pathways, title
from sim.analysis.reading.tables import Study
from sim.app.pages.document import Block, Column, Figure, Table, numbers

TITLE = "Waiting lists, month by month"
MOST_ROWS, MOST_STEPS = 12, 37
"""Services that are shown, and moments: with more a page would grow by more than it tells."""
_SECONDS_A_STEP, _HELD = 0.5, 8
"""How long a step takes, and per cent of the time for which the last one stands."""
_LABELS, _GAP, _WIDTH, _ROW, _TOP, _BAR = 222, 16, 760, 25, 74, 14
_PANEL = (_WIDTH - _LABELS - _GAP) // 2
_INKS = (BASELINE_INK, SCENARIO)


@dataclass(frozen=True)
class Lists:
    """People on the lists: `waiting` has a row a service and a column for each (pathway, month end)."""

    waiting: pd.DataFrame
    months: tuple[str, ...]
    pathways: tuple[str, ...]

    @property
    def largest(self) -> float:
        return float(np.nanmax(self.waiting.to_numpy()))

    def of(self, pathway: str, service: str) -> list[float] | None:
        """People at each month end; None where the pathway has no such service."""
        row = [self.waiting.at[service, (pathway, month)] for month in self.months]
        return None if pd.isna(row[0]) else row


def moving(study: Study) -> tuple[Block, ...]:
    """The picture and its numbers; nothing where there is nothing to move."""
    lists = _lists(study)
    if lists is None:
        return ()
    sentence = (
        f"How many people wait, from the end of {_month(lists.months[0])} to the end of {_month(lists.months[-1])}, "
        "over and over"
    )
    note = (
        "Month ends, mean over replications, on one scale; the longest lists. Between month ends a bar goes straight "
        "from one count to the next. Where a device is set to move less, and in print, it stands at the end."
    )
    drawn = Figure("moving_lists", TITLE, sentence, note, _svg(study, lists, sentence), pause="Pause what moves")
    return drawn, _table(study, lists)


def _lists(study: Study) -> Lists | None:
    frame = number_rows(study.lists, "waiting")
    frame = frame[frame["scenario"].isin(pathways(study))]
    every = sorted(set(frame["month_end"]))
    if len(every) < 2 or not frame["waiting"].gt(0).any():
        return None
    last = len(every) - 1
    steps = min(len(every), MOST_STEPS) - 1
    months = tuple(every[round(place * last / steps)] for place in range(steps + 1))
    sums = frame[frame["month_end"].isin(months)].groupby(["service", "scenario", "month_end"])["waiting"].sum()
    waiting = sums.unstack(["scenario", "month_end"])
    peak = waiting.max(axis=1)
    kept = peak[peak >= 0.5].nlargest(MOST_ROWS).index
    order = [name for name in labels(study) if name in kept]
    return Lists(waiting.loc[order], months, pathways(study)) if order else None


def _month(day: str) -> str:
    return date.fromisoformat(day).strftime("%B %Y")


def _svg(study: Study, lists: Lists, sentence: str) -> str:
    names, rows = labels(study, 34), len(lists.waiting)
    height = _TOP + _ROW * rows + 24
    seconds = _SECONDS_A_STEP * len(lists.months)
    css = [
        f".mv{{animation:{seconds:g}s linear infinite;transform-box:fill-box;transform-origin:0 0}}",
        "@media (prefers-reduced-motion:reduce),print{.mv{animation:none!important}}",
        f".mm{{opacity:0}}.mm{len(lists.months) - 1}{{opacity:1}}",
        _keyframes("mt", [f"translateX({_place(lists, step):.0f}px)" for step in range(len(lists.months))]),
        *_shown(lists),
    ]
    marks = [_words(_LABELS, 14, f"End of {_month(month)}", f'class="mv mm mm{step}" font-weight="bold"')
             for step, month in enumerate(lists.months)]  # fmt: skip
    marks.append(f'<path d="M{_LABELS} 26H{_WIDTH - 8}" stroke="{MUTED}"/>')
    marks.append(
        f'<circle class="mv" style="animation-name:mt" cx="{_LABELS}" cy="26" r="5" fill="{INK}" '
        f'transform="translate({_place(lists, len(lists.months) - 1):.0f})"/>'
    )
    for place, service in enumerate(lists.waiting.index):
        y = _TOP + _ROW * place
        marks.append(_words(0, y + 11, names.get(service, str(service))))
    for panel, pathway in enumerate(lists.pathways):
        x = _LABELS + panel * (_PANEL + _GAP)
        marks.append(_words(x, 54, title(study, pathway, 32), f'fill="{_INKS[panel]}" font-weight="bold"'))
        marks.append(f'<path d="M{x} {_TOP - 8}V{height - 20}" stroke="{MUTED}"/>')
        marks.append(_words(x, height - 4, "0", f'fill="{MUTED}"'))
        most = f"{lists.largest:,.0f} people"
        marks.append(_words(x + _PANEL, height - 4, most, f'fill="{MUTED}" text-anchor="end"'))
        for place, service in enumerate(lists.waiting.index):
            y, people = _TOP + _ROW * place, lists.of(pathway, service)
            if people is None:
                marks.append(_words(x + 6, y + 11, "not in this pathway", f'fill="{MUTED}" font-style="italic"'))
                continue
            parts = [one / lists.largest for one in people]
            name = f"m{panel}-{place}"
            css.append(_keyframes(name, [f"scaleX({part:.3f})" for part in parts]))
            marks.append(
                f'<g transform="translate({x} {y})"><rect class="mv" style="animation-name:{name};'
                f'transform:scaleX({parts[-1]:.3f})" width="{_PANEL}" height="{_BAR}" fill="{_INKS[panel]}"/></g>'
            )
    style_sheet, drawn = "".join(css), "\n".join(marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="moving_lists" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{escape(sentence)}" font-family="Arial, Helvetica, sans-serif" font-size="12" '
        f'fill="{INK}">\n<style>{style_sheet}</style>\n{drawn}\n</svg>\n'
    )


def _place(lists: Lists, step: int) -> float:
    """How far along the line of time, in its units."""
    return (_WIDTH - 8 - _LABELS) * step / (len(lists.months) - 1)


def _times(count: int) -> list[float]:
    """Per cent of the whole at which each step has come; the last stands for a while."""
    return [(100 - _HELD) * step / (count - 1) for step in range(count)]


def _keyframes(name: str, moments: list[str]) -> str:
    """Where a mark is at each step; a step that changes nothing is left out."""
    kept = [
        (time, moment)
        for place, (time, moment) in enumerate(zip(_times(len(moments)), moments, strict=True))
        if not 0 < place < len(moments) - 1 or {moments[place - 1], moments[place + 1]} != {moment}
    ]
    steps = "".join(f"{time:.4g}%{{transform:{moment}}}" for time, moment in [*kept, (100.0, moments[-1])])
    return f"@keyframes {name}{{{steps}}}"


def _shown(lists: Lists) -> list[str]:
    """Each month's words, from half a step before it to half a step after."""
    times = _times(len(lists.months))
    edges = [0.0, *((a + b) / 2 for a, b in pairwise(times)), 100.0]
    rules = []
    for step, (on, off) in enumerate(pairwise(edges)):
        before = f"0%{{opacity:0}}{on:.4g}%{{opacity:0}}{on + 0.01:.5g}%{{opacity:1}}" if step else "0%{opacity:1}"
        after = f"{off:.4g}%{{opacity:1}}{off + 0.01:.5g}%,100%{{opacity:0}}" if off < 100 else "100%{opacity:1}"
        rules.append(f"@keyframes mm{step}{{{before}{after}}}.mm{step}{{animation-name:mm{step}}}")
    return rules


def _words(x: float, y: float, words: str, look: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" {look}>{escape(words)}</text>'


def _table(study: Study, lists: Lists) -> Table:
    """The same numbers at the ends of years."""
    names = labels(study)
    moments = [lists.months[0], *(month for month in lists.months[1:-1] if month[5:7] == lists.months[-1][5:7])]
    moments.append(lists.months[-1])
    rows = []
    for service in lists.waiting.index:
        cells = []
        for pathway in lists.pathways:
            waiting = lists.waiting.loc[service]
            cells += ["–" if pd.isna(waiting[pathway, one]) else f"{waiting[pathway, one]:,.0f}" for one in moments]
        rows.append((names.get(service, str(service)), *cells))
    heads = [
        numbers(date.fromisoformat(one).strftime("%b %Y"), title(study, pathway))
        for pathway in lists.pathways
        for one in moments
    ]
    return Table("People waiting at month ends", (Column("Service"), *heads), tuple(rows))
