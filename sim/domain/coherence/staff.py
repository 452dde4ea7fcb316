"""Is nobody's time given twice, does every staff group exist that is named, and may it work where it does?"""

from sim.domain.coherence.common import TOLERANCE
from sim.domain.faults import Fault, nearest


def staff_holds(scenario):
    workforce, services = scenario.workforce, scenario.pathway.services
    yield from _job_plans(scenario)
    for name, staff in workforce.items():
        where = f"workforce.{name}"
        for source in staff.moved_from:
            if source not in workforce:
                yield Fault(f"{where}.moved_from.{source}", "is not a staff group", nearest(source, workforce))
        yield from _supervision(where, name, staff, workforce)
        for service in staff.may_work_in or ():
            if service not in services:
                yield Fault(f"{where}.may_work_in", f"'{service[:40]}' is not a service", nearest(service, services))
        for key in ("leave_by_month", "sickness_by_month"):
            if getattr(staff, key) is not None and sum(getattr(staff, key)) <= 0:
                yield Fault(f"{where}.{key}", "is zero in every month", "1 is an average month")
        if staff.sickness_spell_days and not staff.sickness_share:
            yield Fault(
                f"{where}.sickness_spell_days", "says nothing, as nobody is sick", "sickness_share above 0, or 0 days"
            )
        yield from _spells(f"{where}.sickness_spell_days", staff)
        clinics = [
            one for one in services.values() if one.shares_generalists and one.provided and name in _ever(one.provided)
        ]
        if staff.generalist_share and len(clinics) < 2:
            yield Fault(
                f"{where}.generalist_share",
                f"the group works in {len(clinics)} clinics, so there is nothing to share",
                "0, or sessions in two clinics at least",
            )


def _spells(where: str, staff):
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


def _ever(capacity) -> set[str]:
    return {*capacity.staff, *(group for change in capacity.later.values() for group in change.staff)}


def _supervision(where: str, name: str, staff, workforce):
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


def _sessions(staff) -> float:
    return staff.wte * staff.sessions_a_week * max(1 - staff.leave_share(), 0.0) * (1 - staff.sickness_share)


def _job_plans(scenario):
    """Shares of the staff's sessions, from the first day and from every date on which they change."""
    workforce = scenario.workforce
    capacities = {
        f"pathway.services.{name}.capacity": one.provided
        for name, one in scenario.pathway.services.items()
        if one.provided is not None
    }
    dates = sorted({change.date for one in capacities.values() for change in one.later.values()})
    told = set()
    for day in ("", *dates):
        given: dict[str, float] = {}
        for service, capacity in capacities.items():
            part, staff = _in_force(capacity, day)
            where = f"{service}{part}"
            for group, share in staff.items():
                given[group] = given.get(group, 0.0) + share
                if group not in workforce and (where, group) not in told:
                    told.add((where, group))
                    yield Fault(f"{where}.staff.{group}", "is not a staff group", nearest(group, workforce))
                elif (
                    group in workforce
                    and workforce[group].may_work_in is not None
                    and where.split(".")[2] not in workforce[group].may_work_in
                    and (where, group) not in told
                ):
                    told.add((where, group))
                    yield Fault(
                        f"{where}.staff.{group}",
                        "may not work here",
                        f"a group that may, or this service in workforce.{group}.may_work_in",
                    )
        for group, share in given.items():
            if share > 1 + TOLERANCE and group not in told:
                told.add(group)
                since = f" from {day}" if day else ""
                yield Fault(
                    f"workforce.{group}",
                    f"{share:.0%} of its sessions are shared out{since}",
                    "the shares of one group may not pass 100%",
                )


def _in_force(capacity, day: str) -> tuple[str, dict[str, float]]:
    """Which part of a capacity says who works there on a day, and its shares."""
    past = [(change.date, label) for label, change in capacity.later.items() if change.date <= day]
    if not past:
        return "", capacity.staff
    label = max(past)[1]
    return f".later.{label}", capacity.later[label].staff
