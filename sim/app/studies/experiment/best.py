"""Which of several scenarios is best on one indicator, with as few replications as that takes: `sim.best`."""

import math
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict, Unpack

import pandas as pd

from sim.analysis.selection import KimNelson, Ocba
from sim.analysis.statistics.paired import level_of
from sim.analysis.words.indicator import HIGHER, LOWER, about
from sim.app.running.batch import Terms, complete
from sim.app.running.supervisor import cores
from sim.app.running.work import Keyed, Task
from sim.app.store import Store, key_of
from sim.app.store.rows import measures_in
from sim.domain.scenario import Scenario, people_of

COLUMNS = ("scenario", "mean", "ci_low", "ci_high", "replications", "dropped_after", "behind")


@dataclass(frozen=True)
class Choice:
    """`best`: the name of the scenario that was chosen; `sure`: of `delta`, the probability at least that it is the
    best one if the best leads by `delta` or more; of `budget`, an estimate of the probability (`Ocba.sure`).

    `table`: a row a scenario, in the order given: `mean` of the indicator over its `replications` with the 95%
    interval of each alone, and, where a scenario was out early, after how many replications (`dropped_after`) and who
    was ahead of it (`behind`).
    """

    best: str
    sure: float
    table: pd.DataFrame


class BestTerms(TypedDict, total=False):
    """How sure to be, or what to spend; what is left out is as `best` says."""

    delta: float | None
    budget: int | None
    alpha: float
    first: int
    step: int


def best(
    scenarios: Iterable[Scenario] | Mapping[str, Scenario],
    kpi: str,
    group: str = "all",
    *,
    better: str | None = None,
    workers: int = 1,
    out: str | Path | None = None,
    **terms: Unpack[BestTerms],
) -> Choice:
    """The best of `scenarios` (or name -> scenario, where their own names are not different) on one indicator.

    Give one of two terms. `delta`: a difference too small to matter, in the indicator's unit: replications go on until
    the best one is chosen with probability 1 - `alpha`, if it leads by `delta` or more (Kim and Nelson). `budget`:
    replications of all scenarios together, spent where they tell most, `step` at a time (OCBA). `first`: replications
    of each before that (10 each; `alpha` 0.05 where absent). `better`: "lower" or "higher", where the indicator does
    not say it. `out`: a results folder whose store has, and keeps, the replications.

    Neither `workers` (0 = all cores) nor what is stored already changes the answer. Raises ValueError for arguments
    that cannot be, or a value that is unknown and cannot be ranked; RuntimeError where a replication failed.
    """
    named = dict(scenarios) if isinstance(scenarios, Mapping) else _named(list(scenarios))
    largest = _largest(kpi, better)
    if not named or (terms.get("delta") is None) == (terms.get("budget") is None):
        raise ValueError("give scenarios, and either delta or budget")
    if workers < 0:
        raise ValueError("workers is 0 (all cores) or more")
    procedure = _procedure(len(named), largest, **terms)
    count = workers or cores()
    with ExitStack() as stack:
        folder = out if out is not None else stack.enter_context(tempfile.TemporaryDirectory(prefix="mskflow-"))
        asking = _Asking(procedure, named, kpi, group, Store(folder), count)
        failed = complete(asking, asking.store, asking, Terms(count), asking.took)
    if failed:
        raise RuntimeError("\n".join(map(str, failed)))
    names = list(named)
    return Choice(names[procedure.best], procedure.sure(), _table(procedure, names))


def _procedure(
    systems: int,
    largest: bool,
    delta: float | None = None,
    budget: int | None = None,
    alpha: float = 0.05,
    first: int = 10,
    step: int = 10,
) -> KimNelson | Ocba:
    if budget is None:
        return KimNelson(systems, delta, alpha, first, largest)
    return Ocba(systems, budget, first, step, largest)


