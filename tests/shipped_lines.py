"""Runs commands one after the other in one process, as tests/test_shipped.py asks for them on the standard input.

Prints a line of JSON for each: exit code, CPU seconds, results folders made, what was said on the error stream.
Replications run in this process, since a worker for each command would cost as much as all else; and only those
commands draw that are asked to, since pictures are two thirds of what a tiny run costs. What services would be asked
for is the next third: it is counted at its own size in the one line that says so, which alone draws its pathway too
(tests/test_draw.py draws that of every scenario).
"""

import contextlib
import io
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from unittest.mock import patch

import sim
from sim.analysis import figures
from sim.app.running import supervisor
from sim.app.studies import load
from sim.app.studies.comparison import publish
from sim.app.studies.uncertainty import uncertain
from sim.domain.scenario import Scenario
from sim.engine.simulate import simulate

SHORT, DRAWN, WHOLE = range(3)
"""What of a command is done: its figures too, or all of it at its own size."""
SOMEBODY_ELSES = re.compile(r"(?=.*\d)[0-9a-f]{8}|\w+/\d{4}-\d\d-\d\d_\d{6}")
"""What stands on a page for a results folder that whoever reads it has not got."""


def main() -> None:
    assert (Path(sim.__file__).parent / "_shipped").is_dir(), f"{sim.__file__} is not an installed wheel's"
    (script,) = entry_points(group="console_scripts", name="mskflow")
    mskflow = script.load()
    supervisor._apart = lambda work, tasks, *_: supervisor._here(supervisor.named(work), tasks)
    for words, whole in json.load(sys.stdin):
        with contextlib.ExitStack() as inside:
            if whole < DRAWN:
                inside.enter_context(patch.object(figures, "drawings", lambda study: ()))
            if whole < WHOLE:
                inside.enter_context(patch.object(publish, "svg_of", lambda scenario: "<svg/>"))
                inside.enter_context(in_short())
            print(json.dumps(done(mskflow, words)), flush=True)


def done(mskflow: Callable[[list[str]], int], words: list[str]) -> tuple[int, float, list[str], str]:
    """Exit code, CPU seconds, folders with a report that were not there before, the error stream."""
    mine = (folder.removeprefix("results/") for folder in sorted(folders()) if folder.startswith("results/"))
    words = [next(mine, word) if SOMEBODY_ELSES.fullmatch(word) else word for word in words]
    before, said, began = folders(), io.StringIO(), time.process_time()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        code = mskflow(words)
    return code, round(time.process_time() - began, 1), sorted(folders() - before), said.getvalue()


@contextlib.contextmanager
def in_short() -> Iterator[None]:
    """Inside, load is counted in the first weeks of few people, and what is believed is drawn beside few replications
    as configured."""
    with (
        patch.object(load, "RESIDENTS", 300),
        patch.object(load, "WARM_UP_DAYS", 0),
        patch.object(uncertain, "AS_CONFIGURED", 2),
        patch.object(load, "simulate", lambda roomy, number: simulate(_of_weeks(roomy), number)),
    ):
        yield


def _of_weeks(scenario: Scenario) -> Scenario:
    return replace(scenario, run=replace(scenario.run, years=0.1))


def folders() -> set[str]:
    """Every results folder with a page to read."""
    return {path.parent.as_posix() for path in Path().rglob("manifest.json") if any(path.parent.glob("*.html"))}


if __name__ == "__main__":
    main()
