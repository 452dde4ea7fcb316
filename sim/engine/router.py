"""Who goes where: the compiled rules of one service applied to a batch of people."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.routes import RouteTable, compile_rules
from sim.domain.pathway.rules import Rules
from sim.domain.pathway.stretches import as_of, turns
from sim.domain.words import CALLED, DETAIL, FACTS, MOVED
from sim.engine import kernels
from sim.engine.conditions import holds, room_before
from sim.engine.shapes import Move

if TYPE_CHECKING:
    from sim.engine.world import World

_ONE = np.array(1, np.uint16)
NONE_ASKED = np.zeros(0, np.int64)
_ROUTINE, _URGENT = CALLED.index("routine"), CALLED.index("urgent")
_CALLED_ROUTINE, _CALLED_URGENT = DETAIL["called_routine"], DETAIL["called_urgent"]


Compiled = tuple[RouteTable, np.ndarray, list[tuple[np.ndarray, np.ndarray]]]
"""A table; where in it the facts that never change put everybody (patients,); and (column, stride) of those that do."""


class Router:
    """The rules of one decision. Draws are keyed by the decision's name, the patient and the occasion."""

    def __init__(self, world: "World", rules: Rules, decision: str, primary: bool = False) -> None:
        self._world = world
        self._given, self._turns = rules, turns(rules, world.calendar.start)
        self._primary = primary
        self._key = int(world.chance.key(decision))
        self._met = np.zeros(world.n, np.uint16)
        self._begin(0)

    def _begin(self, day: int) -> None:
        """The rules as they are from a day on, until the next day on which one of them begins or ends."""
        self._rules = rules = as_of(self._given, self._world.calendar.date_of(day)) if self._turns else self._given
        self._until = next((turn for turn in self._turns if turn > day), None)
        self._conditional = {name: rule.only_while for name, rule in rules.items() if rule.only_while is not None}
        self._tables: dict[frozenset[str], Compiled] = {}
        self._plain = None if self._conditional else self._table(frozenset())

    def _table(self, holding: frozenset[str]) -> Compiled:
        if holding not in self._tables:
            world = self._world
            table = compile_rules(self._rules, world.pathway.services, world.rule_codes, self._primary, holding)
            static = np.zeros(world.n if table.facts else 0, np.int64)
            dynamic = []
            for fact, stride in zip(table.facts, table.strides, strict=True):
                if fact in world.changing:
                    dynamic.append((world.changing[fact], np.array(stride)))
                else:
                    static += world.facts[fact] * np.int64(stride)
            self._tables[holding] = (table, static, dynamic)
        return self._tables[holding]

    def route(self, rows: np.ndarray) -> Iterable[Move]:
        """(place, rows, rule codes) for each place that somebody goes to."""
        if self._until is not None and self._world.env.now >= self._until:
            self._begin(int(self._world.env.now))
        if self._plain is None:
            return self._one_after_the_other(rows)
        table, world = self._plain[0], self._world
        combinations = self._combinations(self._plain, rows)
        if len(table.places) == 1:
            return [(table.places[0], rows, table.rule[combinations] if table.facts else int(table.rule[0]))]
        u = kernels.draws_next(self._key, world.counters, rows, self._met)
        return _moves(table, kernels.choose(u, combinations, rows, table.cumulative, len(table.places)))

    def _one_after_the_other(self, rows: np.ndarray) -> Iterator[Move]:
        """As `route`, where whoever is sent may change what the next may do: each move is made before the next."""
        while len(rows):
            holding = frozenset(n for n, c in self._conditional.items() if holds(c, self._world))
            compiled = self._table(holding)
            table, combinations = compiled[0], self._combinations(compiled, rows)
            if len(table.places) == 1:
                now = self._before_a_list_is_full(table, None, len(rows), holding)
                yield table.places[0], rows[:now], table.rule[combinations[:now]] if table.facts else int(table.rule[0])
            else:
                u = kernels.draws_at(self._key, self._world.counters, rows, self._met[rows])
                chosen = table.place[table.choose(combinations if table.facts else 0, u)]
                now = self._before_a_list_is_full(table, chosen, len(rows), holding)
                self._met[rows[:now]] += _ONE
                sent = kernels.choose(u[:now], combinations[:now], rows[:now], table.cumulative, len(table.places))
                yield from _moves(table, sent)
            rows = rows[now:]

    def _before_a_list_is_full(
        self, table: RouteTable, chosen: np.ndarray | None, n: int, holding: frozenset[str]
    ) -> int:
        """How many of `n` people, in order, decide before a list that these rules ask about has grown too long."""
        now = n
        for name, condition in self._conditional.items():
            if name in holding or condition.service not in table.places:
                continue
            room = room_before(condition, self._world)
            code = table.places.index(condition.service)
            there = np.flatnonzero(chosen == code) if chosen is not None else np.arange(n)
            if room is not None and len(there) > room:
                now = min(now, int(there[room]))
        return now

    def _combinations(self, compiled: Compiled, rows: np.ndarray) -> np.ndarray:
        """(n,) combination of facts of each, or (0,) where no rule asks for any."""
        table, static, dynamic = compiled
        if not table.facts:
            return NONE_ASKED
        combinations: np.ndarray = static[rows]
        for column, stride in dynamic:
            combinations += column[rows] * stride
        return combinations


def _moves(table: RouteTable, chosen: tuple[np.ndarray, np.ndarray, np.ndarray]) -> list[Move]:
    """Of people by place, with their cells, and how many go to each place."""
    rows, cells, counts = chosen
    moves: list[Move] = []
    start = 0
    for code, count in enumerate(counts.tolist()):
        if count:
            end = start + count
            # One rule a place for everybody is the common case: then no look-up is needed.
            rule = table.rule[cells[start:end]] if table.facts else int(table.rule[code])
            moves.append((table.places[code], rows[start:end], rule))
            start = end
    return moves


class Onward:
    """The routes of a service that leaves a mark on those who go by them: a priority, or less chance of a relapse."""

    def __init__(
        self,
        router: Router,
        world: "World",
        decision: str,
        code: int,
        settings: ServiceSettings,
        relapse: float | None,
    ) -> None:
        self._router, self._world, self._relapse = router, world, relapse
        self._code = code
        readers = list(settings.calls_urgent.values())
        self._readers = np.cumsum([reader.of_referrals for reader in readers])
        self._urgent = np.array([[reader.share.get(word, 0.0) for word in FACTS["impact"]] for reader in readers])
        self._read_by, self._called = world.chance.key(f"{decision}.read_by"), world.chance.key(f"{decision}.called")
        self._met = np.zeros(world.n, np.uint16)

    def route(self, rows: np.ndarray) -> Iterable[Move]:
        """As `Router.route`, after the marks are made."""
        world = self._world
        if self._relapse is not None and world.relapse is not None:
            world.relapse[rows] = np.minimum(world.relapse[rows], self._relapse)
        if len(self._readers):
            met = self._met[rows]
            self._met[rows] = met + _ONE
            reader = np.minimum(
                self._readers.searchsorted(world.uniforms(self._read_by, rows, met), "right"), len(self._readers) - 1
            )
            urgent = world.uniforms(self._called, rows, met) < self._urgent[reader, world.facts["impact"][rows]]
            world.changing["called"][rows] = np.where(urgent, _URGENT, _ROUTINE)
            world.write(
                int(world.env.now),
                self._code,
                MOVED,
                np.where(urgent, _CALLED_URGENT, _CALLED_ROUTINE).astype(np.int16),
                rows,
                to=self._code,
            )
        return self._router.route(rows)
