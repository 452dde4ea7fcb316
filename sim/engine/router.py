"""Who goes where: the compiled rules of one service applied to a batch of people."""

import numpy as np

from sim.domain.pathway import Rules
from sim.domain.routes import compile_rules
from sim.engine.conditions import holds


class Router:
    """The rules of one decision. Draws are keyed by the decision's name, the patient and the occasion."""

    def __init__(self, world, rules: Rules, decision: str, primary: bool = False):
        self._world = world
        self._rules = rules
        self._primary = primary
        self._key = world.chance.key(decision)
        self._met = np.zeros(world.n, np.uint8)
        self._conditional = {name: rule.only_while for name, rule in rules.items() if rule.only_while is not None}
        self._tables: dict[frozenset, tuple] = {}
        self._plain = None if self._conditional else self._table(frozenset())

    def _table(self, holding: frozenset):
        if holding not in self._tables:
            world = self._world
            table = compile_rules(self._rules, world.pathway.services, world.rule_codes, self._primary, holding)
            static = np.zeros(world.n, np.int16) if table.facts else None
            dynamic = []
            for fact, stride in zip(table.facts, table.strides, strict=True):
                column = world.facts.get(fact)
                if column is None:
                    dynamic.append((world.history(fact), np.int16(stride)))
                else:
                    static += column.astype(np.int16) * np.int16(stride)
            # One rule a place for everybody is the common case: then no look-up is needed.
            rules = table.rule if static is not None else table.rule[0].tolist()
            self._tables[holding] = (table, static, dynamic, rules)
        return self._tables[holding]

    def route(self, rows: np.ndarray):
        """Yields (place, rows, rule codes) for each place that somebody goes to."""
        table, static, dynamic, rules = self._plain or self._table(
            frozenset(n for n, c in self._conditional.items() if holds(c, self._world))
        )
        places = table.places
        combination = None
        if static is not None:
            combination = static[rows]
            for column, stride in dynamic:
                combination = combination + column[rows] * stride
        if len(places) == 1:
            yield places[0], rows, rules[0] if combination is None else rules[combination, 0]
            return
        met = self._met[rows]
        u = self._world.uniforms(self._key, rows, met)
        self._met[rows] = met + np.uint8(1)
        if combination is None:
            chosen = np.searchsorted(table.cumulative[0, :-1], u, side="right")
        else:
            chosen = table.choose(combination, u)
        counts = np.bincount(chosen, minlength=len(places))
        for code in np.flatnonzero(counts).tolist():
            mine = slice(None) if counts[code] == len(rows) else chosen == code
            yield places[code], rows[mine], rules[code] if combination is None else rules[combination[mine], code]
