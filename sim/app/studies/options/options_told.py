"""What is said of options side by side: a row an indicator, a column each; one picture; money; what each changes."""

import math
from dataclasses import dataclass, replace

import pandas as pd

from sim.analysis.figures.options_dots import DottedRow, in_short, letters, options_dots
from sim.analysis.figures.register import Drawing
from sim.analysis.figures.values import Difference
from sim.analysis.statistics.long_waits import AT_LEAST
from sim.analysis.statistics.paired import Level, differences, level_at
from sim.analysis.words.amounts import gap, more_than
from sim.analysis.words.indicator import about
from sim.analysis.words.plain import tidy
from sim.analysis.words.side import same
from sim.app.configuration.beside.warned import place_words, warnings_of
from sim.app.pages.document import (
    BETTER,
    FIRST,
    WARNING,
    WORSE,
    WRAP,
    Block,
    Bullets,
    Cell,
    Column,
    CommandLine,
    Document,
    Fold,
    Section,
    Sentence,
    Table,
    figure_of,
    sentences,
)
from sim.app.studies.options.options_asked import AskedOptions
from sim.domain.scenario import Scenario

OPTIONS = ("option", "kpi", "group", "unit", "value", "difference", "ci_low", "ci_high", "replications")
"""Columns of `options.csv`."""
CARE = "had_needed_care_within_18_weeks_share"
ROWS = (
    (CARE, "all", "Of those who need more than self-management: have the care they need within 18 weeks"),
    ("days_to_definitive_care_median", "needs_more", "Half of them have their need met, or settle for less, within"),
    ("days_to_first_contact_median", "all", "Half of all patients are first seen within"),
    ("wait_weeks_median", "trauma_orthopaedics", "T&O: median wait of those seen"),
    ("wait_weeks_median", "physiotherapy", "Physiotherapy: median wait of those seen"),
    ("hospital_no_outcome_share", "all", "Hospital referrals that end with no outcome"),
    ("gp_appointments_per_1000", "all", "GP appointments used, per 1,000 residents a year"),
    ("qalys_net", "all", "Health gained by care less lost while waiting, QALYs per 1,000 residents a year"),
)
"""(kpi, group, words) of the eight rows; what a place has not is left out."""
MONEY = (
    ("staff_wte", "all", "Staff in post, WTE"),
    ("staff_cost", "all", "Staff, a year"),
    ("cost_total", "all", "All care, operations and scans too, a year"),
)
_CHANGES = 25
"""Changed values that are listed of each option; all stand in its file under config/."""


@dataclass(frozen=True)
class OptionsBeside:
    """Every option beside today: scenarios (today's first), titles, levels by (name, kpi, group), differences by name,
    and how many replications there are."""

    every: tuple[Scenario, ...]
    titles: tuple[str, ...]
    own: dict[tuple[str, str, str], Level]
    gaps: dict[str, dict[tuple[str, str], Difference]]
    count: int

    @property
    def each(self) -> str:
        return f"{self.count} replication{'s' * (self.count != 1)} of each, on the same patients"

    @property
    def heads(self) -> tuple[Column, ...]:
        letter = letters(len(self.every))
        return tuple(Column(f"{a}: {words}", True, fit=WRAP) for a, words in zip(letter, self.titles, strict=True))


def options_beside(asked: AskedOptions, kpis: pd.DataFrame) -> OptionsBeside:
    every = tuple(asked.every)
    return OptionsBeside(
        every,
        tuple(tidy(one.title or one.name, 120) for one in every),
        _levels(kpis),
        {one.name: _gaps(kpis, one.name, asked.today.name) for one in asked.options},
        int(kpis["replication"].nunique()),
    )


def options_in_short(asked: AskedOptions, kpis: pd.DataFrame) -> Document:
    """For the terminal: the answer and both tables, without intervals."""
    side = options_beside(asked, kpis)
    tables = (_table(f"The options side by side ({side.each})", ROWS, side, ranges=False),)
    return Document(title=_title(side), blocks=(*_begun(asked, side), *tables, _table("Money", MONEY, side, False)))


def told_options(
    asked: AskedOptions, kpis: pd.DataFrame, changes: dict[str, list[tuple[str, str, str]]], command: str
) -> tuple[Document, Drawing | None]:
    """The page and its picture. `changes`: option -> (key, today's value, its own)."""
    side = options_beside(asked, kpis)
    rows = [
        DottedRow(words, kpi, tuple(side.own.get((one.name, kpi, group), _UNKNOWN) for one in side.every))
        for kpi, group, words in ROWS
        if _known(side.own, side.every, kpi, group)
    ]
    note = f"Bars: 95% intervals of each alone, of chance ({side.each})."
    drawing = options_dots(list(side.titles), rows, _answer(asked, side.gaps), note)
    table = _table(f"The options side by side ({side.each})", ROWS, side)
    blocks: list[Block] = [*_begun(asked, side), replace(table, note=_NOTE)]
    if drawing is not None:
        blocks.append(figure_of(drawing))
    blocks.append(_table("Staff and money", MONEY, side))
    options = zip(asked.options, side.titles[1:], strict=True)
    sections = (
        Section(
            "changes", "What each changes", tuple(_fold(one.name, words, changes[one.name]) for one, words in options)
        ),
        Section("sure", "How sure we are", (Bullets(_sure(side.count)),)),
        Section("again", "How to run it again", (CommandLine(command),)),
    )
    return Document(title=_title(side), blocks=tuple(blocks), sections=sections), drawing


