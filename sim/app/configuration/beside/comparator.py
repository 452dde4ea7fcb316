"""The scenarios beside the one that was asked for: its comparator, other answers to the same question, the ladder, the
variants, the assumptions at either end."""

import copy
from dataclasses import dataclass, field, replace

from sim.analysis.words.side import SETTLES
from sim.app.configuration.beside.answers import answers_of
from sim.app.configuration.beside.changed import changes_itself
from sim.app.configuration.beside.ladder import Composer, ladder_of
from sim.app.configuration.beside.report_section import Change, Claim, read_report
from sim.app.configuration.check import build
from sim.app.configuration.overrides import section_of
from sim.app.configuration.request import Request
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario

AS_IT_IS = "as it is"
WHO_PAYS = ("wte", "paid_by", "moved_from")
PART = 0.25
"""The assumptions are moved in a quarter of the place, so that they cost little time."""


@dataclass(frozen=True)
class Beside:
    """`ladder`: scenarios on the way from the baseline; `end`: name and title of the last step,
    which leads to the scenario itself (None: no ladder). `variants`: name -> (title, scenario, baseline);
    `parts`: those with mechanisms added or left out, `otherwise`: those that change anything but who is in post and
    who pays.

    `assumptions`: name -> (title, {end of the range: (scenario, baseline)}), in a part of the place,
    with AS_IT_IS first; none where there are fewer replications than settle anything. `answers`: name ->
    (title, scenario), to stand side by side; one of them is the scenario that was asked for.
    """

    baseline: Scenario | None
    ladder: tuple[Scenario, ...]
    end: tuple[str, str] | None
    variants: dict[str, tuple[str, Scenario, Scenario]]
    parts: tuple[str, ...]
    otherwise: tuple[str, ...]
    assumptions: dict[str, tuple[str, dict[float, tuple[Scenario, Scenario]]]]
    claims: tuple[Claim, ...]
    replications: int
    answers: dict[str, tuple[str, Scenario]] = field(default_factory=dict)

    def every(self, scenario: Scenario) -> list[Scenario]:
        """All that is run, the scenario first."""
        variants = [one for _, variant, base in self.variants.values() for one in (variant, base)]
        assumed = [one for _, ends in self.assumptions.values() for pair in ends.values() for one in pair]
        answers = [one for _, one in self.answers.values() if one is not scenario]
        return [scenario, *([self.baseline] if self.baseline else []), *self.ladder, *variants, *assumed, *answers]


def comparator(scenario: Scenario, request: Request) -> Scenario | None:
    """What the scenario is compared with, alone; `ScenarioError` lists every fault."""
    composer = Composer(scenario, request, [])
    baseline = composer.comparator()
    if composer.faults:
        raise ScenarioError(dict.fromkeys(composer.faults))
    return baseline


def beside(scenario: Scenario, request: Request) -> Beside:
    """Compose and check all of them before anything runs; `ScenarioError` lists every fault.

    `request`: names the scenario that variants without a scenario of their own change.
    """
    faults: list[Fault] = []
    composer = Composer(scenario, request, faults)
    baseline = composer.comparator()
    report = read_report(scenario.config, faults)
    steps, end, variants, answers = (), None, {}, {}
    itself = changes_itself(scenario, request)
    if baseline and not itself:
        answers = answers_of(report.answers, composer)
        steps, end = ladder_of(report, composer, baseline)
    if baseline:
        variants = _variants(report.variants, composer, baseline, itself)
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    settles = most_replications(scenario) >= SETTLES  # fewer could overturn nothing
    assumptions = _assumptions(report.assumptions, scenario, baseline, PART, faults) if baseline and settles else {}
    if faults:
        raise ScenarioError(faults)
    parts, otherwise = _kinds_of([one for one in report.variants if one.name in variants])
    few = report.replications
    return Beside(baseline, steps, end, variants, parts, otherwise, assumptions, report.claims, few, answers)


