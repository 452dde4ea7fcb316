"""What the default comparison costs: two scenarios, three years, 8 replications, all Coventry, and what stands
beside them.

    python -m bench.default            print the table (about a minute)
    python -m bench.default --write    and put it into bench/README.md

It is the command a newcomer types, from start to the finished results folder. Memory is added up
over the command and its workers while they run, memory that they share counted once.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.readme import write

WORKERS = 2
EVERY_SECONDS = 0.2


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except OSError:  # it ended meanwhile
                continue
    return found


def memory_kb(pid: int) -> int:
    """Proportional memory (PSS) of a process now; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def run(overrides: list[str]) -> dict:
    """Wall and CPU seconds and peak memory of `mskflow run`."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "sim", "run", f"out={folder}/results", *overrides]
        before, began = os.times(), time.perf_counter()
        command_runs = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        peak = 0
        while command_runs.poll() is None:
            peak = max(peak, sum(map(memory_kb, family(command_runs.pid))))
            time.sleep(EVERY_SECONDS)
        wall, after = time.perf_counter() - began, os.times()
    if command_runs.returncode:
        raise SystemExit(f"mskflow run ended with {command_runs.returncode}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {"wall_seconds": wall, "cpu_seconds": cpu, "peak_gb": peak / 2**20}


def main() -> None:
    """Measure, print, and write if asked to."""
    ask = argparse.ArgumentParser(description="What the default comparison costs.")
    ask.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    ask.add_argument("overrides", nargs="*", help="key=value, to measure another run")
    said = ask.parse_args()
    result = run([f"run.workers={WORKERS}", *said.overrides])
    text = "\n".join(
        [
            "The default comparison, `mskflow run` from start to report (under 60 s and 1 GB wanted):\n",
            "| workers | wall seconds | CPU seconds | peak GB |",
            "|---:|---:|---:|---:|",
            f"| {WORKERS} | {result['wall_seconds']:.1f} | {result['cpu_seconds']:.1f} | {result['peak_gb']:.2f} |",
        ]
    )
    print(text)
    if said.write:
        write("default", text)


if __name__ == "__main__":
    main()
