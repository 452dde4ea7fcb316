"""Simulating plans: each in the same replications, on all cores, no further than its fate is open, and never twice."""

import math
from collections import deque
from contextlib import closing, contextmanager
from dataclasses import dataclass
from statistics import fmean, stdev

from sim.analysis.words.side import FEW
from sim.app.running.batch import Incomplete
from sim.app.running.supervisor import supervise
from sim.app.store.shelf import Shelf
from sim.app.studies.plan.bounds import Bound, bounded
from sim.app.studies.plan.levers import buildable
from sim.app.studies.plan.plan_work import Certain, PlanTask
from sim.app.studies.plan.problem import Problem, Spending, needed
from sim.domain.scenario import Scenario

WORK = "sim.app.studies.plan.plan_work:replicate"
SEARCH, WHOLE, FRESH, CERTAIN = "search", "whole", "fresh", "certain"
SURE = 3.0
"""Standard errors by which a plan must do worse to be given up before its replications are over."""


@dataclass(frozen=True)
class Tried:
    """A plan and how it fared in `count` replications, of which its targets must all hold in `needed`.

    `shorts`: how far its worst target misses, by replication in order; `values`: of the targets, empty where a bound
    ruled the plan out. Fewer than `count` of both where the plan could not reach `needed` any more and was stopped.
    """

    point: tuple[int, ...]
    cost: float
    count: int
    needed: int
    shorts: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]

    @property
    def held(self) -> int:
        """Replications in which all targets hold."""
        return sum(short <= 0 for short in self.shorts)

    @property
    def share(self) -> float:
        """Share of replications in which all targets hold; of a plan that was stopped, of those it had."""
        return self.held / len(self.shorts)

    @property
    def meets(self) -> bool:
        return self.held >= self.needed

    @property
    def whole(self) -> bool:
        return len(self.shorts) == self.count

    @property
    def ruled_out(self) -> bool:
        """Whether bounds alone show that it cannot meet its targets."""
        return sum(not values for values in self.values) > self.count - self.needed

    @property
    def mean_short(self) -> float:
        """Mean over its replications of how far it falls short."""
        return fmean(self.shorts)

    @property
    def miss(self) -> float:
        """How far the replication on which it turns misses, as a part of the target:
        0 or less where the plan meets them all.

        Of a plan that was stopped, the least that this can be.
        """
        if self.whole:
            return sorted(self.shorts)[self.needed - 1]
        return min(short for short in self.shorts if short > 0)


class _Feed:
    """Tasks for the workers: an iterator that may have more later."""

    def __init__(self):
        self.tasks = deque()

    def __iter__(self):
        return self

    def __next__(self):
        if not self.tasks:
            raise StopIteration
        return self.tasks.popleft()


