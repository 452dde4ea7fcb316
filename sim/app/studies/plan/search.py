"""The search: which plans are tried, in which order, until the cheapest that meets every target is known
or the trials are spent.

Where all plans within the limits are no more than `trials`, they are tried in order of cost, and the first
that meets the targets is the cheapest for certain. Otherwise Optuna proposes, between it the neighbours of the
best plan so far are tried, and a plan that costs more than the best is not simulated. Nothing here takes for
granted that more is better.
"""

import itertools
from dataclasses import dataclass, field

import numpy as np

from sim.app.studies.plan.problem import Problem
from sim.app.studies.plan.suggestions import Suggestions
from sim.app.studies.plan.trials import Trials, Tried

PATIENCE = 30
"""Proposals in a row that need no run (too dear, or known) before a cheaper plan is drawn instead."""
DRAWS = 2_000
AGAIN = 5
"""Plans that may be tried beyond `trials` for each that fresh replications have turned down."""


@dataclass
class Ledger:
    """What the search has found: plans that were run, those that were not since they cost too much,
    and those that cannot be."""

    tried: dict[tuple, Tried] = field(default_factory=dict)
    dearer: set[tuple] = field(default_factory=set)
    impossible: set[tuple] = field(default_factory=set)
    rejected: dict[tuple, Tried] = field(default_factory=dict)

    def best(self) -> Tried | None:
        """The cheapest that meets the targets and was not turned down on fresh replications;
        of equals, the one that meets them best."""
        met = [one for point, one in self.tried.items() if one.meets and point not in self.rejected]
        return min(met, key=lambda one: (one.cost, one.miss, one.point), default=None)

    def known(self, point) -> bool:
        return point in self.tried or point in self.impossible


class Search:
    """Asks, runs and tells, one plan after the other."""

    def __init__(self, problem: Problem, trials: Trials, suggestions: Suggestions, seed: int):
        self.problem, self.trials, self.suggestions = problem, trials, suggestions
        self.ledger = Ledger()
        self._seed, self._draws = seed, 0
        self._high = problem.high
        self.everything = problem.points <= problem.terms.trials
        self._next = self._in_order_of_cost() if self.everything else None
        # Where proposals begin: today's plan, all that there may be, the least, the middle.
        self._first = list(
            dict.fromkeys(
                [problem.today, self._high, (0,) * len(self._high), tuple(place // 2 for place in self._high)]
            )
        )
        self._around = None
        self._turn = False
        dearest, cheapest = (
            sum(f(lever.cost(0), lever.cost(len(lever.values) - 1)) for lever in problem.levers) for f in (max, min)
        )
        self._scale = (cheapest, (dearest - cheapest) or 1.0)

    def run(self) -> Tried | None:
        """Goes on until nothing cheaper is left or the trials are spent; the best plan, if there is one."""
        ledger = self.ledger
        while len(ledger.tried) + len(ledger.impossible) < self.problem.terms.trials + AGAIN * len(ledger.rejected):
            step = self._step_through() if self.everything else self._step_with_proposals()
            if not step:
                break
        return ledger.best()

    def reject(self, one: Tried) -> None:
        """Fresh replications do not bear it out: plans that cost more are of interest again."""
        self.ledger.rejected[one.point] = one

    # --- all of them ------------------------------------------------------------------------------------------

    def _in_order_of_cost(self):
        points = itertools.product(*(range(len(lever.values)) for lever in self.problem.levers))
        return iter(sorted(points, key=lambda point: (self.problem.cost(point), point)))

    def _step_through(self) -> bool:
        if not self.ledger.tried and not self.ledger.impossible:
            self._try(self.suggestions.ask(self.problem.today))
            return True
        best = self.ledger.best()
        for point in self._next:
            if best is not None and self.problem.cost(point) >= best.cost:
                self._next = itertools.chain([point], self._next)  # wanted after all if the best is turned down
                return False
            if not self.ledger.known(point):
                self._try(self.suggestions.ask(point))
                return True
        return False

    # --- with proposals ---------------------------------------------------------------------------------------

    def _step_with_proposals(self) -> bool:
        for _ in range(PATIENCE):
            wanted = self._own_idea()
            point = self.suggestions.ask(wanted)
            if self._interesting(point):
                self._try(point)
                return True
            if not self.ledger.known(point):
                self.ledger.dearer.add(point)
            self.suggestions.tell(None)
        drawn = self._drawn()
        if drawn is None:
            return False
        self._try(self.suggestions.ask(drawn))
        return True

    def _interesting(self, point) -> bool:
        best = self.ledger.best()
        return not self.ledger.known(point) and (
            best is None or self.problem.cost(point) < best.cost or point in self._first
        )

    def _own_idea(self) -> tuple | None:
        """A plan to try first; every second time the next neighbour of the best plan; else whatever is proposed."""
        for point in self._first:
            if not self.ledger.known(point):
                return point
        self._turn = not self._turn
        best = self.ledger.best()
        if best is None or not self._turn:
            return None
        if self._around is None or self._around[0] != best.point:
            self._around = (best.point, iter(self._neighbours(best.point)))
        return next((point for point in self._around[1] if self._interesting(point)), None)

    def _neighbours(self, point) -> list[tuple]:
        """Cheaper plans a step away: one lever moved, or one each way; the smallest saving first."""
        moves = [(i, step) for i in range(len(point)) for step in (-1, 1) if 0 <= point[i] + step <= self._high[i]]
        found = {moved_by(point, [one]) for one in moves} | {
            moved_by(point, both) for both in itertools.combinations(moves, 2) if both[0][0] != both[1][0]
        }
        cost = self.problem.cost(point)
        return sorted(
            (one for one in found if self.problem.cost(one) < cost), key=lambda one: (-self.problem.cost(one), one)
        )

    def _drawn(self) -> tuple | None:
        """Any cheaper plan that nobody has tried, by keyed chance; None where none is met in many draws."""
        self._draws += 1
        chance = np.random.default_rng([self._seed, self._draws])
        for row in chance.integers(0, np.array(self._high) + 1, size=(DRAWS, len(self._high))).tolist():
            if self._interesting(tuple(row)):
                return tuple(row)
        return None

    # --- one plan ---------------------------------------------------------------------------------------------

    def _try(self, point) -> None:
        if self.trials.scenario_at(point) is None:
            self.ledger.impossible.add(point)
            self.suggestions.tell(None)
            return
        one = self.trials.race(point)
        self.ledger.tried[point] = one
        low, width = self._scale
        self.suggestions.tell((one.cost - low) / width if one.meets else 1 + one.miss)


def moved_by(point, moves) -> tuple:
    places = list(point)
    for i, step in moves:
        places[i] += step
    return tuple(places)
