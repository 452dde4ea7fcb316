"""What stands after `mskflow fit` and `mskflow forecast`: the folder of a place, months, known events."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import yaml

from sim.analysis.forecast.events import CLOSED, KINDS, TRANSFER, Event
from sim.app.configuration.files.shipped import cut
from sim.domain.faults import Fault, ScenarioError, nearest

MOST_MONTHS, USUAL_MONTHS = 24, 6
EVENTS = "events.yaml"
MOST_BYTES = 100_000
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_USAGE = {
    "fit": "mskflow fit NAME [--events FILE]",
    "forecast": "mskflow forecast NAME [--months 6] [--events FILE]",
}


@dataclass(frozen=True)
class ForecastAsked:
    """`folder`: that `mskflow place` made; `months`: how many ahead; `events`: known ones, of its `events.yaml` if no
    other file is named."""

    folder: Path
    months: int = USUAL_MONTHS
    events: tuple[Event, ...] = ()


def asked(command: str, words: Sequence[str]) -> ForecastAsked:
    """ScenarioError with every word that cannot be used, and every fault of the events."""
    faults: list[Fault] = []
    names, given, left = [], {}, list(words)
    flags = ("--events", "--months") if command == "forecast" else ("--events",)
    while left:
        word = left.pop(0)
        flag, equals, value = word.partition("=")
        if word == "--debug":
            continue
        if flag in flags:
            given[flag] = value if equals else left.pop(0) if left else ""
        elif word.startswith("-"):
            faults.append(Fault(cut(word), f"{command} has no such word", nearest(word, flags)))
        else:
            names.append(word)
    if len(names) != 1:
        faults.append(Fault(command, "the folder of one place is needed", _USAGE[command]))
    folder = Path(names[0] if names else ".")
    months = given.get("--months", str(USUAL_MONTHS))
    if not months.isdigit() or not 1 <= int(months) <= MOST_MONTHS:
        faults.append(Fault("--months", f"'{cut(months)}' cannot be used", f"a whole number from 1 to {MOST_MONTHS}"))
    own = folder / EVENTS
    file = Path(given["--events"]) if "--events" in given else own if own.is_file() else None
    events = () if file is None else _events(file, faults)
    if faults:
        raise ScenarioError(faults)
    return ForecastAsked(folder, int(months), events)


def _events(file: Path, faults: list[Fault]) -> tuple[Event, ...]:
    right = "events: a list, each with kind, month and what belongs to it"
    try:
        text = file.read_text("utf-8-sig") if file.stat().st_size <= MOST_BYTES else None
        found = yaml.safe_load(text or "")
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        faults.append(Fault(cut(str(file)), "cannot be read as YAML", right))
        return ()
    rows = found.get("events") if isinstance(found, dict) else None
    if not isinstance(rows, list):
        faults.append(Fault(cut(str(file)), "has no list of events", right))
        return ()
    return tuple(
        event for n, row in enumerate(rows, 1) for event in _event(f"{cut(str(file))}, event {n}", row, faults)
    )


def _event(where: str, row: object, faults: list[Fault]) -> tuple[Event, ...]:
    known = [field.name for field in fields(Event)]
    if not isinstance(row, dict):
        faults.append(Fault(where, "is no event", f"keys of {', '.join(known)}"))
        return ()
    wrong = [Fault(where, f"'{cut(str(key))}' is no key", nearest(str(key), known)) for key in row if key not in known]
    kind = row.get("kind")
    if kind not in KINDS:
        wrong.append(Fault(where, f"kind is '{cut(str(kind))}'", f"one of {', '.join(KINDS)}"))
    for key in ("month", "to"):
        if (key == "month" or key in row) and not _MONTH.fullmatch(str(row.get(key, ""))):
            wrong.append(Fault(where, f"{key} is no month", "as 2026-09"))
    if "to" in row and kind != CLOSED:
        wrong.append(Fault(where, f"a {cut(str(kind))} does not last", "to belongs to closed"))
    needs, ends = ("people", (-1e6, 1e6)) if kind == TRANSFER else ("share", (0, 1))
    for key, (low, high) in ((needs, ends), ("from_weeks", (0, 104))):
        value = row.get(key, 0 if key == "from_weeks" else None)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            wrong.append(Fault(where, f"{key} cannot be used", f"a number from {low:g} to {high:g}"))
    if not isinstance(row.get("list", ""), str):
        wrong.append(Fault(where, "list is no name", "the name of a list, or no list for all"))
    if wrong:
        faults += wrong
        return ()
    return (Event(**row),)
