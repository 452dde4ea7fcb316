"""Staff in post, and what a working day of theirs gives: WTE -> minutes for patients, hours and pounds."""

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, Le

from sim.domain.hours import HOURS_A_WEEK, SESSION_MINUTES, SESSIONS_A_WEEK
from sim.domain.quantities import Money, Ratio, Share, Weeks, Wte
from sim.domain.settings import Settings

WEEKS_A_YEAR = 365.25 / 7
WORKING_DAYS_A_WEEK = 5

Months = tuple[Ratio, Ratio, Ratio, Ratio, Ratio, Ratio, Ratio, Ratio, Ratio, Ratio, Ratio, Ratio]


@dataclass(frozen=True)
class Joins(Settings):
    """People who join a staff group on an ISO `date`; in their first `training_weeks` they give `training_share` of
    their sessions to training."""

    date: str
    wte: Wte
    training_weeks: Weeks = 0.0
    training_share: Share = 1.0


@dataclass(frozen=True)
class Leaves(Settings):
    """People who leave on an ISO `date`. The posts stay empty for `weeks_to_hire` (for good if absent); who fills
    them trains as in `Joins`."""

    date: str
    wte: Wte
    weeks_to_hire: Weeks | None = None
    training_weeks: Weeks = 0.0
    training_share: Share = 1.0


@dataclass(frozen=True)
class Overtime(Settings):
    """More sessions a week from the staff in post, from `first_day` to `last_day` (ISO, or month and day of every
    year; both included).

    They go to services as the group's other sessions do, at `pay_ratio` times the hourly cost; leave and sickness
    take none.
    """

    sessions_a_week: Annotated[float, Ge(0), Le(1_000_000)]
    first_day: str
    last_day: str
    pay_ratio: Ratio = 1.5


@dataclass(frozen=True)
class StaffGroup(Settings):
    """One staff group. A session is half a day (3.75 hours of the 37.5-hour week).

    `cost_per_hour_gbp`: of an hour at work, all in; or else `pay_per_hour_gbp`, to which `prices` adds the rest
    (`pay.priced`);
    `sessions_a_week`: clinical sessions of one WTE; `patient_facing_share`: of a session's minutes;
    `moved_from`: group -> WTE given up there to pay for this one (shown in the report; subtracts nothing);
    `paid_by`: group -> share of this group's cost that comes off the WTE there; fills `moved_from` (see
    `paying.settled`).
    `joins`, `leaves`: who comes and goes by date; `wte` is what is in post before them, and the posts that are funded.
    `leave_by_month`, `sickness_by_month`: January to December, 1 is an average month. `sickness_spell_days`: 0 takes
    the
    mean off every day; else each person is off for spells of that mean length, drawn by (group, person, day).
    `supervised_by`: group -> part of a session there that each session here takes. `generalist_share`: the part of the
    clinic sessions that goes, each day, to whichever of the group's clinics has most work (`engine.pool`).
    `may_work_in`: the services that may draw on the group; any if absent. `weekend_pay_ratio`: hourly cost on
    Saturdays,
    Sundays and bank holidays over that of other days.
    """

    wte: Wte
    label: str = ""
    band: str = ""
    cost_per_hour_gbp: Money = 0.0
    pay_per_hour_gbp: Money = 0.0
    sessions_a_week: Annotated[float, Ge(0), Le(14)] = SESSIONS_A_WEEK
    patient_facing_share: Share = 0.75
    annual_leave_days: Annotated[float, Ge(0), Le(260)] = 0.0
    study_leave_days: Annotated[float, Ge(0), Le(260)] = 0.0
    leave_by_month: Months | None = None
    sickness_share: Share = 0.0
    sickness_by_month: Months | None = None
    sickness_spell_days: Annotated[float, Ge(0), Le(365)] = 0.0
    paid_weeks_a_year: Annotated[float, Ge(0), Le(53)] = 42.0
    moved_from: dict[str, Wte] = field(default_factory=dict)
    paid_by: dict[str, Share] | None = None
    joins: dict[str, Joins] = field(default_factory=dict)
    leaves: dict[str, Leaves] = field(default_factory=dict)
    overtime: dict[str, Overtime] = field(default_factory=dict)
    supervised_by: dict[str, Share] = field(default_factory=dict)
    generalist_share: Share = 0.0
    may_work_in: tuple[str, ...] | None = None
    weekend_pay_ratio: Ratio = 1.0

    def minutes_a_week(self) -> float:
        """Patient-facing minutes of the whole group in a week without bank holidays, mean of leave and sickness, as
        on day 0."""
        session = SESSION_MINUTES * self.patient_facing_share
        return self.wte * self.sessions_a_week * session * max(1 - self.leave_share(), 0.0) * (1 - self.sickness_share)

    def leave_share(self) -> float:
        """Annual and study leave, of all working days of a year."""
        return (self.annual_leave_days + self.study_leave_days) / (WEEKS_A_YEAR * WORKING_DAYS_A_WEEK)

    def cost_a_year(self) -> float:
        """Pounds a year of the staff in post on day 0. Unit costs are stated per working hour, over
        `paid_weeks_a_year` working weeks."""
        return self.wte * self.hours_a_year() * self.cost_per_hour_gbp

    def hours_a_year(self) -> float:
        """Working hours of one WTE that unit costs are stated over."""
        return HOURS_A_WEEK * self.paid_weeks_a_year


Workforce = dict[str, StaffGroup]
