"""What a run costs as the place, its lists and its country grow.

    python -m bench.places            print the tables (some five minutes)
    python -m bench.places --write    and put them into bench/README.md

Each figure is the smallest of the rounds, the one least disturbed by whatever else the machine
did; rounds alternate what is compared. Every run is a process of its own, so that its peak memory
is its own. Patients, run, event columns and indicators are timed one by one, after imports and
the check of the configuration.
"""

import argparse
import resource
import sys
import time

import sim
from bench.readme import write
from bench.speed import one_run
from sim.analysis.indicators.measures import measures_of
from sim.domain.words import ATTENDED
from sim.engine.simulate import patients_of, simulate

SCALES = (0.1, 0.3, 1, 3, 10)
SCENARIOS = ("gp_referral", "integrated")
RESIDENTS = 345_300
ENGLAND = 57_700_000
LONGER = 5  # times the starting lists
STARTED, SEEN = "people", "visits"


def scenario_of(name: str, overrides: list[str], lists: float) -> sim.Scenario:
    """A shipped scenario whose starting lists are `lists` times as long."""
    scenario = sim.load(name, *overrides)
    if lists == 1:
        return scenario
    start = {**scenario.config["start"]}
    start["lists"] = {
        label: {**one, "waiting": {band: n * lists for band, n in one["waiting"].items()}}
        for label, one in start["lists"].items()
    }
    return sim.from_dict({**scenario.config, "start": start})


def run(replication: int, name: str, overrides: list[str], lists: float = 1) -> dict:
    """CPU and wall seconds of the parts of one replication, and this process's peak memory."""
    scenario = scenario_of(name, overrides, lists)
    wall, began = time.perf_counter(), time.process_time()
    patients = patients_of(scenario, replication)
    made = time.process_time()
    record = simulate(scenario, replication, patients)
    simulated = time.process_time()
    measures_of(record, scenario)
    measured = time.process_time()
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        STARTED: len(patients),
        SEEN: int((record.events["event"] == ATTENDED).sum()),
        "events": len(record.events["event"]),
        "waiting_first": sum(len(rows) for rows in patients.placed.values()),
        "patients_seconds": made - began,
        "simulate_seconds": simulated - made,
        "measures_seconds": measured - simulated,
        "cpu_seconds": measured - began,
        "wall_seconds": time.perf_counter() - wall,
        "peak_gb": peak_kb / 2**20,
    }


def best(runs: dict[str, dict], rounds: int) -> dict[str, dict]:
    """Each label's round of least CPU time; `runs` are arguments of `run`, label by label."""
    found: dict[str, dict] = {}
    for number in range(rounds):
        for label, options in runs.items():
            result = one_run("bench.places", 0, options)
            if label not in found or result["cpu_seconds"] < found[label]["cpu_seconds"]:
                found[label] = result
            print(f"round {number + 1}: {label}: {result['cpu_seconds']:.2f} CPU s", file=sys.stderr)
    return found


def per_visit(result: dict) -> float:
    """Microseconds of CPU for each visit."""
    return result["cpu_seconds"] / result[SEEN] * 1e6


def curve(rounds: int) -> str:
    """Cost against population."""
    found = best(
        {
            f"{name}, {scale} of Coventry": {
                "name": name,
                "overrides": [f"place.scale={scale}", "run.years=1"],
            }
            for name in SCENARIOS
            for scale in SCALES
        },
        rounds,
    )
    rows = [
        "Cost against population, one year, one replication with its indicators:\n",
        "| scenario | residents | visits | CPU seconds | microseconds a visit | peak GB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for (label, result), scale in zip(found.items(), SCALES * len(SCENARIOS), strict=True):
        rows.append(
            f"| {label.split(',')[0]} | {RESIDENTS * scale:,.0f} | {result[SEEN]:,} | "
            f"{result['cpu_seconds']:.2f} | {per_visit(result):.1f} | {result['peak_gb']:.2f} |"
        )
    return "\n".join(rows)


def longer_lists(rounds: int) -> str:
    """Cost a visit when everybody's starting list is five times as long."""
    options = {"name": "gp_referral", "overrides": ["run.years=1"]}
    found = best({"once": options, f"{LONGER} times": {**options, "lists": LONGER}}, rounds)
    rows = [
        f"Starting lists {LONGER} times as long, gp_referral, one year (at most 1.1 wanted):\n",
        "| starting lists | people on them | visits | CPU seconds | microseconds a visit |",
        "|---|---:|---:|---:|---:|",
    ]
    for label, result in found.items():
        rows.append(
            f"| {label} | {result['waiting_first']:,} | {result[SEEN]:,} | "
            f"{result['cpu_seconds']:.2f} | {per_visit(result):.2f} |"
        )
    once, longer = map(per_visit, found.values())
    return "\n".join(rows) + f"\n\nA visit costs {longer / once:.2f} times as much."


def parts(rounds: int) -> str:
    """What a default replication spends where."""
    found = best({name: {"name": name, "overrides": []} for name in SCENARIOS}, rounds)
    rows = [
        "A default replication (3 years) in parts; indicators may take 40%:\n",
        "| scenario | people | events | patients | simulation | indicators | CPU s | share |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, r in found.items():
        seconds = [r[f"{part}_seconds"] for part in ("patients", "simulate", "measures", "cpu")]
        rows.append(
            f"| {name} | {r[STARTED]:,} | {r['events']:,} | "
            f"{' | '.join(f'{s:.2f}' for s in seconds)} | {seconds[2] / seconds[3]:.0%} |"
        )
    return "\n".join(rows)


def england() -> str:
    """Everybody in England in one replication."""
    scale = ENGLAND / RESIDENTS
    overrides = [f"place.scale={scale}", "run.years=1"]
    found = best({name: {"name": name, "overrides": overrides} for name in SCENARIOS}, 1)
    rows = [
        "All of England, one year, one replication with its indicators (under 180 s and 16 GB wanted):\n",
        "| scenario | people | events | wall seconds | CPU seconds | peak GB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, r in found.items():
        rows.append(
            f"| {name} | {r[STARTED]:,} | {r['events']:,} | {r['wall_seconds']:.0f} | "
            f"{r['cpu_seconds']:.0f} | {r['peak_gb']:.1f} |"
        )
    return "\n".join(rows)


def main() -> None:
    """Measure, print, and write if asked to."""
    ask = argparse.ArgumentParser(description="What a run costs as the place and its lists grow.")
    ask.add_argument("--rounds", type=int, default=3, help="rounds to take the best of")
    ask.add_argument("--write", action="store_true", help="put the tables into bench/README.md")
    said = ask.parse_args()
    tables = [part(said.rounds) for part in (curve, longer_lists, parts)]
    tables.append(england())
    text = "\n\n".join(tables)
    print(text)
    if said.write:
        write("places", text)


if __name__ == "__main__":
    main()
