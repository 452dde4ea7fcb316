"""The notes of unfinished runs, whoever is running them."""

from dataclasses import dataclass
from pathlib import Path

from sim.app.machine import NotPlain
from sim.app.store.disk import PARTIAL
from sim.app.store.lock import held
from sim.app.store.unfinished import SUFFIX, note_in

_NEEDED = {"kind": str, "scenario": str, "seed": int, "command": str, "model": str}


@dataclass(frozen=True)
class Note:
    """`said`: None where the file is torn. `live`: somebody is running it now.
    `keys`: None where it does not say which."""

    path: Path
    said: dict | None
    live: bool

    @property
    def keys(self) -> list[str] | None:
        keys = (self.said or {}).get("keys")
        return keys if isinstance(keys, list) and keys and all(isinstance(key, str) for key in keys) else None


def notes_in(out: Path) -> list[Note]:
    """In the order of their names."""
    found = []
    for path in sorted((out / PARTIAL).glob(f"*{SUFFIX}")):
        try:
            said = note_in(path)
        except FileNotFoundError:  # finished just now
            continue
        except (ValueError, NotPlain):
            said = None
        usable = isinstance(said, dict) and all(isinstance(said.get(name), kind) for name, kind in _NEEDED.items())
        found.append(Note(path, said if usable else None, held(path.with_suffix(".lock"))))
    return found
