"""What each kind of service asks of its settings."""

from sim.domain.faults import Fault, nearest
from sim.domain.staff.hours import opening_minutes
from sim.domain.words import COURSE


def _clinic(where: str, service):
    if service.capacity.staff and service.new_minutes is None:
        yield Fault(f"{where}.new_minutes", "is missing", "how long a first visit takes of the staff's time")
    uses_course = any(COURSE in rule.to for rule in service.routes.values())
    if service.follow_ups.mean_visits > 0 and not uses_course:
        yield Fault(f"{where}.follow_ups", "no rule of routes sends anybody to 'course'", "add course to a rule's 'to'")
    if service.missed.discharged_after_misses > 1 and service.missed.discharged_share == 0:
        yield Fault(
            f"{where}.missed.discharged_after_misses",
            "says nothing where discharged_share is 0: no miss ends a referral",
            "1, or a discharged_share above 0",
        )
    if service.after_course and not uses_course:
        yield Fault(
            f"{where}.after_course", "no rule of routes sends anybody to 'course'", "add course to a rule's 'to'"
        )


def _group(where: str, service):
    if service.min_size > service.max_size:
        yield Fault(f"{where}.min_size", "is more than max_size", f"at most {service.max_size}")
    if service.least_size > service.min_size:
        yield Fault(f"{where}.least_size", "is more than min_size", f"at most {service.min_size}")
    for group, share in service.supervision.items():
        if group not in service.capacity.staff:
            yield Fault(
                f"{where}.supervision.{group}", "gives no sessions here", nearest(group, service.capacity.staff)
            )
        elif share == 0:
            yield Fault(
                f"{where}.supervision.{group}",
                "is 0: it is never there",
                "more than 0, or leave the group out of capacity.staff",
            )
    if service.session_days == ():
        yield Fault(f"{where}.session_days", "names no day", "[tue, thu]")


def _caseload(where: str, service):
    """A stay, and places that come from one thing only."""
    if service.stay_days < 1:
        yield Fault(f"{where}.stay_days", "is missing, or less than a day", "how long a place is held, on average: 84")
    elif service.stay_spread == "fixed" and service.contact_every_days >= max(round(service.stay_days), 1):
        yield Fault(
            f"{where}.contact_every_days",
            "is not within the stay, so no review is ever held",
            f"less than {max(round(service.stay_days), 1)}, or 0 for none",
        )
    if service.capacity.staff and service.places_per_wte is None:
        yield Fault(f"{where}.places_per_wte", "is missing", "how many people one WTE has on the caseload at a time")
    if service.capacity.places is not None and service.places_per_wte is not None:
        yield Fault(
            f"{where}.places_per_wte",
            "says nothing where places are given directly",
            "null, or capacity.staff in place of capacity.places",
        )
    for label, one in service.priority.items():
        if one.slots_share is not None:
            yield Fault(
                f"{where}.priority.{label}.slots_share", "says nothing here: a caseload has places and no slots", "null"
            )


def _drop_in(where: str, service):
    """Hours that can be read, and nothing that has no meaning where people walk in."""
    try:
        opens, closes = opening_minutes(service.hours)
    except ValueError:
        yield Fault(f"{where}.hours", "is not two times of day", '["10:00", "16:00"], in quotes, or always')
    else:
        if closes <= opens:
            yield Fault(f"{where}.hours", "closes before it opens", 'the earlier time first; "24:00" is midnight')
    if service.spread == "lognormal" and service.length_cv == 0:
        yield Fault(
            f"{where}.length_cv",
            "is missing, and spread: lognormal asks for it",
            "spread of the length of a visit over its mean: 0.6",
        )
    if service.spread != "lognormal" and service.length_cv > 0:
        yield Fault(f"{where}.length_cv", "says nothing without spread: lognormal", f"0, as spread is {service.spread}")
    if service.after_giving_up and service.gives_up_after_minutes == 0:
        yield Fault(
            f"{where}.after_giving_up",
            "nobody gives up",
            "gives_up_after_minutes: how long people wait, on average, before they leave",
        )
    for label, one in service.priority.items():
        for key, nothing in (
            ("earliest_notice_days", None),
            ("points", 0),
            ("points_per_week", 0),
            ("slots_share", None),
        ):
            if getattr(one, key) != nothing:
                yield Fault(
                    f"{where}.priority.{label}.{key}",
                    "says nothing here: people walk in, and classes are seen in the order written",
                    "remove it",
                )


def _nothing(where: str, service):
    return ()


CHECKS = {"clinic": _clinic, "group": _group, "caseload": _caseload, "drop_in": _drop_in, "delay": _nothing}
