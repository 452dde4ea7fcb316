"""`mskflow runs prune`: takes out of the store what nobody needs, and says first what goes and what stays.

Whatever a results folder or an unfinished run refers to stays.
The manifest forgets a file before the file goes, so a kill at any moment leaves a store that holds what it says.
"""

import os
import secrets
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from sim.app.pages.terminal import say
from sim.app.store import Damaged, Store, model_version
from sim.app.store.disk import PARTIAL, remove_if_empty, sync_folder, writing
from sim.app.store.lock import Busy, held
from sim.app.store.manifest import ALL, ASKED, FAILED, REMOVED, SCENARIO, STORED, SUFFIX
from sim.app.store.merging import ASIDE, LOCK, going, is_whole, merge
from sim.app.store.names import is_ours
from sim.app.store.unfinished import clear
from sim.app.studies.runs.counted_words import many, size
from sim.app.studies.runs.folders import folders_in
from sim.app.studies.runs.notes import Note, notes_in
from sim.app.studies.runs.runs_asked import RunsWords

_DAY = 86_400


@dataclass(frozen=True)
class Pruned:
    """What goes: `places` (key, replication), `keys` all of whose replications go, `notes`,
    `leftovers` (names of files)."""

    notes: tuple[Note, ...]
    leftovers: tuple[str, ...]
    places: frozenset[tuple[str, int]] = frozenset()
    keys: frozenset[str] = frozenset()
    held_back: str = ""


def run(words: RunsWords) -> int:
    """Raises `Busy` while another command writes, `Damaged` where what is in use cannot be known, `CannotWrite`."""
    if not words.dry:
        _refuse_while_others_write(words.out)
    store = Store(words.out)
    choice = choice_of(words, store)
    _tell(words, store, choice)
    if not words.dry:
        _remove(words.out, store, choice)
    return 0


def choice_of(words: RunsWords, store: Store) -> Pruned:
    notes = notes_in(words.out)
    gone = tuple(note for note in notes if words.unfinished and not note.live and _old_enough(note.path, words))
    choice = Pruned(gone, _leftovers(store))
    if not (words.unused or words.versions or words.older_than_days is not None):
        return choice
    staying = [note for note in notes if note not in gone]
    if any(note.keys is None for note in staying):
        why = "an unfinished run does not say which replications are its own: finish it, "
        return replace(choice, held_back=why + "or forget it with unfinished=true")
    used = _used(words.out) | {key for note in staying for key in note.keys}
    places = _places_not_used(words, store, used)
    return replace(choice, places=places, keys=_keys_not_used(words, store, used, places))


def _places_not_used(words: RunsWords, store: Store, used: set[str]) -> frozenset[tuple[str, int]]:
    """Replications of no key in `used`, of the version and the age that were asked for."""
    may_go = {key for key in {key for key, _ in store.entries} - used if _of_asked_version(key, store, words)}
    return frozenset(
        place
        for place, entry in store.entries.items()
        if place[0] in may_go and _old_enough(store.folder / entry.file, words)
    )


def _keys_not_used(words: RunsWords, store: Store, used: set[str], places: frozenset) -> frozenset[str]:
    """Keys of which nothing is left when `places` are gone."""
    stay = {key for key, _ in store.entries.keys() - places}
    keys = {key for key, _ in places} - stay
    if words.older_than_days is None and not words.versions:
        # What never had a replication has no age, and no version is known of it.
        keys |= ({key for key, _ in store.failed} | set(store.scenarios)) - stay - used
    return frozenset(keys)


def _used(out: Path) -> set[str]:
    """Keys that results folders refer to; `Damaged` where a manifest does not say it."""
    found: set[str] = set()
    for folder in folders_in(out):
        if folder.trouble:
            raise Damaged(
                f"{folder.path}: {folder.trouble}, so nobody knows what it was made from; "
                f"repair or remove it, then prune: mskflow runs verify out={out}"
            )
        found |= set(folder.keys.values())
    return found


def _old_enough(path: Path, words: RunsWords) -> bool:
    if words.older_than_days is None:
        return True
    try:
        return path.stat().st_mtime < time.time() - words.older_than_days * _DAY
    except FileNotFoundError:
        return True


def _of_asked_version(key: str, store: Store, words: RunsWords) -> bool:
    if not words.versions:
        return True
    try:
        return store.described(key)["model"] != model_version()
    except (KeyError, Damaged):
        return False


