"""Runs the points of what is believed, and reads what came of them: nothing that the store holds is run again."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from sim.analysis.statistics.long_waits import AT_LEAST, TIMES
from sim.analysis.words.groups import group_of
from sim.analysis.words.indicator import SETTLED, TABLE
from sim.app.running.batch import Incomplete, Terms, complete, keyed, told_of
from sim.app.running.progress import Progress
from sim.app.store import Store
from sim.app.studies.uncertainty.pair import BelievedPoints
from sim.domain.faults import ScenarioError
from sim.domain.scenario import Scenario

OUTCOMES = ("draw", "replication", "kpi", "group", "unit", "baseline", "scenario", "difference")
APART = 100_000
"""Numbers of replications from one draw's to the next inner one: no two draws share their luck."""


def own_luck(draw: int, inner: int) -> int:
    """The replication that is number `inner` within a draw: another one for every draw,
    however many of either there are."""
    return inner * APART + draw


def same_luck(point: int, inner: int) -> int:
    """The same replications at every point, so that points differ by what was moved."""
    return inner


class PointOutcomes:
    """What came of points. `table`: columns `OUTCOMES`; `impossible`: point -> why its numbers do not go together;
    `group`: whom days until people settle are told of first."""

    def __init__(self, table: pd.DataFrame, impossible: dict[int, str], group: str, runs: int):
        self.table, self.impossible, self.group, self.runs = table, impossible, group, runs

    def group_of(self, kpi: str) -> str:
        """Whom an indicator is told of first."""
        return self.group if kpi == SETTLED else "all"


def outcomes_of(
    points: BelievedPoints,
    luck: Callable[[int, int], int],
    store: Store,
    title: str,
    command: str,
    count: int | None = None,
) -> PointOutcomes:
    """Runs `count` replications (`run.replications`) of both scenarios at every point, or reads them.

    Raises `Incomplete` when replications failed, `CannotWrite`; a point that cannot be built is left out, and told.
    """
    scenario = points.pair.scenario
    count, keys, impossible = count or scenario.run.replications, {}, {}
    with Progress(scenario.run.progress, 2 * count * len(points), title) as bar:
        failed = complete(
            _tasks(points, luck, count, keys, impossible, store, bar),
            store,
            bar,
            Terms.of(scenario, 2 * count * len(points)),
        )
    if failed:
        raise Incomplete(told_of(failed, command))
    return _read(luck, count, store, keys, impossible, bar.finished)


def _tasks(
    points: BelievedPoints, luck, count: int, keys: dict, impossible: dict, store: Store, bar: Progress
) -> Iterator:
    for place in range(len(points)):
        try:
            both = points.at(place)
        except ScenarioError as error:
            impossible[place] = str(error.faults[0])
            bar.expect(bar.total - 2 * count)
            continue
        for one in (tasks := keyed(both, [luck(place, inner) for inner in range(count)])):
            bar.already += sum(store.has(key, one.task.replication) for key in one.keys)
        keys[place] = tasks[0].keys
        yield from tasks


def _read(luck, count: int, store: Store, keys: dict, impossible: dict, runs: int) -> PointOutcomes:
    rows, group = [], "all"
    for place, both in sorted(keys.items()):
        for inner in range(count):
            number = luck(place, inner)
            known = [
                {(kpi, which): (value, unit) for kpi, which, value, unit in store.read(key, number).kpis}
                for key in both
            ]
            if not rows:
                group = group_of(SETTLED, {which for kpi, which in known[1] if kpi == SETTLED})
            for name, (value, unit) in known[1].items():
                if name in known[0] and _is_kept(*name, group):
                    before = known[0][name][0]
                    rows.append((place, inner, *name, unit, before, value, value - before))
    return PointOutcomes(pd.DataFrame(rows, columns=list(OUTCOMES)), impossible, group, runs)


def _is_kept(kpi: str, group: str, settled: str) -> bool:
    """The indicators of the table; of times their bounds too."""
    return kpi.removesuffix(AT_LEAST) in TABLE and (group == "all" or (group == settled and kpi.startswith(TIMES)))


def matrix(outcomes: PointOutcomes, kpi: str, group: str, points: int, column: str = "difference") -> np.ndarray:
    """(points, replications) of an indicator; NaN where it is not known or the point could not be."""
    table = outcomes.table
    own = table[(table["kpi"] == kpi) & (table["group"] == group)]
    width = int(table["replication"].max()) + 1 if len(table) else 0
    found = np.full((points, width), np.nan)
    found[own["draw"], own["replication"]] = own[column]
    return found


def in_words(points: int, scenario: Scenario) -> str:
    """How many runs these points are."""
    return (
        f"{points:,} points, {scenario.run.replications} replications of two scenarios each: "
        f"{2 * points * scenario.run.replications:,} runs"
    )
