"""How long people wait from presentation to a first contact and to definitive care.

Every other way out competes: who goes private will not be seen later. To censor them, as if they waited on somewhere
like the others, gives a group of whom more leave a shorter wait at the same list.
"""

from functools import partial

import numpy as np
import pandas as pd

from sim.analysis.indicators.groups import fair_groups
from sim.analysis.indicators.register import indicator
from sim.analysis.reading.reading import NEVER, Reading, remembered
from sim.analysis.statistics.long_waits import AT_LEAST
from sim.analysis.statistics.survival import Incidence, incidence_by_group
from sim.domain.words import DETAIL, NEEDS

CURVES = ("group", "day", "there", "left", "waiting")
NEEDS_MORE = "needs_more"
"""Group: people for whom self-management is not enough. A first contact gives the others what they need."""


@remembered
def days_to(reading: Reading, which: str) -> tuple[np.ndarray, np.ndarray]:
    """(days, reached), each over all patients, for `first_contact` or `definitive_care`.

    Not reached: still waiting at the end of the run, or gone otherwise on that day (`way_to` tells which).
    """
    contacts = reading.first_episode(reading.contacts)
    if which == "first_contact":
        first = reading.first_day_of(contacts)
    else:
        meets = reading.meets[reading.need_at(contacts), contacts.service]
        first = reading.first_day_of(contacts.where(meets))
        # Resolution without that care counts too: recovery, or self-management that worked.
        first = np.minimum(first, reading.first_day_of(reading.first_episode(reading.resolved)))
        removed = reading.first_episode(reading.removed)
        first = np.minimum(first, reading.first_day_of(removed.where(removed.detail == DETAIL["recovered"])))
    gone = reading.first_day_of(reading.first_episode(reading.removed))
    gone = np.minimum(gone, reading.first_day_of(reading.first_episode(reading.resolved)))
    reached = first < NEVER
    until = np.where(reached, first, np.minimum(gone, reading.horizon))
    return until - reading.patients.presented_day, reached


THERE, LEFT = 1, 2


def way_to(reading: Reading, which: str) -> tuple[np.ndarray, np.ndarray]:
    """(days, way), each over all patients: THERE, LEFT otherwise before it, or 0: still waiting at the end."""
    days, reached = days_to(reading, which)
    waits = reading.patients.presented_day + days == reading.horizon
    return days, np.where(reached, THERE, np.where(waits, 0, LEFT))


def groups_of(reading: Reading, by_year: bool = True) -> dict[str, np.ndarray]:
    """group -> rows of the cohort: all, each need, each IMD quintile, each ethnic group,
    each full year of presentation."""
    return {group: rows for group, rows in _groups_of(reading).items() if by_year or "year_" not in group}


@remembered
def _groups_of(reading: Reading) -> dict[str, np.ndarray]:
    cohort = reading.cohort
    groups = {"all": cohort}
    for code, need in enumerate(NEEDS):
        groups[need] = cohort[reading.need[cohort] == code]
    more = cohort[reading.need[cohort] != NEEDS.index("self_management")]
    groups[NEEDS_MORE] = more
    groups |= {group: cohort[positions] for group, positions in fair_groups(reading, cohort).items()}
    if len(reading.full_years) > 1:
        day = reading.patients.presented_day[cohort]
        for number, (start, end) in enumerate(reading.full_years, 1):
            groups[f"year_{number}"] = in_year = cohort[(day >= start) & (day < end)]
            groups[f"{NEEDS_MORE}_year_{number}"] = in_year[reading.need[in_year] != NEEDS.index("self_management")]
    return groups


@remembered
def _curves(reading: Reading, which: str, at_best: bool = False) -> dict[str, Incidence | None]:
    """group -> how many of its people are there by each day, by Aalen and Johansen; None of nobody.

    Who left has not come and will not. Who still waits at the end is not seen yet, and counts so on every day: on a
    list that grows they are those who wait longest, and to let the others speak for them (as who is censored earlier
    would) makes waits too short. `at_best`: as if all of them were seen on the day after the end, which no wait can be
    shorter than.
    """
    (days, way), groups = way_to(reading, which), groups_of(reading)
    waits = way == 0
    if at_best:
        way = np.where(waits, THERE, way)
    else:
        days = np.where(waits, np.maximum(days, reading.horizon), days)
    if which == "definitive_care":
        more = groups[NEEDS_MORE]
        groups |= {f"{NEEDS_MORE}_{group}": more[positions] for group, positions in fair_groups(reading, more).items()}
    return incidence_by_group(days, way, LEFT, groups)


