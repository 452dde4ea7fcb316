"""The ways from the comparator to the scenario, and around it: scenarios with mechanisms added, left out,
or keys changed.

All are composed from files, with what is true of the place and the run as the command has it,
and run on the same patients.
"""

import json
import re
from dataclasses import asdict, dataclass, field, replace

from sim.app.configuration.beside.report_section import SHARED, Change, ReportSection
from sim.app.configuration.check import build
from sim.app.configuration.compose import compose
from sim.app.configuration.files import mechanisms, shipped
from sim.app.configuration.files.shipped import MECHANISMS
from sim.app.configuration.overrides import section_of
from sim.app.configuration.request import Request
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario

REST = "everything_else"
REST_TITLE = "Everything else"


@dataclass(frozen=True)
class Composer:
    """Makes the scenarios beside the one that was asked for. `faults` collects what is wrong, each fault once."""

    scenario: Scenario
    request: Request
    faults: list[Fault]

    @property
    def narrowed(self) -> bool:
        """Whether the command itself says which mechanisms are on: what it has switched off is then no fault."""
        return any(section_of(text) == MECHANISMS for text in self.request.overrides)

    def other(self, name: str, where: str, words=()) -> Scenario | None:
        """The scenario `name` with overrides, in the place and the run of the one that was asked for;
        None if it is faulty."""
        shared = [text for text in self.request.overrides if section_of(text) in SHARED]
        return self._made(name, [*shared, *words], where)

    def comparator(self) -> Scenario | None:
        """What the scenario is compared with, told apart from it by its name;
        None if there is none, or it is faulty."""
        name = self.scenario.compare_with
        made = self.other(name, name) if name else None
        return made and told_apart(made, self.scenario)

    def changed(self, change: Change, where: str) -> Scenario | None:
        """A variant: its scenario, or the one that was asked for, with mechanisms added or left out and keys
        changed."""
        base = self.other(change.scenario, where) if change.scenario else self.scenario
        if base is None:
            return None
        own = not change.scenario
        on = names_of(base)
        if own and self._passed_over(change, on, base.config):
            return None
        wrong = [*_not_on(change, on, where), *self.faults_of_adds(change, on, where)]
        self.faults.extend(wrong)
        if wrong:
            return None
        if not (change.adds or change.without or change.overrides):
            return base
        words = [*change.overrides, *self.choice([*(m for m in on if m not in change.without), *change.adds])]
        found = self._own(words, where) if own else self.other(change.scenario, where, words)
        return found and replace(found, name=f"{self.scenario.name}, {change.name}", title=change.title or change.name)

    def _passed_over(self, change: Change, on, config) -> bool:
        """Whether it is about what the command has switched off."""
        return self.narrowed and (_is_moot(change, on) or _is_of_what_is_gone(change, config))

    def _own(self, words, where: str) -> Scenario | None:
        """The scenario that was asked for, with more overrides; None if it is faulty, or what they change is gone."""
        told = len(self.faults)
        found = self._made(self.request.scenario, [*self.request.overrides, *words], where)
        if found is None and self.narrowed:
            del self.faults[told:]  # it changes what a mechanism brought that the command has switched off
        if found is not None and found.config["name"] != self.scenario.config.get("name"):
            what = "changes the scenario that the command names, and this command names another"
            self.faults.append(Fault(where, what, "add scenario: NAME"))
        return found

    def still(self, names) -> list[str]:
        """Those mechanisms of a step that the command has left on."""
        on = names_of(self.scenario)
        return [name for name in names if name in on or not self.narrowed]

    def choice(self, names) -> list[str]:
        """The override that chooses mechanisms: in the scenario's own order,
        so that the order of steps does not matter."""
        order = names_of(self.scenario)
        chosen = [m for m in order if m in names] + [m for m in names if m not in order]
        return [f"{MECHANISMS}=[{','.join(chosen)}]"]

    def known(self) -> list[str]:
        return shipped.options(MECHANISMS, self.request.config_dirs)

    def faults_of_adds(self, change: Change, on, where: str) -> list[Fault]:
        faults = mechanisms.choice_faults(change.adds, self.known(), f"{where}.adds")
        return faults + [
            Fault(f"{where}.adds", f"'{shipped.cut(m)}' is there already", "name each mechanism once")
            for m in change.adds
            if m in on
        ]

    def _made(self, name: str | None, words, where: str) -> Scenario | None:
        try:
            made = compose(name, words, self.request.config_dirs, build=_uncompared)
        except ScenarioError as error:
            told = {(f.what, f.right) for f in self.faults}  # a step's fault is every later step's too
            self.faults.extend(
                Fault(f"{where}: {f.where}", f.what, f.right) for f in error.faults if (f.what, f.right) not in told
            )
            return None
        return in_place_of(made, self.scenario)


def _uncompared(config: dict) -> Scenario:
    """The scenario of a configuration, compared with nothing."""
    return build(config | {"compare_with": None})


