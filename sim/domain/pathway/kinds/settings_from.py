"""Settings of a service that change on a date: what they have in common, and what may change at each kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le

from sim.domain.lengths import LengthRange, Spread, Variation
from sim.domain.open_days import ByDate, OpenDays, Pattern, Weekday
from sim.domain.pathway.kinds.priority import PriorityClass
from sim.domain.quantities import Count, Days, Minutes, Positive, Share, Weeks, WholeDays
from sim.domain.settings import Settings


@dataclass(frozen=True)
class SettingsFrom(Settings):
    """What takes the place of a service's settings from an ISO `date` on; what is not said stays as it was."""

    date: str

    def said(self) -> dict[str, Any]:
        """Key -> value of the settings that it changes."""
        given = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "date"}
        return {key: value for key, value in given.items() if value is not None}


@dataclass(frozen=True)
class OpenFrom(SettingsFrom):
    """Of a service that is open on some days."""

    open_days: OpenDays | None = None


def by_date(first: OpenDays, changes: Iterable[SettingsFrom], key: str = "open_days") -> Pattern:
    """Days as they are until a change of `key`, and after each."""
    later = tuple((one.date, one.said()[key]) for one in changes if key in one.said())
    return ByDate(first, later) if later else first


def days_later(changes: Mapping[str, SettingsFrom], key: str = "open_days") -> dict[str, OpenDays]:
    """Key -> the days that stand there."""
    return {f"later.{label}.{key}": one.said()[key] for label, one in changes.items() if key in one.said()}


@dataclass(frozen=True)
class GroupFrom(SettingsFrom):
    """Of a group: for cohorts that start, and sessions that are held, from then on."""

    min_size: Positive | None = None
    max_size: Positive | None = None
    least_size: Positive | None = None
    start_after_weeks: Weeks | None = None
    sessions: Positive | None = None
    session_days: tuple[Weekday, ...] | None = None
    session_minutes: Minutes | None = None
    supervision: dict[str, Share] | None = None
    rooms: Annotated[int, Ge(0), Le(1_000_000)] | None = None
    earliest_notice_days: WholeDays | None = None
    priority: dict[str, PriorityClass] | None = None
    attendance_share: Share | None = None
    drop_out_share_per_session: Share | None = None
    completed_at_share: Share | None = None


@dataclass(frozen=True)
class CaseloadFrom(OpenFrom):
    """Of a caseload: for stays that begin, and contacts that are booked or asked for, from then on."""

    places_per_wte: Annotated[float, Gt(0), Le(10_000)] | None = None
    stay_days: Days | None = None
    stay_spread: Literal["fixed", "geometric", "lognormal", "gamma", "uniform", "triangular"] | None = None
    length_cv: Variation | None = None
    length_range: LengthRange | None = None
    length_shares: dict[str, Share] | None = None
    earliest_notice_days: WholeDays | None = None
    priority: dict[str, PriorityClass] | None = None
    contact_every_days: WholeDays | None = None
    contacts_a_month_when_needed: Annotated[float, Ge(0), Le(1_000)] | None = None
    contact_missed_share: Share | None = None
    most_to_least_deprived_ratio: Annotated[float, Ge(0.01), Le(100)] | None = None
    remote_share: Share | None = None
    remote_missed_ratio: Annotated[float, Ge(0), Le(100)] | None = None


@dataclass(frozen=True)
class DropInFrom(OpenFrom):
    """Of a drop-in: for who comes from then on."""

    hours: Literal["always"] | tuple[str, str] | None = None
    arrivals_index: dict[str, Annotated[float, Gt(0), Le(1_000)]] | None = None
    visit_minutes: Minutes | None = None
    spread: Spread | None = None
    length_cv: Variation | None = None
    length_range: LengthRange | None = None
    length_shares: dict[str, Share] | None = None
    gives_up_after_minutes: Annotated[float, Ge(0), Le(100_000)] | None = None
    room_for_waiting: Count | None = None
    priority: dict[str, PriorityClass] | None = None


@dataclass(frozen=True)
class DelayFrom(SettingsFrom):
    """Of a delay: for stays that begin from then on."""

    days: Days | None = None
    spread: Spread | None = None
    length_cv: Variation | None = None
    length_range: LengthRange | None = None
    length_shares: dict[str, Share] | None = None
