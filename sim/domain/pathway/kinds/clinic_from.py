"""Settings of a clinic that change on a date."""

from dataclasses import dataclass, fields
from typing import Any

from sim.domain.open_days import OpenDays
from sim.domain.pathway.visits import Cancelled, FollowUps, Missed
from sim.domain.quantities import Minutes, Share
from sim.domain.settings import Settings


@dataclass(frozen=True)
class ClinicFrom(Settings):
    """What takes the place of a clinic's settings from an ISO `date` on; what is not said stays as it was."""

    date: str
    open_days: OpenDays | None = None
    new_minutes: Minutes | None = None
    follow_up_minutes: Minutes | None = None
    follow_ups_first_share: Share | None = None
    follow_ups: FollowUps | None = None
    missed: Missed | None = None
    cancelled: Cancelled | None = None

    def said(self) -> dict[str, Any]:
        """Key -> value of the settings that it changes."""
        given = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "date"}
        return {key: value for key, value in given.items() if value is not None}
