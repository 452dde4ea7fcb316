"""What it costs to run replications in workers and to store them, over what the simulation itself costs;
and two workers against one.

    python -m bench.machinery            # five minutes on two quiet cores
    python -m bench.machinery --write    # the table of README.md too

All in one run, in turns. The simulation itself is the CPU time that workers spend between a task and its measures.
The machinery is all other CPU time of the main process and its workers: starting them, their imports, sending,
storing, syncing, and telling.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sim
from bench.readme import write

REPLICATIONS = 200
CASES = {
    "small": ("the integrated pathway in a tenth of the city, one year", "integrated", "place.scale=0.1"),
    "smallest": ("the old pathway in a fiftieth of the city, one year", "gp_referral", "place.scale=0.02"),
}
_CHILD = "import sys; from bench.machinery import child; child(*sys.argv[1:])"


def timed(keyed):
    """What a worker does, with the CPU seconds of the simulation added to its own file."""
    from sim.app.running import work

    measured, spent = work._measured, []

    def watched(task):
        began = time.process_time()
        try:
            return measured(task)
        finally:
            spent.append(time.process_time() - began)

    work._measured = watched
    try:
        return work.stored_form(keyed)
    finally:
        work._measured = measured
        with open(os.path.join(os.environ["BENCH_SPENT"], str(os.getpid())), "a", encoding="ascii") as file:
            file.write(f"{sum(spent)}\n")


def child(case: str, workers: str, count: str) -> None:
    """Prints the simulation's CPU seconds, all CPU seconds and wall seconds;
    in a process of its own, so that its children are its own."""
    from sim.app.running import batch
    from sim.app.running.progress import Silent
    from sim.app.store import Store

    _, name, scale = CASES[case]
    scenario = sim.load(name, scale, "run.years=1", "compare_with=null")
    with tempfile.TemporaryDirectory() as out, tempfile.TemporaryDirectory() as spent:
        os.environ["BENCH_SPENT"], batch.WORK = spent, f"{timed.__module__}:{timed.__name__}"
        store, began = Store(out), (_cpu(), time.perf_counter())
        failed = batch.complete(batch.keyed((scenario,), range(int(count))), store, Silent(), batch.Terms(int(workers)))
        assert not failed
        own = sum(float(line) for file in Path(spent).iterdir() for line in file.read_text().split())
        print(own, _cpu() - began[0], time.perf_counter() - began[1])


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measured(case: str, workers: int) -> tuple[float, float, float]:
    """CPU seconds of the simulation and in all, and wall seconds."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, case, str(workers), str(REPLICATIONS)],
        capture_output=True,
        text=True,
        check=True,
    )
    own, cpu, wall = map(float, done.stdout.split())
    return own, cpu, wall


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    lines = [
        (
            "| pathway | a replication, CPU ms | machinery over the simulation, one worker (range) | two workers "
            "(range) | two workers are faster than one by (range) |"
        ),
        "|---|---:|---:|---:|---:|",
    ]
    for case, (words, *_) in CASES.items():
        rounds = [{workers: measured(case, workers) for workers in (1, 2)} for _ in range(asked.rounds)]
        own = statistics.median(one[1][0] for one in rounds) / REPLICATIONS * 1000
        over = [_told([one[workers][1] / one[workers][0] - 1 for one in rounds], ".1%") for workers in (1, 2)]
        faster = _told([one[1][2] / one[2][2] for one in rounds], ".2f")
        lines.append(f"| {case}: {words} | {own:.0f} | {over[0]} | {over[1]} | {faster} |")
    text = f"{REPLICATIONS} replications, {asked.rounds} rounds.\n\n" + "\n".join(lines)
    print(text)
    if asked.write:
        write("machinery", text)


def _told(values: list[float], how: str) -> str:
    return f"{statistics.median(values):{how}} ({min(values):{how}} to {max(values):{how}})"


if __name__ == "__main__":
    main()
