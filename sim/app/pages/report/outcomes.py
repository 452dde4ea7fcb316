"""The report's page on outcomes: health, work, what they are worth beside the money, and what others say of social
return.
"""

import math

from sim.analysis.figures.values import levels, number_rows, pathways, title
from sim.analysis.money.economics import DOMINANT, DOMINATED, NORTH_EAST, SOUTH_WEST
from sim.analysis.reading.tables import Study
from sim.analysis.words.amounts import interval, number
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import about
from sim.analysis.words.side import side_of_zero
from sim.app.pages.document import Column, Table, numbers
from sim.app.pages.report.parts import ReportPage, compared, fold, part, word
from sim.app.pages.report.sentences import names, replications, told
from sim.domain.words import NEEDS

DEPENDS = (
    "In this model a gain in health depends on what a person needs and on the day on which they get it, never on the "
    "service that gives it. A pathway can gain only by care that comes sooner and by more people who reach the care "
    "that they need. Trials of first contact and phone-first physiotherapy found no lasting difference in function, "
    "and none is claimed."
)
_COST, _QALYS = (
    "net_monetary_benefit",
    "qalys_net",
)  # as which pounds and QALYs are written, a difference with its sign in words
_SHOWN = ("qalys_lost_waiting", "qalys_gained_after_care", "qalys_net", "work_days_lost")
_DRAWN = "drawn_"


def page(study: Study) -> ReportPage:
    said = [*told(study, "qalys_net", "work_days_lost"), _worth(study)]
    return part(
        "outcomes",
        "Outcomes",
        [*said, DEPENDS if any(said) else ""],
        ("cost_effectiveness_plane", "acceptability"),
        [_main(study), fold(_needs(study)), fold(_economics(study)), _social(study)],
    )


# cost-effectiveness


def _measures(study) -> dict[str, tuple]:
    frame = number_rows(study.economics, "value") if study.baseline else study.economics.iloc[:0]
    return {str(r.measure): (r.value, _number(r.low), _number(r.high)) for r in frame.itertuples()}


def _number(value) -> float:
    return float(value) if value is not None else math.nan


def _worth(study) -> str:
    """More or less health for more or less money; a ratio only where chance leaves no doubt about either."""
    found = _measures(study)
    if not {"incremental_cost", "incremental_qalys"} <= set(found):
        return ""
    cost, qalys = found["incremental_cost"], found["incremental_qalys"]
    words = f"For 1,000 residents in a year: {interval(_QALYS, *qalys)}; {interval(_COST, *cost)}."
    count = replications(study)
    doubt = [what for what, of in (("health", qalys), ("money", cost)) if not side_of_zero(*of[1:], count)]
    if doubt:
        return (
            f"{words} Whether {names(doubt)} {'differs' if len(doubt) == 1 else 'differ'} cannot be told from "
            "chance, so no ratio is told."
        )
    where = {(True, False): DOMINANT, (False, True): DOMINATED, (True, True): NORTH_EAST}.get(
        (qalys[0] > 0, cost[0] > 0), SOUTH_WEST
    )
    if where == DOMINANT:
        return f"{words} More health for less money."
    if where == DOMINATED:
        return f"{words} Less health for more money: this is worse."
    ratio = found.get("icer", (math.nan,) * 3)
    if not math.isfinite(ratio[0]):
        return words
    inside = f" (95% interval {_gbp(ratio[1])} to {_gbp(ratio[2])})" if math.isfinite(ratio[1]) else ""
    return f"{words} " + (
        f"Each QALY gained costs {_gbp(ratio[0])}{inside}."
        if where == NORTH_EAST
        else f"Each QALY given up saves {_gbp(ratio[0])}{inside}."
    )


def _gbp(value: float) -> str:
    return number(_COST, value)


# tables


def _main(study) -> Table | None:
    asked = [
        (about(kpi).words, kpi, "all") for kpi in (*_SHOWN, *(("net_monetary_benefit",) if study.baseline else ()))
    ]
    return compared(
        study,
        "Health and work",
        "Outcome",
        asked,
        note="QALYs are counted to the end of the run: what care gives later is not in them. A need without a figure "
        "in the evidence gains nothing here.",
    )


def _needs(study) -> Table | None:
    """Which need the difference comes from: parts that add up."""
    found = levels(study, ("qalys_net", "work_days_lost"))
    asked = [
        (f"{words}: {group_words(need)}", kpi, need)
        for words, kpi in (("Health", "qalys_net"), ("Working days lost", "work_days_lost"))
        for need in NEEDS
        if any((s, kpi, need) in found and found[s, kpi, need].mean for s in pathways(study))
    ]
    return compared(study, "By need: health gained less health lost, and working days lost", "Need", asked)


def _economics(study) -> Table | None:
    """What cost-effectiveness comes to: as configured, and over draws of what is not known."""
    found, rows = _measures(study), []
    for measure, of in found.items():
        said = _said(measure)
        if said is None:
            continue
        words, kpi = said
        if measure == "icer":
            words = (
                "Pounds for each QALY gained"
                if found.get("incremental_qalys", (0.0,))[0] > 0
                else "Pounds saved for each QALY given up"
            )
        inside = (
            f"{number(kpi, of[1])} to {number(kpi, of[2])}" if math.isfinite(of[1]) and math.isfinite(of[2]) else "–"
        )
        rows.append((words, number(kpi, of[0]), inside))
    return (
        Table(
            f"{title(study, study.name)} less {title(study, study.baseline)}: per 1,000 residents a year",
            (Column("Measure"), numbers("Value"), numbers("95% interval")),
            tuple(rows),
            note="As configured, the interval is chance alone. Over draws, it is also what is not known of prices "
            "and effects; demand, routes and times stay as configured.",
        )
        if study.baseline
        else None
    )


def _said(measure: str) -> tuple[str, str] | None:
    """Words, and the indicator as which the value is written; shares of draws are said by the figures."""
    drawn = " (over draws)" if measure.startswith(_DRAWN) else ""
    name = measure.removeprefix(_DRAWN)
    if name.startswith("net_monetary_benefit_at_"):
        return f"Net benefit at £{float(name.rpartition('_')[2]):,.0f} a QALY{drawn}", _COST
    words = {
        "incremental_cost": ("Extra cost", _COST),
        "incremental_qalys": ("Extra QALYs", _QALYS),
        "icer": ("Pounds a QALY", _COST),
    }.get(name)
    return (words[0] + drawn, words[1]) if words else None


def _social(study) -> Table | None:
    rows = []
    for r in number_rows(
        study.social_return[study.social_return["scenario"].isin(pathways(study))], "stated_gbp_per_gbp"
    ).itertuples():
        ends = (_number(r.low), _number(r.high))
        inside = f"£{ends[0]:,.2f} to £{ends[1]:,.2f}" if all(map(math.isfinite, ends)) else "–"
        rows.append(
            (
                title(study, r.scenario),
                _gbp(r.cost_gbp_a_year),
                f"£{r.stated_gbp_per_gbp:,.2f}",
                inside,
                _gbp(r.stated_value_gbp_a_year),
                word(r.source),
            )
        )
    heads = (
        Column("Pathway"),
        numbers("Groups cost a year, in the model"),
        numbers("Stated for each pound"),
        numbers("Range"),
        numbers("Stated value a year"),
        Column("Who states it"),
    )
    return Table(
        "What others state of the social return of group programmes",
        heads,
        tuple(rows),
        note="Society’s value and not the NHS’s money, as the source states it. The model does not find it, and no "
        "other figure of this report contains it.",
    )
