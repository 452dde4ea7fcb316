"""What was found in the files, and how the months of several files are put together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sim.app.configuration.files.shipped import cut
from sim.domain.faults import Fault, ScenarioError
from sim.domain.people.published import Origin, PublishedList, PublishedMonth

OWN = "own"
"""Whose a list is that comes from a file of the place's own, in which no code is read."""


@dataclass(frozen=True)
class Residents:
    """Who lives in a place: `people` in all, `by_age`: age band of the model -> people; `women`: None if not told.

    `whose`: the codes by which they were found; empty where all of a file were taken.
    """

    people: float
    by_age: dict[str, float]
    women: float | None
    month: str
    origin: Origin
    whose: str = ""


@dataclass(frozen=True)
class OwnPlace:
    """What was filled in: `values`: key -> number or words, `options`: letter -> key -> WTE, `where`: key -> cell."""

    values: dict[str, float | str] = field(default_factory=dict)
    options: dict[str, dict[str, float]] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    origin: Origin | None = None


@dataclass(frozen=True)
class SettingCell:
    """A setting in the workbook of a scenario: its dotted key, what stands under "yours" and what stood there when it
    was written, as they are in the file; `where`: the cell, in words."""

    key: str
    yours: object
    written: object
    where: str


@dataclass(frozen=True)
class ScenarioBook:
    """The workbook of a scenario: which, with which overrides it was written, and every setting in it."""

    scenario: str
    overrides: tuple[str, ...]
    settings: tuple[SettingCell, ...]


@dataclass(frozen=True)
class Found:
    """`form`: what the file is, in words; `whose`: whose lists they are, in words; `notes`: what a reader of the file
    should know; `lists`, `residents`: what is in it.

    Of a file with a row a patient (`by_row`), `groups`: list -> group -> word -> people, None for a star.
    `of_people`: the lists are of the people of a commissioner, wherever they wait, and not of a provider.
    `own`: what a planner has filled in; `book`: the workbook of a scenario.
    """

    form: str
    lists: tuple[PublishedList, ...] = ()
    residents: Residents | None = None
    whose: str = ""
    notes: tuple[str, ...] = ()
    groups: dict[str, dict[str, dict[str, int | None]]] = field(default_factory=dict)
    by_row: bool = False
    of_people: bool = False
    own: OwnPlace | None = None
    book: ScenarioBook | None = None


def joined(lists: Iterable[PublishedList]) -> dict[tuple[str, str], PublishedList]:
    """(whose, name) -> the list with the months of all; ScenarioError where a month stands in two files."""
    months: dict[tuple[str, str], dict[str, PublishedMonth]] = defaultdict(dict)
    origins: dict[tuple[str, str], dict[str, tuple[Origin, ...]]] = defaultdict(dict)
    faults = {}
    for one in lists:
        key = (one.whose, one.name)
        for month in one.months:
            here = one.origins.get(month.month, ())
            if month.month in months[key]:
                files = {origin.file for origin in (*origins[key][month.month], *here)}
                where = " and ".join(sorted(map(cut, files)))
                fault = Fault(
                    where, f"{month.month} is there twice", "give each month once, the revised one if there is"
                )
                faults[where, month.month] = fault
            months[key][month.month], origins[key][month.month] = month, here
    if faults:
        raise ScenarioError(faults.values())
    return {
        key: PublishedList(key[1], key[0], tuple(found[m] for m in sorted(found)), origins[key])
        for key, found in months.items()
    }
