"""The search for the best use of a sum: which plans are tried, in which order, until the trials are spent.

A plan that costs more than the sum is brought down to it, and what is then left over is spent. Optuna proposes; every
second plan is one of the best so far with money moved from one lever to another, in large steps first. All plans meet
the same people with the same luck, and one that is clearly worse than the best is given up. Nothing here takes for
granted that more is better: plans that cost less than the sum are tried too.
"""

import itertools
from dataclasses import dataclass, field

import numpy as np

from sim.app.studies.plan.problem import Spending
from sim.app.studies.plan.search import PATIENCE, moved_by
from sim.app.studies.plan.suggestions import Suggestions
from sim.app.studies.plan.trials import Trials, Tried

FEW_ENOUGH = 100_000
"""Plans within the limits that are looked through for those that the sum pays for; of more than that there are too many
to try them all in any case."""
STRIDE = 4
"""Neighbours are first a quarter of a lever's width away, then half of that, down to a step."""


@dataclass
class Spent:
    """What the search has found: plans that were run, and those whose values do not go together."""

    tried: dict[tuple, Tried] = field(default_factory=dict)
    impossible: set[tuple] = field(default_factory=set)

    def ranked(self) -> list[Tried]:
        """Plans with all their replications, the best first; of equals the cheapest."""
        whole = [one for one in self.tried.values() if one.whole]
        return sorted(whole, key=lambda one: (one.mean_short, one.cost, one.point))

    def best(self) -> Tried | None:
        return next(iter(self.ranked()), None)

    def known(self, point) -> bool:
        return point in self.tried or point in self.impossible


