"""Settings beside those of a service's own day that change nothing, and shares by which somebody is never seen."""

from collections.abc import Iterator

from sim.domain.coherence.common import Told
from sim.domain.faults import Fault
from sim.domain.pathway.kinds.clinic import ClinicSettings
from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.while_waiting import Prevention


def of_extra_clinics(service: ServiceSettings) -> Iterator[Told]:
    for label, extra in service.held_besides().items():
        once = extra.date is not None and extra.every_weeks != 1
        yield once, f"extra_clinics.{label}.every_weeks", "it is on one date", "leave it out, or weekdays"


def of_shares(where: str, clinic: ClinicSettings, again: bool) -> Iterator[Fault]:
    """Whom shares of the day or of the list never let in, on any day."""
    days = clinic.versions()
    for share, whom in ((1.0, "new people"), (0.0, "follow-ups")):
        if again and all(one.ring_fenced and one.follow_ups_first_share == share for one in days):
            why = f"is {share:g}, and ring_fenced: {whom} are never seen"
            yield Fault(f"{where}.follow_ups_first_share", why, "between 0 and 1, or ring_fenced: false")
    for label, one in clinic.classes().items():
        held = [day.classes().get(label, one).slots_share for day in days]
        lent = any(other.slots_released_days_before is not None for day in days for other in day.classes().values())
        if all(share == 0 for share in held) and not lent and not clinic.extra_clinics:
            why = "is 0, and no class releases its slots: nobody of this class is ever seen"
            yield Fault(f"{where}.priority.{label}.slots_share", why, "more, or slots_released_days_before in another")


def of_prevention(prevention: Prevention) -> Iterator[Told]:
    yield bool(prevention.share_per_year) and prevention.at_most == 0, "share_per_year", "at_most is 0", "more"
