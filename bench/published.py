"""Lists in the forms in which NHS England, or a copy of what it publishes, tells them: from a folder of CSV files.

| form | word | what is taken |
|---|---|---|
| RTT, a month a file ("full CSV") | `RTT Part Type` | weekly bands of Parts 1A, 1B, 2 and 2A; new periods of Part 3 |
| RTT, by whole months waited | `months_waited_id` | `Referrals`, `Complete`, `Incomplete`; bands of calendar months |
| community health services | `Waiting 0-1 weeks` | bands of weeks; neither starts nor stops are published |

A form is told by that word in the header of a file; other files are passed over.
"""

import csv
import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import holidays
import numpy as np

from sim.analysis.flows.month import ListMonth
from sim.analysis.flows.rates import DAYS_A_WEEK
from sim.domain.faults import Fault, ScenarioError, nearest

ENGLAND = "England"
NOT_OF_ENGLAND = "nonc"
"""The code under which the return counts people whose care no English commissioner pays for."""
OPEN_WEEKS = 52
"""From which the community return's bands are one: until November 2024 it did not divide them."""
LONG_HEADER = 12
"""Lines that may stand above the header."""
MONTHS = [date(2024, month, 1).strftime("%B").lower() for month in range(1, 13)]
_BAND = re.compile(r"(?:gt|waiting)\s*>?\s*(\d+)\s*(?:(?:to|-)\s*(\d+)\s*)?weeks")
_COUNT = re.compile(r"-?\d+(\.\d+)?")


class Wanted(NamedTuple):
    """The list that is asked for, in small letters, and the names of lists that were met (`seen`)."""

    what: str
    provider: str
    seen: set[str]

    def is_of(self, code: str, name: str) -> bool:
        return self.provider in (code.lower(), "") or self.provider in name.lower()


