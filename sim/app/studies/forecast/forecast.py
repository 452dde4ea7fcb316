"""`mskflow forecast NAME`: the lists of a place months ahead, with intervals, and how far off such forecasts were."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from sim.analysis.forecast.backtest import COMPARTMENTS, FLOWS, LAST, TOLD, error, held
from sim.analysis.forecast.picture import PicturedList, picture
from sim.app.configuration.request import Request
from sim.app.pages.document import Column, CommandLine, Document, Section, Sentence, Table, numbers
from sim.app.pages.markdown import markdown_of
from sim.app.pages.terminal import to_terminal
from sim.app.store.disk import writing
from sim.app.studies.forecast.asked import ForecastAsked, asked
from sim.app.studies.forecast.foretold import ALL, NAMES, ListAhead
from sim.app.studies.forecast.months import lists_of
from sim.app.studies.forecast.what_if import ChangedList, what_if
from sim.app.studies.forecast.what_if_words import CHANGED, blocks_of, rows_of
from sim.domain.people.published import ENGLAND

COLUMNS = ("list", "whose", "month", "band", "p10", "p50", "p90", "p2_5", "p97_5")
BACKTEST = ("method", "list", "whose", "months_ahead", "error", "error_of_people")
METHODS = (FLOWS, TOLD, COMPARTMENTS, LAST)


def run(request: Request) -> int:
    """Writes forecast.csv, backtest.csv, forecast.svg and forecast.md into the place's folder, and prints; 0."""
    ask = asked("forecast", request.words)
    lists = [ListAhead.of(key, months, ask.months, ask.events) for key, months in lists_of(ask).items()]
    changed = what_if(ask, lists) if ask.changes else []
    write(ask.folder, files_of(ask, lists, changed))
    to_terminal(document_of(ask, lists, changed, short=True))
    return 0


def write(folder: Path, files: dict[str, str]) -> None:
    """Each file whole."""
    for name, text in files.items():
        path = folder / name
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")


def files_of(ask: ForecastAsked, lists: Sequence[ListAhead], changed: Sequence[ChangedList]) -> dict[str, str]:
    """name in the folder -> text."""
    more = {"forecast_changed.csv": _csv(CHANGED, rows_of(changed))} if changed else {}
    return more | {
        "forecast.csv": _forecast_csv(lists),
        "backtest.csv": _backtest_csv(lists),
        "forecast.svg": _picture(ask, lists),
        "forecast.md": markdown_of(document_of(ask, lists, changed, short=False)) + "\n![The lists](forecast.svg)\n",
    }


def _csv(columns: Sequence[str], rows) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def _forecast_csv(lists: Sequence[ListAhead]) -> str:
    rows = []
    for one in lists:
        for month, band, likely, (least, low, high, most) in one.rows():
            digits = 4 if band in NAMES else 1
            numbers_ = [f"{value:.{digits}f}" for value in (low, likely, high, least, most)]
            rows.append((one.name, one.whose, month, band, *numbers_))
    return _csv(COLUMNS, rows)


def _backtest_csv(lists: Sequence[ListAhead]) -> str:
    rows = []
    for one in lists:
        for method in METHODS:
            for month in sorted({tried.ahead for tried in one.tried if tried.method == method}):
                off = [error(one.tried, method, [month], by) for by in ("by_band", "by_person")]
                rows.append((method, one.name, one.whose, month, *(f"{value:.2f}" for value in off)))
    return _csv(BACKTEST, rows)


def _picture(ask: ForecastAsked, lists: Sequence[ListAhead]) -> str:
    mine = [one for one in lists if one.whose != ENGLAND] or list(lists)
    drawn = []
    for one in mine:
        (most, middle) = (
            np.percentile(one.told(one.ahead.paths)[ALL], ends, axis=0) for ends in ((2.5, 97.5), (10, 90))
        )
        was = np.array([month.waiting.sum() for month in one.months])
        ends = (tuple(most), tuple(middle))
        drawn.append(PicturedList(one.title, was, one.told(one.ahead.likely)[ALL], ends))
    first = mine[0]
    months = first.months[0].name, first.months[-1].name, first.ahead.months[-1].name
    note = (
        "People on each list at the end of a month; 80 and 95% of paths lie in the bands. forecast.md has the backtest."
    )
    return picture(f"Lists of {ask.folder.name}, {ask.months} months ahead", note, drawn, months)


