"""Every file of a results folder against its manifest."""

import hashlib
import os
from pathlib import Path

from sim.app.store.folder import MANIFEST, SEAL
from sim.app.studies.runs.finding import NOT_OURS, Finding
from sim.app.studies.runs.folders import CHANGED, GONE, NO_FILE, TORN, Folder

_RIGHT = {
    GONE: "a results folder always has one: remove the folder, and run again what made it",
    TORN: "remove the folder, and run again what config/scenario.yaml says",
    NO_FILE: "remove the folder, and run again what config/scenario.yaml says",
    CHANGED: "remove the folder, and run its command again (as it stands here; look at it first)",
}


def in_folder(folder: Folder) -> list[Finding]:
    """All that is wrong in it; OSError where a file cannot be read."""
    manifest, path = folder.manifest, folder.path
    command = str(manifest.get("command") or "")
    if folder.trouble == GONE:
        return [Finding(str(path), GONE, _RIGHT[GONE])]
    if not folder.trouble and SEAL not in manifest:
        return [
            Finding(
                str(path),
                "an older version wrote it, without checksums",
                "nothing here can be held against anything",
                damaged=False,
            )
        ]
    found = (
        [
            Finding(
                str(path / MANIFEST),
                folder.trouble.removeprefix(f"{MANIFEST} "),
                _RIGHT[folder.trouble],
                command=command,
            )
        ]
        if folder.trouble
        else []
    )
    known = manifest.get("files")
    return found + (_files(path, known, command) if isinstance(known, dict) else [])


def _files(path: Path, known: dict[str, str], command: str) -> list[Finding]:
    there, found = dict(_inside(path)), []
    again = "remove the folder, and run its command again"
    for name, sha256 in known.items():
        if name not in there:
            found.append(Finding(str(path / name), "is missing", again, command=command))
        elif _sha256(there[name]) != sha256:
            found.append(Finding(str(path / name), "is not as it was written", again, command=command))
    return found + [
        Finding(str(where), "is not of this run", NOT_OURS)
        for name, where in there.items()
        if name not in known and name != MANIFEST
    ]


def _inside(path: Path):
    """(name in the folder, path) of everything in it that is no folder."""
    for here, _, files in os.walk(path, onerror=_raise):
        for name in sorted(files):
            where = Path(here) / name
            yield where.relative_to(path).as_posix(), where


def _raise(error: OSError) -> None:
    raise error


def _sha256(path: Path) -> str | None:
    if not path.is_file():  # a link to nothing, a pipe that would never end
        return None
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
