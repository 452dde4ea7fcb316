"""The results folders under `out`, each with its manifest."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from sim.app.machine import NotPlain, plain_file
from sim.app.store.folder import MANIFEST, SEAL
from sim.app.store.manifest_file import is_as_sealed, manifest_in

_STAMP = re.compile(r"(\d{4}-\d{2}-\d{2})_(\d{2})(\d{2})\d{2}(-\d+)?")
GONE, TORN, CHANGED = "has no manifest.json", "manifest.json is torn", "manifest.json is not as it was written"
NO_FILE = "manifest.json is not a plain file"


@dataclass(frozen=True)
class Folder:
    """`out`/<scenario>/<time>. `manifest`: {} where it cannot be read; `trouble`: what is wrong with it, or ""."""

    path: Path
    manifest: dict
    trouble: str = ""

    @property
    def id(self) -> str:
        """The digits by which a person may name it; two of the same run have the same."""
        return str(self.manifest.get("config_hash") or self.manifest.get(SEAL) or "").rpartition("-")[2]

    @property
    def when(self) -> str:
        """`2026-01-31 14:05`: of its name, or of its manifest where a person named it."""
        stamp = _STAMP.fullmatch(self.path.name)
        if stamp:
            return f"{stamp[1]} {stamp[2]}:{stamp[3]}"
        return datetime.fromtimestamp((self.path / MANIFEST).stat().st_mtime).strftime("%Y-%m-%d %H:%M")

    @property
    def short(self) -> str:
        """Its path under `out`."""
        return f"{self.path.parent.name}/{self.path.name}"

    @property
    def name(self) -> str:
        """Of the scenario."""
        return str(self.manifest.get("scenario") or self.path.parent.name)

    @property
    def keys(self) -> dict[str, str]:
        """Scenario name -> key in the store."""
        keys = self.manifest.get("keys")
        return keys if isinstance(keys, dict) else {}

    def rows(self, table: str) -> list[dict[str, str]]:
        """The rows of one of its CSV files, as they are written; none where there is no such file."""
        try:
            with plain_file(self.path / table) as data, io.TextIOWrapper(data, "utf-8", newline="") as file:
                return list(csv.DictReader(file))
        except (FileNotFoundError, NotPlain, UnicodeDecodeError, csv.Error):
            return []

    def config(self) -> dict:
        """The configuration of its scenario; {} where that cannot be read."""
        try:
            with plain_file(self.path / "config/scenario.yaml") as file:
                found = yaml.load(file.read().decode(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except (FileNotFoundError, NotPlain, ValueError, RecursionError, yaml.YAMLError):
            return {}
        return found if isinstance(found, dict) else {}


def folders_in(out: Path) -> list[Folder]:
    """Newest first."""
    found = []
    for parent in sorted(out.iterdir()) if out.is_dir() else ():
        if parent.is_dir() and not parent.name.startswith("."):
            found += [folder_at(path) for path in sorted(parent.iterdir()) if path.is_dir() and is_results(path)]
    return sorted(found, key=lambda one: (one.when, one.short), reverse=True)


def is_results(path: Path) -> bool:
    return _STAMP.fullmatch(path.name) is not None or (path / MANIFEST).is_file()


def folder_at(path: Path) -> Folder:
    """OSError where its manifest is there and cannot be read."""
    try:
        manifest, text = manifest_in(path)
    except FileNotFoundError:
        return Folder(path, {}, GONE)
    except NotPlain:
        return Folder(path, {}, NO_FILE)
    except ValueError:
        return Folder(path, {}, TORN)
    has_sums = SEAL in manifest or "files" in manifest
    return Folder(path, manifest, CHANGED if has_sums and not is_as_sealed(manifest, text) else "")
