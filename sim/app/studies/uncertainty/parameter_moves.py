"""Which parameters move which indicator: the design, and its indices as a table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from sim.analysis.statistics.long_waits import is_time
from sim.analysis.statistics.morris import Screened, morris_points, screened
from sim.analysis.statistics.sensitivity import SensitivityProblem
from sim.analysis.statistics.sobol import Apportioned, apportioned, sobol_points
from sim.analysis.words.indicator import MAIN
from sim.app.studies.uncertainty.beliefs import DrawnNumbers
from sim.app.studies.uncertainty.believed_runs import PointOutcomes, matrix
from sim.app.studies.uncertainty.pair import BelievedPoints
from sim.app.studies.uncertainty.results import NET

WITHIN = 0.025, 0.975
"""Morris moves a parameter over the middle 95% of what is believed of it:
at the very ends hardly anybody believes it to be."""
ABOUT = ("kpi", "group", "unit", "rank", "parameter", "kind", "source", "path", "low", "value", "high", "factor")
MORRIS = (
    "mu_star",
    "mu_star_low",
    "mu_star_high",
    "mu",
    "sigma",
    "plain_mu_star",
    "plain_sigma",
    "noise_sd",
    "p",
    "trajectories",
)
SOBOL = (
    "first",
    "first_low",
    "first_high",
    "total",
    "total_low",
    "total_high",
    "plain_first",
    "plain_total",
    "p",
    "base",
)


@dataclass(frozen=True)
class Movers:
    """`table`: columns `ABOUT` and those of the method; `morris`: which it is; `kpi`, `group`: the first of the main
    indicators that is known, "" if none is; `whole`, `of`: trajectories or base points in which it is known throughout,
    and how many there are; `long`: (kpi, group, points) of times that are long in some, and so not in the table."""

    table: pd.DataFrame
    morris: bool
    kpi: str
    group: str
    whole: int
    of: int
    long: tuple[tuple[str, str, int], ...] = ()


def problem_of(beliefs: DrawnNumbers, by_kind: bool, morris: bool) -> SensitivityProblem:
    """The axes of the beliefs, each in its parameter or in the parameter's kind."""
    owner = [one.kind if by_kind else one.name for one in beliefs.parameters for _ in one.axes]
    return SensitivityProblem(beliefs.axes, tuple(owner), *(WITHIN if morris else (0.0, 1.0)))


def moved(problem: SensitivityProblem, morris: bool, count: int, seed: int) -> np.ndarray:
    """(points, axes): `count` trajectories, or base points."""
    return (morris_points if morris else sobol_points)(problem, count, seed)


def moves_of(problem: SensitivityProblem, points: BelievedPoints, outcomes: PointOutcomes, morris: bool) -> Movers:
    """The indices of the main indicators and of net benefit, from differences between the
    scenario and its comparator."""
    size = len(problem.parameters) + (1 if morris else 2)
    rows, long, told = [], [], ("", "", 0, len(points) // size)
    for kpi in (*MAIN, NET):
        group = outcomes.group_of(kpi)
        y = matrix(outcomes, kpi, group, len(points))
        if count := long_points(outcomes, kpi, group):
            long.append((kpi, group, count))  # the others are the short ones: what moves those says nothing of it
            continue
        whole = (
            np.isfinite(y).all(axis=1).reshape(-1, size).all(axis=1)
        )  # one point that is not known breaks its trajectory
        if whole.sum() < 2:
            continue
        if not rows:
            told = kpi, group, int(whole.sum()), len(whole)
        kept = np.repeat(whole, size)
        unit = outcomes.table.loc[outcomes.table["kpi"] == kpi, "unit"].iloc[0]
        rows += _rows(problem, points, (kpi, group, unit), kept, y[kept], morris)
    columns = (*ABOUT, *(MORRIS if morris else SOBOL))
    return Movers(pd.DataFrame(rows, columns=list(columns)), morris, *told, tuple(long))


def long_points(outcomes: PointOutcomes, kpi: str, group: str) -> int:
    """Points at which a time is long in some replication; 0 of what is no time."""
    own = outcomes.table[(outcomes.table["kpi"] == kpi) & (outcomes.table["group"] == group)]
    return int(own.loc[own["difference"].isna(), "draw"].nunique()) if is_time(kpi, group) else 0


def _rows(
    problem: SensitivityProblem, points: BelievedPoints, which: tuple, kept: np.ndarray, y: np.ndarray, morris: bool
) -> list[tuple]:
    seed, count = points.pair.scenario.run.seed, len(y) // (len(problem.parameters) + (1 if morris else 2))
    found: Sequence[Screened | Apportioned] = (
        screened(problem, points.points[kept], y) if morris else apportioned(problem, y, seed)
    )
    by = "mu_star" if morris else "total"
    ranked = sorted(found, key=lambda one: (-np.nan_to_num(getattr(one, by), nan=-np.inf), one.name))
    about = {one.name: one for one in points.pair.beliefs.parameters}
    rows = []
    for rank, one in enumerate(ranked, 1):
        values = [value for name, value in asdict(one).items() if name != "name"]
        rows.append((*which, rank, one.name, *_about(about.get(one.name), one.name, points), *values, count))
    return rows


def _about(parameter, name: str, points: BelievedPoints) -> tuple:
    if parameter is None:
        own = [one for one in points.pair.beliefs.parameters if one.kind == name]
        return name, "", f"{len(own)} parameter{'s' * (len(own) != 1)}", *(np.nan,) * 3, False
    return (
        parameter.kind,
        parameter.source,
        parameter.path,
        parameter.low,
        parameter.value,
        parameter.high,
        parameter.factor,
    )
