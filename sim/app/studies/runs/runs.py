"""`mskflow runs [list | show | compare | prune | verify]`."""

from importlib import import_module

from sim.app.configuration.files.shipped import cut
from sim.app.configuration.request import Request
from sim.app.studies.runs.runs_asked import RunsWords, words_of
from sim.domain.faults import Fault, ScenarioError

_WORK = {"list": "listing", "show": "show", "compare": "compare", "prune": "prune", "verify": "verify_runs"}


def run(request: Request) -> int:
    """Does what the words after `runs` say; its exit code. Raises `ScenarioError`, `Newer`, `Damaged`,
    `Busy`, OSError."""
    asked = words_of(request.words)
    if (
        asked.verb != "list" and asked.out != RunsWords.out and not asked.out.is_dir()
    ):  # what is not there is not whole; `list` says how to begin
        raise ScenarioError(
            [Fault("out", f"there is no folder '{cut(asked.out)}'", "name a folder that runs have written to: out=DIR")]
        )
    return import_module(f"sim.app.studies.runs.{_WORK[asked.verb]}").run(asked)
