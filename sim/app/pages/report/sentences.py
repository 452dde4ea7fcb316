"""The plain sentences that the report begins with. A bad result is said as plainly as a good one."""

import math

from sim.analysis.figures.values import (
    Difference,
    differences,
    levels,
    longer_than,
    pathways,
    shown_group,
    title,
)
from sim.analysis.reading.tables import Study
from sim.analysis.statistics.paired import Level
from sim.analysis.words.amounts import amount, between, interval, more_than, number
from sim.analysis.words.groups import year_words
from sim.analysis.words.indicator import APART, LEAD, SETTLED, TABLE, about
from sim.app.pages.report.believed import CHANCE, ToldRange, beside, ranged

CLAUSES = {
    "had_needed_care_within_18_weeks_share": "{now} of those who need more than self-management have the care they "
    "need within 18 weeks",
    "had_needed_care_within_52_weeks_share": "{now} of those who need more than self-management have the care they "
    "need within 52 weeks",
    "days_to_definitive_care_median": "half of all patients have their need met, or settle for less, within {now}",
    "days_to_definitive_care_p92": "92 in 100 patients have their need met, or settle for less, within {now}",
    "days_to_first_contact_median": "half of all patients are first seen within {now}",
    "hospital_no_outcome_share": "{now} of people referred to hospital come away with no outcome",
    "rtt_within_18_weeks": "{now} of the people on RTT lists at the end have waited under 18 weeks",
    "second_referrals_per_1000": "{now} people in every 1,000 residents are referred a second time in a year, the "
    "first having led nowhere",
    "gp_appointments_per_1000": "{now} GP appointments are used for every 1,000 residents in a year",
    "cost_per_episode": "an episode costs {now}",
}
"""How the indicators are said that a report begins with."""
_ON_PAGES = {
    "cost_total": "in all, care costs {now} a year",
    "cost_per_patient_resolved": "each patient whose problem care resolved costs {now}",
    "qalys_net": "health gained by care less health lost while waiting comes to {now}",
    "work_days_lost": "people in work lose {now}",
}


def lead(study: Study) -> list[str]:
    """The headline first, then the other main indicators that the study has; each difference with its range, and not
    with the interval of chance, which the tables have."""
    gaps, found = differences(study, LEAD), levels(study, LEAD)
    every = [_told(study, gaps, found, kpi, *_whom(study, kpi), ranged(study, kpi)) for kpi in LEAD]
    return [sentence for sentence in every if sentence]


def _whom(study: Study, kpi: str) -> tuple[str, str]:
    """Group, and how its sentence begins."""
    group = shown_group(study, kpi)
    return group, f"{year_words(group)}, " if kpi == SETTLED else ""


def told(study: Study, *kpis: str) -> list[str]:
    """Each of these indicators of all patients as a sentence, where the study has it."""
    gaps, found = differences(study, kpis), levels(study, kpis)
    return [sentence for kpi in kpis if (sentence := _told(study, gaps, found, kpi, "all", ""))]


def _told(study, gaps, found, kpi, group, before, within: ToldRange | None = CHANCE) -> str:
    gap, level = gaps.get((kpi, group)), found.get((study.name, kpi, group))
    if gap is not None and math.isfinite(gap.difference):
        return compared(gap, before, within)
    if long := _long(study, gap, found, kpi, group, before):
        return long
    if study.baseline and ((study.name, kpi, group) in found) != ((study.baseline, kpi, group) in found):
        return _one_sided(study, found, kpi, group)
    if level is not None:
        return _alone(kpi, level, before, with_interval=within is CHANCE)
    if kpi.startswith("days_to_") and (study.kpis["kpi"] == kpi).any():
        return f"{about(kpi).words}: not known (too few got so far in the time simulated)."
    return ""


def _long(study, gap, found, kpi, group, before) -> str:
    """Of a time that too few come to in one of the pathways; empty where it is in none, or cannot be said."""
    every = longer_than(study) | found
    told = [every.get((s, kpi, group)) for s in pathways(study)]
    if None in told or all(math.isfinite(level.mean) for level in told):
        return ""
    own, other = told[-1], told[0]
    words = before + _reached(kpi, own, group)
    if study.baseline:
        words += f"; in {title(study, study.baseline)} {_how_many(kpi, other, math.isfinite(own.mean))}"
    inside = "" if gap is None else interval(kpi, gap.stated, gap.low, gap.high)
    worse = gap is not None and gap.verdict() == "worse"
    return _capital(words) + (f" ({inside})" if inside else "") + (": this is worse." if worse else ".")


def _reached(kpi: str, level: Level, group: str) -> str:
    """How many come to it by when: `fewer than half of all patients are first seen within 1,096 days`."""
    if math.isfinite(level.mean):
        return _clause(kpi, _said(kpi, level.mean), group)
    clause = _clause(kpi, amount(kpi, math.floor(level.more_than)), group)
    if kpi in CLAUSES:
        return f"fewer than {clause}"
    return f"{about(kpi).words}: {more_than(kpi, level.more_than)}"


