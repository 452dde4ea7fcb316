"""Who goes where: the compiled rules of one service applied to a batch of people."""

import numpy as np

from sim.domain.pathway import Rules
from sim.domain.routes import compile_rules
from sim.engine.conditions import holds


class Router:
    """The rules of one decision. Draws are keyed by the decision's name, the patient and the occasion."""

    def __init__(self, world, rules: Rules, decision: str):
        self._world = world
        self._rules = rules
        self._key = world.chance.key(decision)
        self._met = np.zeros(world.n, np.uint8)
        self._conditional = {name: rule.only_while for name, rule in rules.items() if rule.only_while is not None}
        self._tables: dict[frozenset, tuple] = {}
        self._plain = None if self._conditional else self._table(frozenset())

    def _table(self, holding: frozenset):
        if holding not in self._tables:
            world = self._world
            table = compile_rules(self._rules, world.service_names, world.rule_codes, holding)
            static = np.zeros(world.n, np.int16) if table.facts else None
            dynamic = []
            for fact, stride in zip(table.facts, table.strides, strict=True):
                column = world.facts.get(fact)
                if column is None:
                    dynamic.append((world.history(fact), np.int16(stride)))
                else:
                    static += column.astype(np.int16) * np.int16(stride)
            self._tables[holding] = (table, static, dynamic)
        return self._tables[holding]

    def route(self, rows: np.ndarray):
        """Yields (place, rows, rule codes) for each place that somebody goes to."""
        table, static, dynamic = self._plain or self._table(
            frozenset(n for n, c in self._conditional.items() if holds(c, self._world))
        )
        if static is None:
            combination = None
            rules = None
        else:
            combination = static[rows]
            for column, stride in dynamic:
                combination = combination + column[rows] * stride
            rules = table.rule[combination]
        places = table.places
        if len(places) == 1:
            yield places[0], rows, int(table.rule[0]) if rules is None else rules
            return
        met = self._met[rows]
        u = self._world.uniforms(self._key, rows, met)
        self._met[rows] = met + np.uint8(1)
        if combination is None:
            chosen = np.searchsorted(table.cumulative[0, :-1], u, side="right")
        else:
            chosen = (u[:, None] >= table.cumulative[combination, :-1]).sum(1)
        counts = np.bincount(chosen, minlength=len(places))
        for code in np.flatnonzero(counts).tolist():
            if counts[code] == len(rows):
                yield places[code], rows, int(table.rule[0]) if rules is None else rules
            else:
                mine = chosen == code
                yield places[code], rows[mine], int(table.rule[0]) if rules is None else rules[mine]
