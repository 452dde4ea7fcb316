"""The best use of a sum in words: the sentences and cells that differ from those of the cheapest plan."""

import pandas as pd

from sim.analysis.words.amounts import amount, between, gap, verdict
from sim.app.studies.plan.best_use import FINALISTS, BestUse, Gain
from sim.app.studies.plan.levers import Lever
from sim.app.studies.plan.plan_steps import AS_IT_STANDS, beside, dated, part, pounds, when, whom
from sim.app.studies.plan.targets import labels_of, unit_of
from sim.app.studies.plan.trials import Tried
from sim.domain.scenario import calendar_of

BEST, NO_BETTER, UNKNOWN = "the best use found", "no clearly better use was found", "not known"


def sum_of(answer: BestUse) -> str:
    """`the same money`, `£500,000 a year more`."""
    budget = answer.problem.budget
    if round(budget) == 0:
        return "the same money"
    return f"{pounds(abs(budget))} a year {'more' if budget > 0 else 'less'}"


def headline(answer: BestUse) -> str:
    """The answer in a sentence."""
    objective = answer.problem.objective
    what, money = objective.words(labels_of(answer.scenario)), sum_of(answer)
    best = "best use" if answer.every else "best use found"
    if not answer.met:
        none = "no plan within these limits was found that does clearly better"
        return f"The answer: with {money} {none} than {AS_IT_STANDS}."
    before, after = (objective.told(answer.level(one).mean) for one in (answer.before, answer.after))
    return f"The {best} of {money}: {what}, {after} instead of {before}."


def gained(answer: BestUse) -> str:
    """How much that is against today's plan, and how sure."""
    kpi, one = answer.problem.objective.kpi, answer.gain(answer.after, answer.before)
    said = verdict(kpi, one.mean, one.low, one.high, one.known)
    return (
        f"Against {AS_IT_STANDS}, in {len(answer.after.shorts)} fresh replications with the same people: "
        f"{gap(kpi, one.mean, one.low, one.high)}, {said} (mean difference and its 95% interval)."
    )


def spent(answer: BestUse) -> str:
    """What of the sum is used."""
    left = answer.problem.budget - answer.plan.cost
    return "" if abs(left) < 1 else f"{pounds(left)} a year of the sum is not spent, since steps are whole."


def more_demand(answer: BestUse) -> str:
    """What becomes of it when demand is higher."""
    one = answer.level(answer.if_more)
    return f"If 5% more people came, the same plan would reach {answer.problem.objective.told(one.mean)}."


def effort(answer: BestUse) -> str:
    """How many plans there are, and what became of them."""
    parts = [
        f"{answer.problem.points:,} plans lie within the limits; {answer.tried:,} that the sum pays for were simulated"
    ]
    for count, said in (
        (answer.stopped, "given up as soon as they did clearly worse than the best so far"),
        (answer.impossible, "left out because their values do not go together"),
    ):
        if count:
            parts.append(f"{count:,} {said}")
    again = f"the best {FINALISTS} and {AS_IT_STANDS} met again in fresh replications"
    certain = "" if answer.every else " A better plan may be among those that were not tried."
    return f"{'; '.join(parts)}; {again}.{certain}"


def sure(answer: BestUse) -> tuple[str, ...]:
    """How sure it is, what is left, what more people would do to it, and what the sums do not say."""
    return tuple(of(answer) for of in (gained, spent, more_demand, dated, beside, part))


def status(answer: BestUse) -> str:
    return BEST if answer.met else NO_BETTER


def reached(answer: BestUse) -> list[tuple[str, str, str, str, str]]:
    """(what, today's plan, this plan, the difference with a word, this plan with 5% more people) of the objective and
    of what is told beside it, in fresh replications; without what is not known of either."""
    rows = []
    for place, one in enumerate(answer.problem.targets):
        today, plan, more = (cell(answer, tried, place) for tried in (answer.before, answer.after, answer.if_more))
        if place and {today, plan} == {UNKNOWN}:
            continue
        about = one.words(labels_of(answer.scenario)) + ("" if place else f" ({when(answer.scenario, one)})")
        rows.append((about, today, plan, against(one.kpi, answer.gain(answer.after, answer.before, place)), more))
    return rows


