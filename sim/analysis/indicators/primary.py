"""Primary and community care: GP appointments, community referrals, what FCPs settle, empty seats."""

import numpy as np

from sim.analysis.indicators.register import indicator
from sim.analysis.reading.reading import Reading
from sim.domain.words import DETAIL


@indicator("gp_appointments_per_1000", "per 1,000 residents a year")
def gp_appointments(reading: Reading) -> dict[str, float]:
    """Attended GP appointments for MSK problems."""
    attended = reading.attended
    gp = (reading.clinician == "gp") & (reading.setting == "primary")
    return {"all": reading.per_1000_a_year((gp[attended.service] & reading.in_window(attended.day)).sum())}


@indicator("came_back_per_1000", "per 1,000 residents a year")
def came_back(reading: Reading) -> dict[str, float]:
    """Episodes that are not a person's first: the same problem again, after it had been resolved."""
    presented = reading.presented
    return {"all": reading.per_1000_a_year(((presented.episode > 0) & reading.in_window(presented.day)).sum())}


@indicator("community_referrals_per_1000", "per 1,000 residents a year")
def community_referrals(reading: Reading) -> dict[str, float]:
    """First and second referrals to community MSK services, from outside them; self-referral at the door included."""
    moved, listed = reading.moved, reading.listed
    community = (reading.setting == "community") & reading.contact
    referred = (
        community[moved.to]
        & ~community[moved.service]
        & (reading.setting[moved.service] != "diagnostics")
        & (moved.to >= 0)
        & reading.in_window(moved.day)
    )
    at_door = listed.where(listed.detail == DETAIL["door"])
    count = referred.sum() + (community[at_door.service] & reading.in_window(at_door.day)).sum()
    return {"all": reading.per_1000_a_year(count)}


@indicator("fcp_self_management_share", "share")
def fcp_self_management(reading: Reading) -> dict[str, float]:
    """Of FCP episodes, those that leave the FCP with advice and self-management alone."""
    fcp = reading.clinician == "fcp"
    if not fcp.any():
        return {"all": float("nan")}
    moved, resolved = reading.moved, reading.resolved
    onward = fcp[moved.service] & (moved.to != moved.service) & (reading.setting[moved.to] != "diagnostics")
    alone = onward & np.isin(
        moved.to, [c for c, s in enumerate(reading.settings) if s.care == "self_management" and not s.contact]
    )
    over = fcp[resolved.service] & reading.in_window(resolved.day)
    onward &= reading.in_window(moved.day)
    total = onward.sum() + over.sum()
    return {"all": ((alone & onward).sum() + over.sum()) / total if total else float("nan")}


@indicator("empty_group_seats_share", "share")
def empty_group_seats(reading: Reading) -> dict[str, float]:
    """Seats in running group sessions that nobody was enrolled for."""
    offered = empty = 0
    for name, settings in reading.scenario.pathway.services.items():
        if settings.cohorts:
            table = reading.record.clinics[name]
            table = table[reading.in_window(table[:, 0])]
            offered += int(table[:, 1].sum())
            empty += int((table[:, 1] - table[:, 2] - table[:, 3]).sum())
    return {"all": empty / offered if offered else float("nan")}
