"""The answer in words and tables: for the terminal, the page and the CSV files alike."""

import math
from dataclasses import dataclass

import pandas as pd

from sim.analysis.words.amounts import amount, between, number
from sim.analysis.words.labels import plain, tidy
from sim.app.studies.plan.answer import Answer, level, sure
from sim.app.studies.plan.levers import Lever
from sim.app.studies.plan.pricing import is_dated, together
from sim.app.studies.plan.targets import Target, labels_of, unit_of
from sim.app.studies.plan.trials import Tried
from sim.domain.scenario import Scenario, calendar_of

PLAN = ("override", "from", "to", "cost", "price", "who", "where", "starts", "status")
MET, NEAREST = "meets every target", "nearest: no plan within these limits meets it"


@dataclass(frozen=True)
class PlanStep:
    """One thing that changes: `what` of whom, `where`, from when; pounds a year (a saving is below 0)."""

    who: str
    where: str
    what: str
    before: float
    after: float
    starts: str
    cost: float


@dataclass(frozen=True)
class Reached:
    """A target before, with the plan, and with the plan and 5% more people, in words."""

    target: str
    wanted: str
    before: str
    after: str
    if_more: str


def steps(answer: Answer) -> list[PlanStep]:
    """What the plan changes, the dearest first."""
    rows = [
        _step(answer, lever, place)
        for lever, place in zip(answer.problem.levers, answer.plan.point, strict=True)
        if lever.values[place] != lever.today
    ]
    return sorted(rows, key=lambda row: -row.cost)


def _step(answer: Answer, lever: Lever, place: int) -> PlanStep:
    who, where, what = _whom(answer.scenario, lever)
    starts = (
        lever.starts
        or str(lever.adds.get("date") or lever.adds.get("first_day") or "")
        or answer.scenario.calendar.start_date
    )
    return PlanStep(who, where, what, lever.today, lever.values[place], starts, lever.cost(place))


def _whom(scenario: Scenario, lever: Lever) -> tuple[str, str, str]:
    """(who, where, what): a staff group and the services that draw on it, or a service."""
    way, labels = lever.way, labels_of(scenario)
    if way[0] == "workforce":
        group = scenario.workforce.get(way[1])
        where = [labels[name] for name, service in scenario.pathway.services.items() if way[1] in _staff_of(service)]
        return (
            tidy(group.label if group and group.label else plain(way[1]), 80),
            ", ".join(where),
            "WTE" if way[-1] == "wte" else _keys(way[2:]),
        )
    if way[:2] == ["pathway", "services"]:
        label = tidy(labels.get(way[2], plain(way[2])), 80)
        return label, label, _keys([key for key in way[3:] if key not in ("capacity", "extra_clinics")])
    return _keys(way[:-1]), "", _keys(way[-1:])


def _staff_of(service) -> dict:
    return service.provided.staff if service.provided is not None else {}


def _keys(way: list[str]) -> str:
    return tidy(" ".join(way).replace("_", " "), 80)


def moved(answer: Answer, one: Tried) -> str:
    """What a plan changes, on one line."""
    parts = []
    for lever, place in zip(answer.problem.levers, one.point, strict=True):
        if lever.values[place] != lever.today:
            who, _, what = _whom(answer.scenario, lever)
            parts.append(f"{who}: {lever.values[place]:g} {what}")
    return "; ".join(parts) or "as today"


def pounds(amount_gbp: float) -> str:
    """`£26,400`, `−£1.20m`."""
    return number("staff_cost", amount_gbp)


def reached(answer: Answer) -> list[Reached]:
    """Each target: what was asked, and what came of it in fresh replications."""
    labels, rows = labels_of(answer.scenario), []
    for place, target in enumerate(answer.problem.targets):
        cells = [_level(target, one, place) for one in (answer.before, answer.after, answer.if_more)]
        rows.append(Reached(f"{target.words(labels)} ({_when(answer.scenario, target)})", target.wish(), *cells))
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


