"""Visits per CPU second of the three simulators, measured in one sitting.

    python -m bench.speed            print the tables
    python -m bench.speed --write    and put them into bench/README.md

Every run is a process of its own, one after the other, so that no model inherits another's
memory or competes with it. Rounds alternate the models, so that a busy spell of the machine
falls on all of them; the median of the rounds is reported, with the range. The clock is
`time.process_time` and starts after imports, in each model's `run`.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from bench.readme import write
from bench.speed_tables import agreement_table, speed_table

HERE = Path(__file__).resolve().parent
OURS = "bench.ours"
SHORT = {"days": 120}  # the days that the Ciw model runs by default

TIMED = [
    ("mskflow", OURS, {}),
    ("SimPy", "bench.process_per_patient", {}),
    ("Ciw", "bench.ciw_model", {}),
    ("Ciw, a tenth of the place", "bench.ciw_model", {"days": 365, "place": 0.1}),
]
# Over the same days, to see that they simulate the same thing. (Ciw's are the timed runs.)
COMPARED = [
    ("mskflow", OURS, SHORT),
    ("SimPy", "bench.process_per_patient", SHORT),
]


def one_run(module: str, seed: int, options: dict) -> dict:
    """The result of one run in a fresh interpreter."""
    code = (
        "import importlib, json, sys\n"
        "run = importlib.import_module(sys.argv[1]).run\n"
        "print(json.dumps(run(int(sys.argv[2]), **json.loads(sys.argv[3]))))"
    )
    command = [sys.executable, "-c", code, module, str(seed), json.dumps(options)]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stderr.strip()}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(rounds: int) -> tuple[dict[str, list[dict]], dict[str, list[dict]]]:
    """Results of every round, of the timed runs and of those that are compared."""
    present = importlib.util.find_spec(OURS) is not None
    if not present:
        print(f"{OURS} is not there yet: the others are measured without it.", file=sys.stderr)
    timed: dict[str, list[dict]] = {}
    compared: dict[str, list[dict]] = {}
    for seed in range(1, rounds + 1):
        for runs, results in ((TIMED, timed), (COMPARED, compared)):
            for name, module, options in runs:
                if module == OURS and not present:
                    continue
                result = one_run(module, seed, options)
                results.setdefault(name, []).append(result)
                pace = f"{result['visits_per_cpu_second']:,.0f} visits per CPU second"
                print(f"round {seed}: {name}, {result['days']} days: {pace}", file=sys.stderr)
    compared["Ciw"] = timed["Ciw"]
    return timed, compared


def report(rounds: int) -> str:
    """The two tables with what they were measured with."""
    timed, compared = measure(rounds)
    used = ", ".join(f"{name} {version(name)}" for name in ("simpy", "ciw", "numpy"))
    python = ".".join(str(part) for part in sys.version_info[:3])
    with_what = f"{rounds} rounds, Python {python}, {used}."
    return "\n\n".join([with_what, speed_table(timed), agreement_table(compared)])


def main() -> None:
    """Measure, print, and write if asked to."""
    ask = argparse.ArgumentParser(description="Visits per CPU second of the three simulators.")
    ask.add_argument("--rounds", type=int, default=3, help="rounds to take the median of")
    ask.add_argument("--write", action="store_true", help="put the tables into bench/README.md")
    said = ask.parse_args()
    tables = report(said.rounds)
    print(tables)
    if said.write:
        write("speed", tables)


if __name__ == "__main__":
    main()
