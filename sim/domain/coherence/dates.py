"""Do the dates lie within the run, and does the run say what this version can do?"""

from collections.abc import Iterator
from datetime import date, timedelta

from sim.domain.calendar import Calendar
from sim.domain.coherence.changes import changes_hold
from sim.domain.coherence.common import ONE_DAY, OUTSIDE, iso, within
from sim.domain.faults import Fault
from sim.domain.open_days import SomeWeeks
from sim.domain.pathway.capacity import ExtraClinic
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.rules import While
from sim.domain.pathway.ways import rule_maps
from sim.domain.scenario import Scenario
from sim.domain.staff.workforce import StaffGroup
from sim.domain.words import WEEKDAYS

ONE_DATE = "is not a date", 'write it as "2025-11-15", or "11-15" for every year, with quotes'


def dates_hold(scenario: Scenario) -> Iterator[Fault]:
    try:
        calendar = Calendar.of(date.fromisoformat(scenario.calendar.start_date), scenario.run.horizon)
    except ValueError:
        return  # told already
    for where, _, rules in rule_maps(scenario.pathway):
        for label, rule in rules.items():
            if rule.only_while is not None and rule.only_while.date is not None:
                yield from _turn(f"{where}.{label}.only_while.date", rule.only_while, calendar)
    for name, service in scenario.pathway.services.items():
        yield from _of_service(f"pathway.services.{name}", service, calendar)
    for name, staff in scenario.workforce.items():
        yield from _of_staff(f"workforce.{name}", staff, calendar)
    window = scenario.analysis.window
    if window is not None and not window[0] < window[1] <= scenario.run.horizon:
        yield Fault(
            "analysis.window",
            "is not a stretch of the simulated days",
            f"[first, last] with first < last <= {scenario.run.horizon}",
        )
    if scenario.run.progress not in ("auto", "bar", "lines", "json", "none"):
        yield Fault("run.progress", "is not a way to show progress", "auto, bar, lines, json or none")


def _of_service(where: str, service: ServiceSettings, calendar: Calendar) -> Iterator[Fault]:
    for label, extra in service.held_besides().items():
        yield from _extra(f"{where}.extra_clinics.{label}", extra, calendar)
    for key, days in service.days_said().items():
        if isinstance(days, SomeWeeks) and days.first_day is not None:
            yield from _first_day(f"{where}.{key}.first_day", days, calendar)
    for key, condition in service.conditions().items():
        if condition.dated:
            yield from _turn(f"{where}.{key}.date", condition, calendar)
    yield from changes_hold(where, service, calendar)
    if (capacity := service.provided) is not None:
        for label, change in capacity.later.items():
            yield from _on(f"{where}.capacity.later.{label}.date", change.date, calendar)
        for label, closed in capacity.closed.items():
            yield from _period(f"{where}.capacity.closed.{label}", closed.first_day, closed.last_day, calendar)


def _of_staff(where: str, staff: StaffGroup, calendar: Calendar) -> Iterator[Fault]:
    for key in ("joins", "leaves"):
        for label, one in getattr(staff, key).items():
            yield from _on(f"{where}.{key}.{label}.date", one.date, calendar)
    for label, one in staff.overtime.items():
        yield from _period(f"{where}.overtime.{label}", one.first_day, one.last_day, calendar)
    yield from _in_post(where, staff)


def _on(where: str, text: str, calendar: Calendar) -> Iterator[Fault]:
    """An ISO date, not after the last simulated day; before the first it holds from the start."""
    try:
        day = (iso(text) - calendar.start).days
    except ValueError:
        yield Fault(where, *ONE_DAY)
        return
    if day >= calendar.horizon:
        yield Fault(
            where,
            "is after the last simulated day",
            f"at the latest {calendar.date_of(calendar.horizon - 1).isoformat()}, or more run.years",
        )


def _first_day(where: str, days: SomeWeeks, calendar: Calendar) -> Iterator[Fault]:
    """A day on which the service is held; one before the first simulated day says which weeks they are."""
    faults = list(_on(where, days.first_day or "", calendar))
    yield from faults
    if not faults and days.weekdays and WEEKDAYS[iso(days.first_day or "").weekday()] not in days.weekdays:
        yield Fault(where, f"is no {' or '.join(days.weekdays)}", "the first day on which the service is held")


def _turn(where: str, one: While, calendar: Calendar) -> Iterator[Fault]:
    """A rule begins, or ends, on one of the simulated days."""
    faults = list(within(where, one.date or "", calendar))
    yield from faults
    if not faults and one.condition == "before" and iso(one.date or "") == calendar.start:
        yield Fault(where, "is the first day: the rule never holds", "a later date, or remove the rule")


def _period(where: str, first: str, last: str, calendar: Calendar) -> Iterator[Fault]:
    readable = True
    for key, text in (("first_day", first), ("last_day", last)):
        try:
            iso(text if len(text) > 5 else f"2024-{text}")
        except ValueError:
            readable = False
            yield Fault(f"{where}.{key}", *ONE_DATE)
    if not readable:
        return
    if (len(first) > 5) != (len(last) > 5):
        yield Fault(where, "has a year in one date and not in the other", "two dates with a year, or two of every year")
    elif len(first) > 5 and last < first:
        yield Fault(where, "ends before it begins", "the earlier date as first_day")
    elif len(first) > 5 and not calendar.period(first, last).any():
        yield Fault(where, *OUTSIDE)


def _extra(where: str, extra: ExtraClinic, calendar: Calendar) -> Iterator[Fault]:
    recurring = (bool(extra.weekdays), extra.first_day is not None, extra.last_day is not None)
    if extra.date is not None and any(recurring):
        yield Fault(
            where, "has both a date and weekdays", "date for one day; weekdays with first_day and last_day for many"
        )
    elif extra.date is None and (extra.first_day is None or extra.last_day is None or not extra.weekdays):
        yield Fault(where, "does not say when", "date, or weekdays with first_day and last_day")
    elif extra.date is None and extra.first_day is not None and extra.last_day is not None:
        yield from _period(where, extra.first_day, extra.last_day, calendar)
        if len(set(extra.weekdays)) < len(extra.weekdays):
            yield Fault(f"{where}.weekdays", "names a day twice", "each day once")
    elif extra.date is not None:
        yield from _one_date(f"{where}.date", extra.date, calendar)


def _one_date(where: str, text: str, calendar: Calendar) -> Iterator[Fault]:
    try:
        iso(text if len(text) > 5 else f"2024-{text}")
        days = calendar.days_of(text)
    except ValueError:
        yield Fault(where, *ONE_DATE)
        return
    if not days and len(text) > 5:
        yield Fault(where, *OUTSIDE)


def _in_post(where: str, staff: StaffGroup) -> Iterator[Fault]:
    """Nobody can leave who is not there."""
    try:
        changes = [(iso(one.date), one.wte) for one in staff.joins.values()] + [
            (iso(one.date), -one.wte) for one in staff.leaves.values()
        ]
        changes += [
            (iso(one.date) + timedelta(days=round(7 * one.weeks_to_hire)), one.wte)
            for one in staff.leaves.values()
            if one.weeks_to_hire is not None
        ]
    except (ValueError, OverflowError):
        return
    in_post = staff.wte
    for day, wte in sorted(changes, key=lambda change: (change[0], -change[1])):
        in_post += wte
        if in_post < -1e-9:
            yield Fault(
                f"{where}.leaves",
                f"{-in_post:.4g} WTE more leave by {day.isoformat()} than are in post",
                f"wte is {staff.wte:.4g} on day 0",
            )
            return
