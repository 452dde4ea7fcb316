"""A plan's file: what is wanted, what may change, how sure to be. Read strictly, and checked against its scenario."""

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from annotated_types import Ge, Gt, Le

from sim.analysis.indicators import INDICATORS
from sim.app.configuration.files import shipped
from sim.app.configuration.files.shipped import cut
from sim.app.configuration.strict import settings_of
from sim.app.studies.plan.changes import MayChange, levers_of
from sim.app.studies.plan.levers import Lever
from sim.app.studies.plan.objective import Aimed, Objective, ToldBeside, objective_of, told_beside
from sim.app.studies.plan.targets import Target, Wanted, targets_of
from sim.domain.faults import Fault, ScenarioError, nearest
from sim.domain.scenario import Scenario
from sim.domain.settings import Settings

MOST_LEVERS = 100
POUND = 1.0
KIND = ("a plan's file", "'targets:' and 'may_change:' lines")
SAME = "same"
_OBJECTIVE = "{kpi: had_needed_care_within_18_weeks_share, aim: raise}"


@dataclass(frozen=True)
class PlanTerms(Settings):
    """What a plan's file says besides targets and levers.

    `probability`: share of replications in which all targets hold; `trials`: plans to be simulated at
    most; `replications`: of each of them (`run.replications` if absent); `confirm`: fresh replications of
    the plan that is chosen.
    """

    probability: Annotated[float, Gt(0), Le(1)] = 0.9
    trials: Annotated[int, Ge(1), Le(100_000)] = 100
    replications: Annotated[int, Ge(1), Le(1000)] | None = None
    confirm: Annotated[int, Ge(1), Le(1000)] = 20
    title: str = ""
    question: str = ""


@dataclass(frozen=True)
class Shape:
    """The file as it stands, before anybody has looked at the scenario. It asks for the cheapest plan that reaches
    what is `wanted`, or, with `aimed`, for the best use of a sum: pounds a year more than today's plan."""

    file: str
    terms: PlanTerms
    wanted: dict[str, Wanted]
    changes: dict[str, MayChange]
    aimed: Aimed | None = None
    budget: float = 0.0


@dataclass(frozen=True)
class Choices:
    """What may change. `terms.replications` is a number now."""

    terms: PlanTerms
    levers: tuple[Lever, ...]

    @property
    def points(self) -> int:
        """How many plans there are within the limits."""
        return math.prod(len(lever.values) for lever in self.levers)

    def cost(self, point: tuple[int, ...]) -> float:
        """Pounds a year more than today."""
        return math.fsum(lever.cost(place) for lever, place in zip(self.levers, point, strict=True))

    @property
    def high(self) -> tuple[int, ...]:
        """The plan with every lever at its highest."""
        return tuple(len(lever.values) - 1 for lever in self.levers)

    @property
    def today(self) -> tuple[int, ...]:
        """The plan that changes nothing."""
        return tuple(lever.values.index(lever.today) for lever in self.levers)


@dataclass(frozen=True)
class Problem(Choices):
    """Which plan is the cheapest that meets every target?"""

    targets: tuple[Target, ...]

    @property
    def needed(self) -> int:
        """Replications in which all targets must hold."""
        return needed(self.terms.probability, self.terms.replications)


@dataclass(frozen=True)
class Spending(Choices):
    """Which plan is the best that costs no more than `budget`, pounds a year more than today's?"""

    objective: Objective
    budget: float

    @property
    def targets(self) -> tuple[Objective | ToldBeside, ...]:
        """What is measured of each plan, the objective first."""
        return (self.objective, *told_beside(self.objective))

    @property
    def needed(self) -> int:
        """A plan is compared by all its replications."""
        return self.terms.replications

    @property
    def cheapest(self) -> tuple[int, ...]:
        """The plan that costs least."""
        return tuple(min(range(len(lever.values)), key=lever.cost) for lever in self.levers)

    def affords(self, point: tuple[int, ...]) -> bool:
        """Whether a plan costs no more than there is, but for the pennies of rounding."""
        return self.cost(point) <= self.budget + POUND


def needed(probability: float, replications: int) -> int:
    """The fewest of `replications` whose share is at least `probability`."""
    return max(1, math.ceil(probability * replications - 1e-9))