class Trials:
    """Runs plans of a problem. `told`: called with the scenario's name and the replication,
    once a result is on the shelf."""

    def __init__(self, problem: Problem | Spending, scenario: Scenario, shelf: Shelf, workers: int, told):
        self.problem, self.scenario = problem, scenario
        self._shelf, self._workers, self._told = shelf, max(workers, 1), told
        self._feed, self._pool = _Feed(), None
        targets = problem.targets if isinstance(problem, Problem) else ()  # what has a level can be ruled out by it
        self._places = tuple(bounded(scenario, targets, problem.levers))
        self._bounds: dict[int, tuple[Bound, ...]] = {}
        self._last: tuple = (None, None)
        self.runs = 0

    @contextmanager
    def at_work(self):
        """Inside, workers are there; they end with it."""
        with closing(supervise(WORK, self._feed, self._workers)) as self._pool:
            yield self

    @property
    def bounded(self) -> list[str]:
        """Names of the targets that the bounds can say something of."""
        return [self.problem.targets[place].name for place in self._places]

    def scenario_at(self, point) -> Scenario | None:
        """The scenario at a point, or None where its values do not go together."""
        if self._last[0] != point:
            self._last = (point, buildable(self.scenario.config, self.problem.levers, point))
        return self._last[1]

    def race(self, point) -> Tried:
        """The plan in the replications of the search, in order, until it cannot reach the probability any more."""
        scenario, targets = self.scenario_at(point), self.problem.targets
        numbers, enough = range(self.problem.terms.replications), self.problem.needed
        return self._race(point, SEARCH, numbers, enough, lambda r: PlanTask(scenario, r, targets, self._bounds_of(r)))

    def compete(self, point, best: Tried | None) -> Tried:
        """The plan in the replications of the search, in order, until it is clearly worse than `best`."""
        count, scenario, done = self.problem.terms.replications, self.scenario_at(point), []
        while len(done) < count and not _beaten(done, best):
            wave = range(len(done), min(len(done) + self._workers, count))
            done += self._run({(SEARCH, *point, r): PlanTask(scenario, r, self.problem.targets) for r in wave})
        # What other workers ran beyond the end makes no difference.
        end = next((n for n in range(1, len(done)) if _beaten(done[:n], best)), len(done))
        return self._tried(point, done[:end], count, count)

    def confirm(self, point) -> Tried:
        """The same in replications that the search has not seen."""
        scenario, terms = self.scenario_at(point), self.problem.terms
        return self._race(
            point,
            FRESH,
            self._fresh,
            needed(terms.probability, terms.confirm),
            lambda r: PlanTask(scenario, r, self.problem.targets),
        )

    def _race(self, point, what: str, numbers: range, enough: int, task_of) -> Tried:
        done, spare = [], len(numbers) - enough
        while len(done) < len(numbers) and _failed(done) <= spare:
            wave = numbers[len(done) : len(done) + self._workers]
            done += self._run({(what, *point, r): task_of(r) for r in wave})
        while _failed(done[:-1]) > spare:  # what other workers ran beyond the end makes no difference
            done.pop()
        return self._tried(point, done, len(numbers), enough)

    def whole(self, point) -> Tried:
        """The plan in all replications of the search, with the values of its targets in each."""
        count, scenario = self.problem.terms.replications, self.scenario_at(point)
        known = {r: result for r in range(count) if (result := self._known((SEARCH, *point, r))) and result["values"]}
        tasks = {
            (WHOLE, *point, r): PlanTask(scenario, r, self.problem.targets) for r in range(count) if r not in known
        }
        left = iter(self._run(tasks))
        return self._tried(
            point, [known[r] if r in known else next(left) for r in range(count)], count, self.problem.needed
        )

    def fresh(self, point, scenario: Scenario | None = None, what: str = FRESH) -> Tried:
        """The plan (or another scenario in its place, under the name `what`)
        in every replication that the search has not seen."""
        terms, scenario = self.problem.terms, scenario or self.scenario_at(point)
        done = self._run({(what, *point, r): PlanTask(scenario, r, self.problem.targets) for r in self._fresh})
        return self._tried(point, done, terms.confirm, needed(terms.probability, terms.confirm))

    @property
    def _fresh(self) -> range:
        """Numbers of replications beyond those of the search."""
        return range(self.problem.terms.replications, self.problem.terms.replications + self.problem.terms.confirm)

    def _tried(self, point, done: list[dict], count: int, enough: int) -> Tried:
        values = tuple(tuple(result["values"]) for result in done)
        return Tried(point, self.problem.cost(point), count, enough, tuple(result["short"] for result in done), values)

    def _bounds_of(self, replication: int) -> tuple[Bound, ...]:
        if self._places and replication not in self._bounds:
            targets = self.problem.targets
            numbers = range(replication, min(replication + self._workers, self.problem.terms.replications))
            tasks = {(CERTAIN, r): Certain(self.scenario, r, targets, self._places) for r in numbers}
            for r, result in zip(numbers, self._run(tasks), strict=True):
                self._bounds[r] = tuple(
                    Bound(place, targets[place], count)
                    for place, count in zip(self._places, result["certain"], strict=True)
                )
        return self._bounds.get(replication, ())

    def _known(self, key) -> dict | None:
        return self._shelf.get(key) if self._shelf.has(key) else None

    def _run(self, tasks: dict) -> list[dict]:
        """The results in the order of `tasks`; what is on the shelf is not run again.
        Raises `Incomplete` if one fails."""
        found = {key: result for key in tasks if (result := self._known(key)) is not None}
        left = {key: task for key, task in tasks.items() if key not in found}
        self._feed.tasks.extend(left.items())
        failed = []
        for _ in left:
            one = next(self._pool)
            if one.error is not None:
                failed.append(f"{self.scenario.name}, replication {left[one.key].replication}: {one.error}")
                continue
            self._shelf.put(one.key, one.result)
            found[one.key] = one.result
            self.runs += one.key[0] != CERTAIN
            self._told(self.scenario.name, left[one.key].replication)
        if failed:
            raise Incomplete("\n".join([f"{len(failed)} replications failed; the others are stored", *failed[:20]]))
        return [found[key] for key in tasks]


def _beaten(done: list[dict], best: Tried | None) -> bool:
    """Whether a plan does worse than the best by more than chance explains, in the same replications."""
    if best is None or len(done) < FEW:
        return False
    gaps = [one["short"] - other for one, other in zip(done, best.shorts, strict=False)]
    middle = fmean(gaps)
    return middle > SURE * stdev(gaps, middle) / math.sqrt(len(gaps))


def _failed(results: list[dict]) -> int:
    return sum(result["short"] > 0 for result in results)
