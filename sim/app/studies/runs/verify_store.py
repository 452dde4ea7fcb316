"""Every file of the store against what the manifests say of it, and the manifests against themselves."""

import json
import os
from pathlib import Path

from sim.app.machine import plain_file
from sim.app.store import Damaged, Store
from sim.app.store.lock import held
from sim.app.store.manifest import ALL, SUFFIX, said_in
from sim.app.store.merging import ASIDE, LOCK, ends, going
from sim.app.store.names import file_of, place_of
from sim.app.store.rows import places_in
from sim.app.studies.runs.finding import AGAIN, NOT_OURS, TIDY, Finding, unreadable

_LOST = "what it said is lost; the next command that stores something, or mskflow runs prune, makes the manifest anew"


def in_store(folder: Path) -> list[Finding]:
    """All that is wrong; raises `Newer`, OSError where the folder itself cannot be read."""
    if not folder.is_dir():
        return []
    names = sorted(os.listdir(folder))  # before the manifests are read: what comes later they know
    live = {name.removesuffix(LOCK) for name in names if name.endswith(LOCK) and held(folder / name)}
    found = _manifests(folder, names, live)
    store = Store(folder.parent)
    return found + _entries(store) + _others(store, names, live, going(folder))


def _manifests(folder: Path, names: list[str], live: set[str]) -> list[Finding]:
    manifests = [name for name in names if name.endswith(SUFFIX)]
    found = [one for name in manifests for one in _manifest(folder / name, name.removesuffix(SUFFIX) in live)]
    if not manifests and any(place_of(name) for name in names):
        found.append(
            Finding(str(folder / ALL), "is missing", "nobody knows what the store holds: run again what it misses")
        )
    return found


def _manifest(where: Path, live: bool) -> list[Finding]:
    """What is wrong with one of them. `live`: it is being written."""
    try:
        with plain_file(where) as file:
            data = file.read()
    except FileNotFoundError:  # its writer has just closed it
        return []
    except OSError as error:
        return [unreadable(where, error)]
    lines = data.splitlines(keepends=True)
    tail = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
    said = [said_in(line) for line in lines]
    found = [_other_line(where, number) for number, one in enumerate(said, 1) if one is None]
    if where.name == ALL:
        if tail or not ends(said):
            found.append(Finding(str(where), "is torn: its end, or lines before it, are missing", _LOST))
    elif not live:
        if tail and said_in(tail[:-1] + b"\n") is not None:
            found.append(_other_line(where, len(lines) + 1))
        found.append(Finding(str(where), "its command was killed; what it had stored counts", TIDY, damaged=False))
    return found


def _other_line(where: Path, number: int) -> Finding:
    return Finding(str(where), f"line {number} is not as it was written", _LOST)


def _entries(store: Store) -> list[Finding]:
    """Of every file that the manifests know."""
    found = []
    for (key, replication), entry in sorted(store.entries.items()):
        where = store.folder / entry.file
        try:
            wrong = (
                "its name is another's" if entry.file != file_of(key, replication) else _inside(store, key, replication)
            )
        except Damaged as error:
            wrong = str(error).removeprefix(str(where)).strip()
        except OSError as error:
            found.append(unreadable(where, error, key))
            continue
        if wrong:
            found.append(Finding(str(where), wrong, AGAIN, key=key))
    for key in sorted({*store.scenarios, *(key for key, _ in store.entries)}):
        where = store.folder / file_of(key)
        try:
            described = store.described(key)
            wrong = (
                ""
                if described.get("key") == key and store.scenarios[key].file == where.name
                else "it tells of another scenario"
            )
        except KeyError:
            wrong = "no manifest knows what the scenario was"
        except Damaged as error:
            wrong = str(error).removeprefix(str(where)).strip()
        except (ValueError, AttributeError):
            wrong = "it does not tell of a scenario"
        except OSError as error:
            found.append(unreadable(where, error, key))
            continue
        if wrong:
            found.append(Finding(str(where), wrong, AGAIN, key=key))
    return found


def _inside(store: Store, key: str, replication: int) -> str:
    """What is wrong with a replication's file, "" for nothing; `Damaged`."""
    return _wrong_inside(store.data(key, replication), key, replication)


def _wrong_inside(data: bytes, key: str, replication: int) -> str:
    try:
        places = places_in(data)
    except Exception:  # whatever pyarrow makes of it
        return "it holds no replication"
    return "" if places == {(key, replication)} else "it holds another replication"


def _others(store: Store, names: list[str], live: set[str], removing: set[str]) -> list[Finding]:
    """Of files that no manifest knows."""
    known = {entry.file for entry in [*store.entries.values(), *store.scenarios.values()]}
    traces = bool(live) or any(
        name.endswith((ASIDE, LOCK)) or (name.endswith(SUFFIX) and name != ALL) for name in names
    )
    found = []
    for name in names:
        if name in known or name.endswith(SUFFIX) or name.rpartition(".")[0] in live:
            continue
        where = store.folder / name
        if name.endswith((ASIDE, LOCK)) or not where.is_file() or place_of(name) is None:
            found += _no_result(where)
        else:
            found += _unknown(where, explained=traces or name in removing, live=bool(live))
    return found


def _no_result(where: Path) -> list[Finding]:
    """A file, or what else it is, that is neither a replication nor a scenario."""
    if where.name.endswith((ASIDE, LOCK)):
        left = where.exists()
        return [Finding(str(where), "left by a command that was killed", TIDY, damaged=False)] if left else []
    there = where.exists() or where.is_symlink()
    return [Finding(str(where), "is not of the store", NOT_OURS)] if there else []


def _unknown(where: Path, explained: bool, live: bool) -> list[Finding]:
    """A file that bears the name of a replication or of a scenario, and that no manifest knows."""
    key, replication = place_of(where.name)
    try:
        with plain_file(where) as file:
            data = file.read()
    except FileNotFoundError:
        return []
    except OSError as error:
        return [unreadable(where, error, key)]
    wrong = _wrong_inside(data, key, replication) if replication is not None else _wrong_scenario(data, key)
    if wrong:
        return [Finding(str(where), f"no manifest knows it, and {wrong}", "mskflow runs prune clears it away", key=key)]
    if explained:
        return (
            []
            if live
            else [
                Finding(
                    str(where),
                    "no manifest knows it: a command was killed when it had just written it, or was removing it",
                    TIDY,
                    damaged=False,
                )
            ]
        )
    return [
        Finding(
            str(where),
            "no manifest knows it: lines of one are lost, or it is of another store",
            f"{AGAIN}, or mskflow runs prune clears it away",
            key=key,
        )
    ]


def _wrong_scenario(data: bytes, key: str) -> str:
    try:
        return "" if json.loads(data)["key"] == key else "it tells of another scenario"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "it does not tell of a scenario"