def curves_table(reading: Reading, which: str) -> pd.DataFrame:
    """One row a group and day: the shares that are `there`, that `left` otherwise, and that are `waiting`."""
    frames = []
    for group, one in _curves(reading, which).items():
        if one is not None:
            there, left = one.curves[THERE - 1], one.curves[LEFT - 1]
            days = {"group": group, "day": np.arange(len(there))}
            frames.append(pd.DataFrame(days | {"there": there, "left": left, "waiting": one.survival.curve}))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(CURVES))


def _quantiles(reading: Reading, which: str, share: float) -> dict[str, float]:
    curves = _curves(reading, which)
    return {group: float("nan") if curve is None else curve.within_day(THERE, share) for group, curve in curves.items()}


def _bounds(reading: Reading, which: str, share: float) -> dict[str, float]:
    """What each quantile cannot be shorter than. Where so many left that not even all who wait would be enough, it is
    longer than anybody was followed."""
    followed = reading.horizon - int(reading.patients.presented_day[reading.cohort].min(initial=reading.horizon))
    bounds = {}
    for group, curve in _curves(reading, which, True).items():
        least = float("nan") if curve is None else curve.within_day(THERE, share)
        bounds[group] = float(followed) if curve is not None and np.isnan(least) else least
    return bounds


@indicator("days_to_first_contact_median", "days")
def first_contact_median(reading: Reading) -> dict[str, float]:
    """Days from presentation within which half have had a first attended clinical contact; unknown until half have."""
    return _quantiles(reading, "first_contact", 0.5)


@indicator("days_to_first_contact_p92", "days")
def first_contact_p92(reading: Reading) -> dict[str, float]:
    """Days within which 92% have had a first contact."""
    return _quantiles(reading, "first_contact", 0.92)


@indicator("days_to_definitive_care_median", "days")
def definitive_care_median(reading: Reading) -> dict[str, float]:
    """Median to the first attended contact of care at or above the need, or resolution without it."""
    return _quantiles(reading, "definitive_care", 0.5)


@indicator("days_to_definitive_care_p92", "days")
def definitive_care_p92(reading: Reading) -> dict[str, float]:
    """Days within which 92% have had definitive care."""
    return _quantiles(reading, "definitive_care", 0.92)


def _register_bounds() -> None:
    """`NAME_at_least` beside each of these times: what it cannot be shorter than, known however few have been seen."""
    for name, (which, share) in {
        "days_to_first_contact_median": ("first_contact", 0.5),
        "days_to_first_contact_p92": ("first_contact", 0.92),
        "days_to_definitive_care_median": ("definitive_care", 0.5),
        "days_to_definitive_care_p92": ("definitive_care", 0.92),
    }.items():
        indicator(name + AT_LEAST, "days")(partial(_bounds, which=which, share=share))


_register_bounds()


@indicator("left_without_needed_care_share", "share")
def left_without_needed_care(reading: Reading) -> dict[str, float]:
    """Of people who need more than self-management, those whose episode was resolved before they had the care they
    need.

    They recovered, settled for less or gave up; `days_to_definitive_care` counts them as having arrived.
    """
    contacts = reading.first_episode(reading.contacts)
    cared = reading.first_day_of(contacts.where(reading.meets[reading.need_at(contacts), contacts.service]))
    days, reached = days_to(reading, "definitive_care")
    left = reached & (reading.patients.presented_day + days < cared)
    groups = groups_of(reading, by_year=False)
    more = groups[NEEDS_MORE]
    wanted = {"all": more} | {need: groups[need] for need in NEEDS}
    wanted |= {group: more[positions] for group, positions in fair_groups(reading, more).items()}
    return {group: float(left[rows].mean()) if len(rows) else float("nan") for group, rows in wanted.items()}


@indicator("contacts_per_episode", "contacts")
def contacts_per_episode(reading: Reading) -> dict[str, float]:
    """Attended clinical contacts of people who presented in the window, up to the end of the run, for each of them."""
    in_cohort = np.zeros(reading.n, bool)
    in_cohort[reading.cohort] = True
    count = int(in_cohort[reading.contacts.row].sum())
    return {"all": count / len(reading.cohort) if len(reading.cohort) else float("nan")}
