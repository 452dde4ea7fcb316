"""Targets: an indicator, of whom, at least or at most what, as it stands on a day."""

import calendar as months
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sim.analysis.indicators import INDICATORS
from sim.analysis.indicators.register import measured
from sim.analysis.reading.as_of import as_of
from sim.analysis.words.amounts import amount
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import BY_SERVICE, BY_SERVICE_TOO, about
from sim.analysis.words.plain import plain
from sim.domain.calendar import Calendar
from sim.domain.faults import Fault, nearest
from sim.domain.record import Record
from sim.domain.scenario import Scenario, calendar_of
from sim.domain.settings import Settings
from sim.engine.simulate import simulate

UNKNOWN = 100.0
"""How far a target is missed whose indicator is unknown, as a part of the target."""
OF_PEOPLE_WAITING = (
    "weeks_on_list_median",
    "waiting_within_6_weeks_share",
    "waiting_within_18_weeks_share",
    "rtt_within_18_weeks",
    "rtt_median_weeks",
    "rtt_over_52_weeks",
    "community_within_18_weeks",
    "community_median_weeks",
    "community_over_52_weeks",
)
"""Unknown where nobody waits: then any such target holds."""
RESERVED = ("cost", "share_met", "note")
NEVER_NEGATIVE = (
    "weeks",
    "days",
    "minutes",
    "people",
    "ratio",
    "WTE",
    "contacts",
    "slots a week",
    "pounds",
    "per 1,000 residents a year",
)
_PART, _RESIDENTS = 1e-3, 500


@dataclass(frozen=True)
class Wanted(Settings):
    """A target as the file has it. `by`: ISO date, or a month, which means its last day; the end of the run if absent.

    `since`: the first day that is counted (of a month its first), for indicators that count what happens in a window.
    """

    kpi: str
    group: str = "all"
    at_least: float | None = None
    at_most: float | None = None
    by: str | None = None
    since: str | None = None


@dataclass(frozen=True)
class Sought:
    """An indicator of somebody on days of the run: `day` is the last one counted, `since` the first (None: as the
    scenario counts)."""

    name: str
    kpi: str
    group: str
    day: int
    since: int | None

    def words(self, labels: dict[str, str]) -> str:
        """What the indicator is, in plain words. `labels`: service -> its label, for those that are told of services;
        others are told of needs, which may have a service's name."""
        of = group_words(self.group, labels if self.kpi in BY_SERVICE + BY_SERVICE_TOO else None)
        return about(self.kpi).words if self.group == "all" else f"{about(self.kpi).words}, {of}"


@dataclass(frozen=True)
class Target(Sought):
    """What is sought is to be at least, or at most, so much."""

    at_least: float | None = None
    at_most: float | None = None

    @property
    def level(self) -> float:
        """What is to be reached, or not to be passed."""
        return self.at_most if self.at_least is None else self.at_least

    def short(self, value: float) -> float:
        """How far `value` misses it, as a part of the level; 0 or less where it holds."""
        if math.isnan(value):
            return 0.0 if self.kpi in OF_PEOPLE_WAITING else UNKNOWN
        gap = value - self.level if self.at_least is None else self.level - value
        return min(gap / (abs(self.level) or 1.0), UNKNOWN)

    def wish(self) -> str:
        """`at least 92.0%`."""
        return f"at {'most' if self.at_least is None else 'least'} {amount(self.kpi, self.level)}"


def unit_of(kpi: str) -> str:
    """The unit in which the values of an indicator are stored: `share` is 0 to 1."""
    return INDICATORS.get(kpi, ("", None))[0]


def values_of(record: Record, scenario: Scenario, targets) -> list[float]:
    """The value of each target in a finished replication, in their order; NaN where it cannot be known."""
    readings, values = {}, []
    for target in targets:
        days = (target.day, target.since)
        if days not in readings:
            readings[days] = as_of(record, scenario, *days)
        values.append(measured(readings[days], target.kpi).get(target.group, math.nan))
    return values


