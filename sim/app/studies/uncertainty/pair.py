"""The scenario that is asked about and its comparator, as they are drawn: decisions held,
everything believed to be moved."""

from dataclasses import dataclass, replace

import numpy as np

from sim.app.configuration.beside.ladder import Composer
from sim.app.configuration.beside.report_section import read_report
from sim.app.configuration.check import build
from sim.app.configuration.compose import compose
from sim.app.configuration.evidence import assumptions
from sim.app.configuration.files.shipped import MECHANISMS
from sim.app.configuration.own_files import own_files
from sim.app.configuration.request import Request
from sim.app.studies.uncertainty.beliefs import DrawnNumbers, believed, drawn, values_at
from sim.domain.faults import Fault, ScenarioError
from sim.domain.scenario import Scenario


@dataclass(frozen=True)
class Pair:
    """`baseline`, `scenario`: as configured; `configs`: of both, with who pays for whom settled;
    `beliefs`: what is drawn."""

    baseline: Scenario
    scenario: Scenario
    configs: tuple[dict, dict]
    beliefs: DrawnNumbers

    @property
    def names(self) -> tuple[str, str]:
        return self.baseline.name, self.scenario.name


class BelievedPoints:
    """Points of what is believed, as scenarios: `points` (points, axes) in 0..1, in the order of the pair's axes."""

    def __init__(self, pair: Pair, points: np.ndarray):
        self.pair, self.points = pair, points
        self._values = [values_at(own, pair.beliefs.axes, points) for own in pair.beliefs.numbers]
        self._whole = [frozenset(n.path for n in own if n.whole) for own in pair.beliefs.numbers]

    def __len__(self) -> int:
        return len(self.points)

    def at(self, place: int) -> tuple[Scenario, Scenario]:
        """Comparator and scenario at a point; `ScenarioError` where its numbers do not go together."""
        made = [
            build(drawn(config, {path: float(v[place]) for path, v in new.items()}, whole))
            for config, new, whole in zip(self.pair.configs, self._values, self._whole, strict=True)
        ]
        return tuple(
            replace(one, name=name, run=self.pair.scenario.run) for one, name in zip(made, self.pair.names, strict=True)
        )

    def values(self, place: int) -> dict[str, float]:
        """path -> value of every number that is drawn in either configuration;
        of shares, before they are made to add to 1."""
        return {path: float(v[place]) for new in self._values for path, v in new.items()}


class InUse(BelievedPoints):
    """One point: every number at the value in use."""

    def __init__(self, pair: Pair):
        super().__init__(pair, np.empty((1, len(pair.beliefs.axes))))

    def at(self, place: int) -> tuple[Scenario, Scenario]:
        """Both as configured."""
        return self.pair.baseline, self.pair.scenario


def pair_of(request: Request, replications: int | None = None) -> Pair:
    """The pair that is asked for; `ScenarioError` with every fault. Numbers in files of the user's own are not drawn.

    `replications`: instead of `run.replications`.
    """
    scenario, faults = compose(request.scenario, request.overrides, request.config_dirs), []
    if replications is not None:
        config = scenario.config | {"run": (scenario.config.get("run") or {}) | {"replications": replications}}
        scenario = replace(scenario, run=replace(scenario.run, replications=replications), config=config)
    read_report(scenario.config, faults)
    if scenario.compare_with is None:
        raise ScenarioError(
            [
                *faults,
                Fault(
                    "compare_with",
                    "there is nothing to compare with",
                    "compare_with=NAME: what we believe is said of a difference",
                ),
            ]
        )
    baseline = Composer(scenario, request, faults).comparator()
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return pair_from(baseline, scenario, own_files(request, scenario.config.get(MECHANISMS) or ()))


def pair_from(baseline: Scenario, scenario: Scenario, own=()) -> Pair:
    """The pair of two scenarios that were built from configurations.
    `own`: the user's files, whose numbers are not drawn."""
    configs = tuple(_decided(one) for one in (baseline, scenario))
    return Pair(
        baseline,
        scenario,
        configs,
        believed([assumptions(one.config, own=own) for one in (baseline, scenario)], list(configs)),
    )


def _decided(scenario: Scenario) -> dict:
    """The configuration with the WTE that pay for others settled at the prices in use:
    who is in post is no matter of belief."""
    config = scenario.config
    if not any((group or {}).get("paid_by") for group in (config.get("workforce") or {}).values()):
        return config
    staff = {}
    for name, group in config["workforce"].items():
        kept = {key: value for key, value in group.items() if key != "paid_by"}
        settled = scenario.workforce[name]
        staff[name] = (
            kept | {"wte": settled.wte} | ({"moved_from": dict(settled.moved_from)} if settled.moved_from else {})
        )
    return config | {"workforce": staff}