def against(kpi: str, found: Gain) -> str:
    """A difference with its interval and a word."""
    if found.mean != found.mean:
        return UNKNOWN
    said = verdict(kpi, found.mean, found.low, found.high, found.known)
    return f"{gap(kpi, found.mean, found.low, found.high)}, {said}"


def cell(answer: BestUse, one: Tried, place: int = 0) -> str:
    """A level with its interval."""
    kpi, found = answer.problem.targets[place].kpi, answer.level(one, place)
    if found.mean != found.mean:
        return UNKNOWN
    return amount(kpi, found.mean) + (f" ({between(kpi, found.low, found.high)})" if found.low == found.low else "")


def more_of_each(answer: BestUse) -> list[tuple[str, str, str, str]]:
    """(what, pounds a year, the objective's change, a word) of one step more of each lever beyond the plan, the most
    for the money first."""
    kpi, objective, rows = answer.problem.objective.kpi, answer.problem.objective, []
    for i, one in answer.one_more:
        lever, found = answer.problem.levers[i], answer.gain(one, answer.plan)
        cost = one.cost - answer.plan.cost
        good = found.mean if objective.rises else -found.mean
        said = verdict(kpi, found.mean, found.low, found.high, found.known)
        change = gap(kpi, found.mean, found.low, found.high) if found.mean == found.mean else "not known"
        worth = good / cost if cost > 0 else good
        rows.append((-worth if worth == worth else 0.0, i, step_of(answer, lever, one.point[i]), cost, change, said))
    return [(what, pounds(cost), change, said) for _, _, what, cost, change, said in sorted(rows)]


def step_of(answer: BestUse, lever: Lever, place: int) -> str:
    """`First contact practitioner: 5.25 WTE`."""
    who, _, what = whom(answer.scenario, lever)
    return f"{who}: {lever.values[place]:g} {what}"


def targets_table(answer: BestUse) -> pd.DataFrame:
    """targets.csv: the objective before, with the plan, and with 5% more people, with 95% intervals over fresh
    replications, and what the plan has more of it than today's."""
    objective, calendar = answer.problem.objective, calendar_of(answer.scenario)
    cells = [
        value
        for one in (answer.before, answer.after, answer.if_more)
        for value in (lambda found: (found.mean, found.low, found.high))(answer.level(one))
    ]
    gain = answer.gain(answer.after, answer.before)
    names = [f"{when}{end}" for when in ("before", "after", "if_demand_5_higher") for end in ("", "_low", "_high")]
    return pd.DataFrame(
        [
            (
                objective.name,
                objective.kpi,
                objective.group,
                unit_of(objective.kpi),
                "raise" if objective.rises else "lower",
                calendar.date_of(objective.day).isoformat(),
                *cells,
                gain.mean,
                gain.low,
                gain.high,
            )
        ],
        columns=[
            "target",
            "kpi",
            "group",
            "unit",
            "aim",
            "by",
            *names,
            "difference",
            "difference_low",
            "difference_high",
        ],
    )


def frontier_table(answer: BestUse) -> pd.DataFrame:
    """frontier.csv: a row a plan, in order of cost: the objective's mean value, its levers, and what it is."""
    rows = [
        (
            round(one.cost, 2) + 0.0,
            answer.level(one).mean,
            *(lever.values[place] for lever, place in zip(answer.problem.levers, one.point, strict=True)),
            note(answer, one),
        )
        for one in answer.frontier
    ]
    return pd.DataFrame(
        rows, columns=["cost", answer.problem.objective.name, *(lever.path for lever in answer.problem.levers), "note"]
    )


def note(answer: BestUse, one: Tried) -> str:
    """What a plan of the frontier is."""
    names = ["today"] if one.point == answer.problem.today else []
    names += ["plan"] if one.point == answer.plan.point else []
    names += ["beyond the sum"] if not answer.problem.affords(one.point) else []
    return ", ".join(names)