def _is_moot(change: Change, on: list[str]) -> bool:
    """Whether a variant leaves out what is off already, or adds what is on."""
    return any(m not in on for m in change.without) or any(m in on for m in change.adds)


def _is_of_what_is_gone(change: Change, config: dict) -> bool:
    """Whether a variant changes a key that a mechanism brought which is off: seen at once, where to compose it, and
    find every fault of what is then thrown away, takes half a minute."""
    keys = [text.partition("=")[0] for text in change.overrides if re.match(r"\w+(\.\w+)+=", text)]
    return not change.adds and not all(_is_in(config, key.split(".")) for key in keys)


def _is_in(config: dict, way: list[str]) -> bool:
    here = config
    for key in way:
        if not isinstance(here, dict) or key not in here:
            return False
        here = here[key]
    return True


def _not_on(change: Change, on: list[str], where: str) -> list[Fault]:
    """What a variant would leave out that is not there."""
    right = f"one of {', '.join(on)}" if on else "it has none"
    return [
        Fault(f"{where}.without", f"'{shipped.cut(m)}' is not among its mechanisms", right)
        for m in change.without
        if m not in on
    ]


def told_apart(baseline: Scenario, scenario: Scenario) -> Scenario:
    """The comparator under another name, if it has the scenario's own."""
    if baseline.name != scenario.name:
        return baseline
    return replace(
        baseline, name=f"{baseline.name} as shipped", title=f"{baseline.title or baseline.name} (as shipped)"
    )


def in_place_of(other: Scenario, scenario: Scenario) -> Scenario:
    """Another scenario in the place, the calendar and the run of the one that was asked for."""
    return replace(
        other,
        run=scenario.run,
        calendar=scenario.calendar,
        holidays=scenario.holidays,
        place=scenario.place,
        analysis=scenario.analysis,
    )


def names_of(scenario: Scenario) -> list[str]:
    """The mechanisms that a scenario was composed with."""
    return list(scenario.config.get(MECHANISMS) or ())


def ladder_of(
    report: ReportSection, composer: Composer, baseline: Scenario
) -> tuple[tuple[Scenario, ...], tuple[str, str] | None]:
    """The scenarios of the steps, and the name and title of the last step, the one to the scenario itself.

    Each step stands on the one before, the first on the comparator. If the last step of a mapping is the scenario,
    it is not run again; if it is not, the way that is left is called everything else.
    """
    scenario, steps = composer.scenario, []
    way = _Way(composer, report.named, baseline, scenario.compare_with, names_of(baseline))
    for step in report.ladder:
        made = way.after(step)
        if made is not None:
            steps.append(made)
    if not steps:
        return (), None
    if not report.named:
        return tuple(steps), (scenario.name, scenario.title)
    if same(steps[-1], scenario):
        return tuple(steps[:-1]), (steps[-1].name, steps[-1].title)
    return tuple(steps), (REST, REST_TITLE)


@dataclass
class _Way:
    """How far the ladder has come: a scenario, its name, the mechanisms that are on, and what is changed in it."""

    composer: Composer
    named: bool
    base: Scenario
    name: str
    on: list[str]
    words: list[str] = field(default_factory=list)

    def after(self, step: Change) -> Scenario | None:
        """The scenario when this step is made; None if it is faulty, or the command has switched off all that it
        adds."""
        composer, where = self.composer, f"report.ladder.{step.name}" if self.named else step.name
        adds = composer.still(step.adds)
        if step.adds and not (adds or step.overrides or step.scenario):
            return None
        if step.scenario and not self._begins_at(step.scenario, where):
            return None
        wrong = composer.faults_of_adds(replace(step, adds=tuple(adds)), self.on, where) if adds else []
        composer.faults.extend(wrong)
        if wrong:
            return None
        self.on, self.words, made = [*self.on, *adds], [*self.words, *step.overrides], self.base
        if adds or self.words or self.on != names_of(self.base):
            made = composer.other(self.name, where, [*self.words, *composer.choice(self.on)])
        if made is None or not self.named:
            return made
        return replace(made, name=step.name, title=_title(step, adds, made, composer))

    def _begins_at(self, scenario: str, where: str) -> bool:
        """Whether the scenario could be made on which the step and those after it stand."""
        base = self.composer.other(scenario, where)
        if base is None:
            return False
        self.base, self.name, self.on, self.words = base, scenario, names_of(base), []
        return True


def _title(step: Change, adds, made: Scenario, composer: Composer) -> str:
    """What the step is called: as it says, or by its mechanisms, or by its scenario."""
    return (
        step.title
        or " and ".join(mechanisms.title_of(m, composer.request.config_dirs) for m in adds)
        or (step.scenario and made.title)
        or step.name
    )


def same(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios would run alike to the last digit; what they are called does not matter,
    the order of rules does."""
    bare = [
        json.dumps(asdict(replace(s, name="", title="", question="", compare_with=None, config={})), default=str)
        for s in (one, other)
    ]
    return bare[0] == bare[1]