class Spender:
    """Asks, runs and tells, one plan after the other."""

    def __init__(self, problem: Spending, trials: Trials, suggestions: Suggestions, seed: int):
        self.problem, self.trials, self.suggestions = problem, trials, suggestions
        self.found, self._seed, self._turn = Spent(), seed, False
        self._last = problem.high
        middle = tuple(place // 2 for place in problem.high)
        ends = (problem.today, problem.high, middle, problem.cheapest)
        # Today's plan as it is, where the sum pays for it; every plan that is tried is one that it pays for.
        as_is = {problem.today} if problem.affords(problem.today) else set()
        self._first = list(dict.fromkeys(point if point in as_is else self.within(point) for point in ends))
        self._all = self._afforded() if problem.points <= FEW_ENOUGH else None
        self._around: tuple[tuple, list[tuple]] | None = None
        self._stride = STRIDE

    def run(self) -> list[Tried]:
        """Goes on until the trials are spent or there is no plan left; those that were run, the best first."""
        found = self.found
        while len(found.tried) + len(found.impossible) < self.problem.terms.trials and self._step():
            pass
        return found.ranked()

    @property
    def every(self) -> bool:
        """Whether every plan that the sum pays for was run."""
        return self._all is not None and all(map(self.found.known, self._all))

    def _afforded(self) -> list[tuple] | None:
        """Every plan that the sum pays for, today's first and then the dearest, if they are no more than the trials."""
        problem = self.problem
        points = filter(problem.affords, itertools.product(*(range(last + 1) for last in problem.high)))
        found = sorted(points, key=lambda point: (point != problem.today, -problem.cost(point), point))
        return found if len(found) <= problem.terms.trials else None

    def within(self, point) -> tuple[int, ...]:
        """The plan brought down to the sum, lever after lever in an order that is the plan's own, and then filled up
        with what is left over."""
        problem = self.problem
        order = np.random.default_rng([self._seed, *point]).permutation(len(point)).tolist()
        places = list(point)
        while not problem.affords(tuple(places)):
            if not self._moved_one(places, order, saves=True):
                return problem.today if problem.affords(problem.today) else problem.cheapest
        while self._moved_one(places, order, saves=False):
            pass
        return tuple(places)

    def _moved_one(self, places: list[int], order: list[int], saves: bool) -> bool:
        """Moves each lever in turn by a step that saves money, or one that costs some and is afforded; whether any
        was."""
        any_moved = False
        for i in order:
            lever = self.problem.levers[i]
            for step in (-1, 1):
                place = places[i] + step
                if not 0 <= place <= self._last[i]:
                    continue
                more = lever.cost(place) - lever.cost(places[i])
                there = tuple([*places[:i], place, *places[i + 1 :]])
                if (more < 0) if saves else (more > 0 and self.problem.affords(there)):
                    places[i], any_moved = place, True
                    break
            if saves and any_moved and self.problem.affords(tuple(places)):
                break
        return any_moved

    def _step(self) -> bool:
        """One more plan is run; False where there is none left."""
        if self._all is not None:
            point = next((one for one in self._all if not self.found.known(one)), None)
            if point is not None:
                self._try(self.suggestions.ask(point))
            return point is not None
        for _ in range(PATIENCE):
            asked = self.suggestions.ask(self._own_idea())
            point = asked if self._affords(asked) else self.within(asked)
            if not self.found.known(point):
                self._try(point)
                return True
            known = self.found.tried.get(point)
            self.suggestions.tell(None if known is None else known.mean_short)
        left = self._any_left()
        if left is None:
            return False
        self.suggestions.ask(left)
        self._try(left)
        return True

    def _affords(self, point) -> bool:
        return self.problem.affords(point)

    def _own_idea(self) -> tuple | None:
        """A plan to try first; every second time a neighbour of the best; else whatever is proposed."""
        for point in self._first:
            if not self.found.known(point):
                return point
        self._turn = not self._turn
        best = self.found.best()
        if best is None or not self._turn:
            return None
        while True:
            if self._around is None or self._around[0] != best.point:
                self._around = (best.point, self._neighbours(best.point))
            new = next((point for point in self._around[1] if not self.found.known(point)), None)
            if new is not None or self._stride >= max(self._last) + 1:
                return new
            self._stride, self._around = 2 * self._stride, None  # none is left so far away: nearer ones

    def _neighbours(self, point) -> list[tuple]:
        """Plans with money moved from one lever to another, nearest to the sum first, and those that cost less."""
        found = set()
        steps = [max(1, (last + 1) // self._stride) for last in self._last]
        moves = [
            (i, sign * steps[i])
            for i in range(len(point))
            for sign in (-1, 1)
            if 0 <= point[i] + sign * steps[i] <= self._last[i]
        ]
        for i, step in moves:
            one = moved_by(point, [(i, step)])
            if self._affords(one):
                found.add(one)
            else:
                found |= {paid for j in range(len(point)) if j != i and (paid := self._paid_by(one, j)) is not None}
        return sorted(found - {point}, key=lambda one: (-self.problem.cost(one), one))

    def _paid_by(self, point: tuple, j: int) -> tuple | None:
        """The plan with as little as possible given up of lever `j` to bring it down to the sum; None where that is not
        enough."""
        lever, places = self.problem.levers[j], list(point)
        while not self._affords(tuple(places)):
            place = places[j]
            near = (other for other in (place - 1, place + 1) if 0 <= other <= self._last[j])
            less = next((other for other in near if lever.cost(other) < lever.cost(place)), None)
            if less is None:
                return None
            places[j] = less
        return tuple(places)

    def _any_left(self) -> tuple | None:
        """Any plan that nobody has tried, by keyed chance, brought down to the sum; None where none is met."""
        chance = np.random.default_rng([self._seed, len(self.found.tried)])
        for row in chance.integers(0, np.array(self._last) + 1, size=(200, len(self._last))).tolist():
            point = tuple(row) if self._affords(tuple(row)) else self.within(tuple(row))
            if not self.found.known(point):
                return point
        return None

    def _try(self, point) -> None:
        if self.trials.scenario_at(point) is None:
            self.found.impossible.add(point)
            self.suggestions.tell(None)
            return
        one = self.trials.compete(point, self.found.best())
        self.found.tried[point] = one
        self.suggestions.tell(one.mean_short)
