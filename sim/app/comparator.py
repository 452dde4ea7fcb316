"""The scenarios beside the one that was asked for: its comparator, the ladder, the variants, the assumptions at either end."""

import copy
import re
from dataclasses import dataclass, replace

from sim.app.check import build
from sim.app.compose import compose
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario

# What is true of the place and of the run, not of how care is organised: the same for everybody compared.
SHARED = ("place", "demand", "calendar", "start", "run", "analysis", "prices", "outcomes")

AS_IT_IS = "as it is"
PART = 0.25
"""The assumptions are moved in a quarter of the place, so that they cost little time."""


@dataclass(frozen=True)
class Beside:
    """`ladder`: scenarios on the way from the baseline. `variants`: name -> (title, scenario, baseline).

    `assumptions`: name -> (title, {end of the range: (scenario, baseline)}), in a part of the place, with AS_IT_IS first.
    """

    baseline: Scenario | None
    ladder: tuple[Scenario, ...]
    variants: dict[str, tuple[str, Scenario, Scenario]]
    assumptions: dict[str, tuple[str, dict[float, tuple[Scenario, Scenario]]]]
    replications: int


def beside(config: dict, scenario: Scenario, overrides, config_dirs) -> Beside:
    """Compose and check all of them before anything runs; `ScenarioError` lists every fault."""
    shared = [text for text in overrides if _section(text) in SHARED]
    faults: list[Fault] = []

    def composed(name: str, extra=()) -> Scenario | None:
        try:
            other = build(compose(name, [*shared, *extra, "compare_with=null"], list(config_dirs), build=build))
            return replace(other, run=scenario.run, calendar=scenario.calendar, holidays=scenario.holidays, place=scenario.place, analysis=scenario.analysis)
        except ScenarioError as error:
            faults.extend(Fault(f"{name}: {f.where}", f.what, f.right) for f in error.faults)
            return None

    baseline = composed(scenario.compare_with) if scenario.compare_with else None
    if baseline is not None and baseline.name == scenario.name:
        baseline = replace(baseline, name=f"{baseline.name} as shipped", title=f"{baseline.title or baseline.name} (as shipped)")
    report = _report(config, faults)
    ladder = [composed(name) for name in report["ladder"]] if baseline else []
    variants = {}
    for name, variant in report["variants"].items() if baseline else ():
        title = str(variant.get("title", name))
        if "scenario" in variant:
            variants[name] = (title, composed(variant["scenario"]), baseline)
        else:
            ratio = variant["demand_ratio"]
            more, base = (_more_people(s, ratio) for s in (scenario, baseline))
            variants[name] = (title, replace(more, name=f"{scenario.name}, {title}"), replace(base, name=f"{baseline.name}, {title}"))
    if faults:
        raise ScenarioError(faults)
    assumptions = {}
    if baseline and report["assumptions"]:
        small = [_smaller(s) for s in (scenario, baseline)]
        assumptions[AS_IT_IS] = (AS_IT_IS, {0: tuple(replace(s, name=f"{s.name}, {AS_IT_IS}") for s in small)})
        for name, one in report["assumptions"].items():
            ends = {}
            for value in one["range"]:
                pair = [_with(s, one["path"], value, faults) for s in small]
                ends[value] = tuple(replace(s, name=f"{s.name}, {name} {value:g}") for s in pair)
            assumptions[name] = (str(one.get("title", name)), ends)
    if faults:
        raise ScenarioError(faults)
    return Beside(baseline, tuple(ladder), variants, assumptions, report["replications"])


def _smaller(scenario: Scenario) -> Scenario:
    """A part of the place, staff and lists alike: enough to see where an assumption pushes the answer."""
    return replace(scenario, place=replace(scenario.place, scale=scenario.place.scale * PART))


def _with(scenario: Scenario, path: str, value, faults) -> Scenario:
    """The scenario with one number of its configuration changed, if it has that number."""
    config = copy.deepcopy(scenario.config)
    *way, last = path.split(".")
    here = config
    for key in way:
        here = here.get(key) if isinstance(here, dict) else None
    if not isinstance(here, dict) or last not in here:
        return scenario  # the old model has no triage to change
    here[last] = value
    try:
        other = build(config)
    except ScenarioError as error:
        faults.extend(Fault(f"report.assumptions, {f.where}", f.what, f.right) for f in error.faults)
        return scenario
    return replace(other, run=scenario.run, calendar=scenario.calendar, holidays=scenario.holidays, place=scenario.place, analysis=scenario.analysis)


def _section(override: str) -> str:
    return re.split(r"[.=@/]", override.lstrip("+~"), maxsplit=1)[0]


def _more_people(scenario: Scenario, ratio: float) -> Scenario:
    """More people present and reach hospital by other doors; residents, staff and lists as given."""
    demand = scenario.demand
    elsewhere = {n: replace(e, per_1000_a_year=e.per_1000_a_year * ratio) for n, e in demand.elsewhere.items()}
    return replace(scenario, demand=replace(demand, presenting_per_1000_a_year=demand.presenting_per_1000_a_year * ratio, elsewhere=elsewhere))


def _report(config: dict, faults) -> dict:
    """The `report` section, checked by hand: it is small and no part of a scenario."""
    given = config.get("report") or {}
    known = {"ladder": [], "variants": {}, "assumptions": {}, "replications": 5}
    if not isinstance(given, dict):
        faults.append(Fault("report", "is not a mapping", "it has ladder, variants, assumptions and replications"))
        return known
    for key in given:
        if key not in known:
            faults.append(Fault(f"report.{key}", "is not known here", ", ".join(known)))
    report = known | {k: v for k, v in given.items() if k in known}
    if not isinstance(report["ladder"], list) or not all(isinstance(n, str) for n in report["ladder"]):
        faults.append(Fault("report.ladder", "is not a list of scenario names", "[ladder_1_fcp, ladder_2_triage]"))
        report["ladder"] = []
    if not isinstance(report["replications"], int) or isinstance(report["replications"], bool) or not 1 <= report["replications"] <= 1000:
        faults.append(Fault("report.replications", "is not a whole number from 1 to 1000", "for instance 3"))
    variants = report["variants"] if isinstance(report["variants"], dict) else None
    if variants is None:
        faults.append(Fault("report.variants", "is not a mapping", "name: {title: ..., scenario: ...}"))
    report["variants"] = {}
    for name, variant in (variants or {}).items():
        ratio = variant.get("demand_ratio") if isinstance(variant, dict) else None
        if (isinstance(variant, dict) and isinstance(variant.get("scenario"), str)) or (isinstance(ratio, (int, float)) and not isinstance(ratio, bool) and 0 < ratio <= 10):
            report["variants"][name] = variant
        else:
            faults.append(Fault(f"report.variants.{name}", "says neither which scenario nor which demand_ratio", "{title: ..., scenario: NAME} or {title: ..., demand_ratio: 1.05}"))
    given = report["assumptions"] if isinstance(report["assumptions"], dict) else {"": None}
    report["assumptions"] = {}
    for name, one in given.items():
        ends = one.get("range") if isinstance(one, dict) else None
        if isinstance(ends, list) and len(ends) == 2 and all(isinstance(v, (int, float)) for v in ends) and isinstance(one.get("path"), str):
            report["assumptions"][name] = one
        else:
            faults.append(Fault(f"report.assumptions.{name}", "does not say which number to move and how far", "{title: ..., path: demand.growth_per_year, range: [0, 0.05]}"))
    return report


__all__ = ["Beside", "beside"]
