"""What `mskflow gather` says on the terminal."""

import math

from sim.analysis.figures.swept_words import in_words, sentence, wanted
from sim.analysis.words.amounts import between, gap, more_than, number, one_sided, verdict
from sim.app.pages.document import BETTER, FIRST, WORSE, Cell, Column, Document, Sentence, Table, numbers, sentences
from sim.app.studies.gather.gathered import Gathered

MOST = 40


def document_of(gathered: Gathered) -> Document:
    """A row a point, what holds of them together, and where the rest lies."""
    more = len(gathered.points) - MOST
    return Document(
        blocks=(
            Sentence(sentence(gathered.swept), FIRST),
            _points(gathered),
            *sentences(
                f"{more} more in points.csv" if more > 0 else "",
                *(f"Note: {note}." for note in gathered.notes),
                f"Tables and figures: {gathered.path}",
            ),
        )
    )


def _points(gathered: Gathered) -> Table:
    swept, points = gathered.swept, gathered.points
    compared = (points["compared"] > 0).any()
    of = f", {swept.group_label}" if swept.group != "all" else ""
    rows = []
    for row in points.head(MOST).itertuples():
        place = row.Index
        cells = [str(row.point), *(in_words(factor.values[place]) for factor in swept.factors), _level(swept, place)]
        cells += [swept.meets[place] or "not known"] if swept.target is not None else []
        cells += [_difference(swept.kpi, row), _p(row.p_holm)] if compared else []
        rows.append(tuple(cells))
    return Table(
        f"{swept.kpi}{of}; {len(points)} points",
        (
            numbers("Point"),
            *(Column(factor.words, number=True) for factor in swept.factors),
            numbers("mean (95% interval)"),
            *([Column(wanted(swept))] if swept.target is not None else []),
            *([numbers("less its baseline (95% interval, all together)"), numbers("p (Holm)")] if compared else []),
        ),
        tuple(rows),
    )


def _level(swept, place: int) -> str:
    level = swept.levels[place]
    if math.isfinite(level.more_than):
        return more_than(swept.kpi, level.more_than, bare=True)
    text = number(swept.kpi, level.mean)
    return f"{text} ({between(swept.kpi, level.low, level.high)})" if math.isfinite(level.low) else text


def _difference(kpi: str, row) -> str | Cell:
    ends = (row.simultaneous_low, row.simultaneous_high)
    if one_sided(row.difference, *ends):
        text = gap(kpi, row.difference, *ends)
    elif not math.isfinite(row.difference):
        return "–"
    else:
        text = number(kpi, row.difference, 1)
        if not math.isfinite(ends[0]):
            return text
        text += f" ({number(kpi, ends[0], 1)} to {number(kpi, ends[1], 1)})"
    judged = verdict(kpi, row.difference, *ends, row.pairs)
    return Cell(f"{text} {judged}", judged if judged in (BETTER, WORSE) else "")


def _p(value: float) -> str:
    return "–" if not math.isfinite(value) else "<0.001" if value < 0.001 else f"{value:.3f}"