def _leftovers(store: Store) -> tuple[str, ...]:
    """Files of ours that no manifest knows, and what commands that were killed had half written."""
    known = _known(store)
    names = os.listdir(store.folder) if store.folder.is_dir() else ()
    return tuple(
        sorted(
            name
            for name in names
            if name not in known and name != ALL and (is_ours(name) or name.endswith((ASIDE, LOCK)))
        )
    )


def _known(store: Store) -> set[str]:
    return {entry.file for entry in [*store.entries.values(), *store.scenarios.values()]}


def _refuse_while_others_write(out: Path) -> None:
    for folder in (Store(out).folder, out / PARTIAL):
        for path in sorted(folder.glob(f"*{LOCK}")):
            if held(path):
                raise Busy(f"{out} is being written by another command; prune it when that has ended")


def _tell(words: RunsWords, store: Store, choice: Pruned) -> None:
    will, of = "would remove" if words.dry else "removes", Counter(key for key, _ in choice.places)
    lost = sum(store.entries[place].bytes for place in choice.places)
    say(
        f"{will}: {many(len(choice.places), 'replication')} ({size(lost)}), {many(len(choice.keys), 'scenario')}, "
        f"{many(len(choice.notes), 'note')} of unfinished runs, {many(len(choice.leftovers), 'file')} left by "
        "commands that were killed"
    )
    for key, count in sorted(of.items()):
        say(f"  {_name(store, key)}, {key[:12]}: {many(count, 'replication')}")
    for note in choice.notes:
        say(f"  unfinished: {note.said['command'] if note.said else note.path}")
    kept = store.entries.keys() - choice.places
    stays = size(sum(store.entries[place].bytes for place in kept))
    say(
        f"keeps: {many(len(kept), 'replication')} ({stays}) of {many(len({key for key, _ in kept}), 'scenario')}, "
        "and every results folder"
    )
    if choice.held_back:
        say(f"keeps all of the store: {choice.held_back}")


def _name(store: Store, key: str) -> str:
    try:
        return str(store.described(key)["name"])
    except (KeyError, Damaged):
        return "a scenario that cannot be read"


def _remove(out: Path, store: Store, choice: Pruned) -> None:
    with writing(out):
        for note in choice.notes:
            note.path.unlink(missing_ok=True)
        clear(out / PARTIAL)
        if not store.folder.is_dir():
            return
        files = _forget(store, choice)
        stored_again = _known(Store(out))  # by a command that began meanwhile
        for name in [*files, *choice.leftovers]:
            if name not in stored_again:
                (store.folder / name).unlink(missing_ok=True)
        sync_folder(store.folder)
        if going(store.folder):
            _merged(store.folder, lambda said: None if said.get("is") == REMOVED else said)
        _clear_if_empty(out)


def _forget(store: Store, choice: Pruned) -> list[str]:
    """Takes what goes out of the manifest; until its file is gone a line says that it is on its way."""
    files: list[str] = []

    def change(said: dict) -> dict | None:
        what = said.get("is")
        goes = (what == STORED and (said["key"], said["replication"]) in choice.places) or (
            what == SCENARIO and said["key"] in choice.keys
        )
        if goes:
            files.append(said["file"])
            return {"is": REMOVED, "file": said["file"]}
        forgotten = (what == FAILED and said["key"] in choice.keys) or (what == ASKED and said["of"] in choice.keys)
        return None if forgotten else said

    killed = any(path.name != ALL for path in store.folder.glob(f"*{SUFFIX}"))
    if choice.places or choice.keys or killed or not is_whole(store.folder):
        _merged(store.folder, change)
    return list(dict.fromkeys(files))


def _merged(folder: Path, change) -> None:
    if not merge(folder, f"{os.getpid()}-{secrets.token_hex(6)}", change):
        raise Busy(
            f"{folder} is on a file system without locks, where nobody can know whether another command writes; "
            "prune a copy of it elsewhere"
        )


def _clear_if_empty(out: Path) -> None:
    """A manifest of nothing goes too."""
    store = Store(out)
    if not (store.entries or store.scenarios or store.failed) and sorted(os.listdir(store.folder)) == [ALL]:
        (store.folder / ALL).unlink()
        remove_if_empty(store.folder)
