"""The results of a study as a workbook: the first screen, the tables side by side for both pathways, and charts that a
spreadsheet draws itself.
"""

from collections.abc import Iterable, Sequence

from sim.analysis.figures.values import labels, pathways, title
from sim.analysis.reading.tables import DIFFERENCES, Study
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import BY_SERVICE, BY_SERVICE_TOO, about
from sim.analysis.words.plain import plain
from sim.app.pages.document import Block, Bullets, Document, Sentence, Table, words_of
from sim.app.pages.report.page import first_screen
from sim.app.pages.spreadsheet import Spreadsheet, SpreadsheetPage

_WAITS = {
    "completed_weeks_median": "weeks, half are seen sooner",
    "completed_weeks_p92": "weeks, 92 in 100 are seen sooner",
    "completed_people": "people seen first",
    "still_waiting_people": "still waiting, people",
    "still_waiting_weeks_median": "still waiting, weeks, half waited less",
}
_MONEY = {"wte": "WTE", "hours_a_year": "hours a year", "cost_gbp_a_year": "pounds a year"}
_SESSIONS = ("planned_sessions", "overtime_sessions", "lost_sessions", "delivered_sessions")
_CHARTS_OF_LISTS = 4
"""Everybody together, and the longest lists."""


def results_workbook(study: Study) -> bytes:
    """The file. The same study always gives the same bytes."""
    book = Spreadsheet("results.xlsx")
    summary_on(book.sheet("Summary", (44, *[26] * 8)), first_screen(study))
    _comparison(book.sheet("Comparison", (60, 34, 20, *[18] * 6)), study)
    _waits(book.sheet("Waits", (40, *[20] * 10)), study)
    _lists(book.sheet("Lists", (14, *[20] * 40)), study)
    _activity(book.sheet("Activity", (40, 34, 12, 14, 26, 26)), study)
    _staff(book.sheet("Staff", (40, *[20] * 14)), study)
    return book.made()


def _both(study: Study, words: Iterable[str]) -> list[str]:
    """A heading a pathway for each of these words."""
    names = [title(study, one, 40) for one in pathways(study)]
    return [f"{name}: {one}" if len(names) > 1 else one for one in words for name in names]


def summary_on(page: SpreadsheetPage, document: Document) -> None:
    """Title, what stands before the first section, and that section."""
    page.row(0, [document.title], look="title")
    at = 1
    for line in filter(None, (document.question, document.about)):
        page.row(at, [line])
        at += 1
    for block in (*document.blocks, *document.sections[0].blocks):
        at = _block(page, at + 1, block)


def _block(page: SpreadsheetPage, at: int, block: Block) -> int:
    """Writes it from a row on; the row after it."""
    if isinstance(block, Sentence):
        page.row(at, [block.words])
        return at + 1
    if isinstance(block, Bullets):
        for item in block.items:
            page.row(at, [item])
            at += 1
    if isinstance(block, Table):
        heads = [": ".join(filter(None, (one.shared, one.words))) for one in block.columns]
        return table_on(page, at, heads, (list(map(words_of, row)) for row in block.rows), block.caption)
    return at


def table_on(page: SpreadsheetPage, at: int, head: Sequence[str], rows: Iterable[Sequence], caption: str = "") -> int:
    """Heading and rows from a row on; the row after them."""
    if caption:
        page.row(at, [caption], look="title")
        at += 1
    page.row(at, head, look="head")
    for row in rows:
        at += 1
        page.row(at, row)
    return at + 1


def _comparison(page: SpreadsheetPage, study: Study) -> None:
    services, told_of_services = labels(study), BY_SERVICE + BY_SERVICE_TOO
    before, after = (title(study, one, 40) for one in (study.baseline or study.name, study.name))
    head = ["indicator", "of whom", "unit", before, after, "difference", "from", "to", "replications"]
    rows = (
        (about(kpi).words, group_words(group, services if kpi in told_of_services else None), unit, *numbers)
        for kpi, group, unit, *numbers in zip(*(study.differences[name].tolist() for name in DIFFERENCES), strict=True)
    )
    table_on(page, 0, head, rows)
    page.frozen(1, 2)


