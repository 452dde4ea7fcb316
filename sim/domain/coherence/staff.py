"""Is nobody's time given twice, does every staff group exist that is named, and may it work where it does?"""

from collections.abc import Iterator

from sim.domain.coherence.common import TOLERANCE
from sim.domain.faults import Fault, nearest
from sim.domain.pathway.capacity import Capacity
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.scenario import Scenario
from sim.domain.seasons import mean_of_year
from sim.domain.staff.workforce import StaffGroup, Workforce


def staff_holds(scenario: Scenario) -> Iterator[Fault]:
    yield from _job_plans(scenario)
    for name, staff in scenario.workforce.items():
        where = f"workforce.{name}"
        for source in staff.moved_from:
            if source not in scenario.workforce:
                yield Fault(f"{where}.moved_from.{source}", "is not a staff group", nearest(source, scenario.workforce))
        yield from _supervision(where, name, staff, scenario.workforce)
        yield from _places_of_work(where, name, staff, scenario.pathway.services)
        yield from _absence(where, staff)


def _places_of_work(where: str, name: str, staff: StaffGroup, services: dict[str, ServiceSettings]) -> Iterator[Fault]:
    for service in staff.may_work_in or ():
        if service not in services:
            yield Fault(f"{where}.may_work_in", f"'{service[:40]}' is not a service", nearest(service, services))
    clinics = [
        one for one in services.values() if one.shares_generalists and one.provided and name in _ever(one.provided)
    ]
    if staff.generalist_share and len(clinics) < 2:
        yield Fault(
            f"{where}.generalist_share",
            f"the group works in {len(clinics)} clinics, so there is nothing to share",
            "0, or sessions in two clinics at least",
        )


def _absence(where: str, staff: StaffGroup) -> Iterator[Fault]:
    yield from _season(f"{where}.leave_by_month", staff.leave_by_month, staff.leave_share())
    yield from _season(f"{where}.sickness_by_month", staff.sickness_by_month, staff.sickness_share)
    if staff.sickness_spell_days and not staff.sickness_share:
        yield Fault(
            f"{where}.sickness_spell_days", "says nothing, as nobody is sick", "sickness_share above 0, or 0 days"
        )
    yield from _spells(f"{where}.sickness_spell_days", staff)


def _season(where: str, index: tuple[float, ...] | None, share: float) -> Iterator[Fault]:
    """A year keeps its total only if no month takes more than there is."""
    if index is None:
        return
    if sum(index) <= 0:
        yield Fault(where, "is zero in every month", "1 is an average month")
    elif share <= 1 < share * max(index) / mean_of_year(index) - 1e-9:
        yield Fault(where, "takes more than all days of a month", f"at most {1 / share:.3g} times an average month")


def _spells(where: str, staff: StaffGroup) -> Iterator[Fault]:
    """Spells of whole days, with a day at work between two of them, cannot make up any share of the year."""
    days = staff.sickness_spell_days
    if 0 < days < 1:
        yield Fault(where, "is less than a day", "1 at least, or 0 to take the mean off every day")
    elif days and staff.sickness_share > days / (1 + days):
        yield Fault(
            where,
            f"spells of {days:.4g} days cannot make up {staff.sickness_share:.0%} of all days",
            f"at most {days / (1 + days):.0%}, or longer spells",
        )


def _ever(capacity: Capacity) -> set[str]:
    return {*capacity.staff, *(group for change in capacity.later.values() for group in change.staff)}


def _supervision(where: str, name: str, staff: StaffGroup, workforce: Workforce) -> Iterator[Fault]:
    for registrant in staff.supervised_by:
        if registrant not in workforce or registrant == name:
            yield Fault(
                f"{where}.supervised_by.{registrant}",
                "is not another staff group",
                nearest(registrant, [g for g in workforce if g != name]),
            )
            continue
        asked = sum(
            group.supervised_by[registrant] * _sessions(group)
            for group in workforce.values()
            if registrant in group.supervised_by
        )
        there = _sessions(workforce[registrant])
        if asked > there + TOLERANCE:
            yield Fault(
                f"{where}.supervised_by.{registrant}",
                f"supervision takes {asked:.4g} sessions a week and {there:.4g} are there",
                "less supervision, or more of those who give it",
            )


def _sessions(staff: StaffGroup) -> float:
    return staff.wte * staff.sessions_a_week * max(1 - staff.leave_share(), 0.0) * (1 - staff.sickness_share)


def _job_plans(scenario: Scenario) -> Iterator[Fault]:
    """Shares of the staff's sessions, from the first day and from every date on which they change."""
    workforce = scenario.workforce
    capacities = {name: one.provided for name, one in scenario.pathway.services.items() if one.provided is not None}
    dates = sorted({change.date for one in capacities.values() for change in one.later.values()})
    told: set[str] = set()
    for day in ("", *dates):
        given: dict[str, float] = {}
        for service, capacity in capacities.items():
            part, staff = _in_force(capacity, day)
            for group, share in staff.items():
                given[group] = given.get(group, 0.0) + share
                where = f"pathway.services.{service}.capacity{part}.staff.{group}"
                fault = _may_work(group, service, workforce) if where not in told else None
                if fault is not None:
                    told.add(where)
                    yield Fault(where, *fault)
        for group, share in given.items():
            where = f"workforce.{group}"
            if share > 1 + TOLERANCE and where not in told:
                told.add(where)
                since = f" from {day}" if day else ""
                yield Fault(
                    where,
                    f"{share:.0%} of its sessions are shared out{since}",
                    "the shares of one group may not pass 100%",
                )


def _may_work(group: str, service: str, workforce: Workforce) -> tuple[str, str] | None:
    """What is wrong with sessions of a staff group at a service, and what would be right."""
    if group not in workforce:
        return "is not a staff group", nearest(group, workforce)
    there = workforce[group].may_work_in
    if there is not None and service not in there:
        return "may not work here", f"a group that may, or this service in workforce.{group}.may_work_in"
    return None


def _in_force(capacity: Capacity, day: str) -> tuple[str, dict[str, float]]:
    """Which part of a capacity says who works there on a day, and its shares."""
    past = [(change.date, label) for label, change in capacity.later.items() if change.date <= day]
    if not past:
        return "", capacity.staff
    label = max(past)[1]
    return f".later.{label}", capacity.later[label].staff
