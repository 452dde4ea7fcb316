"""Reading a Study: levels with their intervals over replications, differences, names of places."""

import math
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import pandas as pd

from sim.analysis.reading.tables import Study
from sim.analysis.statistics.long_waits import AT_LEAST
from sim.analysis.statistics.paired import Level, level_at
from sim.analysis.words.amounts import clear_side, one_sided, subtracted, verdict
from sim.analysis.words.groups import group_of
from sim.analysis.words.indicator import SETTLED
from sim.analysis.words.plain import plain, tidy
from sim.analysis.words.side import FEW


@dataclass(frozen=True)
class Difference:
    """One row of `differences`. `replications`: that it stands on."""

    kpi: str
    group: str
    baseline: float
    scenario: float
    difference: float
    low: float
    high: float
    replications: int = FEW

    @property
    def known(self) -> bool:
        return all(map(math.isfinite, (self.difference, self.low, self.high)))

    @property
    def stated(self) -> float:
        """The difference as it is told beside both numbers (`subtracted`)."""
        return subtracted(self.kpi, self.baseline, self.scenario, self.difference, self.low, self.high)

    @property
    def told(self) -> bool:
        """Whether it can be judged: known, or with the one end that a time leaves which too few come to."""
        return self.known or one_sided(self.difference, self.low, self.high)

    @property
    def side(self) -> int:
        """-1 or 1 where it is clear of 0, else 0 (`clear_side`)."""
        return clear_side(self.kpi, self.difference, self.low, self.high, self.replications)

    def verdict(self, like: str = "") -> str:
        """`better`, `worse`, ...: see `amounts.verdict`; `like`: the indicator as which it is written."""
        return verdict(like or self.kpi, self.difference, self.low, self.high, self.replications)


def pathways(study: Study) -> tuple[str, ...]:
    """The scenarios to show: baseline first, or the one that ran alone."""
    return (study.baseline, study.name) if study.baseline else (study.name,)


def title(study: Study, scenario: str, width: int = 60) -> str:
    """The scenario in a few words."""
    return tidy(study.titles.get(scenario) or plain(scenario), width)


def labels(study: Study, width: int = 60) -> dict[str, str]:
    """service -> label, of both pathways; the scenario's own label wins."""
    frame = study.services
    order = [s for s in pathways(study) if s]
    found = {}
    for scenario in order:
        rows = frame[frame["scenario"] == scenario]
        for service, label in zip(rows["service"], rows["label"]):
            found[service] = tidy(label, width) if isinstance(label, str) and label.strip() else plain(service)
    return found


def levels(study: Study, kpis=None) -> dict[tuple[str, str, str], Level]:
    """(scenario, kpi, group) -> its level, of the indicators named (or of all) that are known.

    A time that too few reached in some replication is not known, nor how unequal it is: see `longer_than`.
    """
    every = study.remember("levels", _levels)
    wanted = None if kpis is None else set(kpis)
    return {key: one for key, one in every.items() if wanted is None or key[1] in wanted}


def _levels(study: Study) -> dict[tuple[str, str, str], Level]:
    return {key: one for key, one in study.remember("every_level", _every_level).items() if math.isfinite(one.mean)}


def longer_than(study: Study) -> dict[tuple[str, str, str], Level]:
    """(scenario, kpi, group) -> of a time that is not known what it is more than."""
    return {
        key: one for key, one in study.remember("every_level", _every_level).items() if math.isfinite(one.more_than)
    }


def _every_level(study: Study) -> dict[tuple[str, str, str], Level]:
    frame, parts = study.kpis, {}
    values = frame["value"].astype(float).tolist()
    for key, value in zip(zip(frame["scenario"], frame["kpi"], frame["group"]), values, strict=True):
        parts.setdefault(key, []).append(value)
    return {
        (name, kpi, group): level_at(kpi, group, values, parts.get((name, kpi + AT_LEAST, group)))
        for (name, kpi, group), values in parts.items()
    }


def differences(study: Study, kpis=None) -> dict[tuple[str, str], Difference]:
    """(kpi, group) -> difference, of the indicators named (or of all)."""
    every = study.remember("differences", _differences)
    wanted = None if kpis is None else set(kpis)
    return {key: one for key, one in every.items() if wanted is None or key[0] in wanted}


def _differences(study: Study) -> dict[tuple[str, str], Difference]:
    frame = study.differences
    rows = zip(*(frame[c] for c in ("kpi", "group", "baseline", "scenario", "difference", "ci_low", "ci_high")))
    counts = (int(n) if n == n else 0 for n in frame["replications"]) if "replications" in frame else repeat(FEW)
    return {
        (kpi, group): Difference(kpi, group, *map(float, numbers), count)
        for (kpi, group, *numbers), count in zip(rows, counts)
    }


def shown_group(study: Study, kpi: str) -> str:
    """Whom an indicator is shown of first."""
    if kpi != SETTLED:
        return "all"
    groups = set(study.kpis.loc[study.kpis["kpi"] == kpi, "group"])
    return group_of(kpi, groups | set(study.differences.loc[study.differences["kpi"] == kpi, "group"]))


def number_rows(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows whose `column` is a finite number."""
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(float)
    known = np.isfinite(values)
    return frame[known].assign(**{column: values[known]})