def _waits(page: SpreadsheetPage, study: Study) -> None:
    found = study.waits[study.waits["group"] == "all"]
    values = {(one.service, one.scenario, one.statistic): one.value for one in found.itertuples()}
    services, names = list(dict.fromkeys(found["service"])), labels(study)
    head = ["service", *_both(study, _WAITS.values())]
    rows = [
        [names.get(one, one), *(values.get((one, path, what)) for what in _WAITS for path in pathways(study))]
        for one in services
    ]
    end = table_on(page, 0, head, rows)
    page.frozen(1, 1)
    many = len(pathways(study))
    for place, words in enumerate(("Half are seen sooner, weeks", "92 in 100 are seen sooner, weeks")):
        columns = range(1 + place * many, 1 + (place + 1) * many)
        page.chart("bar", words, columns, (1, end - 1), (end + 1, 1 + 5 * place))


def _lists(page: SpreadsheetPage, study: Study) -> None:
    sums: dict[tuple[str, str, str], float] = {}
    for one in study.lists.itertuples():
        key = one.month_end, one.service, one.scenario
        sums[key] = sums.get(key, 0.0) + _number(one.waiting)
    months = sorted({month for month, _, _ in sums})
    peaks: dict[str, float] = {}
    for (_, service, _), people in sums.items():
        peaks[service] = max(peaks.get(service, 0.0), people)
    services, names, paths = sorted(peaks, key=lambda one: (-peaks[one], one)), labels(study), pathways(study)

    def row(month: str) -> list:
        every = [sum(sums.get((month, one, path), 0.0) for one in services) for path in paths]
        return [str(month)[:10], *every, *(sums.get((month, one, path)) for one in services for path in paths)]

    words = ["everybody", *(names.get(one, one) for one in services)]
    end = table_on(page, 0, ["month end", *_both(study, words)], map(row, months))
    page.frozen(1, 1)
    for place, word in enumerate(words[:_CHARTS_OF_LISTS] if months else ()):
        columns = range(1 + place * len(paths), 1 + (place + 1) * len(paths))
        page.chart("line", f"People waiting: {word}", columns, (1, end - 1), (end + 1, 1 + 5 * place))


def _number(value) -> float:
    """What is not told (a star) or not known counts as nobody."""
    return float(value) if isinstance(value, (int, float)) and value == value else 0.0


def _activity(page: SpreadsheetPage, study: Study) -> None:
    names = labels(study)
    rows = _beside(study, study.activity, ("service", "statistic", "month", "unit"), ("value",))
    said = ([names.get(key[0], key[0]), plain(key[1]), *map(str, key[2:]), *values] for key, values in rows)
    table_on(page, 0, ["service", "what", "month", "unit", *_both(study, ["in the month"])], said)
    page.frozen(1, 2)


def _staff(page: SpreadsheetPage, study: Study) -> None:
    rows = _beside(study, study.workforce, ("staff_group", "band"), tuple(_MONEY))
    head = ["staff", "band", *_both(study, _MONEY.values())]
    at = table_on(page, 0, head, ([plain(key[0]), str(key[1]), *values] for key, values in rows))
    whole = study.staff.groupby(["scenario", "staff_group"], sort=False)[list(_SESSIONS)].sum().reset_index()
    rows = _beside(study, whole, ("staff_group",), _SESSIONS)
    head = ["sessions in all simulated days", "", *_both(study, map(plain, _SESSIONS))]
    table_on(page, at + 1, head, ([plain(key[0]), None, *values] for key, values in rows))
    page.frozen(1, 1)


def _beside(study: Study, table, by: Sequence[str], what: Sequence[str]) -> Iterable[tuple[tuple, list]]:
    """(values of the columns `by`, those of `what` for each pathway in turn), in the order of the table."""
    known: dict[tuple, dict[str, Sequence]] = {}
    columns = [table[name].tolist() for name in ("scenario", *by, *what)]
    for scenario, *values in zip(*columns, strict=True):
        known.setdefault(tuple(values[: len(by)]), {})[scenario] = values[len(by) :]
    nothing = [None] * len(what)
    for key, row in known.items():
        yield key, [row.get(path, nothing)[place] for place in range(len(what)) for path in pathways(study)]
