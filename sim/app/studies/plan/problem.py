"""A plan's file: what is wanted, what may change, how sure to be. Read strictly, and checked against its scenario."""

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from annotated_types import Ge, Gt, Le

from sim.app.configuration.files import shipped
from sim.app.configuration.files.shipped import cut
from sim.app.configuration.strict import settings_of
from sim.app.studies.plan.changes import MayChange, levers_of
from sim.app.studies.plan.levers import Lever
from sim.app.studies.plan.targets import Target, Wanted, targets_of
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario
from sim.domain.settings import Settings

MOST_LEVERS = 100
KIND = ("a plan's file", "'targets:' and 'may_change:' lines")


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
    """The file as it stands, before anybody has looked at the scenario."""

    file: str
    terms: PlanTerms
    wanted: dict[str, Wanted]
    changes: dict[str, MayChange]


@dataclass(frozen=True)
class Problem:
    """Everything that the search needs. `terms.replications` is a number now."""

    terms: PlanTerms
    targets: tuple[Target, ...]
    levers: tuple[Lever, ...]

    @property
    def needed(self) -> int:
        """Replications in which all targets must hold."""
        return needed(self.terms.probability, self.terms.replications)

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
    rest = {key: value for key, value in given.items() if key not in ("targets", "may_change")}
    own: list[Fault] = []
    terms = settings_of(PlanTerms, rest, where, own) or PlanTerms()
    faults += [Fault(f.where.replace(f"{where}.", f"{where}: ", 1), f.what, f.right) for f in own]
    wanted = _blocks(
        given, "targets", Wanted, where, faults, 'name: {kpi: rtt_within_18_weeks, at_least: 0.92, by: "2028-03"}'
    )
    changes = _blocks(
        given, "may_change", MayChange, where, faults, "workforce.physio_band_6.wte: {low: 18, high: 24, step: 1}"
    )
    if len(changes) > MOST_LEVERS:
        faults.append(Fault(f"{where}: may_change", f"names {len(changes)} settings", f"at most {MOST_LEVERS}"))
    return Shape(where, terms, wanted, changes)


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


def problem_of(shape: Shape, scenario: Scenario, faults: list[Fault], as_run: bool = False) -> Problem:
    """The problem, checked against the scenario; every fault joins `faults`,
    and with one the problem is not to be used.

    `as_run`: the command line says how many replications, which stands before what the file says.
    """
    targets = targets_of(shape.wanted, scenario, f"{shape.file}: targets", faults)
    levers = levers_of(shape.changes, scenario.config, scenario, f"{shape.file}: may_change", faults)
    count = scenario.run.replications if as_run or shape.terms.replications is None else shape.terms.replications
    return Problem(_with_replications(shape.terms, count), tuple(targets), tuple(levers))


def _with_replications(terms: PlanTerms, count: int) -> PlanTerms:
    return PlanTerms(terms.probability, terms.trials, count, terms.confirm, terms.title, terms.question)
