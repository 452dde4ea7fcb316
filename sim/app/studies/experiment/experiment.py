"""`sim.experiment`: a scenario at every combination of some settings, from Python;
the same points, replications and store as `mskflow run -m`."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.statistics.paired import differences
from sim.analysis.statistics.swept import Factor, Series, Swept
from sim.app.studies.gather.results_folder import COMPARATOR, SCENARIO
from sim.app.studies.gather.series import Taken
from sim.app.studies.gather.tidy_table import PointIndicator, points_table, swept_of, tidy
from sim.domain.faults import ScenarioError

if TYPE_CHECKING:
    from sim.app.studies.sweep.checked import Checker
    from sim.app.studies.sweep.point import SweepPoint


@dataclass(frozen=True)
class Experiment:
    """Points with their replications. `kpis`: the tidy table, columns point, scenario, role, replication, kpi, group,
    value, unit and one for each factor (text as categories); `factors`: what was varied, a value a point; `labels`:
    service -> its label."""

    kpis: pd.DataFrame
    factors: tuple[Factor, ...]
    labels: dict[str, str]
    names: tuple[tuple[str, str, str], ...]
    """Of each point its scenario, its comparator ("": none) and the comparator's key."""

    @cached_property
    def points(self) -> pd.DataFrame:
        """A row a point, as in points.csv: the headline indicator and how it differs from the comparator."""
        return self.at()

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Every indicator, each point less its comparator, as in comparison.csv,
        with the point and its factors in front."""
        frames = []
        for place, (name, baseline, _) in enumerate(self.names):
            if not baseline:
                continue
            rows = self.kpis[self.kpis["point"] == place + 1].astype(
                {"scenario": str, "kpi": str, "group": str, "unit": str}
            )
            table = differences(rows, name, baseline)
            table.insert(0, "point", place + 1)
            for at, factor in enumerate(self.factors):
                table.insert(at + 1, factor.path, factor.values[place])
            frames.append(table)
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    def at(self, kpi: str = "", group: str = "", target: float | None = None, baseline: str = "") -> pd.DataFrame:
        """A row a point, of any indicator (columns of points.csv without the folder). `baseline`: another
        than each point's own comparator, by the point's number. Raises `ScenarioError` for an indicator or a
        group that there is not."""
        told, series = self._series(PointIndicator(kpi, group, "", target), baseline)
        return points_table([name for name, _, _ in self.names], None, self.factors, told, series)

    def heat_map(self, kpi: str = "", group: str = "", target: float | None = None) -> str:
        """The indicator over two numeric settings as SVG, with the contour of the target.
        ValueError where that is no grid."""
        from sim.analysis.figures.heat_map import heat_map

        drawn = heat_map(self._swept(kpi, group, target))
        if drawn is None:
            raise ValueError(
                "a heat map needs two settings with numbers and a point in each cell; pictures() draws what fits"
            )
        return drawn.svg

    def pictures(self, kpi: str = "", group: str = "", target: float | None = None) -> dict[str, str]:
        """Every picture that fits the points, by name, as SVG."""
        from sim.analysis.figures.swept_pictures import swept_pictures

        return {one.name: one.svg for one in swept_pictures(self._swept(kpi, group, target))}

    def _swept(self, kpi: str, group: str, target: float | None) -> Swept:
        told, series = self._series(PointIndicator(kpi, group, "", target), "")
        varied = tuple(factor for factor in self.factors if len(set(factor.values)) > 1)
        return swept_of(varied, told, series, self.labels)

    def _series(self, asked: PointIndicator, baseline: str) -> tuple[PointIndicator, list[Series]]:
        """What was asked for, with what stands for words that were left out, at each point."""
        taken = Taken(asked.kpi, asked.group)
        for _, rows in self.kpis.groupby("point", sort=True):
            taken.take(rows.astype({"role": str, "kpi": str, "group": str, "unit": str}))
        told = replace(asked, kpi=taken.kpi, group=taken.group(), unit=taken.unit)
        return told, taken.series(told.group, self.names, str(baseline))


def experiment(
    name: str,
    factors: Mapping[str, Iterable] | pd.DataFrame,
    *overrides: str,
    replications: int | None = None,
    workers: int = 1,
    out: str | Path = "results",
    config_dirs: Sequence[str] = (),
) -> Experiment:
    """Runs a scenario and its comparator at every combination of `factors` (dotted path or group -> its values).

    A table instead has a row a point and a column a factor, as `sim.design` gives it. `overrides` hold for every point,
    in Hydra's grammar; `replications`: as the scenario says if absent; `workers`: processes, 0 = all cores. What
    `out`/.store/ has already is not run again. Raises `ScenarioError` with every fault of every point before anything
    runs, `Incomplete` if replications failed (the others are stored), `CannotWrite`, `ValueError` where nothing varies.
    """
    from sim.app.running.batch import Incomplete, Terms, complete, told_of
    from sim.app.running.feed import Feed
    from sim.app.running.progress import Progress
    from sim.app.store import Store
    from sim.app.studies.sweep.point import SweepPoint

    paths, chosen = _points(factors)
    fixed = [*overrides, *([] if replications is None else [f"run.replications={replications}"])]
    fixed.append(f"run.workers={workers}")
    checker = _checked(name, config_dirs, [[*fixed, *_overrides(paths, values)] for values in chosen])
    store, made = Store(Path(out)), [SweepPoint.unpacked(data) for data in checker.packed]
    runs = [brief.runs(point.scenarios) for brief, point in zip(checker.briefs, made, strict=True)]
    feed = Feed(runs, store)
    with Progress("none", sum(len(one.keys) * one.wanted for one in runs)) as bar:
        failed = complete(feed, store, bar, Terms(workers, checker.scenario.run.limit_minutes), feed.took)
    if failed:
        raise Incomplete(told_of(failed, "the same call"))
    varied = tuple(
        Factor(path.lstrip("+").replace("/", "."), values)
        for path, values in zip(paths, zip(*chosen, strict=True), strict=True)
    )
    frames = [
        tidy(_kpis(store, point, one.final), number, varied)
        for number, (point, one) in enumerate(zip(made, runs, strict=True), 1)
    ]
    table = pd.concat(frames, ignore_index=True)
    texts = dict.fromkeys(("scenario", "role", "kpi", "group", "unit"), "category")
    return Experiment(table.astype(texts), varied, _labels(made[0]), tuple(_named(point) for point in made))


def _overrides(paths: list[str], values: tuple) -> list[str]:
    return [f"{path}={_written(value)}" for path, value in zip(paths, values, strict=True)]


def _checked(name: str, config_dirs: Sequence[str], points: list[list[str]]) -> "Checker":
    """Every point, composed; `ScenarioError` with every fault of every point."""
    from sim.app.configuration.arrange import absolute, is_path
    from sim.app.configuration.files import shipped
    from sim.app.studies.sweep.checked import Checker

    path = str(absolute(name)) if is_path(name) else None
    of = [] if path else [f"{shipped.SCENARIOS}={name}"]
    folders, root = tuple(str(absolute(one)) for one in config_dirs), Path(shipped.root()).resolve()
    checker = Checker(path, folders, root, [[*of, *point] for point in points], (), name)
    faults = checker.check()
    if faults:
        raise ScenarioError(faults)
    return checker


def _named(point: "SweepPoint") -> tuple[str, str, str]:
    """The point's scenario, its comparator and the comparator's key; "" where there is none."""
    return point.names[-1], *((point.names[0], point.keys[0]) if len(point.keys) > 1 else ("", ""))


def _labels(point: "SweepPoint") -> dict[str, str]:
    """service -> its label."""
    services = point.config.get("pathway", {}).get("services", {})
    return {key: one["label"] for key, one in services.items() if one.get("label")}


def _points(factors) -> tuple[list[str], list[tuple]]:
    """Paths, and of each point their values."""
    if isinstance(factors, pd.DataFrame):
        paths, points = (
            [str(name) for name in factors.columns],
            [tuple(map(_plain, row)) for row in factors.itertuples(index=False)],
        )
    else:
        paths, points = (
            list(factors),
            list(product(*([_plain(value) for value in values] for values in factors.values()))),
        )
    if not paths or not points:
        raise ValueError("an experiment varies at least one setting, each over at least one value")
    return paths, points


def _plain(value):
    """A number of numpy's as Python's."""
    return value.item() if isinstance(value, np.generic) else value


def _kpis(store, point, count: int) -> pd.DataFrame:
    """A point's indicators, those of its comparator first, as in kpis.csv."""
    roles = (COMPARATOR, SCENARIO)[-len(point.keys) :]
    rows = [
        (name, role, r, *row)
        for name, key, role in zip(point.names, point.keys, roles, strict=True)
        for r in range(count)
        for row in store.read(key, r).kpis
    ]
    return pd.DataFrame(rows, columns=["scenario", "role", "replication", "kpi", "group", "value", "unit"])


def _written(value) -> str:
    """A value in Hydra's grammar."""
    from sim.app.configuration.overrides import quoted

    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a setting is a finite number")
    if isinstance(value, (int, float)):
        return repr(value)
    text = str(value)
    return text if re.fullmatch(r"\w+", text) else quoted(text)