def shape_of(name: str, faults: list[Fault]) -> Shape | None:
    """The file read as plain settings; what is wrong with it joins `faults`."""
    file, where = Path(os.path.expanduser(name)), cut(name, 200)
    try:
        given = yaml.safe_load(shipped.read(file, is_scenario=False, kind=KIND))
    except ScenarioError as error:
        faults += error.faults
        return None
    except ValueError:  # a date such as 2028-02-31
        faults.append(Fault(where, "a date in it is not one", 'write "2028-03" or "2028-03-31", in quotes'))
        return None
    rest = {key: value for key, value in given.items() if key not in ("targets", "may_change", "objective", "budget")}
    own: list[Fault] = []
    terms = settings_of(PlanTerms, rest, where, own) or PlanTerms()
    faults += [Fault(f.where.replace(f"{where}.", f"{where}: ", 1), f.what, f.right) for f in own]
    spends = bool({"objective", "budget"} & set(given))
    aimed, budget = _spending(given, where, faults) if spends else (None, 0.0)
    wanted = (
        {}
        if spends
        else _blocks(
            given, "targets", Wanted, where, faults, 'name: {kpi: rtt_within_18_weeks, at_least: 0.92, by: "2028-03"}'
        )
    )
    changes = _blocks(
        given, "may_change", MayChange, where, faults, "workforce.physio_band_6.wte: {low: 18, high: 24, step: 1}"
    )
    if len(changes) > MOST_LEVERS:
        faults.append(Fault(f"{where}: may_change", f"names {len(changes)} settings", f"at most {MOST_LEVERS}"))
    return Shape(where, terms, wanted, changes, aimed, budget)


def _spending(given: dict, where: str, faults: list[Fault]) -> tuple[Aimed | None, float]:
    """(what is to rise or fall, pounds a year more than today's plan) of a file that asks for the best use of a sum."""
    for key, why in (
        ("targets", "are not asked together with an objective"),
        ("probability", "says nothing beside an objective"),
    ):
        if key in given:
            faults.append(
                Fault(
                    f"{where}: {key}",
                    why,
                    "targets (the cheapest plan that meets them), or an objective and a budget (the best use of a sum)",
                )
            )
    return _aimed(given, where, faults), _budget(given, where, faults)


def _aimed(given: dict, where: str, faults: list[Fault]) -> Aimed | None:
    here = f"{where}: objective"
    aimed = given.get("objective")
    if not isinstance(aimed, dict):
        missing = "is not a mapping" if "objective" in given else "is missing beside the budget"
        faults.append(Fault(here, missing, _OBJECTIVE))
        return None
    read = settings_of(Aimed, aimed, here, faults)
    if read is None and isinstance(kpi := aimed.get("kpi"), str) and kpi not in INDICATORS:
        faults.append(Fault(f"{here}.kpi", "is not an indicator", nearest(kpi, INDICATORS)))
    return read


def _budget(given: dict, where: str, faults: list[Fault]) -> float:
    """Pounds a year more than today's plan; 0 for the same."""
    here, right = f"{where}: budget", "same, or pounds a year more than today's plan, such as 500000"
    budget = given.get("budget")
    is_sum = isinstance(budget, int | float) and not isinstance(budget, bool)
    if "budget" not in given:
        faults.append(Fault(here, "is missing beside the objective", right))
    elif budget != SAME and not (is_sum and abs(budget) <= 1e12):  # a number that is none is no sum either
        faults.append(Fault(here, "is not a sum of money", right))
    return float(budget) if is_sum else 0.0


def _blocks(given: dict, key: str, kind, where: str, faults: list[Fault], right: str) -> dict:
    block = given.get(key)
    if not isinstance(block, dict) or not block:
        faults.append(
            Fault(f"{where}: {key}", "is missing" if block is None else "is not a mapping with something in it", right)
        )
        return {}
    found = {}
    for name, one in block.items():
        here = f"{where}: {key}.{cut(name)}"
        if not isinstance(name, str):
            faults.append(Fault(here, "has a name that is not text", "put the name in quotes"))
            continue
        if not isinstance(one, dict):
            faults.append(Fault(here, "is not a mapping", right))
            continue
        read = settings_of(kind, one, here, faults)
        if read is not None:
            found[name] = read
    return found


def problem_of(shape: Shape, scenario: Scenario, faults: list[Fault], as_run: bool = False) -> Problem | Spending:
    """The problem, checked against the scenario; every fault joins `faults`,
    and with one the problem is not to be used.

    `as_run`: the command line says how many replications, which stands before what the file says.
    """
    levers = levers_of(shape.changes, scenario.config, scenario, f"{shape.file}: may_change", faults)
    count = scenario.run.replications if as_run or shape.terms.replications is None else shape.terms.replications
    terms = _with_replications(shape.terms, count)
    if shape.aimed is None:
        targets = targets_of(shape.wanted, scenario, f"{shape.file}: targets", faults)
        return Problem(terms, tuple(levers), tuple(targets))
    objective = objective_of(shape.aimed, scenario, f"{shape.file}: objective", faults)
    found = Spending(terms, tuple(levers), objective, shape.budget)
    if not faults and shape.budget < 0 and not found.affords(found.cheapest):
        faults.append(
            Fault(
                f"{shape.file}: budget",
                f"is less than the cheapest plan within these limits: {found.cost(found.cheapest):,.0f}",
                "a larger sum, or lower limits",
            )
        )
    return found


def _with_replications(terms: PlanTerms, count: int) -> PlanTerms:
    return PlanTerms(terms.probability, terms.trials, count, terms.confirm, terms.title, terms.question)
