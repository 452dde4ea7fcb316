"""A field of the form: one setting with what it is now, its unit, where that comes from and how sure it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.app.configuration.described import about_of, label_of, told_of
from sim.app.configuration.key_units import unit_of
from sim.app.configuration.leaves import leaves
from sim.app.configuration.schema import choices_of, kind_of, limits_of, may_be_empty, schema_at, shown
from sim.app.web.option import KEPT_OUT


@dataclass(frozen=True)
class Field:
    """`kind`: see `schema.kind_of`; `now`: as it is typed; `usual`: the same of the scenario as it was;
    `default`: what holds where nothing is typed."""

    path: str
    label: str
    kind: str
    now: str
    usual: str
    about: str = ""
    unit: str = ""
    source: str = ""
    sure: str = ""
    span: str = ""
    note: str = ""
    choices: tuple[str, ...] = ()
    limits: tuple[float | None, float | None] = (None, None)
    empty: bool = False
    default: str = ""
    faults: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        return re.sub(r"[^\w.-]", "_", self.path)

    @property
    def changed(self) -> bool:
        return self.now != self.usual

    @property
    def hint(self) -> str:
        """Unit, limits and where the value comes from, in one line."""
        low, high = self.limits
        ends = f"{low:g} to {high:,.15g}" if low is not None and high is not None and high < 1000 else ""
        return " · ".join(filter(None, [self.unit, ends, self.sure, self.span]))


def paths_of(config: Mapping[str, Any]) -> list[str]:
    """Every setting that the form may show, in the configuration's order."""
    return [
        path
        for path, value in leaves(dict(config)).items()
        if path.partition(".")[0] not in KEPT_OUT and _may_show(value) and kind_of(schema_at(dict(config), path))
    ]


def _may_show(value) -> bool:
    if isinstance(value, list):
        return len(value) <= 14 and all(isinstance(one, (str, int, float)) for one in value)
    return value is None or isinstance(value, (bool, int, float, str))


class Form:
    """Makes fields: of a scenario's own values `base`, and of what an option has typed over them."""

    def __init__(self, base: dict[str, Any], values: Mapping[str, str], faults: Mapping[str, list[str]] | None = None):
        self.base, self.values, self.faults = base, values, faults or {}
        self._usual = leaves(base)
        self._known = told_of(base)

    def field(self, path: str, label: str = "") -> Field | None:
        """None where there can be no such setting."""
        schema = schema_at(self.base, path)
        kind = kind_of(schema)
        if not kind:
            return None
        usual = shown(self._usual.get(path))
        unit, sure, source, span, note = self._known.get(path, (unit_of(path), "", "", "", ""))
        return Field(
            path,
            label or label_of(path, self.base),
            kind,
            self.values.get(path, usual),
            usual,
            about=about_of(path, self.base),
            unit=unit,
            source=source,
            sure=sure,
            span=span,
            note=note,
            choices=tuple(choices_of(schema)),
            limits=limits_of(schema),
            default=shown(schema["default"]) if path not in self._usual else "",
            empty=may_be_empty(schema) or path not in self._usual,
            faults=tuple(self._faults_at(path)),
        )

    def fields(self, paths) -> list[Field]:
        return [one for path in paths if (one := self.field(path)) is not None]

    def _faults_at(self, path: str) -> list[str]:
        block = path.rpartition(".")[0]
        at_block = self.faults.get(block, []) if block.count(".") > 1 else []
        return [*self.faults.get(path, []), *at_block]
