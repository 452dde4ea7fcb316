"""A file that is read: its name, its fingerprint, and a refusal in one line."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from sim.app.configuration.files.shipped import cut
from sim.domain.faults import Fault, ScenarioError
from sim.domain.people.published import Origin

LARGEST = {".csv": 400_000_000, ".xlsx": 60_000_000}
"""Bytes of a file that is read, by its ending; a published month has 82 million, a workbook a few."""


@dataclass(frozen=True)
class Source:
    """`name`: the file's own name, without its folder; `sha256` of its bytes.

    `private`: neither its name nor those of its sheets may be told, for they may be somebody's.
    """

    path: Path
    name: str
    sha256: str
    private: bool = False

    @classmethod
    def of(cls, path: Path, nameless: str = "") -> "Source":
        """`nameless`: how a private file is called. ScenarioError where it is no plain file of a kind and size that is
        read."""
        name = nameless or cut(path.name, 120)
        if not os.path.exists(path):
            refuse(name, "there is no such file", "name a file that is there")
        if not os.path.isfile(path):  # a pipe or a device may never end
            refuse(name, "this is not a plain file", "name a .csv or .xlsx file")
        largest = LARGEST.get(path.suffix.lower())
        if largest is None:
            right = "save it as .csv (UTF-8) or .xlsx; take a .csv out of its .zip first"
            refuse(name, "only .csv and .xlsx files are read", right)
        if os.path.getsize(path) > largest:
            refuse(name, f"it is larger than {largest:,} bytes", "give one month, or one provider, at a time")
        with path.open("rb") as file:
            return cls(path, name, hashlib.file_digest(file, "sha256").hexdigest(), bool(nameless))

    @property
    def is_workbook(self) -> bool:
        return self.path.suffix.lower() == ".xlsx"

    def public(self) -> "Source":
        """The same file by its own name."""
        return Source(self.path, cut(self.path.name, 120), self.sha256)

    def sheet(self, title: str, number: int) -> str:
        """Where a sheet is, in words."""
        return f"{self.name}, sheet {number if self.private else cut(title, 40)}"

    def origin(self, where: str) -> Origin:
        return Origin(self.name, self.sha256, where)


def refuse(where: str, what: str, right: str = "") -> None:
    """ScenarioError of one line: where, what is wrong, what would be right."""
    raise ScenarioError([Fault(where, what, right)])
