"""What was drawn over all that is believed possible, kept beside the shipped scenarios: `scenarios/believed/NAME.json`.

With the draws lies what the headline becomes with each assumption of the report at either end of its range, in the
whole of the place: a report of that configuration runs them no more.

A file holds for the very configuration that it was made of (`store.key`): an override or another comparator has another
key, and then there is none. It takes an hour to make, and code that makes numbers is changed more often than numbers
are: a range that was drawn by another version of the model is told, and said to be. `bench.believed` makes them.
"""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from sim.app.configuration.beside.comparator import Beside
from sim.app.configuration.files.shipped import SCENARIOS, root
from sim.app.store import configuration_key, model_version
from sim.app.studies.comparison.kept import KeptMoves
from sim.domain.scenario import Scenario

FOLDER = "believed"
LARGEST = 100_000
"""Bytes; ten indicators take twenty thousand."""
Read = TypeVar("Read")


def file_of(name: str, base: Path | None = None) -> Path:
    """Where the file of a shipped scenario lies, whether or not it is there."""
    return (base or root()) / SCENARIOS / FOLDER / f"{name}.json"


def pair_key(scenario: Scenario, baseline: Scenario) -> str:
    """What the numbers of a scenario and its comparator depend on, but how many replications there are."""
    return f"{configuration_key(scenario)}-{configuration_key(baseline)}"


def believed_of(scenario: Scenario, baseline: Scenario | None, base: Path | None = None) -> dict:
    """`date`, `draws`, `covers`, `this_model` (whether drawn by this version of it) and `ranges` (kpi -> least and most
    of the difference) of this configuration; empty where nothing was drawn for it, or its file is damaged."""

    def read(found: dict) -> dict:
        ranges = {str(kpi): (float(one["low"]), float(one["high"])) for kpi, one in found["ranges"].items()}
        if not all(math.isfinite(end) for ends in ranges.values() for end in ends):
            return {}
        return {
            "date": str(found["date"]),
            "draws": int(found["draws"]),
            "covers": float(found["covers"]),
            "this_model": found["model"] == model_version(),
            "ranges": ranges,
        }

    found = _of_file(scenario, baseline, base, read) or {}
    return found if found.get("draws") else {}


def to_be_run(scenario: Scenario, others: Beside, base: Path | None = None) -> tuple[Beside, KeptMoves | None]:
    """What is to be run beside a scenario: without its assumptions where what they do is kept, which comes with it."""
    kept = kept_moves(scenario, others, base)
    return (others if kept is None else replace(others, assumptions={})), kept


def kept_moves(scenario: Scenario, others: Beside, base: Path | None = None) -> KeptMoves | None:
    """Of just the assumptions that `others` would run; None where they are to be run."""
    if not others.assumptions:
        return None

    def read(found: dict) -> KeptMoves:
        return KeptMoves.of(found["assumptions"], str(found["date"]), found["model"] == model_version())

    kept = _of_file(scenario, others.baseline, base, read)
    return kept if kept is not None and kept.instead_of == assumption_keys(others) else None


def assumption_keys(others: Beside) -> dict[str, list[str]]:
    """Assumption -> what its numbers at each end depend on. Where its range or its path is another, so are they."""
    return {name: [pair_key(*pair) for pair in ends.values()] for name, (_, ends) in others.assumptions.items()}


def _of_file(
    scenario: Scenario, baseline: Scenario | None, base: Path | None, read: Callable[[dict], Read]
) -> Read | None:
    """What is read in the file of this configuration; None where there is none, or it is damaged."""
    if baseline is None:
        return None
    file = file_of(scenario.name, base)
    try:
        if file.stat().st_size > LARGEST:
            return None
        found = json.loads(file.read_text(encoding="utf-8"))
        return read(found) if found["key"] == pair_key(scenario, baseline) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None  # a convenience of the report: whatever is wrong with it, the run is in order
