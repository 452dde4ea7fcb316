"""Settings of staff that change nothing beside the others."""

from collections.abc import Iterator

from sim.domain.coherence.common import Told
from sim.domain.staff.workforce import Joins, Leaves, StaffGroup


def of_staff(staff: StaffGroup) -> Iterator[Told]:
    months = "1 in every month, or a share above 0"
    yield staff.leave_by_month is not None and not staff.leave_share(), "leave_by_month", "nobody has leave", months
    yield (
        staff.sickness_by_month is not None and not staff.sickness_share,
        "sickness_by_month",
        "nobody is sick",
        months,
    )
    for key, changes in (("joins", staff.joins), ("leaves", staff.leaves)):
        for label, one in changes.items():
            yield from _of_training(f"{key}.{label}", one)


def _of_training(where: str, one: Joins | Leaves) -> Iterator[Told]:
    empty = isinstance(one, Leaves) and one.weeks_to_hire is None
    hired = "the posts stay empty, so nobody trains", "weeks_to_hire, or leave it out"
    yield empty and bool(one.training_weeks), f"{where}.training_weeks", *hired
    short = one.training_share != 1 and not one.training_weeks
    yield short, f"{where}.training_share", "nobody trains", "training_weeks above 0, or leave it out"
