"""The results of a study, and a comparison whose runs are all there: what its tables,
report and folder are made from."""

from dataclasses import dataclass, field

import numpy as np

from sim.analysis.reading.measured import Measures
from sim.app.configuration.beside.comparator import Beside
from sim.app.configuration.request import Request
from sim.app.studies.comparison.kept import KeptMoves
from sim.domain.scenario import Scenario


@dataclass(frozen=True)
class Together:
    """Scenarios that were run on the same patients: `measures[name][r]` is replication r of the scenario `name`."""

    measures: dict[str, tuple[Measures, ...]]

    @property
    def count(self) -> int:
        """Replications."""
        return min(map(len, self.measures.values()))

    def series(self, scenario: str, kpi: str, group: str, count: int | None = None) -> tuple[np.ndarray, str]:
        """(count,) values of an indicator in the first `count` replications (all), NaN where it is not known;
        and its unit."""
        found = [
            next((one for one in measures.kpis if (one.kpi, one.group) == (kpi, group)), None)
            for measures in self.measures[scenario][:count]
        ]
        values = np.array([np.nan if one is None else one.value for one in found])
        return values, next((one.unit for one in found if one is not None), "")


@dataclass(frozen=True)
class Results:
    """All of a study: the two that are compared, and by the names in the report section what was run beside them.
    An assumption has one for each end of its range; an answer that is the scenario itself has none."""

    main: Together
    steps: dict[str, Together] = field(default_factory=dict)
    variants: dict[str, Together] = field(default_factory=dict)
    assumptions: dict[tuple[str, float], Together] = field(default_factory=dict)
    answers: dict[str, Together] = field(default_factory=dict)

    @property
    def few(self) -> int:
        """Replications of the scenarios beside the main ones; all, if there is none."""
        beside = (*self.steps.values(), *self.variants.values(), *self.answers.values(), *self.assumptions.values())
        return next((one.count for one in beside), self.main.count)


@dataclass(frozen=True)
class Ran:
    """`identity`: a hash of all that the numbers depend on; `began`: seconds since 1970; `said`: how
    many replications the precision has needed, as a sentence ("" if a number was given); `kept`: what is kept beside
    the scenario of assumptions moved to both ends, which then are not run."""

    scenario: Scenario
    others: Beside
    results: Results
    request: Request
    identity: str
    began: float
    said: str = ""
    kept: KeptMoves | None = None

    @property
    def both(self) -> list[Scenario]:
        """The comparator, if any, and the scenario."""
        return [one for one in (self.others.baseline, self.scenario) if one is not None]
