"""Visits per CPU second of the three simulators, measured in one sitting.

    python -m bench.speed            print the tables
    python -m bench.speed --write    and put them into bench/README.md
    python -m bench.speed --against REV_OR_DIR    this code beside a commit's, or another clone's, in turns

Every run is a process of its own, one after the other, so that no model inherits another's
memory or competes with it. Rounds alternate the models, so that a busy spell of the machine
falls on all of them; the median of the rounds is reported, with the range. The clock is
`time.process_time` and starts after imports, in each model's `run`.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.fixed_cost import code_of
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


# What is paired with another commit: of one replication the CPU seconds that its simulation takes.
PAIRED = {
    "`integrated`, three years": ("integrated", []),
    "`integrated`, a twentieth of the city": ("integrated", ["place.scale=0.05", "run.years=1"]),
    "`gp_referral`, one year": ("gp_referral", ["run.years=1"]),
    "`sussex_as_is` with its drop-ins, a fifth, one year": ("sussex_as_is", ["place.scale=0.2", "run.years=1"]),
}
PAIRED_RUN = """
import sys, time, sim
from sim.engine.simulate import patients_of, simulate
scenario = sim.load(*sys.argv[1:])
patients = patients_of(scenario, 0)
simulate(scenario, 0, patients)
began = time.process_time()
simulate(scenario, 0, patients)
print(time.process_time() - began)
"""


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


def cpu_of(code: Path, name: str, overrides: list[str]) -> float:
    """CPU seconds of the second simulation in a process of its own, by the code in a folder."""
    command = [sys.executable, "-c", PAIRED_RUN, name, *overrides]
    surroundings = os.environ | {"PYTHONPATH": str(code)}
    done = subprocess.run(command, cwd=code, env=surroundings, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def against(other: Path, rounds: int) -> str:
    """The least CPU seconds of either code, rounds the other way about in turns, and by what this one is faster."""
    lines = ["| run | before, CPU s | now, CPU s | times as fast (median of rounds) |", "|---|---:|---:|---:|"]
    for words, (name, overrides) in PAIRED.items():
        pairs = []
        for number in range(rounds):
            seconds = {code: cpu_of(code, name, overrides) for code in (other, HERE.parent)[:: 1 - 2 * (number % 2)]}
            pairs.append((seconds[other], seconds[HERE.parent]))
        before, now = (min(column) for column in zip(*pairs, strict=True))
        typical = median(b / n for b, n in pairs)
        lines.append(f"| {words} | {before:.2f} | {now:.2f} | {before / now:.2f} ({typical:.2f}) |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write if asked to."""
    ask = argparse.ArgumentParser(description="Visits per CPU second of the three simulators.")
    ask.add_argument("--rounds", type=int, default=3, help="rounds to take the median of")
    ask.add_argument("--write", action="store_true", help="put the tables into bench/README.md")
    ask.add_argument("--against", metavar="REV_OR_DIR", help="pair the engine with another commit's instead")
    said = ask.parse_args()
    if said.against:
        with tempfile.TemporaryDirectory() as folder:
            text = f"{said.rounds} rounds.\n\n{against(code_of(said.against, Path(folder)), said.rounds)}"
        print(text)
        if said.write:
            write("engine", text)
        return
    tables = report(said.rounds)
    print(tables)
    if said.write:
        write("speed", tables)


if __name__ == "__main__":
    main()
