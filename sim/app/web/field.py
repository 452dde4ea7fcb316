"""A field of the form: one setting with what it is now, its unit, where that comes from and how sure it is."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sim.app.configuration.check import PATHWAY_PARTS, SECTIONS
from sim.app.configuration.evidence import assumptions
from sim.app.configuration.files.shipped import cut
from sim.app.configuration.key_units import unit_of
from sim.app.configuration.leaves import leaves
from sim.app.configuration.strict import owner_of
from sim.app.web.option import KEPT_OUT
from sim.app.web.schema import choices_of, kind_of, limits_of, may_be_empty, schema_at, shown
from sim.domain.pathway.kinds import KINDS

WORDS = {
    "wte": "Staff in post (WTE)",
    "sessions_a_week": "Clinical sessions a week of one WTE",
    "slots_per_week": "Slots a week",
    "slots_per_day": "Slots a day",
    "places": "Places (people at a time)",
    "clinicians": "Clinicians in the room",
    "new_minutes": "Minutes for a first visit",
    "follow_up_minutes": "Minutes for a follow-up",
    "session_minutes": "Minutes of a group session",
    "open_days": "Opening days",
    "scale": "Part of the place that is simulated",
    "population": "Residents",
    "cost_per_hour_gbp": "Cost of an hour",
    "rooms": "Rooms",
    "sessions_a_day": "Sessions a day in each room",
    "size": "People in a group",
    "date": "From (date, 2025-09-01)",
    "slots": "Slots of each extra clinic",
    "weekdays": "On these weekdays (sat, sun)",
    "first_day": "First day (2025-09-01)",
    "last_day": "Last day (2026-03-31)",
}


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


def label_of(path: str, config: Mapping[str, Any]) -> str:
    """A setting in words: what it is, of what."""
    keys = path.split(".")
    words = WORDS.get(keys[-1]) or keys[-1].replace("_", " ").capitalize()
    of = [block_label(config, keys[: place + 1]) for place in range(1, len(keys) - 1)]
    of = [one for one in of if one not in ("services", "capacity")]
    return f"{words}: {', '.join(of)}" if of else words


def block_label(config: Mapping[str, Any], way: list[str]) -> str:
    """What a block is called: its label, or its key in words."""
    here: Any = config
    for key in way:
        here = here.get(key) if isinstance(here, dict) else None
    label = here.get("label") if isinstance(here, dict) else None
    return str(label) if label else way[-1].replace("_", " ")


def about_of(path: str, config: Mapping[str, Any]) -> str:
    """What the settings themselves say of a key."""
    section, *way = path.split(".")
    if section == "pathway":
        if way[:1] == ["services"] and len(way) > 2:
            service = config["pathway"]["services"].get(way[1], {})
            owner = owner_of(KINDS[service["kind"]], way[2:-1])
        else:
            owner = owner_of(PATHWAY_PARTS[way[0]], way[1:-1]) if way[:1] and way[0] in PATHWAY_PARTS else None
    else:
        owner = owner_of(SECTIONS[section], way[:-1])
    return _meanings(owner).get(way[-1], "") if owner is not None and way else ""


@lru_cache(maxsize=128)
def _meanings(owner: type) -> dict[str, str]:
    """Key -> what the docstring of a class of settings says of it."""
    found: dict[str, str] = {}
    for one in reversed(owner.__mro__):
        text = " ".join(inspect.cleandoc(one.__doc__ or "").split())
        for keys, words in re.findall(r"((?:`\w+`(?:, (?:or )?)?)+): (.+?)(?=[;.] |[;.]?$)", text):
            found |= {key: words.replace("`", "") for key in re.findall(r"`(\w+)`", keys)}
    return found


_TOLD: dict[int, tuple[dict, dict]] = {}


def told_of(base: dict[str, Any]) -> dict[str, tuple[str, str, str, str, str]]:
    """Path of a number -> its unit, how sure it is, its source, its range and a note; kept while `base` is."""
    known = _TOLD.get(id(base))
    if known is None or known[0] is not base:
        if len(_TOLD) > 60:
            _TOLD.clear()
        known = _TOLD[id(base)] = (base, {row.path: _told(row) for row in assumptions(base).itertuples()})
    return known[1]


def _told(row) -> tuple[str, str, str, str, str]:
    low, high = row.low, row.high
    span = (
        f"between {low:g} and {high:g}" if low == low and high == high and low is not None and high is not None else ""
    )
    return str(row.unit or ""), str(row.status), cut(row.source or "", 200), span, cut(row.note or "", 300)