def _kinds_of(variants: list[Change]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of those with mechanisms added or left out, and of those that change anything but who pays."""
    parts = tuple(one.name for one in variants if one.adds or one.without)
    others = [one for one in variants if one.name not in parts and not all(map(_says_who_pays, one.overrides))]
    return parts, tuple(one.name for one in others)


def assumptions_in_full(scenario: Scenario, baseline: Scenario | None) -> Beside:
    """Nothing but the assumptions at both ends of their ranges, in the whole of the place; `ScenarioError` lists every
    fault."""
    faults: list[Fault] = []
    report = read_report(scenario.config, faults)
    assumptions = _assumptions(report.assumptions, scenario, baseline, 1.0, faults) if baseline else {}
    if faults:
        raise ScenarioError(faults)
    return replace(alone(scenario, baseline), assumptions=assumptions, replications=report.replications)


def _assumptions(
    given: dict[str, dict], scenario: Scenario, baseline: Scenario, part: float, faults: list[Fault]
) -> dict[str, tuple[str, dict[float, tuple[Scenario, Scenario]]]]:
    """As `Beside` has them, in a part of the place; what is wrong joins `faults`."""
    if not given:
        return {}
    small = [_smaller(one, part) for one in (scenario, baseline)]
    found = {AS_IT_IS: (AS_IT_IS, {0: tuple(replace(one, name=f"{one.name}, {AS_IT_IS}") for one in small)})}
    for name, assumed in given.items():
        ends = {}
        for value in assumed["range"]:
            pair = [_with(one, assumed["path"], value, faults) for one in small]
            ends[value] = tuple(replace(one, name=f"{one.name}, {name} {value:g}") for one in pair)
        found[name] = (str(assumed.get("title", name)), ends)
    return found


def most_replications(scenario: Scenario) -> int:
    """As many as are asked for, or as a precision may take."""
    return scenario.run.most_replications if scenario.run.precision else scenario.run.replications


def alone(scenario: Scenario, baseline: Scenario | None) -> Beside:
    """Nothing but the comparator, and what the documents claim: as a sweep runs each of its points."""
    return Beside(baseline, (), None, {}, (), (), {}, read_report(scenario.config, []).claims, 1)


def _says_who_pays(override: str) -> bool:
    path = override.partition("=")[0].split(".")
    return section_of(override) == "workforce" and any(word in path for word in WHO_PAYS)


def _variants(
    given: tuple[Change, ...], composer: Composer, baseline: Scenario, itself: bool
) -> dict[str, tuple[str, Scenario, Scenario]]:
    """name -> what `_variant` gives. Of a scenario that is compared with `itself` those alone in which more people
    come: the others ask about the whole of it."""
    asked = [one for one in given if not itself or (one.demand_ratio is not None and not one.scenario)]
    made = {one.name: _variant(one, composer, baseline) for one in asked}
    return {name: variant for name, variant in made.items() if variant is not None}


def _variant(variant: Change, composer: Composer, baseline: Scenario) -> tuple[str, Scenario, Scenario] | None:
    """(title, scenario, baseline) of one variant; None of what a list of mechanisms on the command line has taken
    away."""
    title, base, where = variant.title or variant.name, baseline, f"report.variants.{variant.name}"
    other = composer.scenario
    if variant.scenario or variant.adds or variant.without or variant.overrides:
        other = composer.changed(variant, where)
        if other is None:
            return None
    if variant.demand_ratio is not None:
        other, base = (replace(more_people(s, variant.demand_ratio), name=f"{s.name}, {title}") for s in (other, base))
    return title, other, base


def _smaller(scenario: Scenario, part: float) -> Scenario:
    """A part of the place, staff and lists alike: enough to see where an assumption pushes the answer."""
    return replace(scenario, place=replace(scenario.place, scale=scenario.place.scale * part))


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
    return replace(
        other,
        run=scenario.run,
        calendar=scenario.calendar,
        holidays=scenario.holidays,
        place=scenario.place,
        analysis=scenario.analysis,
    )


def more_people(scenario: Scenario, ratio: float) -> Scenario:
    """More people present and reach hospital by other doors; residents, staff and lists as given."""
    demand = scenario.demand
    elsewhere = {n: replace(e, per_1000_a_year=e.per_1000_a_year * ratio) for n, e in demand.elsewhere.items()}
    return replace(
        scenario,
        demand=replace(
            demand, presenting_per_1000_a_year=demand.presenting_per_1000_a_year * ratio, elsewhere=elsewhere
        ),
    )


__all__ = ["Beside", "alone", "beside", "comparator", "more_people"]
