"""Writes a results folder, results/<scenario>/<timestamp>/, which appears whole or not at all."""

import contextlib
import hashlib
import io
import json
import os
import re
import secrets
import shutil
from datetime import datetime
from functools import lru_cache
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from sim.app.store.disk import PARTIAL, CannotWrite, missing, remove_if_empty, sync_folder, synced, writing
from sim.app.store.lock import Busy, Lock

__all__ = ["MANIFEST", "SEAL", "CannotWrite", "ResultsFolder", "csv_text", "folder_name", "safe_cell", "sealed"]

MANIFEST, SEAL = "manifest.json", "sha256"

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_STAGE = "folder-"
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
# What starts a formula in a spreadsheet, or is dropped by one before it looks for one; the wide signs too.
_STARTS = tuple("=+@\t\r\n＝＋＠－")


class ResultsFolder:
    """`with ResultsFolder(out, scenario, now) as folder:` then `folder.write_...(name, ...)`; `folder.path` afterwards.

    `name` may have folders in it ("figures/waits.svg"). All goes to a stage under `out`/.partial/ first, under
    numbers: what is there after a kill bears no name of a result. An exception inside leaves nothing. `name` is the
    folder's own instead of the time `now`. A second folder of that name gets it with -2. Raises `CannotWrite`;
    ValueError for a name that leads out.
    """

    def __init__(self, out, scenario: str, now: datetime | None, name: str | None = None):
        self._parent = Path(out) / folder_name(scenario)
        self._stamp = now.strftime("%Y-%m-%d_%H%M%S") if name is None else folder_name(name)
        self._partial = Path(out) / PARTIAL
        self._stage = self._partial / f"{_STAGE}{secrets.token_hex(8)}"
        self._lock = Lock(f"{self._stage}.lock")  # tells the next command that this stage is no leftover
        self._parts, self._made = {}, []
        self.path = None

    def __enter__(self):
        with writing(self._stage):
            try:
                self._made = missing(self._parent)
                self._lock.take()
                os.mkdir(self._stage)
            except BaseException:
                self._undo()
                raise
        _remove_leftovers(self._partial)
        return self

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                with writing(self._parent):
                    self.path = self._publish()
        finally:
            self._undo()

    def write_text(self, name: str, text: str) -> None:
        """UTF-8, line ends as given; pages and pictures without what XML may not hold (an escape in a title)."""
        text = _NOT_XML.sub(" ", text) if name.endswith((".svg", ".html")) else text
        self.write_bytes(name, text.encode("utf-8", "replace"))

    def write_json(self, name: str, data) -> None:
        """Plain data, indented; raises ValueError for NaN and infinity, which JSON does not have."""
        self.write_text(name, _json_text(data))

    def write_manifest(self, data: dict) -> None:
        """manifest.json, after all others: `data`, the sha256 of every file written so far,
        and its own (see `sealed`)."""
        files = {}
        for place, part in sorted(self._parts.items()):
            with writing(part), open(part, "rb") as file:
                files[str(place)] = hashlib.file_digest(file, "sha256").hexdigest()
        self.write_text(MANIFEST, sealed(data | {"files": files}))

    def write_csv(self, name: str, table: pd.DataFrame) -> None:
        """A table without its index; see `csv_text`."""
        self.write_text(name, csv_text(table))

    def write_parquet(self, name: str, table: pd.DataFrame) -> None:
        """A table without its index; the same table gives the same bytes."""
        import pyarrow as pa  # slow to import, and few runs keep their events
        import pyarrow.parquet as pq

        columns = pa.Table.from_pandas(table, preserve_index=False, nthreads=1).replace_schema_metadata(None)
        with self._part(name) as file:
            pq.write_table(columns, file, compression="zstd")

    def write_bytes(self, name: str, data: bytes) -> None:
        """As given: pictures, workbooks."""
        with self._part(name) as file:
            file.write(data)

    def part(self, name: str):
        """A binary file to write to, as a context manager: for what is too large to be held whole."""
        return self._part(name)

    @contextlib.contextmanager
    def _part(self, name):
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts or not place.parts or "\\" in name or "\0" in name:
            raise ValueError(f"'{name}' is no name of a file inside the folder")
        part = self._parts.setdefault(place, self._stage / f"{len(self._parts):04}.part")
        with writing(self._parent / self._stamp / place), open(part, "wb") as file:
            yield file
            synced(file)

    def _publish(self) -> Path:
        """Names the parts and moves the stage into place.

        Disks keep the order of renames, so to sync after all of them is enough, and leaves the stage with the
        names of results for the shortest time.
        """
        for place, part in self._parts.items():
            os.makedirs((self._stage / place).parent, exist_ok=True)
            os.rename(part, self._stage / place)
        count = 1
        while True:
            path = self._parent / (self._stamp if count == 1 else f"{self._stamp}-{count}")
            os.makedirs(self._parent, exist_ok=True)
            try:
                os.rename(self._stage, path)  # fails where there is a file, or a folder with something in it
                break
            except FileNotFoundError:  # a failed run has just tidied the parent away
                if not self._stage.exists():
                    raise
                continue
            except OSError:
                if not path.exists():
                    raise
            count += 1
        inside = {(path / place).parent for place in self._parts}
        for folder in inside | {path, self._parent, self._parent.parent} | {made.parent for made in self._made}:
            sync_folder(folder)
        return path

    def _undo(self):
        """Removes the stage where it still is, and every folder that was made for nothing."""
        shutil.rmtree(self._stage, ignore_errors=True)
        with contextlib.suppress(OSError):
            self._lock.drop()
        remove_if_empty(self._partial, *self._made)


