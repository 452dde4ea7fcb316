"""`mskflow` as a command, for the tests of what it says and how it ends.

`mskflow` runs it in this process, which has imported what a process of its own would take seconds to import.
`process` starts one: where two workers, another hash seed or the process itself is what is tested.
"""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from sim.analysis import figures
from sim.app import cli
from sim.app.running import supervisor
from sim.app.studies.comparison import publish

ROOT = Path(__file__).resolve().parent.parent


class Done(NamedTuple):
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def mskflow(*words: str, cwd: Path, drawn: bool = True) -> Done:
    """The command in this process and no other, in the folder `cwd`; not `drawn` where nobody looks at figures."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(cwd),
        mock.patch.dict(os.environ, COLUMNS="160"),
        contextlib.nullcontext() if drawn else undrawn(),
        workerless(),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = cli.main(words)
    return Done(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def workerless() -> Iterator[None]:
    """Inside, all is done in this process: a worker costs seconds before it begins."""

    def here(work: str, tasks, *_):
        return supervisor._here(supervisor.named(work), tasks)

    with mock.patch.object(supervisor, "_apart", here):
        yield


@contextlib.contextmanager
def undrawn() -> Iterator[None]:
    """Inside, a study has no figures, and its pathway no picture: two thirds of what a small run costs."""
    with (
        mock.patch.object(figures, "drawings", return_value=()),
        mock.patch.object(publish, "svg_of", return_value="<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ):
        yield


def process(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    """The same as a process of its own."""
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "COLUMNS": "160",
        **environment,
    }
    return subprocess.run(
        [sys.executable, "-m", "sim", *words],
        cwd=cwd,
        env=env,
        capture_output=True,
        encoding=env.get("PYTHONIOENCODING", "utf-8"),
        timeout=300,
        check=False,
    )
