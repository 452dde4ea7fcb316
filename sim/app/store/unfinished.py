"""The note that a run leaves while it is not finished, so that what goes on in its folder is the same run.

The same command takes it up. Another seed, configuration or version of the same scenario is refused,
and told what differs: a typing mistake must not begin a second experiment beside the half of a first.
"""

import json
import shutil
from contextlib import suppress
from pathlib import Path

from sim.app.configuration.leaves import leaves, shown
from sim.app.machine import plain_bytes
from sim.app.store.disk import PARTIAL, missing, remove_if_empty, writing
from sim.app.store.key import HOW_MUCH, model_version
from sim.app.store.lock import Busy, Lock, held
from sim.app.store.writer import replace_whole
from sim.domain.scenario import Scenario

SUFFIX, _ASIDE = ".unfinished", ".aside"
POINT = "point"
"""The kind of a run that is one of many which a search tries: what one left undone does not hold up the others."""
_KINDS = ("run-", "sweep-", f"{POINT}-", "folder-")
"""What a lock in DIR/.partial/ is called that belongs to a run, a sweep or a results folder."""
_SAID = {
    **dict.fromkeys(("kind", "identity", "scenario", "model", "command"), str),
    "seed": int,
    "parts": list,
    "values": dict,
}
_LARGEST = 64_000_000  # bytes: a sweep of ten thousand points names each
_MOST_DIFFERENCES = 5
_HOW_MUCH = {f"run.{name}" for name in HOW_MUCH}


class Another(RuntimeError):
    """The folder belongs to an unfinished run of another configuration."""

    exit_code = 3


class Unfinished:
    """Holds a run's place in `out`/.partial/ for as long as it goes on.

    Entering raises `Busy` where the same run is going on, and `Another` where an unfinished one of this scenario
    (that nobody continues now) differs. `parts`: hashes of the points of a sweep; one that shares a point with this is
    the same. `keys`: those in the store, which `mskflow runs prune` spares while the note is there. After `begun` the
    note stays until `finished`.
    """

    def __init__(
        self,
        out,
        kind: str,
        identity: str,
        scenario: Scenario,
        command: str,
        parts: tuple[str, ...] = (),
        keys: tuple[str, ...] = (),
    ):
        self._partial = Path(out) / PARTIAL
        self._stem = f"{kind}-{identity}"
        self._note = self._partial / f"{self._stem}{SUFFIX}"
        self._lock = Lock(self._partial / f"{self._stem}.lock")
        self._said = {
            "kind": kind,
            "identity": identity,
            "scenario": scenario.name,
            "seed": scenario.run.seed,
            "model": model_version(),
            "command": command,
            "parts": list(parts),
            "keys": list(keys),
            "values": leaves(scenario.config) | {"compare_with": scenario.config.get("compare_with")},
        }
        self._made, self._stays = [], False

    def __enter__(self):
        with writing(self._partial):
            self._made = missing(self._partial.parent)
            self._lock.take()
        try:
            clear(self._partial)
            for note in abandoned(self._partial):
                if note["identity"] != self._said["identity"]:
                    self._compare(note)
        except BaseException:
            self._close()
            raise
        self._stays = self._note.exists()
        return self

    def __exit__(self, kind, error, trace):
        self._close()

    def begun(self) -> None:
        """Something of it is stored: the note is needed."""
        if not self._stays:
            self._stays = True
            replace_whole(self._note, json.dumps(self._said).encode(), self._partial / f"{self._stem}{_ASIDE}")

    def finished(self) -> None:
        """All of it is there: the note goes."""
        with writing(self._note):
            self._note.unlink(missing_ok=True)

    def _compare(self, note: dict) -> None:
        mine = self._said
        if note["kind"] != mine["kind"] or note["kind"] == POINT or note["scenario"] != mine["scenario"]:
            return
        if {str(part) for part in note["parts"]} & set(mine["parts"]):  # the same sweep with other points beside
            with suppress(OSError):
                (self._partial / f"{note['kind']}-{note['identity']}{SUFFIX}").unlink()
            return
        told = _differences(note, mine)
        if told:
            raise Another(
                f"{self._partial.parent} holds an unfinished run of {note['scenario']}, and this one differs: "
                f"{'; '.join(told)}\n"
                f"  to continue that one: {note['command']}\n"
                "  to begin this one beside it, name another folder with out=DIR; to forget that one: "
                f"mskflow runs prune unfinished=true out={self._partial.parent}"
            )

    def _close(self) -> None:
        self._lock.drop()
        remove_if_empty(self._partial, *self._made)


def abandoned(partial: Path) -> list[dict]:
    """The notes of unfinished runs that nobody is running now."""
    found = []
    for path in sorted(partial.glob(f"*{SUFFIX}")) if partial.is_dir() else ():
        lock = Lock(path.with_suffix(".lock"))
        with suppress(OSError, ValueError, Busy):
            certain = lock.take()
            lock.drop()
            if certain:
                note = note_in(path)
                if all(isinstance(note.get(name), kind) for name, kind in _SAID.items()):
                    found.append(note)
    return found


def note_in(path: Path) -> dict:
    """What a note says, whatever that is; ValueError where it is no mapping, OSError."""
    try:
        said = json.loads(plain_bytes(path, _LARGEST))
    except RecursionError:
        said = None
    if not isinstance(said, dict):
        raise ValueError("no note")
    return said


def clear(partial: Path) -> None:
    """Removes what commands that were killed had half done, but for their notes."""
    for path in sorted(partial.glob("*.lock")) if partial.is_dir() else ():
        if not path.name.startswith(_KINDS) or held(path):
            continue
        lock = Lock(path)
        with suppress(OSError, Busy):
            if lock.take():
                shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                path.with_suffix(_ASIDE).unlink(missing_ok=True)
            lock.drop()
    remove_if_empty(partial)


def _differences(one: dict, other: dict) -> list[str]:
    """What differs, most telling first: version, seed, then values of the configuration."""
    told = (
        [f"it was begun by mskflow {one['model']}, and this is {other['model']}"]
        if one["model"] != other["model"]
        else []
    )
    before, now = one["values"], other["values"]
    keys = [key for key in dict.fromkeys([*before, *now]) if key not in _HOW_MUCH and before.get(key) != now.get(key)]
    keys.sort(key=lambda key: key != "run.seed")
    told += [f"{key} is {shown(before, key)} there and {shown(now, key)} here" for key in keys[:_MOST_DIFFERENCES]]
    return told + ([f"and {len(keys) - _MOST_DIFFERENCES} more"] if len(keys) > _MOST_DIFFERENCES else [])