class Table:
    """A CSV file, a row at a time."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            for self.above, words in zip(range(LONG_HEADER), csv.reader(lines)):
                self.columns = [" ".join(word.lower().split()) for word in words]
                if {"period", "specialty", "service"} & set(self.columns):
                    return
        self.columns = []

    def rows(self) -> Iterator["Row"]:
        with self.file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            place = {column: at for at, column in enumerate(self.columns)}
            reader = csv.reader(lines)
            for number, cells in enumerate(reader):
                if number > self.above and cells:
                    yield Row(self.file, reader.line_num, place, [*cells, *[""] * (len(place) - len(cells))])


class Row(NamedTuple):
    """One line of a table."""

    file: Path
    line: int
    place: dict[str, int]
    cells: list[str]

    def word(self, column: str) -> str:
        return self.cells[self.place[column]].strip()

    def number(self, column: str) -> float:
        """An empty cell and a dash are 0."""
        text = self.word(column).replace(",", "")
        if text in ("", "-"):
            return 0.0
        if not _COUNT.fullmatch(text):
            what = f"has no number in '{column}', line {self.line}"
            raise _fault(str(self.file), what, "a count, not one that is withheld")
        return float(text)


def months_of(folder: Path, what: str, provider: str = ENGLAND) -> list[ListMonth]:
    """The months of the list `what` (a treatment function or a service, by name or code) of `provider` (by code or a
    part of its name), in order. `ScenarioError` of one fault: nothing of that name, a month missing, no number."""
    found: dict[date, ListMonth] = {}
    wanted = Wanted(what.lower(), provider.lower(), set())
    for file in sorted(folder.glob("*.csv")):
        for month, one in _read(Table(file), wanted):
            if month in found:
                raise _fault(str(file), f"tells {month:%B %Y} again", "each month once")
            found[month] = one
    if not found:
        raise _fault(str(folder), f"has no list '{what}' of {provider}", nearest(what, sorted(wanted.seen)))
    order = sorted(found)
    for before, month in zip(order, order[1:]):
        if (month.year - before.year) * 12 + month.month - before.month != 1:
            raise _fault(str(folder), f"has no month between {before:%B %Y} and {month:%B %Y}", "months in a row")
    return [found[month] for month in order]


def _read(table: Table, wanted: Wanted) -> Iterable[tuple[date, ListMonth]]:
    if "rtt part type" in table.columns:
        return _full(table, wanted)
    if "months_waited_id" in table.columns:
        return _by_months(table, wanted)
    return _community(table, wanted) if "waiting 0-1 weeks" in table.columns else ()


def _bands(table: Table) -> list[tuple[int, str]]:
    """(weeks from which it begins, column) of each band, shortest first."""
    return sorted((int(one[1]), column) for column in table.columns if (one := _BAND.match(column)))


def _full(table: Table, wanted: Wanted) -> Iterator[tuple[date, ListMonth]]:
    bands = _bands(table)
    parts: dict[str, dict[str, np.ndarray]] = defaultdict(lambda: defaultdict(lambda: np.zeros(len(bands))))
    starts: dict[str, float] = defaultdict(float)
    for row in table.rows():
        name = row.word("treatment function name")
        wanted.seen.add(name)
        if wanted.what not in (name.lower(), row.word("treatment function code").lower()):
            continue
        if wanted.provider == ENGLAND.lower():
            mine = row.word("commissioner org code").lower() != NOT_OF_ENGLAND
        else:
            mine = wanted.is_of(row.word("provider org code"), row.word("provider org name"))
        period, part = row.word("period"), row.word("rtt part type").lower()
        if mine and part == "part_3":
            starts[period] += row.number("total all")
        elif mine:
            parts[period][part] += [row.number(column) for _, column in bands]
    edges = np.array([low * DAYS_A_WEEK for low, _ in bands], float)
    for period, of in parts.items():
        month, admitted = _month(period, table.file), of["part_1a"]
        decided = of.get("part_2a")
        lists = edges, of["part_2"], starts.get(period), admitted + of["part_1b"], admitted, decided
        yield month, ListMonth(f"{month:%Y-%m}", working_days(month), *lists)


def _by_months(table: Table, wanted: Wanted) -> Iterator[tuple[date, ListMonth]]:
    counts: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
    for row in table.rows():
        wanted.seen.add(row.word("specialty"))
        trust = row.word("trust") if "trust" in row.place else ""
        mine = not trust if wanted.provider == ENGLAND.lower() else bool(trust) and wanted.is_of(trust, trust)
        if mine and row.word("specialty").lower() == wanted.what:
            by_month = counts[row.word("period")][row.word("type").lower()]
            by_month[int(row.number("months_waited_id"))] += row.number("value")
    for period, of in counts.items():
        month, bands = date.fromisoformat(period[:10]), 1 + max(of["incomplete"], default=0)
        waiting, stops = ([of[kind][m] for m in range(bands)] for kind in ("incomplete", "complete"))
        starts = sum(of["referrals"].values()) if "referrals" in of else None
        lists = calendar_months(month, bands), np.array(waiting), starts, np.array(stops)
        yield month, ListMonth(f"{month:%Y-%m}", working_days(month), *lists)


def _community(table: Table, wanted: Wanted) -> Iterator[tuple[date, ListMonth]]:
    bands = _bands(table)
    edges = np.array(sorted({min(low, OPEN_WEEKS) for low, _ in bands}), float)
    told: dict[date, str] = {}
    for row in table.rows():
        service = row.word("service")
        wanted.seen.add(service)
        if wanted.what not in service.lower() or wanted.provider != ENGLAND.lower():
            continue
        month = _month(row.word("period"), table.file)
        if month in told:
            what = f"has '{told[month]}' and '{service}' in {month:%B %Y}"
            raise _fault(str(table.file), what, "a word that one of them has")
        told[month] = service
        waiting = np.zeros(len(edges))
        for low, column in bands:
            waiting[edges.searchsorted(min(low, OPEN_WEEKS))] += row.number(column)
        yield month, ListMonth(f"{month:%Y-%m}", working_days(month), edges * DAYS_A_WEEK, waiting)


def working_days(month: date) -> np.ndarray:
    """(days of the month,) bool: weekdays that are no bank holiday in England."""
    closed = _bank_holidays(month.year)
    days = [month.replace(day=day + 1) for day in range(monthrange(month.year, month.month)[1])]
    return np.array([day.weekday() < 5 and day not in closed for day in days])


@lru_cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def calendar_months(month: date, bands: int) -> np.ndarray:
    """(bands,) days waited above which people have waited for so many whole calendar months, at the end of `month`."""
    edges, year, number = [0], month.year, month.month
    for _ in range(bands - 1):
        edges.append(edges[-1] + monthrange(year, number)[1])
        year, number = (year, number - 1) if number > 1 else (year - 1, 12)
    return np.array(edges, float)


def _month(text: str, file: Path) -> date:
    """`RTT-June-2026`, and the months of a financial year, `2024-25-August`."""
    words = text.lower().split("-")
    name = next((word for word in words if word in MONTHS), None)
    year = next((int(word) for word in words if re.fullmatch(r"\d{4}", word)), None)
    if name is None or year is None:
        raise _fault(str(file), f"has a period '{text[:40]}' that is no month", "as RTT-June-2026 or 2024-25-August")
    number = MONTHS.index(name) + 1
    of_financial_year = re.match(r"\d{4}-\d{2}-", text) is not None
    return date(year + (of_financial_year and number < 4), number, 1)


def _fault(where: str, what: str, right: str) -> ScenarioError:
    return ScenarioError([Fault(where, what, right)])
