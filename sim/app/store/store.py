"""The store of finished replications, DIR/.store/: a file each, known through manifests,
read only where its checksum is right."""

import hashlib
import json
import sys
from pathlib import Path

import pyarrow as pa

from sim.analysis.reading.measured import Measures
from sim.app.machine import NotPlain, plain_bytes
from sim.app.store.manifest import (
    ALL,
    ASKED,
    BEGUN,
    FAILED,
    FORMAT,
    HEADER,
    SCENARIO,
    STORED,
    SUFFIX,
    Entry,
    Failed,
    Tail,
)
from sim.app.store.rows import measures_in, table_of

STORE = ".store"


class Damaged(RuntimeError):
    """A stored file that is missing, torn, flipped or not ours; the same command runs it again."""

    exit_code = 4


class Newer(RuntimeError):
    """A store that a later version wrote."""

    exit_code = 3


class Store:
    """Reads `out`/.store/. Whatever writes beside it, it sees whole files only.

    `entries`: (key, replication) -> Entry; `scenarios`: key -> Entry of a JSON file with the configuration; `failed`:
    of what is not stored; `begun`: what some writer has taken in hand; `asked`: see `Writer.ask`. `refresh` reads what
    is new. OSError where nothing can be read; `Newer`.
    """

    def __init__(self, out):
        self.folder = Path(out) / STORE
        self.refresh()

    def refresh(self, whole: bool = False) -> None:
        """Takes in what has been written since; `whole`: reads everything again."""
        if whole or not hasattr(self, "_tails"):
            self.entries: dict[tuple[str, int], Entry] = {}
            self.scenarios: dict[str, Entry] = {}
            self.failed: dict[tuple[str, int], Failed] = {}
            self.begun: dict[tuple[str, int], str] = {}
            self.asked: dict[str, list[list[int]]] = {}
            self._tails: dict[str, Tail] = {}
        # ALL last: what a writer's own file lost by closing between our two looks stands in it by then.
        names = sorted(path.name for path in self.folder.glob(f"*{SUFFIX}") if path.name != ALL)
        for name in [*names, ALL]:
            tail = self._tails.setdefault(name, Tail(self.folder / name))
            try:
                news = tail.news()
            except FileNotFoundError:
                self._tails.pop(name)
                continue
            if news is None and name == ALL and not whole:
                news = tail.news()  # merged anew: it only gains
            for said in news or ():
                self.take(said, name)

    def take(self, said: dict, manifest: str) -> None:
        """One line of a manifest."""
        what = said.get("is")
        if what == HEADER:
            if said["format"] > FORMAT:
                raise Newer(
                    f"{self.folder} was written by mskflow {said.get('model', 'of a later version')}; "
                    "read it with that version, or choose another folder with out=DIR"
                )
        elif what == SCENARIO:
            self.scenarios[said["key"]] = Entry(said["file"], said["sha256"], said["bytes"])
        elif what == ASKED:
            self.asked[said["key"]] = said["counts"]
        elif what in (STORED, FAILED, BEGUN):
            place = sys.intern(said["key"]), said["replication"]  # one text for all that have it
            if what == STORED:
                self.entries[place] = Entry(said["file"], said["sha256"], said["bytes"])
                self.failed.pop(place, None)
            elif what == BEGUN:
                self.begun[place] = manifest
            elif place not in self.entries:
                self.failed[place] = Failed(*(said[name] for name in Failed.__dataclass_fields__))

    @property
    def torn(self) -> dict[str, int]:
        """Manifest -> how many of its lines are not whole."""
        return {name: tail.torn for name, tail in self._tails.items() if tail.torn}

    def has(self, key: str, replication: int) -> bool:
        """Whether the manifests know it; `whole` looks at the file as well."""
        return (key, replication) in self.entries

    def whole(self, key: str, replication: int) -> bool:
        """Whether it is here, every bit of it."""
        try:
            self.data(key, replication)
        except (KeyError, Damaged):
            return False
        return True

    def data(self, key: str, replication: int) -> bytes:
        """The bytes of a replication's Parquet file; KeyError where the manifests do not know it, `Damaged`."""
        return self._whole(self.entries[key, replication])

    def read(self, key: str, replication: int) -> Measures:
        """The measures of a replication, as they were stored; KeyError, `Damaged`."""
        return measures_in(self.data(key, replication))

    def table(self, key: str, replication: int) -> pa.Table:
        """The same as rows (columns in docs/store.md)."""
        return table_of(self.data(key, replication))

    def described(self, key: str) -> dict:
        """Name, title, configuration and model of a scenario; KeyError, `Damaged`."""
        return json.loads(self._whole(self.scenarios[key]))

    def replications(self, key: str) -> list[int]:
        """The numbers of those that are stored, in order."""
        return sorted(r for one, r in self.entries if one == key)

    def _whole(self, entry: Entry) -> bytes:
        path = self.folder / entry.file
        try:
            data = plain_bytes(path, entry.bytes)
        except (FileNotFoundError, IsADirectoryError):
            raise Damaged(f"{path} is missing") from None
        except NotPlain:
            raise Damaged(f"{path} is not as it was written") from None
        if len(data) != entry.bytes or hashlib.sha256(data).hexdigest() != entry.sha256:
            raise Damaged(f"{path} is not as it was written")
        return data
