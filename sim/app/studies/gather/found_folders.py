"""Results folders below the folders that were named."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from sim.app.machine import NotPlain
from sim.app.store.folder import MANIFEST, SEAL
from sim.app.store.manifest_file import is_as_sealed, manifest_in

KPIS = "kpis.csv"


class NotWhole(RuntimeError):
    """A results folder that is not whole, or not as it was written; `str` says why."""


def found_below(dirs: Iterable[Path]) -> Iterator[Path]:
    """Folders with a manifest or with indicators, each once, in the order of their names;
    no hidden ones, none inside another."""
    seen = set()
    for top in dirs:
        for here, below, files in os.walk(top):
            below[:] = sorted(name for name in below if not name.startswith("."))
            if MANIFEST in files or KPIS in files:
                below.clear()
                path = Path(here)
                if path.resolve() not in seen:
                    seen.add(path.resolve())
                    yield path


def manifest_of(path: Path) -> dict | None:
    """The manifest of a results folder; None where it is of something else (a plan, a gathered table).
    Raises `Damaged`."""
    try:
        manifest, text = manifest_in(path)
    except FileNotFoundError:
        raise NotWhole(f"has no {MANIFEST}") from None
    except (ValueError, NotPlain):
        raise NotWhole(f"{MANIFEST} cannot be read") from None
    if SEAL in manifest and not is_as_sealed(manifest, text):
        raise NotWhole(f"{MANIFEST} is not as it was written")
    if manifest.get("kind", "run") != "run":
        return None
    absent = [name for name in ("status", "scenario", "config_hash", "replications") if name not in manifest]
    if absent:
        raise NotWhole(f"{MANIFEST} does not say {', '.join(absent)}")
    if manifest["status"] != "complete":
        raise NotWhole("is not complete")
    return manifest