def _named(scenarios: list[Scenario]) -> dict[str, Scenario]:
    named = {one.name: one for one in scenarios}
    if len(named) < len(scenarios):
        raise ValueError("scenarios share a name: give a dict of names of your own")
    return named


def _largest(kpi: str, better: str | None) -> bool:
    way = better or about(kpi).better
    if way not in (LOWER, HIGHER):
        raise ValueError(f'of {kpi} neither way is better: say better="{LOWER}" or better="{HIGHER}"')
    return way == HIGHER


class _Asking(Iterator):
    """Tasks as the procedure wants them, and its answers as they come.
    Scenarios that share their people are one task."""

    def __init__(self, procedure, named: dict[str, Scenario], kpi: str, group: str, store: Store, workers: int):
        self.store = store
        self._procedure, self._kpi, self._group, self._workers = procedure, kpi, group, workers
        # In one task each name is one scenario.
        self._scenarios = [replace(one, name=name) for name, one in named.items()]
        self._names, self._keys = list(named), [key_of(one) for one in self._scenarios]
        people = [people_of(one) for one in self._scenarios]
        self._crowd = [people.index(one) for one in people]
        self._given: set[tuple[int, int]] = set()

    def __next__(self) -> Keyed:
        while True:
            new = [pair for pair in self._wanted() if pair not in self._given]
            if self._read(new):
                continue
            if not new:
                raise StopIteration
            together = self._together(new)
            replication = new[0][1]
            self._given |= {(system, replication) for system in together}
            return Keyed(
                Task(tuple(self._scenarios[s] for s in together), replication), tuple(self._keys[s] for s in together)
            )

    def _read(self, new: list[tuple[int, int]]) -> bool:
        """Tells the procedure what the store has of it; whether it has any."""
        there = [(system, r) for system, r in new if self.store.whole(self._keys[system], r)]
        for system, replication in there:
            self._given.add((system, replication))
            self._tell(system, replication, self.store.data(self._keys[system], replication))
        return bool(there)

    def _together(self, new: list[tuple[int, int]]) -> list[int]:
        """Systems that are run with the first of what is wanted: those of its people,
        but it alone where there would be too few tasks to keep every core busy."""
        first, replication = new[0]
        if len({r for _, r in new}) * len(set(self._crowd)) < self._workers:
            return [first]
        return [system for system, r in new if r == replication and self._crowd[system] == self._crowd[first]]

    def took(self, key: str, replication: int, data: bytes) -> None:
        """A replication is stored; scenarios that differ in their labels alone share it."""
        for system, own in enumerate(self._keys):
            if own == key:
                self._given.add((system, replication))
                self._tell(system, replication, data)

    def done(self, scenario: str, replication: int) -> None:
        """Nothing is shown."""

    def failed(self, scenario: str, replication: int, why: str) -> None:
        """It is raised at the end."""

    def _wanted(self) -> list[tuple[int, int]]:
        if isinstance(self._procedure, Ocba):
            return self._procedure.wanted()
        return self._procedure.wanted(ahead=math.ceil(self._workers / len(self._procedure.left)) - 1)

    def _tell(self, system: int, replication: int, data: bytes) -> None:
        value = measures_in(data).values().get((self._kpi, self._group), math.nan)
        if not math.isfinite(value):
            raise ValueError(
                f"{self._kpi} ({self._group}) is unknown in replication {replication} of {self._names[system]}, "
                "so it cannot be ranked"
            )
        self._procedure.tell(system, replication, value)


def _table(procedure, names: list[str]) -> pd.DataFrame:
    dropped = {one.system: one for one in getattr(procedure, "dropped", ())}
    rows = []
    for system, (name, n) in enumerate(zip(names, procedure.counted, strict=True)):
        level, out = level_of(procedure.values(system)[:n]), dropped.get(system)
        rows.append(
            (
                name,
                level.mean,
                level.low,
                level.high,
                n,
                out.replications if out else pd.NA,
                names[out.behind] if out else "",
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"dropped_after": "Int64"})
