"""Settings that change nothing beside the others: each is told, since whoever wrote it expects something of it."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from sim.domain.calendar import CalendarSettings
from sim.domain.coherence.common import Told, covers
from sim.domain.coherence.unused_besides import of_extra_clinics, of_prevention, of_shares
from sim.domain.coherence.unused_classes import of_class_minutes, of_points
from sim.domain.coherence.unused_staff import of_staff
from sim.domain.faults import Fault
from sim.domain.pathway.kinds.caseload import CaseloadSettings
from sim.domain.pathway.kinds.clinic import ClinicSettings
from sim.domain.pathway.kinds.group import GroupSettings
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.routes import OTHERWISE, in_order
from sim.domain.pathway.rules import Rule, Rules
from sim.domain.pathway.visits import FollowUps, PatientInitiated
from sim.domain.pathway.ways import rule_maps
from sim.domain.pathway.while_waiting import Recurrence, WhileWaiting
from sim.domain.people.demand import Demand
from sim.domain.scenario import Scenario
from sim.domain.words import NEXT

S = TypeVar("S", bound=ServiceSettings)


def unused(scenario: Scenario) -> Iterator[Fault]:
    services = scenario.pathway.services
    returns = _seen_again(scenario)
    for name, service in services.items():
        where = f"pathway.services.{name}"
        yield from _told(where, _of_service(service))
        if isinstance(service, ClinicSettings):
            again = name in returns
            yield from _told(where, _throughout(service, partial(_of_clinic, again=again)))
            missed = _throughout(service, partial(_of_missed, again=again, scenario=scenario))
            yield from _told(f"{where}.missed", missed)
            yield from of_shares(where, service, again)
        elif isinstance(service, CaseloadSettings):
            yield from _told(where, _throughout(service, partial(_of_caseload, scenario=scenario)))
        elif isinstance(service, GroupSettings):
            yield from _told(where, _throughout(service, _of_group))
    for where, _, rules in rule_maps(scenario.pathway):
        yield from _left_for(where, rules)
    yield from _told("pathway.while_waiting", _while_waiting(scenario.pathway.while_waiting, services))
    yield from _told("pathway", _of_pathway(scenario.pathway.recurrence))
    yield from _told("pathway.prevention", of_prevention(scenario.pathway.prevention))
    yield from _told("demand", _of_demand(scenario.demand, scenario.calendar))
    for group, staff in scenario.workforce.items():
        yield from _told(f"workforce.{group}", of_staff(staff))


def _throughout(service: S, checks: Callable[[S], Iterator[Told]]) -> Iterator[Told]:
    """What says nothing on any day, of settings that change: the same checks of each of them."""
    for each in zip(*(checks(one) for one in service.versions()), strict=True):
        nothing, key, why, right = each[0]
        yield nothing and all(one[0] for one in each), key, why, right


def _told(where: str, checks: Iterator[Told]) -> Iterator[Fault]:
    for nothing, key, why, right in checks:
        if nothing:
            yield Fault(f"{where}.{key}", f"says nothing: {why}", right)


def _seen_again(scenario: Scenario) -> set[str]:
    """Clinics that see somebody a second time: in a course, after a test, or because people ask."""
    pathway = scenario.pathway
    found = {place.service for one in scenario.start.lists.values() for place in one.places.values() if place.in_course}
    found |= {place.asked_by or "" for one in scenario.start.lists.values() for place in one.places.values()}
    if pathway.while_waiting.gp_contact.per_month_waited > 0:
        found.add(pathway.while_waiting.gp_contact.service)
    for name, service in pathway.services.items():
        if service.tests() or service.has_course:
            found.add(name)
    return found


def _of_service(service: ServiceSettings) -> Iterator[Told]:
    anyway = bool(service.attends_anyway_share) and not service.recovers
    yield anyway, "attends_anyway_share", "nobody recovers on this list", "recovers: true, or 0"
    yield from of_points(service.classes())
    yield from of_class_minutes(service)
    yield from of_extra_clinics(service)


def _left_for(where: str, rules: Rules) -> Iterator[Fault]:
    """Rules that nobody comes to, since one before takes everybody."""
    before: dict[str, Rule] = {}
    for label, rule in in_order(rules).items():
        alike = {name: other for name, other in before.items() if other.rank == rule.rank}  # a rank says: on purpose
        first = next((name for name, other in alike.items() if covers(other.when, rule.when)), None)
        if first is not None and label != OTHERWISE:
            why = f"has nobody left: '{first}' takes them all before"
            yield Fault(f"{where}.{label}", why, "another `when`, or leave it out")
        if rule.only_while is None and not rule.to.get(NEXT):
            before[label] = rule


def _of_clinic(clinic: ClinicSettings, again: bool) -> Iterator[Told]:
    for key in ("new_minutes", "follow_up_minutes"):
        given = getattr(clinic, key) is not None and not clinic.capacity.staff
        yield given, key, "slots are given, and one visit is one slot", "more or fewer slots, or capacity.staff"
    twice = "nobody is seen here a second time", "follow-ups (course, orders), or leave it out"
    yield clinic.ring_fenced and not again, "ring_fenced", *twice
    yield clinic.follow_ups_first_share != 1 and not again, "follow_ups_first_share", *twice
    ends = _misses(clinic) and clinic.missed.discharged_share
    right = "missed.discharged_share above 0, or leave it out"
    yield bool(clinic.after_missing) and not ends, "after_missing", "nobody is discharged for missing", right
    course, plain = clinic.follow_ups, FollowUps()
    for key in ("spread", "interval_days"):
        given = getattr(course, key) != getattr(plain, key) and not course.ever and not again
        yield given, f"follow_ups.{key}", "mean_visits is 0", "mean_visits above 0, or leave it out"
    cancelled = clinic.cancelled
    nobody = "nobody cancels", "a share above 0, or 0 here"
    yield bool(cancelled.refilled_share) and not cancelled.share, "cancelled.refilled_share", *nobody
    for idle, key, why, instead in _of_open_door(clinic.patient_initiated, clinic.has_course):
        yield idle, f"patient_initiated.{key}", why, instead


def _of_open_door(door: PatientInitiated, after_a_course: bool) -> Iterator[Told]:
    shut = "nobody has a course here, after which the door would be open", "course in a rule of routes, or 0"
    yield bool(door.share) and not after_a_course, "share", *shut
    yield bool(door.returning_share) and not door.share, "returning_share", "share is 0", "0 here too"
    alone = door.window_days != PatientInitiated.window_days and not (door.share or door.returning_share)
    yield alone, "window_days", "share is 0", "a share above 0, or leave it out"
    never = "returning_share is 0, so nobody uses the open door", "a returning_share above 0, or 0"
    yield bool(door.share) and not door.returning_share, "share", *never


def _misses(clinic: ClinicSettings) -> bool:
    missed = clinic.missed
    return bool(missed.new_share or missed.follow_up_share or missed.share_per_week_waited)


def _of_missed(clinic: ClinicSettings, again: bool, scenario: Scenario) -> Iterator[Told]:
    missed, nobody = clinic.missed, "nobody misses anything here"
    some = "new_share or follow_up_share above 0, or leave it out"
    ratios = (
        ("most_to_least_deprived_ratio", "imd_quintile", None),
        ("interpreter_ratio", "language", "interpreter"),
        ("offline_ratio", "digital", "offline"),
    )
    for key, fact, word in ratios:
        given = getattr(missed, key) != 1
        yield given and not _misses(clinic), key, nobody, some
        yield given and _misses(clinic) and not _has(scenario, fact, word), key, *_no_such(fact, word)
    yield bool(missed.follow_up_share) and not again, "follow_up_share", "nobody is seen here a second time", "0"
    yield bool(missed.discharged_share) and not _misses(clinic), "discharged_share", nobody, some


def _no_such(fact: str, word: str | None) -> tuple[str, str]:
    who = f"has {fact} {word}" if word else f"has an {fact}"
    return f"nobody {who}", f"demand.facts.{fact}, or 1"


def _has(scenario: Scenario, fact: str, word: str | None) -> bool:
    """Whether somebody has a word of a fact (any word that is said, if None)."""
    demand = scenario.demand
    mix = demand.facts.get(fact)
    traces = [demand.trace, *(stream.trace for stream in demand.elsewhere.values())]
    given = {one.facts[fact] for trace in traces for one in trace.values() if fact in one.facts}
    said = {} if mix is None else mix.shares if mix.given is None else _any_of(mix.shares_given)
    given |= {one for one, share in said.items() if share}
    return bool(given) if word is None else word in given


def _any_of(shares_given: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {word: share for shares in shares_given.values() for word, share in shares.items() if share}


def _of_caseload(caseload: CaseloadSettings, scenario: Scenario) -> Iterator[Told]:
    meets = bool(caseload.contact_every_days or caseload.contacts_a_month_when_needed)
    contacts = "contact_every_days or contacts_a_month_when_needed above 0, or 0 here"
    missed = bool(caseload.contact_missed_share)
    yield missed and not meets, "contact_missed_share", "nobody has a contact after the first", contacts
    for key, plain in (("most_to_least_deprived_ratio", 1.0), ("remote_share", 0.0), ("remote_missed_ratio", 1.0)):
        given = getattr(caseload, key) != plain
        yield given and not missed, key, "no contact is missed", f"contact_missed_share above 0, or {plain:g}"
    tilted = caseload.most_to_least_deprived_ratio != 1 and missed
    lacks = tilted and not _has(scenario, "imd_quintile", None)
    yield lacks, "most_to_least_deprived_ratio", *_no_such("imd_quintile", None)
    near = bool(caseload.remote_missed_ratio != 1 and missed and not caseload.remote_share)
    yield near, "remote_missed_ratio", "no contact is remote", "remote_share above 0, or 1"


def _of_group(group: GroupSettings) -> Iterator[Told]:
    yield group.rooms == 0, "rooms", "there is no room for any cohort on any day", "1 or more, or leave the group out"
    everybody = group.attendance_share == 1 and group.drop_out_share_per_session == 0
    right = "attendance_share below 1, or drop_out_share_per_session above 0"
    yield bool(group.after_dropping_out) and everybody, "after_dropping_out", "everybody comes to the end", right
    yield everybody and group.completed_at_share != 0.75, "completed_at_share", "everybody comes to the end", right
    once = group.sessions == 1 and group.drop_out_share_per_session > 0
    yield once, "drop_out_share_per_session", "there is one session, after which nobody can drop out", "0"
    waits = group.start_after_weeks != GroupSettings.start_after_weeks
    fewer = group.least_size < group.min_size and group.least_size != GroupSettings.least_size
    never = "no cohort begins with fewer than min_size", "start_after_weeks, or leave it out"
    yield fewer and not waits, "least_size", *never
    taken = not group.capacity.staff and group.session_minutes != 70
    yield taken, "session_minutes", "seats are given, not the time of staff", "leave it out, or capacity.staff"


def _while_waiting(waiting: WhileWaiting, services: Mapping[str, ServiceSettings]) -> Iterator[Told]:
    recovery, private = waiting.recovery, waiting.private_exit.share_within_10_weeks
    recovers = any(recovery.share_within_6_weeks.values())
    no_list = "happens on no list"
    yield (
        recovers and not any(one.recovers for one in services.values()),
        "recovery.share_within_6_weeks",
        no_list,
        "recovers: true at a service, or leave it out",
    )
    worsening = waiting.worsening
    never = "share_within_26_weeks is empty, so no need rises", "a share by onset, or leave it out"
    yield bool(worsening.to) and not worsening.share_within_26_weeks, "worsening.to", *never
    yield recovers and not recovery.needs, "recovery.needs", "names none, so nobody recovers", "[self_limiting]"
    yield (
        any(private.values()) and not any(one.private_exit for one in services.values()),
        "private_exit.share_within_10_weeks",
        no_list,
        "private_exit: true at a service, or leave it out",
    )


def _of_pathway(recurrence: Recurrence) -> Iterator[Told]:
    never, plain = "share is 0, so nothing comes back", Recurrence()
    off = not recurrence.share
    yield (
        off and recurrence.mean_days != plain.mean_days,
        "recurrence.mean_days",
        never,
        "a share above 0, or leave it out",
    )
    yield off and bool(recurrence.ratio_after), "recurrence.ratio_after", never, "a share above 0, or leave it out"


def _of_demand(demand: Demand, calendar: CalendarSettings) -> Iterator[Told]:
    no_holiday = demand.holiday_index != 1 and calendar.bank_holidays is None
    yield no_holiday, "holiday_index", "there are no bank holidays", 'calendar.bank_holidays: "GB-ENG", or 1'
    for fact in demand.rate_ratio:
        yield fact not in demand.facts, f"rate_ratio.{fact}", f"nobody has an {fact}", f"demand.facts.{fact}"
