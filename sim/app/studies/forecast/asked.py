"""What stands after `mskflow fit` and `mskflow forecast`: the folder of a place, months, known events."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.analysis.forecast.events import Event
from sim.app.configuration.files.shipped import cut
from sim.app.studies.forecast.events_file import events_of
from sim.domain.faults import Fault, ScenarioError, nearest

MOST_MONTHS, USUAL_MONTHS = 24, 6
EVENTS = "events.yaml"
_FLAGS = {"fit": ("--events",), "forecast": ("--months", "--events")}
_USAGE = {
    "fit": "mskflow fit NAME [--events FILE]",
    "forecast": "mskflow forecast NAME [--months 6] [--events FILE] [key=value ...]",
}


@dataclass(frozen=True)
class ForecastAsked:
    """`folder`: that `mskflow place` made; `months`: how many ahead; `events`: known ones, of its `events.yaml` if no
    other file is named; `changes`: settings of today's model there that are asked after."""

    folder: Path
    months: int = USUAL_MONTHS
    events: tuple[Event, ...] = ()
    changes: tuple[str, ...] = ()


def asked(command: str, words: Sequence[str]) -> ForecastAsked:
    """ScenarioError with every word that cannot be used, and every fault of the events."""
    faults: list[Fault] = []
    names, given = _sorted(command, words, faults)
    changes = tuple(name for name in names if "=" in name and command == "forecast")
    names = [name for name in names if name not in changes]
    if len(names) != 1:
        faults.append(Fault(command, "the folder of one place is needed", _USAGE[command]))
    folder = Path(names[0] if names else ".")
    months = given.get("--months", str(USUAL_MONTHS))
    if not (months.isascii() and months.isdigit() and 1 <= int(months[:4]) <= MOST_MONTHS):
        faults.append(Fault("--months", f"'{cut(months)}' cannot be used", f"a whole number from 1 to {MOST_MONTHS}"))
    own = folder / EVENTS
    file = Path(given["--events"]) if "--events" in given else own if own.is_file() else None
    events = () if file is None else events_of(file, faults)
    if faults:
        raise ScenarioError(faults)
    return ForecastAsked(folder, int(months), events, changes)


def _sorted(command: str, words: Sequence[str], faults: list[Fault]) -> tuple[list[str], dict[str, str]]:
    """Names, and flags with their values."""
    names, given, left = [], {}, [word for word in words if word != "--debug"]
    while left:
        word = left.pop(0)
        flag, equals, value = word.partition("=")
        if flag in _FLAGS[command]:
            given[flag] = value if equals else left.pop(0) if left else ""
        elif word.startswith("-"):
            faults.append(Fault(cut(word), f"{command} has no such word", nearest(word, _FLAGS[command])))
        else:
            names.append(word)
    return names, given
