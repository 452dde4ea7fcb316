"""Staff in post, and what a working day of theirs gives: WTE -> minutes for patients, hours and pounds."""

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, Le

from sim.domain.quantities import Money, Share, Wte
from sim.domain.settings import Settings

HOURS_A_WEEK = 37.5
SESSIONS_A_WEEK = 10
SESSION_MINUTES = HOURS_A_WEEK * 60 / SESSIONS_A_WEEK
WEEKS_A_YEAR = 365.25 / 7
WORKING_DAYS_A_WEEK = 5


@dataclass(frozen=True)
class StaffGroup(Settings):
    """One staff group. A session is half a day (3.75 hours of the 37.5-hour week).

    `sessions_a_week`: clinical sessions of one WTE; `patient_facing_share`: of a session's minutes;
    `moved_from`: group -> WTE given up there to pay for this one (shown in the report, checked against the comparator).
    """

    wte: Wte
    label: str = ""
    band: str = ""
    cost_per_hour_gbp: Money = 0.0
    sessions_a_week: Annotated[float, Ge(0), Le(14)] = SESSIONS_A_WEEK
    patient_facing_share: Share = 0.75
    annual_leave_days: Annotated[float, Ge(0), Le(260)] = 0.0
    study_leave_days: Annotated[float, Ge(0), Le(260)] = 0.0
    sickness_share: Share = 0.0
    paid_weeks_a_year: Annotated[float, Ge(0), Le(53)] = 42.0
    moved_from: dict[str, Wte] = field(default_factory=dict)

    def minutes_a_week(self) -> float:
        """Patient-facing minutes of the whole group in a week without bank holidays, mean of leave and sickness."""
        working_days = WEEKS_A_YEAR * WORKING_DAYS_A_WEEK
        present = 1 - (self.annual_leave_days + self.study_leave_days) / working_days
        session = SESSION_MINUTES * self.patient_facing_share
        return self.wte * self.sessions_a_week * session * max(present, 0.0) * (1 - self.sickness_share)

    def cost_a_year(self) -> float:
        """Pounds a year. Unit costs are stated per working hour, over `paid_weeks_a_year` working weeks."""
        return self.wte * self.hours_a_year() * self.cost_per_hour_gbp

    def hours_a_year(self) -> float:
        """Working hours of one WTE that unit costs are stated over."""
        return HOURS_A_WEEK * self.paid_weeks_a_year


Workforce = dict[str, StaffGroup]
