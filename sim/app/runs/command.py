"""`mskflow runs [list | show | compare | prune | verify]`."""

from importlib import import_module

from sim.app.runs.words import words_of

_WORK = {"list": "listing", "show": "show", "compare": "compare", "prune": "prune", "verify": "verify"}


def run(words) -> int:
    """Does what the words after `runs` say; its exit code. Raises `ScenarioError`, `Newer`, `Damaged`, `Busy`, OSError."""
    asked = words_of(words)
    return import_module(f"sim.app.runs.{_WORK[asked.verb]}").run(asked)
