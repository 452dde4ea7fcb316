"""The workbook "my place": what a planner fills in, a row a number, beside Coventry's.

Its layout is here alone, for whoever writes or reads one. Every sheet but Lists has the columns of `HEAD`: a key, by
which the row is known whatever its words say, what it is, the place's own number, Coventry's, and a note. Lists has a
row a band of weeks waited and a column a list. What is left empty is Coventry's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.app.configuration.files.shipped import cut
from sim.app.importing import cells
from sim.app.importing.found import OWN, Found, OwnPlace
from sim.app.importing.source import Source, refuse
from sim.app.importing.workbook_rows import Sheet, column, sheets_of
from sim.domain.faults import Fault, ScenarioError, nearest
from sim.domain.people.published import PublishedList, PublishedMonth

FORM = 'a workbook "my place"'
PLACE, LISTS, STAFF, SERVICES, DEMAND, OPTIONS = "Place", "Lists", "Staff", "Services", "Demand", "Options"
SHEETS = (PLACE, LISTS, STAFF, SERVICES, DEMAND, OPTIONS)
HEAD = ("key", "what", "yours", "Coventry's", "note")
LIST_HEAD = ("weeks waited, more than", "T&O", "rheumatology", "spinal", "community MSK", "MRI")
LIST_NAMES = ("trauma_orthopaedics", "rheumatology", "spinal", "community", "imaging")
WEEKS = (0, 1, 2, 4, 6, 12, 18, 26, 39, 52, 65, 78, 104)
LETTERS = ("A", "B", "C")
OPTION_HEAD = ("key", "what", *(f"option {letter}" for letter in LETTERS), "Coventry's", "note")
LIMITS: dict[str, tuple[float, float]] = {
    "wte": (0, 10_000),
    "share": (0, 1),
    "people": (0, 70_000_000),
    "rate": (0, 5_000),
}
"""Kind of a number -> least and most; a word has none."""
_PLAIN = "population"
_RATES = {"presenting_per_1000_a_year": "rate", "growth_per_year": "share"}


@dataclass(frozen=True)
class OwnRow:
    """A row of a sheet: `kind` of `LIMITS`, or "word"."""

    key: str
    what: str
    coventry: float | str
    kind: str
    note: str = ""


def is_header(row: Sequence[str]) -> bool:
    """Whether a row is the head of one of its sheets."""
    return tuple(row[: len(HEAD)]) == HEAD


def rows_of(new: Mapping, old: Mapping) -> dict[str, list[OwnRow]]:
    """Sheet -> its rows, from the configuration of the integrated pathway and of the old model."""
    demand = old["demand"]
    place = [OwnRow(_PLAIN, "residents", demand["population"], "people")]
    for fact, words in (("imd_quintile", "deprivation quintile, 1 most deprived"), ("ethnicity", "ethnic group")):
        place += [
            OwnRow(f"facts.{fact}.{word}", f"{words}: {word}", share, "share", "they add to 1")
            for word, share in demand["facts"][fact]["shares"].items()
        ]
    for fact, word, what in (
        ("fcp_practice", "yes", "residents whose practice has an FCP"),
        ("language", "interpreter", "need an interpreter"),
        ("digital", "offline", "are not online"),
    ):
        place.append(OwnRow(f"facts.{fact}.{word}", what, demand["facts"][fact]["shares"][word], "share"))
    rates = [
        OwnRow(
            "presenting_per_1000_a_year",
            "people with a new problem, per 1,000 a year",
            demand["presenting_per_1000_a_year"],
            "rate",
        ),
        OwnRow("growth_per_year", "growth a year", demand["growth_per_year"], "share"),
    ]
    both = {"today": old["workforce"], "integrated": new["workforce"]}
    staff = [
        OwnRow(f"wte.{which}.{group}", f"WTE, {_called(group, one)}", one["wte"], "wte", words)
        for which, words in (("today", "as it is"), ("integrated", "in the integrated pathway"))
        for group, one in both[which].items()
    ]
    staff += [
        OwnRow(f"label.{group}", f"your name for: {_called(group, one)}", _called(group, one), "word")
        for group, one in new["workforce"].items()
    ]
    services = [
        OwnRow(f"service.{name}", f"your name for: {_called(name, one)}", _called(name, one), "word")
        for name, one in new["pathway"]["services"].items()
    ]
    options = [
        OwnRow(f"wte.{group}", f"WTE, {_called(group, one)}", one["wte"], "wte")
        for group, one in new["workforce"].items()
    ]
    return {PLACE: place, STAFF: staff, SERVICES: services, DEMAND: rates, OPTIONS: options}


def _called(name: str, settings: Mapping) -> str:
    return str(settings.get("label") or name.replace("_", " "))


def read(source: Source) -> Found:
    """What a planner has filled in; ScenarioError with every cell that is wrong, or where nothing is."""
    values: dict[str, float | str] = {}
    where: dict[str, str] = {}
    options: dict[str, dict[str, float]] = {}
    lists, faults = [], []
    for sheet in sheets_of(source):
        if sheet.name == LISTS:
            lists = list(_lists(sheet, source, faults))
        elif sheet.name in SHEETS:
            for key, letter, value, cell in _filled(sheet, faults):
                where[f"{letter}.{key}" if letter else key] = cell
                if letter:
                    options.setdefault(letter, {})[key] = float(value)
                else:
                    values[key] = value
    if faults:
        raise ScenarioError(faults)
    if not values and not lists and not options:
        refuse(source.name, "nothing is filled in", "numbers in the column 'yours'")
    own = OwnPlace(values, options, where, source.origin(""))
    return Found(FORM, tuple(lists), None, "a place of its own", (), own=own)


def _filled(sheet: Sheet, faults: list[Fault]) -> Iterator[tuple[str, str, float | str, str]]:
    """(key, letter of an option or "", value, cell) of each cell that is filled in."""
    yours: tuple[tuple[int, str], ...] = ((2, ""),)
    for number, row in sheet.rows:
        words = [cells.text(one) for one in row]
        if words[0] == HEAD[0]:
            yours = tuple(zip((2, 3, 4), LETTERS)) if sheet.name == OPTIONS else yours
            continue
        for at, letter in yours:
            if words[0] and at < len(words) and words[at]:
                cell = f"{sheet.where}, cell {column(at)}{number}"
                value = _value(words[0], words[at], cell, faults)
                if value is not None:
                    yield words[0], letter, value, cell


def kind_of(key: str) -> str:
    """The kind of a row's number, from its key; "" of one that no row has."""
    kinds = {"wte": "wte", "facts": "share", _PLAIN: "people", "label": "word", "service": "word"} | _RATES
    return kinds.get(key.partition(".")[0], "")


