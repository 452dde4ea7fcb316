"""What a page of the report is made of: sentences, figures by their names, and tables of words."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sim.analysis.figures.values import Difference, differences, levels, longer_than, pathways, title
from sim.analysis.reading.tables import Study
from sim.analysis.statistics.paired import Level
from sim.analysis.words.amounts import between, finer, more_than, number, one_sided, subtracted
from sim.analysis.words.amounts import gap as gap_words
from sim.analysis.words.indicator import about
from sim.analysis.words.plain import tidy
from sim.app.pages.document import (
    BETTER,
    FINDING,
    PAGE,
    WORSE,
    Cell,
    Column,
    Figure,
    Fold,
    Section,
    Sentence,
    Table,
    numbers,
)


@dataclass(frozen=True)
class ReportPage:
    """`name` is its anchor; `figures` are shown in this order where they could be drawn."""

    name: str
    title: str
    sentences: tuple[str, ...]
    figures: tuple[str, ...] = ()
    tables: tuple[Table | Fold, ...] = ()

    def section(self, drawn: dict[str, Figure]) -> Section:
        """What it found, its figures, its tables."""
        found = [Sentence(words, FINDING if not place else "") for place, words in enumerate(self.sentences)]
        figures = [drawn[name] for name in self.figures if name in drawn]
        return Section(self.name, self.title, (*found, *figures, *self.tables), look=PAGE)


def part(
    name: str, words: str, sentences: Iterable[str], figures: tuple[str, ...], tables: Iterable[Table | Fold | None]
) -> ReportPage:
    """The page without what is empty."""
    kept = (one for one in tables if one is not None and (isinstance(one, Fold) or one.rows))
    return ReportPage(name, words, tuple(s for s in sentences if s), figures, tuple(kept))


def fold(table: Table | None) -> Fold | None:
    """The table, shown when asked for."""
    return Fold(table.caption, (table,)) if table is not None and table.rows else None


def marked(reading: str) -> str | Cell:
    """A reading with its mark, where it is better or worse."""
    return Cell(reading, reading) if reading in (BETTER, WORSE) else reading


def heads(study: Study, first: str, unit: bool = True) -> tuple[Column, ...]:
    """Headings of `row`: both pathways and what differs, or the one that ran alone."""
    units = [Column("Unit")] if unit else []
    names = [numbers(title(study, s)) for s in pathways(study)]
    both = [numbers("Difference"), numbers("95% interval"), *units, Column("Reading")]
    return Column(first), *names, *(both if study.baseline else [numbers("95% interval"), *units])


def compared(
    study: Study,
    caption: str,
    first: str,
    asked: Iterable[tuple],
    unit: bool = True,
    note: str = "",
) -> Table | None:
    """A table of indicators. `asked`: (words, kpi, group) or (words, kpi, group, indicator as which it is written);
    what is nowhere known has no row.
    """
    asked = [(*one, one[1])[:4] for one in asked]
    names = {one[1] for one in asked}
    gaps, found = differences(study, names), longer_than(study) | levels(study, names)
    rows = []
    for words, kpi, group, like in asked:
        if any((s, kpi, group) in found for s in pathways(study)):
            rows.append(
                row(
                    study,
                    words,
                    like,
                    {s: found.get((s, kpi, group)) for s in pathways(study)},
                    gaps.get((kpi, group)),
                    unit,
                )
            )
    return Table(caption, heads(study, first, unit), tuple(rows), note=note) if rows else None


def row(
    study: Study,
    words: str,
    like: str,
    found: dict[str, Level | None],
    gap: Difference | None,
    unit: bool | str = True,
    reading: str | None = None,
) -> tuple[str | Cell, ...]:
    """One indicator as the cells of `heads`, written as the indicator `like` is; `unit`, `reading`: other words than
    its own.
    """
    told = levels_and_gap(study, like, found, gap)
    read = told["reading"] if reading is None else reading
    units = [unit if isinstance(unit, str) else about(like).unit] if unit else []
    if not study.baseline:
        return (words, told["scenario"], told["interval"], *units)
    return (words, told["baseline"], told["scenario"], told["difference"], told["interval"], *units, marked(read))


def levels_and_gap(study: Study, like: str, found: dict[str, Level | None], gap: Difference | None) -> dict[str, str]:
    """`baseline`, `scenario`, `difference`, `interval` and `reading` as words; of one that ran alone the interval is
    the level's.
    """
    mean = {s: found[s].mean if found.get(s) else math.nan for s in pathways(study)}
    level = found.get(study.name)
    told = {
        "scenario": _value(like, gap.scenario if gap else mean[study.name], level),
        "baseline": _value(
            like, gap.baseline if gap else mean.get(study.baseline, math.nan), found.get(study.baseline)
        ),
        "difference": "–",
        "interval": "–",
        "reading": "",
    }
    if gap is not None and math.isfinite(gap.difference):
        told |= _known_gap(like, gap)
    elif gap is not None and one_sided(gap.difference, gap.low, gap.high):
        told["difference"] = gap_words(like, gap.difference, gap.low, gap.high)
        told["reading"] = gap.verdict(like)
    elif study.baseline:
        told["reading"] = _not_compared(study, [s for s in pathways(study) if math.isfinite(mean[s])], found)
    elif level is not None and math.isfinite(level.low):
        told["interval"] = between(like, level.low, level.high)
    return told


def _not_compared(study: Study, known: list[str], found: dict[str, Level | None]) -> str:
    """Why there is no difference: only one of both has the indicator; or too few come to it in too few replications."""
    long = any(one is not None and math.isfinite(one.more_than) for one in found.values())
    return f"only in {title(study, known[0])}" if len(known) == 1 and not long else "not known"


def _known_gap(like: str, gap: Difference) -> dict[str, str]:
    extra = finer(like, gap.difference, gap.low, gap.high)
    between_them = f"{signed(like, gap.low, extra)} to {signed(like, gap.high, extra)}"
    return {
        "difference": signed(like, _stated(like, gap), extra) + (" points" if about(like).points else ""),
        "interval": between_them if gap.known else "not known",
        "reading": gap.verdict(like),
    }


def _value(like: str, value: float, level: Level | None) -> str:
    """A mean; of a time that is not known what it is more than."""
    if not math.isfinite(value) and level is not None and math.isfinite(level.more_than):
        return more_than(like, level.more_than, bare=True)
    return number(like, value)


def _stated(like: str, gap: Difference) -> float:
    """As it is told beside both numbers, which are written as the indicator `like` is."""
    return subtracted(like, gap.baseline, gap.scenario, gap.difference, gap.low, gap.high)


def signed(kpi: str, value: float, extra: int = 0) -> str:
    """`+3.1`, `−57`, `0`."""
    text = number(kpi, value, extra)
    return "+" + text if math.isfinite(value) and value > 0 and any(c in text for c in "123456789") else text


def word(value, width: int = 200) -> str:
    """A cell of a table as text; nothing for what is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("nan", "<NA>", "None"):
        return ""
    return tidy(value, width)


def rate(value: float) -> str:
    """A number of no indicator: whole from a hundred on, else to a tenth."""
    return "–" if not math.isfinite(value) else f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"
