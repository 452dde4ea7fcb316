"""A run by what a person calls it: the beginning of an ID or of a key, or a folder."""

import os
import re
from pathlib import Path

from sim.app.configuration.files.shipped import cut
from sim.app.store import Store
from sim.app.studies.runs.folders import Folder, folder_at, folders_in, is_results
from sim.domain.faults import Fault

_LEAST = 4


def find(word: str, out: Path, store: Store, faults: list[Fault]) -> Folder | str | None:
    """A results folder or a key of the store; of several folders of one run the newest.
    None, and why joins `faults`."""
    for path in (Path(os.path.expanduser(word)), out / word):
        if path.is_dir() and is_results(path):
            return folder_at(path)
    text = word.rpartition("-")[2].lower()
    if re.fullmatch(rf"[0-9a-f]{{{_LEAST},32}}", text):
        return _begins_with(text, word, out, store, faults)
    faults.append(
        Fault(
            cut(word),
            "there is no such results folder",
            f"a folder, or {_LEAST} letters or more of an ID; mskflow runs list out={out} has them",
        )
    )
    return None


def _begins_with(text: str, word: str, out: Path, store: Store, faults: list[Fault]) -> Folder | str | None:
    """What has an ID or a key that begins with `text`, if that is one run."""
    folders = [folder for folder in folders_in(out) if folder.id.startswith(text)]
    ids = sorted({folder.id for folder in folders})
    keys = sorted(key for key in {*store.scenarios, *(key for key, _ in store.entries)} if key.startswith(text))
    if len(ids) + len(keys) == 1:
        return folders[0] if folders else keys[0]
    if ids or keys:
        shown = [*(f"{one[:12]} (results)" for one in ids[:4]), *(f"{one[:12]} (stored)" for one in keys[:4])]
        what, right = f"{len(ids) + len(keys)} runs begin so", f"write more of it: {', '.join(shown)}"
    else:
        what, right = f"no run in {out} has an ID or a key that begins so", f"mskflow runs list out={out} has them"
    faults.append(Fault(cut(word), what, right))
    return None
