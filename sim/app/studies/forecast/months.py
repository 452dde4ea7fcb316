"""The published months of a place as the analysis takes them: with their working days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import holidays
import numpy as np

from sim.analysis.flows.month import ListMonth
from sim.analysis.forecast.backtest import FEWEST
from sim.app.importing import published_file
from sim.app.studies.forecast.asked import ForecastAsked
from sim.domain.faults import Fault, ScenarioError
from sim.domain.people.published import ENGLAND, PublishedList, PublishedMonth, next_month


def lists_of(ask: ForecastAsked) -> dict[tuple[str, str], list[ListMonth]]:
    """(list, whose) -> its latest months in a row, of lists that have enough of them, those of all England last.

    ScenarioError where the place has no published months, or none has enough.
    """
    if not ask.folder.is_dir():
        what = "there is no such folder here"
        raise ScenarioError([Fault(ask.folder.name, what, f"mskflow place {ask.folder.name} --from FILES makes it")])
    every = published_file.read(ask.folder)
    found = {(one.name, one.whose): one.unbroken() for one in every}
    chosen = {key: as_months(months) for key, months in _in_order(found) if len(months) >= FEWEST}
    if not chosen:
        most = max((len(months) for months in found.values()), default=0)
        what = f"no list has more than {most} published month{'' if most == 1 else 's'} in a row"
        raise ScenarioError([Fault(ask.folder.name, what, f"the files of {FEWEST} months or more, better of 12")])
    return chosen


def short_of(ask: ForecastAsked) -> list[PublishedList]:
    """Lists with too few months in a row to be fitted."""
    return [one for one in published_file.read(ask.folder) if len(one.unbroken()) < FEWEST]


def _in_order(found: dict[tuple[str, str], Sequence[PublishedMonth]]):
    return sorted(found.items(), key=lambda item: (item[0][1] == ENGLAND, item[0]))


def as_months(months: Sequence[PublishedMonth]) -> list[ListMonth]:
    """The same with the days on which people join and are called: weekdays that are no bank holiday in England. What
    not every month tells (starts, stops, admissions) is not told; bands that some have in parts are one."""
    edges = _common(months)
    told = {
        what: all(getattr(month, what) is not None for month in months)
        for what in ("starts", "stops", "admitted", "decided")
    }
    return [_month(month, edges, told) for month in months]


def _common(months: Sequence[PublishedMonth]) -> np.ndarray:
    shared = set(months[0].edges.tolist())
    for month in months[1:]:
        shared &= set(month.edges.tolist())
    return np.array(sorted(shared))


def _month(month: PublishedMonth, edges: np.ndarray, told: dict[str, bool]) -> ListMonth:
    band = np.maximum(edges.searchsorted(month.edges, "right") - 1, 0)

    def of(what: str) -> np.ndarray | None:
        people = getattr(month, what)
        return np.bincount(band, weights=people, minlength=len(edges)) if told.get(what, True) else None

    starts = month.starts if told["starts"] else None
    parts = of("waiting"), starts, of("stops"), of("admitted"), of("decided")
    return ListMonth(month.month, working_days(month.month), edges, *parts)


def months_after(last: ListMonth, count: int) -> list[ListMonth]:
    """As many months as come next, of which nothing is known but their days."""
    found, name = [], last.name
    for _ in range(count):
        name = next_month(name)
        nobody = np.zeros(len(last.edges))
        found.append(replace(last, name=name, working=working_days(name), waiting=nobody, starts=None, stops=None))
    return found


def working_days(month: str) -> np.ndarray:
    """(days of the month,) bool."""
    first = date.fromisoformat(f"{month}-01")
    days = (date.fromisoformat(f"{next_month(month)}-01") - first).days
    closed = _bank_holidays(first.year)
    every = [first + timedelta(days=day) for day in range(days)]
    return np.array([day.weekday() < 5 and day not in closed for day in every])


@lru_cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
