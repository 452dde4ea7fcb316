"""How unequal every wait and every share of people is: by deprivation fifth along a line, by ethnic group as gaps.

The group of these indicators is the indicator that they are of, or a service, of whose median wait they are.
"""

import math

from sim.analysis.indicators.access import NEEDS_MORE, groups_of
from sim.analysis.indicators.groups import ETHNIC_GROUPS, FIFTHS, MINORITY, WHITE_BRITISH, fair_groups
from sim.analysis.indicators.lists import waits_by_group
from sim.analysis.indicators.register import INDICATORS, indicator, measured
from sim.analysis.reading.reading import Reading, remembered
from sim.analysis.statistics import inequality

TIMES = (
    "days_to_first_contact_median",
    "days_to_first_contact_p92",
    "days_to_definitive_care_median",
    "days_to_definitive_care_p92",
)
OF_NEEDS_MORE = {f"{name}_{NEEDS_MORE}": name for name in TIMES[2:]}
"""Half of everybody need self-management only and have it within days: the same of those for whom it is not enough."""
TOLD_OF = (
    *TIMES,
    "rtt_within_18_weeks",
    "rtt_median_weeks",
    "rtt_over_52_weeks",
    "left_without_needed_care_share",
    "discharged_after_missing_share",
    "private_exit_share",
    "surgery_share",
    "missed_share",
)
"""Indicators whose inequality is told; of each service the median wait of those seen is another."""
IN_RATIO = (
    "days_to_first_contact_median",
    "days_to_definitive_care_median",
    f"days_to_definitive_care_median_{NEEDS_MORE}",
)


_GROUPS = (*FIFTHS, *ETHNIC_GROUPS, MINORITY)


def _unit(group: str) -> str:
    name = OF_NEEDS_MORE.get(group, group)
    return INDICATORS[name][0] if name in INDICATORS else "weeks"


@remembered
def _by_group(reading: Reading) -> dict[str, dict[str, tuple[float, int]]]:
    """indicator or service -> group -> (value, people of the cohort);
    of a group of whom the value is of nobody, 0 people."""
    cohort = groups_of(reading)
    people = {group: len(rows) for group, rows in cohort.items()}
    more = {group: len(rows) for group, rows in fair_groups(reading, cohort[NEEDS_MORE]).items()}
    # A time is unknown where people still wait; anything else where there is nobody.
    times = {name: {g: (measured(reading, name)[g], people[g]) for g in _GROUPS} for name in TIMES}
    times |= {
        name: {g: (measured(reading, of)[f"{NEEDS_MORE}_{g}"], more[g]) for g in _GROUPS}
        for name, of in OF_NEEDS_MORE.items()
    }
    return times | {
        name: {g: (values[g], 0 if math.isnan(values[g]) else people[g]) for g in _GROUPS}
        for name, values in _besides_times(reading).items()
    }


def _besides_times(reading: Reading) -> dict[str, dict[str, float]]:
    """indicator or service -> group -> value: of TOLD_OF what is no time, and the median wait of each service."""
    waits = waits_by_group(reading)
    found = {name: values for name in TOLD_OF if name not in TIMES and (values := measured(reading, name))}
    return found | {
        service: {g: waits[kind, service, g].median for g in _GROUPS}
        for kind, service, of in waits
        if (kind, of) == ("completed", "all")
    }


def _over(reading: Reading, function, groups: tuple[str, ...], names=None) -> dict[str, float]:
    """indicator or service -> `function` of the values of `groups` and of their people;
    of all services and of `names`, if given."""
    found = {}
    for name, table in _by_group(reading).items():
        if names is None or name in names or not (name in INDICATORS or name in OF_NEEDS_MORE):
            found[name] = function(*zip(*(table[group] for group in groups), strict=True))
    return found


@indicator("slope_index_of_inequality", "the indicator's own", _unit)
def slope_index_of_inequality(reading: Reading) -> dict[str, float]:
    """By deprivation: how much higher the value is for the most than for the least deprived,
    along the weighted line of all fifths."""
    return _over(reading, inequality.slope_index, FIFTHS)


@indicator("relative_index_of_inequality", "ratio")
def relative_index_of_inequality(reading: Reading) -> dict[str, float]:
    """By deprivation: the same line's value for the most deprived over that for the least."""
    return _over(reading, inequality.relative_index, FIFTHS)


@indicator("imd_wait_ratio", "ratio")
def imd_wait_ratio(reading: Reading) -> dict[str, float]:
    """The longest wait of a deprivation fifth over the shortest.
    By chance alone it is above 1, and the more so the fewer people there are."""
    return _over(reading, inequality.longest_over_shortest, FIFTHS, IN_RATIO)


@indicator("ethnic_gap", "the indicator's own", _unit)
def ethnic_gap(reading: Reading) -> dict[str, float]:
    """The value of minority ethnic people taken together less that of white British people."""
    return {name: table[MINORITY][0] - table[WHITE_BRITISH][0] for name, table in _by_group(reading).items()}


@indicator("ethnic_gap_widest", "the indicator's own", _unit)
def ethnic_gap_widest(reading: Reading) -> dict[str, float]:
    """The highest value of an ethnic group less the lowest. By chance alone it is above 0,
    and the more so the fewer people there are."""
    return _over(reading, inequality.widest_gap, ETHNIC_GROUPS)
