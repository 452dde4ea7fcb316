"""Who goes where: the compiled rules of one service applied to a batch of people."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.domain.pathway.kinds.kind import ServiceSettings
from sim.domain.pathway.routes import RouteTable, compile_rules
from sim.domain.pathway.rules import Rules
from sim.domain.pathway.stretches import as_of, turns
from sim.domain.words import CALLED, DETAIL, FACTS, MOVED
from sim.engine.conditions import holds, room_before
from sim.engine.shapes import Move

if TYPE_CHECKING:
    from sim.engine.world import World

_ONE = np.array(1, np.uint16)
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
        self._key = world.chance.key(decision)
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
            static = np.zeros(world.n if table.facts else 0, np.int32)
            dynamic = []
            for fact, stride in zip(table.facts, table.strides, strict=True):
                if fact in world.changing:
                    dynamic.append((world.changing[fact], np.array(stride)))
                else:
                    static += world.facts[fact] * np.int32(stride)
            self._tables[holding] = (table, static, dynamic)
        return self._tables[holding]

    def route(self, rows: np.ndarray) -> Iterable[Move]:
        """(place, rows, rule codes) for each place that somebody goes to."""
        if self._until is not None and self._world.env.now >= self._until:
            self._begin(int(self._world.env.now))
        if self._plain is None:
            return self._one_after_the_other(rows)
        return self._sent(self._plain[0], rows, *self._decided(self._plain, rows))

    def _one_after_the_other(self, rows: np.ndarray) -> Iterator[Move]:
        """As `route`, where whoever is sent may change what the next may do: each move is made before the next."""
        while len(rows):
            holding = frozenset(n for n, c in self._conditional.items() if holds(c, self._world))
            compiled = self._table(holding)
            chosen = self._decided(compiled, rows)
            now = self._before_a_list_is_full(compiled[0], chosen[0], len(rows), holding)
            places, cells = (None if one is None else one[:now] for one in chosen)
            yield from self._sent(compiled[0], rows[:now], places, cells)
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

    def _decided(self, compiled: Compiled, rows: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None]:
        """(place (n,), cell (n,)) of each person's decision; of the place None where there is only one."""
        table, static, dynamic = compiled
        combination: Any = 0
        if table.facts:
            combination = static[rows].astype(np.intp)
            for column, stride in dynamic:
                combination += column[rows] * stride
        if len(table.places) == 1:
            return None, combination if table.facts else None
        cells = table.choose(combination, self._world.uniforms(self._key, rows, self._met[rows]))
        return table.place[cells], cells

    def _sent(
        self, table: RouteTable, rows: np.ndarray, chosen: np.ndarray | None, cells: np.ndarray | None
    ) -> list[Move]:
        """As `route`, of people who have decided."""
        places = table.places
        if chosen is None or cells is None:
            return [(places[0], rows, int(table.rule[0]) if cells is None else table.rule[cells])]
        self._met[rows] += _ONE
        counts = np.bincount(chosen).tolist()
        if max(counts, default=0) < len(rows):
            # By place, each in the order given: one stable sort, then slices.
            order = chosen.argsort(kind="stable")
            rows, cells = rows[order], cells[order]
        moves: list[Move] = []
        start = 0
        for code, count in enumerate(counts):
            if count:
                end = start + count
                # One rule a place for everybody is the common case: then no look-up is needed.
                rule = table.rule[cells[start:end]] if table.facts else int(table.rule[code])
                moves.append((places[code], rows[start:end], rule))
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
