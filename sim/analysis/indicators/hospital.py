"""Hospital: referrals, RTT, no outcome, second referrals, conversion to surgery."""

import numpy as np

from sim.analysis.indicators.groups import fair_groups
from sim.analysis.indicators.lists import A_DAY
from sim.analysis.indicators.register import indicator
from sim.analysis.reading.before import last_before
from sim.analysis.reading.clocks import CLOCK, TREATMENT, Clocks, clocks_of
from sim.analysis.reading.events import Events
from sim.analysis.reading.reading import Reading, remembered
from sim.analysis.statistics.quantiles import quantile

A_YEAR_ON = 365
ORTHOPAEDICS = "trauma_orthopaedics"


@remembered
def clocks(reading: Reading) -> Clocks:
    """The RTT pathways of a reading as the scenario counts them, worked out once."""
    return clocks_of(reading)


@remembered
def _weeks_open(reading: Reading) -> dict[str, np.ndarray]:
    """group -> weeks waited by incomplete pathways at the end: all, and by who waits."""
    found, last = clocks(reading), reading.horizon - 1
    weeks = found.weeks_at(last)
    groups = fair_groups(reading, found.row[found.open_at(last)])
    return {"all": weeks} | {group: weeks[positions] for group, positions in groups.items()}


def _weeks_open_by_service(reading: Reading) -> dict[str, np.ndarray]:
    """consultant-led service -> the same of the pathways that reached hospital there first."""
    found, last = clocks(reading), reading.horizon - 1
    weeks, service = found.weeks_at(last), found.service[found.open_at(last)]
    return {reading.services[code]: weeks[service == code] for code in np.flatnonzero(reading.rtt == CLOCK).tolist()}


def _share(marks: np.ndarray) -> float:
    return float(marks.mean()) if len(marks) else float("nan")


@indicator("rtt_within_18_weeks", "share")
def rtt_within_18_weeks(reading: Reading) -> dict[str, float]:
    """Share of incomplete pathways that have waited at most 18 weeks, at the end of the horizon;
    also by the first hospital service."""
    groups = _weeks_open(reading) | _weeks_open_by_service(reading)
    return {group: _share(weeks <= 18) for group, weeks in groups.items()}


@indicator("rtt_median_weeks", "weeks")
def rtt_median_weeks(reading: Reading) -> dict[str, float]:
    """Median weeks waited so far by incomplete pathways, at the end of the horizon."""
    return {group: quantile(weeks, 0.5, A_DAY) for group, weeks in _weeks_open(reading).items()}


@indicator("rtt_over_52_weeks", "share")
def rtt_over_52_weeks(reading: Reading) -> dict[str, float]:
    """Share of incomplete pathways that have waited more than 52 weeks, at the end of the horizon."""
    return {group: _share(weeks > 52) for group, weeks in _weeks_open(reading).items()}


@indicator("hospital_referrals_per_1000", "per 1,000 residents a year")
def hospital_referrals(reading: Reading) -> dict[str, float]:
    """All RTT starts; by service; and `gp`: those that come by the pathway's own door."""
    all_clocks = clocks(reading)
    counted = reading.in_window(all_clocks.referred) & ~all_clocks.came_back
    values = {"all": reading.per_1000_a_year(counted.sum())}
    values["gp"] = reading.per_1000_a_year((counted & reading.from_door[all_clocks.row]).sum())
    for code in np.flatnonzero(reading.rtt == CLOCK).tolist():
        values[reading.services[code]] = reading.per_1000_a_year((counted & (all_clocks.service == code)).sum())
    return values


def _first_hospital_visits(reading: Reading):
    attended = reading.attended_new
    return attended.where(
        (reading.rtt[attended.service] == CLOCK) & reading.from_door[attended.row] & reading.in_window(attended.day)
    )


@indicator("hospital_no_outcome_share", "share")
def hospital_no_outcome(reading: Reading) -> dict[str, float]:
    """First hospital attendances, referred by the pathway's door, that lead to discharge with nothing to offer."""
    visits = _first_hospital_visits(reading)
    moved, seen_new, services = reading.moved, reading.attended_new, len(reading.services)
    sent_away = (reading.rtt[moved.service] == CLOCK) & reading.no_outcome[moved.to] & (moved.to >= 0)
    sent_away &= reading.from_door[moved.row] & reading.in_window(moved.day)
    # Seen, and not treated since: a course of follow-ups begun there is treatment.
    size = len(reading.record.events["day"]) + 1
    away = moved.where(sent_away)
    course = moved.where((moved.to == moved.service) & (reading.rtt[moved.service] == CLOCK))
    seen_new = seen_new.where(reading.rtt[seen_new.service] == CLOCK)

    def person(events: Events) -> np.ndarray:
        return events.row.astype(np.int64) * services + events.service

    seen_at = last_before(person(seen_new), seen_new.index, person(away), away.index, size)
    treated_at = last_before(person(course), course.index, person(away), away.index, size)
    away = away.where((seen_at >= 0) & (seen_at > treated_at))
    count = np.bincount(away.service, minlength=len(reading.services))
    seen = np.bincount(visits.service, minlength=len(reading.services))
    values = {"all": count.sum() / seen.sum() if seen.sum() else float("nan")}
    for code in np.flatnonzero(reading.rtt == CLOCK).tolist():
        values[reading.services[code]] = count[code] / seen[code] if seen[code] else float("nan")
    return values


@indicator("second_referrals_per_1000", "per 1,000 residents a year")
def second_referrals(reading: Reading) -> dict[str, float]:
    """New referrals by primary care of people whose first hospital referral ended with no outcome."""
    listed, moved = reading.listed, reading.moved
    nothing = listed.where(reading.no_outcome[listed.service])
    beyond = ~np.isin(reading.setting, ("primary", "home", "diagnostics"))
    referred = moved.where((reading.setting[moved.service] == "primary") & beyond[moved.to])
    size = len(reading.record.events["day"]) + 1

    episodes = int(listed.episode.max(initial=0)) + 1

    def person(events) -> np.ndarray:
        return events.row.astype(np.int64) * episodes + events.episode

    dead_end = last_before(person(nothing), nothing.index, person(referred), referred.index, size)
    before = last_before(person(referred), referred.index, person(referred), referred.index, size)
    again = (dead_end >= 0) & (dead_end > before)  # the first new referral after a dead end
    return {"all": reading.per_1000_a_year((again & reading.in_window(referred.day)).sum())}


@indicator("surgical_conversion", "share")
def surgical_conversion(reading: Reading) -> dict[str, float]:
    """First T&O attendances by the pathway's door that are listed for surgery within a year,
    of those with a year of follow-up: it does not grow with the length of the run."""
    if ORTHOPAEDICS not in reading.services:
        return {"all": float("nan")}
    visits = _first_hospital_visits(reading)
    visits = visits.where(
        (visits.service == reading.services.index(ORTHOPAEDICS)) & (visits.day < reading.horizon - A_YEAR_ON)
    )
    listed = reading.listed
    operations = listed.where(reading.rtt[listed.service] == TREATMENT)
    a_year_on = np.searchsorted(reading.record.events["day"], visits.day.astype(np.int64) + A_YEAR_ON, side="right")
    size = len(reading.record.events["day"]) + 1
    last = last_before(operations.row, operations.index, visits.row.astype(np.int64), a_year_on, size)
    return {"all": float((last > visits.index).mean()) if len(visits) else float("nan")}
