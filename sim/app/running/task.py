"""What a task runs, and what becomes of it, as plain data that passes between processes."""

import importlib
import traceback
from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """Why a task failed; `kind` is `exception`, `crash` (its process died) or `limit` (it ran too long)."""

    kind: str
    type: str
    message: str
    traceback: str = ""

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type


@dataclass(frozen=True)
class Finished:
    """What became of a task: `error` is None, or `result` is."""

    key: object
    result: object = None
    error: Failure | None = None
    attempts: int = 1


def named(work: str):
    module, _, name = work.partition(":")
    if not module or not name:
        raise ValueError(f"work is '{work}'; it is named 'package.module:function'")
    function = getattr(importlib.import_module(module), name, None)
    if not callable(function):
        raise ValueError(f"work is '{work}'; module {module} has no function {name}")
    return function


def described(error: BaseException) -> Failure:
    """An exception as text: some cannot be sent to another process, and none needs to be."""
    kind, trace = type(error), error.__traceback__
    lines = traceback.format_exception(kind, error, trace and trace.tb_next, limit=-6)  # without our own frame
    try:
        message = str(error)
    except Exception:
        message = "(its message cannot be read)"
    return Failure("exception", kind.__name__, message, "".join(lines)[-4000:])
