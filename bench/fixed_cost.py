"""What a command costs whatever the size of the place: a run of a tiny one, the same again, a check, the first words.

    python -m bench.fixed_cost --against REV_OR_DIR            # beside a commit, or a folder with another clone
    python -m bench.fixed_cost --against REV_OR_DIR --write    # the table of README.md too

CPU seconds of whole processes with all that they start, this code and the other in turns: of the seconds of one
machine and one hour only the ratios are worth keeping.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from bench.readme import write

HOME = Path(__file__).resolve().parent.parent
TINY = ("integrated", "place.scale=0.05", "run.years=1", "run.replications=2")


@dataclass(frozen=True)
class Case:
    """What Python is given; `ratio`, `seconds`: the most that it should take, of the other code's time and in all."""

    words: str
    given: tuple[str, ...]
    ratio: float | None = None
    seconds: float | None = None


CASES = (
    Case("a run of a tiny place", ("-m", "sim", "run", *TINY), ratio=0.4),
    Case("the same again, all of it stored", ("-m", "sim", "run", *TINY), ratio=0.25),
    Case("`check integrated`", ("-m", "sim", "check", "integrated"), ratio=0.5),
    Case('`python -c "import sim"`', ("-c", "import sim"), seconds=0.3),
    Case("`mskflow --help`", ("-m", "sim", "--help"), seconds=1.0),
    Case("`mskflow list`", ("-m", "sim", "list"), seconds=1.0),
)


def cpu_of(code: Path, given: tuple[str, ...], folder: Path) -> float:
    """CPU seconds of one process, and of those that it waits for; RuntimeError where it fails."""
    out = (f"out={folder / 'out'}",) if "run" in given else ()
    surroundings = os.environ | {"PYTHONPATH": str(code)}
    with open(folder / "said", "w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            [sys.executable, *given, *out], cwd=folder, env=surroundings, stdout=said, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{code}: {' '.join(given)} ended with {process.returncode}:\n{said.read()[-2000:]}")
    return used.ru_utime + used.ru_stime


def measured(codes: tuple[Path, ...], rounds: int) -> list[list[list[float]]]:
    """CPU seconds: of each case, in each round, of each of `codes`; every other round the other way about."""
    found: list[list[list[float]]] = [[] for _ in CASES]
    for number in range(rounds):
        turn = list(range(len(codes)))[:: 1 if number % 2 == 0 else -1]
        with tempfile.TemporaryDirectory() as there:
            folders = [Path(there, str(which)) for which in range(len(codes))]
            for folder in folders:
                folder.mkdir()
            for case, rows in zip(CASES, found, strict=True):
                seconds = {which: cpu_of(codes[which], case.given, folders[which]) for which in turn}
                rows.append([seconds[which] for which in range(len(codes))])
                print(f"round {number + 1}, {case.words}: {rows[-1]}", file=sys.stderr, flush=True)
    return found


def table(found: list[list[list[float]]]) -> str:
    """Medians over the rounds, and of the ratios their range."""
    lines = ["| command | before, CPU s | now, CPU s | now over before (range) | goal |", "|---|---:|---:|---:|---|"]
    for case, rows in zip(CASES, found, strict=True):
        before, now = (statistics.median(column) for column in zip(*rows, strict=True))
        ratios = [b / a for a, b in rows]
        goal = f"at most {case.ratio:g} times" if case.ratio else f"at most {case.seconds:g} s"
        told = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        lines.append(f"| {case.words} | {before:.2f} | {now:.2f} | {told} | {goal} |")
    return "\n".join(lines)


def code_of(asked: str, folder: Path) -> Path:
    """The folder that is named, or one with what stands in git under that name."""
    if Path(asked).is_dir():
        return Path(asked).resolve()
    data = subprocess.run(["git", "archive", asked], cwd=HOME, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(data)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--against", required=True, metavar="REV_OR_DIR")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = table(measured((code_of(asked.against, Path(folder)), HOME), asked.rounds))
    text = f"{asked.rounds} rounds.\n\n{text}"
    print(text)
    if asked.write:
        write("fixed_cost", text)


if __name__ == "__main__":
    main()
