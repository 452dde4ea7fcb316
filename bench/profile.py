"""Where the time of a replication goes, by part of the model.

    python -m bench.profile                              the integrated pathway, full size, one year
    python -m bench.profile gp_referral run.years=3      another scenario, with overrides as everywhere

One replication is run to warm up, one for its CPU seconds, and one under cProfile for the shares: what numpy, compiled
loops and Python's own functions take counts for the part that calls them. A profile makes calls of Python dearer than
they are, so the shares say where to look, and the seconds what it is worth.
"""

import argparse
import cProfile
import pstats
import time
from collections import defaultdict
from pathlib import Path

import sim
from sim.domain.chance import __file__ as chance
from sim.engine.simulate import patients_of, simulate

ROOT = Path(chance).resolve().parents[2]
PARTS = {
    "domain/chance": "draws",
    "domain": "the pathway as it is read: rules, calendar, job plans",
    "engine/kernels": "small operations: draws, routes, lists",
    "engine/log": "the event log",
    "engine/laws": "laws",
    "engine/router": "routes",
    "engine/world": "sending people on",
    "engine/services/service": "joining and leaving",
    "engine/services/courses": "courses of follow-ups",
    "engine/services/attendance": "who comes",
    "engine/services/day_time": "filling a day",
    "engine/services/clinic": "clinic days",
    "engine/services/drop_in": "drop-ins",
    "engine/services/visits": "drop-ins",
    "engine/today": "drop-ins",
    "engine/services": "other services",
    "engine/exits": "what befalls people who wait",
    "engine/hazards": "what befalls people who wait",
    "engine/removals": "what befalls people who wait",
    "engine/diary": "diaries",
    "engine/waiting_list": "waiting lists",
    "engine/drawn_list": "waiting lists",
    "engine/services/new_list": "waiting lists",
    "engine/services/classes": "waiting lists",
    "engine/services/apart": "waiting lists",
    "engine": "the clock and the rest of the engine",
}
"""Beginnings of modules' paths within `sim` -> the part that they are; the longest that fits counts."""
OUTSIDE = "the clock and the rest of the engine"

Called = tuple[str, int, str]
"""A function to cProfile: file, line, name."""


def part_of(file: str) -> str | None:
    """The part of the model that a file is, or None outside of it."""
    try:
        module = Path(file).resolve().relative_to(ROOT / "sim").with_suffix("").as_posix()
    except ValueError:
        return None
    return PARTS[max((one for one in PARTS if module.startswith(one)), key=len, default="engine")]


def seconds_by_part(stats: dict) -> dict[str, tuple[float, int]]:
    """part -> (seconds, calls of its functions), of what `pstats` counted."""
    seconds: dict[str, float] = defaultdict(float)
    calls: dict[str, int] = defaultdict(int)

    def give(function: Called, spent: float, depth: int) -> None:
        """To the part of the function, or in proportion to those of its callers."""
        part = part_of(function[0])
        callers = stats[function][4] if function in stats else {}
        whole = sum(one[3] for one in callers.values())
        if part is not None or not whole or depth == 0:
            seconds[part or OUTSIDE] += spent
            return
        for caller, (_, _, _, together) in callers.items():
            give(caller, spent * together / whole, depth - 1)

    for function, (_, times, own, _, _) in stats.items():
        give(function, own, 4)
        if (part := part_of(function[0])) is not None:
            calls[part] += times
    return {part: (spent, calls[part]) for part, spent in seconds.items()}


def report(name: str, overrides: list[str]) -> str:
    """The table of one scenario."""
    scenario = sim.load(name, *overrides)
    patients = patients_of(scenario, 0)
    simulate(scenario, 0, patients)
    began = time.process_time()
    record = simulate(scenario, 0, patients)
    cpu = time.process_time() - began
    profile = cProfile.Profile()
    profile.runcall(simulate, scenario, 0, patients)
    parts = seconds_by_part(pstats.Stats(profile).stats)  # type: ignore[attr-defined]
    whole = sum(spent for spent, _ in parts.values())
    lines = [
        f"{name}: {cpu:.2f} CPU seconds, {len(record.events['row']):,} events.\n",
        "| part | share | about CPU seconds | calls of its functions |",
        "|---|---:|---:|---:|",
    ]
    for part, (spent, calls) in sorted(parts.items(), key=lambda item: -item[1][0]):
        lines.append(f"| {part} | {spent / whole:.1%} | {cpu * spent / whole:.2f} | {calls:,} |")
    return "\n".join(lines)


def main() -> None:
    ask = argparse.ArgumentParser(description="Where the time of a replication goes, by part of the model.")
    ask.add_argument("scenario", nargs="?", default="integrated")
    ask.add_argument("overrides", nargs="*", default=["run.years=1"], help="key=value")
    said = ask.parse_args()
    print(report(said.scenario, said.overrides))


if __name__ == "__main__":
    main()
