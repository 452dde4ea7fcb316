"""The lines by which a store knows what it holds; a line carries its own checksum,
so a torn or flipped one counts as absent."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from sim.app.machine import plain_file

FORMAT = 1
SUFFIX = ".manifest"
ALL = f"all{SUFFIX}"
"""What finished writers have written; one that is at work has a file of its own, so that nobody waits for another."""
HEADER, SCENARIO, STORED, FAILED, BEGUN, ASKED, REMOVED, WHOLE = (
    "header",
    "scenario",
    "stored",
    "failed",
    "begun",
    "asked",
    "removed",
    "whole",
)
"""What a line says. ASKED: how often each service is used where there is room for everybody. REMOVED: a file that is
forgotten and may be there still. WHOLE ends the common manifest and counts its lines, so that none is lost unseen."""
_CHECK = 16
_FILE = {"key": str, "file": str, "sha256": str, "bytes": int}
_SHAPES: dict[str, dict[str, type]] = {
    HEADER: {"format": int},
    SCENARIO: _FILE,
    STORED: {"replication": int, **_FILE},
    BEGUN: {"key": str, "replication": int},
    ASKED: {"key": str, "of": str, "counts": list},
    REMOVED: {"file": str},
    WHOLE: {"lines": int},
    FAILED: {"key": str, "name": str, "replication": int, "seed": int, "kind": str, "why": str, "attempts": int},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the store, with what its bytes have to be."""

    file: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Failed:
    """A replication that failed for good: `kind` is exception, crash or limit; `when`: seconds since 1970."""

    key: str
    name: str
    replication: int
    seed: int
    kind: str
    why: str
    attempts: int
    when: float = 0.0

    def __str__(self) -> str:
        return f"{self.name}, replication {self.replication}, seed {self.seed}: {self.why}"


def line_of(said: dict) -> bytes:
    """One fact as a line."""
    text = json.dumps(said, ensure_ascii=True)
    return f"{_check(text)} {text}\n".encode()


def said_in(line: bytes) -> dict | None:
    """The fact, or None where the line is not whole."""
    check, _, text = line.decode("ascii", "replace").rstrip("\n").partition(" ")
    if not line.endswith(b"\n") or check != _check(text):
        return None
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and _understood(said) else None


def _understood(said: dict) -> bool:
    """Whether it has what its kind has to have, and names no file elsewhere;
    a kind that a later version adds is let through."""
    shape = _SHAPES.get(str(said.get("is")), {})
    return all(isinstance(said.get(name), kind) for name, kind in shape.items()) and Path(
        str(said.get("file", "x"))
    ).name == said.get("file", "x")


def _check(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_CHECK]


class Tail:
    """A manifest file, of which only what is new is read. `torn`: lines that are not whole, the last one aside."""

    def __init__(self, path: Path):
        self.path, self.torn, self._place, self._is = path, 0, 0, None

    def news(self) -> list[dict] | None:
        """The facts that are new; None where the file is another one than before, and all have to be read again."""
        with plain_file(self.path) as file:
            state = _identity(file)
            if self._is is not None and self._is != state:
                self._place, self._is, self.torn = 0, None, 0
                return None
            self._is = state
            file.seek(self._place)
            data = file.read()
        data = data[: data.rfind(b"\n") + 1]  # the rest is being written, or its writer was killed
        self._place += len(data)
        found = [said_in(line) for line in data.splitlines(keepends=True)]
        self.torn += found.count(None)
        return [said for said in found if said is not None]


def _identity(file) -> tuple:
    state = os.fstat(file.fileno())
    return state.st_dev, state.st_ino