def targets_of(wanted: dict[str, Wanted], scenario: Scenario, where: str, faults: list[Fault]) -> list[Target]:
    """The targets on days of the run; what is wrong with one joins `faults`."""
    found, read = [], []
    for name, one in wanted.items():
        here, own = f"{where}.{name}", []
        if name in RESERVED or not name.strip():
            own.append(
                Fault(here, "cannot be called so", f"another name; frontier.csv has columns {', '.join(RESERVED)}")
            )
        if not {fault.where for fault in faults} & {
            f"{here}.at_least",
            f"{here}.at_most",
        }:  # what cannot be read is given all the same
            own += _level_faults(here, one)
        unread: list[Fault] = []
        day, since = days_of(one.kpi, one.by, one.since, scenario, here, unread)
        faults += [*own, *unread]
        if not unread:
            read.append(Target(name, one.kpi, one.group, day, since, one.at_least, one.at_most))
            found += [] if own else read[-1:]
    faults += group_faults(read, scenario, where)
    return found


def days_of(
    kpi: str, by: str | None, since: str | None, scenario: Scenario, here: str, faults: list[Fault]
) -> tuple[int | None, int | None]:
    """(last day that is counted, first day) of an indicator; what is wrong with it or them joins `faults`."""
    calendar = calendar_of(scenario)
    if kpi not in INDICATORS:
        faults.append(Fault(f"{here}.kpi", "is not an indicator", nearest(kpi, INDICATORS)))
    day = _day(f"{here}.by", by, calendar, True, faults)
    begin = _day(f"{here}.since", since, calendar, False, faults)
    first = scenario.analysis.window[0] if scenario.analysis.window else scenario.run.warm_up_days
    if day is not None and day < (first if begin is None else begin):
        faults.append(
            Fault(
                f"{here}.by",
                "is before the first day that is counted",
                f"{calendar.date_of(first if begin is None else begin).isoformat()} or later",
            )
        )
    return day, begin


def _level_faults(here: str, one: Wanted):
    given = [key for key in ("at_least", "at_most") if getattr(one, key) is not None]
    if len(given) != 1:
        yield Fault(here, "needs exactly one of at_least and at_most", f"{len(given)} are given")
        return
    level, unit = getattr(one, given[0]), unit_of(one.kpi)
    if unit == "share" and not 0 <= level <= 1:
        yield Fault(f"{here}.{given[0]}", "is not a share", "0 to 1: 92% is 0.92")
    elif unit in NEVER_NEGATIVE and level < 0:
        yield Fault(f"{here}.{given[0]}", "is too small", "at least 0")


def _day(where: str, text: str | None, calendar: Calendar, last: bool, faults: list) -> int | None:
    """The day of an ISO date or month; None (of `since`), or the last day of the run (of `by`), where there is none."""
    end = calendar.horizon - 1
    if text is None:
        return end if last else None
    try:
        if len(text) == 7:
            year, month = int(text[:4]), int(text[5:])
            one = date(year, month, months.monthrange(year, month)[1] if last else 1) if text[4] == "-" else None
        else:
            one = date.fromisoformat(text)
        day = (one - calendar.start).days
    except (ValueError, TypeError, OverflowError):
        faults.append(Fault(where, "is not a date", 'write it as "2028-03" or "2028-03-31"'))
        return None
    limits = f"from {calendar.start.isoformat()} to {calendar.date_of(end).isoformat()}"
    if day > end:
        faults.append(Fault(where, "is after the horizon", f"a date {limits}, or a longer run (run.years)"))
    elif day < 0:
        faults.append(Fault(where, "is before the start of the run", f"a date {limits}"))
    else:
        return day
    return None


def group_faults(targets: Sequence[Sought], scenario: Scenario, where: str) -> list[Fault]:
    """Which groups an indicator is told of is seen in a small run of the scenario, in a part of the place."""
    if not targets:
        return []
    residents = max(scenario.demand.population * scenario.place.scale, 1)
    part = replace(
        scenario,
        place=replace(scenario.place, scale=scenario.place.scale * min(1.0, max(_PART, _RESIDENTS / residents))),
    )
    record, faults = simulate(part, 0), []
    for target in targets:
        groups = measured(as_of(record, part, target.day, target.since), target.kpi)
        if target.group not in groups:
            what = (
                "is not a service or group that the indicator is told of"
                if groups
                else "the indicator is not told of anything in this scenario"
            )
            faults.append(Fault(f"{where}.{target.name}.group", what, nearest(target.group, groups)))
    return faults


def labels_of(scenario: Scenario) -> dict[str, str]:
    """service -> what people call it."""
    return {name: service.label or plain(name) for name, service in scenario.pathway.services.items()}
