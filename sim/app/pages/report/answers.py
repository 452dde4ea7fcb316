"""Answers to one question side by side: a column for each, a row for each of a few numbers."""

import math

import pandas as pd

from sim.analysis.figures.values import Difference, labels, title
from sim.analysis.reading.tables import Study
from sim.analysis.words.amounts import amount, finer, number
from sim.analysis.words.answers import FREED
from sim.analysis.words.indicator import BY_SERVICE, HEADLINES, about
from sim.analysis.words.plain import tidy
from sim.analysis.words.side import same
from sim.app.pages.document import BETTER, WORSE, WRAP, Cell, Column, Table
from sim.app.pages.report.believed import BELIEVED, ToldRange
from sim.app.pages.report.parts import signed

_SHORT = {
    "had_needed_care_within_18_weeks_share": "Of those who need more than self-management: have the care they need "
    "within 18 weeks",
    "had_needed_care_within_52_weeks_share": "The same within 52 weeks",
    "wait_weeks_median": "median wait of those seen",
    "staff_cost": "Staff, a year",
    "cost_total": "All care, operations and scans too, a year",
    "hospital_no_outcome_share": "Hospital referrals that end with no outcome",
}
"""Words of a row, where those of the indicator are too long."""


def answers(study: Study, ranges: bool = True) -> Table | None:
    """The answers in their order, each with its difference from the comparator; None where there are none. `ranges`:
    with that of each difference."""
    frame = study.answers
    if not len(frame):
        return None
    names = dict(zip(frame["answer"], frame["title"], strict=True))
    rows = dict.fromkeys(zip(frame["kpi"], frame["group"], strict=True))
    columns = [Column(tidy(words, 120), True, fit=WRAP) for words in (title(study, study.baseline), *names.values())]
    count = int(frame["replications"].max())
    number_of = {1: "One answer", 2: "Two answers", 3: "Three answers"}.get(len(names), f"{len(names)} answers")
    return Table(
        f"{number_of} side by side, on the same patients ({count} replication{'s' * (count != 1)} of each)",
        (Column("What it comes to"), *columns),
        tuple(_row(study, frame[(frame["kpi"] == k) & (frame["group"] == g)], names, ranges) for k, g in rows),
        note=_note(study, frame),
    )


def _note(study: Study, frame: pd.DataFrame) -> str:
    freed = f" {tidy(study.meta.get('gp_time', ''))}" if set(frame["kpi"]) & set(FREED) else ""
    drawn = any((study.meta.get("believed_answers") or {}).values())
    wider = ", or where it says so the range over what is believed possible" if drawn else ""
    return f"In brackets: less {title(study, study.baseline)}, and the 95% interval, of chance alone{wider}.{freed}"


def _row(study: Study, rows: pd.DataFrame, names: dict[str, str], ranges: bool) -> tuple[str | Cell, ...]:
    """Of one indicator of one group."""
    by = {one.answer: one for one in rows.itertuples()}
    first = next(iter(by.values()))
    kpi, group = first.kpi, first.group
    before = "–" if kpi in FREED else amount(kpi, first.baseline)
    return (
        _words(study, kpi, group) if ranges else _few_words(study, kpi, group),
        before,
        *(_cell(by.get(name), kpi, group, _believed(study, name, kpi), ranges) for name in names),
    )


def _words(study: Study, kpi: str, group: str) -> str:
    if kpi in FREED:
        return f"{FREED[kpi].words}, a year"
    words = _SHORT.get(kpi, about(kpi).words)
    return f"{labels(study).get(group, group)}: {words}" if kpi in BY_SERVICE else words


def _few_words(study: Study, kpi: str, group: str) -> str:
    """Where a sentence above says of whom the headlines are told."""
    return about(kpi).words if kpi in HEADLINES else _words(study, kpi, group)


def _believed(study: Study, answer: str, kpi: str) -> ToldRange | None:
    """The range of the difference over what is believed possible, where it was drawn for this very answer."""
    drawn = (study.meta.get("believed_answers") or {}).get(answer) or {}
    ends = (drawn.get("ranges") or {}).get(kpi)
    return None if ends is None else ToldRange(*ends, BELIEVED)


def _cell(row, kpi: str, group: str, believed: ToldRange | None, ranges: bool) -> Cell:
    """The value, and small beside it the difference, its range, and whether it is better, or (without ranges, which
    would show it) cannot be told."""
    if row is None or not math.isfinite(row.scenario):
        return Cell("–")
    found = Difference(
        kpi, group, row.baseline, row.scenario, row.difference, row.ci_low, row.ci_high, row.replications
    )
    if kpi in FREED:
        return Cell(_freed(kpi, row))
    judged = found.verdict()
    word = judged if judged in (BETTER, WORSE) else ""
    if not math.isfinite(row.difference):
        return Cell(amount(kpi, row.scenario))
    if same(row.ci_low, row.ci_high) and number(kpi, row.difference) == number(kpi, 0.0):
        return Cell(amount(kpi, row.scenario), note="(the same)")
    told = f"{word} as configured" if word and believed is not None and believed.may_turn else word
    if not ranges and judged == "no clear difference":
        told = judged
    change = _change(found, believed, ranges)
    return Cell(amount(kpi, row.scenario), word, f"({change}{': ' * bool(told)}{told})")


def _change(gap: Difference, believed: ToldRange | None, ranges: bool) -> str:
    """`+5.3 points; +1.2 to +9.4`; without ends that are one. What is `believed` possible stands before chance."""
    of = (gap.difference, gap.low, gap.high)
    extra = finer(gap.kpi, *of)
    words = signed(gap.kpi, gap.stated, extra) + (" points" if about(gap.kpi).points else "")
    if not ranges or (believed is None and (not gap.known or same(gap.low, gap.high))):
        return words
    what, ends = ("", of[1:]) if believed is None else (f"{believed.of} ", (believed.low, believed.high))
    return f"{words}; {what}{' to '.join(signed(gap.kpi, end, extra) for end in ends)}"


def _freed(kpi: str, row) -> str:
    """A whole number; what is lost has its sign."""
    sign, value = FREED[kpi].sign, row.difference
    return f"{'−' if value <= -0.5 else ''}{sign}{abs(value):,.0f}"