def _when(scenario: Scenario, target: Target) -> str:
    calendar = calendar_of(scenario)
    since = f"{calendar.date_of(target.since).isoformat()} to " if target.since is not None else "by "
    return since + calendar.date_of(target.day).isoformat()


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
        return f"Today's plan {here}{cheaper}."
    return f"The cheapest plan{'' if answer.every else ' found'} that {here} {_costs(plan.cost)}."


def _costs(cost: float) -> str:
    if round(cost) == 0:
        return "costs what today's plan costs"
    return (
        f"costs {pounds(cost)} a year more than today's plan"
        if cost > 0
        else f"saves {pounds(-cost)} a year against today's plan"
    )


def _named(answer: Answer) -> str:
    return "today's plan" if answer.plan.point == answer.problem.today else f"one that {_costs(answer.plan.cost)}"


def _misses(answer: Answer, place: int, target: Target) -> bool:
    return target.short(level(answer.after, place, kpi=target.kpi).mean) > 0


def _far(answer: Answer, place: int, target: Target) -> str:
    value = level(answer.after, place, kpi=target.kpi).mean
    reached = "not known" if math.isnan(value) else amount(target.kpi, value)
    return f"{_lower(target.words(labels_of(answer.scenario)))}: {reached}, not {target.wish()}"


def _lower(text: str) -> str:
    """Inside a sentence: its first word without its capital, unless that is a name such as GP or T&O."""
    name = any(letter.isupper() for letter in text.partition(" ")[0][1:])
    return text if name else text[:1].lower() + text[1:]


def _of(tried: Tried) -> str:
    return f"{tried.held} of {len(tried.shorts)}"


def confidence(answer: Answer) -> str:
    """How sure it is: shares in the search and afterwards, with the exact interval."""
    low, high = sure(answer.after)
    return (
        f"All targets hold in {_of(answer.plan)} replications of the search and in {_of(answer.after)} fresh ones "
        f"(95% interval {low:.0%} to {high:.0%}; asked for: {answer.problem.terms.probability:.0%}). With today's "
        f"plan: in {_of(answer.before)} fresh ones."
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


def dated(answer: Answer) -> str:
    """How people who come on a date are priced, where the plan has any."""
    moved = [
        lever
        for lever, place in zip(answer.problem.levers, answer.plan.point, strict=True)
        if lever.values[place] != lever.today
    ]
    return "Who comes on a later date is priced by the year while there." if any(map(is_dated, moved)) else ""


def beside(answer: Answer) -> str:
    """What changes cost at once, where that is another sum than each alone."""
    gap = together(answer.problem.levers, answer.plan.point, answer.scenario)
    more = f"{pounds(abs(gap))} a year {'more' if gap > 0 else 'less'}"
    return (
        f"Each change is priced alone. Together they cost {more} by the configuration: "
        f"{pounds(answer.plan.cost + gap)} in all."
        if round(gap)
        else ""
    )


def part(answer: Answer) -> str:
    """What a smaller place means for the numbers; nothing where the place is whole."""
    scale = answer.scenario.place.scale
    return (
        ""
        if scale == 1
        else f"Simulated in a place of {scale:g} times the size: staff and money are those of the whole place, "
        "counts of people those of the part."
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


def plan_table(answer: Answer) -> pd.DataFrame:
    """plan.csv: a row a lever, also those left as they are."""
    rows = []
    for lever, place in zip(answer.problem.levers, answer.plan.point, strict=True):
        who, where, _ = _whom(answer.scenario, lever)
        value = lever.values[place]
        starts = _step(answer, lever, place).starts if value != lever.today else ""
        rows.append(
            (
                lever.path,
                lever.today,
                value,
                round(lever.cost(place), 2) + 0.0,
                lever.price_at(place),
                who,
                where,
                starts,
                MET if answer.met else NEAREST,
            )
        )
    return pd.DataFrame(rows, columns=list(PLAN))


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
