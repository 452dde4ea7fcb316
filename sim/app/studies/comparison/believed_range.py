"""What was drawn over all that is believed possible, kept beside the shipped scenarios: `scenarios/believed/NAME.json`.

With the draws lies what the headline becomes with each assumption of the report at either end of its range, in the
whole of the place: a report of that configuration runs them no more.

A file holds for the very configuration that it was made of (`store.key`): an override or another comparator has another
key, and then there is none. It takes an hour to make, and code that makes numbers is changed more often than numbers
are: a range that was drawn by another version of the model is told, and said to be. `bench.believed` makes them.
"""

import json
import math
from pathlib import Path

from sim.app.configuration.beside.comparator import Beside
from sim.app.configuration.files.shipped import SCENARIOS, root
from sim.app.store import configuration_key, model_version
from sim.app.studies.comparison.gap import Gap, Gaps
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
    """`date`, `draws`, `covers`, `this_model` (whether drawn by this version of it), `ranges` (kpi -> least and most
    of the difference) and `kept` (`titles` and `gaps` of assumptions) of this configuration; empty where nothing was
    drawn for it, or its file is damaged."""
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
            "kept": _kept(found.get("assumptions") or {}),
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}  # a convenience of the report: whatever is wrong with it, the run is in order


def kept_moves(scenario: Scenario, others: Beside, base: Path | None = None) -> dict:
    """`titles`, `gaps` and `date` of just the assumptions that `others` would run; empty where they are to be run."""
    known = believed_of(scenario, others.baseline, base) if others.assumptions else {}
    kept = known.get("kept") or {}
    asked = {name: [*ends] for name, (_, ends) in others.assumptions.items()}
    same = kept and {name: [*ends] for name, ends in kept["gaps"].items()} == asked
    return kept | {"date": known["date"]} if same else {}


def said_of(titles: dict[str, str], gaps: Gaps) -> dict:
    """The same as a file has it; a number that is not finite is a word."""

    def told(number: float) -> float | str:
        return number if math.isfinite(number) else str(number)

    return {
        name: {
            "title": titles[name],
            "ends": [
                {"at": at, "mean": told(gap.mean), "low": told(gap.low), "high": told(gap.high), "count": gap.count}
                for at, gap in ends.items()
            ],
        }
        for name, ends in gaps.items()
    }


def _kept(said: dict) -> dict:
    """What `said_of` has put into a file."""
    gaps = {
        str(name): {
            float(end["at"]): Gap(float(end["mean"]), float(end["low"]), float(end["high"]), int(end["count"]))
            for end in one["ends"]
        }
        for name, one in said.items()
    }
    return {"titles": {str(name): str(one["title"]) for name, one in said.items()}, "gaps": gaps} if gaps else {}
