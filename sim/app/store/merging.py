"""The common manifest made anew: with the lines of writers that are done or were killed,
and without what is to be forgotten."""

import contextlib
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from sim.app.machine import plain_file
from sim.app.store.disk import sync_folder, synced, writing
from sim.app.store.key import model_version
from sim.app.store.lock import Busy, Lock, held
from sim.app.store.manifest import ALL, BEGUN, FORMAT, HEADER, REMOVED, SUFFIX, WHOLE, line_of, said_in

ASIDE, LOCK = ".aside", ".lock"
MERGING = f"merging{LOCK}"


def merge(folder: Path, name: str, change: Callable[[dict], dict | None] | None = None) -> bool:
    """Lines of the writer `name` and of those who were killed go to the common manifest, then their own files go.

    `change`: what becomes of a fact, None to forget it (all stay). Raises `Busy` where another command does so now;
    False, and nothing done, on a file system without locks, where nobody knows that.
    """
    merging = Lock(folder / MERGING)
    if not merging.take():
        merging.drop()
        return False
    try:
        theirs = [folder / f"{one}{SUFFIX}" for one in (name, *_killed(folder, name))]
        with writing(folder / ALL):
            aside = folder / f"{name}{ASIDE}"
            with open(aside, "wb") as file:
                count = 0
                for line in _merged([folder / ALL, *theirs], change):
                    file.write(line)
                    count += 1
                file.write(line_of({"is": WHOLE, "lines": count}))
                synced(file)
            os.replace(aside, folder / ALL)
            sync_folder(folder)
        for path in theirs:
            path.unlink(missing_ok=True)
    finally:
        merging.drop()
    return True


def _merged(paths: list[Path], change: Callable[[dict], dict | None] | None) -> Iterator[bytes]:
    """The lines of several manifests as one, each once, where it was said last; never all of them in memory."""
    times, header = Counter(), None
    for path in paths:
        for line, said in _lines(path):
            times[_known_by(line)] += 1
            header = header or (line if said.get("is") == HEADER else None)
    yield header or line_of({"is": HEADER, "format": FORMAT, "model": model_version()})
    new = set()
    for path in paths:
        for line, said in _lines(path):
            times[_known_by(line)] -= 1
            if said.get("is") == HEADER or times[_known_by(line)]:
                continue
            changed = change(said) if change else said
            if changed is not None and changed != said:
                line = line_of(changed)
                changed = None if line in new else changed
                new.add(line)
            if changed is not None:
                yield line


def _known_by(line: bytes) -> bytes:
    return hashlib.blake2b(line, digest_size=16).digest()


def is_whole(folder: Path) -> bool:
    """Whether the common manifest is as it was written; also where there is none."""
    count, last = 0, None
    try:
        with plain_file(folder / ALL) as file:
            for line in file:
                last = said_in(line)
                count += 1
                if last is None:
                    return False
    except FileNotFoundError:
        return True
    return last is not None and last.get("is") == WHOLE and last["lines"] == count - 1


def going(folder: Path) -> set[str]:
    """Files that are forgotten and may be there still."""
    return {said["file"] for _, said in _lines(folder / ALL) if said.get("is") == REMOVED}


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


def _lines(path: Path) -> Iterator[tuple[bytes, dict]]:
    """The whole lines of a manifest with what they say, without those that only hold for a while;
    none where there is no file."""
    try:
        with plain_file(path) as file:
            for line in file:
                said = said_in(line)
                if said is not None and said.get("is") not in (BEGUN, WHOLE):
                    yield line, said
    except FileNotFoundError:
        return


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