def unknown(own: OwnPlace, new: Mapping, old: Mapping) -> list[Fault]:
    """Cells in rows that the workbook of this configuration does not have."""
    rows = rows_of(new, old)
    options = [row.key for row in rows[OPTIONS]]
    keys = [row.key for sheet, some in rows.items() if sheet != OPTIONS for row in some]
    wrong = [(key, own.where[key], keys) for key in own.values if key not in keys]
    wrong += [
        (key, own.where[f"{at}.{key}"], options)
        for at, some in own.options.items()
        for key in some
        if key not in options
    ]
    return [Fault(where, f"'{cut(key)}' is no row of the workbook", nearest(key, known)) for key, where, known in wrong]


def _value(key: str, word: str, cell: str, faults: list[Fault]) -> float | str | None:
    kind = kind_of(key)
    if not kind:
        faults.append(Fault(cell, f"'{cut(key)}' is no row of the workbook", nearest(key, (_PLAIN, *_RATES))))
        return None
    if kind == "word":
        if len(word) > 80 or word[0] in "=+-@#":
            faults.append(Fault(cell, "this cannot be a name", "80 letters at most, a letter first"))
            return None
        return word
    low, high = LIMITS[kind]
    try:
        value = cells.number(word)
    except ValueError:
        value = -1.0
    if not low <= value <= high:
        faults.append(Fault(cell, "it needs a number", f"from {low:,} to {high:,}"))
        return None
    return value


def _lists(sheet: Sheet, source: Source, faults: list[Fault]) -> Iterator[PublishedList]:
    """Lists with at least one band filled in; a band that is empty is nobody."""
    month, bands = "", []
    for number, row in sheet.rows:
        first = cells.text(row[0])
        if first == "month" and len(row) > 1:
            month = cells.month(row[1]) or ""
        elif first.isdigit():
            bands.append((int(first), number, row))
    edges = np.array([low * 7.0 for low, _, _ in bands])
    for at, name in enumerate(LIST_NAMES, 1):
        if not any(at < len(row) and cells.text(row[at]) for _, _, row in bands):
            continue
        people = [_people(row[at] if at < len(row) else None, sheet, (at, number), faults) for _, number, row in bands]
        if not month:
            right = "the month at whose end they were counted, as June 2026"
            faults.append(Fault(f"{sheet.where}, cell B1", "there is no month", right))
            return
        origins = {month: (source.origin(f"sheet {sheet.name}, column {column(at)}"),)}
        yield PublishedList(name, OWN, (PublishedMonth(month, edges, np.array(people)),), origins)


def _people(value: object, sheet: Sheet, at: tuple[int, int], faults: list[Fault]) -> float:
    people = cells.told(value)
    if people is None:
        where = f"{sheet.where}, cell {column(at[0])}{at[1]}"
        faults.append(Fault(where, "this is no count of people", "a whole number, or nothing for nobody"))
    return people or 0.0