def _remove_leftovers(partial):
    """Removes the stages of processes that were killed: nobody holds their locks."""
    for name in os.listdir(partial):
        if not (name.startswith(_STAGE) and name.endswith(".lock")):
            continue
        path = partial / name
        lock = Lock(path)
        with contextlib.suppress(OSError, Busy):
            if lock.take():
                shutil.rmtree(path.with_suffix(""), ignore_errors=True)
            lock.drop()


def folder_name(scenario: str) -> str:
    """A scenario's name as a folder's: spaces, accents and brackets stay, what leads elsewhere does not."""
    forbidden = r"[\x00-\x1f\x7f/\\]" if os.name != "nt" else r'[\x00-\x1f\x7f/\\<>:"|?*]'
    name = re.sub(forbidden, "_", scenario).strip().rstrip(".")
    return re.sub(r"^\.", "_", name) or "scenario"


@lru_cache(maxsize=65_536)
def safe_cell(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula: where it would, a single quote goes before it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # not every reader keeps a bare CR inside a cell
    start = text.lstrip()
    if (
        text.startswith(_STARTS)
        or start.startswith(_STARTS)
        or (start.startswith("-") and not _NUMBER.fullmatch(start))
    ):
        return f"'{text}"
    return text


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV, the same bytes for the same values everywhere.

    Floats in the shortest form that reads back the same, integers as integers, what is missing empty, lines ended
    by a newline; no cell of text, headings among them, begins a formula.
    """
    columns = {}
    for place in range(table.shape[1]):
        column = table.iloc[:, place]
        if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)):
            # dtype object: pandas would make floats of integers beside a missing one
            column = pd.Series([_cell(cell) for cell in column], index=table.index, dtype=object)
        columns[place] = column
    out = io.StringIO()
    header = [safe_cell(str(name)) for name in table.columns]
    pd.DataFrame(columns, index=table.index).to_csv(out, index=False, header=header, lineterminator="\n")
    return out.getvalue()


def _cell(cell):
    if isinstance(cell, str):
        return safe_cell(cell)
    if isinstance(cell, (int, float, np.generic)) or (pd.api.types.is_scalar(cell) and pd.isna(cell)):
        return cell
    return safe_cell(str(cell))


def sealed(data: dict) -> str:
    """`data` as JSON text whose last key, `sha256`, is that of the text without it: nothing in it changes unseen."""
    bare = {key: value for key, value in data.items() if key != SEAL}
    return _json_text(bare | {SEAL: hashlib.sha256(_json_text(bare).encode()).hexdigest()})


def _json_text(data) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False, default=_as_plain) + "\n"


def _as_plain(value):
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    return str(value)
