"""Every point of a sweep, composed and checked before the first one starts; every fault of every point is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.app.configuration.beside.changed import CHANGES
from sim.app.configuration.beside.ladder import in_place_of, told_apart
from sim.app.configuration.beside.report_section import SHARED, read_report
from sim.app.configuration.beside.same_budget import hold_same_budget
from sim.app.configuration.files.shipped import SCENARIOS, cut
from sim.app.configuration.overrides import section_of
from sim.app.configuration.points import Points
from sim.app.configuration.request import Request, request_of
from sim.app.running.sequential import Sequential
from sim.app.store import key_of
from sim.app.studies.comparison.study import identity_of_keys
from sim.app.studies.sweep.point import Brief, SweepPoint
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario

NO_PAGES = "report=none"
"""Said to a sweep, which compares with the comparator only in any case: tables and no pages."""
OF_ALL = ("out", "workers", "limit_minutes", "progress")
"""`out`, and the settings of the run that say how a sweep is run and not what a point is."""


@dataclass
class Checker:
    """Composes point after point. `faults`: of all; `packed`, `briefs`: the points, if there is no fault."""

    path: str | None
    config_dirs: tuple[str, ...]
    base: Path
    points: Sequence[Sequence[str]]
    hydra_words: Sequence[str]
    name: str | None = None
    located: object = None
    """A function that puts a fault of a point (with its number) in its place, where it comes from a design's table."""
    found: dict[Fault, list[int]] = field(default_factory=dict)
    packed: list[bytes] = field(default_factory=list)
    briefs: list[Brief] = field(default_factory=list)
    first: dict = field(default_factory=dict)
    scenario: Scenario | None = None

    def check(self, keep: bool = True) -> list[Fault]:
        """All faults; with `keep` the points are made ready to run, comparator and all."""
        self._composers: dict[str | None, Points] = {}
        bad: dict[str, list[Fault]] = {}  # an override that is wrong wherever it stands is looked into once
        for number, point in enumerate(self.points):
            words = [word for word in point if not (self.path and _is_choice(word))]
            known = [word for word in words if word in bad]
            for fault in dict.fromkeys(fault for word in known for fault in bad[word]):
                self.found[fault].append(number)
            if any(map(_is_choice, known)):
                continue
            words = [word for word in words if word not in bad]
            try:
                self._take(number, point, words, keep)
            except ScenarioError as error:
                self._note(number, words, error.faults, bad)
        return [self._of_points(fault, where) for fault, where in self.found.items()]

    def _note(self, number: int, words: list[str], faults: Sequence[Fault], bad: dict[str, list[Fault]]) -> None:
        """What is wrong with a point, and which of its words are to blame."""
        for fault in faults:
            self.found.setdefault(fault, []).append(number)
            for word in words:
                if cut(word) == fault.where:
                    bad.setdefault(word, []).append(fault)

    def _take(self, number: int, point: Sequence[str], words: list[str], keep: bool) -> None:
        scenario = self._composer(self.path).compose([*self.hydra_words, *words])
        self.first = self.first or scenario.config
        differ = [
            Fault(
                f"{'run.' * (name != 'out')}{name}",
                "differs between the points, and holds for the whole sweep",
                "one value for all of them",
            )
            for name in OF_ALL
            if _of_all(scenario.config, name) != _of_all(self.first, name)
        ]
        if differ:
            raise ScenarioError(differ)
        if keep and not self.found:  # else nothing will run
            self._keep(number, point, scenario, [word for word in words if not _is_choice(word)])

    def _keep(self, number: int, point: Sequence[str], scenario: Scenario, overrides: list[str]) -> None:
        """Makes a point ready to run, comparator and all."""
        baseline, faults = self._baseline(scenario, overrides), []
        read_report(scenario.config, faults)
        if faults:
            raise ScenarioError(faults)
        if scenario.run.same_budget:
            hold_same_budget(scenario, baseline)
        both = (scenario,) if baseline is None else (baseline, scenario)
        keys, names = tuple(map(key_of, both)), tuple(s.name for s in both)
        self.scenario = self.scenario or scenario
        identity = identity_of_keys(reversed(keys))  # of the two alone
        said = SweepPoint(
            number,
            tuple(overrides),
            self._request(point, overrides, scenario),
            scenario.config,
            None if baseline is None else baseline.config,
            ("", "") if baseline is None else (baseline.name, baseline.title),
            keys,
            names,
            identity,
        )
        self.packed.append(said.packed())
        wanted = Sequential(keys, names, scenario).wanted if scenario.run.precision else scenario.run.replications
        self.briefs.append(
            Brief(
                number,
                keys,
                names,
                identity,
                wanted,
                scenario.run.precision > 0,
                scenario.run.keep_events,
                NO_PAGES not in overrides,
            )
        )

    def _composer(self, name: str | None) -> Points:
        if name not in self._composers:
            self._composers[name] = Points(name, self.config_dirs, self.base)
        return self._composers[name]

    def _baseline(self, scenario: Scenario, overrides: list[str]) -> Scenario | None:
        """What the point is compared with: in its place and its run."""
        name = scenario.compare_with
        if not name:
            return None
        shared = [word for word in overrides if section_of(word) in SHARED]
        try:
            made = self._composer(name).compose([*shared, "compare_with=null"])
        except ScenarioError as error:
            raise ScenarioError([Fault(f"{name}: {f.where}", f.what, f.right) for f in error.faults]) from None
        return told_apart(in_place_of(made, scenario), scenario)

    def _request(self, point, overrides: list[str], scenario: Scenario) -> Request:
        """As if the point were run by itself, which would be compared with what it changes unless it says otherwise."""
        said = any(word.startswith("compare_with=") for word in overrides)
        if scenario.compare_with and not said and any(section_of(word) in CHANGES for word in overrides):
            overrides = [*overrides, f"compare_with={scenario.compare_with}"]
        chosen = [word.partition("=")[2].strip("'") for word in point if _is_choice(word)]
        named = self.path or (chosen[-1] if chosen else self.name)
        return request_of("run", named, overrides, self.config_dirs)

    def _of_points(self, fault: Fault, where: list[int]) -> Fault:
        located = self.located(fault, where[0]) if self.located else fault
        if len(where) == len(self.points) or located != fault:
            return located
        others = f" and {len(where) - 1} more" if len(where) > 1 else ""
        place = f"point {where[0] + 1} of {len(self.points)}{others}: {cut(' '.join(self.points[where[0]]), 90)}"
        return Fault(f"{fault.where} ({place})", fault.what, fault.right)


def _of_all(config: dict, name: str):
    return config.get(name) if name == "out" else config.get("run", {}).get(name)


def _is_choice(word: str) -> bool:
    return word.startswith(f"{SCENARIOS}=")
