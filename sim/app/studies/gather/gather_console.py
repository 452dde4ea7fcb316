"""What a person sees in the terminal after `mskflow gather`."""

import math

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.analysis.figures.swept_words import in_words, sentence, wanted
from sim.analysis.words.amounts import between, number, verdict
from sim.app.studies.gather.gather import Gathered

WIDTH, MOST = 132, 40


def print_gathered(gathered: Gathered) -> None:
    """A row a point, what holds of them together, and where the rest lies."""
    console = Console(highlight=False)
    console = console if console.is_terminal else Console(highlight=False, width=WIDTH)
    swept, points = gathered.swept, gathered.points
    console.print()
    console.print(Text(sentence(swept), style="bold"))
    compared = (points["compared"] > 0).any()
    table = Table(
        title=swept.kpi + (f", {swept.group_label}" if swept.group != "all" else "") + f"; {len(points)} points",
        title_justify="left",
        pad_edge=False,
    )
    for name in ("Point", *(factor.words for factor in swept.factors)):
        table.add_column(name, justify="right")
    table.add_column("mean (95% interval)", justify="right")
    if swept.target is not None:
        table.add_column(wanted(swept), justify="left")
    if compared:
        table.add_column("less its baseline (95% interval, all together)", justify="right")
        table.add_column("p (Holm)", justify="right")
    for row in points.head(MOST).itertuples():
        place = row.Index
        cells = [str(row.point), *(in_words(factor.values[place]) for factor in swept.factors), _level(swept, place)]
        cells += [swept.meets[place] or "not known"] if swept.target is not None else []
        cells += [_difference(swept.kpi, row), _p(row.p_holm)] if compared else []
        table.add_row(*map(Text, cells))
    console.print(table)
    if len(points) > MOST:
        console.print(f"{len(points) - MOST} more in points.csv")
    for note in gathered.notes:
        console.print(Text(f"Note: {note}."), soft_wrap=True)
    console.print(Text(f"Tables and figures: {gathered.path}"), soft_wrap=True)


def _level(swept, place: int) -> str:
    level = swept.levels[place]
    text = number(swept.kpi, level.mean)
    return f"{text} ({between(swept.kpi, level.low, level.high)})" if math.isfinite(level.low) else text


def _difference(kpi: str, row) -> str:
    if not math.isfinite(row.difference):
        return "–"
    text = number(kpi, row.difference, 1)
    if not math.isfinite(row.simultaneous_low):
        return text
    judged = verdict(kpi, row.difference, row.simultaneous_low, row.simultaneous_high)
    return f"{text} ({number(kpi, row.simultaneous_low, 1)} to {number(kpi, row.simultaneous_high, 1)}) {judged}"


def _p(value: float) -> str:
    return "–" if not math.isfinite(value) else "<0.001" if value < 0.001 else f"{value:.3f}"
