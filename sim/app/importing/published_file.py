"""The published months of a place as one table, `published.csv`: written once, read by whoever fits rates to them."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from sim.app.importing import cells
from sim.app.importing.source import Source, refuse
from sim.app.importing.text_rows import rows_of
from sim.domain.people.published import PublishedList, PublishedMonth

FILE = "published.csv"
COLUMNS = ("list", "whose", "month", "measure", "from_days", "people")
BANDED = ("waiting", "decided", "stops", "admitted")
STARTS = "starts"


def text_of(lists: Iterable[PublishedList]) -> str:
    """The table: a row a list, month, measure and band."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in lists:
        for month in one.months:
            of = (one.name, one.whose, month.month)
            for measure in BANDED:
                people = getattr(month, measure)
                if people is not None:
                    writer.writerows((*of, measure, f"{low:g}", f"{n:g}") for low, n in zip(month.edges, people))
            if month.starts is not None:
                writer.writerow((*of, STARTS, "", f"{month.starts:g}"))
    return out.getvalue()


def read(folder: Path) -> tuple[PublishedList, ...]:
    """The lists of a place's folder; ScenarioError where it has none, or a row is not of the table."""
    source = Source.of(folder / FILE)
    rows = rows_of(source)
    if tuple(next(rows, (0, []))[1]) != COLUMNS:
        refuse(source.name, "its columns are others", ", ".join(COLUMNS))
    found: dict[tuple[str, str], dict[str, dict[str, list[tuple[float, float]]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for number, row in rows:
        try:
            name, whose, month, measure, low, people = row
            if measure not in (*BANDED, STARTS) or cells.month(month) != month:
                raise ValueError(measure)
            found[name, whose][month][measure].append((float(low or 0), float(people)))
        except ValueError:
            refuse(f"{source.name}, row {number:,}", "it is not of the table", ", ".join(COLUMNS))
    return tuple(_list(*key, months, source) for key, months in found.items())


def _list(
    name: str, whose: str, months: dict[str, dict[str, list[tuple[float, float]]]], source: Source
) -> PublishedList:
    made = tuple(_month(month, months[month], source) for month in sorted(months))
    return PublishedList(name, whose, made, {one.month: (source.origin(""),) for one in made})


def _month(month: str, measures: dict[str, list[tuple[float, float]]], source: Source) -> PublishedMonth:
    waiting = measures.get("waiting", [])
    if any(len(measures.get(one, waiting)) != len(waiting) for one in BANDED) or not waiting:
        refuse(source.name, f"{month}: the measures have not the same bands", "a row a band for each")
    counts = {one: np.array([n for _, n in measures[one]]) for one in BANDED if one in measures}
    starts = measures[STARTS][0][1] if STARTS in measures else None
    return PublishedMonth(month, np.array([low for low, _ in waiting]), starts=starts, **counts)
