"""The report's page on money: what care costs, where the money goes, and what a year, a visit and a minute cost."""

import math
import re

from sim.analysis.figures.values import differences, labels, levels, number_rows, pathways, title
from sim.analysis.money.service_costs import IMAGING, PROCEDURES, STAFF, THEATRE, VISITS
from sim.analysis.reading.tables import Study
from sim.analysis.words.amounts import amount, interval
from sim.analysis.words.groups import group_words, year_words
from sim.analysis.words.plain import plain
from sim.app.pages.document import Column, Table, numbers
from sim.app.pages.report.parts import ReportPage, compared, fold, part, word
from sim.app.pages.report.sentences import change, names, told
from sim.domain.money.budget import ONE_OFF, ROOMS

COMPONENTS = {
    STAFF: "staff in post and overtime",
    ROOMS: "rooms",
    ONE_OFF: "one-off clinics",
    IMAGING: "imaging",
    THEATRE: "operations",
    VISITS: "other visits with a price",
    PROCEDURES: "procedures",
}
TIERS = (*(f"tier_{number}" for number in range(10)), "not_in_job_plans")
_VISITS = {
    "first": "first visit",
    "follow_up": "follow-up",
    "session": "a session of the group",
    "seat": "a seat in it",
    "day_on_caseload": "a day on the caseload",
}


def page(study: Study) -> ReportPage:
    year = word(study.meta.get("price_year"), 20)
    prices = f", at prices of {year}" if year else ""
    return part(
        "money",
        "Money",
        [*told(study, "cost_total"), _moved(study), *told(study, "cost_per_patient_resolved"), _hospital(study)],
        ("money_by_tier", "budget_by_year"),
        [
            _main(study, prices),
            _years(study, prices),
            _tiers(study),
            _pounds_by_tier(study, prices),
            *map(fold, (_components(study), _services(study), _minutes(study, prices), _visits(study, prices))),
        ],
    )


# sentences


def _moved(study) -> str:
    """What the difference comes from; that fewer operations cost less is no saving to be glad of, and is said."""
    gaps = differences(study, ("cost_total",))
    clear = [
        gap
        for one in COMPONENTS
        if (gap := gaps.get(("cost_total", one))) is not None
        and gap.known
        and gap.verdict() not in ("no difference", "no clear difference")
    ]
    if not clear:
        return ""
    clear.sort(key=lambda gap: -abs(gap.difference))
    said = "; ".join(
        f"{COMPONENTS[gap.group]}: {interval('cost_total', gap.difference, gap.low, gap.high)}" for gap in clear
    )
    less = [COMPONENTS[gap.group] for gap in clear if gap.group not in (STAFF, ROOMS) and gap.difference < 0]
    return f"What changes is {said}." + (
        f" Less for {names(less)} means that fewer are given, also where people still wait for them." if less else ""
    )


def _hospital(study) -> str:
    gap, kpi = differences(study, ("cost_share_by_tier",)).get(("cost_share_by_tier", "tier_5")), "cost_share_by_tier"
    if gap is not None and gap.known and gap.difference:
        unclear = ": no clear difference" if gap.verdict() == "no clear difference" else ""
        return f"Of every pound, secondary care takes {change(gap)}{unclear}."
    level = levels(study, (kpi,)).get((study.name, kpi, "tier_5"))
    return f"Of every pound, secondary care takes {amount(kpi, level.mean)}." if level is not None else ""


def _year(group) -> str:
    words = year_words(group)
    return words[:1].lower() + words[1:]


# tables


def _main(study, prices) -> Table | None:
    of = (
        ("All care, a year", "cost_total"),
        ("Staff, rooms and one-off clinics, a year", "staff_cost"),
        ("For each person who presents", "cost_per_episode"),
        ("For each patient whose problem care resolved", "cost_per_patient_resolved"),
    )
    return compared(
        study, f"What care costs, in pounds{prices}", "Cost", [(words, kpi, "all") for words, kpi in of], unit=False
    )


def _years(study, prices) -> Table | None:
    groups = sorted(
        {g for _, _, g in levels(study, ("cost_by_year",)) if re.fullmatch(r"year_\d+", g)}, key=lambda g: int(g[5:])
    )
    words = "Budget impact: pounds a year" if study.baseline else "Pounds a year"
    return compared(
        study,
        words + prices,
        "Year",
        [(_year(g).removeprefix("in the ").removeprefix("in ").capitalize(), "cost_by_year", g) for g in groups],
        unit=False,
        note="Not discounted. Whole years only; each is shown as one of 365.25 days.",
    )


