"""Follow-ups: how many are overdue, for how long, and how late those are that are held."""

import numpy as np

from sim.analysis.indicators.lists import Wait, by_fair_group
from sim.analysis.indicators.register import indicator
from sim.analysis.reading.follow_ups import follow_ups
from sim.analysis.reading.reading import Reading, remembered
from sim.analysis.statistics.quantiles import quantile
from sim.domain.pathway.stretches import stretches
from sim.domain.scenario import calendar_of


@remembered
def _held_days(reading: Reading) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """service -> (days after they were due, rows) of follow-ups held in the window."""
    found = {}
    for code, one in follow_ups(reading).items():
        here = one.held & reading.in_window(one.called)
        found[reading.services[code]] = ((one.called - one.due)[here], one.row[here])
    return found


@remembered
def _overdue_days(reading: Reading) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """service -> (days overdue so far, rows) at the end of the horizon."""
    found, last = {}, reading.horizon - 1
    for code, one in follow_ups(reading).items():
        here = one.overdue_at(last)
        found[reading.services[code]] = (last - one.due[here], one.row[here])
    return found


@remembered
def overdue_by_group(reading: Reading) -> dict[tuple[str, str, str], Wait]:
    """(`follow_ups_held` or `follow_ups_overdue`, service, group) -> how late, in weeks, of all, of each fifth and of
    each ethnic group."""
    kinds = {"follow_ups_held": _held_days(reading), "follow_ups_overdue": _overdue_days(reading)}
    weeks = {kind: {name: (days / 7, rows) for name, (days, rows) in one.items()} for kind, one in kinds.items()}
    return by_fair_group(reading, weeks)


@indicator("follow_ups_overdue", "people")
def follow_ups_overdue(reading: Reading) -> dict[str, float]:
    """People whose follow-up is due and has not been held at the end of the horizon."""
    return {name: len(days) for name, (days, _) in _overdue_days(reading).items()}


@indicator("follow_up_days_overdue_median", "days")
def days_overdue(reading: Reading) -> dict[str, float]:
    """Median days since they were due, of follow-ups that are overdue at the end of the horizon."""
    return {name: quantile(days, 0.5) for name, (days, _) in _overdue_days(reading).items()}


@indicator("follow_up_days_late_median", "days")
def days_late(reading: Reading) -> dict[str, float]:
    """Median days from due to held, of follow-ups held in the window."""
    return {name: quantile(days, 0.5) for name, (days, _) in _held_days(reading).items()}


@indicator("follow_up_days_late_p92", "days")
def days_late_p92(reading: Reading) -> dict[str, float]:
    """92nd percentile of days from due to held."""
    return {name: quantile(days, 0.92) for name, (days, _) in _held_days(reading).items()}


@indicator("follow_ups_within_an_interval_share", "share")
def within_an_interval(reading: Reading) -> dict[str, float]:
    """Follow-ups held no later than one more interval after they were due, of those held in the window."""
    shares = {}
    for code, one in follow_ups(reading).items():
        name, here = reading.services[code], one.held & reading.in_window(one.called)
        due, days = one.due[here], (one.called - one.due)[here]
        shares[name] = float((days <= _interval(reading, name, due)).mean()) if len(days) else float("nan")
    return shares


def _interval(reading: Reading, name: str, due: np.ndarray) -> int | np.ndarray:
    """Days from one visit to the next by the settings of the day on which it was `due` (n,)."""
    pathway = reading.scenario.pathway
    if not pathway.services[name].changes():
        return pathway.services[name].days_between_visits
    parts = stretches(pathway, calendar_of(reading.scenario))
    by_day = np.repeat(
        [one.pathway.services[name].days_between_visits for one in parts], [one.end - one.first for one in parts]
    )
    return by_day[np.clip(due, 0, len(by_day) - 1)]
