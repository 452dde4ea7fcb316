"""Options side by side as a workbook: what the report says first, and every indicator with a column for each option."""

from collections.abc import Mapping

import pandas as pd

from sim.analysis.figures.options_dots import letters
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import BY_SERVICE, BY_SERVICE_TOO, about
from sim.app.pages.document import Document, Fold
from sim.app.pages.results_workbook import summary_on, table_on
from sim.app.pages.spreadsheet import Spreadsheet

_EACH = {"value": "", "difference": "less today", "ci_low": "from", "ci_high": "to"}


def options_workbook(
    document: Document, titles: Mapping[str, str], services: Mapping[str, str], table: pd.DataFrame
) -> bytes:
    """The file; the same table always gives the same bytes. `titles`: name -> title, today's first; `services`: name ->
    label; `table`: as `options.csv`."""
    book = Spreadsheet("results.xlsx")
    summary_on(book.sheet("Summary", (60, *[34] * len(titles))), document)
    changes = book.sheet("What each changes", (60, 30, 30))
    at = 0
    for fold in (block for one in document.sections[:1] for block in one.blocks if isinstance(block, Fold)):
        for each in fold.blocks:
            heads = [column.words for column in each.columns]
            at = table_on(changes, at, heads, each.rows, f"{fold.words} ({fold.count})") + 1
    columns = dict(zip(titles, letters(len(titles)), strict=True))
    today, *others = titles
    heads = ["indicator", "of whom", "unit", columns[today]]
    heads += [f"{columns[one]} {words}".rstrip() for one in others for words in _EACH.values()]
    page = book.sheet("Indicators", (60, 34, 20, *[14] * len(heads)))
    page.row(0, [f"{letter}: {titles[name]}" for name, letter in columns.items()], look="title")
    told_of_services = BY_SERVICE + BY_SERVICE_TOO
    found: dict[tuple, dict[str, list]] = {}
    for option, kpi, group, unit, *values in table[["option", "kpi", "group", "unit", *_EACH]].itertuples(index=False):
        found.setdefault((kpi, group, unit), {})[option] = values
    nothing = [None] * len(_EACH)
    rows = (
        [
            about(kpi).words,
            group_words(group, dict(services) if kpi in told_of_services else None),
            unit,
            each.get(today, nothing)[0],
            *(value for one in others for value in each.get(one, nothing)),
        ]
        for (kpi, group, unit), each in found.items()
    )
    table_on(page, 1, heads, rows)
    page.frozen(2, 2)
    return book.made()
