"""Known events of a place, from a file: a list under `events`, each with a kind, a month and what belongs to it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

import yaml

from sim.analysis.forecast.events import CLOSED, KINDS, TRANSFER, Event
from sim.app.configuration.files.shipped import cut
from sim.domain.faults import Fault, nearest

MOST_BYTES = 100_000
KNOWN = tuple(field.name for field in fields(Event))
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def events_of(file: Path, faults: list[Fault]) -> tuple[Event, ...]:
    """The events of a file; what is wrong in it joins `faults`."""
    right, where = "events: a list, each with kind, month and what belongs to it", cut(str(file))
    try:
        text = file.read_text("utf-8-sig") if file.stat().st_size <= MOST_BYTES else ""
        found = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        faults.append(Fault(where, "cannot be read as YAML", right))
        return ()
    rows = found.get("events") if isinstance(found, dict) else None
    if not isinstance(rows, list):
        faults.append(Fault(where, "has no list of events", right))
        return ()
    made = []
    for number, row in enumerate(rows, 1):
        wrong = list(_faults(f"{where}, event {number}", row))
        faults += wrong
        if not wrong:
            made.append(Event(**row))
    return tuple(made)


def _faults(where: str, row: object) -> Iterator[Fault]:
    if not isinstance(row, dict):
        yield Fault(where, "is no event", f"keys of {', '.join(KNOWN)}")
        return
    for key in row:
        if key not in KNOWN:
            yield Fault(where, f"'{cut(str(key))}' is no key", nearest(str(key), KNOWN))
    if row.get("kind") not in KINDS:
        yield Fault(where, f"kind is '{cut(str(row.get('kind')))}'", f"one of {', '.join(KINDS)}")
    yield from _of_months(where, row)
    yield from _of_numbers(where, row)
    if not isinstance(row.get("list", ""), str):
        yield Fault(where, "list is no name", "the name of a list, or no list for all")


def _of_months(where: str, row: Mapping) -> Iterator[Fault]:
    for key in ("month", *(["to"] if "to" in row else [])):
        value = row.get(key)
        if not isinstance(value, str) or not _MONTH.fullmatch(value):
            yield Fault(where, f"{key} is no month", "as 2026-09")
    if "to" in row and row.get("kind") != CLOSED:
        yield Fault(where, f"a {cut(str(row.get('kind')))} does not last", "to belongs to closed")


def _of_numbers(where: str, row: Mapping) -> Iterator[Fault]:
    needs, ends = ("people", (-1e6, 1e6)) if row.get("kind") == TRANSFER else ("share", (0, 1))
    for key, (low, high) in ((needs, ends), ("from_weeks", (0, 104))):
        value = row.get(key, 0 if key == "from_weeks" else None)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            yield Fault(where, f"{key} cannot be used", f"a number from {low:g} to {high:g}")
