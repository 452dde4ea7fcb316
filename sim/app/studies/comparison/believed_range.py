"""What was drawn over all that is believed possible, kept beside the shipped scenarios: `scenarios/believed/NAME.json`.

A file holds for the very configuration that it was made of (`store.key`): an override or another comparator has another
key, and then there is none. It takes an hour to make, and code that makes numbers is changed more often than numbers
are: a range that was drawn by another version of the model is told, and said to be. `bench.believed` makes them.
"""

import json
import math
from pathlib import Path

from sim.app.configuration.files.shipped import SCENARIOS, root
from sim.app.store import configuration_key, model_version
from sim.domain.scenario import Scenario

FOLDER = "believed"
LARGEST = 100_000
"""Bytes; ten indicators take two thousand."""


def file_of(name: str, base: Path | None = None) -> Path:
    """Where the file of a shipped scenario lies, whether or not it is there."""
    return (base or root()) / SCENARIOS / FOLDER / f"{name}.json"


def pair_key(scenario: Scenario, baseline: Scenario) -> str:
    """What the numbers of a scenario and its comparator depend on, but how many replications there are."""
    return f"{configuration_key(scenario)}-{configuration_key(baseline)}"


def believed_of(scenario: Scenario, baseline: Scenario | None, base: Path | None = None) -> dict:
    """`date`, `draws`, `covers`, `this_model` (whether drawn by this version of it) and `ranges` (kpi -> least and most
    of the difference) of this configuration; empty where nothing was drawn for it, or its file is damaged."""
    if baseline is None:
        return {}
    file = file_of(scenario.name, base)
    try:
        if file.stat().st_size > LARGEST:
            return {}
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["key"] != pair_key(scenario, baseline):
            return {}
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
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}  # a convenience of the report: whatever is wrong with it, the run is in order
