"""The cheapest plan in words and tables: for the terminal, the page and the CSV files alike."""

import math

import pandas as pd

from sim.analysis.words.amounts import amount, between
from sim.app.studies.plan import plan_steps
from sim.app.studies.plan.answer import Answer, interval_of_share, level
from sim.app.studies.plan.plan_steps import AS_IT_STANDS, Reached, costs, lower, when
from sim.app.studies.plan.targets import Target, labels_of, unit_of
from sim.app.studies.plan.trials import Tried
from sim.domain.scenario import calendar_of

MET, NEAREST = "meets every target", "nearest: no plan within these limits meets it"


def status(answer: Answer) -> str:
    return MET if answer.met else NEAREST


def sure(answer: Answer) -> tuple[str, ...]:
    """How sure it is, what more people would do to it, and what the sums do not say."""
    told = (confidence, more_demand, plan_steps.dated, plan_steps.beside, plan_steps.part)
    return tuple(of(answer) for of in told)


def reached(answer: Answer) -> list[Reached]:
    """Each target: what was asked, and what came of it in fresh replications."""
    labels, rows = labels_of(answer.scenario), []
    for place, target in enumerate(answer.problem.targets):
        cells = [_level(target, one, place) for one in (answer.before, answer.after, answer.if_more)]
        rows.append(Reached(f"{target.words(labels)} ({when(answer.scenario, target)})", target.wish(), *cells))
    return rows


def _level(target: Target, tried: Tried, place: int) -> str:
    found = level(tried, place, unit_of(target.kpi), target.kpi)
    if found.mean != found.mean:
        return "nobody waits" if target.short(found.mean) <= 0 else "not known"
    return (
        f"{amount(target.kpi, found.mean)} ({between(target.kpi, found.low, found.high)})"
        if found.low == found.low
        else amount(target.kpi, found.mean)
    )


def headline(answer: Answer) -> str:
    """The answer in a sentence."""
    plan, here = answer.plan, "meets every target" if len(answer.problem.targets) > 1 else "meets the target"
    if not answer.met:
        far = " and ".join(
            _far(answer, place, target)
            for place, target in enumerate(answer.problem.targets)
            if _misses(answer, place, target)
        )
        why = f": {far}" if far else f": the targets hold in {_of(answer.after)} fresh replications"
        tried = "" if answer.every else f" ({answer.tried:,} of {answer.problem.points:,} plans were tried)"
        return f"The answer: no plan within these limits meets it; the nearest is {_named(answer)}{why}{tried}."
    if plan.point == answer.problem.today:
        cheaper = "; none that costs less does" if answer.every else ""
        return f"{AS_IT_STANDS[:1].upper()}{AS_IT_STANDS[1:]} {here}{cheaper}."
    return f"The cheapest plan{'' if answer.every else ' found'} that {here} {costs(plan.cost)}."


def _named(answer: Answer) -> str:
    return AS_IT_STANDS if answer.plan.point == answer.problem.today else f"one that {costs(answer.plan.cost)}"


def _misses(answer: Answer, place: int, target: Target) -> bool:
    return target.short(level(answer.after, place, kpi=target.kpi).mean) > 0


def _far(answer: Answer, place: int, target: Target) -> str:
    value = level(answer.after, place, kpi=target.kpi).mean
    reached = "not known" if math.isnan(value) else amount(target.kpi, value)
    return f"{lower(target.words(labels_of(answer.scenario)))}: {reached}, not {target.wish()}"


def _of(tried: Tried) -> str:
    return f"{tried.held} of {len(tried.shorts)}"


def confidence(answer: Answer) -> str:
    """How sure it is: shares in the search and afterwards, with the exact interval."""
    low, high = interval_of_share(answer.after)
    return (
        f"All targets hold in {_of(answer.plan)} replications of the search and in {_of(answer.after)} fresh ones "
        f"(95% interval {low:.0%} to {high:.0%}; asked for: {answer.problem.terms.probability:.0%}). With "
        f"{AS_IT_STANDS}: in {_of(answer.before)} fresh ones."
    )


def more_demand(answer: Answer) -> str:
    """What becomes of it when demand is higher."""
    held = answer.if_more.held
    holds = "they still hold" if answer.if_more.meets else "they do not hold with that probability"
    return (
        f"If 5% more people came, all targets would hold in {_of(answer.if_more)} of the fresh replications: {holds}."
        if held
        else (
            f"If 5% more people came, they would hold in none of the {len(answer.if_more.shorts)} fresh replications."
        )
    )


def effort(answer: Answer) -> str:
    """How many plans there are, and what became of them."""
    parts = [f"{answer.problem.points:,} plans lie within the limits; {answer.tried:,} were simulated"]
    for count, words in (
        (answer.stopped, "stopped as soon as they could not reach the probability"),
        (answer.ruled_out, "of them ruled out by their slots alone"),
        (answer.dearer, "not simulated because they cost as much as a plan that meets the targets or more"),
        (answer.impossible, "left out because their values do not go together"),
        (len(answer.rejected), "met the targets in the search and not in fresh replications"),
    ):
        if count:
            parts.append(f"{count:,} {words}")
    if answer.every:
        certain = (
            "Every plan that costs less was tried: none of them does."
            if answer.met
            else "Every plan within the limits was tried."
        )
    else:
        certain = (
            f"A {'cheaper plan' if answer.met else 'plan that meets them'} may be among those that were not tried."
        )
    return f"{'; '.join(parts)}. {certain}"


# --- tables -------------------------------------------------------------------------------------------------


def frontier_table(answer: Answer) -> pd.DataFrame:
    """frontier.csv: a row a plan, in order of cost: its targets' mean values, the share of replications in which all
    hold, its levers.
    """
    rows = []
    for one in answer.frontier:
        values = [level(one, place, kpi=t.kpi).mean for place, t in enumerate(answer.problem.targets)]
        levers = [lever.values[place] for lever, place in zip(answer.problem.levers, one.point, strict=True)]
        rows.append((round(one.cost, 2) + 0.0, *values, one.share, *levers, note(answer, one)))
    columns = [
        "cost",
        *(target.name for target in answer.problem.targets),
        "share_met",
        *(lever.path for lever in answer.problem.levers),
        "note",
    ]
    return pd.DataFrame(rows, columns=columns)


def note(answer: Answer, one: Tried) -> str:
    """What a plan of the frontier is."""
    names = (["today"] if one.point == answer.problem.today else []) + (
        [("plan" if answer.met else "nearest")] if one.point == answer.plan.point else []
    )
    return ", ".join(names)


def targets_table(answer: Answer) -> pd.DataFrame:
    """targets.csv: each target before, with the plan, and with 5% more people, with 95% intervals over fresh
    replications.
    """
    calendar, rows = calendar_of(answer.scenario), []
    for place, target in enumerate(answer.problem.targets):
        cells = [
            value
            for one in (answer.before, answer.after, answer.if_more)
            for value in (lambda f: (f.mean, f.low, f.high))(level(one, place, unit_of(target.kpi), target.kpi))
        ]
        rows.append(
            (
                target.name,
                target.kpi,
                target.group,
                unit_of(target.kpi),
                target.at_least,
                target.at_most,
                calendar.date_of(target.day).isoformat(),
                *cells,
            )
        )
    names = [f"{when}{end}" for when in ("before", "after", "if_demand_5_higher") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["target", "kpi", "group", "unit", "at_least", "at_most", "by", *names])
