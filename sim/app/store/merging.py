"""The common manifest made anew: with the lines of writers that are done or were killed, and without what is to be forgotten."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from sim.app.disk import sync_folder, synced, writing
from sim.app.lock import Busy, Lock
from sim.app.store.key import model_version
from sim.app.store.manifest import ALL, BEGUN, FORMAT, HEADER, SUFFIX, WHOLE, line_of, said_in

ASIDE, LOCK = ".aside", ".lock"
MERGING = f"merging{LOCK}"


def merge(folder: Path, name: str, change: Callable[[dict], dict | None] | None = None) -> bool:
    """Lines of the writer `name` and of those who were killed go to the common manifest, then their own files go.

    `change`: what becomes of a fact, None to forget it (all stay). Raises `Busy` where another command does so now; False, and nothing done, on a file system
    without locks, where nobody knows that.
    """
    merging = Lock(folder / MERGING)
    if not merging.take():
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


def _killed(folder: Path, me: str) -> list[str]:
    """Writers that are no more: nobody holds their locks. What they had half written goes."""
    found = []
    for path in sorted([*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*{ASIDE}")]):
        if path.stem in (me, Path(ALL).stem):
            continue
        lock = Lock(folder / f"{path.stem}{LOCK}")
        with contextlib.suppress(Busy):
            if lock.take():
                (folder / f"{path.stem}{ASIDE}").unlink(missing_ok=True)
                found.append(path.stem)
            lock.drop()
    return list(dict.fromkeys(found))