def _how_many(kpi: str, level: Level, so_many: bool) -> str:
    """The same of the other pathway, in short; `so_many`: whether as many as asked for came to it in the first."""
    if math.isfinite(level.mean):
        return f"they do within {amount(kpi, level.mean)}"
    return f"fewer{' than that' * so_many} do within {amount(kpi, math.floor(level.more_than))}{' too' * (not so_many)}"


def compared(gap: Difference, before: str = "", within: ToldRange | None = CHANCE) -> str:
    """One indicator of both pathways as a sentence, for instance:

    In the third year, half of all patients have their need met, or settle for less, within 38 days instead of 96 (57
    fewer, 95% interval 54 to 60).

    `within`: the range that is told beside the difference; `CHANCE`: its 95% interval.
    """
    now = f"{_said(gap.kpi, gap.scenario)} instead of {_said(gap.kpi, gap.baseline, bare=True)}"
    words = before + _clause(gap.kpi, now, gap.group)
    judged = gap.verdict()
    alike = judged == "no clear difference" and number(gap.kpi, gap.scenario) == number(gap.kpi, gap.baseline)
    if judged == "no difference" or alike:  # 7 days instead of 7 would be asked after
        both = f"{_clause(gap.kpi, _said(gap.kpi, gap.scenario), gap.group)} in both pathways"
        return _capital(f"{before}{both}: {judged}.")
    inside = interval(gap.kpi, gap.stated, gap.low, gap.high) if within is CHANCE else beside(gap, within)
    if judged == "no clear difference":
        return _capital(f"{words}: no clear difference ({inside}).")
    doubt = " as configured" if within is not None and within.may_turn else ""
    return _capital(f"{words} ({inside})" + (f": this is worse{doubt}." if judged == "worse" else "."))


def whole(study: Study, gap: Difference) -> str:
    """One indicator of both pathways as a sentence, also of a time that too few come to in one of them."""
    if math.isfinite(gap.difference):
        return compared(gap)
    return _long(study, gap, levels(study, (gap.kpi,)), gap.kpi, gap.group, "")


def change(gap: Difference, longer: Level | None = None) -> str:
    """Only the numbers: `38 days instead of 96 (57 fewer, 95% interval 54 to 60)`. `longer`: of a time that too few
    come to in the scenario, what it is more than."""
    told = amount(gap.kpi, gap.scenario) if longer is None else more_than(gap.kpi, longer.more_than)
    text = f"{told} instead of {number(gap.kpi, gap.baseline)}{about(gap.kpi).mark}"
    return f"{text} ({interval(gap.kpi, gap.stated, gap.low, gap.high)})"


def replications(study: Study) -> int:
    """How many replications were run; one that an indicator is not known in is one all the same."""
    return int(study.kpis["replication"].nunique()) if len(study.kpis) else int(study.meta.get("replications") or 0)


def names(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else ""


def shown_indicators(study: Study) -> list[str]:
    """Names for the key table: those of the design in its order, then any others that the study has for all
    patients.
    """
    here = set(study.kpis.loc[study.kpis["group"] == "all", "kpi"]) | set(
        study.differences.loc[study.differences["group"] == "all", "kpi"]
    )
    return [k for k in TABLE if k in here] + sorted(k for k in here if k not in TABLE + APART)


def _alone(kpi, level, before, with_interval=True) -> str:
    words = _clause(kpi, _said(kpi, level.mean))
    if with_interval and math.isfinite(level.low) and level.high > level.low:
        words += f" (95% interval {between(kpi, level.low, level.high)})"
    return _capital(before + words + ".")


def _one_sided(study, found, kpi, group) -> str:
    known = study.name if (study.name, kpi, group) in found else study.baseline
    other = study.baseline if known == study.name else study.name
    why = " (too few got so far in the time simulated)" if kpi.startswith("days_to_") else ""
    return (
        f"{about(kpi).words}: {amount(kpi, found[known, kpi, group].mean)} for {title(study, known)}, "
        f"not known for {title(study, other)}{why}."
    )


def _clause(kpi, now, group="all") -> str:
    clause = CLAUSES.get(kpi) or _ON_PAGES.get(kpi)
    words = clause.format(now=now) if clause else f"{about(kpi).words}: {now}"
    return (
        words.replace("half of all patients", "half of those who need more than self-management")
        if group.startswith("needs_more")
        else words
    )


def _said(kpi, value, bare=False) -> str:
    """A rate's unit is in its clause; a number that follows another needs no unit of its own."""
    like = about(kpi)
    if like.mark or like.sign or not (bare or like.unit.startswith("per 1,000")):
        return amount(kpi, value)
    return number(kpi, value)


def _capital(text) -> str:
    return text[:1].upper() + text[1:]
