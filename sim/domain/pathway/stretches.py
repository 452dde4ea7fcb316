"""Stretches of days in which the rules, and the settings of services, are the same."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from sim.domain.calendar import Calendar
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.pathway import Pathway
from sim.domain.pathway.rules import Rules
from sim.domain.pathway.ways import rule_maps


@dataclass(frozen=True)
class Stretch:
    """`pathway` as it is from day `first` up to `end`, which is not included: nothing in it asks for a date."""

    first: int
    end: int
    pathway: Pathway


def turns(rules: Rules, start: date) -> list[int]:
    """Days of the run, day 0 being `start`, on which some of the rules begin or end, in order."""
    dates = {rule.only_while.date for rule in rules.values() if rule.only_while is not None and rule.only_while.dated}
    return sorted({(date.fromisoformat(one) - start).days for one in dates if one is not None})


def held_back(rules: Rules, today: date) -> frozenset[str]:
    """Names of the rules that do not hold on a day, whatever the state of the system."""
    return frozenset(
        name for name, rule in rules.items() if rule.only_while is not None and not rule.only_while.may_hold(today)
    )


def as_of(rules: Rules, today: date) -> Rules:
    """The rules that hold on a day, without their dates; conditions on the state of the system stay."""
    back = held_back(rules, today)
    return {
        name: replace(rule, only_while=None) if rule.only_while is not None and rule.only_while.dated else rule
        for name, rule in rules.items()
        if name not in back
    }


def stretches(pathway: Pathway, calendar: Calendar) -> list[Stretch]:
    """The days of a run, cut where a rule begins or ends, or settings change; one stretch, of the pathway itself, where
    nothing does. `ValueError` if a date cannot be read."""
    days = {day for _, _, rules in rule_maps(pathway) for day in turns(rules, calendar.start)}
    dates = {change.date for service in pathway.services.values() for change in service.changes().values()}
    days |= {(date.fromisoformat(one) - calendar.start).days for one in dates}
    if not days:
        return [Stretch(0, calendar.horizon, pathway)]
    edges = [0, *sorted(day for day in days if 0 < day < calendar.horizon), calendar.horizon]
    return [Stretch(first, end, _pathway_as_of(pathway, calendar.date_of(first))) for first, end in pairwise(edges)]


def _pathway_as_of(pathway: Pathway, today: date) -> Pathway:
    services = {name: _service_as_of(service, today) for name, service in pathway.services.items()}
    return replace(pathway, entry=as_of(pathway.entry, today), services=services)


def _service_as_of(service: ServiceSettings, today: date) -> ServiceSettings:
    return service.as_of(today).with_rules({part: as_of(rules, today) for part, rules in service.rule_maps().items()})
