"""What GP time is worth: one GP appointment as a part of a session, and in pounds.

A session is half a day at work, of which the patient-facing part is spent with patients: what appointments that are no
longer needed give back is the whole of it, letters and results included.
"""

from dataclasses import dataclass

from sim.analysis.money.unit_costs import unit_costs_table
from sim.domain.hours import SESSION_MINUTES
from sim.domain.scenario import Scenario
from sim.domain.staff.workforce import StaffGroup


@dataclass(frozen=True)
class GpTime:
    """Of one appointment, the mean over GP services and kinds of visit: `minutes` with the patient, `sessions` of
    GP work, `pounds` of GP time."""

    minutes: float
    sessions: float
    pounds: float


def gp_time(scenario: Scenario) -> GpTime | None:
    """By the scenario's own GP services and their staff; None where no staff of its own gives GP appointments."""
    visits, found = unit_costs_table(scenario), []
    for name, service in scenario.pathway.services.items():
        if service.clinician == "gp" and service.setting == "primary" and service.provided is not None:
            staff = [scenario.workforce[one] for one in service.provided.staff]
            minutes = visits.loc[visits["service"] == name, "minutes"]
            found += [_one(each, group) for each in minutes for group in staff if group.patient_facing_share]
    if not found:
        return None
    return GpTime(*(sum(values) / len(found) for values in zip(*found, strict=True)))


def _one(minutes: float, group: StaffGroup) -> tuple[float, float, float]:
    """As `GpTime`, of one kind of visit to one staff group."""
    sessions = minutes / (SESSION_MINUTES * group.patient_facing_share)
    return minutes, sessions, sessions * SESSION_MINUTES / 60 * group.cost_per_hour_gbp