def _tiers(study) -> Table | None:
    """Share of patients beside share of money."""
    found = levels(study, ("patients_share_by_tier", "cost_share_by_tier"))
    rows = []
    for group in ("no_contact", *TIERS):
        values = [
            found.get((s, kpi, group))
            for s in pathways(study)
            for kpi in ("patients_share_by_tier", "cost_share_by_tier")
        ]
        if any(level is not None and level.mean > 0.0005 for level in values):
            words = group_words(group)
            rows.append(
                (
                    words[:1].upper() + words[1:],
                    *("–" if level is None else amount("cost_share_by_tier", level.mean) for level in values),
                )
            )
    heads = [
        numbers(words, shared=title(study, s) if study.baseline else "")
        for s in pathways(study)
        for words in ("% of patients", "% of the money")
    ]
    return Table(
        "Patients and money by tier",
        (Column("Tier"), *heads),
        tuple(rows),
        note="Patients stand at the highest tier that they reached by the end; those who presented late have had "
        "less time. Intervals are in comparison.csv.",
    )


def _pounds_by_tier(study, prices) -> Table | None:
    """Tiers that have pounds in neither pathway have no row."""
    found = levels(study, ("cost_total",))
    spent = [
        tier
        for tier in TIERS
        if any((level := found.get((s, "cost_total", tier))) is not None and level.mean >= 1 for s in pathways(study))
    ]
    asked = [(group_words(tier)[:1].upper() + group_words(tier)[1:], "cost_total", tier) for tier in spent]
    return compared(study, f"Pounds a year by tier{prices}", "Tier", asked, unit=False)


def _components(study) -> Table | None:
    asked = [(words[:1].upper() + words[1:], "cost_total", one) for one, words in COMPONENTS.items()]
    return compared(study, "What the money is for: pounds a year", "For", asked, unit=False)


def _services(study) -> Table | None:
    found, places = levels(study, ("service_cost",)), labels(study)
    groups = list(dict.fromkeys(g for _, _, g in found))
    groups.sort(
        key=lambda g: -max(found[s, "service_cost", g].mean for s in pathways(study) if (s, "service_cost", g) in found)
    )
    asked = [(places.get(g) or group_words(g)[:1].upper() + group_words(g)[1:], "service_cost", g) for g in groups]
    return compared(
        study,
        "What each service costs: pounds a year",
        "Service",
        asked,
        unit=False,
        note="Its part of its staff’s time, used or not, rooms, one-off clinics, and the price of its visits.",
    )


def _minutes(study, prices) -> Table | None:
    """What a minute of each staff group costs; the same in both pathways or twice where it differs."""
    frame = number_rows(study.bands[study.bands["scenario"].isin(pathways(study))], "gbp_a_minute_at_work")
    rows = {}
    for r in frame.itertuples():
        cells = (
            word(r.label, 60) or plain(word(r.staff_group, 60)),
            word(r.band, 20),
            _gbp(r.gbp_an_hour),
            _gbp(r.of_which_pay),
            _gbp(r.of_which_on_costs),
            _gbp(r.of_which_overheads),
            _gbp(r.gbp_a_minute_at_work),
            _gbp(r.gbp_a_minute_with_patients),
        )
        rows[cells] = None
    heads = (
        Column("Staff group"),
        Column("Band"),
        numbers("Pounds an hour"),
        numbers("Pay"),
        numbers("On-costs"),
        numbers("Overheads"),
        numbers("Pounds a minute"),
        numbers("A minute with patients"),
    )
    return Table(
        f"What a minute costs, by staff group and band{prices}",
        heads,
        tuple(rows),
        note="A minute with patients carries the time at work that is not spent with them. A dash: of a team or a "
        "practice no pay is known, only what an hour costs.",
    )


def _visits(study, prices) -> Table | None:
    frame = number_rows(study.unit_costs[study.unit_costs["scenario"].isin(pathways(study))], "gbp")
    rows = {}
    for r in frame.itertuples():
        minutes = f"{r.minutes:,.0f}" if math.isfinite(r.minutes) else "–"
        rows[
            word(r.label, 60),
            _VISITS.get(r.visit, plain(word(r.visit, 40))),
            minutes,
            _gbp(r.staff_and_prices_gbp),
            _gbp(r.rooms_gbp),
            _gbp(r.gbp),
        ] = None
    heads = (
        Column("Service"),
        Column("Visit"),
        numbers("Minutes"),
        numbers("Staff and prices"),
        numbers("Rooms"),
        numbers("In all"),
    )
    return Table(f"What a visit costs: pounds{prices}", heads, tuple(rows))


def _gbp(value: float) -> str:
    return "–" if not math.isfinite(value) else f"£{value:,.0f}" if value >= 1000 else f"£{value:,.2f}"
