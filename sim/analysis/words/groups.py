"""Groups of people, tiers and years that indicators are told of, in plain words."""

import re

from sim.analysis.words.indicator import INDICATORS, SETTLED, SETTLED_GROUPS
from sim.analysis.words.plain import plain

_GROUPS = {
    "all": "all patients",
    "needs_more": "people who need more than self-management",
    "imd_1": "the most deprived fifth",
    "imd_2": "the second most deprived fifth",
    "imd_3": "the middle fifth of deprivation",
    "imd_4": "the second least deprived fifth",
    "imd_5": "the least deprived fifth",
    "self_management": "people who need self-management",
    "group_programme": "people who need a group programme",
    "physiotherapy": "people who need physiotherapy",
    "specialist": "people who need specialist care without surgery",
    "rheumatology": "people who need rheumatology",
    "surgery": "people who need surgery",
    "urgent": "people with urgent need (red flags)",
    "ethnicity_white_british": "white British people",
    "ethnicity_white_other": "people of another white background",
    "ethnicity_asian": "Asian people",
    "ethnicity_black": "Black people",
    "ethnicity_mixed": "people of mixed ethnicity",
    "ethnicity_other": "people of another ethnic group",
    "ethnicity_minority": "minority ethnic people together",
    "gp": "referred by this pathway's own door",
    "tier_0": "general practice, imaging and what else is of no tier",
    "tier_1": "tier 1: community assets",
    "tier_2": "tier 2: assessment",
    "tier_3": "tier 3: group programmes",
    "tier_4": "tier 4: one-to-one therapy",
    "tier_5": "secondary care",
    "no_contact": "nobody seen",
    "have_care": "have the care they need",
    "recovered": "recovered while they waited",
    "went_private": "went private",
    "removed": "were taken off a list",
    "ended_without": "ended without it",
    "still_wait": "still wait",
    "not_in_job_plans": "time of staff that is in no job plan",
    **{
        f"impact_{word}{call}": f"people whose pain has {words} impact{told}"
        for word, words in (("little", "little"), ("some", "some"), ("severe", "a severe"))
        for call, told in (("", ""), ("_called_urgent", ", called urgent"), ("_called_routine", ", called routine"))
    },
}
GROUPS = tuple(_GROUPS)
"""Groups of people, and tiers, that an indicator may be told of; services and staff groups are others."""
_YEARS = {
    "year_1": "In the first year",
    "year_2": "In the second year",
    "year_3": "In the third year",
    "year_4": "In the fourth year",
    "year_5": "In the fifth year",
}


def group_of(kpi: str, groups) -> str:
    """Of the `groups` that an indicator is told of, the one that is looked at first."""
    return next((group for group in SETTLED_GROUPS if group in groups), "all") if kpi == SETTLED else "all"


def group_words(group: str, services: dict[str, str] | None = None) -> str:
    """A group in plain words: a service by its label, a need, a deprivation fifth, an ethnic group."""
    if services and group in services:
        return services[group]
    if group.startswith("needs_more_year_"):
        return f"{_GROUPS['needs_more']}, {year_words(group)[0].lower()}{year_words(group)[1:]}"
    if group.startswith("needs_more_"):
        return f"{_GROUPS['needs_more']}: {group_words(group.removeprefix('needs_more_'))}"
    if group.removesuffix("_needs_more") in INDICATORS:
        of = INDICATORS[group.removesuffix("_needs_more")]
        return (of.short or of.words) + (f" ({_GROUPS['needs_more']})" if group.endswith("_needs_more") else "")
    return _GROUPS.get(group) or plain(group)


def year_words(group: str) -> str:
    """`year_3` -> `In the third year`; `all` -> `Over the whole period`."""
    group = group.removeprefix("needs_more_")
    if group in _YEARS:
        return _YEARS[group]
    return f"In year {group[5:]}" if re.fullmatch(r"year_\d+", group) else "Over the whole period"
