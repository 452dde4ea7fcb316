"""Files are read in a process of its own, with limited memory and time, which writes nothing and keeps no core.

What comes back is plain data and faults of ours; what somebody's file made Python say does not. `python -m` runs it.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from sim.app.importing.found import Found
from sim.app.importing.source import Source, refuse
from sim.app.machine import confine
from sim.domain.faults import Fault, ScenarioError

MEMORY = 1 << 30
"""Bytes that the reading of one file may use, where the system can limit them."""
SECONDS = 60
"""Of processor time for one file, where the system can limit it; of the clock, five times as many."""


def read(path: Path, number: int, what: Sequence[str] = (), functions: Sequence[str] = ()) -> Found:
    """What is in the file, the `number`th that was given; ScenarioError with every fault, or where it takes too much.

    Until a form is known that has no row a patient, messages name the number: a file's name may be somebody's.
    """
    asked = pickle.dumps((str(path), number, tuple(what), tuple(functions)))
    package = str(Path(__file__).resolve().parents[3])
    ways = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    few = {"PYTHONPATH": ways, "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", __name__]
    where = f"file {number} of those given"
    try:
        done = subprocess.run(
            command,
            input=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | few,
            timeout=5 * SECONDS,
        )
    except subprocess.TimeoutExpired:
        refuse(where, f"reading it takes more than {5 * SECONDS} seconds", "give one month, or one provider, at a time")
    if done.returncode or not done.stdout:
        what_is_wrong = f"reading it takes more than {MEMORY >> 30} GiB of memory or {SECONDS} seconds"
        refuse(where, what_is_wrong, "give one month, or one provider, at a time")
    kind, found = pickle.loads(done.stdout)
    if kind != "found":
        raise ScenarioError(found)
    return found


def _found(asked: bytes) -> tuple[str, object]:
    path, number, what, functions = pickle.loads(asked)
    from sim.app.importing import forms

    nameless = f"file {number} of those given"
    try:
        source = Source.of(Path(path), nameless)
        form = forms.form_of(source)
        return "found", forms.read(source if form in forms.BY_ROW else source.public(), form, what, functions)
    except ScenarioError as error:
        return "faults", error.faults
    except MemoryError:
        raise
    except Exception as error:  # what it says may be somebody's
        return "faults", (
            Fault(nameless, f"it cannot be read ({type(error).__name__})", "save it again as .csv (UTF-8)"),
        )


def main() -> int:
    asked = sys.stdin.buffer.read()
    confine(MEMORY, SECONDS)
    try:
        told = pickle.dumps(_found(asked))
    except MemoryError:
        return 1
    sys.stdout.buffer.write(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
