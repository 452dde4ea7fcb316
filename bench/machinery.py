"""What it costs to run replications in workers and to store them, over what the simulation itself costs; and two workers against one.

    python -m bench.machinery            # about five minutes on two quiet cores
    python -m bench.machinery --write    # the tables of README.md too

All are measured in one run, in turns. The simulation itself: the replications in a plain loop in one process, imports left
out. The machinery: CPU seconds of the main process and its workers while they run and store the same replications, less that;
starting the workers and their imports are part of it.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import sim
from bench.readme import write

REPLICATIONS = 200
CASES = {
    "small": ("the integrated pathway in a tenth of the city, one year", "integrated", "place.scale=0.1"),
    "smallest": ("the old pathway in a fiftieth of the city, one year", "gp_referral", "place.scale=0.02"),
}
_CHILD = "import sys; from bench.machinery import child; child(*sys.argv[1:])"


def child(case: str, how: str, count: str) -> None:
    """Prints CPU and wall seconds; in a process of its own, so that its children are its own."""
    from sim.app.batch import Terms, complete, keyed
    from sim.app.progress import Silent
    from sim.app.store import Store
    from sim.app.work import Task, replicate

    _, name, scale = CASES[case]
    scenario = sim.load(name, scale, "run.years=1", "compare_with=null")
    replications = range(int(count))
    if how == "loop":
        replicate(Task((scenario,), 0))     # imports and first-time costs
        began = time.perf_counter(), time.process_time()
        for r in replications:
            replicate(Task((scenario,), r))
        print(time.process_time() - began[1], time.perf_counter() - began[0])
        return
    with tempfile.TemporaryDirectory() as out:
        store, began = Store(out), (_cpu(), time.perf_counter())
        failed = complete(keyed((scenario,), replications), store, Silent(), Terms(int(how)))
        assert not failed
        print(_cpu() - began[0], time.perf_counter() - began[1])


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measured(case: str, how: str) -> tuple[float, float]:
    """CPU and wall seconds."""
    done = subprocess.run([sys.executable, "-c", _CHILD, case, how, str(REPLICATIONS)], capture_output=True, text=True, check=True)
    cpu, wall = map(float, done.stdout.split())
    return cpu, wall


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    lines = ["| pathway | a replication, CPU ms | machinery, share of the simulation's CPU (range) | two workers over one, wall (range) |", "|---|---:|---:|---:|"]
    for case, (words, *_) in CASES.items():
        rounds = []
        for _ in range(asked.rounds):
            rounds.append({how: measured(case, how) for how in ("loop", "1", "2")})
        own = [one["loop"][0] for one in rounds]
        extra = [one["2"][0] / one["loop"][0] - 1 for one in rounds]
        faster = [one["1"][1] / one["2"][1] for one in rounds]
        lines.append(f"| {case}: {words} | {statistics.median(own) / REPLICATIONS * 1000:.0f} | {statistics.median(extra):.1%} ({min(extra):.1%} to {max(extra):.1%}) | "
                     f"{statistics.median(faster):.2f} ({min(faster):.2f} to {max(faster):.2f}) |")
    text = f"{REPLICATIONS} replications, {asked.rounds} rounds.\n\n" + "\n".join(lines)
    print(text)
    if asked.write:
        write("machinery", text)


if __name__ == "__main__":
    main()
