"""The common manifest made anew: with the lines of writers that are done or were killed, and without what is to be forgotten."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from sim.app.disk import sync_folder, synced, writing
from sim.app.lock import Busy, Lock, held
from sim.app.store.key import model_version
from sim.app.store.manifest import ALL, BEGUN, FORMAT, HEADER, REMOVED, SUFFIX, WHOLE, line_of, said_in

ASIDE, LOCK = ".aside", ".lock"
MERGING = f"merging{LOCK}"


def merge(folder: Path, name: str, change: Callable[[dict], dict | None] | None = None) -> bool:
    """Lines of the writer `name` and of those who were killed go to the common manifest, then their own files go.

    `change`: what becomes of a fact, None to forget it (all stay). Raises `Busy` where another command does so now; False, and
    nothing done, on a file system without locks, where nobody knows that.
    """
    merging = Lock(folder / MERGING)
    if not merging.take():
        merging.drop()
        return False
    try:
        theirs = [folder / f"{one}{SUFFIX}" for one in (name, *_killed(folder, name))]
        lines = _lines(folder / ALL)
        for path in theirs:
            for line, said in _lines(path).items():
                lines.pop(line, None)       # the last time that it was said counts
                lines[line] = said
        header = next((line for line, said in lines.items() if said.get("is") == HEADER), line_of({"is": HEADER, "format": FORMAT, "model": model_version()}))
        facts = {line: said for line, said in lines.items() if said.get("is") != HEADER}
        changed = [line_of(said) for said in map(change, facts.values()) if said is not None] if change else facts
        stay = [header, *dict.fromkeys(changed)]
        replace_whole(folder / ALL, b"".join([*stay, line_of({"is": WHOLE, "lines": len(stay)})]), folder / f"{name}{ASIDE}")
        for path in theirs:
            path.unlink(missing_ok=True)
    finally:
        merging.drop()
    return True


def is_whole(folder: Path) -> bool:
    """Whether the common manifest is as it was written; also where there is none."""
    try:
        data = (folder / ALL).read_bytes()
    except FileNotFoundError:
        return True
    said = [said_in(line) for line in data.splitlines(keepends=True)]
    return None not in said and ends(said)


def going(folder: Path) -> set[str]:
    """Files that are forgotten and may be there still."""
    return {said["file"] for said in _lines(folder / ALL).values() if said.get("is") == REMOVED}


def ends(said: list[dict | None]) -> bool:
    """Whether the facts of a common manifest (None: a torn line) end as they should, and none before is missing."""
    last = said[-1] if said else None
    return last is not None and last.get("is") == WHOLE and last["lines"] == len(said) - 1


def replace_whole(path: Path, data: bytes, aside: Path) -> None:
    """`data` in the place of what `path` held; whoever reads sees the one or the other."""
    with writing(path):
        with open(aside, "wb") as file:
            file.write(data)
            synced(file)
        os.replace(aside, path)
        sync_folder(path.parent)


def _lines(path: Path) -> dict[bytes, dict]:
    """The whole lines of a manifest, each once, in their order, with what they say; without those that only hold for a while."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    found = {}
    for line in data.splitlines(keepends=True):
        said = said_in(line)
        if said is not None and said.get("is") not in (BEGUN, WHOLE):
            found.pop(line, None)
            found[line] = said
    return found


def has_leftovers(folder: Path) -> bool:
    """Whether a writer was killed here, and nobody has cleared up after it."""
    return any(not held(folder / f"{name}{LOCK}") for name in _writers(folder))


def _killed(folder: Path, me: str) -> list[str]:
    """Writers that are no more: nobody holds their locks. What they had half written goes."""
    found = []
    for name in sorted(_writers(folder) - {me}):
        lock = Lock(folder / f"{name}{LOCK}")
        with contextlib.suppress(Busy):
            if lock.take():
                (folder / f"{name}{ASIDE}").unlink(missing_ok=True)
                found.append(name)
            lock.drop()
    return found


def _writers(folder: Path) -> set[str]:
    """All that have a file of their own: at work, or killed."""
    files = folder.iterdir() if folder.is_dir() else ()
    return {path.stem for path in files if path.suffix in (SUFFIX, ASIDE, LOCK) and path.name not in (ALL, MERGING)}