def _title(side: OptionsBeside) -> str:
    count = len(side.every) - 1
    return f"{'One option' if count == 1 else f'{count} options'} against today: {side.titles[0]}"


def _begun(asked: AskedOptions, side: OptionsBeside) -> tuple[Block, ...]:
    """Whose people and staff these are, what to beware of, and the answer."""
    return (
        *sentences(f"{place_words(asked.today)}."),
        *sentences(*(f"Warning: {w}" for w in warnings_of(asked.today, None, asked.request)), role=WARNING),
        Sentence(f"{_answer(asked, side.gaps)}.", FIRST),
    )


_UNKNOWN = Level(math.nan, math.nan, math.nan)
_NOTE = (
    "In brackets: less today, and the 95% interval of that difference over replications, of chance alone; then whether "
    "it is better. What nobody has a number for has a dash."
)


def _sure(count: int) -> tuple[str, ...]:
    return (
        f"{count} replication{'s' * (count != 1)}. In each, the same people with the same needs and the same luck meet "
        "today and every option, and each option is compared with today on them.",
        "The intervals cover chance alone, and each stands by itself: of twenty differences that are none, one looks "
        "clear. Whether the assumptions hold is another question (mskflow uncertainty).",
    )


def _gaps(kpis: pd.DataFrame, option: str, today: str) -> dict[tuple[str, str], Difference]:
    return {
        (r.kpi, r.group): Difference(
            r.kpi, r.group, r.baseline, r.scenario, r.difference, r.ci_low, r.ci_high, int(r.replications)
        )
        for r in differences(kpis, option, today).itertuples()
    }


def _levels(kpis: pd.DataFrame) -> dict[tuple[str, str, str], Level]:
    asked = {kpi for kpi, *_ in (*ROWS, *MONEY)}
    kept = kpis[kpis["kpi"].isin(asked | {f"{kpi}{AT_LEAST}" for kpi in asked})]
    parts = {key: part["value"].to_numpy(float) for key, part in kept.groupby(["scenario", "kpi", "group"], sort=False)}
    return {
        (name, kpi, group): level_at(kpi, group, values, parts.get((name, f"{kpi}{AT_LEAST}", group)))
        for (name, kpi, group), values in parts.items()
        if kpi in asked
    }


def _known(own: dict, every, kpi: str, group: str) -> bool:
    found = [own.get((one.name, kpi, group), _UNKNOWN) for one in every]
    return any(math.isfinite(one.mean) or math.isfinite(one.more_than) for one in found)


def _answer(asked: AskedOptions, gaps: dict[str, dict[tuple[str, str], Difference]]) -> str:
    """Which option does best for those who need care, in a sentence."""
    found = {one.name: gaps[one.name][CARE, "all"] for one in asked.options if (CARE, "all") in gaps[one.name]}
    judged = {name: gap.verdict() for name, gap in found.items()}
    titles = dict(zip((one.name for one in asked.options), letters(len(asked.every))[1:], strict=True))
    better = sorted((name for name in judged if judged[name] == BETTER), key=lambda name: -found[name].difference)
    worse = [name for name in judged if judged[name] == WORSE]
    said = {
        "more people have the care they need within 18 weeks": better,
        "fewer have the care they need within 18 weeks": worse,
        "no clear difference": [name for name in judged if name not in (*better, *worse)],
    }
    parts = [f"{words} with {_joined([titles[name] for name in names])}" for words, names in said.items() if names]
    told = "; ".join(parts) or "Nothing here says how many have the care they need within 18 weeks"
    return told[:1].upper() + told[1:]


def _table(caption: str, asked, side: OptionsBeside, ranges: bool = True) -> Table:
    every, own, gaps = side.every, side.own, side.gaps
    rows = [
        (words, *(_cell(kpi, group, one.name, own, gaps, ranges) for one in every))
        for kpi, group, words in asked
        if _known(own, every, kpi, group)
    ]
    return Table(caption, (Column("What it comes to"), *side.heads), tuple(rows))


def _cell(kpi: str, group: str, name: str, own, gaps, ranges: bool) -> Cell:
    """The value; of an option small beside it the difference, its interval, and whether it is better."""
    level = own.get((name, kpi, group), _UNKNOWN)
    words = more_than(kpi, level.more_than) if math.isfinite(level.more_than) else in_short(kpi, level.mean)
    found = gaps.get(name, {}).get((kpi, group))
    if found is None or not found.told:
        return Cell(words)
    judged = found.verdict()
    if judged == "no difference":
        return Cell(words, note="(the same)")
    change, _, interval = gap(kpi, found.stated, found.low, found.high).partition(" (")
    points = " points" * bool(about(kpi).points)
    apart = f"; {interval.removesuffix(')')}" if interval and ranges and not same(found.low, found.high) else ""
    mark = judged if judged in (BETTER, WORSE) else ""
    return Cell(words, mark, f"({change}{points}{apart}: {judged})")


def _fold(name: str, title: str, changed: list[tuple[str, str, str]]) -> Fold:
    in_order = sorted(changed, key=lambda one: (not one[0].endswith(".wte"), not one[0].startswith("workforce.")))
    rows = tuple((tidy(key, 90), tidy(before, 40), tidy(after, 40)) for key, before, after in in_order[:_CHANGES])
    more = len(changed) - _CHANGES
    note = f"And {more} more; all of them stand in config/{name}.yaml beside this page." if more > 0 else ""
    table = Table(title, (Column("What"), Column("Today"), Column("In this option")), rows, note=note)
    return Fold(title, (table,), f"{len(changed)} settings")


def _joined(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
