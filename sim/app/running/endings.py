"""How a command ends: its exit code, and a line for each thing that went wrong. Nothing heavy is imported here."""

from sim.domain.faults import ScenarioError

DONE, BROKEN, WRONG, UNREADABLE, INTERRUPTED, TERMINATED = 0, 1, 2, 5, 130, 143


def ending(error: Exception) -> tuple[int, list[str]]:
    """Exit code and lines of what stopped a command. An error may bring its own `exit_code`."""
    if isinstance(error, ScenarioError):
        return WRONG, [str(fault) for fault in error.faults]
    text = str(error) or "no message"
    own = getattr(error, "exit_code", None)
    if isinstance(own, int):
        return own, [text]
    if isinstance(error, OSError):
        where = f"cannot read or write {error.filename}: {(error.strerror or '').lower()}" if error.filename else text
        return UNREADABLE, [where]
    return BROKEN, [f"a defect of mskflow: {type(error).__name__}: {text.splitlines()[0][:200]}; --debug shows where"]