def document_of(
    ask: ForecastAsked, lists: Sequence[ListAhead], changed: Sequence[ChangedList], short: bool
) -> Document:
    """What is told; `short`: on the terminal, where the last month alone is."""
    name = ask.folder.name
    blocks = (
        Sentence(f"From published months alone; {len(ask.events)} known events told (events.yaml)."),
        *(_table(one, short) for one in lists),
        *blocks_of(ask.changes, changed),
    )
    sections = (
        Section("backtest", "How far off such forecasts were", tuple(_backtest(lists))),
        Section("what", "What is in it", tuple(map(Sentence, _ABOUT))),
    )
    ends = (Sentence(f"Written: {name}/forecast.csv, backtest.csv, forecast.svg, forecast.md"),) if short else ()
    last = sections[:1] if short else sections
    if short:
        last = (Section("backtest", sections[0].title, (*sections[0].blocks, *ends)),)
    line = () if short else (CommandLine(f"mskflow forecast {name} --months {ask.months}"),)
    return Document(f"{name}: its lists months ahead", (*line, *blocks), last)


_ABOUT = (
    "Each month's list follows from the one before: people age day by day and leave at rates by weeks waited and "
    "working day, fitted to the published lists with a half-life of three months; rates that move keep half of their "
    "movement a month, totals half of their change.",
    "Intervals are of paths: the rates' own uncertainty, starts and rates that differ from month to month, of which "
    "half stays, and one error a band a path. They know nothing of a policy, a merger or a strike that is not in "
    "events.yaml.",
    "Errors are the mean over bands of what was foretold from months that have passed, with what was known then; "
    "'starts told' knows who joined later too. 'compartments' is the rule of whole months, 'as last month' keeps the "
    "list.",
)


def _table(one: ListAhead, short: bool) -> Table:
    rows = list(one.rows())
    months = [month.name for month in one.ahead.months]
    shown = months[-1:] if short else months
    cells = []
    for month, band, likely, (least, low, high, most) in rows:
        if month in shown:
            as_words = (lambda x: f"{100 * x:.1f}%") if band in NAMES else (lambda x: f"{x:,.0f}")
            label = NAMES.get(band, f"{band} weeks" if band != ALL else "all who wait")
            values = (likely, low, high, least, most)
            cells.append((month, label, *(as_words(value) for value in values)))
    columns = (Column("month"), Column("waiting"), *map(numbers, ("likely", "80% from", "to", "95% from", "to ")))
    return Table(f"{one.title}, from {one.months[-1].name}", columns, tuple(cells))


def _backtest(lists: Sequence[ListAhead]) -> Iterator[Table | Sentence]:
    if not any(one.tried for one in lists):
        yield Sentence("Too few months for a backtest: five in a row at least.")
        return
    ahead = sorted({tried.ahead for one in lists for tried in one.tried})
    rows = []
    for one in lists:
        for method in METHODS:
            if any(tried.method == method for tried in one.tried):
                cells = [error(one.tried, method, [month]) for month in ahead]
                rows.append((one.title, method, *("" if np.isnan(x) else f"{x:.1f}" for x in cells)))
    heads = (Column("list"), Column("method"), *(numbers(f"{month}") for month in ahead))
    yield Table("Mean error of bands in percent, by months ahead", heads, tuple(rows))
    low, high = held([tried for one in lists for tried in one.tried])
    yield Sentence(f"Intervals of 80 and 95% held {low:.0f} and {high:.0f}% of bands.")
