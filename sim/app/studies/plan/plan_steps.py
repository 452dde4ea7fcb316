"""What a plan changes, where and at what price, in words and as a table: of the cheapest plan and of the best use of a
sum alike."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sim.analysis.words.amounts import number
from sim.analysis.words.plain import plain, tidy
from sim.app.studies.plan.levers import Lever
from sim.app.studies.plan.pricing import is_dated, together
from sim.app.studies.plan.targets import Sought, labels_of
from sim.app.studies.plan.trials import Tried
from sim.domain.scenario import Scenario, calendar_of

if TYPE_CHECKING:
    from sim.app.studies.plan.answer import Answer
    from sim.app.studies.plan.best_use import BestUse

    Told = Answer | BestUse

AS_IT_STANDS = "the scenario as it stands"
"""What a plan changes and is compared with: the scenario that is named, with its own staff, and not its comparator."""
PLAN = ("override", "from", "to", "cost", "price", "who", "where", "starts", "status")


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


def steps(answer: "Told") -> list[PlanStep]:
    """What the plan changes, the dearest first."""
    rows = [
        _step(answer, lever, place)
        for lever, place in zip(answer.problem.levers, answer.plan.point, strict=True)
        if lever.values[place] != lever.today
    ]
    return sorted(rows, key=lambda row: -row.cost)


def _step(answer: "Told", lever: Lever, place: int) -> PlanStep:
    who, where, what = whom(answer.scenario, lever)
    starts = (
        lever.starts
        or str(lever.adds.get("date") or lever.adds.get("first_day") or "")
        or answer.scenario.calendar.start_date
    )
    return PlanStep(who, where, what, lever.today, lever.values[place], starts, lever.cost(place))


def whom(scenario: Scenario, lever: Lever) -> tuple[str, str, str]:
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


def moved(answer: "Told", one: Tried) -> str:
    """What a plan changes, on one line."""
    parts = []
    for lever, place in zip(answer.problem.levers, one.point, strict=True):
        if lever.values[place] != lever.today:
            who, _, what = whom(answer.scenario, lever)
            parts.append(f"{who}: {lever.values[place]:g} {what}")
    return "; ".join(parts) or "nothing"


def pounds(amount_gbp: float) -> str:
    """`£26,400`, `−£1.20m`."""
    return number("staff_cost", amount_gbp)


def when(scenario: Scenario, target: Sought) -> str:
    calendar = calendar_of(scenario)
    since = f"{calendar.date_of(target.since).isoformat()} to " if target.since is not None else "by "
    return since + calendar.date_of(target.day).isoformat()


def costs(cost: float) -> str:
    if round(cost) == 0:
        return f"costs what {AS_IT_STANDS} costs"
    return (
        f"costs {pounds(cost)} a year more than {AS_IT_STANDS}"
        if cost > 0
        else f"saves {pounds(-cost)} a year against {AS_IT_STANDS}"
    )


def lower(text: str) -> str:
    """Inside a sentence: its first word without its capital, unless that is a name such as GP or T&O."""
    name = any(letter.isupper() for letter in text.partition(" ")[0][1:])
    return text if name else text[:1].lower() + text[1:]


def dated(answer: "Told") -> str:
    """How people who come on a date are priced, where the plan has any."""
    moved = [
        lever
        for lever, place in zip(answer.problem.levers, answer.plan.point, strict=True)
        if lever.values[place] != lever.today
    ]
    return "Who comes on a later date is priced by the year while there." if any(map(is_dated, moved)) else ""


def beside(answer: "Told") -> str:
    """What changes cost at once, where that is another sum than each alone."""
    gap = together(answer.problem.levers, answer.plan.point, answer.scenario)
    more = f"{pounds(abs(gap))} a year {'more' if gap > 0 else 'less'}"
    return (
        f"Each change is priced alone. Together they cost {more} by the configuration: "
        f"{pounds(answer.plan.cost + gap)} in all."
        if round(gap)
        else ""
    )


def part(answer: "Told") -> str:
    """What a smaller place means for the numbers; nothing where the place is whole."""
    scale = answer.scenario.place.scale
    return (
        ""
        if scale == 1
        else f"Simulated in a place of {scale:g} times the size: staff and money are those of the whole place, "
        "counts of people those of the part."
    )


def plan_table(answer: "Told", status: str) -> pd.DataFrame:
    """plan.csv: a row a lever, also those left as they are; `status` is what the plan is."""
    rows = []
    for lever, place in zip(answer.problem.levers, answer.plan.point, strict=True):
        who, where, _ = whom(answer.scenario, lever)
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
                status,
            )
        )
    return pd.DataFrame(rows, columns=list(PLAN))
